"""One entry of a list of CSDN: a row of a box at the side, or a recommendation under the article."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from crawler.extract.document import text_of
from crawler.extract.values import squash

_MOST_ELEMENTS: Final = 200
"""Of one entry; real ones have up to 40, and what has more is made to hurt."""


class Row(NamedTuple):
    """What a row of a box shows."""

    title: str
    link: Element | None
    reads: Element | None
    """Where a count may stand."""


class Box(NamedTuple):
    """What a recommendation shows."""

    title: str
    link: Element | None
    reads: Element | None
    """Where a count may stand."""
    date: str
    """"" where there is none."""


class Hidden:
    """Which elements of a page their style hides, or that of an element around them."""

    def __init__(self) -> None:
        self._known: dict[Element, bool] = {}

    def holds(self, element: Element) -> bool:
        """Is an element hidden?"""
        unknown = []
        around: Element | None = element
        while around is not None and around not in self._known:
            unknown.append(around)
            around = around.getparent()
        hidden = around is not None and self._known[around]
        for inner in reversed(unknown):
            style = inner.get("style")
            hidden = hidden or (style is not None and ("display:none" in style or "display: none" in style))
            self._known[inner] = hidden
        return hidden


def has_class(element: Element, name: str) -> bool:
    """Is `name` among an element's classes?"""
    classes = element.get("class")
    return classes is not None and name in classes and name in classes.split(" ")


def read_row(row: Element) -> Row:
    """Return what a row of a box at the side shows."""
    link = next((inner for inner in _within(row, "a") if inner.get("href") is not None), None)
    count = next((inner for inner in _within(row) if has_class(inner, "read")), None)
    if count is None:
        named = row.find("a")
        count = None if named is None else next(named.itersiblings("span"), None)
    return Row(_title(link), link, count)


def _within(entry: Element, *tags: str) -> Iterator[Element]:
    return islice(entry.iterdescendants(*tags), _MOST_ELEMENTS)


def _title(link: Element | None) -> str:
    """A link's text without the count and the eye that stand inside it from 2021 on."""
    text = text_of(link)
    for inner in () if link is None or not len(link) else _within(link):
        if has_class(inner, "read") and (shown := text_of(inner)):
            text = squash(text.removesuffix(shown))
    return text


def read_box(box: Element) -> Box:
    """Return what a box of a recommendation shows."""
    parts = _parts(box)
    heading, line = parts.get("h4"), parts.get("date-and-readNum")
    link = parts.get("tit")
    if link is None and heading is not None:
        within = (inner for inner in heading.iterchildren("a") if inner.get("href") is not None)
        around = (outer for outer in heading.iterancestors("a") if outer.get("href") is not None)
        link = next(within, None)
        link = next(around, None) if link is None else link
    title = ""
    if link is not None:
        named = parts.get("left", heading)
        title = text_of(named) or text_of(link) or squash(link.get("title", ""))
    count = next((parts[name] for name in ("read-num", "read") if name in parts), None)
    date = next((parts[name] for name in ("date", "time") if name in parts), None)
    if count is None:
        count = _child(line, "hover-hide")
    if date is None:
        date = _child(line, "hover-show")
    return Box(title, link, count, text_of(parts.get("info-block") if date is None else date))


def _parts(box: Element) -> dict[str, Element]:
    """The first element of each kind that says something of the recommended page."""
    found: dict[str, Element] = {}
    for inner in _within(box):
        tag, classes = inner.tag, inner.get("class")
        if tag == "h4":
            found.setdefault("h4", inner)
        if not classes:
            continue
        names = classes.split(" ")
        if tag == "a" and "tit" in names and inner.get("href") is not None:
            found.setdefault("tit", inner)
        elif tag == "span":
            for name in ("date", "time"):
                if name in names:
                    found.setdefault(name, inner)
            if classes == "info-block":
                found.setdefault(classes, inner)
        for name in ("left", "read"):
            if name in names:
                found.setdefault(name, inner)
        for name in ("read-num", "date-and-readNum"):
            if name in classes:
                found.setdefault(name, inner)
    return found


def _child(line: Element | None, name: str) -> Element | None:
    children = () if line is None else line.iterchildren()
    return next((child for child in children if name in child.get("class", "")), None)
