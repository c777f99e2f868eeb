"""How much an archive is going to grow: the looks that its ledger plans, times what a look took lately."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from math import ceil
from typing import Final

from pipelines.ledger.revisiting import ARTICLES, DAY, early
from pipelines.ledger.times import from_text, later

_SPAN: Final = 28 * DAY
"""Whole weeks, back and ahead: what is fetched on one weekday counts as often as what is on another."""

_SCHEDULED = """
    WITH lately (source_id, gap) AS MATERIALIZED (
        SELECT p.id, 86400 * (julianday(max(c.captured_at)) - julianday(min(c.captured_at))) / (count(*) - 1)
        FROM pages AS p JOIN captures AS c ON c.page_id = p.id
        WHERE p.kind = 'source' AND p.every_s IS NULL
        AND c.captured_at BETWEEN :since AND :now AND c.captured_at_source = 'fetch'
        GROUP BY p.id HAVING count(*) > 1
    )
    SELECT
        count(*) AS pages,
        round(max(0, julianday(p.due_at) - julianday(:now)) * 24) * 3600 AS due_in,
        coalesce(l.gap, p.interval_s) AS interval,
        l.gap IS NOT NULL AS is_mean,
        p.kind IS 'source' OR p.state NOT IN ('pending', 'stored')
            OR coalesce(p.every_s, s.every_s) IS NOT NULL AS is_steady,
        round(1.0 * p.change_count / max(1, p.fetch_count - 1), 1) AS changed_share
    FROM pages AS p LEFT JOIN pages AS s ON s.id = p.seed_id LEFT JOIN lately AS l ON l.source_id = p.id
    WHERE p.due_at < :until
    GROUP BY due_in, interval, is_mean, is_steady, changed_share
"""
_NEW = """
    WITH sources (id, since) AS MATERIALIZED (
        SELECT p.id, min(c.captured_at) FROM pages AS p JOIN captures AS c ON c.page_id = p.id
        WHERE p.kind = 'source' AND c.outcome = 'source' GROUP BY p.id
    )
    SELECT count(*) FROM pages AS p JOIN sources AS s ON s.id = p.discovered_from
    WHERE p.discovered_at > s.since AND p.discovered_at BETWEEN :since AND :now
"""
_LOOKS = """
    SELECT count(*), count(*) FILTER (WHERE p.due_at IS NULL), min(c.captured_at)
    FROM captures AS c JOIN pages AS p ON p.id = c.page_id
    WHERE c.captured_at BETWEEN :since AND :now AND c.captured_at_source = 'fetch'
"""
# A database without rows has a page for each table and index.
_BYTES = """
    SELECT
        (
            SELECT total(committed_bytes) FROM warc_files WHERE name IN (
                SELECT warc_file FROM captures
                WHERE captured_at BETWEEN :since AND :now AND captured_at_source = 'fetch'
            )
        ) / :looks
        + (:database_bytes - (SELECT count(*) FROM sqlite_schema WHERE rootpage) * page_size)
        / (SELECT count(*) FROM captures)
    FROM pragma_page_size
"""
_RUNS = "SELECT count(*) FROM runs WHERE command = 'crawl' AND started_at BETWEEN :since AND :now"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Pages of the ledger that are due at the same time, and go on alike."""

    pages: int
    due_in: float
    """Seconds; 0 where they are due."""
    interval: float | None
    """Seconds from the last look to the next; None where there was none."""
    is_mean: bool
    """Is that what lay between looks of late, whenever runs began?"""
    is_steady: bool
    """Is the interval to stay as it is?"""
    changed_share: float
    """Looks that found a change, of all."""

    def looks(self, cadence: float) -> Iterator[float]:
        """Yield in how many seconds each look comes, where a run begins every `cadence` seconds."""
        due_in, interval = self.due_in, self.interval
        if interval is not None and self.is_mean:
            yield from count(due_in, max(interval, 1))
        while True:
            look_in = ceil(due_in / cadence) * cadence
            yield look_in
            if interval is None:
                interval = ARTICLES.first
            elif not self.is_steady:
                interval = ARTICLES.likely_next(interval, self.changed_share)
            due_in = look_in + max(interval - early(int(interval)), 1)


def growth_per_day(connection: sqlite3.Connection, *, database_bytes: int, now: str) -> int:
    """Return by how many bytes a day the archive is going to grow within the next four weeks.

    Beside the looks that the ledger plans, sources being looked at as often as lately, there are those at
    what is new on sources, as much of it as in the last four weeks, and at pages without a plan, as many as
    then. A look takes what it took then, of WARC files and database alike; 0 where nothing was fetched.
    """
    span: dict[str, str | int] = {"since": later(now, -_SPAN), "now": now, "until": later(now, _SPAN)}
    looks, unplanned, first_at = connection.execute(_LOOKS, span).fetchone()
    if not looks:
        return 0
    passed = max(DAY, (from_text(now) - from_text(first_at)).total_seconds())
    (runs,) = connection.execute(_RUNS, span).fetchone()
    cadence = passed / runs if runs else DAY
    (new,) = connection.execute(_NEW, span).fetchone()
    sizes = span | {"database_bytes": database_bytes, "looks": looks}
    (look_bytes,) = connection.execute(_BYTES, sizes).fetchone()
    ahead = sum(
        each.pages * len(list(takewhile(lambda at: at < _SPAN, each.looks(cadence))))
        for each in (Scheduled(*row) for row in connection.execute(_SCHEDULED, span))
    )
    ahead += new / passed * _seconds_of_looks(cadence) + unplanned / passed * _SPAN
    return int(ahead * look_bytes / (_SPAN / DAY))


def _seconds_of_looks(cadence: float) -> float:
    """Return the looks at articles that appear within the span, for each that appears in a second of it."""
    new = Scheduled(pages=1, due_in=0, interval=None, is_mean=False, is_steady=False, changed_share=0)
    return sum(_SPAN - at for at in takewhile(lambda at: at < _SPAN, new.looks(cadence)))
