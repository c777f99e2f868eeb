import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from crawled_pages import page
from crawling import crawl, wencun
from loopback import Reply, Site, serve
from relations import relations

SOON = (("Retry-After", "1"),)
TEXT = ("Content-Type", "text/html; charset=utf-8")


def test_what_a_crawl_stored_is_made_again_from_warc_and_journal_alone(tmp_path: Path) -> None:
    with serve(Site()) as site:
        site.pages = {
            "/robots.txt": Reply(b"User-agent: *\nDisallow: /no/\n"),
            "/kf/1": Reply(page(1, [site.url("/kf/gzip"), site.url("/kf/gbk")])),
            "/kf/gzip": Reply(gzip.compress(page(2)), headers=(TEXT, ("Content-Encoding", "gzip"))),
            "/kf/gbk": Reply(page(3, charset="gbk"), headers=(("Content-Type", "text/html"),)),
            "/kf/old": Reply(status=301, headers=(("Location", "/kf/new"),)),
            "/kf/new": Reply(page(4)),
            "/kf/broken": Reply(page(5)[:600], length=9000),
            "/kf/badzip": Reply(b"no gzip", headers=(TEXT, ("Content-Encoding", "gzip"))),
            "/kf/shaky": lambda count: Reply(page(6)) if count == 3 else Reply(b"", status=503, headers=SOON),
        }
        given = ("/kf/1", "/kf/old", "/kf/broken", "/kf/badzip", "/kf/shaky", "/kf/404")
        crawl(site, tmp_path, *given, "--follow", "related")
        crawl(site, tmp_path, "/kf/1")  # a second capture of one content
    live = _relations(tmp_path)
    assert len(live["articles"]) == 5
    assert len(live["captures"]) == 5 + 1 + 1 + 3 + 1 + 2 + 1
    (tmp_path / "archive.db").unlink()
    rebuilt = wencun("reextract", "--data", tmp_path)
    assert rebuilt.code in (0, 9), rebuilt.err
    again = _relations(tmp_path)
    for name, rows in live.items():
        assert again[name] == rows, name


def _relations(data: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        return relations(connection)
