"""What each segment of a page is to the finding of lists: heading, barrier, title, mark."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from lxml import html

from crawler.extract.hiding import Hidden
from crawler.extract.lists.marks import Mark, loose_mark, split_link
from crawler.extract.lists.names import ListName, is_control, list_name
from crawler.extract.lists.outline import Outline, Segment

ROW_TAGS: Final = frozenset({"li", "tr"})
SHORT: Final = 20
"""Characters that an unknown heading has at most."""
_CLOSED_TAGS: Final = frozenset({"li", "tr", "dl", "article"})
_NAVIGATION: Final = ("nav", "menu", "crumb")
_FOOTER: Final = ("©", "Copyright", "copyright", "版权所有", "ICP备")
_LEVELS: Final = 8
_MOST_BOXES: Final = 3
"""Words that stand more often on one page are a badge on its entries, not a heading."""


@dataclass(slots=True)
class Seen:
    """What one segment is, for the finding of rows."""

    title: str
    """Of a link: its text without mark."""
    mark: Mark | None
    name: ListName | None
    barrier: bool
    """Does no row reach over it?"""
    heading: bool = False
    """Does it stand over a list, or look like what does?"""
    whole: bool = False
    """Is the title of a link itself the mark?"""


class Landmarks:
    """The segments of a page with what they are, and what stands between any two of them."""

    def __init__(self, outline: Outline, exclude: html.HtmlElement | None) -> None:
        self.segments = outline.segments
        self.ranges = outline.ranges
        self.excluded = self.ranges.get(exclude, (0, 0)) if exclude is not None else (0, 0)
        self.seen = [self._see(index) for index in range(len(self.segments))]
        self._tell_headings()
        self.barriers = [index for index, seen in enumerate(self.seen) if seen.barrier]
        self.is_mark = self._choose_marks()
        self.marks_before = list(accumulate(self.is_mark, initial=0))
        self.titles_before = list(accumulate((bool(seen.title) for seen in self.seen), initial=0))

    def _see(self, index: int) -> Seen:
        segment = self.segments[index]
        if self.excluded[0] <= index < self.excluded[1]:
            return Seen("", None, None, barrier=True)
        if segment.hidden >= Hidden.BY_STYLE:
            return Seen("", None, None, barrier=False)
        text = segment.text
        name = list_name(text)
        if name is not None:
            return Seen("" if segment.link is None else text, None, name, barrier=True)
        if segment.link is not None:
            title, mark = split_link(segment.pieces)
            whole = mark is not None and title == text
            return Seen("" if is_control(title) else title, mark, None, barrier=False, whole=whole)
        footer = any(word in text for word in _FOOTER)
        if footer or segment.level == 1 or (segment.level and not self._beside_link(segment)):
            return Seen("", None, None, barrier=True)
        return Seen("", loose_mark(segment.pieces), None, barrier=False)

    def _tell_headings(self) -> None:
        """Links of a bar and badges are no headings; a short text that looks like a known heading is one."""
        shapes = set()
        often = Counter(self.segments[index].text for index, seen in enumerate(self.seen) if seen.name)
        for index, seen in enumerate(self.seen):
            if seen.name is None:
                continue
            badge = often[self.segments[index].text] > _MOST_BOXES
            seen.heading = seen.barrier = not badge and not self._in_navigation(index)
            if not seen.heading:
                seen.name = None
            elif (shape := _shape(self.segments[index])) is not None:
                shapes.add(shape)
        for segment, seen in zip(self.segments, self.seen, strict=True):
            if seen.barrier or segment.link is not None or seen.mark is not None or not shapes:
                continue
            if _shape(segment) in shapes and len(text := segment.text) <= SHORT and not is_control(text):
                seen.heading = seen.barrier = True

    def _beside_link(self, segment: Segment) -> bool:
        parent = segment.block.getparent()
        return parent is not None and parent.tag in ROW_TAGS

    def _in_navigation(self, index: int) -> bool:
        """Is this link, whose words name a list, one of a bar of links?"""
        link = self.segments[index].link
        if link is None:
            return False
        element = link
        alone = True
        for _ in range(_LEVELS):
            words = (str(element.tag), *(element.get(name, "") for name in ("class", "id", "role")))
            if any(word in " ".join(words).lower() for word in _NAVIGATION):
                return True
            alone = alone and self.ranges[element][1] - self.ranges[element][0] == 1
            if alone and any(self._only_link(other) for other in _neighbours(element)):
                return True
            parent = element.getparent()
            if parent is None or parent not in self.ranges or parent.tag == "body":
                break
            element = parent
        return False

    def _only_link(self, element: html.HtmlElement) -> bool:
        """Does an element hold one link and nothing else, as the places of a bar of links do?"""
        start, end = self.ranges.get(element, (0, 0))
        return end - start == 1 and self.segments[start].link is not None and bool(self.seen[start].title)

    def _choose_marks(self) -> list[bool]:
        """Between two headings one kind of mark makes rows: labelled counts, times, bare numbers."""
        marks = [False] * len(self.seen)
        edges = [-1, *self.barriers, len(self.seen)]
        for before, after in pairwise(edges):
            zone = range(before + 1, after)
            named = before >= 0 and self.seen[before].name is not None
            for chosen in self._kinds(zone, named=named):
                if chosen:
                    for index in chosen:
                        marks[index] = True
                    break
        return marks

    def _kinds(self, zone: range, *, named: bool) -> list[list[int]]:
        marked = [
            (index, mark)
            for index in zone
            if (mark := self.seen[index].mark) is not None and not self.seen[index].whole
        ]
        labelled = [index for index, mark in marked if mark.labelled]
        if not named:
            return [labelled]
        timed = [index for index, mark in marked if mark.time is not None]
        bare = [index for index, mark in marked if mark.count is not None and self._counts_link_before(index)]
        return [labelled, timed, bare]

    def _counts_link_before(self, index: int) -> bool:
        """Does a bare number stand right behind a link, in the same row? Before it, it is a rank."""
        if self.segments[index].link is not None:
            return bool(self.seen[index].title)
        if index == 0 or not self.seen[index - 1].title:
            return False
        return _row_around(self.segments[index]) is _row_around(self.segments[index - 1])

    def count(self, before: list[int], element: html.HtmlElement) -> int:
        """How many marks or titles stand in an element; `before` is `marks_before` or `titles_before`."""
        start, end = self.ranges.get(element, (0, 0))
        return before[end] - before[start]

    def barrier_in(self, start: int, end: int) -> bool:
        """Is there a place that no row reaches over?"""
        at = bisect_left(self.barriers, start)
        return at < len(self.barriers) and self.barriers[at] < end

    def next_barrier(self, index: int) -> int:
        """The first barrier from a place on; the number of segments without one."""
        at = bisect_left(self.barriers, index)
        return self.barriers[at] if at < len(self.barriers) else len(self.segments)

    def last_barrier(self, index: int) -> int:
        """The last barrier up to a place; -1 without one."""
        at = bisect_right(self.barriers, index) - 1
        return self.barriers[at] if at >= 0 else -1

    def holds_one(self, element: html.HtmlElement) -> bool:
        """Does an element hold one mark, and no barrier?"""
        start, end = self.ranges.get(element, (0, 0))
        return self.marks_before[end] - self.marks_before[start] == 1 and not self.barrier_in(start, end)

    def zone_marks(self, index: int) -> int:
        """How many marks stand between the barriers around a place."""
        start, end = self.last_barrier(index) + 1, self.next_barrier(index)
        return self.marks_before[end] - self.marks_before[start]

    def has_like_sibling(self, element: html.HtmlElement) -> bool:
        """Does an element of the same tag and class beside it hold a title too?"""
        return any(self.count(self.titles_before, other) for other in _neighbours(element))


def _neighbours(element: html.HtmlElement) -> list[html.HtmlElement]:
    """The nearest siblings of the same tag and class, at most one on each side."""
    found = []
    for step in ("getprevious", "getnext"):
        other = getattr(element, step)()
        if other is not None and other.tag == element.tag and other.get("class") == element.get("class"):
            found.append(other)
    return found


def _row_around(segment: Segment) -> html.HtmlElement:
    element = segment.block
    for _ in range(_LEVELS):
        if element.tag in _CLOSED_TAGS:
            return element
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return segment.block


def _shape(segment: Segment) -> tuple[str, str] | None:
    """What makes a text look like a heading: its element and class; None for an element without a class."""
    owner = segment.owner
    kind = owner.get("class", "")
    return (str(owner.tag), str(kind)) if kind or owner.tag in ("dt", "strong", "b") else None
