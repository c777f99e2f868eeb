"""What the next run would take on: which pages are due, in which order, and what holds some of them back."""

from __future__ import annotations

import sqlite3
from collections import defaultdict, deque
from dataclasses import dataclass

from pipelines.ledger.budgets import DAY_SECONDS, asked_in_a_day
from pipelines.ledger.times import later


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page that a run would ask for."""

    url: str
    host: str
    follow: str | None
    """What is to be followed from it, a value of `--follow`; None where nobody said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueHost:
    """A host with due pages."""

    host: str
    pages: tuple[DuePage, ...]
    """In the order in which they would be asked for."""
    taken: int
    """How many of them a run would take on, the first ones."""
    left_today: int
    """How many pages may still be asked of the host within 24 hours."""
    rests_until: str | None
    rest_reason: str | None


def due_hosts(
    connection: sqlite3.Connection,
    *,
    at: str,
    max_pages: int,
    max_pages_per_host: int,
    is_held: bool,
) -> tuple[DueHost, ...]:
    """Return what a run without URLs would take on at `at`, the host that waits longest first.

    `is_held`: does a run hold the archive? What it has leased is its own then, else a dead run's and due.
    """
    pages = _due(connection, at, is_held=is_held)
    asked = asked_in_a_day(connection, at)
    rests = {
        host: (until, reason)
        for host, until, reason in connection.execute(
            "SELECT host, rests_until, rest_reason FROM hosts WHERE rests_until > ?", (at,)
        )
    }
    left = {host: max(0, max_pages_per_host - asked[host]) for host in pages}
    taken = _in_turn(
        {host: 0 if host in rests else min(len(due), left[host]) for host, due in pages.items()}, max_pages
    )
    return tuple(
        DueHost(
            host=host,
            pages=tuple(due),
            taken=taken[host],
            left_today=left[host],
            rests_until=rests.get(host, (None, None))[0],
            rest_reason=rests.get(host, (None, None))[1],
        )
        for host, due in pages.items()
    )


def _due(connection: sqlite3.Connection, at: str, *, is_held: bool) -> dict[str, list[DuePage]]:
    found = defaultdict[str, list[DuePage]](list)
    rows = connection.execute(
        "SELECT url, host, follow FROM pages WHERE due_at <= ? AND (lease_run_id IS NULL OR NOT ?)"
        " AND state NOT IN ('paused', 'erased')"
        " AND host NOT IN (SELECT host FROM hosts WHERE paused_at IS NOT NULL) ORDER BY due_at, id",
        (at, is_held),
    )
    for url, host, follow in rows:
        found[host].append(DuePage(url=url, host=host, follow=follow))
    return found


def _in_turn(wanted: dict[str, int], budget: int) -> dict[str, int]:
    """Share a budget as a run does: a page of each host in turn, until nothing or nobody is left."""
    taken = dict.fromkeys(wanted, 0)
    waiting = deque(host for host, number in wanted.items() if number)
    while waiting and budget:
        host = waiting.popleft()
        taken[host] += 1
        budget -= 1
        if taken[host] < wanted[host]:
            waiting.append(host)
    return taken


def kept_robots(connection: sqlite3.Connection, at: str) -> dict[str, tuple[int, bytes]]:
    """Return status and body of every robots.txt that was had in the 24 hours before `at`, by its URL."""
    rows = connection.execute(
        "SELECT robots_url, robots_status, robots_body FROM hosts"
        " WHERE robots_url IS NOT NULL AND robots_fetched_at BETWEEN ? AND ?",
        (later(at, -DAY_SECONDS), at),
    )
    return {url: (status, body) for url, status, body in rows}
