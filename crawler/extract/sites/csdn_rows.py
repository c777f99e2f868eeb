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
_PART_CLASSES: Final = (*(("tit", "a"), ("date", "span"), ("time", "span"), ("left", None), ("read", None)),)
_PART_MARKS: Final = ("read-num", "date-and-readNum")


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


class Parts(dict[str, tuple[tuple[str, str | None], ...]]):
    """What parts of a recommendation have these classes, and the tag that each must have, if any.

    Kept through a page, whose recommendations are all made alike.
    """

    def __missing__(self, classes: str) -> tuple[tuple[str, str | None], ...]:
        names = classes.split(" ")
        self[classes] = (
            *((name, tag) for name, tag in _PART_CLASSES if name in names),
            *((name, None) for name in _PART_MARKS if name in classes),
            *([(classes, "span")] if classes == "info-block" else []),
        )
        return self[classes]


def has_class(element: Element, name: str) -> bool:
    """Is `name` among an element's classes?"""
    classes = element.get("class")
    return classes is not None and name in classes and name in classes.split(" ")


def read_row(row: Element) -> Row:
    """Return what a row of a box at the side shows."""
    link = count = None
    for inner in _within(row):
        if link is None and inner.tag == "a" and inner.get("href") is not None:
            link = inner
        if count is None and has_class(inner, "read"):
            count = inner
        if link is not None and count is not None:
            break
    title = text_of(link) if count is None else _title(link)
    if count is None:
        named = row.find("a")
        count = None if named is None else next(named.itersiblings("span"), None)
    return Row(title, link, count)


def _within(entry: Element) -> Iterator[Element]:
    return islice(entry.iterdescendants(), _MOST_ELEMENTS)


def _title(link: Element | None) -> str:
    """A link's text without the count and the eye that stand inside it from 2021 on."""
    text = text_of(link)
    for inner in () if link is None or not len(link) else _within(link):
        if has_class(inner, "read") and (shown := text_of(inner)):
            text = squash(text.removesuffix(shown))
    return text


def read_box(box: Element, kinds: Parts) -> Box:
    """Return what a box of a recommendation shows."""
    parts = _parts(box, kinds)
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


def _parts(box: Element, kinds: Parts) -> dict[str, Element]:
    """The first element of each kind that says something of the recommended page."""
    found: dict[str, Element] = {}
    for inner in _within(box):
        classes = inner.get("class")
        if classes:
            for name, tag in kinds[classes]:
                fits = name not in found and (tag is None or tag == inner.tag)
                if fits and (name != "tit" or inner.get("href") is not None):
                    found[name] = inner
    if "tit" not in found or "left" not in found:
        heading = next((inner for inner in _within(box) if inner.tag == "h4"), None)
        return found if heading is None else {**found, "h4": heading}
    return found


def _child(line: Element | None, name: str) -> Element | None:
    children = () if line is None else line.iterchildren()
    return next((child for child in children if name in child.get("class", "")), None)
