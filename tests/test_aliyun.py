"""Aliyun's community: which day and which number the header means, and whose list an entry is of."""

from __future__ import annotations

import time

import pytest

from crawler.extract import Page, extract
from crawler.extract.items import FieldMissing, SourcePage

URL = "https://developer.aliyun.com/article/1500001"


def read(*, head="", header="", foot="", body='<div class="article-inner"><p>正文 12</p></div>'):
    return extract(
        Page(
            url=URL,
            body=f"""<html><head>{head}</head><body><h1 class="article-title">题</h1>{header}{body}{foot}
            </body></html>""".encode(),
        )
    )


def shown(day):
    return f'<span class="article-info-time">{day}</span>'


def modified(written):
    return f'<meta name="last-modified" content="{written}">'


@pytest.mark.parametrize(
    ("day", "written", "published", "updated"),
    [
        ("2024-05-11", "2024-05-11 21:40:12", "2024-05-11T13:40:12Z", None),
        ("2024-05-11", "2024-06-01 08:00:00", None, "2024-06-01T00:00:00Z"),
        ("2024-05-11 10:00:00", "2024-05-11 21:40:12", "2024-05-11T02:00:00Z", None),
        ("2024-05-11", "", None, None),
        ("2024-05-11", "2024-01-01 08:00:00", None, None),
    ],
)
def test_the_head_tells_the_time_of_the_day_that_is_shown_or_the_last_edit(day, written, published, updated):
    article = read(header=shown(day), head=modified(written))
    assert (article.published_at, article.published_date, article.updated_at) == (
        published,
        "2024-05-11",
        updated,
    )


def test_readers_are_counted_between_title_and_body_alone():
    assert read(header=shown("2024-05-11") + "<span>820</span>").read_count == 820
    assert read(header=shown("2024-05-11"), foot="<span>7</span>").read_count is None


def entries(*titles, numbered=True, counts=None):
    return "".join(
        f'<a href="/article/{ord(title)}">'
        + (f"<i>{number}</i>" if numbered else "")
        + f"<b>{title}</b>"
        + (f"<i>{counts[number - 1]}</i>" if counts else "")
        + "</a>"
        for number, title in enumerate(titles, start=1)
    )


def lists(article):
    return [(item.list_title, item.rank, item.title, item.read_count) for item in article.sidebar]


def test_under_a_bar_of_tabs_the_second_list_begins_where_the_numbers_do():
    foot = f"<h2>热门文章</h2><h2>最新文章</h2>{entries('甲', '乙')}{entries('丙', '丁', counts=[4, 5])}"
    assert lists(read(foot=foot)) == [
        ("热门文章", 1, "甲", None),
        ("热门文章", 2, "乙", None),
        ("最新文章", 1, "丙", 4),
        ("最新文章", 2, "丁", 5),
    ]


def test_the_next_article_is_no_entry_of_the_list_above_it():
    foot = f"<h2>最新文章</h2>{entries('甲', '乙')}<span>下一篇</span>{entries('丙', numbered=False)}"
    assert [title for _, _, title, _ in lists(read(foot=foot))] == ["甲", "乙"]


def test_a_links_own_list_words_and_links_without_a_heading_are_no_lists():
    assert read(foot=entries("甲") + '<a href="/article/5">热门文章</a>' + entries("乙")).sidebar == ()


def test_lists_made_to_hurt_are_read_in_no_time():
    foot = "<h2>相关文章</h2>" + "".join(f'<a href="/article/{n}">甲{n}</a>9 ' for n in range(20_000))
    begun = time.perf_counter()
    assert len(read(foot=foot).sidebar) == 1_000
    assert time.perf_counter() - begun < 5


def test_an_articles_page_without_a_body_is_an_error():
    with pytest.raises(FieldMissing, match=f"aliyun 2021: no body was found at {URL}"):
        read(body="")


@pytest.mark.parametrize(
    "url",
    [
        "https://developer.aliyun.com/",
        "https://developer.aliyun.com/profile/abc01",
    ],
)
def test_lists_are_sources(url):
    with pytest.raises(SourcePage):
        extract(Page(url=url, body=f"<html><body><p>{'云上的一页说明。' * 20}</p></body></html>".encode()))


def test_a_book_is_read_like_a_page_of_any_other_site():
    body = f"<html><body><p>{'云上的一页说明。' * 20}</p></body></html>".encode()
    assert extract(Page(url="https://developer.aliyun.com/ebook/7576", body=body)).site == "generic"
