"""What a killed run left behind is made good by the next command that writes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from relations import relations
from saved_pages import csdn_page, url_of

from pipelines import ledger, runs
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.errors import Damaged, Locked
from pipelines.following import FollowRule
from pipelines.journal import Journal
from pipelines.lock import locked
from pipelines.recovery import writing
from pipelines.warc import WarcWriter, read_records
from pipelines.warc.mending import mend


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive")


def ask(archive: Archive, sql: str) -> list:
    with closing(connect_reading(archive.database_path)) as connection:
        return connection.execute(sql).fetchall()


def fetch(warc: WarcWriter, number: int) -> None:
    warc.write_response(
        url=url_of(number), status=200, headers=[("Content-Type", "text/html")], body=csdn_page(number)
    )


def recovered(archive: Archive) -> tuple[str, ...]:
    with writing(archive, "test") as work:
        return work.recovered


def left_open(archive: Archive, pages: int) -> Path:
    """A file as a run leaves it that is killed after `pages` pages."""
    warc = WarcWriter(archive.warc_dir)
    for number in range(pages):
        fetch(warc, number)
    warc.write_response(url="https://blog.csdn.net/robots.txt", status=200, headers=[], body=b"User-agent: *")
    (path,) = archive.warc_dir.glob("*.open")
    return path


def test_pages_that_were_archived_and_not_stored_are_stored(archive):
    left_open(archive, 3)
    assert recovered(archive) == ("stored 3 pages that an earlier run had archived and not stored",)
    assert ask(archive, "SELECT url, outcome, captured_at_source FROM captures ORDER BY url") == [
        (url_of(number), "article", "fetch") for number in range(3)
    ]
    assert [path.suffix for path in archive.warc_dir.iterdir()] == [".gz"]


def test_it_is_done_once(archive):
    left_open(archive, 2)
    recovered(archive)
    with closing(connect_reading(archive.database_path)) as connection:
        before = relations(connection)
    assert recovered(archive) == ()
    with closing(connect_reading(archive.database_path)) as connection:
        assert relations(connection) == before


def test_a_torn_tail_is_kept_aside_and_the_rest_is_whole_at_every_cut(tmp_path):
    archive = Archive.create(tmp_path / "source")
    whole = left_open(archive, 2)
    data = whole.read_bytes()
    records = [read.reference for read in read_records(whole)]
    last = records[-1]
    for end in range(last.offset + 1, len(data), 7):
        folder = tmp_path / str(end)
        folder.mkdir()
        path = folder / "a.warc.gz.open"
        path.write_bytes(data[:end])
        assert f"{end - last.offset} bytes" in (mend(path) or "")
        assert (folder / "a.warc.gz").read_bytes() == data[: last.offset]
        assert (folder / "a.warc.gz.torn").read_bytes() == data[last.offset : end]
        assert not path.exists()


def test_a_torn_file_costs_its_last_page_alone(archive):
    path = left_open(archive, 3)
    reads = list(read_records(path))
    third = [read.reference for read in reads if read.record.type == "response"][2]
    os.truncate(path, third.offset + 100)
    lines = recovered(archive)
    assert lines[0].endswith(f"cut off a torn record of 100 bytes, kept in {path.name[:-5]}.torn")
    assert lines[1].startswith("stored 2 pages")
    assert ask(archive, "SELECT count(*) FROM captures") == [(2,)]


def test_a_file_without_a_whole_record_is_taken_away_with_its_bytes_kept(archive):
    path = archive.warc_dir / "a.warc.gz.open"
    path.write_bytes(b"\x1f\x8b\x08")
    recovered(archive)
    assert [each.name for each in archive.warc_dir.iterdir()] == ["a.warc.gz.torn"]
    assert (archive.warc_dir / "a.warc.gz.torn").read_bytes() == b"\x1f\x8b\x08"


def test_an_empty_file_is_taken_away(archive):
    (archive.warc_dir / "a.warc.gz.open").touch()
    assert recovered(archive) == ()
    assert list(archive.warc_dir.iterdir()) == []


def test_a_finished_file_that_is_damaged_where_it_was_not_stored_is_exit_5(archive):
    path = left_open(archive, 3)
    recovered_path = path.rename(path.with_name(path.name.removesuffix(".open")))
    data = bytearray(recovered_path.read_bytes())
    offset = [read.reference for read in read_records(recovered_path) if read.record.type == "response"][
        2
    ].offset
    data[offset + 40] ^= 1
    recovered_path.write_bytes(data)
    with pytest.raises(Damaged, match=f"byte {offset}"):
        recovered(archive)
    assert ask(archive, "SELECT count(*) FROM captures") == [(2,)]


def test_what_a_killed_run_was_led_to_by_a_redirect_is_the_turn_of_the_page_that_it_held(archive):
    links = [f"https://mirror.example/kf/{number}" for number in (3, 4)]
    held = "https://mirror.example/to/2"

    def begin(connection: sqlite3.Connection) -> None:
        ledger.register(connection, held, reason="seed", due_at=ledger.now())
        run_id = runs.begin(connection, "crawl", (), follow=FollowRule(lists="related").to_json())
        assert ledger.lease(connection, run_id, 1, ledger.now())

    with writing(archive, "crawl") as work:
        work.writer.call(begin).result()
    warc = WarcWriter(archive.warc_dir)
    warc.write_response(url=held, status=302, headers=[("Location", "/kf/2")], body=b"")
    warc.write_response(
        url="https://mirror.example/kf/2",
        status=200,
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=page(2, links),
    )
    recovered(archive)
    assert ask(archive, "SELECT url, state, reason, lease_run_id FROM pages WHERE state <> 'pending'") == [
        (held, "skipped", "redirect", None),
        ("https://mirror.example/kf/2", "stored", None, None),
    ]
    assert ask(archive, "SELECT url FROM pages WHERE due_at IS NOT NULL AND state = 'pending'") == [
        (url,) for url in links
    ]
    assert ask(archive, "SELECT DISTINCT run_id FROM captures") == [(1,)]
    assert ask(archive, "SELECT name, pages FROM run_pages ORDER BY name") == [("article", 1), ("leased", 1)]


def test_what_the_journal_says_and_the_database_does_not_is_brought_in(archive):
    event = {"at": "2024-05-11T01:02:03Z", "event": "seed", "url": url_of(1)}
    Journal(archive.journal_path).append(event)
    recovered(archive)
    assert ask(archive, "SELECT url, state, due_at FROM pages") == [(url_of(1), "pending", event["at"])]


def test_one_command_writes_at_a_time(archive):
    holder = rf"`wencun crawl` \(pid {os.getpid()}, since"
    with locked(archive, "crawl"), pytest.raises(Locked, match=holder), writing(archive, "ingest"):
        pass
    with writing(archive, "ingest"):
        pass


def test_a_killed_holder_holds_the_lock_no_longer(archive):
    code = "import sys, time; from pathlib import Path; from pipelines.archive import Archive\n"
    code += "from pipelines.lock import locked\n"
    code += "with locked(Archive(Path(sys.argv[1])), 'crawl'): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(archive.root)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(Locked, match=str(holder.pid)), locked(archive, "ingest"):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with locked(archive, "ingest"):
        pass


@pytest.mark.parametrize("delay", [0.4, 0.6, 0.8, 1.0])
def test_an_ingest_that_is_killed_anywhere_loses_nothing_when_it_is_run_again(tmp_path, delay):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:03}.html").write_bytes(csdn_page(number, canonical=True))
    archive = Archive(tmp_path / "archive")
    command = [sys.executable, "-m", "crawler", "ingest", str(folder), "--data", str(archive.root)]
    first = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    first.send_signal(signal.SIGKILL)
    first.wait()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    assert ask(archive, "SELECT count(*), count(DISTINCT key) FROM articles") == [(60, 60)]
    assert ask(archive, "SELECT count(*), count(DISTINCT payload_sha256) FROM captures") == [(60, 60)]
    assert list(archive.warc_dir.glob("*.open")) == []
    records = [
        read.reference.record_id
        for path in archive.warc_dir.glob("*.gz")
        for read in read_records(path)
        if read.record.type == "resource"
    ]
    assert len(records) == 60
