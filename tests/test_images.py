"""Images of articles: kept in the WARC files where the settings ask for them, and never taken for pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, wencun
from loopback import Reply, Site, serve

from crawler.extract import Page, extract
from pipelines.archive import Archive
from pipelines.requisites import MOST_IMAGES, image_urls
from pipelines.warc import read_records

PNG = Reply(b"\x89PNG invented", headers=(("Content-Type", "image/png"),))
ROBOTS = Reply(b"User-agent: *\nDisallow: /no/\n", headers=(("Content-Type", "text/plain"),))


def with_images(number: int, *sources: str, code: str = "") -> bytes:
    images = "".join(f'<p><img src="{source}" alt="图"></p>' for source in sources)
    return page(number).replace("<p>讯飞星火</p>".encode(), f"{images}{code}<p>讯飞星火</p>".encode())


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        served.pages = {
            "/robots.txt": ROBOTS,
            "/kf/1": Reply(
                with_images(1, "/img/a.png", "/img/a.png", "b(1).png?x=1&y=2", "/no/c.png", "data:,x")
            ),
            "/kf/2": Reply(with_images(2, "/img/a.png", "/img/gone.png")),
            "/img/a.png": PNG,
            "/kf/b(1).png?x=1&y=2": PNG,
        }
        yield served


@pytest.fixture
def data(tmp_path: Path) -> Path:
    archive = Archive.create(tmp_path / "archive")
    archive.settings_path.write_text("[archive]\nimages = true\n", encoding="utf-8")
    return archive.root


def records(data: Path) -> dict[str, tuple[str | None, bytes]]:
    """Purpose and body of each response in the archive, by path."""
    found = {}
    for path in sorted((data / "warc").glob("*.warc.gz")):
        for read in read_records(path):
            if read.record.type == "response":
                url = read.record.url or ""
                found["/" + url.split("/", 3)[3]] = (
                    read.record.headers.get("X-Wencun-Purpose"),
                    read.record.body,
                )
    return found


def test_images_are_archived_with_the_article_as_referer_and_are_no_captures(site, data):
    ended = crawl(site, data, "/kf/1", "/kf/2", "--log", "json")
    assert ended.code == 0
    asked = {entry.path: entry.headers.get("Referer") for entry in site.log}
    assert asked["/kf/b(1).png?x=1&y=2"] == site.url("/kf/1")
    assert site.asked("/img/a.png") == 1
    assert "/no/c.png" not in asked
    archived = records(data)
    assert archived["/img/a.png"] == ("image", PNG.body)
    assert archived["/img/gone.png"][0] == "image"
    assert archived["/kf/1"][0] is None
    assert {url for (url,) in rows(data, "SELECT url FROM captures")} == {
        site.url("/kf/1"),
        site.url("/kf/2"),
    }
    failed = {event["url"]: event["reason"] for event in ended.events if event["event"] == "image_failed"}
    assert failed.keys() == {site.url("/no/c.png"), site.url("/img/gone.png")}
    assert failed[site.url("/img/gone.png")] == "HTTP status 404"


def test_images_are_asked_for_again_only_when_the_article_says_something_new(site, data):
    for _ in range(2):
        crawl(site, data, "/kf/2")
    assert (site.asked("/kf/2"), site.asked("/img/a.png")) == (2, 1)
    site.pages["/kf/2"] = Reply(with_images(3, "/img/a.png"))
    crawl(site, data, "/kf/2")
    assert site.asked("/img/a.png") == 2


def test_images_are_left_where_nobody_asked_for_them(site, tmp_path):
    crawl(site, tmp_path / "archive", "/kf/1")
    assert site.paths() == ["/kf/1"]


def test_an_archive_with_images_is_rebuilt_from_its_files(site, data):
    crawl(site, data, "/kf/1")
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    assert rows(data, "SELECT url, outcome FROM captures") == [(site.url("/kf/1"), "article")]


def test_what_only_looks_like_an_image_in_code_is_none():
    code = "<pre><code>![x](https://example.org/code.png)</code></pre><p><code>![y](https://example.org/y.png)</code></p>"
    found = extract(
        Page(
            url="https://example.org/kf/1", body=with_images(1, "a.png", "ftp://example.org/b.png", code=code)
        )
    )
    assert image_urls(found) == ("https://example.org/kf/a.png",)


def test_a_gallery_is_cut_off():
    sources = [f"{number}.png" for number in range(MOST_IMAGES + 5)]
    found = extract(Page(url="https://example.org/kf/1", body=with_images(1, *sources)))
    assert len(image_urls(found)) == MOST_IMAGES
