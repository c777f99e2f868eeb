"""The sums that every crawl of the tests is held to notice what they are there for."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl
from ledger_sums import assert_sums_hold
from loopback import Asked, Reply, Site, serve


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    data = tmp_path_factory.mktemp("sums")
    with serve(Site()) as site:
        site.pages = {
            "/kf/1": Reply(page(1, [site.url("/kf/2")])),
            "/kf/2": Reply(page(2)),
            "/kf/old": Reply(status=301, headers=(("Location", "/kf/away"),)),
            "/kf/away": Reply(raw=b""),
            "/kf/reset": Reply(page(3), reset_after=0),
        }
        crawl(site, data, "/kf/1", "/kf/old", "/kf/reset", "--follow", "related", "--log", "json")
        yield site, data


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pages SET lease_run_id = 1 WHERE url LIKE '%/kf/1'",
        "UPDATE run_pages SET pages = pages + 1 WHERE name = 'leased'",
        "UPDATE run_pages SET pages = pages + 1 WHERE name IN ('leased', 'article')",
        "UPDATE runs SET counts = '{}'",
        "DELETE FROM pages WHERE url LIKE '%/kf/2'",
        "DELETE FROM captures WHERE url LIKE '%/kf/1'",
        "UPDATE captures SET warc_offset = warc_offset + 1",
        "DELETE FROM failures WHERE capture_id IS NULL",
    ],
)
def test_a_change_that_breaks_a_sum_is_seen(crawled: tuple[Site, Path], tmp_path: Path, change: str) -> None:
    site, original = crawled
    data = shutil.copytree(original, tmp_path / "archive")
    assert_sums_hold(data, site.log)
    with closing(sqlite3.connect(data / "archive.db")) as connection, connection:
        assert connection.execute(change).rowcount
    with pytest.raises(AssertionError):
        assert_sums_hold(data, site.log)


def test_a_request_that_left_no_trace_is_seen(crawled: tuple[Site, Path]) -> None:
    site, data = crawled
    lost = Asked(time.monotonic(), "/kf/lost", site.url("/kf/lost"), {})
    with pytest.raises(AssertionError, match="/kf/lost"):
        assert_sums_hold(data, [*site.log, lost])


def test_an_event_too_many_is_seen(crawled: tuple[Site, Path]) -> None:
    site, data = crawled
    with pytest.raises(AssertionError, match="events"):
        assert_sums_hold(data, site.log, [{"outcome": "article", "url": "x"}])


def test_a_file_left_open_is_seen(crawled: tuple[Site, Path], tmp_path: Path) -> None:
    site, original = crawled
    data = shutil.copytree(original, tmp_path / "archive")
    (path,) = (data / "warc").iterdir()
    path.rename(path.with_name(path.name + ".open"))
    with pytest.raises(AssertionError, match="left open"):
        assert_sums_hold(data, site.log)
