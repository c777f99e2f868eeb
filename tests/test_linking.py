"""List entries are tied to the articles they name, whichever came first."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import article, captured, entry
from relations import relations

from crawler.extract import urls
from crawler.extract.items import Article
from pipelines.database import connect_writing, transaction
from pipelines.records import Captured
from pipelines.store import rename_urn, store_capture

HERE = "https://aggregator.example/kf/1.html"
SAME_HOST = "https://aggregator.example/kf/2.html"
ELSEWHERE = "https://mirror.example/107720.html"
WHOLE = "2024-04-04 问AI: 在深度学习中,微调是什么?"
LOSSY = "2024-04-04 AI: 深度学习,微调什么"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def put(connection: sqlite3.Connection, *captures: Captured) -> None:
    for capture in captures:
        with transaction(connection):
            store_capture(connection, capture)


def pages(*articles: Article) -> list[Captured]:
    return [captured(made, number=number) for number, made in enumerate(articles, start=1)]


def listing(*titles: str, url: str = HERE, **values: Any) -> Article:
    entries = tuple(entry(rank, title, **values) for rank, title in enumerate(titles, start=1))
    return article(url, title="今天的列表", sidebar=entries)


def ties(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Target's URL, rule, score, and rivals with their scores, of each entry."""
    rows = connection.execute(
        "SELECT a.url, s.target_rule, s.target_score, s.target_rivals FROM sidebar_items AS s"
        " LEFT JOIN articles AS a ON a.id = s.target_article_id ORDER BY s.rank"
    )
    found = []
    for url, rule, score, rivals in rows:
        found.append((url, rule, score, [(rival["key"], rival["score"]) for rival in json.loads(rivals)]))
    return found


@pytest.mark.parametrize("backwards", [False, True])
def test_a_lossy_title_leads_to_the_article_of_its_day(
    connection: sqlite3.Connection, backwards: bool
) -> None:
    captures = pages(
        listing(LOSSY, "2024-04-05 AI: 深度学习,微调什么", "深度学习,微调什么"),
        article(ELSEWHERE, title=WHOLE),
    )
    put(connection, *(reversed(captures) if backwards else captures))
    assert ties(connection) == [
        (ELSEWHERE, "title", 0.7143, []),
        (None, None, None, []),
        (None, None, None, []),
    ]


def test_the_first_entry_of_the_aggregator_is_the_page_itself(connection: sqlite3.Connection) -> None:
    shown = entry(1, LOSSY, read_count=12, read_count_shown="12 阅读", read_count_unit=1)
    put(connection, *pages(article(ELSEWHERE, title=WHOLE), article(HERE, title=WHOLE, sidebar=(shown,))))
    assert ties(connection) == [(HERE, "title", 0.7143, [(urls.key(ELSEWHERE), 0.7143)])]
    rows = connection.execute(
        "SELECT a.url, r.read_count FROM read_counts AS r JOIN articles AS a ON a.id = r.article_id"
    ).fetchall()
    assert rows == [(HERE, 12)]


def test_a_url_ties_before_a_title_does(connection: sqlite3.Connection) -> None:
    csdn = "https://blog.csdn.net/somebody/article/details/2"
    put(
        connection,
        *pages(
            article(HERE, title="今天", sidebar=(entry(1, LOSSY, url=SAME_HOST), entry(2, LOSSY, url=csdn))),
            article(ELSEWHERE, title=WHOLE),
        ),
    )
    assert [row[:3] for row in ties(connection)] == [(ELSEWHERE, "title", 0.7143)] * 2
    put(connection, captured(article(SAME_HOST, title="另一个"), number=3), captured(article(csdn), number=4))
    assert ties(connection) == [(SAME_HOST, "url", 1.0, []), (csdn, "site_id", 1.0, [])]


def test_a_count_beside_another_url_is_none_of_the_article_that_the_title_names(
    connection: sqlite3.Connection,
) -> None:
    shown = entry(1, LOSSY, url=SAME_HOST, read_count=12, read_count_shown="12 阅读", read_count_unit=1)
    put(
        connection,
        *pages(article(HERE, title="今天", sidebar=(shown,)), article(ELSEWHERE, title=WHOLE)),
    )
    rows = connection.execute("SELECT article_id, target_key, read_count, source FROM read_counts").fetchall()
    assert rows == [(None, urls.key(SAME_HOST), 12, "related")]


def test_between_equal_articles_there_is_no_target_and_both_are_named(connection: sqlite3.Connection) -> None:
    third = "https://third.example/1"
    made = [listing(LOSSY), article(ELSEWHERE, title=WHOLE), article(third, title=WHOLE)]
    put(connection, *pages(*made))
    named = sorted((urls.key(url), 0.7143) for url in (ELSEWHERE, third))
    assert ties(connection) == [(None, "title", 0.7143, named)]
    put(connection, captured(article(third, title="不是这一篇"), number=3, at="2024-06-01T00:00:00Z"))
    assert ties(connection) == [(ELSEWHERE, "title", 0.7143, [])]


def test_the_title_that_is_shown_most_of_wins(connection: sqlite3.Connection) -> None:
    longer = "2024-04-04 问AI: 在深度学习中,微调和预训练分别是什么?"
    put(
        connection,
        *pages(listing(LOSSY), article(SAME_HOST, title=longer), article(HERE + "?a=3", title=WHOLE)),
    )
    ((url, rule, score, rivals),) = ties(connection)
    assert (url, rule, score) == (HERE + "?a=3", "title", 0.7143)
    assert rivals == [(urls.key(SAME_HOST), 0.5)]


def test_an_article_that_turns_out_to_be_none_is_no_target(connection: sqlite3.Connection) -> None:
    put(connection, *pages(listing(LOSSY), article(SAME_HOST, title=WHOLE), article(ELSEWHERE, title=WHOLE)))
    assert ties(connection)[0][0] == SAME_HOST
    put(connection, captured(number=2, url=SAME_HOST))
    assert ties(connection) == [(ELSEWHERE, "title", 0.7143, [])]


_TITLES = st.sampled_from([WHOLE, LOSSY, "2024-04-04 问AI: 微调是什么", "2024-04-05 问AI: 微调", "别的"])
_URLS = [HERE, SAME_HOST, ELSEWHERE]
_URN = urls.urn(b"saved")
_MADE = st.builds(
    lambda url, title, shown: article(
        url,
        title=title,
        sidebar=tuple(
            entry(rank, name, url=target, read_count=rank, read_count_shown=str(rank), read_count_unit=1)
            for rank, (name, target) in enumerate(shown, start=1)
        ),
    ),
    st.sampled_from([*_URLS, _URN]),
    _TITLES,
    st.lists(st.tuples(_TITLES, st.sampled_from([None, None, *_URLS])), max_size=3),
)


def _taken(made: Article, url: str, number: int) -> Captured:
    """Return a capture of what was made under `url`: a saved page is one that somebody gave."""
    return captured(
        article(url, title=made.title, sidebar=made.sidebar),
        number=number,
        at=f"2024-06-{number:02d}T00:00:00Z",
        captured_at_source="given" if made.url == _URN else "fetch",
    )


@settings(max_examples=80, deadline=None)
@given(made=st.lists(_MADE, min_size=2, max_size=6), data=st.data())
def test_ties_do_not_depend_on_the_order_in_which_pages_came(
    tmp_path_factory: pytest.TempPathFactory, made: list[Article], data: st.DataObject
) -> None:
    captures = [_taken(one, one.url, number) for number, one in enumerate(made, start=1)]
    again = data.draw(st.lists(st.sampled_from(captures), max_size=2))
    found = []
    for order in (captures, [*data.draw(st.permutations(captures)), *again]):
        path = tmp_path_factory.mktemp("order") / "archive.db"
        with closing(connect_writing(path)) as connection:
            put(connection, *order)
            with transaction(connection):
                rename_urn(connection, _URN, SAME_HOST)
            found.append(relations(connection))
    assert found[0] == found[1]


@settings(max_examples=40, deadline=None)
@given(made=st.lists(_MADE, min_size=1, max_size=5))
def test_a_page_that_got_its_url_later_is_tied_as_if_it_had_it_from_the_start(
    tmp_path_factory: pytest.TempPathFactory, made: list[Article]
) -> None:
    found = []
    for early in (True, False):
        path = tmp_path_factory.mktemp("urn") / "archive.db"
        with closing(connect_writing(path)) as connection:
            for number, one in enumerate(made, start=1):
                url = SAME_HOST if early and one.url == _URN else one.url
                put(connection, _taken(one, url, number))
            if not early:
                with transaction(connection):
                    rename_urn(connection, _URN, SAME_HOST)
            found.append(relations(connection))
    assert found[0] == found[1]
