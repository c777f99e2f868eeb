"""The shapes that the database holds: those of the last good runs, and those of one run."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from crawler.extract.shape import Shape
from pipelines.drift.norm import Look, Norm, newest_of
from pipelines.known_models import extractor_version

_RUNS = 10
_PAGES = 200
"""Small runs say little: as many further ones count as it takes to have so many looks."""
_MOST = 2000
"""Looks that are kept in memory of one host."""
_NORM = """
    SELECT c.warc_file, c.page_id, c.id, s.shape FROM shapes AS s JOIN captures AS c ON c.id = s.capture_id
    WHERE s.host = :host AND s.capture_id <= :until AND c.extractor_version = :version
    AND c.captured_at >= :since AND (c.outcome <> 'quarantined' OR c.captured_at <= :accepted_at)
    ORDER BY s.capture_id DESC LIMIT :most
"""
_SINCE = """
    SELECT c.page_id, c.id, s.shape FROM shapes AS s JOIN captures AS c ON c.id = s.capture_id
    WHERE s.host = ? AND s.capture_id > ? ORDER BY s.capture_id DESC LIMIT ?
"""


def norm_of(
    connection: sqlite3.Connection,
    host: str,
    *,
    until: int,
    but_files: Collection[str],
    since: str,
    accepted_at: str,
) -> Norm:
    """Return the looks of the last ten good runs of a host; what one WARC file holds is of one run.

    `until`: the last capture that counts; `but_files`: those of runs with drift; `since`: from when on pages
    count, as they were accepted; `accepted_at`: until when those count that were held back.
    """
    rows = connection.execute(
        _NORM,
        {
            "host": host,
            "until": until,
            "version": extractor_version(),
            "since": since,
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


def looks_since(connection: sqlite3.Connection, host: str, after: int) -> list[Look]:
    """Return the looks at a host's pages after a capture, newest first, those held back among them."""
    rows = connection.execute(_SINCE, (host, after, _MOST))
    return [Look(page_id, capture_id, Shape.from_text(shape)) for page_id, capture_id, shape in rows]


def last_capture(connection: sqlite3.Connection) -> int:
    """Return the id of the capture that was stored last; 0 where there is none."""
    (found,) = connection.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
    return int(found)
