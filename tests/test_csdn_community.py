"""CSDN's communities: what golden pairs do not show."""

from __future__ import annotations

import pytest

from crawler.extract import Page, extract
from crawler.extract.document import Document
from crawler.extract.items import SourcePage
from crawler.extract.sites.csdn_community import SITE

URL = "https://gocity.csdn.net/66f0a1b2c3d4e5f601234567.html"


def page(inner, *, url=URL):
    return Page(url=url, body=f"<html><body><div class=main-content>{inner}</div></body></html>".encode())


def recognised(made):
    return SITE.recognise(Document.of(made))


def test_a_title_outside_of_the_folded_text_is_the_title():
    article = extract(
        page("<h1>题</h1><div class=user-article><div class=markdown_views><p>正文。</p></div></div>")
    )
    assert (article.title, article.text, article.published_at) == ("题", "正文。", None)


def test_a_time_in_the_text_is_not_the_publication():
    made = page(
        "<div class=user-article><h1>题</h1><div class=markdown_views><p>2024-01-01 10:00</p></div></div>"
    )
    assert extract(made).published_date is None


def test_a_page_in_another_shape_is_left_to_other_sites():
    assert recognised(page("<h1>题</h1><article><p>正文。</p></article>")) is None


@pytest.mark.parametrize(
    "url",
    ["https://blog.csdn.net/a/article/details/5", "https://other.example/66f0a1b2c3d4e5f601234567.html"],
)
def test_the_same_shape_elsewhere_is_no_community(url):
    made = page(
        "<div class=user-article><h1>题</h1><div class=markdown_views><p>正文。</p></div></div>", url=url
    )
    assert recognised(made) is None


@pytest.mark.parametrize(
    "url", ["https://bbs.csdn.net/", "https://bbs.csdn.net/forums/Python", "https://devpress.csdn.net/react"]
)
def test_forums_and_communities_are_lists(url):
    with pytest.raises(SourcePage):
        recognised(page("<p>社区</p>", url=url))
