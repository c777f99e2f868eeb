"""Others that write to the database (B4), and threads that all want to (B5): they wait, nothing is lost."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states
from loopback import Reply, Site, serve
from starting import started, wait_until

from pipelines.archive import Archive
from pipelines.database import connect_reading, connect_writing
from pipelines.database_errors import naming_errors
from pipelines.errors import StorageUnusable
from pipelines.writer import Writer

_COUNT = 12
_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Have another process hold the lock that a writer needs; gives its id."""
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate()


def chain() -> Site:
    return Site(
        pages={
            f"/kf/{number}": Reply(page(number, [f"/kf/{number + 1}"] if number < _COUNT else []), wait=0.1)
            for number in range(1, _COUNT + 1)
        }
    )


def test_a_run_waits_while_another_program_writes_and_loses_nothing(tmp_path: Path, scale, figure) -> None:
    seconds = scale(2, 5)
    with serve(chain()) as site, started(site, tmp_path, "/kf/1", "--follow", "related") as run:
        wait_until(lambda: len(site.paths()) >= 3)
        with held(tmp_path / "archive.db"):
            time.sleep(seconds)
            assert run.poll() is None
        err = run.communicate(timeout=60)[1]
        stored = [state for state, _ in states(tmp_path, site).values()].count("stored")
    figure(f"pages lost while a lock was held {seconds} s", asked=0, seen=_COUNT - stored)
    assert run.returncode == 0, err
    assert stored == _COUNT
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(_COUNT,)]


def test_a_run_that_waited_for_30_s_ends_in_one_line_and_the_next_goes_on(
    tmp_path: Path, scale, figure
) -> None:
    if scale(True, False):
        pytest.skip("takes as long as a run waits; `make faults` tries it")
    with serve(chain()) as site:
        with started(site, tmp_path, "/kf/1", "--follow", "related") as run:
            wait_until(lambda: len(site.paths()) >= 3)
            with held(tmp_path / "archive.db") as holder:
                err = run.communicate(timeout=60)[1]
        told = [line for line in err.splitlines() if "locked by" in line]
        waiting = rows(tmp_path, "SELECT 1 FROM pages WHERE state = 'pending'")
        figure(
            "exit code, lines, after a lock held over 30 s",
            asked="7, 1",
            seen=f"{run.returncode}, {len(told)}",
        )
        assert run.returncode == 7
        (line,) = told
        assert re.search(rf"locked by \S+ \(pid {holder}\) for 30 s", line)
        assert waiting
        assert crawl(site, tmp_path, "--follow", "related").code == 0
        assert {state for state, _ in states(tmp_path, site).values()} == {"stored"}
        assert len(states(tmp_path, site)) == _COUNT


def test_the_program_that_holds_the_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    connect_writing(path).close()
    with (
        held(path) as holder,
        closing(connect_reading(path)),
        closing(sqlite3.connect(path, timeout=0)) as connection,
        pytest.raises(StorageUnusable, match=rf"locked by python\S* \(pid {holder}\) for 30 s") as caught,
        naming_errors(path),
    ):
        connection.execute("BEGIN IMMEDIATE")
    assert caught.value.exit_code == 7


def test_a_holder_of_this_process_is_another_program_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with (
        closing(connect_writing(path)) as writing,
        closing(sqlite3.connect(path, timeout=0)) as connection,
    ):
        writing.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(StorageUnusable, match=r"locked by another program.*fuser") as caught,
            naming_errors(path),
        ):
            connection.execute("BEGIN IMMEDIATE")
        assert str(os.getpid()) not in str(caught.value)


def upsert(connection: sqlite3.Connection, name: str) -> None:
    """Read, then write: what fails where a transaction began by reading."""
    found = connection.execute("SELECT committed_bytes FROM warc_files WHERE name = ?", (name,)).fetchone()
    connection.execute(
        "INSERT INTO warc_files (name, committed_bytes) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET committed_bytes = excluded.committed_bytes",
        (name, found[0] + 1 if found else 1),
    )


def test_threads_that_write_at_once_lose_nothing_while_others_read(tmp_path: Path, scale, figure) -> None:
    threads, each = 8, scale(100, 1000)
    archive = Archive.create(tmp_path)
    writer = Writer(archive)
    is_over = threading.Event()

    def write(thread: int) -> list[BaseException | None]:
        given = [
            writer.call(lambda connection, n=n: upsert(connection, f"{thread}-{n // 2}")) for n in range(each)
        ]
        return [future.exception() for future in given]

    def read() -> int:
        seen = 0
        with closing(connect_reading(archive.database_path)) as connection:
            while not is_over.wait(0.01):
                (now,) = connection.execute(
                    "SELECT coalesce(sum(committed_bytes), 0) FROM warc_files"
                ).fetchone()
                assert now >= seen
                seen = now
        return seen

    with ThreadPoolExecutor(threads + 4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        errors = [error for errors in pool.map(write, range(threads)) for error in errors if error]
        is_over.set()
        for reader in readers:
            reader.result()
    writer.close()
    ((done,),) = rows(tmp_path, "SELECT sum(committed_bytes) FROM warc_files")
    asked = threads * each
    figure(
        f"of {asked} upserts by {threads} threads: errors, lost",
        asked="0, 0",
        seen=f"{len(errors)}, {asked - done}",
    )
    assert (errors, done) == ([], asked)
