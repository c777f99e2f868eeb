from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.document import Document
from crawler.extract.items import Page, SidebarItem
from crawler.extract.lists import find_lists, imported, snowflake_time
from crawler.extract.lists.names import LIST_NAMES, list_name

URL = "https://mirror.example/kf/1.html"
TIME = "2024-05-12 09:02:01"
AT = "2024-05-12T01:02:01Z"
GAP = "&nbsp;" * 5


def read(markup: str, *, url: str = URL, exclude: str | None = None) -> tuple[SidebarItem, ...]:
    document = Document.of(Page(url=url, body=f"<html><body>{markup}</body></html>".encode()))
    element = document.root.get_element_by_id(exclude) if exclude else None
    return find_lists(document, exclude=element)


def short(items: tuple[SidebarItem, ...]) -> list[tuple[str, str | None, int, str, int | None]]:
    return [(item.list, item.list_title, item.rank, item.title, item.read_count) for item in items]


def test_an_entry_holds_rank_title_address_time_and_count() -> None:
    items = read(
        "<h3>相关推荐</h3><ol>"
        f"<li><a href='/kf/2.html?spm=1'><p>第一篇</p></a><div>{TIME} {GAP} 12 阅读</div></li>"
        f"<li><a href='https://other.example/3'>第二篇</a>"
        f"<div>2024-05-11 09:02 {GAP} 1.2w 阅读</div></li></ol>"
    )
    assert items[0] == SidebarItem(
        list="related",
        list_title="相关推荐",
        list_scope="article",
        rank=1,
        title="第一篇",
        url="https://mirror.example/kf/2.html",
        shown_at=AT,
        shown_at_kind="entry",
        shown_at_shown=TIME,
        read_count=12,
        read_count_shown="12 阅读",
        read_count_unit=1,
        followable=True,
    )
    assert (items[1].rank, items[1].read_count, items[1].read_count_unit) == (2, 12000, 1000)
    assert not items[1].followable


HEADINGS = [
    "<h1>{}</h1>",
    "<h3>{}：</h3>",
    "<h6><i></i> {}</h6>",
    "<div class=hd>{}</div>",
    "<span>{}</span>",
]
HEADINGS += [
    "<p>【{}】</p>",
    "<strong>{}</strong>",
    "<h2><a href=/hot>{}</a> <a href=/hot>更多&gt;</a></h2>",
    "<dl><dt>{}</dt></dl>",
]


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("words", ["热门阅读", "熱門閱讀", "最近更新", "相關推薦"])
def test_a_known_heading_in_any_markup_needs_one_entry(heading: str, words: str) -> None:
    items = read(heading.format(words) + f"<ul><li><a href=/2>甲</a> <span>{TIME} 7 阅读</span></li></ul>")
    assert short(items) == [(LIST_NAMES[words].list, words, 1, "甲", 7)]


COUNTS = {
    "12 阅读": 12,
    "阅读 68": 68,
    "阅读(430)": 430,
    "1513人阅读": 1513,
    "1164次阅读": 1164,
    "浏览: 75": 75,
    "浏览量:0": 0,
    "被阅读0次": 0,
    "阅读数：23318": 23318,
    "閱讀 3.3k": 3300,
    "10w+ 阅读": 100000,
    "140": 140,
    "(6875)": 6875,
    "12 阅读 3 评论": 12,
    "评论(3) 阅读(12)": 12,
    "评论 3 阅读 12": 12,
    "12 views": 12,
}


@pytest.mark.parametrize("time", ["", TIME, "2024-05-12", "05-12", "2024年5月12日 09:02", "3天前"])
@pytest.mark.parametrize("shown", COUNTS)
def test_a_count_is_read_in_every_shape_with_or_without_a_time(shown: str, time: str) -> None:
    items = read(f"<h3>热门文章</h3><ul><li><a href=/2>甲乙</a><div>{time} {GAP} {shown}</div></li></ul>")
    assert [(item.title, item.read_count, item.shown_at_shown) for item in items] == [
        ("甲乙", COUNTS[shown], time or None)
    ]


def test_minutes_of_reading_and_lengths_are_no_counts() -> None:
    for shown in ("阅读完需:约 25 分钟", "阅读 5 分钟", "本文字数 1200 字"):
        assert read(f"<h3>热门文章</h3><ul><li><a href=/2>甲</a><div>{shown}</div></li></ul>") == ()


def test_a_heading_without_an_entry_gives_no_rows() -> None:
    assert read("<h3>热门阅读</h3><ul></ul><h3>友情链接</h3><ul><li><a href=/1>甲</a></li></ul>") == ()


def test_a_link_of_that_text_in_a_navigation_bar_is_no_heading() -> None:
    bar = "<ul><li><a href=/>首页</a></li>"
    bar += "<li><a href=/hot>热门阅读</a></li><li><a href=/new>最新文章</a></li></ul>"
    head = f"<h1>标题</h1><p><a href=/u>某人</a> {TIME} 阅读 68</p>"
    assert read(bar + head) == ()
    assert (
        read(f"<div class=nav><a href=/hot>热门阅读</a></div><p><a href=/u>某人</a> {TIME} 阅读 68</p>") == ()
    )


def rows(count: int) -> str:
    return (
        "<ul>" + "".join(f"<li><a href=/{n}>题{n}</a> {TIME} {n} 阅读</li>" for n in range(count)) + "</ul>"
    )


def test_an_unknown_heading_needs_three_entries_and_keeps_its_words() -> None:
    assert read("<h4>站长荐</h4>" + rows(2)) == ()
    assert short(read("<h4>站长荐</h4>" + rows(3)))[0] == ("other", "站长荐", 1, "题0", 0)


def test_heading_and_list_may_stand_in_sibling_boxes() -> None:
    item = "<div class=i><a href=/{0}>题{0}</a><span>{0} 阅读</span></div>"
    markup = f"<div class=hd>热门阅读</div><div class=bd>{item.format(1)}</div>"
    markup += "<div class=hd>站长荐</div><div class=bd>" + "".join(map(item.format, range(3))) + "</div>"
    markup += f"<div class=hd>最近更新</div><div class=bd>{item.format(4)}</div>"
    assert [(item.list, item.list_title, item.rank) for item in read(markup)] == [
        ("popular", "热门阅读", 1),
        ("other", "站长荐", 1),
        ("other", "站长荐", 2),
        ("other", "站长荐", 3),
        ("recent", "最近更新", 1),
    ]


def test_a_list_entry_without_a_count_is_unknown_and_not_zero() -> None:
    items = read(
        "<h3>大家在看</h3><ul><li><a href=/1>甲</a></li><li><a href=/2>乙 <span class=read>12</span></a></li>"
        "<li><a href=/3>丙</a></li></ul>"
    )
    assert [(item.rank, item.title, item.read_count) for item in items] == [
        (1, "甲", None),
        (2, "乙", 12),
        (3, "丙", None),
    ]


def test_under_a_bar_of_tabs_each_list_has_its_own_heading() -> None:
    tabs = "<ul><li class=on>热门文章</li><li>最新文章</li></ul>"
    assert [item.list for item in read(f"<div>{tabs}<div>{rows(2)}{rows(2)}</div></div>")] == [
        "popular",
        "popular",
        "recent",
        "recent",
    ]
    assert [item.list for item in read(f"<h3>热门文章</h3><ul></ul><h3>最新文章</h3>{rows(2)}")] == [
        "recent"
    ] * 2


def test_a_list_may_go_on_in_a_second_column() -> None:
    items = read("<h3>热门文章</h3>" + rows(2) + rows(3).replace("/", "/b/", 1))
    assert [item.rank for item in items] == [1, 2, 3, 4, 5]


def test_a_title_may_look_like_a_time_or_a_number() -> None:
    items = read(
        "<h3>大家在看</h3><ul><li><a href=/1>2025.1.21——1300</a></li>"
        "<li><a href=/2>1984<span>12</span></a></li>"
        "<li><a href=/3>404</a> <span>2024-05-11</span> <span>7 阅读</span></li></ul>"
    )
    assert [(item.title, item.shown_at_shown, item.read_count) for item in items] == [
        ("2025.1.21——1300", None, None),
        ("1984", None, 12),
        ("404", "2024-05-11", 7),
    ]


def test_words_that_stand_on_every_entry_are_a_badge_and_no_heading() -> None:
    row = "<li><span>热门推荐</span> <a href=/{0}>题{0}</a> {0} 阅读</li>"
    items = read("<h3>相关文章</h3><ul>" + "".join(row.format(n) for n in range(5)) + "</ul>")
    assert [(item.list, item.title) for item in items] == [("related", f"题{n}") for n in range(5)]


def test_lists_of_comments_tags_and_archives_are_no_article_lists() -> None:
    assert (
        read(
            f"<h3>最新评论</h3><ul><li><a href=/1>甲</a>：好 {TIME}</li>"
            f"<li><a href=/2>乙</a> {TIME}</li></ul>"
            "<h3>标签</h3><a href=/t/1>Python</a>(3) <a href=/t/2>Java</a>(4) <a href=/t/3>C</a>(5)"
            "<h3>归档</h3><ul><li><a href=/a/1>10月</a> 3篇</li><li><a href=/a/2>9月</a> 4篇</li></ul>"
        )
        == ()
    )


def test_what_the_article_quotes_is_no_list_entry() -> None:
    quoted = "<div id=body><h3>热门阅读</h3>" + rows(3) + "</div>"
    assert read(quoted, exclude="body") == ()
    assert short(read(quoted + "<h3>热门阅读</h3>" + rows(1), exclude="body")) == [
        ("popular", "热门阅读", 1, "题0", 0)
    ]


def test_an_author_or_category_link_is_not_the_title() -> None:
    row = "<li>[<a href=/c>分类</a>] <a href=/{0}>题{0}</a> <a href=/u>某人</a> <span>{0} 阅读</span></li>"
    items = read("<h3>最近更新</h3><ul>" + row.format(1) + row.format(2) + "</ul>")
    assert [item.title for item in items] == ["题1", "题2"]


def test_a_box_that_the_page_holds_twice_is_taken_once() -> None:
    box = "<div><h3>最新文章</h3>" + rows(2) + "</div>"
    assert len(read(box + "<p>别的</p>" + box)) == 2


def test_hidden_entries_are_none() -> None:
    decoy = "<li style='display: none;'><a href=/9>诱饵</a> 9 阅读</li>"
    assert [
        item.title for item in read(f"<h3>热门文章</h3><ul>{decoy}<li><a href=/1>甲</a> 1 阅读</li></ul>")
    ] == ["甲"]


def test_one_time_beside_every_entry_is_the_pages_own() -> None:
    items = read("<h3>热门阅读</h3>" + rows(3))
    assert {item.shown_at_kind for item in items} == {"page"}
    moment = imported(items, url=URL)
    assert moment is not None
    assert (moment.at, moment.shown) == (AT, TIME)
    two = read("<h3>热门阅读</h3>" + rows(2))
    assert {item.shown_at_kind for item in two} == {"entry"}
    assert imported(two, url=URL) is None
    assert imported(read("<h3>热门阅读</h3>" + rows(3).replace(TIME, TIME[:-3])), url=URL) is None


def test_a_snowflake_id_in_the_url_tells_when_the_page_was_imported() -> None:
    moment = snowflake_time("https://mirror.example/kf/1789460990224633856.html")
    assert moment is not None
    assert (moment.at, moment.date) == (AT, "2024-05-12")
    assert snowflake_time("https://mirror.example/post/7123456789012345678") is None
    assert snowflake_time("https://mirror.example/a/20240512090201123") is None
    assert snowflake_time("https://mirror.example/a/138712345") is None
    assert snowflake_time("urn:sha256:1789460990224633856") is None
    early = read("<p></p>")
    assert imported(early, url="https://mirror.example/kf/1789460990224633856.html") == moment


def test_a_page_without_address_keeps_whole_addresses_only() -> None:
    document = Document.of(
        Page(
            url=None,
            body="<h3>热门文章</h3><li><a href=/1>甲</a> 1 阅读"
            "<li><a href=http://a.example/2>乙</a> 2 阅读".encode(),
        )
    )
    assert [item.url for item in find_lists(document)] == [None, "http://a.example/2"]


def test_ornaments_and_more_are_no_part_of_a_headings_words() -> None:
    for heading in ("🔥 热门文章", "【热门文章】", "热门文章 更多>>", "» 热门文章："):
        name = list_name(heading)
        assert name is not None
        assert name.list == "popular"
    assert list_name("热门文章的写法") is None
    assert list_name("") is None


Entry = tuple[str, str, int]
SHAPES: dict[str, Callable[[str, int, str, int], str]] = {
    "li": lambda t, n, w, c: f"<li><a href=/p/{n}>{t}</a><div>{w} {GAP} {c} 阅读</div></li>",
    "li p": lambda t, n, w, c: (
        f"<li><a href=/p/{n}><p>{t}</p></a><div><span>{w}</span><span>{c}次阅读</span></div></li>"
    ),
    "in link": lambda t, n, w, c: (
        f"<li><a href=/p/{n}><h4>{t}</h4><p>一段摘要。</p><span>{w}</span> <em>{c}</em>人阅读</a></li>"
    ),
    "dt dd": lambda t, n, w, c: f"<dt><a href=/p/{n}>{t}</a></dt><dd>{w}</dd><dd>阅读({c})</dd>",
    "dd": lambda t, n, w, c: (
        f"<dd><span>{n + 1}</span><a href=/p/{n}>{t}</a> <em>{w}</em> <i>浏览: {c}</i></dd>"
    ),
    "div": lambda t, n, w, c: (
        f"<div class=row><div><a href=/p/{n}>{t}</a></div><div>{w}</div><div>阅读 {c}</div></div>"
    ),
    "tr": lambda t, n, w, c: (
        f"<tr><td>{n + 1}</td><td><a href=/p/{n}>{t}</a></td><td>{w}</td><td>{c} 阅读</td></tr>"
    ),
    "br": lambda t, n, w, c: f"<a href=/p/{n}>{t}</a> {w} 浏览量:{c}<br>",
    "p p": lambda t, n, w, c: f"<p><a href=/p/{n}>{t}</a></p><p>{w} · 被阅读{c}次</p>",
    "time first": lambda t, n, w, c: (
        f"<li><span>{w}</span> <a href=/p/{n}>{t}</a> <span>{c} 阅读</span></li>"
    ),
}
WRAPS = {
    "dt dd": "<dl>{}</dl>",
    "dd": "<dl>{}</dl>",
    "tr": "<table>{}</table>",
    "br": "<div>{}</div>",
    "p p": "<div>{}</div>",
}
TITLES = st.text("深度学习率是什么梯度下降 abcXYZ问中在", min_size=2, max_size=20).map(
    lambda t: "题" + " ".join(t.split())
)
TIMES = st.datetimes(
    min_value=datetime(2010, 1, 1),
    max_value=datetime(2030, 1, 1),
)
ENTRIES = st.lists(
    st.tuples(TITLES, TIMES.map(lambda t: t.strftime("%Y-%m-%d %H:%M:%S")), st.integers(0, 10**7)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["相关推荐", "最近更新", "熱門閱讀", "大家在看"]), ENTRIES),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from(list(SHAPES)),
    st.sampled_from(
        ["<div><h3>{}</h3>{}</div>", "<div class=hd>{}</div><div class=bd>{}</div>", "<strong>{}</strong>{}"]
    ),
)
def test_random_lists_come_back_exactly(lists: list[tuple[str, list[Entry]]], shape: str, box: str) -> None:
    parts = []
    number = 0
    for heading, entries in lists:
        body = ""
        for title, when, count in entries:
            body += SHAPES[shape](title, number, when, count)
            number += 1
        parts.append(
            box.format(
                heading,
                WRAPS.get(
                    shape,
                    "<ul>{}</ul>"
                    if "li" in shape or "link" in shape or "first" in shape
                    else "<div>{}</div>",
                ).format(body),
            )
        )
    items = read("<p>正文一段。</p>" + "".join(parts) + "<footer>© 2024 镜像</footer>")
    expected = [
        (heading, rank, title, when, count)
        for heading, entries in lists
        for rank, (title, when, count) in enumerate(entries, start=1)
    ]
    assert [(i.list_title, i.rank, i.title, i.shown_at_shown, i.read_count) for i in items] == expected
    assert [i.url for i in items] == [f"https://mirror.example/p/{n}" for n in range(number)]


HOSTILE = {
    "headings": "<h3>热门阅读</h3>" * 20000,
    "marks": f"<p>{TIME} 12 阅读</p>" * 20000,
    "flat": "<h3>热门阅读</h3>" + f"<a href=/1>甲</a> {TIME} 12 阅读<br>" * 15000,
    "links": "<a href=/1>热门阅读</a>" * 30000,
    "deep": "<div>" * 1500 + "<h3>热门阅读</h3>" + "<a href=/1>甲</a><p>12 阅读</p>" * 5000,
    "bare": "<h3>热门阅读</h3>" + "<b>1</b>" * 30000 + "<p>1</p>" * 20000,
    "pieces": "<h3>热门阅读</h3><a href=/1>" + "<b>12 阅读</b>" * 30000 + "</a>",
    "digits": "<h3>热门阅读</h3><a href=/1>甲</a><p>" + "1" * 200000 + "阅读</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_linear_time(name: str) -> None:
    began = time.process_time()
    read(HOSTILE[name])
    assert time.process_time() - began < 5
