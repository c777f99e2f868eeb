"""When runs are to begin: the table `[schedule]` of `wencun.toml`, in the local time of the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Self

from pipelines.settings import BadSettings, read_table, read_tables

EVERY: Final = {"1h": 1, "2h": 2, "3h": 3, "4h": 4, "6h": 6, "8h": 8, "12h": 12, "1d": 24, "7d": 168}
"""What `every` may be, in hours: what has runs begin at the same hours of each day, or of one in the week."""
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY, _WEEK = 24, 168
_AT = re.compile(rf"(?:({'|'.join(DAYS)}) )?([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often runs begin, and when; made by `of`."""

    every: str
    """A key of EVERY."""
    at: str
    """As the user wrote it."""
    weekday: int | None
    """Of weekly runs, from 0 for Monday; else None."""
    hours: tuple[int, ...]
    minute: int

    @classmethod
    def of(cls, *, every: str = "1d", at: str = "03:00") -> Self:
        """Return the schedule that `1d` and `03:00`, or `7d` and `Sun 03:00`, say; raises ValueError."""
        if every not in EVERY:
            raise ValueError(f"every {every!r}: write one of {', '.join(EVERY)}")
        shown, step = _AT.fullmatch(at), EVERY[every]
        if shown is None:
            raise ValueError(f'at {at!r}: write a time such as 03:00, or "Sun 03:00" with every 7d')
        if shown[1] and step != _WEEK:
            raise ValueError(f"at {at!r}: a day of the week goes with every 7d")
        hour = int(shown[2])
        return cls(
            every=every,
            at=at,
            weekday=DAYS.index(shown[1] or DAYS[0]) if step == _WEEK else None,
            hours=tuple(range(hour % step, _DAY, step)) if step < _DAY else (hour,),
            minute=int(shown[3]),
        )

    @property
    def interval(self) -> timedelta:
        """Return how much time lies between two runs."""
        return timedelta(hours=EVERY[self.every])

    def next_after(self, moment: datetime) -> datetime:
        """Return when the next run begins; both are local times without a zone."""
        days = (moment.date() + timedelta(days=number) for number in range(8))
        begins = (
            datetime.combine(day, time(hour, self.minute))
            for day in days
            if self.weekday in (None, day.weekday())
            for hour in self.hours
        )
        return next(begin for begin in begins if begin > moment)


def read_schedule(path: Path, **given: str) -> Schedule | None:
    """Return what the settings at `path` say, or what is `given` instead: `every`, `at`.

    None where nobody wrote or gave a schedule. Raises BadSettings, or ValueError for what is given.
    """
    written = read_table(path, "schedule", {"every": _text, "at": _text})
    try:
        known = Schedule.of(**written) if "schedule" in read_tables(path) else None
    except ValueError as error:
        raise BadSettings(f"{path}: [schedule] {error}") from error
    return Schedule.of(**{**written, **given}) if given else known


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError('write it in quotes: "1d", "03:00"')
    return value
