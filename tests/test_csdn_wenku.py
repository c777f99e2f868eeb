"""Answers of wenku.csdn.net: what golden pairs do not show."""

from __future__ import annotations

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import FieldMissing

URL = "https://wenku.csdn.net/answer/3c3c3c3c3c3c4d4d4d4d5e5e5e5e5e5e"


def page(body, *, after="", title="怎么改名"):
    article = (
        f'<div class="article-box"><h1 class="title">{title}</h1><span class="data-item">浏览: 3</span>'
        '<div class="cont"><div class="content-view">'
        f'<div class="htmledit_views markdown_views">{body}</div></div>'
        f"{after}</div></div>"
    )
    return Page(
        url=URL, body=f'<html><body><div id="chatgpt-article-detail">{article}</div></body></html>'.encode()
    )


def test_keyword_links_are_left_out_and_the_authors_own_stay():
    keyword = "[glob](https://wenku.csdn.net/doc/64?spm=1055.2569&amp;kwd=glob)"
    own = "[文档](https://docs.example/?kwd=glob)"
    assert (
        extract(page(f"用 {keyword} 模块，见{own}。")).text
        == "用 glob 模块，见[文档](https://docs.example/?kwd=glob)。"
    )


def test_an_answer_in_markup_is_read_as_markup():
    assert (
        extract(page("<p>用 <code>glob</code> 模块。</p><ol><li>备份</li></ol>")).markdown
        == "用 `glob` 模块。\n\n1. 备份"
    )


@pytest.mark.parametrize(
    ("after", "truncated"),
    [
        ("<div class=open>阅读全文</div>", None),
        ("<div class=open>最低0.3元/天 开通会员查看完整答案</div>", "paywall"),
        ("<div class=content-view>另一个回答：开通会员即可下载。</div>", None),
    ],
)
def test_an_answer_is_cut_where_the_page_sells_the_rest(after, truncated):
    assert extract(page("先开通会员，再安装。", after=after)).truncated == truncated


@pytest.mark.parametrize(("given", "field"), [({"title": ""}, "title"), ({"body": ""}, "body")])
def test_what_is_missing_is_named(given, field):
    with pytest.raises(FieldMissing, match=f"no {field} was found"):
        extract(page(**{"body": "正文。"} | given))
