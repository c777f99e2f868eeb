"""A program that reads the database while a run lasts: the log stays short, and nothing is lost by it."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve

from pipelines.archive import Archive
from pipelines.database import connect_writing
from pipelines.log_size import LIMIT, CommitPace


@contextmanager
def site_of(count: int) -> Iterator[Site]:
    """Articles that each lead to the next two."""
    pages = {
        f"/kf/{number}.html": Reply(
            page(number, [f"/kf/{n}.html" for n in (number + 1, number + 2) if n <= count])
        )
        for number in range(1, count + 1)
    }
    with serve(Site(pages=pages)) as site:
        yield site


@contextmanager
def reader(data: Path) -> Iterator[Path]:
    """Somebody who looks at one moment of a new archive as long as the block lasts; gives the log's path."""
    archive = Archive.create(data)
    connect_writing(archive.database_path).close()
    with closing(sqlite3.connect(archive.database_path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM pages").fetchone()
        yield archive.database_path.with_name("archive.db-wal")
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (0,)


def test_the_log_stays_short_while_somebody_reads_for_the_whole_run(tmp_path: Path, scale, figure) -> None:
    count = scale(60, 2000)
    with site_of(count) as site, reader(tmp_path) as log:
        ended = crawl(site, tmp_path, "/kf/1.html", "--follow", "related", "--log", "json", timeout=1200)
        size = log.stat().st_size
        told = [event["event"] for event in ended.events]
    figure(f"bytes of the log after {count} pages, one reader", asked=f"≤ {LIMIT}", seen=size)
    assert ended.code == 0
    assert size <= scale(LIMIT // 4, LIMIT)
    assert told.count("wal_large") == 1
    assert {state for state, _ in states(tmp_path, site).values()} == {"stored"}
    assert len(rows(tmp_path, "SELECT 1 FROM captures")) == count
    assert wencun("add", site.url("/kf/1.html"), "--data", tmp_path).code == 0
    assert not log.exists()


def test_a_run_that_is_killed_between_its_rare_commits_loses_nothing(tmp_path: Path) -> None:
    count = 90
    command = [sys.executable, "-m", "crawler", "crawl", "--data", tmp_path, "--delay", "0"]
    with site_of(count) as site, reader(tmp_path) as log:
        given = [*command, "--allow-private", site.host, "--follow", "related", site.url("/kf/1.html")]
        with subprocess.Popen(given, stderr=subprocess.PIPE, text=True) as run:
            assert run.stderr is not None
            assert any("cannot be emptied" in line for line in run.stderr)
            while len(site.paths()) < count - 20:
                time.sleep(0.01)
            run.kill()
        assert log.stat().st_size <= LIMIT // 4
        behind = len(site.paths()) - len(rows(tmp_path, "SELECT 1 FROM captures"))
        ended = crawl(site, tmp_path, "--follow", "related")
    assert behind > 3
    assert ended.code == 0
    caught_up = re.search(r"stored ([0-9]+) pages", ended.err)
    assert caught_up is not None
    in_flight = behind - int(caught_up[1])
    assert in_flight in {0, 1, 2}
    assert len(states(tmp_path, site)) == count
    assert len(site.paths()) == count + in_flight


def test_a_reader_that_leaves_lets_the_run_commit_as_before(tmp_path: Path) -> None:
    path = Archive.create(tmp_path).database_path
    with closing(connect_writing(path)) as writer, closing(sqlite3.connect(path)) as other:
        pace = CommitPace(path)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM pages").fetchone()
        writer.execute("CREATE TABLE large (x)")
        writer.execute("INSERT INTO large VALUES (zeroblob(10000000))")
        pace.committed(writer)
        assert not pace.is_due
        assert pace.seconds_left(writer) is None
        writer.execute("BEGIN IMMEDIATE")
        assert pace.seconds_left(writer) == pytest.approx(0.5, abs=0.5)
        writer.execute("COMMIT")
        other.rollback()
        pace.committed(writer)
        assert pace.is_due
