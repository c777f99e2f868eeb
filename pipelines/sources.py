"""The sources that are followed: what each is, what it led to, and when it is looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

COLUMNS = (
    *("url", "kind", "state", "match", "interval_s", "is_pinned", "found", "last_found_at"),
    *("fetched_at", "due_at"),
)
_SOURCES = """
    SELECT
        s.url, s.source_kind, iif(h.paused_at IS NULL, s.state, 'paused'), s.link_match,
        coalesce(s.every_s, s.interval_s), s.every_s IS NOT NULL,
        count(a.id), max(a.discovered_at), s.fetched_at, s.due_at
    FROM pages AS s
    LEFT JOIN hosts AS h ON h.host = s.host
    LEFT JOIN pages AS f ON f.seed_id = s.id
    LEFT JOIN pages AS a ON a.discovered_from = f.id AND a.seed_id IS NOT s.id
    WHERE s.seed_id = s.id AND (s.source_kind IS NOT NULL OR s.kind = 'source')
    GROUP BY s.id ORDER BY s.url
"""


def followed(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """Yield a row of COLUMNS for each source that somebody asked for, by URL."""
    yield from connection.execute(_SOURCES)
