"""Identical payloads of one URL are revisit records, which every reader takes for what they stand for."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from crawled_pages import page
from crawling import crawl, rows, wencun
from loopback import Reply, Site, serve
from relations import relations
from warc_files import check_with_warcio
from warcio.archiveiterator import ArchiveIterator

from pipelines.warc import read_records

TEXT = ("Content-Type", "text/html; charset=utf-8")


def crawl_twice(data: Path) -> dict[str, bytes]:
    """Crawl three pages twice, the third of which changes; return what they were at last, unpacked."""
    with serve(Site()) as site:
        same, packed = page(1), gzip.compress(page(2), mtime=0)
        site.pages = {
            "/kf/1": Reply(same),
            "/kf/2": Reply(packed, headers=(TEXT, ("Content-Encoding", "gzip"))),
            "/kf/3": lambda count: Reply(page(3) + b"<!-- %d -->" % count),
        }
        for _ in range(2):
            assert crawl(site, data, "/kf/1", "/kf/2", "/kf/3").code == 0
        return {
            site.url("/kf/1"): same,
            site.url("/kf/2"): page(2),
            site.url("/kf/3"): page(3) + b"<!-- 2 -->",
        }


def records_of(data: Path) -> list:
    return [read for path in sorted((data / "warc").glob("*.warc.gz")) for read in read_records(path)]


def stored(data: Path) -> dict[str, list]:
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        return relations(connection)


def test_what_a_url_answers_again_is_a_revisit_with_a_capture_like_any_other(tmp_path: Path) -> None:
    pages = crawl_twice(tmp_path)
    records = {read.record.record_id: read.record for read in records_of(tmp_path)}
    revisits = [record for record in records.values() if record.type == "revisit"]
    assert sorted(record.url for record in revisits) == list(pages)[:2]
    for revisit in revisits:
        original = records[revisit.headers["WARC-Refers-To"]]
        assert (original.type, original.url, original.status) == ("response", revisit.url, 200)
        assert (revisit.body, revisit.status) == (b"", 200)
        assert revisit.payload_digest == original.payload_digest
        assert revisit.http_header("content-type") == original.http_header("content-type")
        assert revisit.headers["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
        assert revisit.headers["WARC-Refers-To-Target-URI"] == original.url
    outcomes = "SELECT url, outcome FROM captures ORDER BY url, id"
    assert rows(tmp_path, outcomes) == [
        (url, outcome) for url in pages for outcome in ("article", "unchanged")
    ]
    per_page = (
        "SELECT count(DISTINCT payload_sha256), count(DISTINCT payload_bytes) FROM captures GROUP BY page_id"
    )
    assert rows(tmp_path, per_page) == [(1, 1), (1, 1), (2, 1)]


def test_every_reader_takes_it_for_what_it_stands_for(tmp_path: Path) -> None:
    pages = crawl_twice(tmp_path)
    for url, body in pages.items():
        shown = wencun("show", url, "--raw", "--data", tmp_path)
        assert (shown.code, shown.out) == (0, body.decode())
    checked = wencun("verify", "--data", tmp_path)
    assert checked.code == 0, checked.out
    assert "6 captures: all whole" in checked.out
    before = stored(tmp_path)
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    assert wencun("reextract", "--data", tmp_path).code == 0
    after = stored(tmp_path)
    for name, relation in before.items():
        assert after[name] == relation, name


def test_another_program_replays_every_page_from_the_files_alone(tmp_path: Path) -> None:
    """As pywb does: the newest record of a URL; of a revisit, the record of that URL and date."""
    pages = crawl_twice(tmp_path)
    found: dict[tuple[str, str], tuple[str, bytes, dict]] = {}
    for path in sorted((tmp_path / "warc").glob("*.warc.gz")):
        assert check_with_warcio(path) == 0
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type in ("response", "revisit"):
                    fields = dict(record.rec_headers.headers)
                    place = (fields["WARC-Target-URI"], fields["WARC-Date"])
                    found[place] = (record.rec_type, record.content_stream().read(), fields)
    for url, body in pages.items():
        newest = max(place for place in found if place[0] == url)
        kind, replayed, fields = found[newest]
        if kind == "revisit":
            assert replayed == b""
            original = (fields["WARC-Refers-To-Target-URI"], fields["WARC-Refers-To-Date"])
            kind, replayed, _ = found[original]
        assert (kind, replayed) == ("response", body)


def test_a_revisit_whose_original_is_damaged_is_named_and_what_is_stored_of_it_stays(tmp_path: Path) -> None:
    crawl_twice(tmp_path)
    revisit = next(read for read in records_of(tmp_path) if read.record.type == "revisit")
    file = tmp_path / "warc" / revisit.record.headers["WARC-Refers-To-Filename"]
    data = bytearray(file.read_bytes())
    data[int(revisit.record.headers["WARC-Refers-To-File-Offset"]) + 60] ^= 1
    file.write_bytes(data)
    verified = wencun("verify", "--data", tmp_path)
    assert verified.code == 5
    place = f"warc/{revisit.reference.file}, byte {revisit.reference.offset}: no original: "
    assert place in verified.out
    raw = wencun("show", revisit.record.url, "--raw", "--data", tmp_path)
    assert raw.code == 5
    assert "original" in raw.last_line
    again = wencun("reextract", "--all", "--data", tmp_path)
    assert again.code == 5
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(3,)]
    assert wencun("repair", "--data", tmp_path).code == 5
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(3,)]


def test_a_response_whose_original_is_damaged_is_written_whole(tmp_path: Path) -> None:
    with serve(Site()) as site:
        site.pages = {"/kf/1": Reply(page(1))}
        crawl(site, tmp_path, "/kf/1")
        first = next(read for read in records_of(tmp_path) if read.record.url == site.url("/kf/1"))
        file = tmp_path / "warc" / first.reference.file
        data = bytearray(file.read_bytes())
        data[first.reference.offset + 60] ^= 1
        file.write_bytes(data)
        given = ("--delay", "0", "--allow-private", site.host, site.url("/kf/1"))
        assert wencun("crawl", "--data", tmp_path, *given).code == 0
    newest = max((tmp_path / "warc").glob("*.warc.gz"), key=lambda path: path.name)
    assert "response" in {read.record.type for read in read_records(newest)}
    assert "revisit" not in {read.record.type for read in read_records(newest)}
