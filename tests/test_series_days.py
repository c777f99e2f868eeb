"""Dated series: which of their days are captured, seen in a list, or missing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import captured
from series_pages import ELSEWHERE, HERE, asked, plain, put

from crawler.extract import urls
from crawler.extract.answers.questions import read_title
from pipelines.database import connect_writing, transaction
from pipelines.store import forget_capture


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def days(connection: sqlite3.Connection) -> list[tuple[str, str, str | None]]:
    rows = connection.execute("SELECT day, state, key FROM series_days ORDER BY day, state, key")
    return [(day[5:], state, key) for day, state, key in rows]


def test_every_day_from_the_first_to_the_last_is_captured_seen_or_missing(
    connection: sqlite3.Connection,
) -> None:
    listed = (
        ("2024-05-12 问AI:微调是什么", HERE.format(2)),
        ("2024-05-15 AI: 深度学习什么", None),
        ("2024-05-09 AI:学习率什么", None),
    )
    put(connection, captured(asked("2024-05-10", HERE.format(1), *listed)))
    assert days(connection) == [
        ("05-09", "seen", None),
        ("05-10", "captured", urls.key(HERE.format(1))),
        ("05-11", "missing", None),
        ("05-12", "seen", urls.key(HERE.format(2))),
        ("05-13", "missing", None),
        ("05-14", "missing", None),
        ("05-15", "seen", None),
    ]
    models = connection.execute("SELECT DISTINCT state, models FROM series_days ORDER BY state").fetchall()
    assert models == [("captured", '["wenxin-yiyan","doubao"]'), ("missing", None), ("seen", None)]


def test_what_no_list_names_any_more_is_no_day_of_a_series(connection: sqlite3.Connection) -> None:
    put(connection, captured(asked("2024-05-10", HERE.format(1)), number=1))
    lists = captured(
        asked("2024-05-11", HERE.format(2), ("2024-05-13 问AI:微调是什么", HERE.format(3))), number=2
    )
    put(connection, lists)
    assert ("05-13", "seen", urls.key(HERE.format(3))) in days(connection)
    with transaction(connection):
        forget_capture(connection, lists.reference.record_id)
    assert days(connection) == [("05-10", "captured", urls.key(HERE.format(1)))]


def test_mirrors_are_rows_of_one_series_that_their_keys_tell_apart(connection: sqlite3.Connection) -> None:
    put(
        connection,
        captured(asked("2024-05-10", HERE.format(1)), number=1),
        captured(asked("2024-05-10", ELSEWHERE.format(1)), number=2),
    )
    found = sorted(urls.key(url.format(1)) for url in (HERE, ELSEWHERE))
    assert days(connection) == [("05-10", "captured", key) for key in found]


@pytest.mark.parametrize("url", [None, ELSEWHERE.format(7)])
def test_an_entry_that_lost_characters_counts_as_captured_where_its_article_is(
    connection: sqlite3.Connection, url: str | None
) -> None:
    listed = ("2024-05-10 AI:学习率什么", url)
    put(connection, captured(asked("2024-05-10", HERE.format(1), listed)))
    assert days(connection) == [("05-10", "captured", urls.key(HERE.format(1)))]


def test_between_equal_articles_an_entry_is_of_a_day_that_is_captured(connection: sqlite3.Connection) -> None:
    put(
        connection,
        captured(asked("2024-05-10", ELSEWHERE.format(1)), number=1),
        captured(asked("2024-05-10", ELSEWHERE.format(2)), number=2),
        captured(plain(HERE.format(3), ("2024-05-10 AI:学习率什么", None)), number=3),
    )
    assert [state for _, state, _ in days(connection)] == ["captured", "captured"]


def test_an_article_whose_own_title_lost_its_day_is_of_the_day_that_lists_give_it(
    connection: sqlite3.Connection,
) -> None:
    put(
        connection,
        captured(plain(HERE.format(1), ("2024-05-10 问AI:学习率", HERE.format(2))), number=1),
        captured(plain(HERE.format(2)), number=2),
    )
    assert days(connection) == [("05-10", "captured", urls.key(HERE.format(2)))]


@pytest.mark.parametrize(
    ("title", "is_of_it"),
    [
        ("2024-05-12 问AI:微调", True),
        ("2024年5月12日 問AI 微調", True),
        ("【2024-05-12】问AI微调", True),
        ("2024-05-12 AI:微调", True),
        ("2024-05-12 ai ：微调", True),
        ("2024-05-12 AI微调", False),
        ("2024-05-12 AI 绘画", False),
        ("2024-05-12 A:微调", False),
        ("2024-05-12 微调AI:怎么做", False),
        ("05-12 问AI:微调", False),
        ("问AI:微调 2024-05-12", False),
        ("1024-05-12 问AI:微调", False),
        ("9999-12-31 问AI:微调", False),
    ],
)
def test_an_entry_is_of_the_series_by_its_leading_day_and_what_is_left_of_the_mark(
    connection: sqlite3.Connection, title: str, is_of_it: bool
) -> None:
    put(connection, captured(plain(HERE.format(1), (title, None))))
    assert [day for day, _, _ in days(connection)] == (["05-12"] if is_of_it else [])


def test_entries_are_of_the_series_that_titles_name(connection: sqlite3.Connection) -> None:
    title = "2024-05-12 问AI:微调"
    put(connection, captured(plain(HERE.format(1), (title, None))))
    (found,) = connection.execute("SELECT DISTINCT series FROM series_days").fetchall()
    assert found == (read_title(title).series,)


_DAYS = [date(2024, 2, 27) + timedelta(days=number) for number in range(6)]
_ENTRY = st.tuples(st.sampled_from(_DAYS), st.sampled_from(["甲乙丙丁", "子丑寅卯"]), st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(
    stored=st.lists(st.tuples(st.sampled_from(_DAYS), st.sampled_from([HERE, ELSEWHERE])), max_size=4),
    listed=st.lists(_ENTRY, max_size=5),
)
def test_the_days_of_a_series_have_neither_gaps_nor_doubles(
    tmp_path_factory: pytest.TempPathFactory,
    stored: list[tuple[date, str]],
    listed: list[tuple[date, str, int]],
) -> None:
    captures = [
        captured(asked(f"{day}", host.format(number), about="学习率"), number=number)
        for number, (day, host) in enumerate(stored, start=10)
    ]
    titles = [(f"{day} 问AI:{about}", HERE.format(at) if at else None) for day, about, at in listed]
    captures.append(captured(plain(HERE.format(9), *titles), number=9))
    with closing(connect_writing(tmp_path_factory.mktemp("days") / "archive.db")) as connection:
        put(connection, *captures)
        found = connection.execute("SELECT day, state, key FROM series_days").fetchall()
    expected = {
        (f"{day}", "captured", urls.key(host.format(n))) for n, (day, host) in enumerate(stored, start=10)
    }
    for day in {day for day, _, _ in listed}:
        keys = {urls.key(HERE.format(at)) for other, _, at in listed if other == day and at}
        expected |= {(f"{day}", "seen", key) for key in keys or {None}}
    known = sorted({day for day, _, _ in expected})
    if known:
        first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
        span = {f"{first + timedelta(days=number)}" for number in range((last - first).days + 1)}
        expected |= {(day, "missing", None) for day in span - set(known)}
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_models_of_a_day_are_json(connection: sqlite3.Connection) -> None:
    put(
        connection, captured(asked("2024-05-10", HERE.format(1), labels=(("某某", None), ("豆包", "doubao"))))
    )
    ((models,),) = connection.execute("SELECT models FROM series_days").fetchall()
    assert json.loads(models) == ["doubao"]
