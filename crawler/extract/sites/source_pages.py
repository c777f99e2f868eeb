"""Pages that lead to articles and are none: rows of links, and rows of teasers under linked headings."""

from __future__ import annotations

from typing import Final

from lxml import html

from crawler.extract.lists.outline import Outline, Segment
from crawler.extract.sites.main_text import Main

_LEAST_LINKS: Final = 8
_LEAST_TITLE: Final = 6
_LEAST_TEASERS: Final = 3
_HALF: Final = 0.5
_DEEPEST: Final = 12
"""So far above its paragraph a teaser's box is looked for."""


def leads_on(outline: Outline) -> bool:
    """Does a page without a text of its own hold a list of links with titles?"""
    titles = {_address(segment) for segment in outline.segments if _is_title(segment)}
    return len(titles) >= _LEAST_LINKS


def is_source(outline: Outline, main: Main) -> bool:
    """Is what a page says most of all links, or teasers of other pages?"""
    start, end = outline.ranges[main.element]
    inside = outline.segments[start:end]
    linked = sum(len(segment.text) for segment in inside if _is_title(segment))
    total = sum(len(segment.text) for segment in inside)
    if linked > total * _HALF and len({_address(s) for s in inside if _is_title(s)}) >= _LEAST_LINKS:
        return True
    return _teasers(outline, main, start, end)


def _teasers(outline: Outline, main: Main, start: int, end: int) -> bool:
    """Does most of the prose stand in boxes of one shape, each under a link that is its title?"""
    boxes: dict[html.HtmlElement, int] = {}
    for index in range(start, end):
        segment = outline.segments[index]
        if segment.link is None and len(segment.text) >= _LEAST_TITLE:
            box = _box(outline, index, main.element)
            if box is not None:
                boxes[box] = boxes.get(box, 0) + len(segment.text)
    return len(boxes) >= _LEAST_TEASERS and sum(boxes.values()) > main.weight * _HALF


def _box(outline: Outline, index: int, top: html.HtmlElement) -> html.HtmlElement | None:
    """The nearest element around a text that has a twin beside it and begins with a linked title."""
    element = outline.segments[index].block
    for _ in range(_DEEPEST):
        if element is top or element is None:
            return None
        start, end = outline.ranges.get(element, (0, 0))
        titled = next((s for s in outline.segments[start : min(end, start + 4)] if _is_heading_link(s)), None)
        if titled is not None and titled.block is not outline.segments[index].block and _has_twin(element):
            return element
        element = element.getparent()
    return None


def _has_twin(element: html.HtmlElement) -> bool:
    shape = (element.tag, element.get("class"))
    beside = [element.getprevious(), element.getnext()]
    return any(other is not None and (other.tag, other.get("class")) == shape for other in beside)


def _is_heading_link(segment: Segment) -> bool:
    if not _is_title(segment) or segment.link is None:
        return False
    return segment.level > 0 or "title" in f"{segment.link.get('class', '')} {segment.block.get('class', '')}"


def _is_title(segment: Segment) -> bool:
    return (
        segment.link is not None
        and len(segment.text) >= _LEAST_TITLE
        and not segment.link.get("href", "").startswith("#")
    )


def _address(segment: Segment) -> str:
    return "" if segment.link is None else str(segment.link.get("href", ""))
