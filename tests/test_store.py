import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import URL, article, captured, entry
from relations import relations

from crawler.extract import urls
from pipelines import ledger
from pipelines.database import connect_writing, transaction
from pipelines.records import Captured
from pipelines.store import rename_urn, store_capture

OTHER = "https://blog.csdn.net/somebody/article/details/2"
DAYS = [f"2024-05-{day:02d}T00:00:00Z" for day in range(1, 29)]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]


def put(connection: sqlite3.Connection, *captures: Captured) -> list[int]:
    ids = []
    for capture in captures:
        with transaction(connection):
            ids.append(store_capture(connection, capture))
    return ids


def ask(connection: sqlite3.Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(sql, values).fetchall()


def test_an_article_comes_back_from_the_views_as_it_was_given(connection: sqlite3.Connection) -> None:
    given = article(read_count=1200, read_count_shown="1.2k", read_count_unit=100, author="某人")
    put(connection, captured(given))
    assert ask(
        connection,
        "SELECT key, url, title, tags, text, markdown, read_count_shown, author, version FROM articles",
    ) == [(given.key, URL, given.title, '["机器学习"]', given.text, given.markdown, "1.2k", "某人", 1)]
    assert ask(
        connection, "SELECT position, model, label, text, markdown, char_count FROM answers ORDER BY 1"
    ) == [
        (1, "wenxin-yiyan", "文心一言", "一个超参数。", "一个超参数。", 6),
        (2, "doubao", "豆包 ", "步长。", "步长。", 3),
    ]
    assert ask(connection, "SELECT site, kind, state, due_at, fetch_count FROM pages") == [
        ("csdn", "article", "stored", "2024-05-18T23:02:01Z", 1)
    ]


def test_slices_count_characters_beyond_the_basic_plane_as_one(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(said=("😀😀数", "𠮷"))))
    assert ask(connection, "SELECT text, markdown FROM answers ORDER BY position") == [
        ("😀😀数", "😀😀数"),
        ("𠮷", "𠮷"),
    ]


def test_the_same_content_again_is_unchanged_and_another_is_a_version(connection: sqlite3.Connection) -> None:
    a, b = article(), article(said=("甲", "乙"))
    put(connection, *(captured(x, number=n, at=DAYS[n]) for n, x in enumerate([a, a, b, a], start=1)))
    assert ask(connection, "SELECT outcome FROM captures ORDER BY captured_at") == [
        ("article",),
        ("unchanged",),
        ("article",),
        ("article",),
    ]
    assert ask(connection, "SELECT version, seen_at FROM article_versions ORDER BY version") == [
        (1, DAYS[1]),
        (2, DAYS[3]),
        (3, DAYS[4]),
    ]
    assert ask(connection, "SELECT version, first_seen_at, last_seen_at FROM articles") == [
        (3, DAYS[1], DAYS[4])
    ]
    assert ask(connection, "SELECT count(*) FROM contents") == [(2,)]
    assert ask(connection, "SELECT version, position, text FROM answer_versions ORDER BY 1, 2")[2:4] == [
        (2, 1, "甲"),
        (2, 2, "乙"),
    ]


def test_an_older_capture_that_comes_late_changes_history_and_not_the_present(
    connection: sqlite3.Connection,
) -> None:
    put(connection, captured(article(author="今"), number=2, at=DAYS[9]))
    put(connection, captured(article(author="昔", said=("旧", "旧")), number=1, at=DAYS[1]))
    assert ask(connection, "SELECT author, version, capture_id FROM articles") == [("今", 2, 1)]


def test_a_capture_without_a_time_stands_before_all_others(connection: sqlite3.Connection) -> None:
    put(
        connection,
        captured(article(), number=1, at=DAYS[1]),
        captured(article(said=("甲", "乙")), number=2, at=None),
    )
    assert ask(connection, "SELECT version, seen_at FROM article_versions ORDER BY 1") == [
        (1, None),
        (2, DAYS[1]),
    ]


def test_storing_a_capture_again_replaces_what_hung_on_it(connection: sqlite3.Connection) -> None:
    sidebar = tuple(entry(n, f"题 {n}", read_count=n, read_count_shown=f"{n} 阅读") for n in range(1, 9))
    first = captured(article(sidebar=sidebar, read_count=5))
    put(connection, first)
    better = article(sidebar=sidebar[:3], read_count=7, said=("更好", "更好"), author="某人")
    put(connection, replace(first, processed=replace(first.processed, article=better)))
    assert ask(connection, "SELECT count(*) FROM captures") == [(1,)]
    assert ask(connection, "SELECT count(*) FROM sidebar_items") == [(3,)]
    assert ask(connection, "SELECT read_count FROM observations") == [(7,)]
    assert ask(connection, "SELECT count(*), max(author) FROM articles") == [(1, "某人")]
    assert ask(connection, "SELECT count(*) FROM contents") == [(1,)]
    assert ask(connection, "SELECT count(*) FROM article_facts") == [(1,)]
    assert ask(connection, "SELECT max(read_count) FROM latest_read_counts") == [(7,)]


def test_a_capture_that_turns_out_to_be_no_article_takes_its_article_along(
    connection: sqlite3.Connection,
) -> None:
    first = captured(article(read_count=5))
    put(connection, first)
    wall = replace(first.processed, article=None, outcome="blocked", error="Blocked", message="a login page")
    put(connection, replace(first, processed=wall))
    for table in ("articles", "contents", "content_answers", "observations", "versions", "latest_counts"):
        assert ask(connection, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert ask(connection, "SELECT state, reason, article_id FROM pages") == [("blocked", "Blocked", None)]
    assert ask(connection, "SELECT error, message FROM failures") == [("Blocked", "a login page")]


def test_the_first_wording_of_a_content_is_kept(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(markdown="# 新"), number=2, at=DAYS[2]))
    put(connection, captured(article(markdown="# 旧"), number=1, at=DAYS[1]))
    assert ask(connection, "SELECT markdown FROM articles") == [("# 旧",)]


def test_what_sqlite_cannot_hold_is_replaced_and_slices_still_fit(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(said=("a\0b\ud800c", "乙"), read_count=2**70, author="\udfff")))
    assert ask(connection, "SELECT text FROM answers ORDER BY position") == [("a\ufffdb\ufffdc",), ("乙",)]
    assert ask(connection, "SELECT read_count, author FROM articles") == [(None, "\ufffd")]


def test_entries_come_back_as_they_were_shown(connection: sqlite3.Connection) -> None:
    shown = [
        (12, "12 阅读", 1, False),
        (3162, "(3,162)", 1, False),
        (3300, "3.3k", 100, False),
        (100000, "10w+", 10000, True),
        (0, "阅读 0", 1, False),
        (None, "阅读 --", None, False),
        (7, None, 1, False),
        (None, None, None, False),
    ]
    names = ("read_count", "read_count_shown", "read_count_unit", "read_count_is_minimum")
    sidebar = tuple(
        entry(n, f"题 {n}", url=f"{URL}{n}", **dict(zip(names, values, strict=True)))
        for n, values in enumerate(shown, start=1)
    )
    put(connection, captured(article(sidebar=sidebar)))
    assert ask(connection, f"SELECT {', '.join(names)} FROM sidebar_items ORDER BY rank") == shown
    assert ask(connection, "SELECT count(*) FROM read_counts") == [(6,)]


def test_times_of_entries_come_back_as_they_were_shown(connection: sqlite3.Connection) -> None:
    times = [
        {"shown_at": DAYS[1], "shown_at_kind": "page", "shown_at_shown": "2024-05-02 08:00:00"},
        {"shown_at": None, "shown_at_kind": None, "shown_at_shown": "昨天"},
        {},
    ]
    put(
        connection,
        captured(article(sidebar=tuple(entry(n, "题", **t) for n, t in enumerate(times, start=1)))),
    )
    assert ask(
        connection, "SELECT shown_at, shown_at_kind, shown_at_shown FROM sidebar_items ORDER BY rank"
    ) == [
        (DAYS[1], "page", "2024-05-02 08:00:00"),
        (None, None, "昨天"),
        (None, None, None),
    ]


def test_two_lists_of_one_name_lose_no_entry(connection: sqlite3.Connection) -> None:
    put(
        connection,
        captured(article(sidebar=(entry(1, "甲"), entry(2, "乙"), entry(1, "丙"), entry(2, "丁")))),
    )
    assert ask(connection, "SELECT rank, title FROM sidebar_items ORDER BY rank") == [
        (1, "甲"),
        (2, "乙"),
        (3, "丙"),
        (4, "丁"),
    ]


@pytest.mark.parametrize("target_first", [True, False])
def test_an_entry_leads_to_its_article_whichever_came_first(
    connection: sqlite3.Connection, target_first: bool
) -> None:
    pair = [
        captured(article(sidebar=(entry(1, "题", url=OTHER),)), number=1),
        captured(article(OTHER), number=2),
    ]
    put(connection, *(reversed(pair) if target_first else pair))
    assert ask(
        connection,
        "SELECT a.url FROM sidebar_items AS s JOIN articles AS a ON a.id = s.target_article_id",
    ) == [(OTHER,)]


def count(number: int, at: str | None, read_count: int, unit: int = 1, **values: Any) -> Captured:
    item = entry(
        1, "题", url=OTHER, read_count=read_count, read_count_shown=str(read_count), read_count_unit=unit
    )
    return captured(article(f"{URL}{number}", sidebar=(item,)), number=number, at=at, **values)


@pytest.mark.parametrize(
    ("captures", "expected"),
    [
        ([count(1, DAYS[1], 10), count(2, DAYS[2], 20)], (DAYS[2], 20)),
        ([count(1, DAYS[2], 10), count(2, DAYS[1], 20)], (DAYS[2], 10)),
        ([count(1, None, 10), count(2, DAYS[1], 5)], (DAYS[1], 5)),
        ([count(1, None, 10), count(2, None, 20)], (None, 20)),
        ([count(1, DAYS[1], 3300, 100), count(2, DAYS[1], 3287)], (DAYS[1], 3287)),
    ],
)
def test_the_latest_count_is_dated_then_newest_then_exact(
    connection: sqlite3.Connection, captures: list[Captured], expected: tuple[str | None, int]
) -> None:
    put(connection, *captures)
    rows = ask(connection, "SELECT observed_at, read_count FROM latest_read_counts WHERE url = ?", OTHER)
    assert rows == [expected]


def test_a_latest_count_that_goes_gives_way_to_the_one_before_it(connection: sqlite3.Connection) -> None:
    newest = count(2, DAYS[2], 20)
    put(connection, count(1, DAYS[1], 10), newest)
    bare = replace(newest.processed, article=article(f"{URL}2"))
    put(connection, replace(newest, processed=bare))
    assert ask(connection, "SELECT read_count FROM latest_read_counts") == [(10,)]


def test_an_entry_without_url_has_a_latest_count_by_its_title(connection: sqlite3.Connection) -> None:
    for number in (1, 2):
        item = entry(1, "题", read_count=number, read_count_shown=str(number), read_count_unit=1)
        put(connection, captured(article(sidebar=(item,)), number=number, at=DAYS[number]))
    assert ask(connection, "SELECT target_key, url, title, read_count, source FROM latest_read_counts") == [
        (None, None, "题", 2, "related")
    ]


def test_a_page_of_its_own_is_among_the_latest_counts(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(read_count=9, read_count_unit=1)))
    assert ask(
        connection, "SELECT target_key, url, read_count, source, seen_on_article_id FROM latest_read_counts"
    ) == [(urls.key(URL), URL, 9, "page", 1)]


def test_an_unknown_capture_time_falls_back_on_the_import_time(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(read_count=9, imported_at=DAYS[3]), at=None))
    assert ask(connection, "SELECT observed_at FROM observations") == [(DAYS[3],)]
    assert ask(connection, "SELECT captured_at, due_at FROM captures JOIN pages") == [(None, None)]


def test_comparisons_hold_the_answers_of_each_question_in_order(connection: sqlite3.Connection) -> None:
    put(connection, captured(article()), captured(article(OTHER, confidence=0.3), number=2))
    (row,) = ask(connection, "SELECT key, question, answers FROM comparisons")
    assert row[:2] == (urls.key(URL), "学习率是什么")
    assert json.loads(row[2]) == [
        {
            "position": 1,
            "model": "wenxin-yiyan",
            "model_version": None,
            "label": "文心一言",
            "text": "一个超参数。",
        },
        {"position": 2, "model": "doubao", "model_version": None, "label": "豆包 ", "text": "步长。"},
    ]
    assert ask(connection, "SELECT article_key, model_a, model_b, text_a, text_b FROM answer_pairs") == [
        (urls.key(URL), "doubao", "wenxin-yiyan", "步长。", "一个超参数。")
    ]
    assert ask(
        connection, "SELECT question, articles, days, models, first_date, last_date FROM questions"
    ) == [("学习率是什么", 1, 1, 2, "2024-05-11", "2024-05-11")]


def test_labels_that_name_no_model_are_counted(connection: sqlite3.Connection) -> None:
    labels = (("新模型", None), ("豆包", "doubao"))
    put(connection, captured(article(labels=labels)), captured(article(OTHER, labels=labels), number=2))
    assert ask(connection, "SELECT * FROM unknown_labels") == [("新模型", 2, urls.key(URL))]


URN = urls.urn(b"saved")


def test_a_saved_page_takes_its_url_and_keeps_its_ids(connection: sqlite3.Connection) -> None:
    put(connection, captured(article(URN, read_count=5), at=None))
    put(connection, captured(article(OTHER, sidebar=(entry(1, "题", url=URL),)), number=2))
    with transaction(connection):
        rename_urn(connection, URN, URL + "?spm=1001")
    assert ask(connection, "SELECT id, key, url FROM articles WHERE id = 1") == [(1, urls.key(URL), URL)]
    assert ask(connection, "SELECT url FROM pages ORDER BY id") == [(URL,), (OTHER,)]
    assert ask(connection, "SELECT url FROM captures WHERE id = 1") == [(URL,)]
    assert ask(connection, "SELECT target_article_id FROM sidebar_items") == [(1,)]
    assert ask(connection, "SELECT target_key FROM latest_read_counts") == [(urls.key(URL),)]


@pytest.mark.parametrize("urn_first", [True, False])
def test_a_saved_page_joins_the_article_that_has_its_key(
    tmp_path: Path, connection: sqlite3.Connection, urn_first: bool
) -> None:
    known = [
        captured(article(read_count=9, read_count_unit=1), number=2, at=DAYS[2]),
        captured(article(said=("甲", "乙")), number=3, at=DAYS[3]),
    ]
    saved = captured(article(URN, read_count=5, markdown="# 旧"), at=None)
    put(connection, *([saved, *known] if urn_first else [*known, saved]))
    with transaction(connection):
        rename_urn(connection, URN, URL)
    with closing(connect_writing(tmp_path / "expected.db")) as expected:
        put(expected, captured(article(read_count=5, markdown="# 旧"), at=None), *known)
        assert relations(connection) == relations(expected)
    assert ask(connection, "SELECT outcome FROM captures ORDER BY capture_order") == [
        ("article",),
        ("unchanged",),
        ("article",),
    ]


def test_naming_what_is_not_there_changes_nothing(connection: sqlite3.Connection) -> None:
    put(connection, captured(article()))
    before = relations(connection)
    with transaction(connection):
        rename_urn(connection, URN, OTHER)
    assert relations(connection) == before


def test_pages_that_a_page_leads_to_become_due_unless_they_were_captured(
    connection: sqlite3.Connection,
) -> None:
    put(connection, captured(article(OTHER), number=1, at=DAYS[1]))
    put(connection, captured(article(), number=2, at=DAYS[2], follow=(OTHER, URL + "9")))
    assert ask(connection, "SELECT url, state, due_at, depth FROM pages ORDER BY id") == [
        (OTHER, "stored", ledger.due_after(DAYS[1], 7 * 86400), 1),
        (URL, "stored", ledger.due_after(DAYS[2], 7 * 86400), 0),
        (URL + "9", "pending", DAYS[2], 1),
    ]


_ENTRIES = st.lists(
    st.builds(
        lambda title, has_url, n, unit, kind: entry(
            1,
            title,
            list=kind,
            url=URL + title if has_url else None,
            read_count=n,
            read_count_shown=str(n),
            read_count_unit=unit,
        ),
        st.sampled_from("123"),
        st.booleans(),
        st.integers(0, 3),
        st.sampled_from([1, 100]),
        st.sampled_from(["related", "popular"]),
    ),
    max_size=3,
).map(tuple)
_ARTICLES = st.builds(
    lambda page, said, author, n, markdown, sidebar: article(
        page,
        said=(said, "乙"),
        author=author,
        read_count=n,
        read_count_unit=1,
        markdown=markdown,
        sidebar=sidebar,
    ),
    st.sampled_from([URL + "1", URL + "2", OTHER]),
    st.sampled_from("甲乙"),
    st.sampled_from([None, "某人"]),
    st.one_of(st.none(), st.integers(0, 3)),
    st.sampled_from(["# 一", "# 二"]),
    _ENTRIES,
)
_OUTCOMES = st.sampled_from(["failed", "gone", "blocked", "source", "redirect", "not_article"])


@st.composite
def _captures(draw: st.DrawFn) -> list[Captured]:
    captures = []
    for number in range(1, draw(st.integers(2, 6)) + 1):
        at = draw(st.one_of(st.none(), st.sampled_from(DAYS[:3])))
        given_article = draw(st.one_of(_ARTICLES, _ARTICLES, st.none()))
        values: dict[str, Any] = {} if given_article else {"outcome": draw(_OUTCOMES), "url": URL + "1"}
        captures.append(captured(given_article, number=number, at=at, **values))
    return captures


@settings(max_examples=60, deadline=None)
@given(captures=_captures(), data=st.data())
def test_the_order_of_storing_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, captures: list[Captured], data: st.DataObject
) -> None:
    found = []
    again = data.draw(st.lists(st.sampled_from(captures), max_size=2))
    for order in (captures, [*data.draw(st.permutations(captures)), *again]):
        path = tmp_path_factory.mktemp("order") / "archive.db"
        with closing(connect_writing(path)) as connection:
            put(connection, *order)
            found.append(relations(connection))
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            orphans = "SELECT count(*) FROM contents WHERE id NOT IN (SELECT content_id FROM captures)"
            assert connection.execute(orphans).fetchone() == (0,)
    for name, rows in found[0].items():
        assert rows == found[1][name], name
