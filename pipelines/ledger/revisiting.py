"""How often a page is looked at: ever less often while it stays as it is, and more often when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipelines.ledger.times import later

HOUR: Final = 3600
DAY: Final = 24 * HOUR

LOOKS: Final = 30
"""The newest looks at a page decide: twice as many as lead from any interval to any other."""
_UNCHANGED, _CHANGED = 1.5, 0.5
_EARLY_SHARE, _EARLY_MOST = 10, 2 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """How the interval between two looks begins, and the bounds it keeps; in seconds."""

    first: int
    least: int
    most: int

    def interval(self, changes: Iterable[bool]) -> int:
        """Return the seconds until the next look; `changes`: what each look but the first found, in order."""
        seconds = float(self.first)
        for is_changed in changes:
            seconds = self._within(seconds * (_CHANGED if is_changed else _UNCHANGED))
        return int(seconds)

    def likely_next(self, interval: float, changed_share: float) -> float:
        """Return what follows on an interval, where that share of a page's looks found a change."""
        return self._within(interval * _CHANGED**changed_share * _UNCHANGED ** (1 - changed_share))

    def _within(self, seconds: float) -> float:
        return min(max(seconds, self.least), self.most)


ARTICLES: Final = Law(first=7 * DAY, least=DAY, most=90 * DAY)
SOURCES: Final = Law(first=DAY, least=HOUR, most=7 * DAY)


def due_after(moment: str, interval: int) -> str:
    """Return when a page that was looked at then is due, `interval` seconds being between two looks.

    A little earlier: by a tenth of them, two hours at most. So what one run came to late, the run of the next
    day finds due, though it begins at the same hour.
    """
    return later(moment, interval - early(interval))


def early(interval: int) -> int:
    """Return how many seconds before an interval is over a page is due."""
    return min(interval // _EARLY_SHARE, _EARLY_MOST)
