"""Lists that a site's file finds by anchors of its own, and the pages it leaves to others."""

from __future__ import annotations

import pytest

from crawler.extract import extract
from crawler.extract.document import Document, finder
from crawler.extract.items import Page
from crawler.extract.lists import ListName
from crawler.extract.sites import SITES
from crawler.extract.sites.own_lists import MOST_ENTRIES, Row, found_list, ranked, titled

URL = "https://www.cnblogs.com/linjian/p/17900001"
RELATED = ListName("related", "article")
LINKS = finder("//a")


def page(markup, url=URL):
    return Document.of(Page(url=url, body=f"<html><body>{markup}</body></html>".encode()))


def test_an_entry_without_title_or_address_is_none_and_leaves_no_gap_in_the_ranks():
    document = page(
        "<a href='/a/p/1'>一</a><a href='/a/p/2'> </a><a href='javascript:;'>三</a><a href='/a/p/4'>四</a>"
    )
    items = ranked(document, [found_list(document, RELATED, "相关文章", titled(LINKS(document.root)))])
    assert [(item.rank, item.title) for item in items] == [(1, "一"), (2, "四")]


def test_an_entry_is_called_what_its_title_says_else_what_it_shows():
    document = page("<a href='/a/p/1' title='全名'>全…</a><a href='/a/p/2'>半名</a>")
    assert [row.title for row in titled(LINKS(document.root))] == ["全名", "半名"]


def test_a_hidden_entry_is_none():
    document = page(
        "<style>.x{display:none}</style><a class='x' href='/a/p/1'>一</a><a href='/a/p/2'>二</a>"
        "<p style='opacity:0'><a href='/a/p/3'>三</a></p>"
    )
    items = ranked(document, [found_list(document, RELATED, "相关文章", titled(LINKS(document.root)))])
    assert [(item.rank, item.title) for item in items] == [(1, "二")]


def test_a_list_without_entries_is_none():
    document = page("<ul></ul>")
    assert found_list(document, RELATED, "相关文章", []) is None
    assert ranked(document, [None]) == ()


def test_a_list_made_to_hurt_is_cut():
    document = page("<a href='/a/p/1'>一</a>")
    rows = [Row(LINKS(document.root)[0], "一")] * (MOST_ENTRIES + 5)
    assert len(found_list(document, RELATED, None, rows).entries) == MOST_ENTRIES


def test_entries_nested_in_each_other_to_hurt_are_cut():
    note = "<section><h1>题</h1><article>文</article></section>"
    nested = "<div role='listitem'><a href='/p/1'>x</a>" * 900
    body = f"<html><body>{note}{nested}</body></html>".encode()
    article = extract(Page(url="https://www.jianshu.com/p/0123456789ab", body=body))
    assert len(article.sidebar) == 100


@pytest.mark.parametrize(
    ("site", "url"),
    [
        ("oschina", "https://www.oschina.net/question/12_44255"),
        ("oschina", "https://www.oschina.net/p/nginx"),
        ("segmentfault", "https://segmentfault.com/q/1010000000000001"),
        ("cnblogs", "https://news.cnblogs.com/n/700001/"),
        ("51cto", "https://www.51cto.com/article/780001.html"),
        ("jianshu", None),
        ("51cto", None),
    ],
)
def test_what_is_neither_an_article_nor_a_list_of_articles_is_left_to_others(site, url):
    recognise = {known.name: known.recognise for known in SITES}[site]
    assert recognise(page("<h1>问题</h1><p>怎么办？</p>", url)) is None
