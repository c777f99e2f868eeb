"""Days of a series that lists name and nobody captured: which pages become due for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Reply, Site, serve
from making import captured, entry
from relations import relations
from series_pages import ELSEWHERE, HERE, asked, plain, put

from crawler.extract import urls
from crawler.extract.items import Article
from pipelines import ledger, runs
from pipelines.database import connect_writing, transaction
from pipelines.records import Captured
from pipelines.store import forget_capture, rename_urn

AT = "2024-06-{:02d}T00:00:00Z"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def due(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """What waits for a series, and since when."""
    return connection.execute(
        "SELECT url, due_at FROM pages WHERE state = 'pending' AND reason = 'series' ORDER BY url"
    ).fetchall()


MISSING = ("2024-05-12 问AI:微调是什么", HERE.format(2))
UNKNOWN = entry(1, MISSING[0], url=MISSING[1], list="other")


@pytest.mark.parametrize("backwards", [False, True])
def test_a_missing_day_that_a_page_of_the_host_names_is_due_since_then(
    connection: sqlite3.Connection, backwards: bool
) -> None:
    captures = [
        captured(plain(HERE.format(3), MISSING), number=1, at=AT.format(1)),
        captured(asked("2024-05-10", HERE.format(1)), number=2, at=AT.format(2)),
        captured(plain(HERE.format(3), MISSING), number=3, at=AT.format(3)),
    ]
    put(connection, *(reversed(captures) if backwards else captures))
    assert due(connection) == [(HERE.format(2), AT.format(1))]
    (found_on,) = connection.execute(
        "SELECT o.url FROM pages AS p JOIN pages AS o ON o.id = p.discovered_from WHERE p.url = ?",
        (HERE.format(2),),
    ).fetchone()
    assert found_on == HERE.format(3)


@pytest.mark.parametrize(
    "captures",
    [
        # nothing of the series is captured on that host
        [captured(plain(HERE.format(3), MISSING), number=1)],
        [
            captured(plain(HERE.format(3), MISSING)),
            captured(asked("2024-05-10", ELSEWHERE.format(1)), number=2),
        ],
        # a page of another host names it
        [
            captured(asked("2024-05-10", HERE.format(1))),
            captured(plain(ELSEWHERE.format(3), MISSING), number=2),
        ],
        # nobody fetched what names it
        [captured(asked("2024-05-10", HERE.format(1), MISSING), at=None)],
        [captured(asked("2024-05-10", HERE.format(1), MISSING), captured_at_source="warc")],
        # it has no URL, or one that is not gone to
        [captured(asked("2024-05-10", HERE.format(1), (MISSING[0], None)))],
        [captured(asked("2024-05-10", HERE.format(1), (MISSING[0], HERE.format("x/" * 30))))],
        # its list stands under a heading that nobody knows
        [captured(asked("2024-05-10", HERE.format(1), sidebar=(UNKNOWN,)))],
        # it is no entry of the series
        [captured(asked("2024-05-10", HERE.format(1), ("2024-05-12 AI绘画", HERE.format(2))))],
        # another article has its title
        [
            captured(asked("2024-05-10", HERE.format(1), MISSING)),
            captured(asked("2024-05-12", ELSEWHERE.format(1), about="微调"), number=2),
        ],
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_nothing_is_due_for_a_series_without_need(
    connection: sqlite3.Connection, captures: list[Captured], backwards: bool
) -> None:
    put(connection, *(reversed(captures) if backwards else captures))
    assert due(connection) == []
    assert connection.execute("SELECT count(*) FROM pages WHERE url LIKE '%/2.html'").fetchone() == (0,)


def test_a_list_asks_for_its_first_fifty_entries_alone(connection: sqlite3.Connection) -> None:
    listed = [(f"2023-{1 + n // 28:02d}-{1 + n % 28:02d} 问AI:微调", HERE.format(100 + n)) for n in range(80)]
    put(connection, captured(asked("2024-05-10", HERE.format(1), *listed)))
    assert len(due(connection)) == 50


@pytest.mark.parametrize("state", ["skipped", "paused", "erased", "failed"])
def test_a_page_that_is_known_otherwise_stays_as_it_is(connection: sqlite3.Connection, state: str) -> None:
    with transaction(connection):
        page_id = ledger.find_or_add(connection, HERE.format(2))
        connection.execute("UPDATE pages SET state = ? WHERE id = ?", (state, page_id))
    put(connection, captured(asked("2024-05-10", HERE.format(1), MISSING)))
    row = connection.execute("SELECT state, reason, due_at FROM pages WHERE id = ?", (page_id,)).fetchone()
    assert row == (state, None, None)


def test_a_page_whose_capture_gave_nothing_stays_as_that_left_it(connection: sqlite3.Connection) -> None:
    put(connection, captured(url=HERE.format(2), number=2))
    before = connection.execute("SELECT state, due_at FROM pages").fetchall()
    put(connection, captured(asked("2024-05-10", HERE.format(1), MISSING)))
    assert connection.execute("SELECT state, due_at FROM pages").fetchall()[: len(before)] == before


def test_what_is_followed_or_asked_for_too_stays_when_the_series_needs_it_no_more(
    connection: sqlite3.Connection,
) -> None:
    third = ("2024-05-13 问AI:深度学习是什么", HERE.format(3))
    first = asked("2024-05-10", HERE.format(1), MISSING, third)
    put(connection, captured(first, follow=(HERE.format(2),)))
    with transaction(connection):
        ledger.register(connection, HERE.format(3), reason="seed", due_at=AT.format(1))
    put(
        connection,
        captured(asked("2024-05-12", ELSEWHERE.format(2), about="微调"), number=2),
        captured(asked("2024-05-13", ELSEWHERE.format(3), about="深度学习"), number=3),
    )
    pending = connection.execute("SELECT url FROM pages WHERE due_at IS NOT NULL AND state = 'pending'")
    assert {url for (url,) in pending} == {HERE.format(2), HERE.format(3)}


def test_runs_with_once_ask_for_nothing(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        run_id = runs.begin(connection, "crawl", ["https://example.org/", "--once"])
    once = captured(asked("2024-05-10", HERE.format(1), MISSING), run_id=run_id)
    put(connection, once, captured(asked("2024-05-10", HERE.format(1), MISSING)))
    assert due(connection) == []


def test_an_entry_that_a_newer_extractor_does_not_read_is_no_longer_due(
    connection: sqlite3.Connection,
) -> None:
    put(connection, captured(asked("2024-05-10", HERE.format(1), MISSING)))
    assert len(due(connection)) == 1
    put(connection, captured(asked("2024-05-10", HERE.format(1))))
    assert due(connection) == []


def test_a_record_that_is_gone_asks_for_nothing(connection: sqlite3.Connection) -> None:
    first, second = (
        captured(asked("2024-05-10", HERE.format(1))),
        captured(plain(HERE.format(3), MISSING), number=2),
    )
    for lost in (first, second):
        put(connection, first, second)
        assert len(due(connection)) == 1
        with transaction(connection):
            forget_capture(connection, lost.reference.record_id)
        assert due(connection) == []


_TITLES = st.sampled_from(
    [
        "2024-05-10 问AI:学习率是什么",
        "2024-05-10 AI:学习率什么",
        "2024-05-11 问AI:微调",
        "2024-05-11 AI绘画",
        "别的",
    ]
)
_URLS = [HERE.format(1), HERE.format(2), HERE.format(3), ELSEWHERE.format(1)]
_URN = urls.urn(b"saved")
_MADE = st.builds(
    lambda url, title, listed, source: (asked("", url, *listed, title=title, question_date=None), source),
    st.sampled_from([*_URLS, _URN]),
    _TITLES,
    st.lists(st.tuples(_TITLES, st.sampled_from([None, *_URLS])), max_size=4),
    st.sampled_from(["fetch", "fetch", "given"]),
)


@settings(max_examples=150, deadline=None)
@given(made=st.lists(_MADE, min_size=2, max_size=6), data=st.data())
def test_what_is_due_does_not_depend_on_the_order_in_which_pages_came(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[Article, str]], data: st.DataObject
) -> None:
    captures = [
        captured(one, number=number, at=AT.format(number), captured_at_source=source)
        for number, (one, source) in enumerate(made, start=1)
    ]
    again = data.draw(st.lists(st.sampled_from(captures), max_size=2))
    renamed_at = data.draw(st.integers(0, len(captures)))
    found = []
    for order, early in (
        (captures, len(captures)),
        ([*data.draw(st.permutations(captures)), *again], renamed_at),
    ):
        with closing(connect_writing(tmp_path_factory.mktemp("order") / "archive.db")) as connection:
            put(connection, *order[:early])
            for rest in (order[early:], ()):
                with transaction(connection):
                    rename_urn(connection, _URN, HERE.format(2))
                put(connection, *rest)
            found.append(relations(connection))
    assert found[0] == found[1]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        served.pages = {
            "/robots.txt": Reply(b"User-agent: *\nDisallow: /no/\n"),
            "/kf/1": Reply(page(1, [served.url("/kf/2"), served.url("/no/3")], mark="问AI:")),
            "/kf/2": Reply(page(2)),
        }
        yield served


def test_a_run_fetches_the_days_that_an_earlier_one_saw_in_a_list_as_far_as_robots_txt_allows(
    site: Site, tmp_path: Path
) -> None:
    assert crawl(site, tmp_path, "/kf/1").code == 0
    assert states(tmp_path, site) == {
        "/kf/1": ("stored", None),
        "/kf/2": ("pending", "series"),
        "/no/3": ("pending", "series"),
    }
    crawl(site, tmp_path)
    assert states(tmp_path, site) == {
        "/kf/1": ("stored", None),
        "/kf/2": ("stored", None),
        "/no/3": ("robots", "robots"),
    }


def test_what_a_series_lacks_is_made_again_from_warc_and_journal_alone(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path, "/kf/1")
    found = []
    for _ in range(2):
        with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
            found.append(relations(connection))
        (tmp_path / "archive.db").unlink()
        assert wencun("reextract", "--data", tmp_path).code == 0
    assert found[0] == found[1]
    assert len(found[0]["pages"]) == 3


def test_a_run_with_once_leaves_no_page_to_coming_ones(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path, "/kf/1", "--once")
    assert rows(tmp_path, "SELECT state, due_at FROM pages") == [("stored", None)]
    wencun("reextract", "--all", "--data", tmp_path)
    assert rows(tmp_path, "SELECT count(*) FROM pages") == [(1,)]


def test_an_article_that_lists_name_takes_no_more_statements_for_all_others_of_that_day(
    connection: sqlite3.Connection,
) -> None:
    """As where a site gives one page of a day a hundred URLs."""
    put(connection, captured(asked("2024-05-10", HERE.format("first")), number=0, at=AT.format(1)))
    statements = []
    for number in range(1, 11):
        named = [HERE.format(f"{number}-{place}") for place in range(40)]
        lists = plain(HERE.format(f"list{number}"), *((MISSING[0], url) for url in named))
        put(connection, captured(lists, number=2 * number, at=AT.format(2)))
        seen: list[str] = []
        connection.set_trace_callback(seen.append)
        put(connection, captured(plain(named[0]), number=2 * number + 1, at=AT.format(3)))
        connection.set_trace_callback(None)
        statements.append(len(seen))
    assert len(due(connection)) == 10 * 39
    assert max(statements) <= statements[0] + 5
