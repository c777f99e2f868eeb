"""`wencun verify`: what is damaged is found and named, what is whole is not, and nothing is changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from crawling import Ended, wencun
from made_archives import make_later
from saved_pages import url_of
from warc_files import fetch, pages_in

from pipelines import ledger, runs
from pipelines.archive import Archive
from pipelines.database import connect_writing
from pipelines.recovery import writing
from pipelines.sqlite_version import note_on
from pipelines.verify import Kind, Report, verify
from pipelines.warc import WarcWriter, read_records
from pipelines.warc.member import HEAD, pack


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of three pages, in one closed file."""
    archive = Archive.create(tmp_path / "archive")
    warc = WarcWriter(archive.warc_dir)
    for number in range(3):
        fetch(warc, number)
    warc.close()
    with writing(archive, "test"):
        pass
    return archive


def checked(archive: Archive) -> Report:
    return verify(archive, lambda _: None)


def found(archive: Archive) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.offset) for finding in checked(archive).findings]


def file_of(archive: Archive) -> Path:
    (path,) = archive.warc_dir.iterdir()
    return path


def change(archive: Archive, sql: str) -> None:
    with closing(sqlite3.connect(archive.database_path)) as connection, connection:
        connection.execute(sql)


def everything(archive: Archive) -> dict[str, bytes]:
    files = (path for path in archive.root.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if not path.name.endswith(("-shm", "-wal"))}


def ask(archive: Archive, *more: str) -> Ended:
    return wencun("verify", "--data", archive.root, *more)


def test_a_whole_archive_is_exit_0_and_one_line(archive):
    before = everything(archive)
    ended = ask(archive)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "checked 7 records in 1 file and 3 captures: all whole\n"
    assert everything(archive) == before


def test_damage_is_exit_5_and_a_line_each_that_names_file_and_byte(archive):
    path = file_of(archive)
    last = pages_in(path)[2]
    data = path.read_bytes()
    path.write_bytes(data[: last + 100])
    ended = ask(archive)
    name = f"warc/{path.name}"
    assert ended.code == 5
    assert ended.out.splitlines() == [
        f"{name}, byte {last}: torn: a gzip member that breaks off (100 bytes)",
        f"{name}, byte {last + 100}: shorter: the file ends here; {len(data)} bytes of it were stored",
        f"{name}, byte {last}: no record: the record of capture 3 ({url_of(2)}) is in damaged bytes",
        "checked 5 records in 1 file and 2 captures: 3 things damaged",
    ]


def test_a_program_gets_one_object(archive):
    change(archive, "UPDATE captures SET payload_sha256 = 'f00' WHERE id = 2")
    ended = ask(archive, "--format", "json")
    told = json.loads(ended.out)
    assert ended.code == 5
    assert (told["whole"], told["records"], told["captures"]) == (False, 7, 3)
    (finding,) = told["findings"]
    assert finding["kind"] == "unlike"
    assert finding["damage"] is True
    assert finding["file"] == f"warc/{file_of(archive).name}"
    assert "payload_sha256 of capture 2 is f00" in finding["what"]


def test_a_bit_in_the_middle_costs_one_record_and_those_behind_it_are_checked(archive):
    path = file_of(archive)
    second = pages_in(path)[1]
    data = bytearray(path.read_bytes())
    data[second + 60] ^= 16
    path.write_bytes(data)
    report = checked(archive)
    assert report.records == 6
    assert found(archive) == [(Kind.DAMAGED, second), (Kind.NO_RECORD, second)]


@pytest.mark.parametrize("place", range(len(HEAD)))
def test_a_bit_of_a_gzip_head_that_no_checksum_covers_is_found(archive, place):
    path = file_of(archive)
    second = pages_in(path)[1]
    data = bytearray(path.read_bytes())
    data[second + place] ^= 1
    path.write_bytes(data)
    assert (Kind.DAMAGED, second) in found(archive)


def test_bytes_between_records_are_found(archive):
    path = file_of(archive)
    second = pages_in(path)[1]
    data = path.read_bytes()
    path.write_bytes(data[:second] + b"\0" * 7 + data[second:])
    kinds = [kind for kind, _ in found(archive)]
    assert kinds == [Kind.DAMAGED, Kind.UNLIKE, Kind.UNLIKE]


@pytest.mark.parametrize("header", [b"WARC-Block-Digest", b"WARC-Payload-Digest"])
def test_a_record_with_another_digest_than_it_says_is_found_though_its_gzip_data_is_whole(archive, header):
    path = file_of(archive)
    second = list(read_records(path))[3].reference
    data = path.read_bytes()
    import zlib

    record = zlib.decompress(data[second.offset : second.offset + second.bytes], 31)
    start = record.index(header + b": sha1:") + len(header) + 7
    spoiled = record[:start] + bytes([record[start] ^ 3]) + record[start + 1 :]
    path.write_bytes(data[: second.offset] + pack(spoiled) + data[second.offset + second.bytes :])
    assert any(
        finding.kind == Kind.DAMAGED and "digest" in finding.what for finding in checked(archive).damages
    )


CHANGES: dict[str, tuple[str, Kind]] = {
    "a row is gone": ("DELETE FROM captures WHERE id = 2", Kind.DATABASE),
    "an offset": ("UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 2", Kind.UNLIKE),
    "a length": ("UPDATE captures SET warc_bytes = 5 WHERE id = 2", Kind.UNLIKE),
    "a digest": ("UPDATE captures SET warc_payload_digest = 'sha1:A' WHERE id = 2", Kind.UNLIKE),
    "a record": ("UPDATE captures SET warc_record_id = '<urn:uuid:0>' WHERE id = 2", Kind.NO_RECORD),
    "a file": ("UPDATE captures SET warc_file = 'other.warc.gz' WHERE id = 2", Kind.MISSING),
    "a length of the payload": ("UPDATE captures SET payload_bytes = 1 WHERE id = 2", Kind.UNLIKE),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_database_says_otherwise_than_the_records_is_found(archive, name):
    sql, kind = CHANGES[name]
    change(archive, sql)
    report = checked(archive)
    assert kind in {finding.kind for finding in report.damages}
    assert ask(archive).code == 5


def test_a_record_whose_capture_is_gone_with_all_that_hung_on_it_is_found(archive):
    offset = pages_in(file_of(archive))[1]
    change(archive, "UPDATE captures SET warc_record_id = '<urn:uuid:0>' WHERE id = 2")
    assert (Kind.NO_CAPTURE, offset) in found(archive)


def test_a_file_that_is_gone_is_named_with_what_lay_in_it(archive):
    file_of(archive).unlink()
    (finding,) = checked(archive).findings
    assert finding.kind == Kind.MISSING
    assert "3 captures" in finding.what


def test_a_damaged_database_is_told_and_the_records_are_checked_all_the_same(archive):
    with archive.database_path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    report = checked(archive)
    assert report.records == 7
    assert {finding.kind for finding in report.findings} == {Kind.DATABASE}
    assert ask(archive).code == 5


def test_a_missing_database_is_told(archive):
    for path in archive.root.glob("archive.db*"):
        path.unlink()
    assert [kind for kind, _ in found(archive)] == [Kind.DATABASE]


def test_a_line_of_the_journal_that_is_none_is_found_by_its_number(archive):
    archive.journal_path.write_bytes(b'{"at":"2026-01-01T00:00:00Z","event":"x"}\n{"at"\n')
    (finding,) = checked(archive).findings
    assert (finding.kind, finding.what) == (Kind.JOURNAL, "line 2 is no JSON object")


def test_a_last_line_that_nobody_was_told_of_is_no_damage(archive):
    archive.journal_path.write_bytes(b'{"at":"2026')
    report = checked(archive)
    assert [finding.kind for finding in report.findings] == [Kind.UNFINISHED]
    assert not report.damages


def test_what_a_killed_run_left_whole_is_no_damage_and_what_it_tore_is(archive):
    warc = WarcWriter(archive.warc_dir)
    fetch(warc, 7)
    (path,) = archive.warc_dir.glob("*.open")
    copy = path.with_name("wencun-20260101T000000Z-dead0-00000.warc.gz.open")
    copy.write_bytes(path.read_bytes())  # nobody writes to this one
    report = checked(archive)
    assert [(finding.kind, finding.file) for finding in report.findings] == [
        (Kind.WAITING, f"warc/{copy.name}")
    ]
    assert ask(archive).code == 0
    copy.write_bytes(path.read_bytes()[:-3])
    assert Kind.TORN in {finding.kind for finding in checked(archive).damages}


def test_of_a_file_that_is_being_written_only_what_is_stored_is_looked_at(archive):
    warc = WarcWriter(archive.warc_dir)
    fetch(warc, 7)
    (path,) = archive.warc_dir.glob("*.open")
    with path.open("ab") as file:
        file.write(b"half a record")
    assert found(archive) == []
    warc.close()
    assert [kind for kind, _ in found(archive)] == [Kind.TORN, Kind.WAITING]


def take_on(connection: sqlite3.Connection, pages: int) -> int:
    """Begin a run that holds so many pages."""
    for number in range(pages):
        ledger.register(connection, f"https://a.test/{number}", reason="given", due_at=ledger.now())
    run_id = runs.begin(connection, "crawl", ())
    assert len(ledger.lease(connection, run_id, pages, ledger.now())) == pages
    return run_id


def test_the_pages_that_a_run_holds_while_it_works_are_no_damage(archive):
    with closing(connect_writing(archive.database_path)) as connection:
        take_on(connection, 3)
        assert found(archive) == []
        assert ask(archive).code == 0


LEDGER_CHANGES = {
    "a sum": ("UPDATE run_pages SET pages = 4", "leased 4 pages"),
    "a page": ("UPDATE pages SET lease_run_id = NULL WHERE url LIKE '%/1'", "it holds 2"),
    "a summary": ("UPDATE runs SET finished_at = heartbeat_at, counts = '{\"stored\": 2}'", "tells of 2"),
    "no summary": ("UPDATE runs SET finished_at = heartbeat_at, counts = '{\"sto'", "cannot be read"),
}


@pytest.mark.parametrize("name", LEDGER_CHANGES)
def test_a_ledger_that_does_not_add_up_is_damage_of_the_database(archive, name):
    sql, said = LEDGER_CHANGES[name]
    with closing(connect_writing(archive.database_path)) as connection:
        run_id = take_on(connection, 3)
    change(archive, sql)
    ended = ask(archive)
    assert ended.code == 5
    assert f"archive.db: ledger: run {run_id} " in ended.out
    assert said in ended.out


def lose_header(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")


def put_another_program_s_in_its_place(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE notes (text)")


def test_a_header_that_lets_nobody_write_is_damage_and_stays_as_it_is(archive):
    data = bytearray(archive.database_path.read_bytes())
    data[18] = 0x88
    archive.database_path.write_bytes(data)
    ended = ask(archive)
    assert ended.code == 5
    assert "its header says that nobody may write to it" in ended.out
    assert archive.database_path.read_bytes() == data


def test_a_database_that_lost_its_header_is_damage_by_the_tables_that_it_holds(archive):
    lose_header(archive.database_path)
    ended = ask(archive)
    assert ended.code == 5
    assert "archive.db: database: " in ended.out
    assert "has lost its header" in ended.out


@pytest.mark.parametrize(("spoil", "code"), [(put_another_program_s_in_its_place, 4), (make_later, 7)])
def test_what_cannot_be_read_at_all_has_its_own_exit_code(
    archive, spoil: Callable[[Path], None], code: int
) -> None:
    spoil(archive.database_path)
    ended = ask(archive)
    assert ended.code == code
    assert len(ended.err.splitlines()) == 1


def test_a_bug_of_the_sqlite_at_work_is_a_note_and_no_damage(archive):
    told = json.loads(ask(archive, "--format", "json").out)
    note = note_on(sqlite3.sqlite_version_info)
    assert told["notes"] == ([note] if note else [])
    assert told["whole"]


@pytest.mark.parametrize(
    ("version", "has_bug"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_told(version, has_bug):
    note = note_on(version)
    assert (note is not None) == has_bug
    if note:
        assert ".".join(map(str, version)) in note
        assert "\n" not in note
