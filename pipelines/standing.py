"""How an archive stands: what it holds, what its runs did, what is due, what a person should see to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from pipelines.alarms import Alarm, alarms
from pipelines.archive import Archive
from pipelines.disk import Disk, look_at_disk
from pipelines.drift.lasting import LastingDrift, lasting_drifts
from pipelines.ledger.hosts import Rest, struck
from pipelines.ledger.times import from_text, to_text
from pipelines.past_runs import Run, Streak, last_success, past_runs, streak_of, telling
from pipelines.schedule import Schedule
from pipelines.warc.places import places_of
from pipelines.wording import counted

_FEW_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the settings of an archive say of how it is to stand."""

    schedule: Schedule | None = None
    min_free: int | None = None
    contact: str | None = None


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
    """`RUNNING`, or `FAILED` as the last run did; `ALARM` where something is urgent; `INTERRUPTED` (by signal
    or crash) or `INCOMPLETE`, as the last run was; else `EMPTY` or `OK`."""
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
    """The last crawl, unless another command has ended otherwise than well since."""
    runs: tuple[Run, ...]
    """Those started since the time asked for, newest first, at most 20."""
    failures: tuple[FailureGroup, ...]
    """Since the time asked for, most frequent first."""
    warc_bytes: int
    database_bytes: int
    disk: Disk
    streak: Streak | None
    """None where nothing ever ran."""
    begun_at: str | None
    """When the first run began, or the first page was found."""
    last_success_at: str | None
    """When a crawl ended last as it should."""
    schedule: Schedule | None
    next_run_at: str | None
    """By the schedule."""
    struck_hosts: Mapping[str, Rest]
    """Hosts that have not answered as they should since they were put to rest."""
    missing_files: tuple[str, ...]
    """Finished WARC files that are not where they were."""
    offline_files: tuple[str, ...]
    """Those that may lie in a cold place which is not there now."""
    has_contact: bool
    drifts: tuple[LastingDrift, ...] = ()
    """Hosts whose pages have had another shape since some run, and none accepted it."""
    alarms: tuple[Alarm, ...] = ()

    @property
    def headline(self) -> str:
        """One line that says it all."""
        if self.streak is None:
            return f"{self.verdict}: {counted(self.articles, 'article')}, {self._next}; no run yet"
        code = f" (exit {self.last_run.exit_code})" if self.last_run and self.last_run.exit_code else ""
        return (
            f"{self.verdict}{code} since {shown(self.streak.since, now=self.now)}:"
            f" {counted(self.streak.runs, 'run')}, {self.streak.stored} stored, {self.streak.failed} failed,"
            f" {self._next}"
        )

    @property
    def _next(self) -> str:
        if self.next_run_at is not None:
            return f"next {shown(self.next_run_at, now=self.now)}"
        if self.due:
            return f"{self.due} due"
        return f"next due {shown(self.next_due_at, now=self.now)}" if self.next_due_at else "nothing due"


def shown(moment: str, *, now: str) -> str:
    """Return a time in the machine's own zone: `Tue 03:00`, or with its date where `now` is days away."""
    local = from_text(moment).astimezone()
    is_near = abs(from_text(moment) - from_text(now)) < _FEW_DAYS
    return f"{local:%a %H:%M}" if is_near else f"{local:%Y-%m-%d %H:%M}"


def take_stock(
    archive: Archive,
    connection: sqlite3.Connection,
    *,
    now: str,
    since: str,
    expected: Expected,
) -> Standing:
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
    (begun_at,) = _one(
        connection,
        "SELECT coalesce((SELECT min(started_at) FROM runs), (SELECT min(discovered_at) FROM pages))",
    )
    missing, offline = _absent(archive, connection)
    runs = past_runs(connection, since)
    told = telling(runs)
    last_run = told[0] if told else None
    verdict = last_run.verdict(now) if last_run else "OK"
    standing = Standing(
        verdict="EMPTY" if verdict == "OK" and not articles else verdict,
        archive=str(archive.root),
        now=now,
        since=since,
        articles=articles,
        answers=answers,
        models=models,
        captures=captures,
        pages=dict(connection.execute("SELECT state, count(*) FROM pages GROUP BY state ORDER BY state")),
        due=due,
        next_due_at=next_due_at,
        last_run=last_run,
        runs=tuple(run for run in runs if run.started_at >= since)[:20],
        failures=_failures(connection, since),
        warc_bytes=_size(archive.warc_dir.iterdir()) if archive.warc_dir.is_dir() else 0,
        database_bytes=_size(archive.root.glob(archive.database_path.name + "*")),
        disk=look_at_disk(archive, connection, min_free=expected.min_free, now=now),
        streak=streak_of(told, now),
        begun_at=begun_at,
        last_success_at=last_success(connection),
        schedule=expected.schedule,
        next_run_at=_next_run(expected.schedule, now),
        struck_hosts=struck(connection),
        missing_files=missing,
        offline_files=offline,
        has_contact=expected.contact is not None,
        drifts=lasting_drifts(archive, connection),
    )
    return alarmed(standing)


def last_successes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return when each site last gave an article over the network: site -> UTC text."""
    return dict(
        connection.execute(
            "SELECT f.site, max(c.captured_at) FROM captures c JOIN article_facts f ON f.id = c.facts_id"
            " WHERE c.captured_at_source = 'fetch' AND c.outcome IN ('article', 'unchanged') GROUP BY f.site"
        )
    )


def alarmed(standing: Standing) -> Standing:
    """Return the same with what a person should see to."""
    found = alarms(standing)
    is_urgent = any(alarm.is_urgent for alarm in found) and standing.verdict not in ("RUNNING", "FAILED")
    return replace(standing, alarms=found, verdict="ALARM" if is_urgent else standing.verdict)


def _next_run(schedule: Schedule | None, now: str) -> str | None:
    if schedule is None:
        return None
    local = from_text(now).astimezone().replace(tzinfo=None)
    return to_text(schedule.next_after(local).astimezone(UTC))


def _absent(archive: Archive, connection: sqlite3.Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the finished WARC files that are missing, and those that are offline."""
    places = places_of(archive)
    there = {path.name for path in places.finished()}
    known = connection.execute("SELECT name FROM warc_files WHERE closed_at IS NOT NULL ORDER BY name")
    absent = tuple(name for (name,) in known if name not in there)
    return ((), absent) if places.away else (absent, ())


def _one(connection: sqlite3.Connection, sql: str, **values: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute(sql, values).fetchone()
    return row


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
