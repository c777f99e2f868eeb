"""What people decide of pages: that they ask for them, how often, that they are left alone or tried again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from crawler.extract import urls
from pipelines.following import Told
from pipelines.ledger.hosts import forgive
from pipelines.ledger.leading import tell
from pipelines.ledger.pages import mark_seed, mark_source
from pipelines.ledger.settling import settle
from pipelines.ledger.times import now


def decide(
    connection: sqlite3.Connection,
    page_id: int,
    *,
    is_seed: bool,
    told: Told,
    every_s: int | None,
    paused_at: str | None,
) -> None:
    """Make a page what was decided of it, and due as follows from that; nothing, where it is so already."""
    url, was_seed, was_every_s, was_paused_at = connection.execute(
        "SELECT url, seed_id IS id, every_s, paused_at FROM pages WHERE id = ?", (page_id,)
    ).fetchone()
    tell(connection, page_id, told)
    if is_seed and not was_seed:
        mark_seed(connection, page_id)
        if kind := urls.source_kind(url):
            mark_source(connection, page_id, kind)
    elif (every_s, paused_at) == (was_every_s, was_paused_at):
        return
    connection.execute(
        "UPDATE pages SET every_s = ?1, paused_at = ?2,"
        " state = CASE WHEN ?2 IS NOT NULL THEN 'paused'"
        " WHEN paused_at IS NOT NULL THEN 'pending' ELSE state END,"
        " due_at = CASE WHEN ?2 IS NOT NULL THEN NULL"
        " WHEN paused_at IS NOT NULL OR (fetched_at IS NULL AND state = 'pending') THEN coalesce(due_at, ?3)"
        " ELSE due_at END WHERE id = ?4",
        (every_s, paused_at, now(), page_id),
    )
    settle(connection, page_id)


def retry(
    connection: sqlite3.Connection, *, at: str, url: str | None = None, hosts: Collection[str] = ()
) -> int:
    """Make a page due, or those of hosts that gave nothing, and end their hosts' rests; return how many."""
    if url is not None:
        rows = connection.execute(
            "UPDATE pages SET due_at = ?1, requested_at = ?1 WHERE url = ?2"
            " AND state NOT IN ('paused', 'erased') RETURNING host",
            (at, url),
        ).fetchall()
        hosts = [host for (host,) in rows]
    else:
        rows = [
            row
            for host in hosts
            for row in connection.execute(
                "UPDATE pages SET due_at = ?1, requested_at = ?1 WHERE host = ?2"
                " AND (state IN ('failed', 'blocked', 'gone', 'quarantined', 'robots')"
                " OR state = 'skipped' AND due_at IS NOT NULL) RETURNING id",
                (at, host),
            ).fetchall()
        ]
    for host in hosts:
        forgive(connection, host)
    return len(rows)
