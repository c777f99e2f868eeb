"""What a page gives, by its status, its type and its bytes; never an exception."""

from __future__ import annotations

import gzip
import hashlib
import random

import pytest
from saved_pages import csdn_page, url_of

from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.document.decoding import LARGEST_BODY
from crawler.extract.items import Page
from pipelines import process as module
from pipelines.process import outcome_of_status, process_page, robots_signals

HTML = "text/html; charset=utf-8"


def page(body: bytes, content_type: str | None = HTML, url: str | None = None) -> Page:
    return Page(url=url, body=body, content_type=content_type)


def test_an_article_is_processed_with_what_its_bytes_were():
    body = csdn_page(7, charset="gb18030")
    done = process_page(page(body, "text/html", url_of(7) + "?spm=1"), status=200)
    assert done.article is not None
    assert (done.outcome, done.url, done.error, done.message) == ("article", url_of(7), None, None)
    assert (done.status, done.media_type, done.encoding) == (200, "text/html", "gb18030")
    assert done.encoding_declared == "gb18030"
    assert (done.payload_sha256, done.payload_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert done.extractor_version == EXTRACTOR_VERSION


def test_a_saved_page_without_url_is_named_after_its_bytes():
    body = csdn_page()
    done = process_page(page(body))
    assert done.url == f"urn:sha256:{hashlib.sha256(body).hexdigest()}"


def test_a_packed_page_is_named_after_the_file_and_not_after_what_was_in_it():
    done = process_page(page(csdn_page()), payload_sha256="ab" * 32, payload_bytes=99)
    assert done.article is not None
    assert (done.url, done.article.url) == (f"urn:sha256:{'ab' * 32}", f"urn:sha256:{'ab' * 32}")
    assert (done.payload_sha256, done.payload_bytes) == ("ab" * 32, 99)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (None, None),
        (200, None),
        (203, None),
        (301, "redirect"),
        (302, "redirect"),
        (304, "failed"),
        (308, "redirect"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "gone"),
        (410, "gone"),
        (418, "failed"),
        (429, "blocked"),
        (451, "blocked"),
        (500, "failed"),
        (503, "blocked"),
        (521, "blocked"),
    ],
)
def test_a_status_decides_the_outcome_where_the_content_cannot(status, outcome):
    assert outcome_of_status(status) == outcome


def test_a_page_whose_status_decides_is_not_read():
    done = process_page(page(csdn_page(), url=url_of(1)), status=404)
    assert (done.outcome, done.article, done.error) == ("gone", None, "HttpStatus")
    assert "404" in (done.message or "")


def test_a_redirect_is_no_error():
    done = process_page(page(b"", url=url_of(1)), status=301)
    assert (done.outcome, done.error, done.message) == ("redirect", None, None)


@pytest.mark.parametrize("content_type", ["image/png", "application/json", "application/pdf", "text/css"])
def test_what_is_neither_html_nor_text_is_not_an_article(content_type):
    done = process_page(page(csdn_page(), content_type))
    assert (done.outcome, done.error, done.media_type) == ("not_article", "NotAnArticle", content_type)
    assert content_type in (done.message or "")


@pytest.mark.parametrize(
    ("body", "outcome", "error"),
    [
        (b"", "failed", "PageUnreadable"),
        (bytes(range(256)) * 50, "failed", "PageUnreadable"),
        ("<html><body><p>关于我们</p></body></html>".encode(), "not_article", "NotAnArticle"),
    ],
)
def test_a_page_that_gives_no_article_says_why(body, outcome, error):
    done = process_page(page(body))
    assert (done.outcome, done.error, done.article) == (outcome, error, None)
    assert done.message


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>书生</title>
<item><title>题目</title><link>https://blog.csdn.net/wen/article/details/7</link></item></channel></rss>""".encode()
SITEMAP = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://some.test/1.xml</loc></sitemap></sitemapindex>"""
ZIPPED = gzip.compress(SITEMAP, mtime=0)
DAMAGED = gzip.compress(SITEMAP + random.Random(1).randbytes(50_000), mtime=0)[:-8] + b"x" * 8
LIST = b'<ul><li><a href="https://juejin.cn/post/7364972762223034418">Vue</a> <span>5 reads</span></li></ul>'


@pytest.mark.parametrize(
    ("body", "content_type", "url", "kind", "numbers"),
    [
        (FEED, "application/rss+xml", "https://blog.csdn.net/wen/rss/list", "feed", (1, 0)),
        (FEED, "text/xml; charset=utf-8", "https://some.test/a", "feed", (1, 0)),
        (FEED, None, None, "feed", (1, 0)),
        (SITEMAP, "application/xml", "https://some.test/sitemap.xml", "sitemap", (0, 1)),
        (
            ZIPPED,
            "application/gzip",
            "https://some.test/sitemap.xml.gz",
            "sitemap",
            (0, 1),
        ),
        (
            ZIPPED,
            "application/octet-stream",
            "https://some.test/x.gz",
            "sitemap",
            (0, 1),
        ),
        (b"https://some.test/1\n", "text/plain", "https://some.test/sitemap.txt", "sitemap", (1, 0)),
        (LIST, "text/html", "https://juejin.cn/user/2084329778569421/posts", "author", (1, 0)),
    ],
)
def test_a_source_is_processed_with_what_it_names(body, content_type, url, kind, numbers):
    done = process_page(page(body, content_type, url), status=200)
    assert (done.outcome, done.source_kind, done.error, done.message) == ("source", kind, None, None)
    assert (len(done.links), len(done.more)) == numbers
    assert done.article is None


@pytest.mark.parametrize(
    ("body", "content_type", "url"),
    [
        (b"<rss>" + b" " * LARGEST_BODY, "application/rss+xml", "https://some.test/feed"),
        (DAMAGED, "application/gzip", "https://some.test/sitemap.xml.gz"),
        ("<p>还没有写过文章的人。</p>".encode() * 40, "text/html", "https://www.jianshu.com/u/5a1b2c3d4e5f"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_with_no_links_and_says_why(body, content_type, url):
    done = process_page(page(body, content_type, url))
    assert (done.outcome, done.error, done.links) == ("source", "SourcePage", ())
    assert url in (done.message or "")


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml", "application/gzip"])
def test_xml_that_leads_nowhere_is_not_an_article(content_type):
    done = process_page(page(b"<?xml version='1.0'?><note><to>you</to></note>", content_type))
    assert (done.outcome, done.error) == ("not_article", "NotAnArticle")


def test_an_unexpected_exception_is_a_failure_that_says_it_is_ours(monkeypatch):
    def broken(_page, **_):
        raise KeyError("x")

    monkeypatch.setattr(module.sources, "read", broken)
    done = process_page(page(csdn_page(), url=url_of(1)))
    assert (done.outcome, done.error) == ("failed", "InternalError")
    assert "KeyError" in (done.message or "") and "bug" in (done.message or "")


@pytest.mark.parametrize(
    ("header", "head", "signals"),
    [
        (None, "", None),
        (None, '<meta name="description" content="noindex">', None),
        ("noarchive", "", "noarchive"),
        ("noindex, NoArchive", '<META content="noai" name=robots>', "noai,noarchive,noindex"),
        ("googlebot: noindex, nofollow", "", None),
        ("googlebot: noindex, wencun: noarchive", "", "noarchive"),
        ("max-snippet:-1", '<meta name="tdm-reservation" content="1">', "max-snippet:-1,tdm-reservation"),
        (None, '<meta name="tdm-reservation" content="0">', None),
    ],
)
def test_what_is_said_to_robots_is_kept(header, head, signals):
    assert robots_signals(header, head) == signals


def test_robots_signals_of_header_and_page_reach_the_result():
    body = csdn_page(head='<meta name="robots" content="noarchive">')
    assert process_page(page(body), robots_header="noai").robots_signals == "noai,noarchive"
