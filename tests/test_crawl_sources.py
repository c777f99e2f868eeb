"""Sources crawled for real: a feed and a list lead to their articles, and to new ones by coming runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve

XML = (("Content-Type", "application/rss+xml; charset=utf-8"), ("ETag", '"1"'))


def feed(site: Site, numbers: Iterable[int]) -> Reply:
    items = "".join(
        f"<item><title>第{number}篇文章的标题</title><link>{site.url(f'/kf/{number}')}</link>"
        "<pubDate>Sat, 11 May 2024 01:02:03 GMT</pubDate></item>"
        for number in numbers
    )
    channel = f"<channel><title>文存</title>{items}</channel>"
    return Reply(f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode(), headers=XML)


def test_a_feed_leads_to_its_articles_and_to_new_ones_by_coming_runs(tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 6)})) as site:
        site.pages["/feed.xml"] = feed(site, (1, 2, 3))
        added = wencun("add", site.url("/feed.xml"), "--data", tmp_path)
        assert "feed" in added.out
        assert crawl(site, tmp_path).code == 0
        assert sorted(site.paths()) == ["/feed.xml", "/kf/1", "/kf/2", "/kf/3"]
        assert states(tmp_path, site)["/feed.xml"][0] == "source"
        assert rows(tmp_path, "SELECT count(*) FROM articles") == [(3,)]
        site.pages["/feed.xml"] = feed(site, (4, 1, 2, 3))
        wencun("retry", site.url("/feed.xml"), "--data", tmp_path)
        assert crawl(site, tmp_path).code == 0
        assert site.asked("/kf/4") == 1
        assert site.asked("/kf/1") == 1
        found = "SELECT found FROM (SELECT count(*) AS found FROM pages WHERE discovered_from IS NOT NULL)"
        assert rows(tmp_path, found) == [(4,)]
        interval = "SELECT interval_s FROM pages WHERE source_kind = 'feed'"
        assert rows(tmp_path, interval) == [(43200,)]


def test_a_pattern_keeps_a_series_apart(tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 6)})) as site:
        site.pages["/feed.xml"] = feed(site, (1, 2, 3))
        assert crawl(site, tmp_path, "/feed.xml", "--match", "/kf/[23]$").code == 0
        assert sorted(site.paths()) == ["/feed.xml", "/kf/2", "/kf/3"]
        wencun("retry", site.url("/feed.xml"), "--data", tmp_path)
        assert crawl(site, tmp_path).code == 0
        assert site.asked("/kf/1") == 0


def test_a_feed_that_is_as_it_was_is_not_sent_again_and_brings_nothing_new(tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 4)})) as site:
        whole = feed(site, (1, 2, 3))
        site.pages["/feed.xml"] = lambda _: (
            Reply(status=304, headers=XML) if "If-None-Match" in site.log[-1].headers else whole
        )
        for _ in range(2):
            assert crawl(site, tmp_path, "/feed.xml").code == 0
    url = "SELECT status, outcome FROM captures WHERE url LIKE '%feed.xml' ORDER BY id"
    assert rows(tmp_path, url) == [(200, "source"), (304, "source")]
    assert rows(tmp_path, "SELECT interval_s FROM pages WHERE source_kind = 'feed'") == [(129600,)]
    assert wencun("verify", "--data", tmp_path).code == 0


@pytest.mark.parametrize(
    "bad",
    [
        Reply("<title>系统维护</title><h1>系统维护</h1><p>网站正在升级维护，请稍后再访问。</p>".encode()),
        Reply(status=302, headers=(("Location", "/"),)),
    ],
    ids=["maintenance", "redirect"],
)
def test_a_source_that_leads_elsewhere_for_a_day_is_looked_at_again(tmp_path: Path, bad: Reply) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 4)})) as site:
        site.pages["/"] = Reply("<title>首页</title><h1>欢迎光临</h1>".encode())
        site.pages["/feed.xml"] = feed(site, (1, 2, 3))
        assert crawl(site, tmp_path, "/feed.xml").code == 0
        site.pages["/feed.xml"] = bad
        assert crawl(site, tmp_path, "/feed.xml").code == 9
        assert states(tmp_path, site)["/feed.xml"][0] == "skipped"
        days = "round(julianday(due_at) - julianday(fetched_at), 1)"
        due = rows(tmp_path, f"SELECT kind, {days} FROM pages WHERE url LIKE '%xml'")
        assert due == [("source", 0.9)]
        assert "/feed.xml" in wencun("sources", "--data", tmp_path).out
        assert "1 page due again" in wencun("retry", site.host, "--data", tmp_path).out


def test_once_follows_a_source_and_leaves_it_out_of_coming_runs(tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 4)})) as site:
        site.pages["/feed.xml"] = feed(site, (1, 2, 3))
        assert crawl(site, tmp_path, "/feed.xml", "--once").code == 0
        assert rows(tmp_path, "SELECT count(*) FROM articles") == [(3,)]
        assert wencun("sources", "--data", tmp_path).out == ""
