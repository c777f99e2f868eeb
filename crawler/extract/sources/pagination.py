"""The further pages of a list that goes on over several pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from crawler.extract import urls
from crawler.extract.document import Document
from crawler.extract.hiding import seen_best
from crawler.extract.lists.outline import Outline

_MOST_PAGES: Final = 100
_MOST_DIGITS: Final = 9
_NEXT_WORDS: Final = "下一页,下一頁,下页,下頁,后一页,后页,next,next page,older,older posts,›,»,>,>>"
_NEXT: Final = frozenset(_NEXT_WORDS.split(","))
_ORNAMENTS: Final = " ›»>→[]()"
_NUMBERS = re.compile(r"\d+")
_DAY = re.compile(r"/(?:19|20)\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?/?(?:\D|$)")
_CSDN_COLUMN = re.compile(r"/category_\d+$")


def further_pages(document: Document, outline: Outline) -> tuple[str, ...]:
    """Return the pages after this one that it links to or, at CSDN, that its script would link to."""
    own = document.url or document.canonical_link
    if own is None:
        return ()
    found = dict.fromkeys((*_linked(document, outline, own), *_counted(document)))
    return tuple(islice((url for url in found if url != own), _MOST_PAGES))


def _linked(document: Document, outline: Outline, own: str) -> Iterator[str]:
    here = urls.parts(own)
    for href, text in _links(document, outline):
        found = urls.link(href, document.base)
        there = urls.parts(found.url) if found else None
        if found is None or here is None or there is None or there.hostname != here.hostname:
            continue
        if not found.is_article and (text in _NEXT or _is_later(found.url, own, text)):
            yield found.url


def _links(document: Document, outline: Outline) -> Iterator[tuple[str, str]]:
    """Links that may lead to another page of the list, with what they are called."""
    for element in document.elements("link"):
        if element.get("rel") == "next":
            yield element.get("href", ""), "next"
    linked = (segment for segment in outline.segments if segment.link is not None)
    for segment in seen_best(linked, lambda segment: segment.hidden):
        text = segment.text.strip(_ORNAMENTS) or segment.text
        if segment.link is not None and (text.isdecimal() or text.lower() in _NEXT):
            yield segment.link.get("href", ""), text.lower()


def _is_later(url: str, own: str, number: str) -> bool:
    """Is a URL that of the page of this number, and does it come after the page at `own`?"""
    numbers = _NUMBERS.findall(url)
    if _DAY.search(url) or not numbers or numbers[-1].lstrip("0") != number:
        return False
    is_numbered = _NUMBERS.sub("0", url) == _NUMBERS.sub("0", own)
    current = _NUMBERS.findall(own)[-1] if is_numbered else "1"
    return int(number[-_MOST_DIGITS:]) > int(current[-_MOST_DIGITS:])


def _counted(document: Document) -> Iterator[str]:
    """What CSDN's script makes of the number of articles and of those on a page."""
    base = document.script_value("baseUrl")
    shown = (document.script_value(name) or "" for name in ("listTotal", "pageSize", "currentPage"))
    total, size, current = (int(value[:_MOST_DIGITS]) if value.isdecimal() else 0 for value in shown)
    if not base or not size or not urls.is_csdn(base):
        return
    for number in range(current + 1, min(-(-total // size), current + _MOST_PAGES) + 1):
        page = f"{base}_{number}.html" if _CSDN_COLUMN.search(base) else f"{base}/{number}"
        yield urls.canonical(page)
