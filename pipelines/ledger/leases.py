"""Who works on which page: leases, given to a run and ended by what became of the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.extract import urls
from pipelines.following import Told
from pipelines.ledger.budgets import HostBudgets
from pipelines.ledger.hosts import closed
from pipelines.ledger.pages import host_of
from pipelines.ledger.times import later

_LEASE_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedPage:
    """A page that a run has taken on."""

    id: int
    url: str
    depth: int
    """How many links it lies from a page that was given."""
    told: Told = field(default_factory=Told)
    """What was said when it, or the page that led to it, was added."""
    is_found: bool = False
    """Was it found by a link, and not fetched yet?"""
    etag: str | None = None
    """What the response that is held said of itself; None where nothing is held, or it said nothing."""
    last_modified: str | None = None


_LEASED = (
    "id, url, depth, follow, link_match, seed_id IS NOT NULL, depth > 0 AND fetched_at IS NULL, etag,"
    " last_modified"
)


def due(connection: sqlite3.Connection, at: str) -> int:
    """Return how many pages may be leased at that time; what waits for its host's rest to end may not."""
    (count,) = connection.execute(
        "SELECT count(*) FROM pages WHERE due_at <= ?1 AND lease_run_id IS NULL"
        " AND state NOT IN ('paused', 'erased')"
        " AND host NOT IN (SELECT host FROM hosts WHERE rests_until > ?1 OR paused_at IS NOT NULL)",
        (at,),
    ).fetchone()
    return int(count)


def is_due(connection: sqlite3.Connection, url: str, at: str) -> bool:
    """Is the page at `url` due at that time, and nobody at work on it?"""
    query = "SELECT 1 FROM pages WHERE url = ? AND due_at <= ? AND lease_run_id IS NULL"
    return connection.execute(query, (urls.canonical(url), at)).fetchone() is not None


def lease(
    connection: sqlite3.Connection,
    run_id: int,
    limit: int,
    at: str,
    *,
    exclude_hosts: Collection[str] = (),
    unfollowed: Collection[str] = (),
    budgets: HostBudgets | None = None,
) -> list[LeasedPage]:
    """Take up to `limit` pages that are due for a run: from each host in turn, the longest due first.

    Hosts that rest or are paused are left out, as are `exclude_hosts`: with their port, where the URL names
    one. Of the hosts in `unfollowed`, links that were never fetched are. None means that nothing is due.
    """
    left_out = closed(connection, at).union(exclude_hosts)
    waiting = [
        _waiting(connection, host, at, is_followed=host not in unfollowed)
        for host in _waiting_hosts(connection, at)
        if host not in left_out
    ]
    taken: list[LeasedPage] = []
    while waiting and len(taken) < limit:
        for pages in list(waiting):
            if len(taken) == limit:
                break
            page = next(pages, None)
            if page is None or (budgets is not None and not budgets.take(host_of(page.url))):
                waiting.remove(pages)
            else:
                taken.append(page)
    _take(connection, run_id, taken, at)
    return taken


def lease_urls(
    connection: sqlite3.Connection,
    run_id: int,
    wanted: Iterable[str],
    at: str,
    *,
    if_due: bool = False,
    budgets: HostBudgets | None = None,
) -> list[LeasedPage]:
    """Take the pages at these URLs for a run, due or not, but for those that are leased or whose hosts rest.

    `if_due` leaves out those that are not due, too.
    """
    taken = []
    for url in dict.fromkeys(map(urls.canonical, wanted)):
        row = connection.execute(
            f"SELECT {_LEASED} FROM pages WHERE url = ?1 AND lease_run_id IS NULL"  # noqa: S608 -- ours
            " AND host NOT IN (SELECT host FROM hosts WHERE rests_until > ?3)"
            " AND (NOT ?2 OR (due_at <= ?3 AND state NOT IN ('paused', 'erased')"
            " AND host NOT IN (SELECT host FROM hosts WHERE paused_at IS NOT NULL)))",
            (url, if_due, at),
        ).fetchone()
        if row is not None and (budgets is None or budgets.take(host_of(row[1]))):
            taken.append(_leased(row))
    _take(connection, run_id, taken, at)
    return taken


def _take(connection: sqlite3.Connection, run_id: int, pages: Collection[LeasedPage], at: str) -> None:
    connection.executemany(
        "UPDATE pages SET lease_run_id = ?, lease_until = ? WHERE id = ?",
        [(run_id, later(at, _LEASE_SECONDS), page.id) for page in pages],
    )
    _count(connection, run_id, "leased", len(pages))


def _waiting_hosts(connection: sqlite3.Connection, at: str) -> list[str]:
    """The hosts with due pages, the longest waiting first, found without reading every page."""
    return [
        host
        for (host,) in connection.execute(
            """
            WITH RECURSIVE found (host) AS (
                SELECT min(host) FROM pages WHERE due_at IS NOT NULL AND lease_run_id IS NULL
                UNION ALL
                SELECT (
                    SELECT min(p.host) FROM pages AS p
                    WHERE p.host > found.host AND p.due_at IS NOT NULL AND p.lease_run_id IS NULL
                )
                FROM found WHERE found.host IS NOT NULL
            )
            SELECT host FROM (
                SELECT found.host, (
                    SELECT min(p.due_at) FROM pages AS p
                    WHERE p.host = found.host AND p.due_at IS NOT NULL AND p.lease_run_id IS NULL
                ) AS oldest
                FROM found
            )
            WHERE oldest <= ? ORDER BY oldest, host
            """,
            (at,),
        )
    ]


def _waiting(
    connection: sqlite3.Connection, host: str, at: str, *, is_followed: bool
) -> Iterator[LeasedPage]:
    rows = connection.execute(
        f"SELECT {_LEASED} FROM pages WHERE host = ? AND due_at <= ? AND lease_run_id IS NULL"  # noqa: S608 -- ours
        " AND due_at IS NOT NULL AND state NOT IN ('paused', 'erased')"
        " AND (? OR depth = 0 OR fetched_at IS NOT NULL) ORDER BY due_at, id",
        (host, at, is_followed),
    )
    yield from map(_leased, rows)


def _leased(row: tuple[Any, ...]) -> LeasedPage:
    page_id, url, depth, lists, match, is_seed, is_found, etag, last_modified = row
    return LeasedPage(
        id=page_id,
        url=url,
        depth=depth,
        told=Told(lists=lists, match=match, is_seed=bool(is_seed)),
        is_found=bool(is_found),
        etag=etag,
        last_modified=last_modified,
    )


def finish(connection: sqlite3.Connection, page_id: int, run_id: int, name: str) -> None:
    """End the lease that a run holds on a page, and count it under `name`; without a lease, do nothing."""
    ended = connection.execute(
        "UPDATE pages SET lease_run_id = NULL, lease_until = NULL WHERE id = ? AND lease_run_id = ?",
        (page_id, run_id),
    )
    _count(connection, run_id, name, ended.rowcount)


def is_leased(connection: sqlite3.Connection, page_id: int) -> bool:
    """Does a run work on the page?"""
    row = connection.execute("SELECT lease_run_id FROM pages WHERE id = ?", (page_id,)).fetchone()
    return row is not None and row[0] is not None


def release(connection: sqlite3.Connection, run_id: int) -> int:
    """Give back every page that a run still holds, due as before; return how many."""
    released = connection.execute(
        "UPDATE pages SET lease_run_id = NULL, lease_until = NULL WHERE lease_run_id = ?", (run_id,)
    ).rowcount
    _count(connection, run_id, "released", released)
    return released


def holders(connection: sqlite3.Connection) -> set[int]:
    """Return the runs that hold leases."""
    query = "SELECT DISTINCT lease_run_id FROM pages WHERE lease_run_id IS NOT NULL"
    return {run_id for (run_id,) in connection.execute(query)}


def reclaim(connection: sqlite3.Connection) -> int:
    """Give back what every run holds: for whoever holds the archive's lock, so that none of them is alive."""
    return sum(release(connection, run_id) for run_id in sorted(holders(connection)))


def counts(connection: sqlite3.Connection, run_id: int) -> dict[str, int]:
    """Return how many pages a run leased, and under each other name what became of them.

    `leased` is the sum of the others, of which `held` are its leases now.
    """
    rows = connection.execute("SELECT name, pages FROM run_pages WHERE run_id = ? ORDER BY name", (run_id,))
    (held,) = connection.execute("SELECT count(*) FROM pages WHERE lease_run_id = ?", (run_id,)).fetchone()
    return {"leased": 0, **dict(rows.fetchall()), "held": held}


def _count(connection: sqlite3.Connection, run_id: int, name: str, pages: int) -> None:
    if pages:
        connection.execute(
            "INSERT INTO run_pages (run_id, name, pages) VALUES (?, ?, ?)"
            " ON CONFLICT (run_id, name) DO UPDATE SET pages = pages + excluded.pages",
            (run_id, name, pages),
        )
