"""A page that is held is asked for only if it is another by now; a 304 is a look at it like any other."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve
from relations import relations
from warc_files import check_with_warcio

from pipelines.warc import read_records

TEXT = ("Content-Type", "text/html; charset=utf-8")
MODIFIED = "Tue, 12 May 2026 01:02:03 GMT"
UNCHANGED = Reply(status=304, headers=(("ETag", '"1"'),))


class Careful(Site):
    """A site that sends a page once, and then says that it is as it was to whoever says what is held."""

    def careful(self, body: bytes, *headers: tuple[str, str]) -> Reply:
        asked = {name.lower(): value for name, value in self.log[-1].headers.items()}
        etag, modified = dict(headers).get("ETag"), dict(headers).get("Last-Modified")
        is_held = (etag and asked.get("if-none-match") == etag) or (
            modified and asked.get("if-modified-since") == modified
        )
        return Reply(status=304, headers=headers) if is_held else Reply(body, headers=(TEXT, *headers))


def crawl_times(data: Path, times: int, site: Careful, *paths: str) -> None:
    for _ in range(times):
        assert crawl(site, data, *paths).code == 0


def stored(data: Path) -> dict[str, list]:
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        return relations(connection)


@pytest.mark.parametrize("header", [("ETag", 'W/"a-1"'), ("Last-Modified", MODIFIED)])
def test_a_page_that_is_as_it_was_is_not_sent_again_and_counts_as_seen(
    tmp_path: Path, header: tuple[str, str]
) -> None:
    with serve(Careful()) as site:
        site.pages = {"/kf/1": lambda _: site.careful(page(1), header)}
        crawl_times(tmp_path, 3, site, "/kf/1")
    assert rows(tmp_path, "SELECT status, outcome FROM captures ORDER BY id") == [
        (200, "article"),
        (304, "unchanged"),
        (304, "unchanged"),
    ]
    assert rows(tmp_path, "SELECT version, capture_id FROM articles") == [(1, 1)]
    assert rows(tmp_path, "SELECT fetch_count, change_count, interval_s / 86400.0 FROM pages") == [
        (3, 0, 15.75)
    ]
    (seen,) = rows(tmp_path, "SELECT last_seen_at = (SELECT max(captured_at) FROM captures) FROM articles")
    assert seen == (1,)


def test_what_was_not_sent_again_is_no_observation_of_counts_and_lists(tmp_path: Path) -> None:
    with serve(Careful()) as site:
        site.pages = {"/kf/1": lambda _: site.careful(page(1), ("ETag", '"1"'))}
        crawl_times(tmp_path, 2, site, "/kf/1")
    assert rows(tmp_path, "SELECT DISTINCT capture_id FROM observations") == [(1,)]
    assert rows(tmp_path, "SELECT DISTINCT capture_id FROM sidebar_items") == [(1,)]
    assert rows(tmp_path, "SELECT count(DISTINCT observed_at) FROM read_counts") == [(1,)]


def test_it_is_a_revisit_record_that_every_reader_takes_for_what_it_stands_for(tmp_path: Path) -> None:
    body = page(1)
    packed = gzip.compress(body, mtime=0)
    headers = (("ETag", '"1"'), ("Content-Encoding", "gzip"))
    with serve(Careful()) as site:
        site.pages = {"/kf/1": lambda _: site.careful(packed, *headers)}
        crawl_times(tmp_path, 2, site, "/kf/1")
        url = site.url("/kf/1")
    files = sorted((tmp_path / "warc").glob("*.warc.gz"))
    (revisit,) = [
        read.record for file in files for read in read_records(file) if read.record.type == "revisit"
    ]
    assert (revisit.status, revisit.body) == (304, b"")
    assert revisit.headers["WARC-Profile"].endswith("/warc/1.1/revisit/server-not-modified")
    assert [check_with_warcio(file) for file in files] == [0, 0]
    shown = wencun("show", url, "--raw", "--data", tmp_path)
    assert (shown.code, shown.out) == (0, body.decode())
    checked = wencun("verify", "--data", tmp_path)
    assert checked.code == 0, checked.out
    before = stored(tmp_path)
    assert wencun("reextract", "--all", "--data", tmp_path).code == 0
    assert stored(tmp_path) == before
    (tmp_path / "archive.db").unlink()
    assert wencun("reextract", "--data", tmp_path).code == 0
    assert stored(tmp_path) == before
    assert rows(tmp_path, "SELECT etag FROM pages") == [('"1"',)]


def test_a_page_that_changed_is_sent_and_its_new_mark_is_kept(tmp_path: Path) -> None:
    with serve(Careful()) as site:
        site.pages = {
            "/kf/1": lambda count: site.careful(
                page(1) + b"<!-- %d -->" % (count > 2), ("ETag", f'"{count > 2}"')
            )
        }
        crawl_times(tmp_path, 4, site, "/kf/1")
    assert rows(tmp_path, "SELECT status FROM captures ORDER BY id") == [(200,), (304,), (200,), (304,)]
    assert rows(tmp_path, "SELECT etag FROM pages") == [('"True"',)]


def test_nothing_is_said_of_what_is_held_to_where_the_page_redirects(tmp_path: Path) -> None:
    moved = Reply(status=302, headers=(("Location", "/kf/2"),))
    with serve(Careful()) as site:
        site.pages = {
            "/kf/1": lambda count: site.careful(page(1), ("ETag", '"1"')) if count == 1 else moved,
            "/kf/2": lambda _: site.careful(page(2), ("ETag", '"1"')),
        }
        crawl_times(tmp_path, 2, site, "/kf/1")
        asked = [entry for entry in site.log if entry.path == "/kf/2"]
        assert [entry.headers.get("If-None-Match") for entry in asked] == [None]
        assert states(tmp_path, site)["/kf/2"][0] == "stored"


def test_a_304_that_nobody_asked_for_is_a_failure_and_the_page_stays(tmp_path: Path) -> None:
    with serve(Site()) as site:
        site.pages = {"/kf/1": lambda count: UNCHANGED if count > 1 else Reply(page(1))}
        assert crawl(site, tmp_path, "/kf/1").code == 0
        assert crawl(site, tmp_path, "/kf/1").code == 9
    assert rows(tmp_path, "SELECT status, outcome FROM captures ORDER BY id") == [
        (200, "article"),
        (304, "failed"),
    ]
    assert rows(tmp_path, "SELECT version, capture_id FROM articles") == [(1, 1)]


def test_after_an_answer_that_was_no_page_the_whole_page_is_asked_for(tmp_path: Path) -> None:
    with serve(Careful()) as site:
        site.pages = {
            "/kf/1": lambda count: Reply(status=404) if count == 2 else site.careful(page(1), ("ETag", '"1"'))
        }
        for _ in range(3):
            crawl(site, tmp_path, "/kf/1")
        sent = [entry.headers.get("If-None-Match") for entry in site.log if entry.path == "/kf/1"]
    assert sent == [None, '"1"', None]
    assert rows(tmp_path, "SELECT status FROM captures ORDER BY id") == [(200,), (404,), (200,)]


def test_where_the_record_is_lost_the_page_is_asked_for_whole_again(tmp_path: Path) -> None:
    with serve(Careful()) as site:
        site.pages = {"/kf/1": lambda _: site.careful(page(1), ("ETag", '"1"'))}
        crawl_times(tmp_path, 1, site, "/kf/1")
        (file,) = (tmp_path / "warc").glob("*.warc.gz")
        file.unlink()
        again = ("crawl", "--data", tmp_path, "--delay", "0", "--allow-private", site.host, site.url("/kf/1"))
        assert [wencun(*again).code, wencun(*again).code] == [9, 0]
    assert rows(tmp_path, "SELECT status, outcome FROM captures ORDER BY id") == [
        (200, "article"),
        (304, "failed"),
        (200, "unchanged"),
    ]
