"""CSDN's traps one by one: which date is right, what a list is, what costs time."""

from __future__ import annotations

import time

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import SourcePage
from crawler.extract.sites.csdn_lists import MOST_ENTRIES

URL = "https://blog.csdn.net/mo_yan/article/details/138000001"
STAMP = "最新推荐文章于 2024-02-02 22:51:05 发布"
CAMBRIAN = '{"pubDate":"2016-10-05T21:00:00","upDate":"2016-10-06T18:02:38"}'
SCHEMA = '{"datePublished":"2016-10-07T08:00:00+08:00","dateModified":"2016-10-08T08:00:00+08:00"}'


def read(*, bar="", up="", head="", body="正文", beside=""):
    markup = f"""<html><head>{head}</head><body><main><div class="blog-content-box">
    <h1 class="title-article" id="articleContentId">题</h1>
    <div class="article-info-box"><div class="up-time">{up}</div><div class="bar-content">{bar}</div></div>
    <div id="content_views"><p>{body}</p></div></div></main>{beside}</body></html>"""
    return extract(Page(url=URL, body=markup.encode()))


def shown(text, attributes=""):
    return f'<span class="time" {attributes}>{text}</span>'


def script(text):
    return f'<script type="application/ld+json">{text}</script>'


DATES = {
    "a stamp is no date": ({"bar": shown(STAMP), "up": STAMP}, None, None),
    "the draft's day is no date": ({"head": script('{"pubDate":"2016-10-05T21:00:00"}')}, None, None),
    "a stamp leaves the search engine's": (
        {"bar": shown(STAMP), "head": script(CAMBRIAN)},
        "2016-10-06T10:02:38Z",
        None,
    ),
    "data-time before all": (
        {"bar": shown(STAMP, 'data-time="2016-10-06 18:02:38"'), "head": script(SCHEMA)},
        "2016-10-06T10:02:38Z",
        "2016-10-08T00:00:00Z",
    ),
    "postTime before what is printed": (
        {
            "bar": shown("于 2016-10-09 08:00:00 发布"),
            "head": '<script>var postTime = "2016-10-06 18:02:38";</script>',
        },
        "2016-10-06T10:02:38Z",
        None,
    ),
    "schema.org": ({"head": script(SCHEMA)}, "2016-10-07T00:00:00Z", "2016-10-08T00:00:00Z"),
    "a meta": (
        {"head": '<meta property="article:published_time" content="2016-10-07T08:00:00+08:00">'},
        "2016-10-07T00:00:00Z",
        None,
    ),
    "edited": (
        {
            "bar": shown("已于&nbsp;2022-05-12 22:12:05&nbsp;修改"),
            "up": "于&nbsp;2020-07-19 18:03:30&nbsp;首次发布",
        },
        "2020-07-19T10:03:30Z",
        "2022-05-12T14:12:05Z",
    ),
    "never edited": (
        {"bar": shown("于 2020-07-19 18:03:30 发布"), "up": STAMP},
        "2020-07-19T10:03:30Z",
        None,
    ),
    "edited, first day unknown": (
        {"bar": shown("已于 2022-05-12 22:12:05 修改")},
        None,
        "2022-05-12T14:12:05Z",
    ),
    "last and first glued": (
        {"bar": shown("2020-07-02 10:00:00"), "up": "最后发布:2020-07-02 10:00:00首发:2020-06-15 08:30:00"},
        "2020-06-15T00:30:00Z",
        "2020-07-02T02:00:00Z",
    ),
    "a meta by its other name": (
        {"head": '<meta name="bytedance:published_time" content="2016-10-07T08:00:00+08:00">'},
        "2016-10-07T00:00:00Z",
        None,
    ),
    "impossible": ({"bar": shown("于 2024-02-30 10:00:00 发布")}, None, None),
}


@pytest.mark.parametrize("case", DATES)
def test_each_date_comes_from_the_right_source(case):
    parts, published, updated = DATES[case]
    article = read(**parts)
    assert (article.published_at, article.updated_at) == (published, updated)


def test_a_date_in_the_body_or_beside_another_article_is_not_this_ones():
    other = '<div class="recommend-item-box"><span class="time">2020-01-01 10:00:00</span></div>'
    body = '<span class="time" data-time="2019-01-01 10:00:00">于 2019-01-01 10:00:00 发布</span>'
    assert read(body=body, beside=other).published_at is None


def test_an_empty_number_of_reads_is_unknown_and_of_likes_is_none_yet():
    empty = '<span class="read-count">阅读量</span><span class="read-count" id="blog-digg-num">点赞数 </span>'
    article = read(bar=empty)
    assert (article.read_count, article.like_count, article.collect_count) == (None, 0, None)


def test_an_article_that_shows_the_sites_own_markup_keeps_it_as_its_text():
    body = '<span class="read-count">阅读量 99</span><a class="tag-link">标签</a>'
    body += '<a class="follow-nickName">别人</a>'
    article = read(body=body, bar='<a class="follow-nickName" title="墨言">墨…</a>')
    assert (article.author, article.read_count, article.tags) == ("墨言", None, ())
    assert "阅读量 99" in article.text


def test_a_hidden_entry_and_a_link_to_no_page_are_no_entries():
    rows = "".join(
        f'<li{style}><a href="{href}">{title}</a></li>'
        for style, href, title in [
            (' style="display: none;"', "/a/article/details/1", "诱饵"),
            ("", "javascript:void(0)", "更多"),
            ("", "/a/article/details/2", ""),
            ("", "/A/article/details/3?spm=1", "真的 <em>标题</em> 12"),
        ]
    )
    box = f'<div class="aside-box"><h3 class="aside-title">热门文章</h3><ul>{rows}</ul></div>'
    (entry,) = read(beside=box).sidebar
    assert (entry.rank, entry.title, entry.read_count) == (1, "真的 标题 12", None)
    assert entry.url == "https://blog.csdn.net/a/article/details/3"


@pytest.mark.parametrize("style", ["display:none", "opacity:0", "position:absolute;left:-9999px"])
def test_entries_hidden_by_a_rule_of_the_page_are_none(style):
    row = '<li class="{}"><a href="/a/article/details/1{}">题</a></li>'
    box = '<div class="recommend-item-box {}"><h4><a href="/a/article/details/2{}">荐</a></h4></div>'
    rows = row.format("trap", 1) + row.format("", 2)
    boxes = box.format("trap", 1) + box.format("", 2) + f"<template>{box.format('', 3)}</template>"
    beside = f'<div class="aside-box"><h3 class="aside-title">热门文章</h3><ul>{rows}</ul></div>{boxes}'
    found = read(head=f"<style>.trap{{{style}}}</style>", beside=beside).sidebar
    assert [entry.url.rpartition("/")[2] for entry in found] == ["12", "22"]


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="aside-box">' * 1500
        + '<h3 class="aside-title">热门文章</h3><ul>'
        + "<li><a href=/x>y</a>" * 20_000,
        '<div class="recommend-item-box type_blog"><h4><a href=/x>y</a></h4>' * 1_900,
        '<div style="display:none">' * 1_900
        + '<div class="recommend-item-box"><h4><a href=/x>y</a></h4></div>' * 20_000,
    ],
)
def test_boxes_heaped_up_to_hurt_cost_bounded_time_and_rows(beside):
    before = time.process_time()
    assert len(read(beside=beside).sidebar) <= MOST_ENTRIES
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.csdn.net/mo_yan",
        "https://blog.csdn.net/mo_yan/category_9783075.html",
        "https://blog.csdn.net/mo_yan/article/list/2",
        "https://www.csdn.net/",
    ],
)
def test_a_page_of_lists_is_a_source_by_its_url_too(url):
    with pytest.raises(SourcePage):
        extract(Page(url=url, body="<title>CSDN</title><p>墨言的文章</p>".encode()))


def test_likes_and_collects_that_a_script_fills_in_stand_in_the_description_too():
    said = "文章浏览阅读10w+次，点赞1.2k次，收藏70次。正文的开头"
    for head in (
        f'<meta name="description" content="{said}">',
        f'<script>var articleDesc = "{said}"</script>',
    ):
        article = read(head=head)
        assert (article.like_count, article.collect_count, article.read_count) == (1200, 70, None)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ('<span class="article-type type-2 float-left"></span>', "reprint"),
        ('<span class="article-type type-1">原</span>', "original"),
        ('<span class="article-type-text reprint">转载</span>', "reprint"),
        ('<img class="article-type-img" src="//csdnimg.cn/release/translation.png">', "translation"),
    ],
)
def test_the_mark_beside_the_title_tells_reprints_and_translations(mark, kind):
    assert read(bar=mark).kind == kind


def test_the_sign_before_a_tag_is_no_part_of_it():
    tags = '<span class="label">文章标签：</span><a class="tag-link-new">#android</a>'
    tags += '<a href="http://[x?q=C"> C# </a><a></a>'
    assert read(bar=f'<div class="tags-box">{tags}</div>').tags == ("android", "C#")


def test_the_authors_name_stands_in_the_box_of_the_profile_where_the_header_has_none():
    box = (
        '<div id="asideProfile"><a href="/mo_yan"><span class="name" username="mo_yan">墨言</span></a></div>'
    )
    assert read(beside=box).author == "墨言"


def test_every_wording_of_a_locked_text_makes_it_truncated():
    for words in ("订阅专栏 解锁全文", "最低0.47元/天 解锁文章", "开通会员 阅读全文"):
        assert read(beside=f'<div class="hide-article-box">{words}</div>').truncated == "paywall"


@pytest.mark.parametrize(
    "bar",
    [
        '<div class="tags-box">' + '<div><a class="tag-link" href="?q=1">标签' * 700,
        '<ul class="article_tags">' + "<i><a>标签" * 700,
        '<a class="follow-nickName">' + "<b>名" * 700,
    ],
)
def test_labels_nested_in_one_another_cost_linear_time(bar):
    before = time.process_time()
    assert len(read(bar=bar + "长" * 300_000).tags) <= 500
    assert time.process_time() - before < 2


def test_a_lost_heading_leaves_the_title_to_the_script():
    head = '<script>var articleTitle = "题 &amp; 目"; var articleTitles = "机器写的-CSDN博客";</script>'
    page = f"<html><head>{head}<title>机器写的-CSDN博客</title></head><body><main>{{}}</main></body></html>"
    lost = page.format('<div class="blog-content-box"><div id="content_views"><p>正文</p></div></div>')
    article = extract(Page(url=URL, body=lost.encode()))
    assert (article.title, article.text) == ("题 & 目", "正文")
