"""Which hosts rest: nothing is asked of them until a time that the next run keeps too."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from pipelines.ledger.times import later, now

Reason = Literal["rate_limited", "blocked", "failing"]
"""Why a host rests: it asks for patience, it shows walls, or it does not work."""

_DAY = 86400
LONGEST_REST: Final = 30 * _DAY
"""Seconds; a time further away comes from a clock that was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A host's rest."""

    until: str
    reason: Reason
    strikes: int
    """How many times in a row the host was put to rest for that reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Due pages whose hosts rest for one reason."""

    pages: int
    next_try_at: str
    """When the first of the hosts may be asked again."""


def rest(
    connection: sqlite3.Connection, host: str, *, until: str, reason: Reason, strikes: int, at: str
) -> None:
    """Let a host rest until then, LONGEST_REST at most; a rest that lasts longer already stays as it is."""
    connection.execute(
        "INSERT INTO hosts (host, rests_until, rest_reason, strikes) VALUES (?1, min(?2, ?3), ?4, ?5)"
        " ON CONFLICT (host) DO UPDATE SET rests_until = excluded.rests_until,"
        " rest_reason = excluded.rest_reason, strikes = excluded.strikes"
        " WHERE hosts.rests_until IS NULL OR hosts.rests_until <= excluded.rests_until",
        (host, until, later(at, LONGEST_REST), reason, strikes),
    )


def pause(connection: sqlite3.Connection, host: str, paused_at: str | None) -> None:
    """Leave a host alone since then; None: no longer."""
    connection.execute(
        "INSERT INTO hosts (host, paused_at) VALUES (?1, ?2) ON CONFLICT (host) DO UPDATE SET paused_at = ?2"
        " WHERE paused_at IS NOT ?2",
        (host, paused_at),
    )


def forgive(connection: sqlite3.Connection, host: str) -> None:
    """Note that a host answers as it should: its rest is over, and its next one as short as a first one."""
    connection.execute(
        "UPDATE hosts SET rests_until = NULL, rest_reason = NULL, strikes = 0 WHERE host = ?", (host,)
    )


def struck(connection: sqlite3.Connection) -> dict[str, Rest]:
    """Return the last rest, over or not, of every host that has not answered as it should since."""
    rows = connection.execute(
        "SELECT host, rests_until, rest_reason, strikes FROM hosts WHERE rests_until IS NOT NULL"
    )
    return {host: Rest(until=until, reason=reason, strikes=strikes) for host, until, reason, strikes in rows}


def resting(connection: sqlite3.Connection, at: str) -> set[str]:
    """Return the hosts that rest at that time."""
    return {host for (host,) in connection.execute("SELECT host FROM hosts WHERE rests_until > ?", (at,))}


def closed(connection: sqlite3.Connection, at: str) -> set[str]:
    """Return the hosts that nothing may be asked of at that time: they rest, or somebody paused them."""
    query = "SELECT host FROM hosts WHERE rests_until > ? OR paused_at IS NOT NULL"
    return {host for (host,) in connection.execute(query, (at,))}


def held_back(connection: sqlite3.Connection, at: str) -> dict[Reason, HeldBack]:
    """Return what is due at that time and waits for its host's rest to end, by the reason of the rest."""
    rows = connection.execute(
        "SELECT h.rest_reason, count(*), min(h.rests_until)"
        " FROM hosts AS h JOIN pages AS p ON p.host = h.host"
        " WHERE h.rests_until > ?1 AND h.paused_at IS NULL AND p.due_at <= ?1 AND p.lease_run_id IS NULL"
        " AND p.state NOT IN ('paused', 'erased') GROUP BY h.rest_reason",
        (at,),
    )
    return {reason: HeldBack(pages=pages, next_try_at=until) for reason, pages, until in rows}


def holding(connection: sqlite3.Connection, at: str) -> set[str]:
    """Return the hosts of which something is due at that time, and waits for their rest to end."""
    rows = connection.execute(
        "SELECT host FROM hosts AS h WHERE rests_until > ?1 AND paused_at IS NULL"
        " AND EXISTS (SELECT 1 FROM pages AS p"
        " WHERE p.host = h.host AND p.due_at <= ?1 AND p.lease_run_id IS NULL"
        " AND p.state NOT IN ('paused', 'erased'))",
        (at,),
    )
    return {host for (host,) in rows}


def keep_robots(connection: sqlite3.Connection, host: str, *, url: str, status: int, body: bytes) -> None:
    """Keep what a host's robots.txt says, for a time when it cannot be had."""
    connection.execute(
        "INSERT INTO hosts (host, robots_url, robots_status, robots_body, robots_fetched_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (host) DO UPDATE SET robots_url = excluded.robots_url,"
        " robots_status = excluded.robots_status, robots_body = excluded.robots_body,"
        " robots_fetched_at = excluded.robots_fetched_at",
        (host, url, status, body, now()),
    )


def kept_robots(connection: sqlite3.Connection, host: str, *, url: str, at: str) -> tuple[int, bytes] | None:
    """Return status and body of the robots.txt at `url` as it was had in the day before `at`."""
    row = connection.execute(
        "SELECT robots_status, robots_body FROM hosts WHERE host = ? AND robots_url = ?"
        " AND robots_fetched_at BETWEEN ? AND ?",
        (host, url, later(at, -_DAY), at),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def shorten(connection: sqlite3.Connection, at: str) -> list[str]:
    """End rests that a wrong clock made too long after LONGEST_REST from now; return whose they were."""
    rows = connection.execute(
        "UPDATE hosts SET rests_until = ?1 WHERE rests_until > ?1 RETURNING host", (later(at, LONGEST_REST),)
    )
    return sorted(host for (host,) in rows)
