"""What a page of juejin says in its script, and the traps of its header."""

from __future__ import annotations

import random

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import ExtractionError, FieldMissing
from crawler.extract.sites.juejin_state import State, read_state

URL = "https://juejin.cn/post/7367000000000000001"
ENTRY = (
    "article_info:{article_id:c,content:f,digg_count:a,collect_count:3,comment_count:b},author_user_info:{}"
)
CATEGORY = "category:{category_name:g}"
ARGUMENTS = '(12,void 0,"77",{},[],"digg_count:5 \\u003Cp\\u003E}(\\"","前端",Array(3))'


def script(entry=ENTRY, arguments=ARGUMENTS, names="a,b,c,d,e,f,g,h"):
    body = f"d.x={{}};return {{v:{{{entry},{CATEGORY}}}}}"
    return f"<script>window.__NUXT__=(function({names}){{{body}}}{arguments});"


def test_a_name_in_the_script_stands_for_the_argument_in_its_place():
    state = read_state(script(), article_id="77")
    assert state.likes.value == 12
    assert state.collects.value == 3
    assert state.comments is None
    assert state.category == "前端"


def test_the_counts_are_those_of_the_article_and_of_no_other():
    other = ENTRY.replace("article_id:c", 'article_id:"9"').replace("digg_count:a", "digg_count:1")
    assert read_state(script(f"{other},{ENTRY}"), article_id="77").likes.value == 12
    assert read_state(script(), article_id="78") == State()


def test_what_an_article_writes_of_such_fields_is_no_count():
    entry = ENTRY.replace("content:f", 'content:"digg_count:99,collect_count:98"')
    assert read_state(script(entry), article_id="77").collects.value == 3


@pytest.mark.parametrize(
    "markup",
    ["", "window.__NUXT__=", "window.__NUXT__={}", script(arguments=""), script(names="a"), script("")],
)
def test_a_script_of_another_shape_says_nothing_or_less(markup):
    assert read_state(markup, article_id="77").likes in (None, read_state(script(), article_id="77").likes)


def test_no_mutation_of_the_script_makes_reading_fail():
    chance = random.Random(5)
    pieces = ['"', "\\", "}(", "{", "(", ")", ",", "9" * 500, "article_info:{", "\x00", "digg_count:", "$"]
    for _ in range(3_000):
        text = script()
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(pieces) + text[at + chance.randint(0, 3) :]
        read_state(text, article_id="77")


@pytest.mark.parametrize("bait", ['"\\' * 100_000, "}" * 200_000, "article_info:{" * 20_000, '"' * 200_000])
def test_a_script_made_to_hurt_is_read_in_no_time(bait):
    for markup in (script(bait), script(arguments=f"({bait}"), script(names=bait)):
        read_state(markup, article_id="77")


def page(article):
    return extract(Page(url=URL, body=f"<html><body>{article}</body></html>".encode()))


def header(time="", metas=""):
    return (
        f'<article itemscope class="article" data-entry-id="1">{metas}<h1 class="article-title">题</h1>'
        f'<div class="meta-box">{time}</div><div id="article-root"><div class="markdown-body"><p>正文</p>'
        '<time datetime="2001-01-01T00:00:00Z">旧</time><span class="views-count">9</span></div></div>'
        "</article>"
    )


def test_times_are_in_utc_and_days_are_chinas():
    article = page(header('<time datetime="2024-05-10T16:30:05.000Z">2年前</time>'))
    assert (article.published_at, article.published_date) == ("2024-05-10T16:30:05Z", "2024-05-11")
    assert article.published_shown == "2年前"
    article = page(header(metas='<meta itemprop="datePublished" content="2024-05-10T16:30:05.000Z">'))
    assert (article.published_at, article.published_date) == ("2024-05-10T16:30:05Z", "2024-05-11")


def test_an_article_that_shows_a_header_of_its_own_does_not_change_the_pages():
    article = page(header())
    assert (article.published_at, article.read_count) == (None, None)


@pytest.mark.parametrize(
    ("article", "field"),
    [('<article><h1 class="article-title">题</h1></article>', "body"), (header().replace("题", ""), "title")],
)
def test_an_articles_page_that_lacks_what_each_has_is_an_error(article, field):
    with pytest.raises(FieldMissing, match=f"juejin 2023: no {field} was found at {URL}; .*wencun fixture"):
        page(article)


def test_a_page_of_another_host_is_not_juejins():
    with pytest.raises(ExtractionError) as caught:
        extract(Page(url="https://example.com/a", body=f"<html><body>{header()}</body></html>".encode()))
    assert "juejin " not in str(caught.value)
