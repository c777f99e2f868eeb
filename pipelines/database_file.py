"""What the file of the archive's database is, found out before anything may write to it.

SQLite itself reads the file, and never we: where a process has the database open, closing any descriptor of
the file would let go of the locks that SQLite holds on it, and another program could remove the log of the
one that writes (https://sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Final

from pipelines.errors import Damaged, NotOurs

APPLICATION_ID: Final = 0x77656E63
"""`wenc`: tells the archive's database from any other SQLite file."""
REBUILD: Final = "; move it away and `wencun reextract` makes it anew"
"""What to do about a damaged database."""
SEALED: Final = "its header says that nobody may write to it"
"""What a bit of the header does that SQLite's own check does not look at."""
_GARBLED = "Could not decode to UTF-8"
_LONGEST_WORDS = 160
_MIGRATIONS_RUN = "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'wencun'"
_LAST_STAMPED_AFTER = 3  # until then, the version was set after the migrations, outside of their transaction
_OURS = {"article_rows", "list_entries", "run_pages", "warc_files"}


def uri_of(path: Path, mode: str) -> str:
    """Return SQLite's URI of a file, which is opened in this mode and with the parameters that follow it."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def refuse_foreign(path: Path) -> int:
    """Raise NotOurs or Damaged where `path` is no database of an archive.

    Reads the file alone, without its log, and leaves nothing beside it. Returns the schema's version, 0 where
    only the log may tell.
    """
    if not path.stat().st_size:
        raise Damaged(f"{path} is empty{REBUILD}")
    try:
        with closing(sqlite3.connect(uri_of(path, "ro&immutable=1"), uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            names = {name for name, _ in connection.execute("SELECT name, sql FROM sqlite_schema")}
            version = 0 if _has_log(path) or application_id != APPLICATION_ID else schema_of(connection, path)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        code = sqlite3.SQLITE_CORRUPT if is_garbled(error) else getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_NOTADB:
            raise Damaged(f"{path} is no SQLite database{REBUILD}") from error
        if code != sqlite3.SQLITE_CORRUPT:
            raise
        if not _has_log(path):  # else its last pages may still be in the log
            raise Damaged(f"{path} is cut off or damaged: {words_of(error)}{REBUILD}") from error
        return 0
    if application_id != APPLICATION_ID and (not names or names >= _OURS):
        raise Damaged(f"{path} has lost its header{REBUILD}")
    if application_id != APPLICATION_ID:
        raise NotOurs(f"{path} is a SQLite database of another program; use --data to name another directory")
    return version


def schema_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema's version; raise Damaged where it is not the number of migrations that have run."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    try:
        (run,) = connection.execute(_MIGRATIONS_RUN).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        run = 0
    if version != run and not version < run <= _LAST_STAMPED_AFTER:
        raise Damaged(f"{path} names schema {version} in its header and has had {run} migrations{REBUILD}")
    return int(version)


def refuse_damaged(connection: sqlite3.Connection, path: Path, *, seconds: float | None = None) -> None:
    """Raise Damaged where SQLite finds the database broken; after `seconds`, the rest goes unread."""
    timer = threading.Timer(seconds or 0, connection.interrupt)
    if seconds is not None:
        timer.start()
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        verdict = "ok"
    finally:
        timer.cancel()
        if seconds is not None:
            timer.join()  # the connection may be closed as soon as this returns
    if verdict != "ok":
        raise Damaged(f"{path}: {verdict.splitlines()[-1]}{REBUILD}")


def is_garbled(error: BaseException) -> bool:
    """Does Python, not SQLite, say that text of a database, or what SQLite quotes of it, is no UTF-8?"""
    return isinstance(error, UnicodeDecodeError) or str(error).startswith(_GARBLED)


def words_of(error: BaseException) -> str:
    """Return what SQLite says in one line, without the end of what it quotes of a damaged database."""
    words = "its text is garbled" if is_garbled(error) else " ".join(str(error).split())
    return words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…"


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
