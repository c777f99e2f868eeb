"""How often a page is looked at: by what was found at the looks before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import URL, article, captured

from pipelines import ledger
from pipelines.database import connect_writing
from pipelines.ledger.revisiting import ARTICLES, DAY, HOUR, LOOKS, due_after
from pipelines.store import store_capture

FIRST = datetime(2026, 1, 1, 3, 0, 0)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection


def look(connection: sqlite3.Connection, days: float, said: str | None, **values: Any) -> None:
    """Store what a fetch so many days after the first found: an article that says so, or a failure."""
    at = f"{FIRST + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    found = None if said is None else article(said=(said, said), read_count=round(days), read_count_unit=1)
    store_capture(connection, captured(found, number=round(days * 1000) + 1, at=at, **values))


def interval(connection: sqlite3.Connection, url: str = URL) -> float:
    """How many days lie between two looks."""
    (seconds,) = connection.execute("SELECT interval_s FROM pages WHERE url = ?", (url,)).fetchone()
    return float(seconds) / DAY


def test_a_new_page_is_looked_at_again_after_a_week(connection: sqlite3.Connection) -> None:
    look(connection, 0, "甲")
    assert interval(connection) == 7


def test_a_page_that_stays_as_it_is_waits_half_as_long_again_each_time_up_to_90_days(
    connection: sqlite3.Connection,
) -> None:
    seen = []
    for days in range(10):
        look(connection, days, "甲")
        seen.append(interval(connection))
    assert seen[:4] == [7, 10.5, 15.75, 23.625]
    assert seen[-1] == 90


def test_a_page_that_changes_waits_half_as_long_each_time_down_to_a_day(
    connection: sqlite3.Connection,
) -> None:
    seen = []
    for days in range(6):
        look(connection, days, str(days))
        seen.append(interval(connection))
    assert seen == [7, 3.5, 1.75, 1, 1, 1]


def test_counts_alone_change_no_page(connection: sqlite3.Connection) -> None:
    look(connection, 0, "甲")
    look(connection, 7, "甲")
    assert connection.execute("SELECT DISTINCT read_count FROM observations").fetchall() == [(0,), (7,)]
    assert interval(connection) == 10.5


def test_failures_and_walls_say_nothing_of_how_often_a_page_changes(connection: sqlite3.Connection) -> None:
    look(connection, 0, "甲")
    look(connection, 7, None)
    look(connection, 8, None, outcome="blocked")
    look(connection, 9, "甲")
    assert interval(connection) == 10.5


@pytest.mark.parametrize(
    "detour", [{"outcome": "not_article", "status": 200}, {"outcome": "redirect", "status": 302}]
)
def test_a_page_that_once_gave_an_article_is_looked_for_again_when_it_leads_elsewhere(
    connection: sqlite3.Connection, detour: dict[str, Any]
) -> None:
    look(connection, 0, "甲")
    seen = []
    for days in (7, 8, 10, 14):
        look(connection, days, None, **detour)
        seen.append(interval(connection))
    assert seen == [1, 2, 4, 8]
    assert connection.execute("SELECT state, due_at FROM pages").fetchone()[0] == "skipped"
    look(connection, 22, "甲")
    assert interval(connection) == 10.5


def test_a_page_that_never_gave_anything_is_not_looked_for_again(connection: sqlite3.Connection) -> None:
    look(connection, 0, None, outcome="not_article", status=200)
    assert connection.execute("SELECT state, due_at FROM pages").fetchone() == ("skipped", None)


def test_the_interval_is_the_same_in_whatever_order_looks_are_stored(tmp_path: Path) -> None:
    looks = [(0.0, "甲"), (1.0, "甲"), (2.0, "乙"), (3.0, "乙")]
    found = set()
    for number, order in enumerate(permutations(looks)):
        with closing(connect_writing(tmp_path / f"{number}.db")) as connection:
            for days, said in order:
                look(connection, days, said)
            found.add(connection.execute("SELECT interval_s, due_at FROM pages").fetchall()[0])
    assert len(found) == 1


def test_what_another_url_of_an_article_shows_counts_for_both_pages(connection: sqlite3.Connection) -> None:
    mobile = "https://m.example.org/somebody/138712345"
    look(connection, 0, "甲")
    look(connection, 2, "乙")
    shown = article(said=("乙", "乙"))
    store_capture(connection, captured(shown, number=1001, at="2026-01-02T03:00:00Z", url=mobile))
    assert interval(connection) == 10.5  # the other page had shown the change before


@given(st.lists(st.booleans(), max_size=3 * LOOKS), st.booleans())
def test_the_newest_looks_alone_decide_where_they_agree(changes: list[bool], last: bool) -> None:
    newest = [*changes, *[last] * (LOOKS - 1)][-(LOOKS - 1) :]
    assert ARTICLES.interval([*changes, *newest]) == (ARTICLES.least if last else ARTICLES.most)


def test_a_page_is_due_a_little_early_so_that_a_daily_run_finds_what_came_late_the_day_before() -> None:
    assert due_after("2026-01-01T05:00:00Z", DAY) == "2026-01-02T03:00:00Z"
    assert due_after("2026-01-01T05:00:00Z", HOUR) == "2026-01-01T05:54:00Z"
    assert due_after("2026-01-01T05:00:00Z", 90 * DAY) == "2026-04-01T03:00:00Z"


def test_a_page_that_is_ingested_is_never_due(connection: sqlite3.Connection) -> None:
    look(connection, 0, "甲", captured_at_source="given")
    assert connection.execute("SELECT interval_s, due_at FROM pages").fetchall() == [(None, None)]
    assert ledger.due(connection, "2030-01-01T00:00:00Z") == 0
