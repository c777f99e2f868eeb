"""Times that a page prints relative to when it was looked at: `3分钟前`, `昨天 10:20`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from crawler.extract.values import SHANGHAI, Moment, moment_at, parse_time, squash

_LONGEST: Final = 40
_NUMBER: Final = r"(?P<number>\d{1,4}|[一二两兩三四五六七八九十半几幾]|an?|one)\s?个?個?\s?"
_WORDS: Final = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)} | {
    **{"两": 2, "兩": 2},
    **dict.fromkeys(("a", "an", "one"), 1),
}
_AGO: Final = r"\s?(?:之?前|以前|ago)(?![\w])"
_CLOCK: Final = r"(?:\s?(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?![:\d]))?"
_AROUND: Final = re.compile(
    r"(?:最[后後近新])?(?:发布|發布|發佈|发表|發表|更新|编辑|編輯|修改|创建|阅读|回答)(?:时间|時間|日期|于|於|在|了)?"
    r"|posted|published|updated|edited|于|於|在|[\s:：·,，|()（）]",
    re.IGNORECASE,
)
"""Words that may stand around such a time; a sentence that holds one says something else."""
_Resolver = Callable[[re.Match[str], datetime], Moment | None]


def read_time(shown: str, *, seen_at: datetime | None) -> Moment | None:
    """Return the time that `shown` is, by itself or, where it is known when it was seen, relative to that."""
    return parse_time(shown) or (parse_relative(shown, seen_at=seen_at) if seen_at is not None else None)


def parse_relative(shown: str, *, seen_at: datetime) -> Moment | None:
    """Return the time that `shown` is, for a reader at `seen_at` (zone-aware), in the site's zone.

    Seconds and minutes are known to the minute; hours and days, to the day; what is coarser is None, as is
    an hour count that may have begun on either of two days.
    """
    text = squash(unicodedata.normalize("NFKC", shown))
    if len(text) > _LONGEST:
        return None
    for pattern, resolve in _FORMS:
        match = pattern.search(text)
        if match and not _AROUND.sub("", text[: match.start()] + text[match.end() :]):
            return resolve(match, seen_at.astimezone(SHANGHAI))
    return None


def _now(match: re.Match[str], seen: datetime) -> Moment:
    return moment_at(seen.replace(second=0), precision="minute", shown=match.string)


def _minutes(match: re.Match[str], seen: datetime) -> Moment | None:
    number = _number(match)
    if number is None:
        return None
    return moment_at(
        (seen - timedelta(minutes=number)).replace(second=0), precision="minute", shown=match.string
    )


def _hours(match: re.Match[str], seen: datetime) -> Moment | None:
    number = _number(match)
    if number is None:
        return None
    latest, earliest = (seen - timedelta(hours=hours) for hours in (number, number + 1))
    if latest.date() != earliest.date():
        return None
    return moment_at(latest, precision="day", shown=match.string)


def _days(match: re.Match[str], seen: datetime) -> Moment | None:
    number = _number(match)
    return (
        None
        if number is None
        else moment_at(seen - timedelta(days=number), precision="day", shown=match.string)
    )


def _named_day(match: re.Match[str], seen: datetime) -> Moment | None:
    day = seen - timedelta(days=_NAMED[match["day"].lower()])
    if match["hour"] is None:
        return moment_at(day, precision="day", shown=match.string)
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:  # noqa: PLR2004 -- a clock's
        return None
    when = day.replace(hour=hour, minute=minute, second=0)
    return moment_at(when, precision="minute", shown=match.string) if when <= seen else None


def _number(match: re.Match[str]) -> int | None:
    """The number that is printed; None for 几 and 半, which are none."""
    shown = match["number"].lower()
    if shown.isdecimal():
        return int(shown)
    return _WORDS.get(shown)


_NAMED: Final = {"今天": 0, "昨天": 1, "前天": 2, "today": 0, "yesterday": 1, "今日": 0, "昨日": 1}
_FORMS: Final[tuple[tuple[re.Pattern[str], _Resolver], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), resolve)
    for pattern, resolve in (
        (r"刚刚|剛剛|刚才|just now|moments? ago", _now),
        (rf"{_NUMBER}(?:秒钟?|秒鐘|seconds?|secs?){_AGO}", _now),
        (rf"{_NUMBER}(?:分钟|分鐘|分|minutes?|mins?){_AGO}", _minutes),
        (rf"{_NUMBER}(?:小时|小時|钟头|hours?|hrs?){_AGO}", _hours),
        (rf"{_NUMBER}(?:天|日|days?){_AGO}", _days),
        (rf"(?P<day>{'|'.join(_NAMED)}){_CLOCK}", _named_day),
    )
)
