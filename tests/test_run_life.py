"""What holds around a run: its accounts, its own count, what it watches, and what it says of its limits."""

import errno
import json
import logging
import os
import re
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import Ended, crawl, rows, wencun
from loopback import Reply, Site, serve

from crawler.fetching import ending, watching
from crawler.fetching.options import CrawlSettings, read_settings, size
from crawler.fetching.summary import End
from crawler.fetching.tally import Tally
from pipelines import accounts, ledger, runs
from pipelines.archive import Archive
from pipelines.database import connect_writing
from pipelines.disk import floor_of
from pipelines.settings import BadSettings

AT = "2024-05-11T01:02:03Z"
GIB = 2**30


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def a_run(connection: sqlite3.Connection, pages: int) -> int:
    for number in range(pages):
        ledger.register(connection, f"https://a.test/{number}", reason="given", due_at=AT)
    run_id = runs.begin(connection, "crawl", ())
    assert len(ledger.lease(connection, run_id, pages, ledger.now())) == pages
    return run_id


def test_accounts_that_add_up_have_no_discrepancies(connection: sqlite3.Connection) -> None:
    run_id = a_run(connection, 3)
    assert accounts.discrepancies(connection) == []
    ledger.fail(connection, 1, run_id, "dns", "no such host")
    ending.finish(connection, run_id, end=End.DONE)
    assert accounts.discrepancies(connection) == accounts.discrepancies(connection, run_id) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE run_pages SET pages = 4 WHERE name = 'leased'", "leased 4 pages, and 3 came to an end"),
        ("UPDATE pages SET lease_run_id = 1 WHERE id = 2", "has ended and still holds 1 pages"),
        ("UPDATE runs SET counts = '{\"stored\": 9}'", "its summary tells of 9"),
        ("DELETE FROM run_pages WHERE name = 'released'", "leased 3 pages, and 1 came to an end"),
    ],
)
def test_accounts_that_do_not_add_up_are_told(connection: sqlite3.Connection, damage: str, said: str) -> None:
    run_id = a_run(connection, 3)
    ledger.fail(connection, 1, run_id, "dns", "no such host")
    ending.finish(connection, run_id, end=End.DONE)
    connection.execute(damage)
    assert said in "; ".join(accounts.discrepancies(connection, run_id))
    assert accounts.discrepancies(connection, run_id + 1) == []


def test_a_run_whose_own_count_is_not_the_ledgers_is_an_internal_error(
    connection: sqlite3.Connection,
) -> None:
    run_id = a_run(connection, 3)
    ledger.fail(connection, 1, run_id, "dns", "no such host")
    result = ending.finish(connection, run_id, end=End.SIGNAL)
    right = Tally(leased=3, settled=1)
    assert ending.checked(connection, run_id, result, right, under_way=2) == result
    wrong = ending.checked(connection, run_id, result, Tally(leased=3, settled=2), under_way=1)
    assert wrong.exit_code == 1
    assert wrong.error == (
        "the ledger does not add up: the run counted 1 pages given back, the ledger 2; "
        "the run counted 2 pages settled, the ledger 1. A bug of ours"
    )
    assert connection.execute("SELECT outcome, exit_code FROM runs").fetchall() == [("failed", 1)]


def test_failures_in_a_row_are_counted_over_all_hosts_and_end_with_a_page_that_was_had() -> None:
    tally = Tally()
    for _ in range(49):
        tally.settle(state="failed", error="timeout")
    tally.settle(state="failed", error="robots_unreachable")  # nothing was asked for
    assert not tally.fails_on_and_on
    tally.settle(state="gone", error=None)
    for _ in range(50):
        assert not tally.fails_on_and_on
        tally.settle(state="failed", error="timeout")
    assert tally.fails_on_and_on


@pytest.mark.parametrize(
    ("total", "wanted", "floor"),
    [
        (64 * 2**20, None, 0),  # as small as that on purpose
        (10 * GIB, None, GIB // 2),
        (1000 * GIB, None, GIB),
        (64 * 2**20, 2**20, 2**20),
        (1000 * GIB, 0, 0),
    ],
)
def test_so_much_of_a_disk_stays_free(total: int, wanted: int | None, floor: int) -> None:
    assert floor_of(total, wanted) == floor


def test_what_runs_short_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert watching.shortage(tmp_path, CrawlSettings(min_free=0)) is None
    assert watching.shortage(tmp_path, CrawlSettings(min_free=2**60)) is End.DISK
    assert watching.shortage(tmp_path, CrawlSettings(min_free=0, max_memory=2**20)) is End.MEMORY
    assert [record.event for record in caplog.records] == ["disk_low", "memory_high"]  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the address space is read off /proc")
def test_a_limit_of_the_address_space_is_seen_before_it_is_reached(tmp_path: Path) -> None:
    child = os.fork()
    if not child:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + 32 * 2**20, resource.RLIM_INFINITY))
        os._exit(watching.shortage(tmp_path, CrawlSettings(min_free=0)) is End.MEMORY)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


@pytest.mark.parametrize(
    ("shown", "bytes_"), [("500MB", 500_000_000), ("2GiB", 2 * GIB), ("1 kib", 1024), (4096, 4096), ("0", 0)]
)
def test_a_size_is_a_number_with_a_unit(shown: str | int, bytes_: int) -> None:
    assert size(shown) == bytes_


@pytest.mark.parametrize("wrong", ['"5%"', '"many"', "-1", "true", "1.5"])
def test_what_is_no_size_is_named_with_its_place(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "wencun.toml").write_text(f"[crawl]\nmin_free = {wrong}\n")
    with pytest.raises(BadSettings, match="min_free"):
        read_settings(tmp_path / "wencun.toml")


def test_a_run_under_the_disks_floor_asks_for_nothing(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/1"] = Reply(page(1))
    wencun("init", "--data", tmp_path)
    (tmp_path / "wencun.toml").write_text('[crawl]\nmin_free = "9000000GiB"\n')
    ended = crawl(site, tmp_path, "/kf/1", "--log", "json")
    assert (ended.code, site.log) == (16, [])
    assert [event["event"] for event in ended.events][-3:] == ["disk_low", "run_stopping", "run_summary"]
    assert rows(tmp_path, "SELECT outcome, exit_code FROM runs") == [("disk_floor", 16)]
    (tmp_path / "wencun.toml").write_text("")
    assert crawl(site, tmp_path).code == 0


def test_limits_that_were_reached_have_exit_codes_of_their_own_with_strict(
    site: Site, tmp_path: Path
) -> None:
    site.pages = {f"/kf/{number}": Reply(page(number + 1)) for number in range(6)}
    for path, code, words in (
        ("a", 14, ("--max-pages", "2")),
        ("b", 15, ("--max-time", "2s")),
    ):
        delay = "1.2" if code == 15 else "0"
        ended = crawl(site, tmp_path / path, *site.pages, *words, "--strict", delay=delay)
        assert (ended.code, "limit" in ended.last_line) == (code, True)
        assert crawl(site, tmp_path / path).code == 0


def test_a_run_ends_where_too_many_pages_fail_one_after_the_other(site: Site, tmp_path: Path) -> None:
    paths = [f"/kf/{number}" for number in range(90)]
    site.pages = dict.fromkeys(paths, Reply(b"<html><body>1</body></html>", status=418))
    ended = crawl(site, tmp_path, *paths, "--log", "json")
    assert ended.code == 12, ended.err
    assert 50 <= len(site.paths()) < 90
    assert rows(tmp_path, "SELECT outcome, exit_code FROM runs") == [("failures", 12)]


def test_a_reader_of_stderr_who_hangs_up_does_not_end_a_run(site: Site, tmp_path: Path) -> None:
    import subprocess
    import sys

    site.pages = {f"/kf/{number}": Reply(page(number + 1)) for number in range(4)}
    command = [sys.executable, "-m", "crawler", "crawl", "--data", str(tmp_path), "--delay", "0.1"]
    process = subprocess.Popen(
        [*command, "--allow-private", site.host, *map(site.url, site.pages)], stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    process.stderr.readline()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert rows(tmp_path, "SELECT count(*) FROM pages WHERE state = 'stored'") == [(4,)]


def test_a_webhook_is_sent_the_summary_and_its_failure_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/1"] = Reply(page(1))
    hook = tmp_path / "wencun.toml"
    wencun("init", "--data", tmp_path)
    # a site that refuses twice, then takes it
    site.pages["/hook"] = lambda count: Reply(status=503 if count < 3 else 200)
    hook.write_text(f'[notify]\nwebhook = "{site.url("/hook")}"\n')
    assert crawl_aside(site, tmp_path).code == 0
    asked = [entry for entry in site.log if entry.path == "/hook"]
    assert [entry.method for entry in asked] == ["POST"] * 3
    assert json.loads(asked[-1].body)["pages"] == {"stored": 1}
    site.pages["/hook"] = Reply(status=500)
    ended = crawl_aside(site, tmp_path)
    assert ended.code == 0
    assert [event["event"] for event in ended.events][-2:] == ["webhook_failed", "run_summary"]


def crawl_aside(site: Site, data: Path) -> Ended:
    """Crawl without the sums, to which the webhook's address would be a page that has no capture."""
    words = ("--delay", "0", "--log", "json", "--allow-private", site.host, site.url("/kf/1"))
    return wencun("crawl", "--data", data, *words)


def test_what_waits_to_be_tried_again_when_a_run_ends_is_stored_too(tmp_path: Path) -> None:
    with serve(Site()) as site:
        site.pages = {f"/cut/{number}": Reply(page(1)[:400], length=9000) for number in range(80)}
        # 50 failures in a row end the run; crawl() asserts that every record that is archived has a capture
        assert crawl(site, tmp_path, *site.pages).code == 12


def test_a_disk_that_fills_up_while_a_page_is_archived_is_told_with_what_is_free(tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "warc" / "a.warc.gz.open"))
    told = ending.named(error, Archive(tmp_path))
    assert told.exit_code == 3
    assert re.fullmatch(r".*a\.warc\.gz\.open: No space left on device, with \d+ bytes free; .*", str(told))
