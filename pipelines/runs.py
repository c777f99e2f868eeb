"""The rows of `runs`: one for every command that wrote to the archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from crawler import __version__


def begin(
    connection: sqlite3.Connection, command: str, arguments: Sequence[str], *, follow: str | None = None
) -> int:
    """Note that a command begins to write, and return the run's id; `follow` is a FollowRule as JSON."""
    row = connection.execute(
        "INSERT INTO runs (command, arguments, started_at, heartbeat_at, version, follow)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (command, json.dumps(list(arguments), ensure_ascii=False), _now(), _now(), __version__, follow),
    ).fetchone()
    return int(row[0])


def beat(connection: sqlite3.Connection, run_id: int) -> None:
    """Note that a run is still at work."""
    connection.execute("UPDATE runs SET heartbeat_at = ? WHERE id = ?", (_now(), run_id))


def unfinished(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Return id and command of every run that has not ended; whoever holds the lock knows that they died."""
    return connection.execute("SELECT id, command FROM runs WHERE finished_at IS NULL ORDER BY id").fetchall()


def finish(
    connection: sqlite3.Connection,
    run_id: int,
    *,
    outcome: str,
    exit_code: int | None,
    counts: Mapping[str, int],
) -> None:
    """Note how a run ended; without an exit code where nobody saw one."""
    connection.execute(
        "UPDATE runs SET heartbeat_at = ?1, finished_at = ?1, outcome = ?2, exit_code = ?3, counts = ?4"
        " WHERE id = ?5",
        (_now(), outcome, exit_code, json.dumps(dict(counts), sort_keys=True), run_id),
    )


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
