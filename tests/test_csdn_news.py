"""News of www.csdn.net: what golden pairs do not show."""

from __future__ import annotations

import pytest

from crawler.extract import Page, extract
from crawler.extract.document import Document
from crawler.extract.items import FieldMissing, SourcePage
from crawler.extract.sites.csdn_news import SITE

URL = "http://www.csdn.net/article/2015-03-09/2824088"


def page(bar, *, url=URL, title="数据开放日"):
    body = (
        f'<div class="detail"><h1 class="title">{title}</h1><h4><div class="tit_bar">{bar}</div></h4>'
        '<div class="con news_content"><p>2015年3月7日，开放日在杭州举行，三百名开发者到场。</p></div></div>'
    )
    return Page(url=url, body=f"<html><body>{body}</body></html>".encode())


def test_the_words_before_date_source_and_author_tell_them_apart_and_not_their_order():
    article = extract(
        page('来源<span class="ago">新华网</span>|发表于<span class="ago">2015-03-09 08:15</span>|')
    )
    assert (article.published_shown, article.author) == ("2015-03-09 08:15", None)


def test_the_day_that_opens_the_text_is_not_the_publication():
    article = extract(page('作者<span class="ago">林小雨</span>'))
    assert (article.published_date, article.author) == (None, "林小雨")


@pytest.mark.parametrize("url", ["https://news.example/2015/a.html", "https://blog.csdn.net.example/a"])
def test_the_same_class_names_on_another_site_are_not_csdns(url):
    assert SITE.recognise(Document.of(page('发表于<span class="ago">2015-03-09</span>', url=url))) is None


def test_a_page_without_the_bar_under_the_title_is_left_to_other_sites():
    assert SITE.recognise(Document.of(page("", url=None))) is None


def test_a_lost_title_is_an_error_that_names_the_field():
    with pytest.raises(FieldMissing, match="csdn_news news: no title was found at https://"):
        extract(page('发表于<span class="ago">2015-03-09</span>', title=""))


@pytest.mark.parametrize(
    "url", ["http://news.csdn.net/", "http://cloud.csdn.net/cloud/2", "http://geek.csdn.net"]
)
def test_a_section_is_a_list_of_news(url):
    with pytest.raises(SourcePage):
        SITE.recognise(Document.of(Page(url=url, body=b"<html><body><h1>x</h1><p>y</p></body></html>")))
