"""The main list of a page: rows that are alike, each under the title of a page, and say most of all such."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby, islice
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.document import Document, by_class, finder, text_of
from crawler.extract.hiding import Hidden, seen_best
from crawler.extract.lists import MOST_ENTRIES
from crawler.extract.lists.marks import Mark, day_in, loose_mark, split_link, whole_mark
from crawler.extract.lists.names import is_control
from crawler.extract.lists.outline import Outline, Segment
from crawler.extract.values import SHANGHAI, Moment, squash
from crawler.extract.values.relative_times import parse_relative

_BESIDE_TITLES: Final = "原 转 译 荐 精 热 顶 原创 转载 翻译 置顶 [置顶] 【置顶】 推荐 专栏 付费 试读 VIP"
_BADGES: Final = frozenset(_BESIDE_TITLES.split())
"""What stands beside titles in elements of its own and belongs to none of them."""
_BEFORE_TIME = re.compile(r"^(?:发布|更新)(?:了?博客|了?文章)")
_READS = finder(
    "//i[contains(@class,'ic-list-read')]/.. | //img[contains(@src,'readCount')]/.."
    f" | //li[{by_class('item')}][{by_class('view')}]"
)
"""Counts that only an icon calls those of readers: at Jianshu, in CSDN's columns, at Juejin."""
_TIMES = finder("//*[@data-shared-at] | //time[@datetime]")
_SOME_NOON: Final = datetime(2000, 1, 1, 12, tzinfo=SHANGHAI)
"""Of no importance: asked is whether a text is a time at all."""
_ROW_TAGS: Final = frozenset({"li", "tr", "article"})
_VARYING = re.compile(r"\d+|^(?:odd|even|first|last|active|current|top|on|hot)$")
_MOST_SAID: Final = 300
"""Characters of one row that count: a list of many pages says more than the opening of one."""
_LEAST_TITLE: Final = 6
"""Characters of the titles of a list on the average; what has less is a menu."""
_MOST_TITLES: Final = 10_000
_LONGEST_ROW: Final = 200
"""Segments; real rows have up to 30, and what has more is made to hurt."""
_LEVELS: Final = 3
_HIGHEST: Final = 4
"""So many elements above its title a lone row ends."""


_Shape = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a list as the page shows it."""

    title: str
    link: urls.Link
    time: str | None = None
    count: str | None = None
    owner: str | None = None
    """Whose it is, as `urls.owner` names authors."""
    moment: Moment | None = None
    """The time, where the page says it in its scripts."""


@dataclass(frozen=True, slots=True)
class _Title:
    index: int
    """Its segment."""
    text: str
    mark: Mark | None
    link: urls.Link
    hidden: Hidden
    """How surely: not, or perhaps."""


@dataclass(frozen=True, slots=True)
class MainList:
    """The rows of a page's main list, and where in the page they begin."""

    start: int
    rows: tuple[Row, ...]


def main_list(
    document: Document,
    outline: Outline,
    *,
    is_entry: Callable[[urls.Link], bool],
    least: int = 1,
    is_sure: bool = True,
) -> MainList | None:
    """Return the list that says most of all with at least so many rows; None where there is none.

    What is hidden is no entry. `is_entry` says which links may be those of a list; unless it is sure, one of
    short titles is taken for a menu. Where it is, a list that a script may show is one for want of another.
    """
    said = list(accumulate((len(segment.text) for segment in outline.segments), initial=0))
    best: tuple[tuple[bool, int], list[_Title], list[range]] = ((False, 0), [], [])
    for titles in _alike(islice(_titles(document, outline, is_entry), _MOST_TITLES)):
        if len(titles) < least or not (is_sure or _are_titles(titles)):
            continue
        spans = _spans(outline, titles)
        weight = sum(min(said[span.stop] - said[span.start], _MOST_SAID) for span in spans)
        standing = (is_sure and titles[0].hidden is Hidden.NOT, weight)
        if standing > best[0]:
            best = (standing, titles, spans)
    _, titles, spans = best
    if not titles:
        return None
    reader = _Reader(document, outline)
    pairs = zip(titles[:MOST_ENTRIES], spans, strict=False)
    return MainList(spans[0].start, tuple(reader.row(title, span) for title, span in pairs))


def _titles(
    document: Document, outline: Outline, is_entry: Callable[[urls.Link], bool]
) -> Iterator[tuple[_Shape, _Title]]:
    """The titles among the links of a page, with the shape of the place that each stands in.

    A link around a whole row has one: its heading, else the first words that are no time, count or badge.
    """
    base = document.base or document.canonical_link
    numbered = enumerate(outline.segments)
    for element, run in groupby(numbered, key=lambda each: each[1].link):
        if element is None or element.get("href", "").strip().startswith("#"):
            continue
        found = [title for index, segment in run if (title := _title(index, segment)) is not None]
        found = seen_best(found, lambda each: outline.segments[each[0]].hidden)
        link = urls.link(element.get("href", ""), base) if found else None
        if link is None or not is_entry(link):
            continue
        index, text, mark = next((each for each in found if outline.segments[each[0]].level), found[0])
        yield (
            _shape(outline.segments[index].block),
            _Title(index, text, mark, link, outline.segments[index].hidden),
        )


def _title(index: int, segment: Segment) -> tuple[int, str, Mark | None] | None:
    text, mark = split_link(_without_badges(segment.pieces))
    if not text or text in _BADGES or is_control(text) or (mark is not None and whole_mark(text)):
        return None
    return index, text, mark


def _are_titles(titles: list[_Title]) -> bool:
    return sum(len(title.text) for title in titles) >= _LEAST_TITLE * len(titles)


def _without_badges(pieces: Sequence[str]) -> list[str]:
    return [piece for piece in pieces if squash(piece) not in _BADGES]


def _shape(block: html.HtmlElement) -> _Shape:
    """Tags and classes of an element and of the two around it, without what tells one row from another."""
    shape: list[tuple[str, str]] = []
    element: html.HtmlElement | None = block
    while element is not None and len(shape) < _LEVELS:
        classes = [] if element.tag in _ROW_TAGS else (element.get("class") or "").split()
        kept = [name for name in classes if not _VARYING.search(name)]
        shape.append((str(element.tag), kept[0] if kept else ""))
        element = element.getparent()
    return tuple(shape)


def _alike(found: Iterator[tuple[_Shape, _Title]]) -> list[list[_Title]]:
    """Titles in places of one shape that are seen alike, each address once."""
    lists: dict[_Shape, list[_Title]] = {}
    for shape, title in found:
        lists.setdefault(shape, []).append(title)
    return [_each_once(seen_best(titles, lambda title: title.hidden)) for titles in lists.values()]


def _each_once(titles: list[_Title]) -> list[_Title]:
    found: dict[str, _Title] = {}
    for title in titles:
        found.setdefault(title.link.url, title)
    return list(found.values())


def _spans(outline: Outline, titles: list[_Title]) -> list[range]:
    """The segments of each title's row: the largest element with no other title in it, and what follows it.

    Where no element holds a row, it goes on up to the next one, the last as far as the longest of them.
    """
    places = [title.index for title in titles]

    def alone(element: html.HtmlElement) -> bool:
        start, end = outline.ranges.get(element, (0, 0))
        return bisect_left(places, end) - bisect_left(places, start) == 1

    rows = [_row_element(outline.segments[place], alone, is_lone=len(places) == 1) for place in places]
    starts = [outline.ranges[row][0] for row in rows]
    spans: list[range] = []
    for number, row in enumerate(rows):
        start, end = outline.ranges[row]
        if row.tag not in _ROW_TAGS and len(rows) > 1:
            around = row.getparent()
            limit = outline.ranges.get(around, (0, end))[1]
            if number + 1 < len(rows):
                limit = min(limit, starts[number + 1])
            else:
                limit = min(limit, start + max(len(span) for span in spans))
            end = max(end, limit)
        spans.append(range(start, end))
    return spans


def _row_element(
    segment: Segment, alone: Callable[[html.HtmlElement], bool], *, is_lone: bool
) -> html.HtmlElement:
    element = segment.link if segment.link is not None else segment.block
    levels = 0
    while element.tag not in _ROW_TAGS and not (is_lone and levels == _HIGHEST):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html") or not alone(parent):
            break
        element, levels = parent, levels + 1
    return element


class _Reader:
    """Reads what stands beside the titles of a page."""

    def __init__(self, document: Document, outline: Outline) -> None:
        self._segments, self._ranges = outline.segments, outline.ranges
        self._base = document.base or document.canonical_link
        self._reads = {index: text_of(element) for index, element in self._places(_READS(document.root))}
        self._times = {
            index: element.get("data-shared-at") or element.get("datetime", "")
            for index, element in self._places(_TIMES(document.root))
        }

    def _places(self, elements: Iterable[html.HtmlElement]) -> Iterator[tuple[int, html.HtmlElement]]:
        """Those of some elements that are visible, with the segment that each begins in, or stands behind."""
        for element in elements:
            if element in self._ranges:
                start, end = self._ranges[element]
                yield start - (start == end), element

    def row(self, title: _Title, span: range) -> Row:
        """Return what the row of a title shows."""
        span = span[:_LONGEST_ROW]
        marks = [_mark(self._segments[index]) for index in span if index != title.index]
        shown = [mark for mark in (title.mark, *marks) if mark is not None]
        times = [
            *(mark.time for mark in shown if mark.time),
            *(self._times[index] for index in span if index in self._times),
        ]
        counts = [
            *(mark.count for mark in shown if mark.labelled),
            *(self._reads[index] for index in span if index in self._reads),
        ]
        return Row(
            title=title.text,
            link=title.link,
            time=max(times, key=lambda time: ":" in time, default=None),
            count=next(iter(counts), None),
            owner=urls.owner(title.link.url) or self._author(span),
        )

    def _author(self, span: range) -> str | None:
        """Whose page a row links to."""
        for index in span:
            link = self._segments[index].link
            url = None if link is None else urls.absolute(link.get("href", ""), self._base)
            if url and urls.source_kind(url) == "author":
                return urls.owner(url)
        return None


def _mark(segment: Segment) -> Mark | None:
    """Time and count beside a title, badges and names aside."""
    pieces = [_BEFORE_TIME.sub("", squash(piece)) for piece in _without_badges(segment.pieces)]
    pieces = [piece for piece in pieces if piece]
    text = " ".join(pieces).strip(" ·|")
    if parse_relative(text, seen_at=_SOME_NOON) is not None:
        return Mark(text, None, labelled=False)
    found = loose_mark(pieces)
    if found is not None:
        return found
    labelled = next((mark for mark in map(whole_mark, pieces) if mark and mark.labelled), None)
    return None if labelled is None else Mark(labelled.time or day_in(text), labelled.count, labelled=True)
