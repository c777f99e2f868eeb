"""What pages that lead to articles name: what counts as an entry, what may be followed, what hurts nobody."""

from __future__ import annotations

import gzip
import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutating import mutated
from saved_pages import csdn_page, url_of

from crawler.extract import Page, urls
from crawler.extract.items import Blocked, ExtractionError, NotAnArticle, Source, SourcePage
from crawler.extract.sources import read_source
from crawler.extract.sources.bodies import LARGEST
from crawler.extract.sources.sitemaps import MOST_URLS

FIXTURES = Path(__file__).parent / "fixtures" / "sources"
GOLDEN = sorted(path for path in FIXTURES.iterdir() if path.suffix != ".json")
MUTATED = 100
"""Of each golden page."""
SECONDS = 1.0
AUTHOR = "https://blog.csdn.net/shu_sheng"
FEED = "https://blog.csdn.net/shu_sheng/rss/list"
ANY = "https://some.test/list/"


def read(markup: str | bytes, url: str | None = ANY, content_type: str | None = None) -> Source:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return read_source(Page(url=url, body=body, content_type=content_type))


def titles(source: Source) -> list[str]:
    return [entry.title for entry in source.entries]


def addresses(source: Source) -> list[str | None]:
    return [entry.url for entry in source.entries]


def box(number: int, *, user: str = "shu_sheng", style: str = "", title: str = "题目") -> str:
    url = f"https://blog.csdn.net/{user}/article/details/{number}"
    return f"""<div class="article-item-box" data-articleid="{number}" {style}><h4><a href="{url}">
    <span class="article-type">原</span>{title} {number}</a></h4><span class="date">2019-04-08 14:24:22</span>
    <span class="read-num">阅读数 <span class="num">{number % 100}</span></span></div>"""


def author_page(*boxes: str, after: str = "") -> str:
    rows = f"<div class='article-list'>{''.join(boxes)}</div>"
    return f"<html><head><title>书生 - CSDN博客</title></head><body>{rows}{after}</body></html>"


def rss(*items: str, end: str = "</channel></rss>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>书生</title>{"".join(items)}{end}'


def item(number: int, *, title: str = "题目") -> str:
    return f"<item><title>{title} {number}</title><link>https://some.test/{number}.html</link></item>"


def urlset(*locations: str, end: str = "</urlset>") -> str:
    inside = "".join(f"<url><loc>{location}</loc></url>" for location in locations)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}{end}'


# --- authors' pages, columns, lists -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden", ['style="display: none;"', 'style="DISPLAY:none"', "hidden", 'style="visibility:hidden"']
)
def test_a_hidden_decoy_is_no_entry(hidden):
    source = read(author_page(box(1, user="bie_ren", style=hidden), box(2), box(3)), AUTHOR)
    assert titles(source) == ["题目 2", "题目 3"]
    assert [entry.rank for entry in source.entries] == [1, 2]


def test_a_decoy_in_a_hidden_box_is_no_entry():
    source = read(author_page(f'<div style="display:none">{box(1, user="bie_ren")}</div>', box(2)), AUTHOR)
    assert titles(source) == ["题目 2"]


def test_what_others_wrote_is_an_entry_of_an_authors_list_and_not_followed():
    source = read(author_page(box(1), box(2, user="bie_ren"), box(3, user="Shu_Sheng")), AUTHOR)
    assert [entry.followable for entry in source.entries] == [True, False, True]
    assert {(entry.list, entry.list_scope) for entry in source.entries} == {("other", "author")}


def test_an_authors_own_host_is_his_by_the_name_in_the_script():
    script = "<script>var username = 'shu_sheng';</script>"
    page = author_page(box(1), box(2, user="bie_ren"), after=script)
    source = read(page, "https://zi-hao.blog.csdn.net/")
    assert (source.kind, [entry.followable for entry in source.entries]) == ("author", [True, False])


def test_the_pages_that_a_script_would_link_to_are_more_of_the_same():
    script = (
        f"var currentPage = 2; var baseUrl = '{AUTHOR}/article/list'; var pageSize = 20; var listTotal = 71;"
    )
    source = read(author_page(box(1), after=f"<script>{script}</script>"), f"{AUTHOR}/article/list/2")
    assert source.more == (f"{AUTHOR}/article/list/3", f"{AUTHOR}/article/list/4")


def test_a_page_number_in_a_script_that_was_made_to_hurt_costs_nothing():
    script = f"var baseUrl = '{AUTHOR}/article/list'; var pageSize = 1; var listTotal = {'9' * 4000};"
    assert len(read(author_page(box(1), after=f"<script>{script}</script>"), AUTHOR).more) == 100


def test_earlier_pages_days_and_articles_are_no_further_pages():
    links = """<a href="/list/?page=1">1</a> <a href="/list/?page=3">3</a> <a href="/list/2024/05/4/">4</a>
    <a href="https://elsewhere.test/?page=5">5</a> <a href="/list/?page=3">下一页</a> <a href="#">6</a>
    <a href="javascript:next(7)">7</a> <a href="/list/?page=2">2</a>"""
    rows = "".join(
        f'<li><a href="/{n}.html">一篇说得够长的文章 {n}</a><p>它的摘要。</p></li>' for n in range(9)
    )
    source = read(f"<ul class='news'>{rows}</ul>{links}", f"{ANY}?page=2")
    assert source.more == (f"{ANY}?page=3",)


@pytest.mark.parametrize(
    ("own", "href", "more"),
    [
        ("https://some.test/list/", "/list/2", ("https://some.test/list/2",)),
        ("https://some.test/list/9", "/list/2", ()),
        (f"https://some.test/{'9' * 5000}/1", f"/{'9' * 5000}/2", (f"https://some.test/{'9' * 5000}/2",)),
        ("https://some.test/list/1", f"/list/{'0' * 5000}2", (f"https://some.test/list/{'0' * 5000}2",)),
    ],
)
def test_a_page_number_is_what_its_url_ends_in(own, href, more):
    rows = "".join(f'<li><a href="/{n}.html">一篇说得够长的文章 {n}</a></li>' for n in range(9))
    assert read(f"<div><ul>{rows}</ul><p><a href='{href}'>2</a></p></div>", own).more == more


def test_counts_that_only_an_icon_names_are_those_of_readers():
    row = "<div class='content'><a class='title' href='/p/0a0b0c0d{n}'>题</a><div class='meta'>"
    counts = "<a href='/p/0a0b0c0d{n}'><i class='iconfont ic-list-read'></i> {n}</a><span><i></i> 99</span>"
    rows = "".join(f"<li>{row}{counts}</div></div></li>".replace("{n}", str(n)) for n in (10, 20))
    source = read(f"<ul class='note-list'>{rows}</ul>", "https://www.jianshu.com/u/5a1b2c3d4e5f")
    assert [entry.read_count for entry in source.entries] == [10, 20]


def test_a_menu_of_another_site_is_no_list():
    menu = "".join(f"<li><a href='/{n}/'>频道{n}</a></li>" for n in range(9))
    rows = "".join(f"<li><a href='/{n}.html'>一篇说得够长的文章 {n}</a></li>" for n in range(9))
    source = read(f"<ul class='menu'>{menu}</ul><div class='main'><ul>{rows}</ul></div>")
    assert addresses(source) == [f"https://some.test/{n}.html" for n in range(9)]
    assert all(entry.followable for entry in source.entries)


def test_feeds_and_other_hosts_in_the_list_of_an_unknown_site_are_not_followed():
    hrefs = [*(f"/{n}.html" for n in range(8)), "/feed", "https://elsewhere.test/a.html", url_of(7)]
    rows = "".join(f"<li><a href='{href}'>一篇说得够长的文章 {n}</a></li>" for n, href in enumerate(hrefs))
    source = read(f"<div class='main'><ul>{rows}</ul></div>")
    followed = {entry.url: entry.followable for entry in source.entries}
    assert followed == {
        **{f"https://some.test/{n}.html": True for n in range(8)},
        "https://elsewhere.test/a.html": False,
        url_of(7): True,
    }


def test_an_article_under_the_url_of_an_author_stays_an_article():
    with pytest.raises(NotAnArticle, match="is an article"):
        read(csdn_page(7), AUTHOR)


def test_a_wall_under_the_url_of_an_author_is_a_wall():
    script = "var arg1='0123456789ABCDEF';document.cookie='acw_sc__v2='+arg1;document.location.reload()"
    with pytest.raises(Blocked):
        read(f"<html><script>{script}</script></html>", AUTHOR)


@pytest.mark.parametrize("url", [AUTHOR, "https://juejin.cn/user/2084329778569421/posts"])
def test_a_list_in_which_nothing_is_found_says_so(url):
    with pytest.raises(SourcePage, match="none was found in it"):
        read(f"<html><body><h1>书生的博客</h1><p>{'这里什么文章也没有。' * 40}</p></body></html>", url)


# --- feeds ------------------------------------------------------------------------------------------------


def test_a_feed_is_read_whatever_type_it_is_said_to_have():
    for content_type in (None, "text/html", "application/rss+xml; charset=utf-8", "application/octet-stream"):
        assert titles(read(rss(item(1), item(2)), content_type=content_type)) == ["题目 1", "题目 2"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_feed_is_read_in_the_encoding_that_it_names(encoding):
    named = encoding.removesuffix("-sig")
    markup = rss(item(1, title="學習率是什麼")).replace(
        'version="1.0"', f'version="1.0" encoding="{named}"', 1
    )
    assert titles(read(markup.encode(encoding))) == ["學習率是什麼 1"]


def test_of_a_feed_that_breaks_off_the_last_entry_is_left_out():
    assert titles(read(rss(item(1), item(2), "<item><title>题目 3</title><link>https://so", end=""))) == [
        "题目 1",
        "题目 2",
    ]


@pytest.mark.parametrize("fault", ["&nbsp;", "&copy", " & ", "<br/>", "&unknown;", "&#0;", "\x01"])
def test_a_fault_in_a_feed_costs_no_entry(fault):
    assert addresses(read(rss(item(1, title=f"题目{fault}"), item(2)))) == [
        "https://some.test/1.html",
        "https://some.test/2.html",
    ]


def test_an_empty_feed_names_nothing():
    assert read(rss()).entries == ()


@pytest.mark.parametrize("markup", ["<rss>", "<rss><", "<feed xmlns='x'>", "<rss version='2.0'>\xff" * 3])
def test_what_only_begins_like_a_feed_names_nothing_or_is_an_error(markup):
    try:
        assert read(markup).entries == ()
    except SourcePage as error:
        assert ANY in str(error)


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("secret", ["SYSTEM", "PUBLIC 'x'"])
@pytest.mark.parametrize(
    "markup", [rss(item(1, title="&e11;&out;")), urlset("https://some.test/1.html", "/&out;")]
)
def test_entities_neither_swell_nor_read_files(tmp_path, markup, secret):
    (tmp_path / "secret").write_text("geheim")
    name = markup[1:7] if markup.startswith("<urlset") else "rss"
    outside = f"<!ENTITY out {secret} 'file://{tmp_path}/secret'>"
    kinds = f"<!DOCTYPE {name} [<!ENTITY e0 'ha'>{BOMB}{outside}]>"
    body = markup.replace("?>", f"?>{kinds}", 1) if "?>" in markup else kinds + markup
    before = time.process_time()
    source = read(body)
    assert time.process_time() - before < SECONDS
    assert "https://some.test/1.html" in addresses(source)
    assert "geheim" not in str(source) and len(str(source)) < 2_000


def test_the_bytes_of_a_feed_are_never_taken_for_the_name_of_a_file_or_a_url(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "<rss><channel/></rss>").parent.mkdir(exist_ok=True, parents=True)
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("somebody was called"))
    assert read(rss()).entries == ()


def test_the_feed_of_one_author_is_his_and_that_of_several_the_sites():
    by = "<author>{} (x)</author></item>"
    ones = rss(*(item(n).replace("</item>", by.format("jia")) for n in (1, 2)))
    others = rss(*(item(n).replace("</item>", by.format(name)) for n, name in enumerate(("jia", "yi"))))
    assert {entry.list_scope for entry in read(ones).entries} == {"author"}
    assert {entry.list_scope for entry in read(others).entries} == {"site"}


def test_a_feed_of_many_long_articles_is_read_within_the_time_that_a_page_has():
    text = f"<description><![CDATA[{'<p>文章的正文 &nbsp; 很长</p>' * 200}]]></description></item>"
    feed = rss(*(item(n).replace("</item>", text) for n in range(500)))
    before = time.process_time()
    assert len(read(feed).entries) == 500
    assert time.process_time() - before < SECONDS


# --- sitemaps ---------------------------------------------------------------------------------------------


def test_a_packed_sitemap_is_read():
    packed = gzip.compress(urlset("https://some.test/1.html").encode())
    source = read(packed, "https://some.test/sitemap.xml.gz", "application/gzip")
    assert (source.kind, addresses(source)) == ("sitemap", ["https://some.test/1.html"])


def test_a_packed_sitemap_that_breaks_off_names_what_is_whole():
    lines = [f"https://some.test/{random.Random(n).random()}" for n in range(2000)]
    packed = gzip.compress(urlset(*lines).encode())
    found = addresses(read(packed[: len(packed) // 2], "https://some.test/sitemap.xml.gz"))
    assert 100 < len(found) < 2000 and found == lines[: len(found)]


def test_a_packed_sitemap_that_swells_beyond_measure_is_an_error():
    packed = gzip.compress(b"<urlset>" + b" " * LARGEST)
    with pytest.raises(SourcePage, match="holds more than 50 MiB"):
        read(packed, "https://some.test/sitemap.xml.gz")


def test_a_list_of_lines_is_a_sitemap_where_its_url_says_so():
    lines = b"\xef\xbb\xbfhttps://some.test/1.html\r\nhttps://some.test/2.html\n\nno url\n"
    source = read(lines, "https://some.test/sitemap.txt", "text/plain")
    assert addresses(source) == ["https://some.test/1.html", "https://some.test/2.html"]
    with pytest.raises(NotAnArticle):
        read(lines, "https://some.test/links.txt", "text/plain")


def test_of_a_sitemap_no_more_is_read_than_one_may_hold():
    source = read(urlset(*(f"https://some.test/{n}" for n in range(MOST_URLS + 10))))
    assert len(source.entries) == MOST_URLS


def test_of_a_sitemap_that_breaks_off_the_last_address_is_left_out():
    source = read(urlset("https://some.test/1", "https://some.test/2", end="<url><loc>https://some.te"))
    assert addresses(source) == ["https://some.test/1", "https://some.test/2"]


def test_in_the_sitemap_of_a_known_site_articles_alone_are_followed():
    source = read(urlset(url_of(7), AUTHOR, "https://blog.csdn.net/x"), "https://blog.csdn.net/sitemap.xml")
    assert [entry.followable for entry in source.entries] == [True, False, False]


# --- whatever the bytes are ---------------------------------------------------------------------------------


def holds(source: Source) -> None:
    assert [entry.rank for entry in source.entries] == list(range(1, len(source.entries) + 1))
    for url in (*addresses(source), *source.more):
        assert url is not None and urls.canonical(url) == url
    assert len(set(addresses(source))) == len(source.entries)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_a_damaged_source_names_pages_or_is_a_typed_error(path):
    url = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["url"]
    for number in range(MUTATED):
        body = mutated(path.read_bytes(), random.Random(f"{path.name} {number}"))
        before = time.process_time()
        try:
            holds(read(body, url))
        except ExtractionError as error:
            assert str(error)
        assert time.process_time() - before < SECONDS, number


@given(
    st.binary(),
    st.sampled_from([b"", b"<rss>", b"<feed>", b"<urlset>", b"\x1f\x8b\x08", b"https://a.test/\n"]),
)
def test_any_bytes_are_a_source_or_a_typed_error(body, head):
    try:
        holds(read(head + body, "https://some.test/sitemap.xml"))
    except ExtractionError as error:
        assert str(error)
