"""Shown text to values: dates, counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from dateutil import parser as dateutil_parser

from crawler.extract.text.invisible import visible

Precision = Literal["second", "minute", "day"]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Zone of every time that a page prints without one; China has kept +08:00 since 1992."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time or day that a page prints."""

    at: str | None
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`; None for a bare day."""
    date: str
    """The site's own day, `YYYY-MM-DD`."""
    precision: Precision
    shown: str
    """The site's own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of readers, likes, … that a page prints."""

    value: int
    unit: int
    """1 when exact, else what it was rounded to: 100 for `3.3k`, 10000 for `10w+`."""
    is_minimum: bool
    shown: str


def squash(text: str) -> str:
    """Return `text` trimmed, every run of white space (U+00A0 too) one blank, the invisible dropped."""
    return " ".join((text if text.isascii() else visible(text)).split())


# --- times -----------------------------------------------------------------------------------------------

_NOON = 12
_HALVES = {
    # First and last hour of the day that the words can mean: the clock's face leaves two to choose from.
    "凌晨": (0, 6),
    "早上": (0, 11),
    "上午": (0, 11),
    "中午": (10, 14),
    "下午": (12, 23),
    "傍晚": (13, 23),
    "晚上": (13, 23),
    "am": (0, 11),
    "pm": (12, 23),
    "": (0, 23),
}

_WHEN = re.compile(
    r"(?<![\d.])(?<!\d[-/])(?P<year>\d{4})"
    r"(?:\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?"
    r"|(?P<mark>[-/.])(?P<month2>\d{1,2})(?P=mark)(?P<day2>\d{1,2})(?![\d])(?![-/.]\d))"
    r"(?:(?:\s?[(（]?(?:星期|周)[一二三四五六日天][)）]?)?[T,，\s]?\s?"
    r"(?P<half>上午|早上|凌晨|中午|下午|傍晚|晚上)?\s?"
    r"(?<!\d)(?P<hour>\d{1,2})(?:\s?[:：]\s?|[时点])(?P<minute>\d{2})(?!\d)分?"
    r"(?:[:：]?(?P<second>\d{2})(?!\d)秒?(?:[.,]\d{1,9})?(?:\s?(?P<offset>[+-]\d{2}:?\d{2})(?![\d-]))?)?"
    r"\s?(?P<clock>[AaPp][Mm]\b)?\s?(?P<zone>Z\b|UTC\b|GMT\b)?)?"
)
_ENGLISH_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b", re.IGNORECASE
)
_LONGEST_ENGLISH_DATE = 48
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


def parse_time(shown: str) -> Moment | None:
    """Return the one complete date, with its time if it has one, that stands in `shown`.

    Read as Asia/Shanghai unless a zone stands there. None when there is no year, when the date cannot be,
    or when several different ones stand there. Never guesses: `3天前` and `05-12` are None.
    """
    text = squash(shown)
    found = {moment for match in _WHEN.finditer(text) for moment in [_moment_of(match, shown)]}
    if not found:
        return _english(text, shown)
    return found.pop() if len(found) == 1 else None


def moment_at(when: datetime, *, precision: Precision, shown: str) -> Moment:
    """Return the Moment of a zone-aware time; its `date` is the day in that zone."""
    at = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(
        at=None if precision == "day" else at, date=f"{when:%Y-%m-%d}", precision=precision, shown=shown
    )


def _moment_of(match: re.Match[str], shown: str) -> Moment | None:
    part = match.groupdict(default="")
    year, month = int(part["year"]), int(part["month"] or part["month2"])
    day = int(part["day"] or part["day2"])
    half = part["half"] or part["clock"].lower()
    hour = _hour(int(part["hour"]), *_HALVES[half]) if part["hour"] else 0
    if hour is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        zone = _zone(part["offset"] or part["zone"])
        when = datetime(
            year, month, day, hour, int(part["minute"] or 0), int(part["second"] or 0), tzinfo=zone
        )
    except ValueError:
        return None
    precision: Precision = "second" if part["second"] else "minute" if part["hour"] else "day"
    return moment_at(when, precision=precision, shown=squash(shown))


def _hour(shown: int, first: int, last: int) -> int | None:
    """The hour between `first` and `last` that a clock shows so; None where there is none."""
    turned = shown - _NOON if shown == _NOON else shown + _NOON
    return next((hour for hour in (shown, turned) if first <= hour <= last), None)


def _zone(shown: str) -> tzinfo:
    if not shown:
        return SHANGHAI
    if shown in {"Z", "UTC", "GMT"}:
        return UTC
    hours, minutes = int(shown[1:3]), int(shown[-2:])
    return timezone((1 if shown[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _zone_by_name(name: str | None, offset: int | None) -> tzinfo:
    """Zones for dateutil, which would else take the machine's own zone for a name it shares."""
    if offset:
        return timezone(timedelta(seconds=offset))
    known: dict[str | None, tzinfo] = {None: SHANGHAI, "UTC": UTC, "GMT": UTC, "Z": UTC, "CST": SHANGHAI}
    if name is None and offset == 0:
        return UTC
    if name not in known:
        raise ValueError(f"no zone {name}")
    return known[name]


def _english(text: str, shown: str) -> Moment | None:
    """`May 11, 2024 09:02`, `Sat, 11 May 2024 09:02:00 GMT`: strictly, with day and year there."""
    if len(text) > _LONGEST_ENGLISH_DATE or not _ENGLISH_MONTH.search(text):
        return None
    defaults = (datetime(2001, 1, 1, tzinfo=SHANGHAI), datetime(2004, 2, 29, tzinfo=SHANGHAI))
    try:
        first, second = (dateutil_parser.parse(text, default=d, tzinfos=_zone_by_name) for d in defaults)
    except (ValueError, OverflowError, TypeError):
        return None
    if first != second or not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        return None
    clock = re.search(r"\d:\d\d(:\d\d)?", text)
    precision: Precision = "day" if not clock else "second" if clock[1] else "minute"
    return moment_at(first, precision=precision, shown=squash(shown))


# --- counts ----------------------------------------------------------------------------------------------

_UNITS = {
    "": 1,
    "千": 10**3,
    "k": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "w": 10**4,
    "m": 10**6,
    "亿": 10**8,
    "億": 10**8,
}
_NUMBER = (
    r"(?<![\d.,/+-])(?<!\d:)(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(?P<part>\d{1,3}))?(?![\d]|[.,/:-]\d)"
    r"(?:\s?(?P<unit>[kwm](?![a-z])|[千万萬亿億]))?\s?(?P<more>\+|以上)?"
)
_READS = r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问)"
_ALONE = re.compile(_NUMBER)
_BEFORE_LABEL = re.compile(_NUMBER + r"\s?[次人]{0,2}\s?" + _READS)
_AFTER_LABEL = re.compile(_READS + r"(?:量|数|數|次数|人数)?\s?[:(\[]?\s?" + _NUMBER)
_LABELS = re.compile(
    r"[阅读閱讀浏览瀏覽数數量次被人点點击擊查看访问赞讚收藏评論论條条分享热度播放下载订閱总共约已有本文章"
    r"\s:()\[\]·•|,。]|\b(?:page )?(?:views?|reads?|likes?|comments?|times?)\b"
)
_MOST_DIGITS = 15
_MOST = 10**_MOST_DIGITS


def parse_count(shown: str) -> Count | None:
    """Return the number of readers, likes, … a page means by `shown`.

    `12 阅读`, `阅读数：12`, `(12)` and `12` are 12, `1.2万` and `1.2w` are 12000, `999+` is at least 999.
    None where no number stands there, or where words stand around it that no count has; never 0 for that.
    """
    if shown.isdecimal() and shown.isascii() and len(shown) <= _MOST_DIGITS:
        return Count(value=int(shown), unit=1, is_minimum=False, shown=shown)
    text = squash(unicodedata.normalize("NFKC", shown)).lower()
    numbers = list(_ALONE.finditer(text))
    if len(numbers) == 1 and not _LABELS.sub("", text[: numbers[0].start()] + " " + text[numbers[0].end() :]):
        return _count_of(numbers[0], shown)
    ways = (_BEFORE_LABEL, _AFTER_LABEL) if text[:1].isdigit() else (_AFTER_LABEL, _BEFORE_LABEL)
    labelled = next((match for way in ways if (match := way.search(text))), None)
    return _count_of(labelled, shown) if labelled else None


def _count_of(match: re.Match[str], shown: str) -> Count | None:
    whole, part = match["whole"].replace(",", ""), match["part"] or ""
    unit = _UNITS[match["unit"] or ""] // 10 ** len(part)
    value = int(whole + part) * unit
    if unit == 0 or value >= _MOST:
        return None
    return Count(value=value, unit=unit, is_minimum=bool(match["more"]), shown=squash(shown))
