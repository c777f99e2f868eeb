"""Records of other pages, written anew without what speaks of erased ones: read as before, but for that."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from golden_sites import FIXTURES

from crawler.extract.items import SidebarItem
from crawler.extract.urls import key
from pipelines.erasures import Erasures, digest
from pipelines.erasures.rewriting import without_links
from pipelines.erasures.rewriting.markup import parse
from pipelines.process import process
from pipelines.records import Processed
from pipelines.replay import work_of
from pipelines.warc.record import Record

SITE = "https://lists.example"
PAIRS = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in FIXTURES.glob("*/*.json")
    if json.loads(path.read_text(encoding="utf-8")).get("url")
)


def response(
    body: str | bytes, url: str = f"{SITE}/list/", content_type: str = "text/html; charset=utf-8"
) -> Record:
    body = body.encode() if isinstance(body, str) else body
    return Record(
        type="response", url=url, date=datetime(2026, 1, 2, tzinfo=UTC), record_id="<urn:uuid:1>",
        content_type=None, body=body, status_line="200 OK",
        http_headers=(("Content-Type", content_type), ("Content-Length", str(len(body)))),
    )  # fmt: skip


def reading(record: Record) -> Processed:
    work = work_of(record)
    return work if isinstance(work, Processed) else process(work)


def entries(read: Processed) -> list[SidebarItem]:
    return [*read.links, *(read.article.sidebar if read.article else ())]


def erased(*urls: str) -> Erasures:
    return Erasures({digest(key(url)): "2026-01-02T03:04:05Z" for url in urls})


@pytest.mark.parametrize("pair", PAIRS)
def test_of_golden_pages_each_entry_can_go_and_all_others_are_read_as_before(pair):
    golden = json.loads((FIXTURES / f"{pair}.json").read_text(encoding="utf-8"))
    path = next(path for path in FIXTURES.glob(f"{pair}.*") if path.suffix != ".json")
    record = response(path.read_bytes(), golden["url"], golden.get("content_type") or "text/html")
    before = reading(record)
    named = sorted({item.url for item in entries(before) if item.url and key(item.url) != key(before.url)})
    for url in random.Random(pair).sample(named, min(3, len(named))):
        written = without_links(record, erased(url), reading)
        assert written.is_read_alike, url
        after = reading(written.record)
        assert entries(after) == [item for item in entries(before) if item.url != url]
        assert written.record.http_header("content-length") == str(len(written.record.body))
        name = key(url).partition(":")[2]
        assert key(url).startswith("sha256:") or name.encode() not in written.record.body


def listing(numbers: range, *, more: str = "") -> str:
    rows = "".join(
        f'<li><a href="/posts/about-{number}.html">第{number}篇讲的是检索与排序</a>'
        f"<p>第{number}篇的摘要，写得比题目长一些，为的是让人看见它。</p><span>{number}0 阅读</span></li>"
        for number in numbers
    )
    return f"<html><head><title>列表</title></head><body><h1>列表</h1><ul>{rows}</ul>{more}</body></html>"


def url_of(number: int) -> str:
    return f"{SITE}/posts/about-{number}.html"


def test_the_whole_entry_of_a_list_is_masked_and_its_neighbours_keep_what_is_theirs():
    record = response(listing(range(21, 30)))
    written = without_links(record, erased(url_of(23)), reading).record
    assert [(item.rank, item.url, item.read_count) for item in reading(written).links] == [
        (rank, url_of(number), number * 10) for rank, number in enumerate(range(21, 30), 1) if number != 23
    ]
    assert not any(word in written.body.decode() for word in ("第23篇", "about-23", "230"))
    assert written.body.decode().count("的摘要") == 8


def test_a_list_from_which_one_goes_after_another_stays_a_source_to_the_last():
    record = response(listing(range(21, 30)))
    kind = reading(record).source_kind
    for gone in range(21, 29):
        written = without_links(record, erased(*map(url_of, range(21, gone + 1))), reading)
        assert written.is_read_alike
        record = written.record
        read = reading(record)
        assert (read.outcome, read.source_kind) == ("source", kind)
        assert [item.url for item in read.links] == [url_of(number) for number in range(gone + 1, 30)]


def test_a_link_in_a_text_is_masked_and_the_text_around_it_stays():
    text = "向量检索把文本变成向量，再找出最近的几个；语料越大，索引越要紧。" * 6
    body = (
        f'<html><body><article><h1>谈检索</h1><p>{text}</p><p>接着<a href="{url_of(7)}">前文</a>往下说。</p>'
    )
    written = without_links(
        response(f"{body}<p>{text}</p></article></body></html>", f"{SITE}/a"), erased(url_of(7)), reading
    )
    assert written.is_read_alike
    assert "接着某某往下说。" in reading(written.record).article.text


def test_numbers_and_titles_in_the_data_of_scripts_go_and_the_data_stays_json():
    title, gone = "第7篇讲的是检索与排序", "https://juejin.cn/post/7367000000000000007"
    data = [{"id": 7367000000000000007, "title": title, "seen": "7367000000000000007"}]
    row = f'<li><a href="{gone}">{title}</a></li>'
    more = f"<ul>{row}</ul><script>var state = {json.dumps(data)};</script>"
    record = response(listing(range(21, 30), more=more), "https://juejin.cn/")
    body = without_links(record, erased(gone), reading).record.body.decode()
    assert "7367000000000000007" not in body
    assert json.dumps(title)[1:-1] not in body
    state = json.loads(body.partition("var state = ")[2].partition(";</script>")[0])
    assert state[0]["title"] == "某0某某某某某某某某某"


def test_a_page_that_is_read_otherwise_afterwards_is_told():
    record = response(listing(range(21, 30)))
    said = reading(record)

    def losing(anew: Record) -> Processed:
        return said if anew.body == record.body else replace(reading(anew), links=())

    assert not without_links(record, erased(url_of(23)), losing).is_read_alike


def test_what_is_no_entry_any_more_never_comes_back_as_one():
    """The address that stands in for an erased page is known by the record, not by its looks."""
    record = response(listing(range(21, 30)))
    written = without_links(record, erased(url_of(23)), reading).record
    without = replace(written, headers={})
    assert len(reading(without).links) == len(reading(written).links) + 1


@pytest.mark.parametrize(
    "text",
    [
        "<p",
        "<ul><li>a<li>b<ul><li>c</ul></ul>d",
        "a</p></div>b",
        "<script>if (a<b) c()</script>",
        "&lt;<b>x&amp;y",
        "<!--a",
        "<![CDATA[a]]>",
    ],
)
def test_every_character_of_markup_is_in_one_place_at_most(text):
    spans = sorted(span for element in parse(text).all() for span in (*element.texts, *element.scripts))
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_a_row_ends_where_the_next_begins():
    lists = [element for element in parse("<ul><li>a<li>b<div>c<li>d</ul>").all() if element.tag == "ul"]
    assert [child.tag for child in lists[0].children] == ["li", "li", "li"]
