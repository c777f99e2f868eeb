"""Copies of one article are clustered under the earliest, whichever came first."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import mirrors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import article, captured
from relations import relations

from crawler.extract import urls
from crawler.extract.items import Article
from pipelines.database import connect_writing, transaction
from pipelines.records import Captured
from pipelines.store import rename_urn, store_capture

TITLE = "深度学习中的学习率应当怎样选择"
TEXT = mirrors.text(1)
ORIGINAL = "https://blog.csdn.net/somebody/article/details/1"
FIRST = "https://first.example/1.html"
SECOND = "https://second.example/kf/2.html"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        left = "SELECT count(*) FROM fingerprint_bands WHERE article_id NOT IN (SELECT id FROM article_rows)"
        assert connection.execute(left).fetchone() == (0,)


def page(url: str, text: str = TEXT, *, title: str = TITLE, **values: Any) -> Article:
    made = article(url, title=title, labels=(), said=(), **values)
    return replace(made, text=text, markdown=text)


def put(connection: sqlite3.Connection, *articles: Article, start: int = 1) -> None:
    for number, made in enumerate(articles, start=start):
        with transaction(connection):
            store_capture(connection, captured(made, number=number, at=f"2024-06-{number:02d}T00:00:00Z"))


def duplicates(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT * FROM duplicates ORDER BY cluster, seen_at, key").fetchall()


@pytest.mark.parametrize("backwards", [False, True])
def test_copies_are_clustered_under_the_one_that_was_published_first(
    connection: sqlite3.Connection, backwards: bool
) -> None:
    pages = [
        page(
            FIRST, mirrors.framed(mirrors.traditional(TEXT)), title=mirrors.traditional(TITLE), site="mirror"
        ),
        page(ORIGINAL, published_at="2024-05-11T01:00:00Z"),
        page(SECOND, mirrors.requoted(TEXT), imported_at="2024-05-12T01:02:01Z", site="aggregator"),
        page("https://third.example/3", mirrors.text(2)),
    ]
    put(connection, *(reversed(pages) if backwards else pages))
    found = duplicates(connection)
    assert [row[:3] for row in found] == [
        ("csdn:1", "csdn:1", "csdn"),
        ("csdn:1", urls.key(SECOND), "aggregator"),
        ("csdn:1", urls.key(FIRST), "mirror"),
    ]
    assert [row[3] for row in found][:2] == ["2024-05-11T01:00:00Z", "2024-05-12T01:02:01Z"]
    assert [row[4] for row in found] == [1.0, 1.0, pytest.approx(1, abs=0.01)]
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (4,)


def test_the_licence_of_the_earliest_can_be_asked_for(connection: sqlite3.Connection) -> None:
    put(connection, page(ORIGINAL, published_date="2024-05-11", licence="CC BY-SA 4.0"), page(FIRST))
    rows = connection.execute(
        "SELECT d.key, o.licence FROM duplicates AS d JOIN articles AS o ON o.key = d.cluster"
        " WHERE d.key <> d.cluster"
    ).fetchall()
    assert rows == [(urls.key(FIRST), "CC BY-SA 4.0")]


def test_an_earlier_date_that_comes_to_light_names_another(connection: sqlite3.Connection) -> None:
    put(connection, page(ORIGINAL), page(FIRST))
    assert duplicates(connection)[0][0] == "csdn:1"
    put(connection, page(FIRST, published_at="2020-01-01T00:00:00Z"), start=3)
    assert [row[0] for row in duplicates(connection)] == [urls.key(FIRST)] * 2


def test_a_cluster_falls_apart_when_what_held_it_together_changes(connection: sqlite3.Connection) -> None:
    between = mirrors.lossy(TEXT)
    put(connection, page(ORIGINAL), page(FIRST, between), page(SECOND, mirrors.spun(between)))
    assert len(duplicates(connection)) == 3
    put(connection, page(ORIGINAL, mirrors.text(7)), start=4)
    assert sorted(row[1] for row in duplicates(connection)) == sorted([urls.key(FIRST), urls.key(SECOND)])
    put(connection, page(SECOND, mirrors.text(8)), start=5)
    assert duplicates(connection) == []


def test_an_article_that_turns_out_to_be_none_leaves_its_cluster(connection: sqlite3.Connection) -> None:
    put(connection, page(ORIGINAL), page(FIRST))
    with transaction(connection):
        store_capture(connection, captured(number=1, url=ORIGINAL))
    assert duplicates(connection) == []


def test_pages_of_one_host_that_share_a_frame_are_no_copies(connection: sqlite3.Connection) -> None:
    frame = mirrors.text(3, 500)
    put(
        connection,
        *(
            page(f"{FIRST}?a={n}", frame + mirrors.text(n, 40), title=f"第{n}个题目的解法")
            for n in range(10, 16)
        ),
    )
    assert duplicates(connection) == []


def test_short_articles_are_nobodys_copies(connection: sqlite3.Connection) -> None:
    put(
        connection,
        page(ORIGINAL, "内容已被作者删除，请查看其他文章。"),
        page(FIRST, "内容已被作者删除，请查看其他文章。"),
    )
    assert duplicates(connection) == []


_URN = urls.urn(b"saved")
_TEXTS = [
    TEXT,
    mirrors.traditional(TEXT),
    mirrors.framed(TEXT),
    mirrors.lossy(TEXT),
    mirrors.spun(mirrors.lossy(TEXT)),
    TEXT[: len(TEXT) // 3],
    mirrors.text(2),
    mirrors.spun(mirrors.text(2)),
    "短文。",
]
_PAGES = st.builds(
    lambda url, text, title, values: page(url, text, title=title, **values),
    st.sampled_from([ORIGINAL, FIRST, FIRST + "?b=2", SECOND, "https://third.example/3", _URN]),
    st.sampled_from(_TEXTS),
    st.sampled_from(
        [TITLE, mirrors.traditional(TITLE), "别的题目", "2024-05-11 问AI:学习率", "2024-05-12 问AI:学习率"]
    ),
    st.sampled_from(
        [
            {},
            {"published_at": "2024-05-02T00:00:00Z"},
            {"published_date": "2024-05-02"},
            {"imported_at": "2024-05-01T00:00:00Z"},
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(pages=st.lists(_PAGES, min_size=2, max_size=7), data=st.data())
def test_clusters_do_not_depend_on_the_order_in_which_pages_came(
    tmp_path_factory: pytest.TempPathFactory, pages: list[Article], data: st.DataObject
) -> None:
    captures = [
        captured(made, number=number, at=f"2024-06-{number:02d}T00:00:00Z")
        for number, made in enumerate(pages, 1)
    ]
    again = data.draw(st.lists(st.sampled_from(captures), max_size=2))
    first_as_saved = [as_if_named(capture) for capture in captures]
    orders = (captures, [*data.draw(st.permutations(captures)), *again], first_as_saved)
    found = []
    for order in orders:
        path = tmp_path_factory.mktemp("order") / "archive.db"
        with closing(connect_writing(path)) as connection:
            for capture in order:
                with transaction(connection):
                    store_capture(connection, capture)
            with transaction(connection):
                rename_urn(connection, _URN, SECOND)
            found.append(relations(connection))
    assert found[0]["duplicates"] == found[1]["duplicates"] == found[2]["duplicates"]
    assert found[0] == found[1] == found[2]


def as_if_named(capture: Captured) -> Captured:
    """The same capture had the saved page had its URL from the start."""
    made = capture.processed.article
    if made is None or made.url != _URN:
        return capture
    named = replace(made, url=SECOND, key=urls.key(SECOND))
    return replace(capture, processed=replace(capture.processed, url=SECOND, article=named))
