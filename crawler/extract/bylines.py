"""The line beside a title that says when the article was published and how often it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crawler.extract.lists.marks import loose_mark, whole_mark
from crawler.extract.values import Count, Moment, parse_count, parse_time, squash
from crawler.extract.values.relative_times import parse_relative

_LONGEST: Final = 120
_TIME = (
    r"(?P<time>(?:19|20)\d\d ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}(?: ?日)?(?:[ T]?\d{1,2}:\d\d(?::\d\d)?)?)"
)
_PUBLISHED = (
    re.compile(rf"(?:发布|發佈|發布|发表|發表)(?:时间|時間|日期|于|於|在)? ?[:：]? ?{_TIME}"),
    re.compile(rf"[于於] ?{_TIME} ?(?:首次)?(?:发布|發佈|發布|发表|發表)"),
)
_SAYS_PUBLISHED = re.compile(r"发布|發佈|發布|发表|發表|posted|published", re.IGNORECASE)
_NOT_THIS: Final = "最新推荐文章"
"""CSDN stamps pages with the day of its newest recommendation, in the very words of a publication."""


@dataclass(frozen=True, slots=True)
class Byline:
    """What the lines beside a title say; None for what they do not."""

    published: Moment | None
    reads: Count | None


def read_byline(texts: Iterable[str], *, seen_at: datetime | None = None) -> Byline:
    """Return what short texts near a title say; a time that no word calls the publication's is not taken.

    `seen_at`: when the page was taken from its site, which is what 3天前 counts from.
    """
    published: Moment | None = None
    reads: Count | None = None
    for shown in texts:
        text = squash(shown)
        if len(text) > _LONGEST or _NOT_THIS in text:
            continue
        published = published or _published(text, seen_at)
        mark = loose_mark([text])
        if reads is None and mark is not None and mark.labelled and mark.count is not None:
            reads = parse_count(mark.count)
    return Byline(published, reads)


def is_byline(shown: str) -> bool:
    """Is a text nothing but a publication time or a labelled count, with the words that belong to them?"""
    text = squash(shown)
    mark = whole_mark(text)
    return mark is not None and (mark.labelled or _published(text, None) is not None)


def _published(text: str, seen_at: datetime | None) -> Moment | None:
    for pattern in _PUBLISHED:
        if found := pattern.search(text):
            return parse_time(found["time"])
    if seen_at is not None and _SAYS_PUBLISHED.match(text):
        return parse_relative(text, seen_at=seen_at)
    return None
