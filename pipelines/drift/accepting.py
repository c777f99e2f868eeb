"""The decision that the shape which a site's pages have now is normal."""

from __future__ import annotations

import sqlite3

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.errors import Usage
from pipelines.journal import Journal
from pipelines.targets import find


def accept(archive: Archive, connection: sqlite3.Connection, site: str) -> tuple[tuple[str, ...], int]:
    """Note the decision; return the hosts that it is about, and how many captures of theirs are held back.

    Raises Usage where no page of such a site or host was fetched.
    """
    if "://" in site:
        raise Usage(f"{site} is a page; give a site, such as csdn, or a host")
    hosts = tuple(host for host in find(connection, site).hosts if _is_watched(connection, host))
    if not hosts:
        raise Usage(f"{site}: no article was fetched there, so there is no shape to accept")
    at = ledger.now()
    held_back = {host: _held_back(connection, host) for host in hosts}
    Journal(archive.journal_path).append(
        *(
            {"at": at, "event": "accept", "host": host, "since": since}
            for host, (_, since) in held_back.items()
        )
    )
    return hosts, sum(pages for pages, _ in held_back.values())


def _is_watched(connection: sqlite3.Connection, host: str) -> bool:
    return connection.execute("SELECT 1 FROM shapes WHERE host = ? LIMIT 1", (host,)).fetchone() is not None


def _held_back(connection: sqlite3.Connection, host: str) -> tuple[int, str | None]:
    """Return how many captures are held back, and when the first of them was fetched."""
    pages, since = connection.execute(
        "SELECT count(*), min(c.captured_at) FROM captures AS c JOIN shapes AS s ON s.capture_id = c.id"
        " WHERE s.host = ? AND c.outcome = 'quarantined'",
        (host,),
    ).fetchone()
    return int(pages), since
