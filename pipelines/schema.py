"""What this wencun's database looks like inside, and how an older one becomes so: wholly, or not at all.

A migration that landed is never edited. All that are due run in one transaction, with the version they lead
to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from sqlite_utils import Database, Migrations

from crawler.extract.lossy_titles import dated_title
from pipelines.known_models import models

_MIGRATIONS = Migrations("wencun")
_VIEWS = ("views.sql", "export_views.sql")


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


@_MIGRATIONS()
def sources(database: Database) -> None:
    """Make room for what is followed of what people ask for, and how often it is looked at."""
    for statement in _statements("sources.sql"):
        database.conn.execute(statement)


@_MIGRATIONS()
def shapes(database: Database) -> None:
    """Make room for the shapes of pages."""
    for statement in _statements("drift.sql"):
        database.conn.execute(statement)


SCHEMA_VERSION: Final = 6
"""`PRAGMA user_version` of a database that every migration has run on: their number."""


def renew(connection: sqlite3.Connection) -> None:
    """Make tables, views and the rows of `models` what this version has them be.

    The database is none of a later version. The caller opens the transaction that all of it is in.
    """
    if version(connection) < SCHEMA_VERSION:
        _MIGRATIONS.apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    _renew_views(connection)
    _sync_models(connection)


def version(connection: sqlite3.Connection) -> int:
    """Return the schema that a database has; 0: none yet."""
    (value,) = connection.execute("PRAGMA user_version").fetchone()
    return int(value)


def _renew_views(connection: sqlite3.Connection) -> None:
    statements = [statement for name in _VIEWS for statement in _statements(name)]
    wanted = {statement.split()[2]: statement.rstrip(";") for statement in statements}
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'"))
    for name, sql in wanted.items():
        if there.get(name) != sql:
            connection.execute(f'DROP VIEW IF EXISTS "{name}"')
            connection.execute(sql)


def _sync_models(connection: sqlite3.Connection) -> None:
    """Make `models` what models.toml says; a model that it dropped stays while an answer bears it."""
    wanted = {
        (model.id, model.name, model.vendor, json.dumps(list(model.aliases), ensure_ascii=False))
        for model in models().rows
    }
    there = set(connection.execute("SELECT id, name, vendor, aliases FROM models"))
    if wanted == there:
        return
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
