"""The corpus for `accuracy.py`: real stored pages, what is right on each, and what its main column says."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from accuracy_text import parse, seen, shingles, squeeze
from lxml import html

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("WENCUN_CORPUS", ROOT.parent / "shared" / "corpus"))
INDEXES = ("index.jsonl", "bulk.jsonl")
ARTICLE_KINDS = ("article", "article_trimmed", "_answer")
"""How kinds of pages that hold an article end."""
MAIN_COLUMN = "#article_content .htmledit_views, #article_content .markdown_views"
"""Of pages whose line in the index names none: CSDN's of 2018."""
TOOLBARS = ".dp-highlighter .bar"
"""Buttons over old listings, as text."""
OPTIONAL = ".toc, #main-toc, [id$='-toc'], figcaption"
"""Tables of contents that an editor made, and captions: neither asked for nor counted as too much."""
LONG_TITLE = 8
"""Characters; a shorter title of a list entry may stand in any text."""

_GENERATION = re.compile(r"csdn-(G\d)")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\(https?://[^()\s]*\)")
_ARTICLE_PATH = re.compile(r"(?!.*(?:category|/month/)).*\d{4}")
"""Articles have numbers in their addresses; menus have none."""


@dataclass(frozen=True)
class Truth:
    """One page and what is right on it."""

    path: Path
    gold: dict[str, Any]
    """Its line in the index: a field that is null or absent is not known, and not scored."""

    @property
    def name(self) -> str:
        """Its file's stem."""
        return self.path.stem

    @property
    def url(self) -> str | None:
        """Where it was taken from; None where nobody knows."""
        return self.gold.get("url")

    @property
    def group(self) -> str:
        """CSDN's generation, another site, or news."""
        if match := _GENERATION.match(self.gold["layout"]):
            return f"CSDN {match[1]}" + (", trimmed" if self.gold["kind"].endswith("trimmed") else "")
        return "news sites" if self.gold["kind"].startswith("zh_news") else "other sites"

    @cached_property
    def _tree(self) -> html.HtmlElement:
        return parse(self.path.read_bytes().decode("utf-8-sig", "replace"))

    @cached_property
    def _column(self) -> html.HtmlElement:
        """The element that holds the article: the first of its selector that has the first words."""
        first = squeeze(self.gold.get("body_first") or "")
        found = self._tree.cssselect(self.gold.get("body_selector") or MAIN_COLUMN)
        return next(element for element in found if first in squeeze(element.text_content()))

    @cached_property
    def _views(self) -> list[Counter[str]]:
        """The main column with and without each thing that a tool may show or not."""
        column = self._column
        toolbars = {*column.cssselect(TOOLBARS)}
        text = seen(column, without=toolbars)
        views = [
            text,
            seen(column, without=toolbars, numbered=True),
            seen(column, without=toolbars | {*column.cssselect(OPTIONAL)}),
            _MARKDOWN_LINK.sub(r"\1", text),
        ]
        return [shingles(view) for view in views]

    @property
    def wanted(self) -> Counter[str]:
        """The pieces of text that are asked for: those that every view has."""
        return reduce(and_, self._views)

    @property
    def allowed(self) -> Counter[str]:
        """The pieces that may be there: those that some view has, and the title's."""
        return reduce(or_, self._views) + shingles(self.gold["title"])

    @cached_property
    def listed(self) -> frozenset[str]:
        """Titles that the page's lists show: what links to other articles outside of the main column say.

        Without those that the article or its title says too.
        """
        said = squeeze(self.gold["title"] + self._column.text_content())
        own = {*self._column.iter("a")}
        links = [link for link in self._tree.iter("a") if link not in own and _leads_to_article(link)]
        titles = {squeeze(max(seen(link).strip().splitlines() or [""], key=len)) for link in links}
        return frozenset(title for title in titles if len(title) >= LONG_TITLE and title not in said)


def _leads_to_article(link: html.HtmlElement) -> bool:
    try:
        return bool(_ARTICLE_PATH.match(urlsplit(link.get("href", "")).path))
    except ValueError:
        return False


def truths() -> Iterator[Truth]:
    """Every page of the corpus that holds an article, in the indexes' order."""
    for index in INDEXES:
        for line in (CORPUS / index).read_text(encoding="utf-8").splitlines():
            gold = json.loads(line)
            if gold["kind"].endswith(ARTICLE_KINDS):
                yield Truth(CORPUS / gold["file"], gold)
