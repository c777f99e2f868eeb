"""A user's own SQL over the archive: it reads, one statement at a time, within a time limit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.errors import QueryTimeout, Usage

_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_READING_PRAGMAS = frozenset(
    {
        *(
            "application_id",
            "compile_options",
            "data_version",
            "database_list",
            "encoding",
            "foreign_key_check",
        ),
        *("foreign_key_list", "freelist_count", "function_list", "index_info", "index_list", "index_xinfo"),
        *("integrity_check", "page_count", "page_size", "pragma_list", "quick_check", "schema_version"),
        *("table_info", "table_list", "table_xinfo", "user_version"),
    }
)
_TAKES_ARGUMENT = _READING_PRAGMAS - {
    "application_id",
    "encoding",
    "page_size",
    "schema_version",
    "user_version",
}
_REFUSALS = {
    sqlite3.SQLITE_ATTACH: "it names another database file (ATTACH, VACUUM INTO)",
    sqlite3.SQLITE_DETACH: "it detaches a database",
    sqlite3.SQLITE_INSERT: "it writes (INSERT)",
    sqlite3.SQLITE_UPDATE: "it writes (UPDATE)",
    sqlite3.SQLITE_DELETE: "it writes (DELETE)",
    sqlite3.SQLITE_PRAGMA: "it sets a PRAGMA",
    sqlite3.SQLITE_TRANSACTION: "it opens a transaction",
    sqlite3.SQLITE_SAVEPOINT: "it opens a transaction",
}
_MISTAKES = frozenset(
    {
        *(sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE),
    }
)
_LONGEST_VALUE = 200_000_000  # bytes: a single value built in one step escapes the time limit
_STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's virtual machine: about 0.1 ms


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query gives."""

    columns: tuple[str, ...]
    """Names without doubles: a second `id` is `id_2`."""
    rows: Iterator[tuple[object, ...]]
    """Asked from the database one by one; raises as `run_query` does."""


class _Guard:
    """Lets reading pass and nothing else; remembers what it refused, and how long the database has worked."""

    def __init__(self, limit: float) -> None:
        self.refused: str | None = None
        self.timed_out = False
        self._limit = limit
        self._used = 0.0
        self._since = 0.0

    def authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _READING:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            return (
                sqlite3.SQLITE_OK
            )  # the first use of json_each and its like; a real UPDATE fails without us
        if action == sqlite3.SQLITE_PRAGMA and first is not None:
            allowed = _READING_PRAGMAS if second is None else _TAKES_ARGUMENT
            if first.lower() in allowed:
                return sqlite3.SQLITE_OK
        self.refused = self.refused or _REFUSALS.get(action, "it changes the database")
        return sqlite3.SQLITE_DENY

    def is_over(self) -> bool:
        self.timed_out = self._used + time.monotonic() - self._since > self._limit
        return self.timed_out

    def start(self) -> None:
        self._since = time.monotonic()

    def stop(self) -> None:
        self._used += time.monotonic() - self._since


def run_query(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, str | int | float], *, limit: float
) -> Rows:
    """Run one reading statement; only the time the database itself works counts towards `limit`, in seconds.

    Raises Usage where the SQL is wrong, writes, or is more than one statement; QueryTimeout past the limit;
    the errors of sqlite3 where the database is at fault.
    """
    guard = _Guard(limit)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.set_authorizer(guard.authorize)
    connection.set_progress_handler(guard.is_over, _STEPS_BETWEEN_LOOKS)
    guard.start()
    try:
        cursor = connection.execute(sql, dict(parameters))
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _explain(error, guard) from error
    finally:
        guard.stop()
    if cursor.description is None:
        raise Usage("there is no SQL to run; try `SELECT title, url FROM articles`")
    return Rows(_distinct([column[0] for column in cursor.description]), _rows(cursor, guard))


def _rows(cursor: sqlite3.Cursor, guard: _Guard) -> Iterator[tuple[object, ...]]:
    while True:
        guard.start()
        try:
            row = cursor.fetchone()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _explain(error, guard) from error
        finally:
            guard.stop()
        if row is None:
            return
        yield row


def is_mistake(error: Exception) -> bool:
    """Is the SQL at fault, and neither the database nor the disk under it?"""
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.Warning):
        return True
    return (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _MISTAKES
    )


def _explain(error: Exception, guard: _Guard) -> BaseException:
    if guard.timed_out:
        return QueryTimeout("ran out of time; narrow the question, or give it longer with --timeout SECONDS")
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return KeyboardInterrupt()  # it fell into the progress handler, where sqlite3 swallows it
    if guard.refused is not None:
        return Usage(f"this SQL does more than read: {guard.refused}")
    return Usage(str(error)) if is_mistake(error) else error


def _distinct(names: list[str]) -> tuple[str, ...]:
    taken: dict[str, None] = {}  # in order
    for name in names:
        number, candidate = 1, name
        while candidate in taken:
            number += 1
            candidate = f"{name}_{number}"
        taken[candidate] = None
    return tuple(taken)
