"""Titles that begin with a day, compared though one of them has lost characters.

The aggregator's 相关推荐 shows `2024-04-04 AI: 深度学习,微调什么` for
`2024-04-04 问AI: 在深度学习中,微调是什么?`: words of one character and punctuation are lost; the day, and the
order of what is left, are not.
"""

from __future__ import annotations

from crawler.extract.answers.questions import SERIES, leading_day
from crawler.extract.text.simplified import folded

_DAY_LENGTH = len("2024-05-11")
_LEAST_SHARE = 0.5
_LEAST_CHARACTERS = 4


def dated_title(title: str) -> str | None:
    """Return a title's day, `YYYY-MM-DD`, a blank, and the letters and digits after it, folded.

    None for a title that does not begin with a day, or holds nothing else.
    """
    found = leading_day(title)
    rest = folded(found[1]) if found else ""
    return f"{found[0]} {rest}" if found and rest else None


def day_of(dated: str) -> str:
    """Return the day of a dated title."""
    return dated[:_DAY_LENGTH]


def is_of_series(dated: str) -> bool:
    """Does a dated title that lost nothing carry the mark of a series?"""
    return dated.startswith(folded(SERIES), _DAY_LENGTH + 1)


def share_shown(whole: str, shown: str) -> float | None:
    """Return how much of the dated title `whole` is left in `shown`, up to 1.0; None if it is another title.

    It is another where the days differ, where `whole` does not hold the characters of `shown` in their order,
    and where less than half of them, or fewer than four, are left.
    """
    if day_of(whole) != day_of(shown):
        return None
    left, place = len(shown) - _DAY_LENGTH - 1, _DAY_LENGTH
    share = left / (len(whole) - _DAY_LENGTH - 1)
    if not _LEAST_SHARE <= share <= 1 or (left < _LEAST_CHARACTERS and whole != shown):
        return None
    for character in shown[_DAY_LENGTH:]:
        place = whole.find(character, place) + 1
        if not place:
            return None
    return round(share, 4)
