"""What SQLite and the file system say about a database, turned into our errors."""

from __future__ import annotations

import errno
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipelines.database_file import REBUILD, is_garbled, words_of
from pipelines.errors import Damaged, DiskFull, StorageUnusable, WencunError, is_full, of_os_error
from pipelines.lock_holders import holder_of

BUSY_SECONDS: Final = 30
"""So long a connection waits for another program's transaction to end."""
_KINDS: dict[int, type[WencunError]] = {
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
_MAY_BE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PROBE_BYTES = 64 * 2**10


@contextmanager
def naming_errors(path: Path) -> Iterator[None]:
    """Raise Damaged, DiskFull or StorageUnusable for what goes wrong with the database at `path` inside."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        named = of_sqlite_error(error, path)
        if named is None:
            raise
        raise named from error
    except OSError as error:
        raise of_os_error(error, path) from error


def of_sqlite_error(error: sqlite3.DatabaseError | UnicodeDecodeError, path: Path) -> WencunError | None:
    """Return what an error of SQLite at `path` means; None where it is no fault of the storage."""
    code = _primary_code(error)
    kind = Damaged if is_garbled(error) else _KINDS.get(code)
    if kind is None:
        return None
    refusal = _refusal(path, is_written=code == sqlite3.SQLITE_IOERR) if code in _MAY_BE_FULL else None
    if refusal is not None and is_full(refusal):
        return of_os_error(refusal, path)
    if kind is DiskFull:
        return DiskFull.at(path, str(error))
    if code in _BUSY:
        return kind(f"{path}: {_held(path)}")
    advice = REBUILD if kind is Damaged else ""
    return kind(f"{path}: {words_of(error)}{advice}")


def is_busy(error: BaseException) -> bool:
    """Does this say that another program held the database for too long?"""
    return isinstance(error, sqlite3.OperationalError) and _primary_code(error) in _BUSY


def _held(path: Path) -> str:
    who = holder_of(path)
    advice = "run again when it has ended" if who else f"see which with `fuser {path}`, and run again"
    return f"locked by {who or 'another program'} for {BUSY_SECONDS} s: {advice}"


def _refusal(path: Path, *, is_written: bool) -> OSError | None:
    """Try what SQLite could not, and return why it cannot be: SQLite says only that a write failed.

    A quota, a limit of file sizes and a full disk of some file systems are an input/output error to it.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if is_written and limit != resource.RLIM_INFINITY:  # the file may be short again by now
        return OSError(errno.EFBIG, f"no file may be longer than {limit} bytes here (`ulimit -f`)", str(path))
    try:
        with tempfile.TemporaryFile(dir=path.parent, buffering=0) as file:
            file.write(bytes(_PROBE_BYTES))
    except OSError as error:
        return OSError(error.errno, error.strerror, str(path))
    return None


def _primary_code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
