"""Opening the archive's database: one connection that writes, any number that read.

A file that is refused is not touched.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from pipelines.database_copy import appearing, copy_to, require_room
from pipelines.database_errors import BUSY_SECONDS, is_busy, naming_errors
from pipelines.database_file import (
    APPLICATION_ID,
    REBUILD,
    SEALED,
    refuse_damaged,
    refuse_foreign,
    schema_of,
    uri_of,
)
from pipelines.errors import Damaged, NoArchive, StorageUnusable, of_os_error
from pipelines.events import Event, announce
from pipelines.schema import SCHEMA_VERSION, renew, version

JournalMode = Literal["WAL", "DELETE"]
"""How SQLite writes: through a log beside the database, or, where that cannot be, with a rollback journal."""
_SYNCHRONOUS: Final[dict[JournalMode, str]] = {
    "WAL": "FULL",
    "DELETE": "EXTRA",  # else a power cut may bring the journal back, which undoes the last commit
}
_CHECK_SECONDS = 1.0
_CHECKED_WHOLE_BYTES = 32 * 2**20  # quick_check reads about 300 MB/s: a tenth of a second at most
_LOG_BYTES = 4 * 2**20  # what SQLite lets it grow to before it moves its pages into the database
_CACHE_KIB = 12 * 2**10  # SQLite's own 2 MB are too few for joins; with more, a run takes more as it goes on


def connect_writing(path: Path, *, journal_mode: JournalMode = "WAL") -> sqlite3.Connection:
    """Return the one connection that writes to the database at `path`, made there if need be.

    One of an earlier schema is brought up to date, after a copy of it was made. The connection is in
    autocommit mode; `transaction` groups writes. Raises NotOurs, Damaged, StorageUnusable or DiskFull, and
    has not touched the file then.
    """
    with naming_errors(path):
        if path.exists():
            _refuse(path)
        else:
            _create(path)
        return _patiently(lambda: _prepare(path, journal_mode))


def connect_reading(path: Path, *, check: bool = False) -> sqlite3.Connection:
    """Return a connection that can only read; what it reads is what was committed when a query starts.

    `check`: look for damage first, in a database that is small enough. Raises NoArchive where there is no
    database yet, else as `connect_writing`.
    """
    if not path.exists():
        raise NoArchive(
            f"no {path.name} in {path.parent}; `wencun reextract` makes it from warc/ and the journal"
        )
    with naming_errors(path):
        _refuse_later(path, refuse_foreign(path))
        return _patiently(lambda: _prepare_reading(path, check=check))


def look_for_seal(path: Path) -> None:
    """Raise Damaged where the header has SQLite take for read-only a file that may be written.

    Call it while a connection reads, else the log would be emptied. Nothing is found while another writes.
    """
    if os.access(path, os.W_OK):
        with closing(sqlite3.connect(uri_of(path, "rw"), uri=True, timeout=0)) as connection:
            connection.isolation_level = None
            with suppress(sqlite3.OperationalError):
                _refuse_sealed(connection, path)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything that is written inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    with rolling_back(connection):
        yield
        connection.execute("COMMIT")


@contextmanager
def rolling_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Undo the transaction that is open when the block ends by an error."""
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(path: Path) -> None:
    """Make the database; who sees its name sees all of it, so that an empty file is a damaged one."""
    with appearing(path) as part, closing(_open(uri_of(part, "rwc"))) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with transaction(connection):
            renew(connection)


def _prepare(path: Path, journal_mode: JournalMode) -> sqlite3.Connection:
    connection = _open(uri_of(path, "rw"))
    try:
        _refuse_sealed(connection, path)
        is_older = version(connection) < SCHEMA_VERSION
        if is_older:
            _keep_copy(connection, path)
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[journal_mode]}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        with transaction(connection):
            renew(connection)
        if is_older:
            # else a run would start with a log as large as all that was made, also where space is scarce
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_sealed(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Damaged where the header has SQLite take for read-only a file that may be written."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA user_version = {version(connection)}")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
            raise
        raise Damaged(f"{path}: {SEALED}{REBUILD}") from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Keep the database as it is before a migration; a copy of an earlier attempt is replaced."""
    old = version(connection)
    copy = path.with_name(f"{path.name}.before-{SCHEMA_VERSION}")
    require_room(connection, copy)
    copy_to(connection, copy, source=path)
    announce(Event.MIGRATED, f"{path}: schema {old} becomes {SCHEMA_VERSION}; kept as it was in {copy.name}")


def _prepare_reading(path: Path, *, check: bool) -> sqlite3.Connection:
    connection = _open(uri_of(path, "ro"))
    try:
        connection.execute("PRAGMA query_only = ON")
        _refuse_later(path, found := schema_of(connection, path))
        if found < SCHEMA_VERSION:
            raise StorageUnusable(
                f"{path} has schema {found} of an earlier wencun; `wencun reextract` brings it up to date"
            )
        if check and path.stat().st_size <= _CHECKED_WHOLE_BYTES:
            refuse_damaged(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
    return connection


def _patiently(connect: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    """Connect, waiting for others where SQLite's own timeout does not: recovery and change to WAL."""
    patience = Retrying(
        retry=retry_if_exception(is_busy),
        stop=stop_after_delay(BUSY_SECONDS),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    return patience(connect)


def _refuse(path: Path) -> None:
    """Raise for a file that must not be written to, without touching it."""
    _refuse_later(path, refuse_foreign(path))
    if not os.access(path, os.W_OK):  # SQLite would fall back to reading
        raise of_os_error(PermissionError(errno.EACCES, "Permission denied", str(path)), path)
    with closing(_open(uri_of(path, "ro"))) as connection:
        _refuse_later(path, schema_of(connection, path))
        is_small = path.stat().st_size <= _CHECKED_WHOLE_BYTES
        refuse_damaged(connection, path, seconds=None if is_small else _CHECK_SECONDS)


def _refuse_later(path: Path, found: int) -> None:
    if found > SCHEMA_VERSION:
        raise StorageUnusable(
            f"{path} has schema {found} of a later wencun; this one knows {SCHEMA_VERSION}: upgrade it"
        )
