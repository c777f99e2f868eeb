"""A page counts as gone after repeated evidence over days, and its last good copy stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from making import URL, article, captured

from pipelines.database import connect_writing
from pipelines.store import store_capture

FIRST = datetime(2026, 1, 1, 3, 0, 0)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection


def at(days: float) -> str:
    return f"{FIRST + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def look(connection: sqlite3.Connection, days: float, outcome: str = "gone", **values: Any) -> None:
    """Store what a fetch so many days after the first found."""
    number = round(days * 1000) + 1
    if outcome == "article":
        store_capture(connection, captured(article(), number=number, at=at(days), **values))
    else:
        found = {"outcome": outcome, "status": 404, "error": "HttpStatus", "message": "404"} | values
        store_capture(connection, captured(number=number, at=at(days), **found))


def due_in(connection: sqlite3.Connection) -> float | None:
    """In how many days the page is looked for again."""
    (seconds,) = connection.execute("SELECT interval_s FROM pages WHERE url = ?", (URL,)).fetchone()
    return seconds and seconds / 86400


def gone_at(connection: sqlite3.Connection) -> str | None:
    (value,) = connection.execute("SELECT gone_at FROM articles").fetchone()
    return value


def test_a_page_is_gone_once_four_looks_over_six_days_have_not_found_it(
    connection: sqlite3.Connection,
) -> None:
    look(connection, 0, "article")
    seen = []
    for days in (7, 8, 10, 14):
        look(connection, days)
        seen.append((gone_at(connection), due_in(connection)))
    assert seen == [(None, 1), (None, 2), (None, 4), (at(7), 90)]
    assert connection.execute("SELECT state FROM pages").fetchall() == [("gone",)]


def test_what_vanished_is_told_with_the_evidence_and_its_last_good_copy_stays(
    connection: sqlite3.Connection,
) -> None:
    look(connection, 0, "article")
    for days in (7, 8, 10, 14):
        look(connection, days)
    (row,) = connection.execute("SELECT key, title, last_good_at, gone_at, evidence FROM vanished").fetchall()
    assert row[:4] == ("csdn:138712345", article().title, at(0), at(7))
    looks = json.loads(row[4])
    assert [(each["at"], each["status"], each["reason"]) for each in looks] == [
        (at(days), 404, "HttpStatus") for days in (7, 8, 10, 14)
    ]
    assert connection.execute("SELECT text FROM articles").fetchone()[0] == article().text


def test_many_looks_within_a_day_are_no_more_than_one(connection: sqlite3.Connection) -> None:
    look(connection, 0, "article")
    for hour in range(10):
        look(connection, 7 + hour / 24)
    assert gone_at(connection) is None
    assert due_in(connection) == 4


@pytest.mark.parametrize("outcome", ["blocked", "failed", "robots"])
def test_walls_and_outages_say_nothing_of_a_page(connection: sqlite3.Connection, outcome: str) -> None:
    look(connection, 0, "article")
    for days in range(7, 37):
        look(connection, days, outcome, status=503)
    assert gone_at(connection) is None
    assert connection.execute("SELECT count(*) FROM vanished").fetchone() == (0,)


def test_a_wall_between_the_looks_takes_nothing_from_the_evidence(connection: sqlite3.Connection) -> None:
    look(connection, 0, "article")
    for days in (7, 8, 14):
        look(connection, days)
    look(connection, 10, "blocked")
    look(connection, 15)
    assert gone_at(connection) == at(7)


def test_a_page_that_comes_back_is_not_gone_and_begins_anew(connection: sqlite3.Connection) -> None:
    look(connection, 0, "article")
    for days in (7, 8, 10, 14):
        look(connection, days)
    look(connection, 104, "article")
    assert gone_at(connection) is None
    look(connection, 110)
    assert (gone_at(connection), due_in(connection)) == (None, 1)


def test_what_was_never_there_is_not_looked_for_for_ever(connection: sqlite3.Connection) -> None:
    for days in (0, 1, 3, 7):
        look(connection, days)
    assert due_in(connection) is None
    assert connection.execute("SELECT count(*) FROM vanished").fetchone() == (0,)


def others(connection: sqlite3.Connection, days: float, outcome: str) -> None:
    """Store what a fetch of three other pages of the host found."""
    for other in range(1, 4):
        found = article(URL + f"0{other}", said=(f"答{other}", "乙")) if outcome == "article" else None
        values = {} if found else {"outcome": "gone", "status": 404, "error": "HttpStatus", "message": "404"}
        number = 100_000 * other + round(days * 1000)
        url = {} if found else {"url": URL + f"0{other}"}
        store_capture(connection, captured(found, number=number, at=at(days), **url, **values))


def test_a_host_at_which_nothing_is_there_is_away_until_a_month_has_passed(
    connection: sqlite3.Connection,
) -> None:
    look(connection, 0, "article")
    others(connection, 0, "article")
    seen = []
    for days in (7, 8, 10, 14, 22, 30, 38):
        others(connection, days, "gone")
        look(connection, days)
        seen.append((gone_at_of_first(connection), due_in(connection)))
    assert seen == [(None, 1), (None, 2), (None, 4), *[(None, 8)] * 3, (at(7), 90)]


def test_a_page_that_is_not_there_while_others_are_is_gone(connection: sqlite3.Connection) -> None:
    look(connection, 0, "article")
    others(connection, 0, "article")
    for days in (7, 8, 10, 14, 22):
        look(connection, days)
        if days == 14:
            assert gone_at_of_first(connection) is None  # nothing else was looked at meanwhile
            others(connection, 15, "article")
    assert gone_at_of_first(connection) == at(7)


def gone_at_of_first(connection: sqlite3.Connection) -> str | None:
    (value,) = connection.execute("SELECT gone_at FROM articles WHERE url = ?", (URL,)).fetchone()
    return value


def test_the_verdict_is_the_same_in_whatever_order_looks_are_stored(tmp_path: Path) -> None:
    looks = [(0, "article"), (7, "gone"), (8, "gone"), (10, "gone"), (14, "gone")]
    found = set()
    for number, order in enumerate(permutations(looks)):
        with closing(connect_writing(tmp_path / f"{number}.db")) as connection:
            for days, outcome in order:
                look(connection, days, outcome)
            found.add((gone_at(connection), due_in(connection)))
    assert found == {(at(7), 90.0)}
