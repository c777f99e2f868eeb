"""What a title or heading asks, and a key under which the spellings of a question meet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from crawler.extract.text.folding import folded
from crawler.extract.text.simplified import simplified

SERIES = "问AI"
"""The series mark as it is stored, however a title spells it."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_OPEN = r"\s*+[\[({【「『〔《<]?+\s*+"
_CLOSE = r"\s*+[\])}】」』〕》>]?+"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_HAN = "〇零一二三四五六七八九"
_HAN_DIGITS = str.maketrans(_HAN, "00123456789")
_DAY = re.compile(
    r"(?<![0-9.])(?P<y1>[0-9]{4})\s?[-/.年–—]\s?(?P<m1>[0-9]{1,2})\s?[-/.月–—]\s?(?P<d1>[0-9]{1,2})(?![0-9])(?!\.[0-9])"
    r"(?:\s?[日号])?"
    r"|(?<![0-9])(?P<y2>(?:19|20)[0-9]{2})(?P<m2>[0-9]{2})(?P<d2>[0-9]{2})(?![0-9])"
    rf"|(?<![{_HAN}])(?P<y3>[{_HAN}]{{4}})年(?P<m3>[一二三四五六七八九十]{{1,2}})月(?P<d3>[一二三四五六七八九十]{{1,3}})[日号]"
    rf"|\b(?P<m4>{_MONTH})\s?(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y4>[0-9]{{4}})\b"
    rf"|\b(?P<d5>[0-9]{{1,2}})\s(?P<m5>{_MONTH}),?\s(?P<y5>[0-9]{{4}})\b",
    re.IGNORECASE,
)
_FORMS = "12345"
_CLOCK = r"(?:\s?[(]?(?:星期|周)[一二三四五六日天][)]?)?(?:\s[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_BEFORE_DAY = re.compile(_OPEN)
_AFTER_DAY = re.compile(_CLOCK + _CLOSE)
_TO_THE_END = re.compile(rf"{_CLOCK}{_CLOSE}[\s:,|·_、-]*+$")
_GOES_ON = re.compile(r"[起至到前后之以来发的是]|\s?[-~—–至到]\s?[0-9]")
"""Right after a day these make it part of a sentence, or of a range: 2024年9月1日起, 2024-05-11至…"""
_LEADS_TO = frozenset("自从至到于在截止年为是的")
"""Right before a day these make it part of a sentence."""
_SERIES_MARK = re.compile(
    rf"(?<!\s){_OPEN}[问問]\s*+ai(?P<end>{_CLOSE}\s*+[:,|—–·-]{{0,2}}\s*+)", re.IGNORECASE
)
_SERIES_LAST = re.compile(rf"\s?[\[({{【「『〔《<|-]\s?[问問]\s?ai{_CLOSE}\s*$", re.IGNORECASE)
_BETWEEN = "0123456789年月日号周星期一二三四五六天./ :,-—–|·_、[](){}【】「」『』〔〕《》<>~至到\t"
"""What may stand before a series mark beside whole days: parts of days and what joins them."""
_SEPARATORS = " :,-—–|·_、：，　"

_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
_END = r"(?:\s*+(?:[\])】]?+\s*+[:.、,\-]\s*+|[\])】]\s*+|$)|\s++)"
_QUESTION_MARK = re.compile(
    rf"""{_OPEN}(?:
      (?:问题|提问|题目|测试题?)\s*+                                                # 问题1
      (?:[0-9]{{1,3}}\s*+[\])】]?\s*+[:.、,\-]?\s*+|{_HAN_NUMBER}{_END})
    | (?:question|q|prompt)\s*+[0-9]{{1,3}}{_END}                                     # Q1.
    | 第\s*+(?:[0-9]{{1,3}}|{_HAN_NUMBER})\s*+(?:个?问题?|题){_END}                     # 第一题：
    | (?:问题|提问|题目|题|question|q|问|提示词|指令|prompt)\s*+[\])】]?\s*+(?::\s*+|$)  # 问题：
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LIST_NUMBER = re.compile(
    r"(?<!\s)\s*+(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}\s*+[.、:)](?![0-9])\s*+|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}\s++(?=[^\W\d])"
    rf"|[(](?:[0-9]{{1,2}}|{_HAN_NUMBER})[)]\s*+|{_HAN_NUMBER}\s*+[、.:]\s*+)"
)
_FINAL_PARTICLES = "呢吗啊呀吧嘛哦"
_WORDS_IN_ME = frozenset("什怎那这多要")
"""Before 么 they make a word of it: 什么, 怎么."""


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What a title says beside its words."""

    question: str | None
    """The title without its day and series mark; None where nothing else stands in it."""
    date: str | None
    """The one complete day at either end, `YYYY-MM-DD`; None for none or several."""
    series: str | None
    """`问AI` where the title carries the mark at an end."""


def read_title(title: str) -> TitleFacts:
    """Take day and series mark off a title.

    Whether the page counts as one with questions and answers is for the caller to say.
    """
    half = title.translate(_HALF_WIDTH)
    head, first, last, series = "", 0, len(title), None
    mark = _leading_mark(half)
    if mark is not None:
        head, first, series = half[: mark.start()], mark.end(), SERIES
    ending = _SERIES_LAST.search(half, first)
    if ending is not None:
        last, series = ending.start(), SERIES
    days = {day for found in _DAY.finditer(head) if (day := _day(found))}
    start, end = first, last
    while (leading := _leading_day(half, start, end, free=mark is None)) is not None:
        days.add(leading[0])
        start = leading[1]
    while (trailing := _trailing_day(half, start, end)) is not None:
        days.add(trailing[0])
        end = trailing[1]
    one = len(days) == 1
    question = title[start:end] if one else title[: len(head)] + " " + title[first:last]
    return TitleFacts(question.strip(_SEPARATORS) or None, days.pop() if one else None, series)


def leading_day(title: str) -> tuple[str, str] | None:
    """Return the day that a title begins with, `YYYY-MM-DD`, and what stands after it; None without one."""
    half = title.translate(_HALF_WIDTH)
    found = _leading_day(half, 0, len(half), free=True)
    return (found[0], title[found[1] :]) if found else None


def _leading_mark(half: str) -> re.Match[str] | None:
    """The series mark, where at most days stand before it and it is cut off from what follows."""
    mark = _SERIES_MARK.search(half)
    if mark is None or _DAY.sub("", half[: mark.start()]).strip(_BETWEEN):
        return None
    apart = mark["end"] or mark.end() == len(half) or _DAY.search(half, 0, mark.start())
    return mark if apart else None


def _leading_day(half: str, start: int, end: int, *, free: bool) -> tuple[str, int] | None:
    """A day at `start`, and where what belongs to it ends.

    `free`: it may be glued to the words after it; behind a series mark it is then what is asked about.
    """
    opening = _BEFORE_DAY.match(half, start, end)
    found = _DAY.match(half, opening.end() if opening else start, end)
    day = _day(found) if found else None
    if found is None or day is None or _GOES_ON.match(half, found.end(), end):
        return None
    closing = _AFTER_DAY.match(half, found.end(), end)
    after = closing.end() if closing else found.end()
    if not free and half[after : after + 1].isalpha() and half[after - 1 : after].isalnum():
        return None
    while after < end and half[after] in _SEPARATORS:
        after += 1
    return day, after


def _trailing_day(half: str, start: int, end: int) -> tuple[str, int] | None:
    """A day at the end, and where what belongs to it begins."""
    last = None
    for last in _DAY.finditer(half, start, end):  # noqa: B007 -- only the last one counts
        pass
    day = _day(last) if last else None
    if last is None or day is None or not _TO_THE_END.match(half, last.end(), end):
        return None
    before = half[start : last.start()].rstrip()
    if before and before[-1] in _LEADS_TO:
        return None
    return day, start + len(before.rstrip("[({【「『〔《<").rstrip())


def _day(found: re.Match[str]) -> str | None:
    """`YYYY-MM-DD`; None where the calendar has no such day."""
    form = next(n for n in _FORMS if found[f"y{n}"])
    year, month, day = (_number(found[f"{part}{form}"]) for part in "ymd")
    try:
        return date(year, month, day).isoformat() if year > 0 else None
    except ValueError:
        return None


def _number(printed: str) -> int:
    """A number in digits, in Chinese (五, 十一, 二十三, 二〇二四), or of a month's English name."""
    if printed.isdigit():
        return int(printed)
    if printed[:3].lower() in _MONTHS:
        return _MONTHS.index(printed[:3].lower()) + 1
    digits = printed.translate(_HAN_DIGITS)
    if "十" not in digits:
        return int(digits)
    tens, _, units = digits.partition("十")
    return 10 * int(tens or 1) + int(units or 0) if f"{tens}{units}".isdigit() or digits == "十" else 0


def read_heading(heading: str) -> tuple[str | None, bool]:
    """Return what a heading over answers asks, without 问题一 and its like, and whether it said 问题.

    A heading that holds nothing else asks None.
    """
    text = heading.strip().strip("#*_ ").strip()
    marked = False
    for pattern in (_LIST_NUMBER, _QUESTION_MARK, _LIST_NUMBER):
        found = pattern.match(folded(text.translate(_HALF_WIDTH)))
        if found:
            marked = marked or pattern is _QUESTION_MARK
            text = text[found.end() :]
    if marked:
        text = text.rstrip("】])）") if not any(c in text for c in "【[(（") else text
    return read_title(text).question, marked


def numbers_question(text: str) -> bool:
    """Does a line begin with the number of a question, as 问题二： and Q2. do?"""
    found = _QUESTION_MARK.match(folded(text.strip("#*_ ").translate(_HALF_WIDTH)))
    return found is not None and re.search(rf"[0-9]|{_HAN_NUMBER}", found[0]) is not None


def question_key(question: str) -> str:
    """Return the form under which spellings of one question meet.

    NFKC, case-folded, in Simplified characters, without punctuation, blanks and final particles (呢, 吗, …).
    What tells questions apart stays: the `#` of C#, the point of 3.5, `+`, `=`, `%`.
    """
    folded = simplified(unicodedata.normalize("NFKC", question).casefold()).replace("甚么", "什么")
    kept = "".join(c for i, c in enumerate(folded) if _tells_apart(folded, i))
    bare = kept.rstrip(_FINAL_PARTICLES)
    if bare.endswith("么") and bare[-2:-1] not in _WORDS_IN_ME:
        bare = bare.removesuffix("么")
    return bare or kept


def _tells_apart(text: str, index: int) -> bool:
    c = text[index]
    category = unicodedata.category(c)
    if category[0] in "LNM":
        return True
    before, after = text[index - 1 : index] if index else "", text[index + 1 : index + 2]
    if c == "#":
        return before.isascii() and before.isalpha()
    if c == ".":
        return before.isdigit() and after.isdigit()
    if c == "%":
        return before.isdigit()
    return category == "Sm" and c not in "~|"
