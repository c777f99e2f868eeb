"""Copies of articles on any host: told apart by what copies print, and read in spite of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.extract import Page, extract
from crawler.extract.document import Document
from crawler.extract.sites.mirror import SITE
from crawler.extract.sites.mirror_facts import read_mirror_byline
from crawler.extract.text.pinyin import has_pinyin, without_pinyin

URL = "https://mirror.example/a/4711.html"
PROSE = (
    "<p>索引用空间换取时间，查询时可以直接定位到需要的行，不必读取整张表。</p>"
    "<p>代价是每次写入都要更新它，因此只为常查的列建立。</p>"
)


def page(*, before="", byline="", after="", title="索引是什么", url=URL):
    body = (
        f"<html><head><title>{title} - 某某网</title></head><body>{before}<h1>{title}</h1>"
        f"<div class=i>{byline}</div><div class=c>{PROSE}</div>{after}</body></html>"
    )
    return Page(url=url, body=body.encode())


def is_mirror(made):
    return SITE.recognise(Document.of(made)) is not None


@pytest.mark.parametrize(
    ("line", "date", "author", "reads"),
    [
        ("2023-06-07 01:16未知服务器之家", "2023-06-07", None, None),
        ("2025.09.17 10:16浏览量:0简介:本文介绍了索引，并说明它的代价。", "2025-09-17", None, 0),
        ("来源:未知 2023-10-21 16:35 次阅读", "2023-10-21", None, None),
        ("畢小寶發表於2020-12-16", "2020-12-16", "畢小寶", None),
        ("作者: 银河星尘 | 来源:发表于2024-03-29 14:36 被阅读0次", "2024-03-29", "银河星尘", 0),
        ("2024-03-29 14:36 阅读 68", "2024-03-29", None, 68),
        ("2024年3月29日 阅读(430)", "2024-03-29", None, 430),
        ("52分钟前", None, None, None),
        ("阅读完需:约 25 分钟", None, None, None),
        ("本文字数:1024", None, None, None),
        ("更新于2024-03-29", None, None, None),
        ("最新推荐文章于 2024-03-29 14:36:00 发布", None, None, None),
        ("2024-03-29，我们把数据库换了。", None, None, None),
    ],
)
def test_a_glued_byline_gives_what_it_says_and_nothing_else(line, date, author, reads):
    byline = read_mirror_byline([line])
    assert (byline.published.date if byline.published else None) == date
    assert byline.author == author
    assert (byline.reads.value if byline.reads else None) == reads


@pytest.mark.parametrize(
    "made",
    [
        page(after='<p>原文链接：<a href="https://blog.csdn.net/a/article/details/5">原文</a></p>'),
        page(after="<p>本文转载自 https://juejin.cn/post/7315126213624578098</p>"),
        page(after="<p>版权声明：本文为CSDN博主「文思」的原创文章，遵循CC 4.0 BY-SA版权协议。</p>"),
        page(title="2024-05-11 问AI: 索引是什么"),
        page(
            before="<div>当前位置: <a href=/>首页</a> > news >正文</div>", byline="2024-05-11 10:00未知某某网"
        ),
        page(byline="来源:未知 2023-10-21 16:35 次阅读", after="<p>本站内容来自互联网，侵权请联系删除</p>"),
    ],
)
def test_a_page_is_a_mirror_where_it_says_so(made):
    assert is_mirror(made)
    assert extract(made).site == "mirror"


@pytest.mark.parametrize(
    "made",
    [
        page(byline="2024-05-11 10:00"),
        page(
            before="<div>当前位置: <a href=/>首页</a> > 数据库 > 正文</div>",
            byline="2024-05-11 10:00 来源：某某晚报",
        ),
        page(after="<p>原文链接：<a href='/a/4711.html'>https://mirror.example/a/4711.html</a></p>"),
        page(after="<p>数据来源：https://stats.example/2024/rows</p>"),
        page(after="<p>论文原文链接：https://arxiv.example/abs/2401.00001</p>"),
        page(after="<p>来源：<a href='https://paper.example/'>某某晚报</a></p>"),
        page(
            after="<p>原文链接：https://a.example/posts/1</p><p>原文链接：https://b.example/posts/2</p>",
        ),
        page(after="<p>原文链接：https://a.example/posts/1</p>", url="https://mirror.example/"),
        page(after="<p>原文链接：https://a.example/posts/1</p>", url="https://so.csdn.net/x/1.html"),
    ],
)
def test_a_page_of_an_authors_own_is_no_mirror(made):
    assert not is_mirror(made)


def test_the_day_in_a_title_is_never_the_publication():
    title = "2024-05-11 问AI: 索引是什么"
    byline = f"<p>{title}</p><a href=/x>2020-01-01</a>"
    made = extract(page(title=title, before=f"<div>{title}</div>", byline=byline))
    assert (made.published_date, made.question_date) == (None, "2024-05-11")
    assert made.text.startswith("索引用空间")


def test_the_origin_is_kept_with_author_and_licence_and_not_in_the_text():
    notice = "<p>版权声明：本文为CSDN博主「文思」的原创文章，遵循CC 4.0 BY-SA版权协议，转载请附上出处。</p>"
    link = "<p>原文链接：https://blog.csdn.net/wensi/article/details/139550001</p>"
    made = extract(page(after=notice + link))
    assert made.original_url == "https://blog.csdn.net/wensi/article/details/139550001"
    assert (made.kind, made.author, made.licence_spdx) == ("reprint", "文思", "CC-BY-SA-4.0")
    assert made.text.endswith("因此只为常查的列建立。")


@pytest.mark.parametrize(
    "text",
    [
        "函数(sin)和余弦(cos)",
        "重(chóng)新读一遍，不是重(zhòng)量的重",
        "变量(a)列(b)表(c)项(i)数(n)目(m)第(j)次(k)",
    ],
)
def test_brackets_that_an_author_wrote_are_no_inserted_pinyin(text):
    assert not has_pinyin(text)


def test_pinyin_behind_characters_is_taken_out():
    assert has_pinyin("學(xué)習(xí)率決定更新參數(shù)的幅度，過大會發(fā)散。訓(xùn)練要進(jìn)行多次。")
    assert without_pinyin("學(xué)習(xí)率(lr)") == "學習率(lr)"


SEEN = datetime(2024, 5, 12, 1, 2, 30, tzinfo=UTC)
LISTED = (
    "<h3>相关推荐</h3><ul><li><a href=/kf/1>第一篇文章</a> <span>5分钟前</span> <span>7 阅读</span></li>"
    "<li><a href=/kf/2>第二篇文章</a> <span>3天前</span> <span>8 阅读</span></li></ul>"
)


@pytest.mark.parametrize(
    "made",
    [
        page(title="2024-05-11 问AI: 索引是什么", byline="52分钟前"),
        page(title="2024-05-11 问AI: 索引是什么", byline="发布于 52分钟前", after=LISTED),
        page(byline="发布于 52 分钟前"),
    ],
    ids=["mirror", "aggregator", "generic"],
)
def test_a_relative_time_counts_from_when_the_page_was_taken_and_says_nothing_else(made):
    found = extract(replace(made, captured_at=SEEN))
    assert (found.published_at, found.published_precision) == ("2024-05-12T00:10:00Z", "minute")
    assert extract(made).published_at is None


def test_a_relative_time_beside_an_entry_counts_from_there_too():
    items = extract(replace(page(after=LISTED), captured_at=SEEN)).sidebar
    assert [(item.shown_at_shown, item.shown_at) for item in items] == [
        ("5分钟前", "2024-05-12T00:57:00Z"),
        ("3天前", None),
    ]
