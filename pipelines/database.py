"""Opening the archive's database: one connection that writes, any number that read.

A file that is refused is not touched: what it is gets read off its header before SQLite sees it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database, Migrations
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from crawler.extract.lossy_titles import dated_title
from pipelines.database_file import APPLICATION_ID, REBUILD, refuse_foreign
from pipelines.errors import Damaged, DiskFull, NoArchive, StorageUnusable, WencunError, of_os_error
from pipelines.known_models import models

if TYPE_CHECKING:
    from collections.abc import Callable

_MIGRATIONS = Migrations("wencun")
_VIEWS = ("views.sql", "export_views.sql")
_BUSY_SECONDS = 30
_CHECKED_WHOLE_BYTES = 32 * 2**20  # quick_check reads about 300 MB/s: a tenth of a second at most
_WRITER_CACHE_KIB = 64 * 2**10
_READER_CACHE_KIB = 12 * 2**10  # SQLite's own 2 MB are too few for joins; more would not leave memory flat

_ERRORS: dict[int, type[WencunError]] = {
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_CORRUPT: Damaged,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: StorageUnusable,
    sqlite3.SQLITE_CANTOPEN: StorageUnusable,
    sqlite3.SQLITE_PERM: StorageUnusable,
    sqlite3.SQLITE_IOERR: StorageUnusable,
    sqlite3.SQLITE_BUSY: StorageUnusable,
    sqlite3.SQLITE_LOCKED: StorageUnusable,
}


@_MIGRATIONS()
def tables(database: Database) -> None:
    """Make the tables of version 1."""
    for statement in _statements("schema.sql"):
        database.conn.execute(statement)


@_MIGRATIONS()
def following(database: Database) -> None:
    """Make room for what runs, and what was added, are to follow."""
    database.conn.execute("ALTER TABLE pages ADD COLUMN follow TEXT")
    database.conn.execute("ALTER TABLE runs ADD COLUMN follow TEXT")


@_MIGRATIONS()
def linking(database: Database) -> None:
    """Make room for what titles tie, and for copies."""
    for statement in _statements("linking.sql"):
        database.conn.execute(statement)
    links = database.conn.execute("SELECT id, title FROM links").fetchall()
    dated = ((dated_title(title), link_id) for link_id, title in links)
    database.conn.executemany(
        "UPDATE links SET dated_title = ? WHERE id = ?", [row for row in dated if row[0] is not None]
    )


@_MIGRATIONS()
def resting(database: Database) -> None:
    """Make room for the rests of hosts, and for what their robots.txt said last."""
    for statement in _statements("hosts.sql"):
        database.conn.execute(statement)


SCHEMA_VERSION: Final = 4
"""`PRAGMA user_version` of a database that every migration has run on: their number."""


def connect_writing(path: Path) -> sqlite3.Connection:
    """Return the one connection that writes to the database at `path`, made there if need be.

    The connection is in autocommit mode; `transaction` groups writes. Raises NotOurs, Damaged,
    StorageUnusable or DiskFull, and has not touched the file then.
    """
    with naming_errors(path):
        if path.exists() and path.stat().st_size:
            _refuse(path)
        return _patiently(lambda: _prepare(path))


def connect_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read; what it reads is what was committed when a query starts.

    Raises NoArchive where there is no database yet, else as `connect_writing`.
    """
    if not path.exists():
        raise NoArchive(
            f"no {path.name} in {path.parent}; `wencun reextract` makes it from warc/ and the journal"
        )
    with naming_errors(path):
        if not path.stat().st_size:
            raise Damaged(f"{path} is empty; `wencun reextract` makes it anew from warc/ and the journal")
        refuse_foreign(path)
        return _patiently(lambda: _prepare_reading(path))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything that is written inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def naming_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say about the database at `path` into our errors."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind = _ERRORS.get(_primary_code(error))
        if kind is None:
            raise
        raise kind(f"{path}: {error}{_ADVICE.get(kind, '')}") from error
    except OSError as error:
        raise of_os_error(error, path) from error


_ADVICE: dict[type[WencunError], str] = {
    Damaged: REBUILD,
    DiskFull: "; make room and run the command again",
}


def _prepare(path: Path) -> sqlite3.Connection:
    connection = _open(f"{path.as_uri()}?mode=rwc")
    try:
        database = Database(connection, execute_plugins=False)
        if _pragma(connection, "application_id") != APPLICATION_ID:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = {-_WRITER_CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {64 * 2**20}")
        is_older = _pragma(connection, "user_version") < SCHEMA_VERSION
        if is_older:
            _MIGRATIONS.apply(database)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        _renew_views(connection)
        _sync_models(connection)
        if (
            is_older
        ):  # else a run would start with a log as large as all that was made, also where space is scarce
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare_reading(path: Path) -> sqlite3.Connection:
    connection = _open(f"{path.as_uri()}?mode=ro")
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = {-_READER_CACHE_KIB}")
        version = _pragma(connection, "user_version")
        if version != SCHEMA_VERSION:
            raise StorageUnusable(_wrong_version(path, version))
    except BaseException:
        connection.close()
        raise
    return connection


def _open(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)


def _patiently(connect: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    """Connect, waiting for others where SQLite's own timeout does not: recovery and change to WAL."""
    patience = Retrying(
        retry=retry_if_exception(_is_busy),
        stop=stop_after_delay(_BUSY_SECONDS),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    return patience(connect)


def _refuse(path: Path) -> None:
    """Raise for a file that must not be written to, without touching it."""
    refuse_foreign(path)
    with closing(_open(f"{path.as_uri()}?mode=ro")) as connection:
        version = _pragma(connection, "user_version")
        if version > SCHEMA_VERSION:
            raise StorageUnusable(_wrong_version(path, version))
        if path.stat().st_size <= _CHECKED_WHOLE_BYTES:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise Damaged(f"{path}: {verdict}{REBUILD}")
    with path.open("r+b"):
        pass  # raises where it may not be written to; SQLite would fall back to reading


def _renew_views(connection: sqlite3.Connection) -> None:
    statements = [statement for name in _VIEWS for statement in _statements(name)]
    wanted = {statement.split()[2]: statement.rstrip(";") for statement in statements}
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'"))
    changed = [name for name, sql in wanted.items() if there.get(name) != sql]
    if changed:
        with transaction(connection):
            for name in changed:
                connection.execute(f'DROP VIEW IF EXISTS "{name}"')
                connection.execute(wanted[name])


def _sync_models(connection: sqlite3.Connection) -> None:
    """Make `models` what models.toml says; a model that it dropped stays while an answer bears it."""
    wanted = {
        (model.id, model.name, model.vendor, json.dumps(list(model.aliases), ensure_ascii=False))
        for model in models().rows
    }
    there = set(connection.execute("SELECT id, name, vendor, aliases FROM models"))
    if wanted == there:
        return
    with transaction(connection):
        connection.executemany(
            "INSERT INTO models (id, name, vendor, aliases) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET name = excluded.name, vendor = excluded.vendor, aliases = excluded.aliases",
            sorted(wanted - there),
        )
        connection.executemany(
            "DELETE FROM models WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM content_answers WHERE content_answers.model = ?1)",
            [(row[0],) for row in there if row[0] not in {model.id for model in models().rows}],
        )


def _statements(name: str) -> Iterator[str]:
    """Yield the statements of one of our SQL files, without the comments between them."""
    statement = ""
    for line in (files("pipelines") / name).read_text(encoding="utf-8").splitlines(keepends=True):
        if statement or not (line.startswith("--") or line.isspace()):
            statement += line
        if statement and sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _wrong_version(path: Path, version: int) -> str:
    if version > SCHEMA_VERSION:
        return f"{path} has schema {version} of a later wencun; this one knows {SCHEMA_VERSION}: upgrade it"
    return f"{path} has schema {version}, made by an earlier wencun; `wencun reextract` brings it up to date"


def _primary_code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and _primary_code(error) in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    )
