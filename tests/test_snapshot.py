"""Snapshots: whole copies under names that others can rely on, and nothing else touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import wencun
from made_archives import answer, article, make_archive

from pipelines import snapshots
from pipelines.archive import Archive
from pipelines.database import connect_reading, connect_writing, transaction
from pipelines.errors import Damaged, Usage

AT = datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return make_archive(tmp_path / "archive", article(1, answer("doubao", "豆包", "步长。")))


def titles(path: Path) -> list[tuple[str]]:
    with closing(connect_reading(path)) as connection:
        return connection.execute("SELECT title FROM articles").fetchall()


def names(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir())


def test_a_snapshot_is_the_database_of_an_archive_once_it_lies_in_one(
    archive: Archive, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    done = wencun("snapshot", file, "--data", archive.root)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"{file}: ")
    restored = Archive.create(tmp_path / "restored")
    shutil.copy(file, restored.database_path)
    shutil.copytree(archive.warc_dir, restored.warc_dir, dirs_exist_ok=True)
    shown = [wencun("show", "csdn:1", "--data", each.root).out for each in (archive, restored)]
    assert shown[0] == shown[1] != ""
    with closing(connect_writing(restored.database_path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_not_committed_is_not_in_it_and_it_waits_for_nobody(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    with closing(connect_writing(archive.database_path)) as writer, transaction(writer):
        writer.execute("INSERT INTO warc_files (name) VALUES ('half done')")
        snapshots.take(archive, file)
    with closing(connect_reading(file)) as connection:
        assert connection.execute("SELECT name FROM warc_files").fetchall() == []


def test_a_file_that_exists_is_refused_and_not_touched(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("mine")
    done = wencun("snapshot", file, "--data", archive.root)
    assert done.code == 2
    assert done.err == f"wencun: {file} exists; name a file that does not, or use --keep\n"
    assert file.read_text() == "mine"
    assert names(tmp_path) == ["archive", "backup.db"]


def test_the_newest_are_kept_and_files_of_others_too(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "backups"
    taken = [
        snapshots.take_and_keep(archive, folder, keep=2, at=AT + timedelta(hours=hour))[0].name
        for hour in (0, 1, 2)
    ]
    assert taken[0] == "archive-20260102T030405.006Z.db"
    assert names(folder) == taken[1:]
    for name in ("archive.db", "archive-20200101T000000.000Z.db.gz", "archive-2020.db"):
        (folder / name).touch()
    (folder / "archive-20200101T000000.000Z.db").mkdir()
    _, gone = snapshots.take_and_keep(archive, folder, keep=1, at=AT - timedelta(days=1))
    assert [path.name for path in gone] == taken[1:2]  # the newest, and what a clock gone wrong calls old
    assert len(names(folder)) == 6


def test_what_a_killed_one_left_is_taken_away_and_what_one_at_work_writes_is_not(
    archive: Archive, tmp_path: Path
) -> None:
    parts = [tmp_path / f".backup.db.{process}.wencun-part" for process in (2**22 + 1, os.getpid())]
    left = [
        part.with_name(part.name + beside) for part in parts for beside in ("", "-journal", "-wal", "-shm")
    ]
    at_work = tmp_path / f".backup.db.{os.getppid()}.wencun-part"
    for path in (*left, at_work):
        path.write_text("half")
    snapshots.take(archive, tmp_path / "backup.db")
    assert names(tmp_path) == [at_work.name, "archive", "backup.db"]


def test_a_damaged_database_gives_no_snapshot(archive: Archive, tmp_path: Path) -> None:
    with archive.database_path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(Damaged, match=r"archive/archive\.db"):
        snapshots.take(archive, tmp_path / "backup.db")
    assert names(tmp_path) == ["archive"]


@pytest.mark.parametrize("place", ["missing/backup.db", "archive"])
def test_a_place_where_nothing_can_be_written_is_named(archive: Archive, tmp_path: Path, place: str) -> None:
    with pytest.raises(Usage, match=place.partition("/")[0]):
        snapshots.take(archive, tmp_path / place)


def test_the_copy_of_a_later_transaction_is_another_one(archive: Archive, tmp_path: Path) -> None:
    snapshots.take(archive, tmp_path / "first.db")
    with closing(sqlite3.connect(archive.database_path)) as connection:
        connection.execute("UPDATE article_facts SET title = 'anders'")
        connection.commit()
    snapshots.take(archive, tmp_path / "second.db")
    assert titles(tmp_path / "first.db") != titles(tmp_path / "second.db") == [("anders",)]
