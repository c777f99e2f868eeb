"""What counts as a link to an erased page in the records of others, however it is written."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from saved_pages import url_of

from pipelines.erasures import Erasures, digest
from pipelines.erasures.mentions import Mentions
from pipelines.erasures.rewriting import without_links
from pipelines.process import process
from pipelines.records import Processed
from pipelines.replay import work_of
from pipelines.warc import WarcWriter, read_at
from pipelines.warc.pieces import pieces
from pipelines.warc.record import Record

PAGE = url_of(138712345)
ERASED = Erasures({digest("csdn:138712345"): "2026-01-02T03:04:05Z"})
OTHERS = "https://blog.csdn.net/somebody/"


def reading(record: Record) -> Processed:
    work = work_of(record)
    return work if isinstance(work, Processed) else process(work)


def anew_of(record: Record) -> Record:
    written = without_links(record, ERASED, reading)
    assert written.is_read_alike
    return written.record


def links(tmp_path: Path, body: str | bytes, *headers: tuple[str, str]) -> bool:
    """Does a page with this body link to the erased one? None does that was written anew."""
    warc = WarcWriter(tmp_path / "warc")
    raw = body.encode() if isinstance(body, str) else body
    warc.write_response(
        url=OTHERS, status=200, headers=[("Content-Type", "text/html; charset=utf-8"), *headers], body=raw
    )
    warc.close()
    (path,) = (tmp_path / "warc").iterdir()
    (response,) = [piece for piece in pieces(path) if piece.fields["warc-type"] == "response"]
    mentions = Mentions.of(ERASED, [PAGE])
    anew = WarcWriter(tmp_path / "anew")
    anew.write(anew_of(read_at(path, response.offset).record))
    anew.close()
    assert not any(map(mentions.are_in, pieces(*(tmp_path / "anew").iterdir())))
    return mentions.are_in(response)


@pytest.mark.parametrize(
    "written",
    [
        f'<a href="{PAGE}">t</a>',
        f"<a href={PAGE}?spm=1001.2101>t</a>",
        f"<a href='{PAGE.replace('somebody', 'renamed')}#comments'>t</a>",
        '<a href="article/details/138712345">t</a>',
        '<a href="/somebody/article/details/138712345?utm_source=a&amp;utm_medium=b">t</a>',
        f'<script>var list = [{{"url":"{PAGE.replace("/", chr(92) + "/")}"}}]</script>',
        f"原文见 {PAGE}。",
        f'<a href="https://share.example/?to={PAGE.replace(":", "%3A").replace("/", "%2F")}">t</a>',
        '<a href="https://app.example/open?articleId=138712345&from=list">t</a>',
    ],
)
def test_a_link_is_found_in_whatever_form(tmp_path, written):
    assert links(tmp_path, f"<html><body>{written}</body></html>")


def test_a_link_is_found_in_a_packed_body_and_in_the_head(tmp_path):
    packed = gzip.compress(f'<a href="{PAGE}">t</a>'.encode())
    assert links(tmp_path / "body", packed, ("Content-Encoding", "gzip"))
    assert links(tmp_path / "head", "", ("Location", PAGE))


@pytest.mark.parametrize(
    "written",
    [
        f'<a href="{PAGE}6">t</a>',
        f'<a href="{url_of(38712345)}">t</a>',
        "<p>138712345 次阅读</p>",
        f'<a href="{OTHERS}">t</a>',
    ],
)
def test_what_only_looks_like_it_is_none(tmp_path, written):
    assert not links(tmp_path, f"<html><body>{written}</body></html>")


def of_others(body: bytes, content_type: str) -> Record:
    """Return a record of another page with this body."""
    return Record(
        type="response",
        url=OTHERS,
        date=datetime.now(UTC),
        record_id="<urn:uuid:1>",
        content_type=None,
        body=body,
        http_headers=(("Content-Type", content_type),),
    )


MASKED = PAGE.replace("138712345", "000000000")


def test_a_link_is_masked_with_its_words_and_nothing_else_is():
    other = f'<a href="#"><ul><li><a href="{OTHERS}1">一</a></li>'
    body = f'{other}<li><a class="x" href="{PAGE}"><b>二</b></a>2 阅读</li></ul>'
    record = of_others(body.encode("gb18030"), "text/html; charset=gbk")
    anew = anew_of(record)
    assert (
        anew.body.decode("gb18030")
        == f'{other}<li><a class="x" href="{MASKED}"><b>某</b></a>2 阅读</li></ul>'
    )
    assert anew.http_headers == record.http_headers


@pytest.mark.parametrize(
    "entry",
    [
        f"<item><title>删去的</title><link>{PAGE}</link></item>",
        f"<item><title>删去的</title><link><![CDATA[ {PAGE}?utm_source=rss ]]></link></item>",
        f'<item><title>删去的</title><guid isPermaLink="true">{PAGE}</guid></item>',
        f'<entry><title>删去的</title><link rel="alternate" href="{PAGE}"/></entry>',
        f'<entry><title>删去的</title><link href="{PAGE}" /></entry>',
        f"<url>\n<loc>{PAGE}</loc><news:title>删去的</news:title></url>",
    ],
)
def test_an_entry_of_a_feed_or_sitemap_is_masked_as_a_whole(entry):
    others = "<item><title>一</title></item>", "<entry><title>二</title></entry>", "<url><loc>x</loc></url>"
    record = of_others("".join([*others, entry, *others]).encode(), "application/xml")
    anew = anew_of(record).body.decode()
    assert anew == "".join(
        [*others, entry.replace("138712345", "000000000").replace("删去的", "某某某"), *others]
    )


@pytest.mark.parametrize(
    "entry",
    [
        f"<item><title>留</title><link>{OTHERS}1</link><description>见 {PAGE} 。</description></item>",
        f'<entry><title>留</title><link href="{OTHERS}1"/><link rel="related" href="{PAGE}"/></entry>',
        f'<item><title>留</title><content>&lt;a href="{PAGE}"&gt;</content></item>',
    ],
)
def test_an_entry_of_another_page_stays_without_its_links_to_it(entry):
    record = of_others(entry.encode(), "application/xml")
    assert anew_of(record).body.decode() == entry.replace(PAGE, MASKED)
