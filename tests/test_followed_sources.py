"""Sources that somebody asked for are followed: what they lead to, which further pages, and how often."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from making import article, captured, entry

from crawler.extract.items import SidebarItem
from pipelines import ledger, seeding
from pipelines.database import connect_writing
from pipelines.decisions import Decisions, enact
from pipelines.following import FollowRule, Leads, Told, with_leads
from pipelines.ledger.revisiting import DAY, HOUR
from pipelines.records import Captured
from pipelines.store import store_capture

SOURCE = "https://blog.csdn.net/somebody"
FIRST = datetime(2026, 1, 1, 3, 0, 0)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection


def at(days: float) -> str:
    return f"{FIRST + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def post(number: int) -> str:
    return f"{SOURCE}/article/details/{number}"


def entries(*numbers: int, **values: Any) -> tuple[SidebarItem, ...]:
    known = {"list": "other", "list_title": None, "list_scope": "author", "followable": True}
    return tuple(
        entry(rank, f"第{number}篇", url=post(number), **known | values)
        for rank, number in enumerate(numbers, start=1)
    )


def add(connection: sqlite3.Connection, url: str = SOURCE, days: float = 0, **said: Any) -> None:
    event = {"event": "seed", "at": at(days), "url": url, **said}
    enact(Decisions.of([event]), connection)


def seen(
    connection: sqlite3.Connection, days: float, *numbers: int, url: str = SOURCE, **values: Any
) -> Captured:
    """Store a look at a source that names these articles, as a run does that is told nothing itself."""
    found = captured(
        number=round(days * 10000) + 1,
        at=at(days),
        url=url,
        outcome="source",
        error=None,
        message=None,
        **{"links": entries(*numbers), "source_kind": "author"} | values,
    )
    found = with_leads(found, FollowRule(), ledger.told(connection, url))
    store_capture(connection, found)
    return found


def page(connection: sqlite3.Connection, url: str, columns: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute(f"SELECT {columns} FROM pages WHERE url = ?", (url,)).fetchone()
    return row


def pending(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT url FROM pages WHERE state = 'pending' ORDER BY id")
    return [url.removeprefix(SOURCE) for (url,) in rows]


def days_between(connection: sqlite3.Connection, url: str = SOURCE) -> float:
    return float(page(connection, url, "interval_s")[0]) / DAY


def test_a_source_is_due_at_once_and_leads_to_its_articles(connection: sqlite3.Connection) -> None:
    add(connection)
    assert page(connection, SOURCE, "kind, source_kind, state, due_at") == (
        "source",
        "author",
        "pending",
        at(0),
    )
    seen(connection, 0, 1, 2)
    assert page(connection, SOURCE, "state, source_kind") == ("source", "author")
    assert pending(connection) == ["/article/details/1", "/article/details/2"]
    assert page(connection, post(1), "due_at, depth, discovered_at, discovered_from") == (at(0), 1, at(0), 1)


def test_a_source_that_nobody_asked_for_leads_nowhere_and_is_not_looked_at_again(
    connection: sqlite3.Connection,
) -> None:
    seen(connection, 0, 1, 2)
    assert pending(connection) == []
    assert page(connection, SOURCE, "state, due_at") == ("source", None)


def test_only_visible_articles_of_the_author_that_match_are_gone_on_to(
    connection: sqlite3.Connection,
) -> None:
    add(connection, match=r"/details/\d$")
    links = (*entries(1, 12), *entries(3, followable=False), entry(9, "无", url=None, followable=True))
    elsewhere = entry(8, "别处", url="https://other.example/1", followable=True)
    seen(connection, 0, links=(*links, elsewhere))
    assert pending(connection) == ["/article/details/1"]


def test_a_feed_on_another_host_of_its_site_leads_to_the_sites_articles(
    connection: sqlite3.Connection,
) -> None:
    feed = "https://rss.csdn.net/somebody/rss/map"
    add(connection, feed)
    seen(connection, 0, 1, url=feed, source_kind="feed")
    assert pending(connection) == ["/article/details/1"]


def test_what_holds_for_a_source_holds_for_what_it_leads_to(connection: sqlite3.Connection) -> None:
    add(connection, follow="related", match="details")
    seen(connection, 0, 1)
    (leased,) = ledger.lease(connection, _run(connection), 9, at(0))
    assert leased.url == post(1)
    assert leased.told == Told(lists="related", match="details")


def test_a_source_that_brings_nothing_new_waits_longer_up_to_a_week(connection: sqlite3.Connection) -> None:
    add(connection)
    intervals = []
    for day in range(8):
        seen(connection, day, 1, 2)
        intervals.append(days_between(connection))
    assert intervals[:4] == [1, 1.5, 2.25, 3.375]
    assert intervals[-1] == 7


def test_a_source_that_brings_something_new_each_time_is_asked_more_often_down_to_an_hour(
    connection: sqlite3.Connection,
) -> None:
    add(connection)
    intervals = []
    for day in range(8):
        seen(connection, day, *range(day + 1))
        intervals.append(days_between(connection))
    assert intervals[:4] == [1, 0.5, 0.25, 0.125]
    assert intervals[-1] == HOUR / DAY


def test_what_does_not_match_is_nothing_new(connection: sqlite3.Connection) -> None:
    add(connection, match="never")
    for day in range(3):
        seen(connection, day, *range(day + 1))
    assert days_between(connection) == 2.25


def test_a_pinned_interval_holds_until_it_is_automatic_again(connection: sqlite3.Connection) -> None:
    add(connection, every_s=12 * HOUR)
    seen(connection, 0, 1)
    assert days_between(connection) == 0.5
    assert page(connection, SOURCE, "due_at") == (ledger.due_after(at(0), 12 * HOUR),)
    enact(
        Decisions.of(
            [
                {"event": "seed", "at": at(0), "url": SOURCE, "every_s": 12 * HOUR},
                {"event": "seed", "at": at(1), "url": SOURCE, "every_s": 0},
            ]
        ),
        connection,
    )
    assert days_between(connection) == 1


def test_a_list_goes_on_to_its_next_pages_at_the_first_look_and_where_most_is_new(
    connection: sqlite3.Connection,
) -> None:
    second = f"{SOURCE}/article/list/2"
    add(connection)
    seen(connection, 0, 1, 2, 3, more=(second,))
    assert page(connection, second, "state, due_at, seed_id") == ("pending", at(0), 1)
    seen(connection, 0.001, 4, 5, 6, url=second)
    assert page(connection, second, "state, due_at") == ("source", None)
    assert pending(connection) == [f"/article/details/{number}" for number in range(1, 7)]
    seen(connection, 1, 7, 1, 2, more=(second,))
    assert page(connection, second, "due_at") == (None,)
    seen(connection, 2, 8, 9, 1, more=(second,))
    assert page(connection, second, "due_at") == (at(2),)


def test_the_parts_of_a_sitemap_are_sources_with_intervals_of_their_own(
    connection: sqlite3.Connection,
) -> None:
    index, part = f"{SOURCE}/sitemap.xml", f"{SOURCE}/sitemap-1.xml"
    add(connection, index)
    seen(connection, 0, url=index, source_kind="sitemap", more=(part,))
    seen(connection, 0.001, 1, url=part, source_kind="sitemap")
    assert days_between(connection, part) == 1
    seen(connection, 0.5, url=index, source_kind="sitemap", more=(part,))
    assert page(connection, part, "due_at") == (ledger.due_after(at(0.001), DAY),)


def test_a_source_that_redirects_is_followed_where_it_leads(connection: sqlite3.Connection) -> None:
    old = "https://blog.csdn.net/old_name"
    add(connection, old, match="details", every_s=12 * HOUR)
    (leased,) = ledger.lease(connection, _run(connection), 1, at(0))
    found = captured(
        number=1,
        at=at(0),
        url=SOURCE,
        outcome="source",
        error=None,
        message=None,
        links=entries(1),
        source_kind="author",
        run_id=1,
        page_id=leased.id,
    )
    store_capture(connection, with_leads(found, FollowRule(), leased.told))
    assert page(connection, old, "state, due_at") == ("skipped", None)
    assert page(connection, SOURCE, "state, seed_id = id, link_match") == ("source", 1, "details")
    assert days_between(connection) == 0.5
    assert pending(connection) == ["/article/details/1"]


def test_the_schedule_is_the_same_when_looks_are_stored_again(connection: sqlite3.Connection) -> None:
    add(connection)
    looks = [seen(connection, day, *range(2 + day // 2)) for day in range(5)]
    before = connection.execute(
        "SELECT url, state, due_at, interval_s, depth FROM pages ORDER BY url"
    ).fetchall()
    for look in looks:
        store_capture(connection, look)
    after = connection.execute(
        "SELECT url, state, due_at, interval_s, depth FROM pages ORDER BY url"
    ).fetchall()
    assert after == before


def test_what_a_run_is_told_goes_over_what_was_said_of_a_source() -> None:
    found = captured(
        url=SOURCE, outcome="source", links=entries(1, 2), source_kind="author", error=None
    ).processed
    told = Told(match="/1$", is_seed=True)
    assert FollowRule().leads_of(found, told) == Leads(articles=(post(1),))
    rule = FollowRule.from_json(FollowRule(match=re.compile("/2$")).to_json())
    assert rule.leads_of(found, told) == Leads(articles=(post(2),))


def test_a_paused_page_is_left_alone_and_goes_on_where_it_was(connection: sqlite3.Connection) -> None:
    add(connection)
    seen(connection, 0, 1)
    before = page(connection, SOURCE, "state, due_at, interval_s")
    events = [{"event": "seed", "at": at(0), "url": SOURCE}, {"event": "pause", "at": at(1), "url": SOURCE}]
    enact(Decisions.of(events), connection)
    assert page(connection, SOURCE, "state, due_at, paused_at") == ("paused", None, at(1))
    store_capture(connection, captured(article(post(1)), number=9, at=at(1)))
    seeding.register(connection, [seeding.seed(SOURCE)], at=at(2))
    assert page(connection, SOURCE, "state, due_at") == ("paused", None)
    seen(connection, 2, 1)  # by `crawl URL`
    assert page(connection, SOURCE, "state, due_at") == ("paused", None)
    connection.execute("DELETE FROM captures WHERE captured_at = ?", (at(2),))
    enact(Decisions.of([*events, {"event": "resume", "at": at(3), "url": SOURCE}]), connection)
    state, due_at, interval = page(connection, SOURCE, "state, due_at, interval_s")
    assert (state, interval) == (before[0], before[2])
    assert due_at in (before[1], at(2))


def test_nothing_of_a_paused_host_is_leased_until_it_is_resumed(connection: sqlite3.Connection) -> None:
    add(connection)
    paused = [{"event": "pause", "at": at(1), "host": "blog.csdn.net"}]
    enact(Decisions.of(paused), connection)
    assert ledger.due(connection, at(2)) == 0
    assert ledger.lease(connection, _run(connection), 9, at(2)) == []
    assert ledger.lease_urls(connection, 1, [SOURCE], at(2), if_due=True) == []
    enact(Decisions.of([*paused, {"event": "resume", "at": at(2), "host": "blog.csdn.net"}]), connection)
    assert [leased.url for leased in ledger.lease(connection, 1, 9, at(2))] == [SOURCE]


def test_what_failed_is_tried_again_when_somebody_says_so(connection: sqlite3.Connection) -> None:
    run_id = _run(connection)
    for url, state in [(post(1), "failed"), (post(2), "blocked"), (post(3), "gone")]:
        add(connection, url)
        (leased,) = ledger.lease_urls(connection, run_id, [url], at(0))
        ledger.fail(connection, leased.id, run_id, "x", "x", state=state, at=at(0))
    store_capture(connection, captured(article(post(4)), number=4, at=at(0)))
    ledger.hosts.rest(connection, "blog.csdn.net", until=at(2), reason="blocked", strikes=1, at=at(0))
    assert ledger.due(connection, at(0.001)) == 0
    assert ledger.retry(connection, at=at(0), hosts=["blog.csdn.net"]) == 3
    assert ledger.due(connection, at(0.001)) == 3
    assert ledger.retry(connection, at=at(0), url=post(4)) == 1
    assert ledger.due(connection, at(0.001)) == 4


def _run(connection: sqlite3.Connection) -> int:
    row = connection.execute(
        "INSERT INTO runs (command, started_at, version) VALUES ('crawl', ?, '0') RETURNING id", (at(0),)
    ).fetchone()
    return int(row[0])
