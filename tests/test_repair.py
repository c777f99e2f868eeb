"""`wencun repair`: what can be mended is, whole records stay where they are, what is taken out is kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawling import Ended, wencun
from relations import relations
from saved_pages import url_of
from warc_files import check_with_warcio, fetch, pages_in

from pipelines.archive import Archive
from pipelines.lock import locked
from pipelines.recovery import writing
from pipelines.verify import verify
from pipelines.warc import WarcWriter, read_records
from pipelines.warc.filler import LEAST, filler
from pipelines.warc.mending import mend

PAGES = 4


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of four pages, in one closed file."""
    archive = Archive.create(tmp_path / "archive")
    warc = WarcWriter(archive.warc_dir)
    for number in range(PAGES):
        fetch(warc, number)
    warc.close()
    with writing(archive, "test"):
        pass
    return archive


def repair(archive: Archive, *more: str) -> Ended:
    ended = wencun("repair", "--data", archive.root, *more)
    assert not ended.err, ended.err
    return ended


def file_of(archive: Archive) -> Path:
    (path,) = archive.warc_dir.glob("*.warc.gz")
    return path


def ask(database: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def stored(archive: Archive) -> dict[str, list]:
    with closing(sqlite3.connect(archive.database_path)) as connection:
        return relations(connection)


def change(archive: Archive, sql: str) -> None:
    with closing(sqlite3.connect(archive.database_path)) as connection, connection:
        connection.execute(sql)


def flip(path: Path, place: int, bit: int = 4) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.write_bytes(data)


def assert_whole(archive: Archive) -> None:
    assert verify(archive, lambda _: None).damages == []
    for path in archive.warc_dir.glob("*.warc.gz"):
        assert check_with_warcio(path) == 0


def test_a_whole_archive_is_left_alone(archive):
    before, rows = file_of(archive).read_bytes(), stored(archive)
    ended = repair(archive)
    assert (ended.code, ended.out) == (0, "checked 9 records in 1 file and 4 captures: all whole\n")
    assert file_of(archive).read_bytes() == before
    assert stored(archive) == rows


def test_a_torn_tail_is_cut_off_and_kept_and_its_page_is_due_again(archive):
    path = file_of(archive)
    data, last = path.read_bytes(), pages_in(path)[-1]
    os.truncate(path, last + 99)
    ended = repair(archive)
    assert ended.code == 0
    assert ended.out.startswith(f"{path.name}: cut off a torn record of 99 bytes, kept in {path.name}.torn\n")
    assert path.read_bytes() == data[:last]
    assert path.with_name(path.name + ".torn").read_bytes() == data[last : last + 99]
    assert_whole(archive)
    assert ask(archive.database_path, "SELECT url FROM articles ORDER BY url") == [
        (url_of(number),) for number in range(PAGES - 1)
    ]
    states = ask(
        archive.database_path, "SELECT state, due_at IS NOT NULL, fetch_count FROM pages ORDER BY url"
    )
    assert states == [("stored", 1, 1)] * (PAGES - 1) + [("pending", 1, 0)]
    (copy,) = archive.root.glob("archive.db.before-repair-*")
    assert ask(copy, "SELECT count(*) FROM articles") == [(PAGES,)]


def test_what_is_left_is_what_the_records_alone_give(archive):
    path = file_of(archive)
    flip(path, pages_in(path)[1] + 60)
    repair(archive)
    mended = stored(archive)
    for each in archive.root.glob("archive.db*"):
        each.unlink()
    with writing(archive, "test"):
        pass
    again = stored(archive)
    mended["pages"] = [row for row in mended["pages"] if "pending" not in row]
    assert mended == again


def test_a_damaged_record_gives_way_to_one_that_says_so_and_the_others_stay_where_they_are(archive):
    path = file_of(archive)
    data, places = path.read_bytes(), pages_in(path)
    flip(path, places[1] + 60)
    damaged = path.read_bytes()
    ended = repair(archive)
    assert ended.code == 0
    assert path.with_name(path.name + ".damaged").read_bytes() == damaged
    assert len(path.read_bytes()) == len(data)
    assert pages_in(path) == [places[0], *places[2:]]
    (notice,) = [read.record for read in read_records(path) if read.record.type == "metadata"]
    assert f"bytes {places[1]} to " in notice.body.decode()
    assert_whole(archive)
    assert ask(archive.database_path, "SELECT count(*) FROM captures") == [(PAGES - 1,)]


@pytest.mark.parametrize("place", [4, -9])
def test_a_changed_bit_that_shows_what_it_was_is_set_right_again(archive, place):
    path = file_of(archive)
    data = path.read_bytes()
    second = [read.reference for read in read_records(path)][3]
    flip(path, second.offset + (place if place > 0 else second.bytes + place), bit=7)
    repair(archive)
    assert_whole(archive)
    if place > 0:
        assert path.read_bytes() == data
        assert ask(archive.database_path, "SELECT count(*) FROM captures") == [(PAGES,)]


def test_bytes_between_records_are_taken_out_and_the_captures_behind_them_found_again(archive):
    path = file_of(archive)
    data, second = path.read_bytes(), pages_in(path)[1]
    path.write_bytes(data[:second] + b"\0" * 7 + data[second:])
    assert repair(archive).code == 0
    assert path.read_bytes() == data
    assert_whole(archive)


def test_a_file_without_a_whole_record_is_kept_as_torn(archive):
    path = file_of(archive)
    os.truncate(path, 50)
    assert repair(archive).code == 0
    assert [each.name for each in archive.warc_dir.iterdir()] == [path.name + ".torn"]
    assert ask(archive.database_path, "SELECT count(*) FROM captures") == [(0,)]
    assert_whole(archive)


def test_a_missing_file_may_come_back_and_its_captures_stay(archive):
    path = file_of(archive)
    aside = archive.root / "aside"
    path.rename(aside)
    ended = repair(archive)
    assert ended.code == 5
    assert "missing" in ended.out
    assert ask(archive.database_path, "SELECT count(*) FROM captures") == [(PAGES,)]
    aside.rename(path)
    assert_whole(archive)


def test_a_file_with_another_name_is_found_by_its_records(archive):
    path = file_of(archive)
    path.rename(path.with_name("moved.warc.gz"))
    assert repair(archive).code == 0
    assert ask(archive.database_path, "SELECT DISTINCT warc_file FROM captures") == [("moved.warc.gz",)]
    assert_whole(archive)


CHANGES = {
    "offset": "UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 2",
    "digest": "UPDATE captures SET payload_sha256 = 'f00' WHERE id = 2",
    "record": "UPDATE captures SET warc_record_id = '<urn:uuid:0>' WHERE id = 2",
    "committed": "UPDATE warc_files SET committed_bytes = committed_bytes + 5",
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_database_follows_the_records(archive, name):
    before = stored(archive)
    change(archive, CHANGES[name])
    assert verify(archive, lambda _: None).damages
    assert repair(archive).code == 0
    assert stored(archive) == before
    assert_whole(archive)


def test_a_damaged_database_is_moved_away_and_made_anew(archive):
    before = stored(archive)
    with archive.database_path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    damaged = archive.database_path.read_bytes()
    ended = repair(archive)
    assert ended.code == 0
    (kept,) = [path for path in archive.root.glob("archive.db.damaged-*") if path.name.endswith("Z")]
    assert kept.read_bytes() == damaged
    assert stored(archive) == before
    assert_whole(archive)


def test_a_missing_database_is_made_anew(archive):
    before = stored(archive)
    for path in archive.root.glob("archive.db*"):
        path.unlink()
    assert repair(archive).code == 0
    assert stored(archive) == before


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(archive):
    path = file_of(archive)
    os.truncate(path, pages_in(path)[-1] + 99)
    before, rows = path.read_bytes(), stored(archive)
    ended = repair(archive, "--dry-run")
    assert ended.code == 5
    assert "; would be cut off and kept beside the file\n" in ended.out
    assert "; would be taken out of the database, of which a copy is kept\n" in ended.out
    assert (path.read_bytes(), stored(archive)) == (before, rows)


def test_it_waits_for_no_run_and_disturbs_none(archive):
    with locked(archive, "crawl"):
        ended = wencun("repair", "--data", archive.root)
    assert ended.code == 6


def test_what_was_cut_off_before_is_never_written_over(tmp_path):
    for number, tail in enumerate((b"\x1f\x8bone", b"\x1f\x8btwo", b"\x1f\x8btwo")):
        (tmp_path / "a.warc.gz.open").write_bytes(tail)
        account = mend(tmp_path / "a.warc.gz.open")
        assert account is not None
        assert account.endswith("a.warc.gz.torn" if number == 0 else "a.warc.gz.torn.2")
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert kept == {"a.warc.gz.torn": b"\x1f\x8bone", "a.warc.gz.torn.2": b"\x1f\x8btwo"}


def test_what_a_power_cut_lost_in_the_middle_is_cut_where_nothing_stored_follows(tmp_path):
    warc = WarcWriter(tmp_path)
    for number in range(PAGES):
        fetch(warc, number)
    (path,) = tmp_path.glob("*.open")
    places = pages_in(path)
    flip(path, places[1] + 60)
    copies = [path.with_name(f"{number}.warc.gz.open") for number in range(2)]
    for copy in copies:
        copy.write_bytes(path.read_bytes())
    mend(copies[0], stored=places[1])
    assert (tmp_path / "0.warc.gz").stat().st_size == places[1]
    assert mend(copies[1], stored=places[2]) is None
    assert (tmp_path / "1.warc.gz").read_bytes() == path.read_bytes()
    warc.close()


def test_what_stands_in_the_place_of_bytes_is_a_record_as_long_as_those_whatever_that_is(tmp_path):
    path = tmp_path / "filler.warc.gz"
    lengths = (*range(LEAST, 900), *range(65_500, 65_700), *range(131_000, 131_200), 200_003)
    for length in lengths:
        assert len(filler(length, "gone")) == length
        path.write_bytes(filler(length, "gone"))
        for read in read_records(path):
            assert read.record.body.decode().strip() in ("gone", "")
    assert filler(LEAST - 1, "gone") == b""
