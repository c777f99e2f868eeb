"""The shapes that the database holds: those of the last good runs, and those of one run."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from crawler.extract.shape import Shape
from pipelines.drift.norm import Look, Norm, newest_of
from pipelines.known_models import extractor_version

_NEVER = "9"
"""Later than any time."""
_RUNS = 10
_PAGES = 200
"""Small runs say little: as many further ones count as it takes to have so many looks."""
_MOST = 2000
"""Looks that are kept in memory of one host."""
_NORM = """
    SELECT c.warc_file, c.page_id, c.id, s.shape FROM shapes AS s JOIN captures AS c ON c.id = s.capture_id
    WHERE s.host = :host AND s.capture_id <= :until AND c.extractor_version = :version
    AND c.captured_at >= :since AND c.captured_at < :before AND c.outcome <> 'gone'
    AND (c.outcome <> 'quarantined' OR c.captured_at <= :accepted_at)
    ORDER BY s.capture_id DESC LIMIT :most
"""
_DRIFTING = """
    SELECT c.warc_file, c.page_id, c.id, s.shape FROM shapes AS s JOIN captures AS c ON c.id = s.capture_id
    WHERE s.host = ? AND s.capture_id <= ? AND c.captured_at >= ? ORDER BY s.capture_id DESC LIMIT ?
"""
_SINCE = """
    SELECT c.page_id, c.id, s.shape FROM shapes AS s JOIN captures AS c ON c.id = s.capture_id
    WHERE s.host = ? AND s.capture_id > ? ORDER BY s.capture_id DESC LIMIT ?
"""
_LAST_JUDGED = """
    WITH unjudged (run_id, since) AS (
        SELECT min(id), min(started_at) FROM runs WHERE id > (
            SELECT coalesce(max(id), 0) FROM runs
            WHERE command = 'crawl' AND finished_at IS NOT NULL
            AND outcome NOT IN ('killed', 'forced', 'failed')
        )
    )
    SELECT coalesce(
        (
            SELECT min(+c.id) - 1 FROM captures AS c, unjudged
            WHERE c.captured_at >= unjudged.since AND c.run_id >= unjudged.run_id
        ),
        (SELECT max(id) FROM captures),
        0
    )
"""


def norm_of(
    connection: sqlite3.Connection,
    host: str,
    *,
    until: int,
    but_files: Collection[str],
    since: str,
    before: str | None,
    accepted_at: str,
) -> Norm:
    """Return the looks of the last ten good runs of a host; what one WARC file holds is of one run.

    `until`: the last capture that counts; `but_files`: those of runs with drift; `since`: from when on pages
    count, as they were accepted; `before`: until when, where a drift lasts; `accepted_at`: until when those
    count that were held back.
    """
    rows = connection.execute(
        _NORM,
        {
            "host": host,
            "until": until,
            "version": extractor_version(),
            "since": since,
            "before": before or _NEVER,
            "accepted_at": accepted_at,
            "most": _MOST,
        },
    )
    runs: dict[str, list[Look]] = {}
    known = 0
    for file, page_id, capture_id, shape in rows:
        if file in but_files:
            continue
        if file not in runs and len(runs) >= _RUNS and known >= _PAGES:
            break
        runs.setdefault(file, []).append(Look(page_id, capture_id, Shape.from_text(shape)))
        known += 1
    return Norm(tuple(tuple(newest_of(looks)) for looks in runs.values()))


def drifting_runs(
    connection: sqlite3.Connection, host: str, *, until: int, began: str
) -> tuple[tuple[Look, ...], ...]:
    """Return the looks at a host's pages since a drift began, by run, the newest first."""
    runs: dict[str, list[Look]] = {}
    for file, page_id, capture_id, shape in connection.execute(_DRIFTING, (host, until, began, _PAGES)):
        runs.setdefault(file, []).append(Look(page_id, capture_id, Shape.from_text(shape)))
    return tuple(map(tuple, runs.values()))


def looks_since(connection: sqlite3.Connection, host: str, after: int) -> list[Look]:
    """Return the looks at a host's pages after a capture, newest first, those held back among them."""
    rows = connection.execute(_SINCE, (host, after, _MOST))
    return [Look(page_id, capture_id, Shape.from_text(shape)) for page_id, capture_id, shape in rows]


def last_judged(connection: sqlite3.Connection) -> int:
    """Return the id of the last capture before those that no run has looked back at; 0 where there is none.

    A run that was killed, or stopped at once, looked back at nothing: the next one judges what it fetched.
    """
    (found,) = connection.execute(_LAST_JUDGED).fetchone()
    return int(found)


def hosts_since(connection: sqlite3.Connection, after: int) -> list[str]:
    """Return the hosts whose pages were fetched after a capture."""
    rows = connection.execute("SELECT DISTINCT host FROM shapes WHERE capture_id > ? ORDER BY 1", (after,))
    return [host for (host,) in rows]
