"""The time and the read count that stand beside an entry of a list, found in a short text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extract.values import squash

_LONGEST: Final = 120
"""A longer text is a summary or a paragraph, whatever it says of reading."""
_LOOSE: Final = 20
"""So many characters beside time and count may be an author's or a site's name."""
_LAST_PIECES: Final = 6

_TIME = re.compile(
    r"(?<![\d\-/.])(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|年\d{1,2}月\d{1,2}日)"
    r"(?:[ T]?\d{1,2}:\d\d(?::\d\d)?)?"
)
_PARTIAL_TIME = re.compile(
    r"(?<![\w\-/.:])(?:\d{1,2}-\d{1,2}(?: \d{1,2}:\d\d)?(?![\w\-/.])|\d{1,2}月\d{1,2}日"
    r"|\d{1,4} ?(?:秒|分钟|分鐘|小时|小時|天|周|週|个月|個月|月|年)前|刚刚|剛剛|昨天|前天)"
)
_NUMBER = r"\d[\d,]*+(?>(?:\.\d++)?)(?>(?:[kKwWmM万萬千亿億]\+?+|\+)?)"
_LABEL = (
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|訪問|查看|人气|人氣|[Vv]iews?|[Rr]eads?|[Hh]its?)"
    r"(?>(?:量|次数|次數|人数|人數|数|數)?)"
)
_LABEL_FIRST = re.compile(
    rf"(?:被|总|總)?{_LABEL} ?[:：]? ?(?:[(（] ?{_NUMBER} ?[)）]|{_NUMBER}(?>(?: ?[次人](?![一-鿿]))?))"
    r"(?![\d.,:%]| ?(?:分|秒|字|小时|小時|页|頁|月|年))"
)
_NUMBER_FIRST = re.compile(
    rf"(?<![\d.:\-/,]){_NUMBER} ?(?:人次|[人次个個位])?(?:已)?{_LABEL}(?!理解|全文|原文|更多|完|时|時)"
)
_SIGN = re.compile(r"\d|刚刚|剛剛|昨天|前天")
"""No time and no count is without one of these."""
_FIRST_WORD = re.compile(rf"(?P<label>{_LABEL})|\d")
_OTHER = "(?:评论|評論|回复|回復|点赞|點贊|收藏|喜欢|喜歡|转发|轉發|赞|讚|贊|推荐|推薦)"
_OTHER_COUNT = re.compile(
    rf"{_OTHER}(?>(?:数|數|量)?) ?[:：]? ?[(（]?{_NUMBER}[)）]?"
    rf"|(?<!\d)(?<!\d,){_NUMBER} ?(?:条|條|个|個)?{_OTHER}"
)
_FILLER = re.compile(
    r"(?:发布|發佈|發布|发表|發表|更新|修改|创建)(?:于|於|时间|時間|日期)?|时间|時間|日期|作者|来源|來源|[于於次人]|\W"
)
_BARE = re.compile(rf"[(（\[]?{_NUMBER}[)）\]]?")
_SENTENCE_END = re.compile(r"[。！？；;!?]")


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands beside a title: a time, a count, or both, as shown."""

    time: str | None
    count: str | None
    labelled: bool
    """Does a word such as 阅读 say that the count is one of readers?"""


@dataclass(frozen=True, slots=True)
class _Scan:
    mark: Mark | None
    rest: str
    """What is neither time nor count nor a word that belongs to them."""


def _scan(text: str) -> _Scan:
    times = _TIME.findall(text)
    rest = _TIME.sub(" | ", text)
    if not times and (partial := _PARTIAL_TIME.search(rest)):
        times = [partial.group()]
        rest = rest.replace(partial.group(), " | ", 1)
    count = _count(rest)
    if count is not None:
        rest = rest.replace(count, " | ", 1)
    labelled = count is not None
    rest = _OTHER_COUNT.sub(" | ", rest).replace("|", " ").strip()
    if count is None and _BARE.fullmatch(rest.strip(" :：·-—")):
        count, rest = rest.strip(" :：·-—"), ""
    time = times[0] if times else None
    mark = Mark(time, count, labelled) if time or count else None
    return _Scan(mark, _FILLER.sub("", rest))


def _count(text: str) -> str | None:
    """The labelled count; in `12 阅读 3 评论` and `评论 3 阅读 12` the first word tells the order."""
    first = _FIRST_WORD.search(text)
    if first is None:
        return None
    if other := _OTHER_COUNT.match(text.strip(" |")):
        label_leads = not other.group()[0].isdigit()
    else:
        label_leads = first["label"] is not None
    orders = (_LABEL_FIRST, _NUMBER_FIRST) if label_leads else (_NUMBER_FIRST, _LABEL_FIRST)
    for order in orders:
        if found := order.search(text):
            return found.group().strip()
    return None


def whole_mark(text: str) -> Mark | None:
    """Return the mark that `text` is, None where it says anything else besides."""
    if len(text) > _LONGEST or not _SIGN.search(text):
        return None
    scan = _scan(squash(text))
    return None if scan.rest else scan.mark


def day_in(text: str) -> str | None:
    """Return the first complete date in a text, with its time if it has one, as shown."""
    found = _TIME.search(text[:_LONGEST])
    return found[0] if found else None


def loose_mark(pieces: Sequence[str]) -> Mark | None:
    """Return the mark in a text that stands outside of links, beside a name or two; None in a sentence.

    `pieces` are its runs of text, one for each inline element: a count is looked for in each before all
    are read as one line.
    """
    if sum(map(len, pieces)) > _LONGEST:
        return None
    text = " ".join(pieces)
    if not _SIGN.search(text):
        return None
    text = squash(text)
    scan = _scan(text)
    if scan.mark is None or len(scan.rest) > _LOOSE or _SENTENCE_END.search(text):
        return None
    if (
        scan.rest
        and not scan.mark.labelled
        and (scan.mark.time is None or not _TIME.fullmatch(scan.mark.time))
    ):
        return None
    for piece in pieces:
        alone = whole_mark(piece)
        if alone is not None and alone.labelled:
            return Mark(scan.mark.time, alone.count, labelled=True)
    return scan.mark


def split_link(pieces: Sequence[str]) -> tuple[str, Mark | None]:
    """Return the title that the runs of text of a link make, and the mark that stands in the link with it.

    Time and count count as a mark only in elements of their own, never as words of the title. A link that
    is wholly a time or a number is both: it may be an entry called 2025.1.21, or stand beside its title.
    """
    start, end = 0, len(pieces)
    mark = whole_mark(" ".join(pieces))
    if mark is not None:
        return "" if mark.labelled else squash("".join(pieces)), mark
    shortest = max(1, end - _LAST_PIECES)
    for cut in range(shortest, end):
        mark = whole_mark(" ".join(pieces[cut:]))
        if mark is not None:
            end = cut
            break
    if end - start > 1 and (leading := whole_mark(pieces[0])) is not None:
        start = 1
        if mark is None and (leading.time or leading.labelled):
            mark = leading
    return squash("".join(pieces[start:end])), mark


def split_line(line: str) -> tuple[str, Mark | None]:
    """Return the title of a line that ends in a mark, and the mark; only a labelled count ends a title."""
    text = squash(line)
    tail = text[-_LONGEST:]
    head = text[: len(text) - len(tail)]
    cut = _next_start(tail, 0)
    while cut is not None:
        mark = whole_mark(tail[cut:])
        if mark is not None and mark.labelled:
            return squash(head + tail[:cut]), mark
        cut = _next_start(tail, cut + 1)
    return text, None


def _next_start(text: str, start: int) -> int | None:
    """Where the next time or labelled count begins."""
    found = (pattern.search(text, start) for pattern in (_TIME, _LABEL_FIRST, _NUMBER_FIRST))
    return min((match.start() for match in found if match), default=None)
