"""A database of an earlier wencun becomes one of today, or stays as it was, whenever the process dies."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import dying_at_statement
import pytest
from made_archives import make_later
from old_databases import EARLIER, content, make_old

from pipelines import database
from pipelines.errors import DiskFull, StorageUnusable
from pipelines.schema import SCHEMA_VERSION


def migrate(path: Path) -> None:
    database.connect_writing(path).close()


def statements(path: Path, seen: list[str]) -> None:
    """Open the database with every statement noted."""
    real = sqlite3.connect

    def connect(*arguments, **options) -> sqlite3.Connection:
        connection = real(*arguments, **options)
        connection.set_trace_callback(seen.append)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        migrate(path)


def die_at(root: Path, counts: range) -> int:
    done = subprocess.run(
        [sys.executable, dying_at_statement.__file__, root, *map(str, counts)],
        capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    return int(done.stdout)


@pytest.mark.parametrize("version", EARLIER)
def test_a_process_that_dies_at_any_statement_of_a_migration_leaves_the_old_or_the_new(
    tmp_path: Path, version: int, scale, figure
) -> None:
    old, new = tmp_path / "old" / "archive.db", tmp_path / "new" / "archive.db"
    for path in (old, new):
        path.parent.mkdir()
        make_old(path, version)
    seen: list[str] = []
    statements(new, seen)
    before, after = content(old), content(new)
    counts = range(scale(1 + version, 1), len(seen) + 1, scale(13, 1))
    for count in counts:
        shutil.copytree(old.parent, tmp_path / str(count))
    assert die_at(tmp_path, counts) == 0
    between = 0
    for count in counts:
        path = tmp_path / str(count) / "archive.db"
        between += content(path) not in (before, after)
        copy = path.with_name(f"archive.db.before-{SCHEMA_VERSION}")
        assert not copy.exists() or content(copy) == before
        migrate(path)
        assert content(path) == after
        assert content(copy) == before
        assert sorted(each.name for each in path.parent.iterdir()) == ["archive.db", copy.name]
    what = (
        f"schema {version} migrated, killed at {len(counts)} of {len(seen)} statements: neither old nor new"
    )
    figure(what, asked=0, seen=between)
    assert between == 0
    assert before != after
    assert after[:2] == (SCHEMA_VERSION, "ok")


def test_a_schema_of_a_later_wencun_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    make_later(path)
    before = path.read_bytes()
    for connect in (database.connect_writing, database.connect_reading):
        with pytest.raises(StorageUnusable, match="later wencun") as caught:
            connect(path)
        assert caught.value.exit_code == 7
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["archive.db"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    make_old(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE fingerprints (theirs)")
    before = content(path)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(path)
    assert content(path) == before


def test_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "archive.db"
    make_old(path, 1)
    before = content(path)
    standing = os.statvfs(tmp_path)
    free = os.statvfs_result((*standing[:2], *standing[2:3], 3, 3, *standing[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: free)
    with pytest.raises(
        DiskFull, match=r"before-.*a copy of the database takes [0-9]+ bytes, with [0-9]+ bytes"
    ):
        migrate(path)
    assert content(path) == before


def test_a_database_that_was_migrated_and_not_stamped_is_stamped(tmp_path: Path) -> None:
    """Until schema 4 the version was set after the migrations, outside of their transaction."""
    path, whole = tmp_path / "archive.db", tmp_path / "whole.db"
    make_old(whole, 3)
    migrate(whole)
    make_old(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    migrate(path)
    assert content(path) == content(whole)
