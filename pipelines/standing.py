"""How an archive stands: what it holds, what its runs did, what is due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.archive import Archive
from pipelines.wording import counted

_SILENT = timedelta(minutes=2)
"""A run that has not stirred for so long is no longer at work."""
_VERDICTS = {9: "INCOMPLETE", 11: "INTERRUPTED", 13: "INTERRUPTED"}
"""By the exit code of the last run, where that is neither 0 nor a failure."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Failures of one kind since the time asked for."""

    error: str
    count: int
    newest_at: str
    message: str
    """The newest one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What `wencun status` tells; its JSON form has these keys."""

    verdict: str
    """`RUNNING`; how the last run ended: `INTERRUPTED` (by signal or crash), `INCOMPLETE` or `FAILED`; else
    `EMPTY` or `OK`."""
    archive: str
    now: str
    since: str
    articles: int
    answers: int
    models: int
    """Known models that answered."""
    captures: int
    pages: dict[str, int]
    """Ledger rows by state."""
    due: int
    next_due_at: str | None
    """The earliest time in the future at which a page is due."""
    last_run: Run | None
    runs: tuple[Run, ...]
    """Those started since the time asked for, newest first, at most 20."""
    failures: tuple[FailureGroup, ...]
    """Since the time asked for, most frequent first."""
    warc_bytes: int
    database_bytes: int

    @property
    def headline(self) -> str:
        """One line that says it all."""
        failed = self.pages.get("failed", 0)
        facts = [counted(self.articles, "article")]
        facts += [f"{counted(failed, 'page')} failed"] if failed else []
        facts += [f"{self.due} due" if self.due else "nothing due"]
        return f"{self.verdict}: {', '.join(facts)}; {_describe(self.last_run)}"


def take_stock(archive: Archive, connection: sqlite3.Connection, *, now: str, since: str) -> Standing:
    """Return how the archive stands at `now`, with runs and failures since `since`; both are UTC texts."""
    articles, captures = _one(
        connection, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM captures)"
    )
    answers, models = _one(connection, "SELECT count(*), count(DISTINCT model) FROM answers")
    due, next_due_at = _one(
        connection,
        "SELECT count(*) FILTER (WHERE due_at <= :now), min(due_at) FILTER (WHERE due_at > :now)"
        " FROM pages WHERE due_at IS NOT NULL",
        now=now,
    )
    pages = dict(connection.execute("SELECT state, count(*) FROM pages GROUP BY state ORDER BY state"))
    last_run = next(iter(_runs(connection, since="", limit=1)), None)
    return Standing(
        verdict=_verdict(last_run, is_empty=not articles, now=now),
        archive=str(archive.root),
        now=now,
        since=since,
        articles=articles,
        answers=answers,
        models=models,
        captures=captures,
        pages=pages,
        due=due,
        next_due_at=next_due_at,
        last_run=last_run,
        runs=_runs(connection, since=since, limit=20),
        failures=_failures(connection, since),
        warc_bytes=_size(archive.warc_dir.iterdir()) if archive.warc_dir.is_dir() else 0,
        database_bytes=_size(archive.root.glob(archive.database_path.name + "*")),
    )


def last_successes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return when each site last gave an article over the network: site -> UTC text."""
    return dict(
        connection.execute(
            "SELECT f.site, max(c.captured_at) FROM captures c JOIN article_facts f ON f.id = c.facts_id"
            " WHERE c.captured_at_source = 'fetch' AND c.outcome IN ('article', 'unchanged') GROUP BY f.site"
        )
    )


def _verdict(last_run: Run | None, *, is_empty: bool, now: str) -> str:
    if last_run is not None and last_run.finished_at is None:
        stirred = datetime.fromisoformat(last_run.heartbeat_at or last_run.started_at)
        return "RUNNING" if datetime.fromisoformat(now) - stirred < _SILENT else "INTERRUPTED"
    if last_run is not None and last_run.exit_code:
        return _VERDICTS.get(last_run.exit_code, "FAILED")
    return "EMPTY" if is_empty else "OK"


def _describe(run: Run | None) -> str:
    if run is None:
        return "no run yet"
    if run.finished_at is None:
        return f"{run.command} began {run.started_at} and has not ended"
    code = f" (exit {run.exit_code})" if run.exit_code else ""
    return f"last {run.command} {run.outcome or 'done'} {run.finished_at}{code}"


def _one(connection: sqlite3.Connection, sql: str, **values: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute(sql, values).fetchone()
    return row


def _runs(connection: sqlite3.Connection, *, since: str, limit: int) -> tuple[Run, ...]:
    rows = connection.execute(
        "SELECT id, command, started_at, heartbeat_at, finished_at, outcome, exit_code, counts FROM runs"
        " WHERE started_at >= ? ORDER BY started_at DESC, id DESC LIMIT ?",
        (since, limit),
    )
    names = [column[0] for column in rows.description[:-1]]
    return tuple(Run(**dict(zip(names, row[:-1], strict=True)), counts=json.loads(row[-1])) for row in rows)


def _failures(connection: sqlite3.Connection, since: str) -> tuple[FailureGroup, ...]:
    # with one max(), SQLite takes the bare column from the row that holds it
    rows = connection.execute(
        "SELECT error, count(*) AS number, max(failed_at), message FROM failures WHERE failed_at >= ?"
        " GROUP BY error ORDER BY number DESC, error",
        (since,),
    )
    return tuple(FailureGroup(error=row[0], count=row[1], newest_at=row[2], message=row[3]) for row in rows)


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):  # a log that SQLite has just removed
            total += path.stat().st_size
    return total
