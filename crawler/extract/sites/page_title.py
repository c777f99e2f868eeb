"""The title that a page of no known layout prints over its text, and where in the page it stands."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.document import Document, finder
from crawler.extract.lists.outline import Outline, Segment
from crawler.extract.urls import absolute, parts
from crawler.extract.values import squash

HOME_PATHS: Final = frozenset({"", "/", "/index.html", "/index.php", "/index.htm"})
_TITLES = finder("//title")
_SUFFIX = re.compile(r"(?<!\s)\s*+(?<![-_|–—])[-_|–—]++[^-_|–—]{1,30}$")
_LEAST_HEADING: Final = 5


def page_title(document: Document, outline: Outline) -> tuple[str, int]:
    """Return the title, and the place of the first segment after it; ("", 0) where the page has none.

    It is a heading that the head begins with, else any text that it begins with, else a heading that it
    names, else a heading alone, else what the head says without the site's name. A link is a crumb or an
    entry and no title.
    """
    heads = [head for head in (document.meta_value("og:title"), _head(document)) if head]
    heads = [squash(head) for head in heads]
    headings = [
        (squash(" ".join(segment.text for segment in outline.segments[start:end])), end)
        for element, (start, end) in outline.ranges.items()
        if element.tag == "h1" and end > start and not _leads_home(outline.segments[start], document)
    ]
    starting = [
        (segment.text, index + 1)
        for index, segment in enumerate(outline.segments)
        if segment.link is None
        and len(segment.text) >= _LEAST_HEADING
        and any(_begins(head, segment.text) for head in heads)
    ]
    leading = [found for found in headings if any(head.startswith(found[0]) for head in heads)]
    named = [found for found in headings if any(found[0] in head for head in heads)]
    for candidates in (leading, starting, named):
        if candidates:
            return max(candidates, key=lambda found: len(found[0]))
    if headings:
        return headings[0]
    return (_SUFFIX.sub("", heads[0]) if heads else "", 0)


def _begins(head: str, text: str) -> bool:
    """Does a head begin with a text, and go on with no word of the same title?"""
    return head.startswith(text) and not head[len(text) : len(text) + 1].isalnum()


def _head(document: Document) -> str:
    return squash(next((str(element.text or "") for element in _TITLES(document.root)), ""))


def _leads_home(segment: Segment, document: Document) -> bool:
    """Is a heading the site's name, which leads to its home page from everywhere?"""
    if segment.link is None:
        return False
    split = parts(absolute(segment.link.get("href", ""), document.base))
    return split is not None and split.path in HOME_PATHS and not split.query
