"""Which element of a page holds the article, and what in it is no part of it: found by content."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from lxml import html

from crawler.extract.bylines import is_byline
from crawler.extract.lists.marks import loose_mark
from crawler.extract.lists.names import is_control, list_name
from crawler.extract.lists.outline import Outline
from crawler.extract.lists.rows import Group
from crawler.extract.models import match_label

_STRUCTURAL: Final = frozenset({"div", "section", "article", "main", "td", "body", "center", "form"})
_JUNK_TAGS: Final = frozenset({"nav", "footer", "aside", "button", "label", "form"})
_JUNK_CLASS = re.compile(
    r"crumb|copyright|share|comment|pager|pagination|prev-?next|footer|navbar|toolbar|\b(?:tags?|nav|menu)\b"
)
_BAR = re.compile(
    r"[-—=*~·]{3,}|(?:上一[篇页頁]|下一[篇页頁]|分享[到至]|当前位置|當前位置|您的位置|您现在的位置)"
)
_NOTICE = re.compile(
    r"(?:标签|標籤|作者|来源|來源)[:：]|版权声明|版權聲明|免责声明|免責聲明|转载请注明|轉載請註明"
    r"|本文链接|本文連結|原文链接|原文連結|©|Copyright"
)
_NOTICE_WORDS = re.compile(
    r"版权所有|ICP备|侵权.{0,20}删除|侵權.{0,20}刪除|All Rights Reserved|扫一扫|掃一掃"
)
_SENTENCE = re.compile(r"[。！？!?；：:，,]|\.(?:\s|$)")
_COMMENTS = re.compile(r"(?:发表|网友|最新|全部|我要|文章|相关|用户|精彩)评论|评论列表|評論列表|發表評論")
_WORDS = "点赞 收藏 分享 举报 打赏 评论 复制链接 返回顶部 赞 踩 关注 登录 注册"
_BUTTONS: Final = frozenset(_WORDS.split())
_SEED: Final = 20
"""So many characters outside of links are prose even without a comma."""
_SECOND_HALF: Final = 100
_ALMOST_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Main:
    """The article's place in a page."""

    element: html.HtmlElement
    weight: int
    """Characters of prose in it."""
    places: tuple[int, ...]
    """Where in the outline its prose stands."""
    junk: tuple[html.HtmlElement, ...]
    """Elements within that are no part of the article."""
    lists: tuple[Group, ...]
    """The lists that stand beside the article; those that it quotes itself are left out."""


def find_main(outline: Outline, groups: Sequence[Group], *, title_end: int) -> Main | None:
    """Return the smallest element that holds the prose between title and lists; None where there is none.

    `title_end` is the place of the first segment after the title.
    """
    return MainFinder(outline, groups, title_end).main()


class MainFinder:
    """Weighs what a page says for prose, and finds the element around it; `find_main` is all in one."""

    def __init__(self, outline: Outline, groups: Sequence[Group], title_end: int) -> None:
        self.segments = outline.segments
        self.ranges = outline.ranges
        self.groups = groups
        self.title_end = title_end
        self.listed = [False] * len(self.segments)
        for group in groups:
            for row in group.rows:
                self.listed[row.start : row.end] = [True] * (row.end - row.start)
            if group.head is not None:
                self.listed[group.head] = True
        self.texts = [segment.text for segment in self.segments]
        self.bars = [index < title_end or _is_bar(text) for index, text in enumerate(self.texts)]
        self._mark_bars()
        self.junk = [bar or _is_notice(text) for bar, text in zip(self.bars, self.texts, strict=True)]
        self.weights = [self._weight(index) for index in range(len(self.segments))]
        self._mark_comments()
        self._mark_boxes()

    def _mark_bars(self) -> None:
        """What stands in a navigation, a footer, a bar of shares, unless the title stands there too."""
        for element, (start, end) in self.ranges.items():
            if start < self.title_end or start == end:
                continue
            names = f"{element.get('class', '')} {element.get('id', '')}".lower()
            if element.tag in _JUNK_TAGS or _JUNK_CLASS.search(names):
                self.bars[start:end] = [True] * (end - start)
        for index, segment in enumerate(self.segments):
            before = self.segments[index - 1]
            beside = index > 0 and segment.block is before.block and self.bars[index - 1]
            if segment.link is not None and beside and _BAR.match(self.texts[index - 1]):
                self.bars[index] = True

    def _mark_comments(self) -> None:
        """What stands under a heading of comments, up to the next list, when the article stands before it."""
        prose = 0
        heads = [group.rows[0].start if group.head is None else group.head for group in self.groups]
        index = self.title_end
        while index < len(self.segments):
            prose += self.weights[index]
            if prose >= _SECOND_HALF and _COMMENTS.fullmatch(self.texts[index]):
                end = next((head for head in heads if head > index), len(self.segments))
                self._leave_out(index, end)
                index = end
            else:
                index += 1

    def _mark_boxes(self) -> None:
        """What stands after the article in a box with a list's name: entries told of at length."""
        prose = 0
        for index, segment in enumerate(self.segments):
            prose += self.weights[index]
            if segment.level and prose >= _SECOND_HALF and list_name(self.texts[index]) is not None:
                end = self._box_end(index)
                if end > index + 1:
                    self._leave_out(index, end)

    def _box_end(self, index: int) -> int:
        """Where the largest element ends that begins at a place."""
        element, end = self.segments[index].block, index
        while element in self.ranges and self.ranges[element][0] == index:
            end = self.ranges[element][1]
            element = element.getparent()
        return end

    def _leave_out(self, start: int, end: int) -> None:
        self.bars[start:end] = self.junk[start:end] = [True] * (end - start)
        self.weights[start:end] = [0] * (end - start)

    def _weight(self, index: int) -> int:
        segment, text = self.segments[index], self.texts[index]
        if self.listed[index] or self.junk[index] or segment.link is not None:
            return 0
        if loose_mark(segment.pieces) is not None:
            return 0
        return len(text) if len(text) >= _SEED or _SENTENCE.search(text) else 0

    def main(self) -> Main | None:
        """The smallest element that holds the prose between title and lists."""
        start, end = self._heaviest_run()
        return self._main(self._seeds(start, end) or self._labels(start, end))

    def main_around(self, places: Iterable[int]) -> Main | None:
        """The smallest element that holds what is prose among `places`, which were found in another way."""
        return self._main(sorted(index for index in places if self.weights[index]))

    def overlap(self, main: Main, places: Collection[int]) -> float:
        """How much of the prose that either holds, both hold: from 0 to 1, weighed by its characters."""
        start, end = self.ranges[main.element]
        own = sum(self.weights[start:end])
        other = sum(self.weights[index] for index in places)
        both = sum(self.weights[index] for index in places if start <= index < end)
        return 2 * both / (own + other) if both else 0.0

    def prose_share(self, main: Main) -> float:
        """Which part of the text in an element stands outside of links, from 0 to 1."""
        start, end = self.ranges[main.element]
        linked = sum(
            len(self.texts[index]) for index in range(start, end) if self.segments[index].link is not None
        )
        total = sum(map(len, self.texts[start:end]))
        return 1 - linked / total if total else 0.0

    def _main(self, seeds: list[int]) -> Main | None:
        if not seeds:
            return None
        element = self._narrowed(self._around(seeds[0], seeds[-1]), seeds)
        low, high = self.ranges[element]
        inside = [index for index in seeds if low <= index < high]
        return Main(
            element=element,
            weight=sum(self.weights[index] for index in inside),
            places=tuple(inside),
            junk=self._junk_in(element, inside),
            lists=tuple(group for group in self.groups if not inside[0] < group.rows[0].start < inside[-1]),
        )

    def _seeds(self, start: int, end: int) -> list[int]:
        """The places of prose in a stretch."""
        return [index for index in range(start, end) if self.weights[index]]

    def _labels(self, start: int, end: int) -> list[int]:
        """Where there is no prose, what stands from the first of several models' names on."""
        own = [i for i in range(start, end) if not self.junk[i] and self.segments[i].link is None]
        named = [index for index in own if match_label(self.texts[index]) is not None]
        return [index for index in own if index >= named[0]] if len(named) > 1 else []

    def _heaviest_run(self) -> tuple[int, int]:
        """The stretch between two lists with most prose; two halves in one element are one stretch."""
        runs = []
        start = self.title_end
        for group in self.groups:
            first = group.rows[0].start if group.head is None else group.head
            runs.append((start, max(start, first)))
            start = max(start, group.rows[-1].end)
        runs.append((start, len(self.segments)))
        best = max(range(len(runs)), key=lambda number: sum(self.weights[slice(*runs[number])]))
        first = last = best
        while first and self._goes_on(runs[first - 1], runs[first]):
            first -= 1
        while (
            last + 1 < len(runs)
            and self._goes_on(runs[last], runs[last + 1])
            and self._is_much(runs[last + 1])
        ):
            last += 1
        return runs[first][0], runs[last][1]

    def _goes_on(self, first: tuple[int, int], second: tuple[int, int]) -> bool:
        """Is the list between two stretches one that the article itself quotes?"""
        before, after = self._seeds(*first), self._seeds(*second)
        if not before or not after:
            return False
        return self.segments[before[-1]].block.getparent() is self.segments[after[0]].block.getparent()

    def _is_much(self, run: tuple[int, int]) -> bool:
        """Is a stretch behind a list more than a notice?"""
        return len(self._seeds(*run)) > 1 and sum(self.weights[slice(*run)]) >= _SECOND_HALF

    def _around(self, first: int, last: int) -> html.HtmlElement:
        """The smallest structural element around two places."""
        element = self.segments[first].block
        while self.ranges[element][1] <= last or element.tag not in _STRUCTURAL:
            parent = element.getparent()
            if parent is None or parent not in self.ranges:
                break
            element = parent
        return element

    def _narrowed(self, element: html.HtmlElement, seeds: list[int]) -> html.HtmlElement:
        """Step inwards past a stray sentence, such as a notice under the article."""
        weights = list(accumulate((self.weights[index] for index in seeds), initial=0))
        while True:
            inner = next((child for child in element if self._is_all(child, element, seeds, weights)), None)
            if inner is None:
                return element
            element = inner

    def _is_all(
        self, child: html.HtmlElement, parent: html.HtmlElement, seeds: list[int], weights: list[int]
    ) -> bool:
        """Does a child hold nearly all prose, and no sibling of its shape, or with a label, any?"""
        if child.tag not in _STRUCTURAL or child not in self.ranges:
            return False
        first, last = (bisect_left(seeds, place) for place in self.ranges[child])
        if last - first <= 1 or weights[last] - weights[first] < weights[-1] * _ALMOST_ALL:
            return False
        low, high = self.ranges[parent]
        start, end = self.ranges[child]
        outside = [
            index for index in (*range(low, start), *range(end, high)) if seeds[0] <= index <= seeds[-1]
        ]
        if any(match_label(self.texts[index]) is not None for index in outside):
            return False
        return not any(self._is_like(other, child, seeds) for other in parent)

    def _is_like(self, other: html.HtmlElement, child: html.HtmlElement, seeds: list[int]) -> bool:
        if other is child or other not in self.ranges:
            return False
        shapes = {(element.tag, element.get("class")) for element in (other, child)}
        first, last = (bisect_left(seeds, place) for place in self.ranges[other])
        return len(shapes) == 1 and bool(child.get("class")) and last > first

    def _junk_in(self, element: html.HtmlElement, seeds: list[int]) -> tuple[html.HtmlElement, ...]:
        """The largest elements within that hold nothing of the article."""
        low, high = self.ranges[element]
        kept = [self._belongs(index, seeds) for index in range(low, high)]
        before = [0]
        for keep in kept:
            before.append(before[-1] + keep)
        found: dict[html.HtmlElement, None] = {}
        for index in range(low, high):
            if kept[index - low]:
                continue
            largest = self._largest(index, element, low, before)
            if largest is not None:
                found[largest] = None
        return tuple(found)

    def _belongs(self, index: int, seeds: list[int]) -> bool:
        if seeds[0] < index < seeds[-1]:
            return self.listed[index] or not self.bars[index]
        segment = self.segments[index]
        if self.junk[index] or self.listed[index] or segment.link is not None:
            return False
        if index < seeds[0] and loose_mark(segment.pieces) is not None:
            return False
        return list_name(segment.text) is None

    def _largest(
        self, index: int, top: html.HtmlElement, low: int, before: list[int]
    ) -> html.HtmlElement | None:
        segment = self.segments[index]
        element = segment.link if segment.link is not None else segment.block
        largest = None
        while element is not None and element is not top:
            start, end = self.ranges[element]
            if before[end - low] - before[start - low]:
                break
            largest = element
            element = element.getparent()
        return largest


def _is_bar(text: str) -> bool:
    """Is a text a control of the page, wherever it stands?"""
    return is_control(text) or text in _BUTTONS or _BAR.match(text) is not None


def _is_notice(text: str) -> bool:
    """Is a text one that stands around articles, and may stand in one?"""
    if _NOTICE.match(text) is not None or is_byline(text):
        return True
    return len(text) <= _SECOND_HALF and _NOTICE_WORDS.search(text) is not None
