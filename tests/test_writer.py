"""The writer: what its futures promise is on disk, and its errors reach whoever waits."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest
from saved_pages import csdn_page, url_of

from pipelines import writer as module
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.errors import Damaged, WencunError
from pipelines.process import Job, process
from pipelines.records import Captured
from pipelines.replay import captured_of, work_of
from pipelines.warc import WarcWriter, find_file, read_at
from pipelines.writer import Writer


@pytest.fixture
def archive(tmp_path):
    return Archive.create(tmp_path / "archive")


def ask(archive: Archive, sql: str) -> list:
    with closing(connect_reading(archive.database_path)) as connection:
        return connection.execute(sql).fetchall()


def fetched(archive: Archive, warc: WarcWriter, number: int) -> Captured:
    reference = warc.write_response(
        url=url_of(number), status=200, headers=[("Content-Type", "text/html")], body=csdn_page(number)
    )
    record = read_at(find_file(archive.warc_dir, reference.file), reference.offset).record
    work = work_of(record)
    assert isinstance(work, Job)
    return captured_of(record, reference, process(work))


def test_a_capture_is_committed_when_its_future_is_done(archive):
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    writer.attach_warc(warc)
    number = writer.put(fetched(archive, warc, 1)).result()
    assert ask(archive, "SELECT id, url, outcome FROM captures") == [(number, url_of(1), "article")]
    writer.close()


def test_a_file_is_accounted_for_up_to_the_first_record_that_is_not_stored(archive):
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    writer.attach_warc(warc)
    first, second, third = (fetched(archive, warc, number) for number in (1, 2, 3))
    writer.put(second).result()
    ((committed,),) = ask(archive, "SELECT committed_bytes FROM warc_files")
    assert committed == first.reference.offset
    writer.put(first).result()
    ((committed,),) = ask(archive, "SELECT committed_bytes FROM warc_files")
    assert committed == third.reference.offset
    writer.close()
    ((closed,),) = ask(archive, "SELECT closed_at FROM warc_files")
    assert closed is None
    assert [path.suffix for path in archive.warc_dir.iterdir()] == [".gz"]


def test_records_are_on_disk_before_the_database_names_them(archive, monkeypatch):
    happened = []
    real_sync, real_store = WarcWriter.sync, module.store_capture
    monkeypatch.setattr(WarcWriter, "sync", lambda self: (happened.append("sync"), real_sync(self))[1])
    monkeypatch.setattr(
        module, "store_capture", lambda *arguments: (happened.append("store"), real_store(*arguments))[1]
    )
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    writer.attach_warc(warc)
    writer.put(fetched(archive, warc, 1)).result()
    writer.close()
    assert happened == ["sync", "store"]


def test_closing_stores_what_waits_and_finishes_the_warc_file(archive):
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    writer.attach_warc(warc)
    futures = [writer.put(fetched(archive, warc, number)) for number in range(1, 30)]
    writer.close()
    assert all(future.done() for future in futures)
    assert ask(archive, "SELECT count(*) FROM captures") == [(29,)]
    ((name, committed, closed),) = ask(archive, "SELECT name, committed_bytes, closed_at FROM warc_files")
    assert committed == (archive.warc_dir / name).stat().st_size
    assert closed


def test_a_call_that_fails_undoes_its_own_changes_and_no_others(archive):
    writer = Writer(archive)

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO failures (error, message, failed_at) VALUES ('a', 'b', 'c')")
        raise ValueError("not this one")

    def works(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO failures (error, message, failed_at) VALUES ('d', 'e', 'f')")
        return 5

    failing, working = writer.call(fails), writer.call(works)
    with pytest.raises(ValueError, match="not this one"):
        failing.result()
    assert working.result() == 5
    writer.close()
    assert ask(archive, "SELECT error FROM failures") == [("d",)]


def test_a_capture_that_cannot_be_stored_is_a_failure_and_holds_up_no_other(archive, monkeypatch):
    real = module.store_capture

    def picky(connection: sqlite3.Connection, captured: Captured) -> int:
        if captured.processed.article and captured.processed.url == url_of(2):
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return real(connection, captured)

    monkeypatch.setattr(module, "store_capture", picky)
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    for number in (1, 2, 3):
        writer.put(fetched(archive, warc, number))
    writer.close()
    assert [outcome for (outcome,) in ask(archive, "SELECT outcome FROM captures ORDER BY url")] == [
        "article",
        "failed",
        "article",
    ]
    ((error, message),) = ask(archive, "SELECT error, message FROM failures")
    assert error == "InternalError"
    assert "OverflowError" in message


def test_an_error_of_the_disk_reaches_everybody_who_waits_and_everybody_after(archive, monkeypatch):
    writer, warc = Writer(archive), WarcWriter(archive.warc_dir)
    writer.attach_warc(warc)
    captures = [fetched(archive, warc, number) for number in range(1, 4)]

    def no_space(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    futures = [writer.put(captured) for captured in captures]
    for future in futures:
        with pytest.raises(WencunError, match="No space left") as raised:
            future.result()
        assert raised.value.exit_code == 3
    with pytest.raises(WencunError):
        writer.put(captures[0]).result()
    monkeypatch.undo()
    with pytest.raises(WencunError):
        writer.close()
    assert ask(archive, "SELECT count(*) FROM captures") == [(0,)]


def test_a_database_that_is_none_is_told_when_the_writer_begins(archive):
    archive.database_path.write_text("<html>")
    with pytest.raises(Damaged):
        Writer(archive)
    assert archive.database_path.read_text() == "<html>"
