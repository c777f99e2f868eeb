"""Rows of a page that have the shape of a list entry, gathered under the headings they stand under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import html

from crawler.extract.hiding import Hidden, seen_best
from crawler.extract.lists.landmarks import ROW_TAGS, SHORT, Landmarks
from crawler.extract.lists.names import ListName, bare_heading, is_control
from crawler.extract.lists.outline import Outline, Segment

_NEAR: Final = 8
"""So many segments, of the kind 更多 and 换一批, may stand between a heading and its list."""
_LEAST_UNNAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: a link with a title, and what stands beside it."""

    start: int
    end: int
    """The half-open range of its segments."""
    title: str
    link: html.HtmlElement
    time: str | None
    count: str | None
    hidden: Hidden
    """How surely its title is hidden: not, or perhaps."""


@dataclass(slots=True)
class Group:
    """The rows under one heading."""

    heading: str | None
    """As shown; None where there is none."""
    name: ListName | None
    """None where the heading is missing or names no list we know."""
    head: int | None
    """The heading's segment."""
    rows: list[Row]
    parts: list[int]
    """Where in the rows each element's own begin: a list may go on in a second column."""


@dataclass(slots=True)
class _Run:
    """Marked places under one parent, not yet under a heading."""

    parent: html.HtmlElement
    spans: list[tuple[int, int]]


def find_groups(outline: Outline, *, exclude: html.HtmlElement | None) -> list[Group]:
    """Return the lists of a page in document order; `exclude` is the article, which holds none."""
    return _Finder(Landmarks(outline, exclude)).groups()


class _Finder:
    def __init__(self, landmarks: Landmarks) -> None:
        self.marks = landmarks
        self.segments = landmarks.segments
        self.ranges = landmarks.ranges
        self.seen = landmarks.seen

    def _runs(self) -> list[_Run]:
        runs: list[_Run] = []
        for index, marked in enumerate(self.marks.is_mark):
            if not marked:
                continue
            row = self._row_element(index)
            if row is None:
                parent = self.segments[index].block.getparent()
                if self.marks.count(self.marks.marks_before, self.segments[index].block) > 1:
                    parent = self.segments[index].block
                span = (index, index)
            else:
                parent = row.getparent()
                span = self.ranges[row]
            if parent is None:
                continue
            last = runs[-1] if runs else None
            if (
                last is not None
                and last.parent is parent
                and not self.marks.barrier_in(last.spans[-1][1], span[0])
            ):
                last.spans.append(span)
            else:
                runs.append(_Run(parent, [span]))
        return runs

    def _row_element(self, index: int) -> html.HtmlElement | None:
        """The largest element with this mark alone and a title in it; None in a flat run."""
        segment = self.segments[index]
        element = segment.link if segment.link is not None else segment.block
        if not self.marks.holds_one(element):
            return None
        lone = self.marks.zone_marks(index) == 1
        while element.tag not in ROW_TAGS:
            alike = lone or element.get("class")
            if (
                alike
                and self.marks.count(self.marks.titles_before, element)
                and self.marks.has_like_sibling(element)
            ):
                break
            parent = element.getparent()
            if parent is None or parent.tag in ("body", "html") or not self.marks.holds_one(parent):
                break
            element = parent
        return element if self.marks.count(self.marks.titles_before, element) else None

    def _widen(self, run: _Run) -> list[tuple[int, int]]:
        """The spans of a run with those of like elements beside them that show a title and no mark."""
        first, last = run.spans[0][0], run.spans[-1][1]
        low, high = self.marks.last_barrier(first), self.marks.next_barrier(first)
        marked = set(run.spans)
        children = [child for child in run.parent if child in self.ranges]
        rows = [child for child in children if self.ranges[child] in marked]
        if not rows:
            return self._flat_spans(run)
        like = {(row.tag, row.get("class")) for row in rows}
        tags = {row.tag for row in rows} & {"li", "tr"}
        spans = []
        for child in children:
            start, end = self.ranges[child]
            if (start, end) in marked:
                spans.append((start, end))
            elif low < start and end <= high and self.marks.count(self.marks.titles_before, child):
                alike = (child.tag, child.get("class")) in like and (child.get("class") or len(rows) > 1)
                within = first <= start < last or child.tag in tags
                if child.tag in tags or (alike and (within or child.get("class"))):
                    spans.append((start, end))
        return spans

    def _flat_spans(self, run: _Run) -> list[tuple[int, int]]:
        """Spans of rows that no element holds: each from a title up to the next, as in `dt dd dt dd`."""
        marks = [start for start, _ in run.spans]
        low = self.marks.last_barrier(marks[0])
        titles: list[int] = []
        for number, mark in enumerate(marks):
            before = marks[number - 1] if number else max(low, mark - _NEAR)
            found = self._title_between(before + 1, mark + 1)
            if found is None and number == 0:
                return self._mark_first_spans(marks)
            if found is not None:
                titles += [*self._unmarked(before + 1, found), found] if number else [found]
        high = min(self.marks.next_barrier(marks[-1]), marks[-1] + 3)
        ends = [*titles[1:], high]
        return list(zip(titles, ends, strict=True))

    def _title_between(self, start: int, end: int) -> int | None:
        """The first title of the last block that has one between two places."""
        found: int | None = None
        for index in range(start, end):
            if not self.seen[index].title:
                continue
            if found is None or self.segments[index].block is not self.segments[found].block:
                found = index
        return found

    def _unmarked(self, start: int, end: int) -> list[int]:
        """Titles in `dt` of their own that no mark belongs to."""
        blocks = [self.segments[end].block]
        return [
            index
            for index in range(start, end)
            if self.seen[index].title
            and (block := self.segments[index].block).tag == "dt"
            and block not in blocks
        ]

    def _mark_first_spans(self, marks: list[int]) -> list[tuple[int, int]]:
        ends = [*marks[1:], min(self.marks.next_barrier(marks[-1]), marks[-1] + 3)]
        return list(zip(marks, ends, strict=True))

    def groups(self) -> list[Group]:
        """Runs of rows, each under the nearest heading before it."""
        groups: list[Group] = []
        for run in self._runs():
            rows = self._rows(self._widen(run))
            if not rows:
                continue
            before = groups[-1].rows[-1].end if groups else 0
            if groups and rows[0].start < before:
                rows = [row for row in rows if row.start >= before]
                if not rows:
                    continue
            head, plain = self._heading(rows[0].start, before)
            if head is None and not plain and groups and rows[0].start - before <= _NEAR:
                groups[-1].parts.append(len(groups[-1].rows))
                groups[-1].rows += rows
                continue
            groups.append(self._group(head, rows))
        groups = [single for group in groups for single in self._untabbed(group)]
        for group in groups:
            group.rows = seen_best(group.rows, lambda row: row.hidden)
        return [group for group in groups if group.name is not None or self._stands_alone(group)]

    def _group(self, head: int | None, rows: list[Row]) -> Group:
        text = None if head is None else bare_heading(self.segments[head].text)
        name = None if head is None else self.seen[head].name
        return Group(text or None, name, head, rows, [0])

    def _untabbed(self, group: Group) -> list[Group]:
        """Under a bar of tabs stand as many lists as it has headings, in their order."""
        if group.head is None:
            return [group]
        first = group.head
        while first and self.seen[first].name is not None and self.seen[first - 1].name is not None:
            first -= 1
        heads = range(first, group.head + 1)
        if len(heads) == 1 or len(heads) != len(group.parts):
            return [group]
        ends = [*group.parts[1:], len(group.rows)]
        return [
            self._group(head, group.rows[start:end])
            for head, start, end in zip(heads, group.parts, ends, strict=True)
        ]

    def _stands_alone(self, group: Group) -> bool:
        return sum(row.count is not None for row in group.rows) >= _LEAST_UNNAMED

    def _heading(self, start: int, before: int) -> tuple[int | None, bool]:
        """The heading's place, and whether there is anything but links between two runs of rows."""
        plain: list[int] = []
        for index in range(start - 1, max(before, start - _NEAR) - 1, -1):
            segment, seen = self.segments[index], self.seen[index]
            if self.marks.excluded[0] <= index < self.marks.excluded[1]:
                break
            text = segment.text
            if seen.heading or (segment.level and not is_control(text)):
                return index, True
            if seen.barrier:
                break
            if segment.link is None and seen.mark is None and len(text) <= SHORT and not is_control(text):
                plain.append(index)
        return (plain[0] if plain else None), bool(plain)

    def _rows(self, spans: list[tuple[int, int]]) -> list[Row]:
        shared = self._shared_links(spans)
        rows = []
        for start, end in spans:
            row = self._row(start, end, shared)
            if row is not None:
                rows.append(row)
        return rows

    def _shared_links(self, spans: list[tuple[int, int]]) -> set[str]:
        """Addresses that several rows link to: an author's or a category's, never an entry's own."""
        once: set[str] = set()
        shared: set[str] = set()
        for start, end in spans:
            addresses = {
                link.get("href", "") for s in self.segments[start:end] if (link := s.link) is not None
            }
            shared |= addresses & once
            once |= addresses
        return shared

    def _row(self, start: int, end: int, shared: set[str]) -> Row | None:
        titled = [index for index in range(start, end) if self.seen[index].title]
        titled = seen_best(titled, lambda index: self.segments[index].hidden)
        if not titled:
            return None
        own = [index for index in titled if _address(self.segments[index]) not in shared] or titled
        address = _address(self.segments[own[0]])
        same = [index for index in own if _address(self.segments[index]) == address]
        best = next((index for index in same if self.segments[index].level), same[0])
        link = self.segments[best].link
        if link is None:
            return None
        marks = [
            (index, mark)
            for index in range(start, end)
            if (mark := self.seen[index].mark) is not None and not (index == best and self.seen[index].whole)
        ]
        time = next((mark.time for _, mark in marks if mark.time is not None), None)
        count = next((mark.count for _, mark in marks if mark.labelled), None) or next(
            (m.count for index, m in marks if m.count is not None and (m.time is not None or index >= best)),
            None,
        )
        return Row(start, end, self.seen[best].title, link, time, count, self.segments[best].hidden)


def _address(segment: Segment) -> str:
    return "" if segment.link is None else str(segment.link.get("href", ""))
