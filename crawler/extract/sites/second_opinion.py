"""What trafilatura takes for a page's main text, told as places in our own outline.

Its text is not used: it loses headings of the form `<h2><a id="…"></a>豆包</h2>`, and with them the answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

from lxml import html

from crawler.extract.lists.outline import Outline

_MOST_ELEMENTS: Final = 10_000
"""Of a larger page nobody is asked: a second opinion costs ten times the parse, in time and in memory."""
_MOST_TABLES: Final = 200
"""Its time grows with the square of tables in tables."""
_MOST_CHARACTERS: Final = 300_000
_GRAM: Final = 8
"""Characters, without blanks, that tell where a text comes from; shorter texts tell nothing."""


def second_opinion(root: html.HtmlElement, outline: Outline) -> frozenset[int] | None:
    """Return the places of the segments that trafilatura takes for main text; None where it has no opinion.

    The page is not changed.
    """
    texts = ["".join(segment.text.split()) for segment in outline.segments]
    tables = sum(element.tag == "table" for element in outline.ranges)
    if (
        len(outline.ranges) > _MOST_ELEMENTS
        or tables > _MOST_TABLES
        or sum(map(len, texts)) > _MOST_CHARACTERS
    ):
        return None
    try:
        found = _extractor()(root, fast=True, include_comments=False)
    except Exception:  # a page that another library stumbles over is still a page
        return None
    main = "".join((found.text or "").split()) if found else ""
    grams = {main[start : start + _GRAM] for start in range(len(main) - _GRAM + 1)}
    return frozenset(
        index
        for index, text in enumerate(texts)
        if len(text) >= _GRAM and text[:_GRAM] in grams and text[-_GRAM:] in grams
    )


@cache
def _extractor() -> Callable[..., Any]:
    """Loaded with the first page that asks: pages of known sites pay nothing for it."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    # It warns of every page without main text; here that is an answer like any other.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return cast("Callable[..., Any]", bare_extraction)
