"""The ledger: which pages there are, which are due, who works on them, and what became of them.

Only the writer's connection calls what changes something here, inside a transaction. Times are
`YYYY-MM-DDTHH:MM:SSZ`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from crawler.extract import urls

_LEASE_SECONDS = 3600
_DAY = 86400
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

REVISIT_SECONDS: Final = 7 * _DAY
"""How long after a fetch that gave an article its page is due again."""

_STATES = {
    "article": "stored",
    "unchanged": "stored",
    "source": "source",
    "redirect": "skipped",
    "robots": "robots",
    "not_article": "skipped",
    "blocked": "blocked",
    "gone": "gone",
    "quarantined": "quarantined",
    "failed": "failed",
}
_RETRY_SECONDS = {"failed": 3600, "blocked": _DAY, "robots": _DAY}
"""After how long the first failure in a row is tried again; each further one doubles it, up to a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedPage:
    """A page that a run has taken on."""

    id: int
    url: str
    depth: int
    """How many links it lies from a page that was given."""
    follow: str | None = None
    """What was said when it, or the page that led to it, was added: a value of `--follow`."""


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

    A page that is known is due at the earlier of the two times. Asking leaves everything else as it was.
    """
    page_id = find_or_add(connection, url, reason=reason)
    connection.execute(
        "UPDATE pages SET due_at = coalesce(min(due_at, ?1), due_at, ?1),"
        " requested_at = coalesce(max(requested_at, ?1), requested_at, ?1) WHERE id = ?2",
        (due_at, page_id),
    )
    _discover(connection, page_id, at=due_at or now(), origin=discovered_from, depth=depth)
    return page_id


def find_or_add(connection: sqlite3.Connection, url: str, *, reason: str | None = None) -> int:
    """Return the id of the page at `url`; a new one is pending, not due, and there for `reason`."""
    url = urls.canonical(url)
    row = connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO pages (url, host, kind, reason) VALUES (?, ?, ?, ?) RETURNING id",
            (url, host_of(url), _kind(url), reason),
        ).fetchone()
    return int(row[0])


def mark_source(connection: sqlite3.Connection, page_id: int) -> None:
    """Note that a page that was never captured is one that leads to articles."""
    connection.execute("UPDATE pages SET kind = 'source' WHERE id = ? AND fetched_at IS NULL", (page_id,))


def follow(connection: sqlite3.Connection, url: str, *, origin: int, at: str) -> None:
    """Note that the page `origin` leads to `url`; a page that was never captured is due from then on.

    What was said of the one, when it was added, holds for the other too.
    """
    page_id = find_or_add(connection, url, reason="followed")
    query = "SELECT depth + 1, follow FROM pages WHERE id = ?"
    depth, told = connection.execute(query, (origin,)).fetchone()
    tell(connection, page_id, told)
    _discover(connection, page_id, at=at, origin=origin, depth=depth)
    connection.execute(
        "UPDATE pages SET due_at = coalesce(min(due_at, ?1), ?1) WHERE id = ?2 AND state = 'pending'"
        " AND lease_run_id IS NULL AND NOT EXISTS (SELECT 1 FROM captures WHERE page_id = ?2)",
        (at, page_id),
    )


def tell(connection: sqlite3.Connection, page_id: int, follow: str | None) -> None:
    """Note what is to be followed from a page in coming runs, a value of `--follow`; None leaves it be."""
    if follow is not None:
        connection.execute("UPDATE pages SET follow = ? WHERE id = ?", (follow, page_id))


def _discover(
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
        row = connection.execute("SELECT due_at FROM pages WHERE url = ?", (url,)).fetchone()
        if row is None or row[0] is None:
            found.add(url)
    return found


def unschedule(connection: sqlite3.Connection, unwanted: Iterable[str]) -> None:
    """Take the pages at these URLs off the list of what is ever due."""
    connection.executemany(
        "UPDATE pages SET due_at = NULL, requested_at = NULL, interval_s = NULL WHERE url = ?",
        [(urls.canonical(url),) for url in unwanted],
    )


def due(connection: sqlite3.Connection, at: str) -> int:
    """Return how many pages may be leased at that time."""
    (count,) = connection.execute(
        "SELECT count(*) FROM pages WHERE due_at <= ? AND lease_run_id IS NULL"
        " AND state NOT IN ('paused', 'erased')",
        (at,),
    ).fetchone()
    return int(count)


def lease(
    connection: sqlite3.Connection,
    run_id: int,
    limit: int,
    at: str,
    *,
    exclude_hosts: Collection[str] = (),
) -> list[LeasedPage]:
    """Take up to `limit` pages that are due for a run: from each host in turn, the longest due first.

    `exclude_hosts` are hosts with their port, where the URL names one. None means that nothing is due.
    """
    waiting = [
        _waiting(connection, host, at) for host in _waiting_hosts(connection, at) if host not in exclude_hosts
    ]
    taken: list[LeasedPage] = []
    while waiting and len(taken) < limit:
        for pages in list(waiting):
            page = next(pages, None)
            if page is None:
                waiting.remove(pages)
            elif len(taken) < limit:
                taken.append(page)
    _take(connection, run_id, taken, at)
    return taken


def lease_urls(
    connection: sqlite3.Connection, run_id: int, wanted: Iterable[str], at: str, *, if_due: bool = False
) -> list[LeasedPage]:
    """Take the pages at these URLs for a run, due or not; one that is leased already is left out.

    `if_due` leaves out those that are not due, too.
    """
    taken = []
    for url in dict.fromkeys(map(urls.canonical, wanted)):
        row = connection.execute(
            "SELECT id, url, depth, follow FROM pages WHERE url = ?1 AND lease_run_id IS NULL"
            " AND (NOT ?2 OR (due_at <= ?3 AND state NOT IN ('paused', 'erased')))",
            (url, if_due, at),
        ).fetchone()
        if row is not None:
            taken.append(LeasedPage(id=row[0], url=row[1], depth=row[2], follow=row[3]))
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
            WITH RECURSIVE hosts (host) AS (
                SELECT min(host) FROM pages WHERE due_at IS NOT NULL AND lease_run_id IS NULL
                UNION ALL
                SELECT (
                    SELECT min(p.host) FROM pages AS p
                    WHERE p.host > hosts.host AND p.due_at IS NOT NULL AND p.lease_run_id IS NULL
                )
                FROM hosts WHERE hosts.host IS NOT NULL
            )
            SELECT host FROM (
                SELECT hosts.host, (
                    SELECT min(p.due_at) FROM pages AS p
                    WHERE p.host = hosts.host AND p.due_at IS NOT NULL AND p.lease_run_id IS NULL
                ) AS oldest
                FROM hosts
            )
            WHERE oldest <= ? ORDER BY oldest, host
            """,
            (at,),
        )
    ]


def _waiting(connection: sqlite3.Connection, host: str, at: str) -> Iterator[LeasedPage]:
    rows = connection.execute(
        "SELECT id, url, depth, follow FROM pages WHERE host = ? AND due_at <= ? AND lease_run_id IS NULL"
        " AND due_at IS NOT NULL AND state NOT IN ('paused', 'erased') ORDER BY due_at, id",
        (host, at),
    )
    for page_id, url, depth, told in rows:
        yield LeasedPage(id=page_id, url=url, depth=depth, follow=told)


def settle(connection: sqlite3.Connection, page_id: int) -> None:
    """Make a page's row what its captures say: state, times, counts, and when it is due again.

    Requests and network failures later than its newest capture stay in force.
    """
    newest = connection.execute(
        "SELECT id, outcome, captured_at, captured_at_source, recorded_at FROM captures"
        " WHERE page_id = ? ORDER BY capture_order DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    if newest is None:
        return
    capture_id, outcome, captured_at, source, recorded_at = newest
    _settle_history(connection, page_id, is_source=outcome == "source")
    when = captured_at or recorded_at
    failed_later = connection.execute(
        "SELECT 1 FROM failures WHERE page_id = ? AND capture_id IS NULL AND failed_at > ? LIMIT 1",
        (page_id, when),
    ).fetchone()
    if failed_later:
        return
    state = _STATES[outcome]
    failure_count = _failures_in_a_row(connection, page_id) if state in _RETRY_SECONDS else 0
    interval = REVISIT_SECONDS if state == "stored" else _retry_after(state, failure_count)
    if source != "fetch":
        interval = None
    reason = connection.execute("SELECT error FROM failures WHERE capture_id = ?", (capture_id,)).fetchone()
    connection.execute(
        "UPDATE pages SET state = ?, reason = ?, failure_count = ?, interval_s = ?,"
        " due_at = CASE WHEN requested_at > ? THEN requested_at ELSE ? END WHERE id = ?",
        (
            state,
            reason[0] if reason else "redirect" if outcome == "redirect" else None,
            failure_count,
            interval,
            when,
            later(when, interval) if interval else None,
            page_id,
        ),
    )


def _settle_history(connection: sqlite3.Connection, page_id: int, *, is_source: bool) -> None:
    """Fill what all captures of a page together say."""
    fetched_at, fetches, changed_at, changes = connection.execute(
        "SELECT max(captured_at) FILTER (WHERE captured_at_source = 'fetch'),"
        " count(*) FILTER (WHERE captured_at_source = 'fetch'),"
        " max(captured_at) FILTER (WHERE outcome = 'article'), count(*) FILTER (WHERE outcome = 'article')"
        " FROM captures WHERE page_id = ?",
        (page_id,),
    ).fetchone()
    article_id, site = connection.execute(
        "SELECT c.article_id, f.site FROM captures AS c JOIN article_facts AS f ON f.id = c.facts_id"
        " WHERE c.page_id = ? ORDER BY c.capture_order DESC LIMIT 1",
        (page_id,),
    ).fetchone() or (None, None)
    (url,) = connection.execute("SELECT url FROM pages WHERE id = ?", (page_id,)).fetchone()
    kind = "article" if article_id is not None else "source" if is_source else _kind(url)
    connection.execute(
        "UPDATE pages SET article_id = ?, site = ?, kind = ?, fetched_at = ?, fetch_count = ?,"
        " changed_at = ?, change_count = ? WHERE id = ?",
        (article_id, site, kind, fetched_at, fetches, changed_at, max(changes - 1, 0), page_id),
    )


def _failures_in_a_row(connection: sqlite3.Connection, page_id: int) -> int:
    """Captures and network failures since the last capture that gave what it should."""
    (count,) = connection.execute(
        """
        WITH good (capture_order, at) AS (
            SELECT capture_order, coalesce(captured_at, recorded_at) FROM captures
            WHERE page_id = ?1 AND outcome NOT IN ('failed', 'blocked', 'robots')
            ORDER BY capture_order DESC LIMIT 1
        )
        SELECT (
            SELECT count(*) FROM captures WHERE page_id = ?1
            AND capture_order > coalesce((SELECT capture_order FROM good), '')
        ) + (
            SELECT count(*) FROM failures WHERE page_id = ?1 AND capture_id IS NULL
            AND failed_at > coalesce((SELECT at FROM good), '')
        )
        """,
        (page_id,),
    ).fetchone()
    return int(count)


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


def rename(connection: sqlite3.Connection, page_id: int, url: str) -> int:
    """Give a page another URL; where a page has it already, that one takes everything over. Return its id."""
    row = connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
    if row is None:
        connection.execute(
            "UPDATE pages SET url = ?, host = ?, kind = ? WHERE id = ?",
            (url, host_of(url), _kind(url), page_id),
        )
        return page_id
    known = int(row[0])
    for statement in (
        "UPDATE captures SET page_id = ? WHERE page_id = ?",
        "UPDATE failures SET page_id = ? WHERE page_id = ?",
        "UPDATE pages SET discovered_from = ? WHERE discovered_from = ?",
    ):
        connection.execute(statement, (known, page_id))
    connection.execute("DELETE FROM pages WHERE id = ?", (page_id,))
    return known


def skip_redirected(connection: sqlite3.Connection, page_id: int) -> None:
    """Take a page that led to another one off the list of what is due."""
    connection.execute(
        "UPDATE pages SET state = 'skipped', reason = 'redirect', due_at = NULL, failure_count = 0"
        " WHERE id = ?",
        (page_id,),
    )


def fail(
    connection: sqlite3.Connection,
    page_id: int,
    run_id: int,
    error: str,
    message: str,
    *,
    state: str = "failed",
    at: str | None = None,
) -> None:
    """Note that a page gave no response at all; `state` says how it stands now and when it is tried again."""
    at = at or now()
    connection.execute(
        "INSERT INTO failures (page_id, run_id, error, message, failed_at) VALUES (?, ?, ?, ?, ?)",
        (page_id, run_id, error, message, at),
    )
    # A capture of the same second may count as the later one, which this failure is not.
    failure_count = max(1, _failures_in_a_row(connection, page_id))
    interval = _retry_after(state, failure_count)
    connection.execute(
        "UPDATE pages SET state = ?, reason = ?, failure_count = ?, due_at = ? WHERE id = ?",
        (state, error, failure_count, later(at, interval) if interval else None, page_id),
    )
    finish(connection, page_id, run_id, state)


def release(connection: sqlite3.Connection, run_id: int) -> int:
    """Give back every page that a run still holds, due as before; return how many."""
    released = connection.execute(
        "UPDATE pages SET lease_run_id = NULL, lease_until = NULL WHERE lease_run_id = ?", (run_id,)
    ).rowcount
    _count(connection, run_id, "released", released)
    return released


def reclaim(connection: sqlite3.Connection) -> int:
    """Give back what every run holds: for whoever holds the archive's lock, so that none of them is alive."""
    runs = connection.execute(
        "SELECT DISTINCT lease_run_id FROM pages WHERE lease_run_id IS NOT NULL"
    ).fetchall()
    return sum(release(connection, run_id) for (run_id,) in runs)


def counts(connection: sqlite3.Connection, run_id: int) -> dict[str, int]:
    """Return how many pages a run leased, and under each other name what became of them.

    `leased` is the sum of the others, of which `held` are its leases now.
    """
    rows = connection.execute("SELECT name, pages FROM run_pages WHERE run_id = ? ORDER BY name", (run_id,))
    (held,) = connection.execute("SELECT count(*) FROM pages WHERE lease_run_id = ?", (run_id,)).fetchone()
    return {"leased": 0, **dict(rows.fetchall()), "held": held}


def now() -> str:
    """Return the time, as the archive writes it."""
    return datetime.now(UTC).strftime(_FORMAT)


def later(moment: str, seconds: int) -> str:
    """Return the time that many seconds after `moment`."""
    at = datetime.strptime(moment, _FORMAT)
    return (at + timedelta(seconds=seconds)).strftime(_FORMAT)


def _retry_after(state: str, failure_count: int) -> int | None:
    first = _RETRY_SECONDS.get(state)
    return min(first << min(failure_count - 1, 10), REVISIT_SECONDS) if first else None


def _count(connection: sqlite3.Connection, run_id: int, name: str, pages: int) -> None:
    if pages:
        connection.execute(
            "INSERT INTO run_pages (run_id, name, pages) VALUES (?, ?, ?)"
            " ON CONFLICT (run_id, name) DO UPDATE SET pages = pages + excluded.pages",
            (run_id, name, pages),
        )


def _kind(url: str) -> str | None:
    return "article" if urls.is_article(url) else None


def host_of(url: str) -> str:
    """Return the host of a URL with its port; empty for a URN."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""
