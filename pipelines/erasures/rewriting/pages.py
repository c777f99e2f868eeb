"""What of a page speaks of erased pages: its links to them, and the entries of lists that they stand in."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from html import unescape

from crawler.extract import urls
from crawler.extract.values import squash
from pipelines.erasures import Erasures
from pipelines.erasures.mentions import names
from pipelines.erasures.rewriting.edits import Edits
from pipelines.erasures.rewriting.markup import Attribute, Element, Span

_FEED_ENTRY = re.compile(
    r"<(?P<tag>item|entry|url)\b[^<>]*>(?:(?!<(?P=tag)\b).)*?</(?P=tag)\s*>", re.IGNORECASE | re.DOTALL
)
"""An entry of a feed or of a sitemap."""
_OF_FEED_ENTRY = re.compile(
    r"<(?:link|guid|id|loc)\b(?P<attributes>[^<>]*)>\s*(?:<!\[CDATA\[)?(?P<text>[^<>\]]*)", re.IGNORECASE
)
"""Its own address, in the element or, in Atom, in an attribute."""
_TEXT = re.compile(r"(?:(?<=>)|(?<=<!\[CDATA\[))(?!\s*<!\[CDATA\[)[^<>]+")
"""What stands between the tags of such an entry."""
_OF_OTHERS = re.compile(r"""\brel\s*=\s*+["']?+(?!alternate\b|self\b)""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'<>\s]+)""", re.IGNORECASE)
_SPOKEN = frozenset(
    ("title", "alt", "aria-label", "content", "data-title", "data-original-title", "data-name")
)
"""Attributes that hold words."""
_LEADING = frozenset(("href", "data-url", "data-href", "data-link"))
_LONGEST_ROW = 3_000
"""Characters of an entry of a list, with its summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How much of what stands around a link goes with it."""

    has_rows: bool = True
    """The words of the whole entry of a list, too?"""
    shortest: int = 0
    """Characters of texts that go; shorter ones, such as counts, stay where they are no part of the title."""
    has_titles: bool = True
    """The title wherever it stands in attributes and scripts, too?"""
    has_words: bool = True
    """Any words at all?"""


_SUMMARY = 16
"""Characters of a text that is no date and no count."""
WAYS = (
    *(
        Way(has_rows=has_rows, shortest=shortest, has_titles=has_titles)
        for has_titles in (True, False)
        for shortest in (0, _SUMMARY)
        for has_rows in (True, False)
    ),
    Way(has_words=False, has_titles=False),
)
"""From the most to the least that goes."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the lists of a page name."""

    titles: Set[str]
    """Of erased pages."""
    others: Set[str]
    """Keys of the others."""


def edit(edits: Edits, root: Element, way: Way, named: Named) -> None:
    """Edit a page, whose elements are those of `root`, in one of the ways."""
    linking, spoken, scripts = [], [], []
    for element in root.all():
        is_linking = False
        for attribute in element.attributes:
            is_link = edits.stand_in(*attribute.value)
            is_linking = is_linking or is_link
            if not is_link:
                edits.addresses(attribute.value)
                spoken.append(attribute.value)
        for span in (*element.texts, *element.scripts):
            edits.addresses(span)
        for span in element.scripts:
            edits.numbers(span)
        scripts += element.scripts
        linking += [element] if is_linking else []
    if way.has_words:
        _mask_items(edits)
    if way.has_titles:
        edits.titles([*spoken, *scripts, *(root.texts if not root.children else ())], named.titles)
    if way.has_words:
        rows = _Rows(edits, named, root)
        for element in linking:
            rows.mask(rows.around(element) if way.has_rows else element, way.shortest)


def _mask_items(edits: Edits) -> None:
    """Mask the entries of erased pages in a feed or sitemap."""
    for found in _FEED_ENTRY.finditer(edits.text):
        if _is_item_of(found[0], edits.stand_ins.erased, edits.stand_ins.base):
            edits.mask(Span(*text.span()) for text in _TEXT.finditer(edits.text, *found.span()))


def _is_item_of(item: str, erased: Erasures, base: str) -> bool:
    """Is it the entry of an erased page, and not of one that only links to it?"""
    return any(
        names(erased, address.strip(), base)
        for found in _OF_FEED_ENTRY.finditer(item)
        if not _OF_OTHERS.search(found["attributes"])
        for address in (found["text"], *_HREF.findall(found["attributes"]))
    )


class _Rows:
    """The entries of a page's lists, told by the links to the other pages that they name."""

    def __init__(self, edits: Edits, named: Named, root: Element) -> None:
        self._edits = edits
        self._titles = [squash(title) for title in named.titles]
        self._leading: set[int] = set()
        for element in root.all():
            if any(self._key(attribute) in named.others for attribute in element.attributes):
                around: Element | None = element
                while around is not None and id(around) not in self._leading:
                    self._leading.add(id(around))
                    around = around.parent

    def around(self, element: Element) -> Element:
        """Return the entry of a list that an element stands in: one beside those of others; else itself."""
        row = element
        while row.parent is not None and id(row.parent) not in self._leading:
            row = row.parent
        if row.parent is not None and any(
            id(other) in self._leading and self._name(other) == self._name(row)
            for other in row.parent.children
        ):
            return row
        return element

    def mask(self, element: Element, shortest: int) -> None:
        """Mask the texts of an element, unless it is more than a link or an entry."""
        inner = list(element.all())
        texts = [span for each in inner for span in each.texts]
        is_more = any(id(each) in self._leading for each in inner)
        if is_more or sum(end - start for start, end in texts) > _LONGEST_ROW:
            return
        self._edits.mask(span for span in texts if self._goes(span, shortest))
        self._edits.mask(
            attribute.value for each in inner for attribute in each.attributes if attribute.name in _SPOKEN
        )

    def _goes(self, span: Span, shortest: int) -> bool:
        text = squash(unescape(self._edits.text[span.start : span.end]))
        return len(text) >= shortest or any(
            title in text or (len(text) > 1 and text in title) for title in self._titles
        )

    def _key(self, attribute: Attribute) -> str | None:
        if attribute.name not in _LEADING:
            return None
        start, end = attribute.value
        url = urls.absolute(unescape(self._edits.text[start:end]), self._edits.stand_ins.base)
        return url and urls.key(url)

    def _name(self, element: Element) -> tuple[str, str]:
        classes = next(
            (attribute.value for attribute in element.attributes if attribute.name == "class"), Span(0, 0)
        )
        return element.tag, self._edits.text[classes.start : classes.end].split(" ", 1)[0]
