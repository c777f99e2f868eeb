"""Databases of earlier schemas: from SQL that the wencun of then wrote, and from the migrations since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from pipelines import schema

_SCHEMAS = Path(__file__).parent / "schemas"
EARLIER = range(1, schema.SCHEMA_VERSION)


def make_old(path: Path, version: int) -> None:
    """Make a database of an earlier schema, with two articles in it."""
    newest = max(number for number in range(1, version + 1) if _written(number).is_file())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_written(newest).read_text(encoding="utf-8"))
        if newest < version:
            names = [migration.name for migration in schema._MIGRATIONS._migrations]
            schema._MIGRATIONS.apply(Database(connection), stop_before=names[version])
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("PRAGMA journal_mode = WAL")


def content(path: Path) -> tuple[int, str, list[str]]:
    """A database's version, whether it is whole, and all of it as SQL but for times of migrations."""
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        applied = [row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
        said = [line for line in connection.iterdump() if 'INTO "_sqlite_migrations"' not in line]
    return version, verdict, sorted([*applied, *said])


def _written(version: int) -> Path:
    return _SCHEMAS / f"schema-{version}.sql"
