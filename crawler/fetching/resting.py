"""Which hosts rest in a run, and for how long: a breaker for each, told of every answer and every failure.

A host that asks for patience rests at once, one that fails or shows walls after several in a row. While it
has not answered as it should, the next trouble of the kind sends it to rest again, for twice as long.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from scrapy.exceptions import IgnoreRequest

from pipelines.ledger.hosts import Reason, Rest
from pipelines.ledger.times import from_text, to_text

_HOUR, _DAY = 3600.0, 86400.0
_WAITED_FOR = 300.0
"""Seconds; a run does not stay for a rest that lasts longer, when nothing else is left to do."""
_PATIENCE_IN_A_ROW = 5
"""So many answers in a row that ask for patience are taken to mean another hour."""
_JITTER = 0.25


class HostRests(IgnoreRequest):
    """Nothing may be asked of `host` now: a page waits until it may."""

    def __init__(self, host: str, message: str) -> None:
        super().__init__(message)
        self.host = host


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """When trouble of a kind sends a host to rest, and for how long."""

    reason: Reason
    in_a_row: int
    first: float
    """Seconds; each further rest in a row lasts twice as long."""
    longest: float


class Trouble(Enum):
    """What can go wrong with a host."""

    PATIENCE = _Rule(reason="rate_limited", in_a_row=1, first=5, longest=300)
    """It says that it is asked for too much."""
    NO_CONNECTION = _Rule(reason="failing", in_a_row=3, first=300, longest=_DAY)
    """No answer: no address, no connection, no TLS, or none in time."""
    SERVER_ERROR = _Rule(reason="failing", in_a_row=5, first=300, longest=_DAY)
    """It answers that it does not work."""
    NO_ROBOTS = _Rule(reason="failing", in_a_row=1, first=300, longest=_DAY)
    """Its robots.txt cannot be had, so that nothing may be fetched."""
    WALL = _Rule(reason="blocked", in_a_row=3, first=_DAY, longest=7 * _DAY)
    """It shows a wall in place of a page."""


@dataclass(slots=True)
class _Host:
    reason: Reason | None = None
    strikes: int = 0
    wakes_at: float = 0.0
    in_a_row: Counter[Trouble] = field(default_factory=Counter)


class Rests:
    """The hosts of one run; `on_rest` is told of every rest, `on_good` of a host that is well again."""

    def __init__(
        self,
        *,
        on_rest: Callable[[str, Rest], None],
        on_good: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._on_rest = on_rest
        self._on_good = on_good
        self._clock = clock
        self._wall_clock = wall_clock
        self._hosts: dict[str, _Host] = {}

    def restore(self, struck: Mapping[str, Rest]) -> None:
        """Take over the rests of earlier runs, over or not."""
        for host, rest in struck.items():
            seconds = (from_text(rest.until) - self._wall_clock()).total_seconds()
            self._hosts[host] = _Host(rest.reason, rest.strikes, self._clock() + seconds)

    def seconds_left(self, host: str) -> float:
        """Return how long the host's rest lasts yet; 0 where it may be asked."""
        known = self._hosts.get(host)
        return 0.0 if known is None else max(0.0, known.wakes_at - self._clock())

    def resting(self) -> dict[str, Reason]:
        """Return the hosts that rest now, and why."""
        return {
            host: known.reason
            for host, known in self._hosts.items()
            if known.reason is not None and self.seconds_left(host)
        }

    def worth_waiting_for(self, host: str) -> float | None:
        """Return how long the host's rest lasts yet, where a run stays for it; None where it does not."""
        seconds = self.seconds_left(host)
        is_short = self._hosts[host].reason == "rate_limited" and seconds <= _WAITED_FOR
        return seconds if is_short else None

    def check(self, host: str) -> None:
        """Raise HostRests where the host must not be asked now."""
        seconds = self.seconds_left(host)
        if seconds:
            raise HostRests(host, f"{host} rests for another {seconds:.0f} s: {self._hosts[host].reason}")

    def trouble(self, host: str, kind: Trouble, *, asked: float | None = None) -> None:
        """Note that something went wrong; `asked`: how many seconds the host wants to be left alone."""
        rule = kind.value
        known = self._hosts.setdefault(host, _Host())
        known.in_a_row[kind] += 1
        is_marked = known.reason == rule.reason and known.strikes > 0
        if known.in_a_row[kind] < rule.in_a_row and not is_marked:
            return
        known.in_a_row[kind] = 0
        known.strikes = known.strikes + 1 if is_marked else 1
        known.reason = rule.reason
        self._rest(host, known, self._seconds(kind, known.strikes, asked))

    def answered(self, host: str) -> None:
        """Note that a page was answered as it should be: the host is there, and works."""
        known = self._hosts.get(host)
        if known is None:
            return
        for kind in Trouble:
            if kind is not Trouble.WALL:
                known.in_a_row[kind] = 0
        if known.reason != "blocked":
            self._forgive(host, known)

    def gave_page(self, host: str) -> None:
        """Note that there was a page behind an answer, and no wall."""
        known = self._hosts.get(host)
        if known is not None:
            known.in_a_row[Trouble.WALL] = 0
            self._forgive(host, known)

    def _forgive(self, host: str, known: _Host) -> None:
        """An answer to what was asked before does not end a rest that has begun meanwhile."""
        if known.strikes and not self.seconds_left(host):
            known.strikes, known.reason = 0, None
            self._on_good(host)

    def _seconds(self, kind: Trouble, strikes: int, asked: float | None) -> float:
        rule = kind.value
        if asked is None:
            asked = min(rule.first * 2 ** min(strikes - 1, 20), rule.longest)
            if kind is Trouble.PATIENCE:
                asked = min(asked * (1 + random.uniform(0, _JITTER)), rule.longest)  # noqa: S311 -- no secret
        if kind is Trouble.PATIENCE and strikes >= _PATIENCE_IN_A_ROW:
            asked = max(asked, _HOUR)
        return asked

    def _rest(self, host: str, known: _Host, seconds: float) -> None:
        """Rest until a full second of the clock, as the ledger keeps it, and by the monotonic clock here."""
        now = self._wall_clock()
        until = (now + timedelta(seconds=seconds)).replace(microsecond=0) + timedelta(seconds=1)
        known.wakes_at = max(known.wakes_at, self._clock() + (until - now).total_seconds())
        assert known.reason is not None
        self._on_rest(host, Rest(until=to_text(until), reason=known.reason, strikes=known.strikes))
