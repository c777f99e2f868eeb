"""Zhihu's articles: what their data says, what the page shows without, and which other pages there are."""

from __future__ import annotations

import json

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import FieldMissing, SourcePage

URL = "https://zhuanlan.zhihu.com/p/22"
DATA = {"created": 1739243412, "updated": 1745316476, "voteupCount": 108, "commentCount": 2}


def read(*, data=None, shown="编辑于 2025-04-22 18:07・北京", body="<p>正文</p>", foot="", url=URL):
    state = data if isinstance(data, str) else json.dumps(state_of(data))
    return extract(
        Page(
            url=url,
            body=f"""<html><head><title>(3 条消息) 题 - 知乎</title></head><body><article class="Post-Main">
            <h1 class="Post-Title">题</h1><div class="AuthorInfo"><meta itemprop="name" content="甲"></div>
            <div class="RichText ztext Post-RichText">{body}</div><div class="ContentItem-time">{shown}</div>
            {foot}</article><script id="js-initialData">{state}</script></body></html>""".encode(),
        )
    )


def state_of(article):
    return {"initialState": {"entities": {"articles": {"22": article} if article else {}}}}


def test_both_dates_come_from_the_data_and_one_from_the_page():
    article = read(data=DATA)
    assert article.published_at == "2025-02-11T03:10:12Z"
    assert article.updated_at == "2025-04-22T10:07:56Z"
    assert article.updated_shown == "编辑于 2025-04-22 18:07・北京"
    article = read()
    assert (article.published_at, article.updated_at) == (None, "2025-04-22T10:07:00Z")


def test_an_article_shown_as_published_was_never_edited():
    article = read(data=DATA, shown="发布于 2025-02-11 11:10")
    assert (article.published_at, article.updated_at) == ("2025-02-11T03:10:12Z", None)
    article = read(shown="发布于 2025-02-11 11:10")
    assert (article.published_at, article.updated_at) == ("2025-02-11T03:10:00Z", None)
    assert read(data=DATA | {"updated": DATA["created"]}, shown="").updated_at is None


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "[" * 50_000,
        '{"initialState":' * 900,
        '{"initialState":{"entities":{"articles":[1]}}}',
        "NaN",
    ],
)
def test_an_article_is_read_whatever_its_data_is(data):
    article = read(data=data)
    assert (article.title, article.author, article.text, article.like_count) == ("题", "甲", "正文", None)


def test_data_of_the_wrong_kind_is_no_data():
    article = read(
        shown="",
        data={"created": "x", "updated": 10**30, "voteupCount": "108", "topics": {"a": 1}, "column": []},
    )
    assert (article.published_at, article.like_count, article.tags, article.category) == (
        None,
        None,
        (),
        None,
    )


@pytest.mark.parametrize(
    ("button", "likes"),
    [("赞同 108", 108), ("\u200b赞同 1.2 万", 12000), ("赞同", None), ("已赞同 9", 9)],
)
def test_the_likes_are_the_number_on_the_button(button, likes):
    assert read(foot=f'<button class="Button VoteButton">{button}</button>').like_count == likes


def test_a_formula_stands_once_and_as_latex():
    tex = r"\begin{gathered} a=0, \\ b=1 \end{gathered}"
    article = read(body=f'<p>设<span class="ztext-math" data-eeimg="1" data-tex="{tex}">{tex}</span>。</p>')
    assert article.text == f"设${tex}$。"


def test_an_article_that_is_cut_says_why():
    assert read(data=DATA | {"contentNeedTruncated": True}).truncated == "login"
    assert read(foot='<div class="KfeCollection-VipRecommendCard">开通会员</div>').truncated == "paywall"
    assert read(data=DATA).truncated is None


def test_an_articles_page_without_a_body_is_an_error():
    with pytest.raises(FieldMissing, match=f"zhihu 2019: no body was found at {URL}"):
        extract(Page(url=URL, body="<html><body><p>知乎</p></body></html>".encode()))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.zhihu.com/",
        "https://zhuanlan.zhihu.com/c_1700000000000000001",
        "https://www.zhihu.com/people/qiu-shui-01/posts",
    ],
)
def test_lists_are_sources(url):
    with pytest.raises(SourcePage):
        extract(Page(url=url, body=f"<html><body><p>{'有问题就会有答案。' * 20}</p></body></html>".encode()))


def test_an_answer_to_a_question_is_read_like_a_page_of_any_other_site():
    body = f"<html><body><p>{'有问题就会有答案。' * 20}</p></body></html>".encode()
    assert extract(Page(url="https://www.zhihu.com/question/1/answer/2", body=body)).site == "generic"


def test_the_form_for_search_engines_is_the_same_article():
    assert read(url="https://www.zhihu.com/tardis/zm/art/22?source_id=1").key == "zhihu:22"
