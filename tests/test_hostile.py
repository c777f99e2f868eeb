"""Pages made to hurt: each ends within a worker's time, as an article or with a typed error."""

from __future__ import annotations

import time

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import ExtractionError, PageUnreadable
from pipelines.pool import TIME_LIMIT

URL = "https://blog.csdn.net/mo_yan/article/details/138000001"
ARTICLE = """<html><body><main><div class="blog-content-box"><h1 class="title-article">标题</h1>
<div id="content_views">{body}</div></div></main>{beside}</body></html>"""
BOX = '<div class="aside-box"><h3 class="aside-title">最新文章</h3><ul>{rows}</ul></div>'


def links(number):
    return "".join(f'<li><a href="http://例{place}.example/">第{place}篇</a></li>' for place in range(number))


def took(body, beside=""):
    page = Page(url=URL, body=ARTICLE.format(body=body, beside=beside).encode())
    before = time.process_time()
    try:
        found = extract(page)
    except ExtractionError as error:
        found = error
    return time.process_time() - before, found


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<div>" * 100_000 + "x", "nested deeper"),
        ("<p " + " ".join(f'a{number}=">"' for number in range(100_000)) + ">x", "attributes"),
        (f'<p title="{"x" * 10_000_000}">x', "too large"),
        ("<b>x" * 1_000_000, "tags"),
    ],
)
def test_a_page_that_would_hang_the_parser_is_refused_at_once(body, said):
    seconds, found = took(body)
    assert isinstance(found, PageUnreadable)
    assert said in str(found)
    assert seconds < TIME_LIMIT


FAR_FROM_A_SQUARE = 30
"""Ten times the pieces take ten times as long; were the time their square, it would be a hundred times."""


@pytest.mark.parametrize(
    ("made", "pieces"),
    [
        (lambda number: ("<p>x</p>" * number, ""), 120_000),
        (lambda number: (links(number), ""), 60_000),
        (lambda number: ("<p>x</p>", BOX.format(rows=links(number))), 60_000),
        (lambda number: (f'<p title="{"x" * number}">x', ""), 7_000_000),
        (lambda number: ("<b>x</b>" * number, ""), 140_000),
    ],
    ids=["paragraphs", "links", "entries", "attribute", "inlines"],
)
def test_a_page_of_very_many_pieces_takes_a_time_that_grows_with_them_and_not_faster(made, pieces):
    tenth, _ = took(*made(pieces // 10))
    whole, found = took(*made(pieces))
    assert found.title == "标题"
    assert whole < FAR_FROM_A_SQUARE * max(tenth, 0.01)


def test_a_page_at_the_parsers_limit_of_nesting_is_never_cut_in_silence():
    for depth in (256, 2_000, 2_047, 2_100):
        _, found = took("<div>" * depth + "im Innersten")
        assert isinstance(found, PageUnreadable) or "im Innersten" in found.text
