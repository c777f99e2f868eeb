"""What the runs of an archive did: each of them, and the last ones that ended alike."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Any

from pipelines.ledger.times import from_text

_SILENT = timedelta(minutes=2)
"""A run that has not stirred for so long is no longer at work."""
_VERDICTS = {0: "OK", 9: "INCOMPLETE", 11: "INTERRUPTED", 13: "INTERRUPTED", None: "INTERRUPTED"}
"""By the exit code of a run that has ended, where that is no failure; None where nobody saw one."""
_STORING = {"crawl": ("stored",), "ingest": ("article", "unchanged")}
"""What the runs of a command count their stored pages under."""
_SUCCESSES = "SELECT max(finished_at) FROM runs WHERE command = 'crawl' AND exit_code IN (0, 14, 15)"
"""14 and 15: with `--strict`, a limit was reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One row of `runs`."""

    id: int
    command: str
    started_at: str
    heartbeat_at: str | None
    finished_at: str | None
    outcome: str | None
    exit_code: int | None
    counts: dict[str, Any]

    def verdict(self, now: str) -> str:
        """Return how it ended, or whether it is at work, in a word."""
        if self.finished_at is None:
            stirred = from_text(self.heartbeat_at or self.started_at)
            return "RUNNING" if from_text(now) - stirred < _SILENT else "INTERRUPTED"
        return _VERDICTS.get(self.exit_code, "FAILED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """The last runs that ended alike, of those since the time asked for."""

    since: str
    """When the first of them began."""
    runs: int
    stored: int
    failed: int


def past_runs(connection: sqlite3.Connection, since: str) -> tuple[Run, ...]:
    """Return the runs since then, newest first; the last one and the last crawl at least."""
    rows = connection.execute(
        "SELECT id, command, started_at, heartbeat_at, finished_at, outcome, exit_code, counts FROM runs"
        " WHERE started_at >= ? OR id = (SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT 1)"
        " OR id = (SELECT id FROM runs WHERE command = 'crawl' ORDER BY started_at DESC, id DESC LIMIT 1)"
        " ORDER BY started_at DESC, id DESC",
        (since,),
    )
    names = [column[0] for column in rows.description[:-1]]
    return tuple(Run(**dict(zip(names, row[:-1], strict=True)), counts=json.loads(row[-1])) for row in rows)


def telling(runs: Sequence[Run]) -> Sequence[Run]:
    """Return those of `runs`, newest first, that tell how the archive stands.

    An import or a repair that ended well says nothing of whether crawls do.
    """
    if runs and runs[0].command != "crawl" and runs[0].exit_code == 0:
        return [run for run in runs if run.command == "crawl"] or runs
    return runs


def last_success(connection: sqlite3.Connection) -> str | None:
    """Return when a crawl ended last as it should; None where none ever did."""
    row: tuple[str | None] = connection.execute(_SUCCESSES).fetchone()
    return row[0]


def streak_of(runs: Sequence[Run], now: str) -> Streak | None:
    """Return what the newest of `runs`, which come first, have in common with the last."""
    if not runs:
        return None
    verdict = runs[0].verdict(now)
    alike = list(takewhile(lambda run: run.verdict(now) == verdict, runs))
    return Streak(
        since=alike[-1].started_at,
        runs=len(alike),
        stored=sum(run.counts.get(name, 0) for run in alike for name in _STORING.get(run.command, ())),
        failed=sum(run.counts.get("failed", 0) for run in alike),
    )
