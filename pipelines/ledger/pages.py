"""Which pages there are, how they were found, and when somebody wants them fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.extract import urls
from pipelines.erasures import digest
from pipelines.ledger.times import now


def register(
    connection: sqlite3.Connection,
    url: str,
    *,
    reason: str,
    due_at: str | None,
    discovered_from: int | None = None,
    depth: int = 0,
) -> int:
    """Return the id of the page at `url`, which somebody asks to be fetched at `due_at` (None: not at all).

    A page that is known is due at the earlier of the two times, or not at all while it is paused. Asking
    leaves everything else as it was.
    """
    page_id = find_or_add(connection, url, reason=reason)
    connection.execute(
        "UPDATE pages SET requested_at = coalesce(max(requested_at, ?1), requested_at, ?1),"
        " due_at = iif(paused_at IS NULL, coalesce(min(due_at, ?1), due_at, ?1), NULL) WHERE id = ?2",
        (due_at, page_id),
    )
    discover(connection, page_id, at=due_at or now(), origin=discovered_from, depth=depth)
    return page_id


def find_or_add(connection: sqlite3.Connection, url: str, *, reason: str | None = None) -> int:
    """Return the id of the page at `url`; a new one is pending, not due, and there for `reason`."""
    url = urls.canonical(url)
    row = connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO pages (url, host, kind, reason) VALUES (?, ?, ?, ?) RETURNING id",
            (url, host_of(url), kind_of(url), reason),
        ).fetchone()
    return int(row[0])


def mark_seed(connection: sqlite3.Connection, page_id: int) -> None:
    """Note that somebody asks for a page: if it is a source, it is followed and looked at again."""
    connection.execute("UPDATE pages SET seed_id = id WHERE id = ? AND seed_id IS NOT id", (page_id,))


def mark_source(connection: sqlite3.Connection, page_id: int, kind: str) -> None:
    """Note as what kind of source a page is recognised."""
    connection.execute(
        "UPDATE pages SET source_kind = ?1, kind = iif(fetched_at IS NULL, 'source', kind)"
        " WHERE id = ?2 AND source_kind IS NOT ?1",
        (kind, page_id),
    )


def entomb(connection: sqlite3.Connection, digests: Iterable[str]) -> None:
    """Keep the digests of what was erased, so that no row of it is made again."""
    connection.executemany(
        "INSERT INTO pages (url, host, state) VALUES (?, '', 'erased') ON CONFLICT (url) DO NOTHING",
        [(each,) for each in digests],
    )


def is_erased(connection: sqlite3.Connection, name: str) -> bool:
    """Was the page at this URL, or with this `title_at` a host, erased?"""
    query = "SELECT 1 FROM pages WHERE url = ? AND state = 'erased'"
    return connection.execute(query, (digest(urls.key(name)),)).fetchone() is not None


def knows_erasures(connection: sqlite3.Connection) -> bool:
    """Was any page erased? An archive of which none was need not ask of each entry of each list."""
    query = "SELECT EXISTS (SELECT 1 FROM pages WHERE url >= 'sha256:' AND url < 'sha256;')"
    return bool(connection.execute(query).fetchone()[0])


def discover(
    connection: sqlite3.Connection, page_id: int, *, at: str, origin: int | None, depth: int
) -> None:
    """Keep the nearest, then the earliest discovery, whichever was told first."""
    if origin == page_id:
        return
    connection.execute(
        "UPDATE pages SET discovered_at = ?1, discovered_from = ?2, depth = ?3 WHERE id = ?4"
        " AND (discovered_at IS NULL OR (?3, ?1) < (depth, discovered_at))",
        (at, origin, depth, page_id),
    )


def unscheduled(connection: sqlite3.Connection, wanted: Iterable[str]) -> set[str]:
    """Return those of the URLs whose pages are never due as things stand, or not known at all."""
    found = set()
    for url in map(urls.canonical, wanted):
        row = connection.execute("SELECT due_at, paused_at FROM pages WHERE url = ?", (url,)).fetchone()
        if row is None or row == (None, None):
            found.add(url)
    return found


def unschedule(connection: sqlite3.Connection, unwanted: Iterable[str]) -> None:
    """Take the pages at these URLs off the list of what is ever due."""
    connection.executemany(
        "UPDATE pages SET due_at = NULL, requested_at = NULL, interval_s = NULL, seed_id = NULL"
        " WHERE url = ?",
        [(urls.canonical(url),) for url in unwanted],
    )


def rename(connection: sqlite3.Connection, page_id: int, url: str) -> int:
    """Give a page another URL; where a page has it already, that one takes everything over. Return its id."""
    row = connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
    if row is None:
        connection.execute(
            "UPDATE pages SET url = ?, host = ?, kind = ? WHERE id = ?",
            (url, host_of(url), kind_of(url), page_id),
        )
        return page_id
    known = int(row[0])
    for statement in (
        "UPDATE captures SET page_id = ? WHERE page_id = ?",
        "UPDATE failures SET page_id = ? WHERE page_id = ?",
        "UPDATE pages SET discovered_from = ? WHERE discovered_from = ?",
        "UPDATE pages SET seed_id = ? WHERE seed_id = ?",
    ):
        connection.execute(statement, (known, page_id))
    connection.execute("DELETE FROM pages WHERE id = ?", (page_id,))
    return known


def note_validators(
    connection: sqlite3.Connection,
    page_id: int,
    capture_id: int,
    *,
    etag: str | None,
    last_modified: str | None,
) -> None:
    """Note what the newest capture of a page says it may be asked by; an older one changes nothing."""
    connection.execute(
        "UPDATE pages SET etag = ?, last_modified = ? WHERE id = ? AND ? = ("
        "SELECT id FROM captures WHERE page_id = pages.id AND captured_at_source = 'fetch'"
        " ORDER BY capture_order DESC LIMIT 1)",
        (etag, last_modified, page_id, capture_id),
    )


def forget_validators(connection: sqlite3.Connection, page_id: int) -> None:
    """Have a page asked for as if it was not held: what it said of itself may be of a record that is gone."""
    connection.execute("UPDATE pages SET etag = NULL, last_modified = NULL WHERE id = ?", (page_id,))


def skip_redirected(connection: sqlite3.Connection, page_id: int) -> None:
    """Take a page that led to another one off the list of what is due."""
    connection.execute(
        "UPDATE pages SET state = 'skipped', reason = 'redirect', due_at = NULL, failure_count = 0"
        " WHERE id = ?",
        (page_id,),
    )


def kind_of(url: str) -> str | None:
    """Return what the form of a URL says that its page is: `article`, or None."""
    return "article" if urls.is_article(url) else None


def host_of(url: str) -> str:
    """Return the host of a URL with its port; empty for a URN."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""
