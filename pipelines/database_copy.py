"""A copy of a database in one file, whole or not there at all, taken while others read and write."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pipelines import durable
from pipelines.database_errors import of_sqlite_error
from pipelines.database_file import REBUILD, SEALED, refuse_damaged
from pipelines.errors import Damaged, DiskFull, of_os_error

_PART = re.compile(r"\..+\.(?P<process>[0-9]+)\.wencun-part(?:-journal|-wal|-shm)?")
_OF_SOURCE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY}


def copy_to(connection: sqlite3.Connection, target: Path, *, source: Path) -> None:
    """Write what `source` has committed by now to `target`, in place of what is there, and to disk.

    Until then it has a hidden name beside `target`; what a killed one left under such a name is taken away.
    Raises DiskFull or StorageUnusable about the target, and what SQLite raises about the source.
    """
    with appearing(target) as part:
        _fill(connection, part, source)


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """Give a file a hidden name while the block writes it, and its own once it is on disk.

    Where the block fails, it is taken away. What killed processes left under hidden names goes first.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.wencun-part")
    try:
        clear_parts(target.parent)
        yield part
        durable.sync(part)
        durable.rename(part, target)
    except OSError as error:
        raise of_os_error(error, target) from error
    finally:
        with suppress(OSError):
            part.unlink()


def require_room(connection: sqlite3.Connection, target: Path) -> None:
    """Raise DiskFull where a copy of the database has no room beside `target`."""
    (needed,) = connection.execute(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ).fetchone()
    standing = os.statvfs(target.parent)
    if standing.f_bavail * standing.f_frsize < needed:
        raise DiskFull.at(target, f"a copy of the database takes {needed} bytes")


def _fill(connection: sqlite3.Connection, part: Path, source: Path) -> None:
    """Copy page by page: of a connection that only reads, SQLite 3.40 does not VACUUM generated columns."""
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on, one moment is read
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            try:
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, that needs none beside it
            except sqlite3.DatabaseError as error:
                code = getattr(error, "sqlite_errorcode", 0)
                if code == sqlite3.SQLITE_READONLY:  # of the header, which was copied first
                    raise Damaged(f"{source}: {SEALED}{REBUILD}") from error
                of_source = code & 0xFF in _OF_SOURCE
                named = None if of_source else of_sqlite_error(error, part)
                if named is None:
                    raise
                raise named from error
            refuse_damaged(copy, source)
    finally:
        connection.execute("ROLLBACK")


def clear_parts(directory: Path) -> None:
    """Take away what processes left that are no more."""
    for path in directory.iterdir():
        match = _PART.fullmatch(path.name)
        if match and (int(match["process"]) == os.getpid() or not _lives(int(match["process"]))):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
