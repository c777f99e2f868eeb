import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from making import URL, article, captured

from pipelines import ledger
from pipelines.database import connect_writing
from pipelines.store import store_capture

T = [f"2024-05-{day:02d}T00:00:00Z" for day in range(1, 29)]
A, B = "https://a.example/{}", "https://b.example/{}"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        for run_id in (1, 2):
            connection.execute(
                "INSERT INTO runs (id, command, started_at, version) VALUES (?, 'crawl', ?, '0')",
                (run_id, T[1]),
            )
        yield connection
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def add(connection: sqlite3.Connection, url: str, due_at: str | None = T[1]) -> int:
    return ledger.register(connection, url, reason="given", due_at=due_at)


def page(connection: sqlite3.Connection, url: str, columns: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute(f"SELECT {columns} FROM pages WHERE url = ?", (url,)).fetchone()
    return row


def balance(connection: sqlite3.Connection, run_id: int) -> dict[str, int]:
    counts = ledger.counts(connection, run_id)
    assert counts["leased"] == sum(counts.values()) - counts["leased"]
    return counts


def test_a_url_is_registered_once_in_its_canonical_form(connection: sqlite3.Connection) -> None:
    first = add(connection, URL)
    assert add(connection, URL.replace("somebody", "Somebody") + "?spm=1001#top") == first
    assert page(connection, URL, "kind, state, reason, due_at") == ("article", "pending", "given", T[1])


def test_registering_again_makes_a_page_due_at_the_earlier_time(connection: sqlite3.Connection) -> None:
    for due_at, expected in [(None, None), (T[5], T[5]), (T[9], T[5]), (T[2], T[2]), (None, T[2])]:
        add(connection, URL, due_at)
        assert page(connection, URL, "due_at") == (expected,)


def test_only_what_is_due_is_leased_the_longest_due_first(connection: sqlite3.Connection) -> None:
    for day in (3, 1, 2, 9):
        add(connection, A.format(day), T[day])
    add(connection, A.format("never"), None)
    assert ledger.due(connection, T[5]) == 3
    leased = ledger.lease(connection, 1, 10, T[5])
    assert [row.url for row in leased] == [A.format(day) for day in (1, 2, 3)]
    assert ledger.due(connection, T[5]) == 0
    assert ledger.lease(connection, 2, 10, T[5]) == []
    assert page(connection, A.format(1), "lease_run_id, lease_until") == (1, ledger.later(T[5], 3600))


def test_hosts_are_leased_from_in_turn(connection: sqlite3.Connection) -> None:
    for number in range(5):
        add(connection, A.format(number), T[1])
    add(connection, B.format(0), T[2])
    add(connection, "https://c.example/", T[9])
    leased = [row.url for row in ledger.lease(connection, 1, 3, T[5])]
    assert leased == [A.format(0), B.format(0), A.format(1)]
    assert ledger.lease(connection, 1, 3, T[5], exclude_hosts={"a.example"}) == []
    assert len(ledger.lease(connection, 1, 10, T[5])) == 3


def test_given_urls_are_leased_due_or_not_but_never_twice(connection: sqlite3.Connection) -> None:
    add(connection, A.format(1), T[9])
    add(connection, A.format(2), None)
    wanted = [A.format(1), A.format(1) + "#top", A.format(2), A.format("unknown")]
    assert [row.url for row in ledger.lease_urls(connection, 1, wanted, T[1])] == [A.format(1), A.format(2)]
    assert ledger.lease_urls(connection, 2, wanted, T[1]) == []


def test_what_was_not_scheduled_can_be_left_so(connection: sqlite3.Connection) -> None:
    add(connection, A.format(1), T[9])
    once = ledger.unscheduled(connection, [A.format(1), A.format(2)])
    assert once == {A.format(2)}
    add(connection, A.format(2))
    ledger.unschedule(connection, once)
    assert page(connection, A.format(2), "due_at") == (None,)
    assert page(connection, A.format(1), "due_at") == (T[9],)


def test_the_counts_of_a_run_balance(connection: sqlite3.Connection) -> None:
    for number in range(6):
        add(connection, f"{URL}{number}")
    leased = ledger.lease(connection, 1, 5, T[2])
    for number in (0, 1):
        found = captured(
            article(leased[number].url), number=number, at=T[2], run_id=1, page_id=leased[number].id
        )
        store_capture(connection, found)
    broken = captured(url=leased[2].url, number=3, at=T[2], run_id=1, page_id=leased[2].id)
    store_capture(connection, broken)
    ledger.fail(connection, leased[3].id, 1, "TimeoutError", "no answer in 30 s", at=T[2])
    assert balance(connection, 1) == {"leased": 5, "article": 2, "failed": 2, "held": 1}
    assert ledger.release(connection, 1) == 1
    assert balance(connection, 1) == {"leased": 5, "article": 2, "failed": 2, "released": 1, "held": 0}
    assert ledger.due(connection, T[2]) == 2


def test_an_ingested_page_ends_no_lease_of_a_run(connection: sqlite3.Connection) -> None:
    add(connection, URL)
    ledger.lease(connection, 1, 1, T[2])
    store_capture(connection, captured(article(), at=None, run_id=2))
    assert balance(connection, 1) == {"leased": 1, "held": 1}
    assert balance(connection, 2) == {"leased": 0, "held": 0}


def test_reclaiming_gives_back_what_dead_runs_hold(connection: sqlite3.Connection) -> None:
    for number in range(3):
        add(connection, A.format(number))
    ledger.lease(connection, 1, 2, T[2])
    ledger.lease(connection, 2, 1, T[2])
    assert ledger.reclaim(connection) == 3
    assert balance(connection, 1) == {"leased": 2, "released": 2, "held": 0}
    assert ledger.due(connection, T[2]) == 3


def test_a_redirect_keeps_its_lease_until_what_it_leads_to_is_stored(connection: sqlite3.Connection) -> None:
    old = add(connection, A.format("old"))
    ledger.lease(connection, 1, 1, T[2])
    moved = captured(url=A.format("old"), number=1, at=T[2], outcome="redirect", error=None, run_id=1)
    store_capture(connection, moved)
    assert page(connection, A.format("old"), "state, lease_run_id, due_at") == ("pending", 1, T[1])
    store_capture(connection, captured(article(), number=2, at=T[2], run_id=1, page_id=old))
    expected = ("skipped", "redirect", None, None)
    assert page(connection, A.format("old"), "state, reason, lease_run_id, due_at") == expected
    assert page(connection, URL, "state") == ("stored",)
    assert balance(connection, 1) == {"leased": 1, "article": 1, "held": 0}


def test_a_page_that_gave_nothing_is_tried_again_later_and_later(connection: sqlite3.Connection) -> None:
    page_id = add(connection, URL)
    waits = []
    for _ in range(12):
        ledger.lease_urls(connection, 1, [URL], T[1])
        ledger.fail(connection, page_id, 1, "TimeoutError", "no answer in 30 s", at=T[1])
        waits.append(page(connection, URL, "due_at"))
    assert waits[:3] == [(ledger.later(T[1], hours * 3600),) for hours in (1, 2, 4)]
    assert waits[-1] == (T[8],)
    assert page(connection, URL, "state, reason, failure_count") == ("failed", "TimeoutError", 12)
    store_capture(connection, captured(article(), at=T[9]))
    assert page(connection, URL, "state, reason, failure_count, due_at") == (
        "stored",
        None,
        0,
        ledger.due_after(T[9], 7 * 86400),
    )


def test_a_network_failure_survives_that_an_older_capture_is_stored_again(
    connection: sqlite3.Connection,
) -> None:
    store_capture(connection, captured(article(), at=T[1]))
    ledger.fail(connection, 1, 1, "TimeoutError", "no answer in 30 s", at=T[8])
    before = page(connection, URL, "state, reason, due_at, failure_count")
    store_capture(connection, captured(article(), at=T[1]))
    assert page(connection, URL, "state, reason, due_at, failure_count") == before


def test_a_request_that_is_later_than_the_capture_stays_in_force(connection: sqlite3.Connection) -> None:
    store_capture(connection, captured(article(), at=T[1]))
    add(connection, URL, T[3])
    store_capture(connection, captured(article(), at=T[1]))
    assert page(connection, URL, "due_at") == (T[3],)
    store_capture(connection, captured(article(), number=2, at=T[3]))
    assert page(connection, URL, "due_at, fetch_count, change_count") == (
        ledger.due_after(T[3], 21 * 43200),
        2,
        0,
    )


def test_an_ingested_page_is_not_scheduled(connection: sqlite3.Connection) -> None:
    store_capture(connection, captured(article(), at=T[1], captured_at_source="given"))
    assert page(connection, URL, "state, due_at, fetch_count") == ("stored", None, 0)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("source", "source"),
        ("redirect", "skipped"),
        ("robots", "robots"),
        ("not_article", "skipped"),
        ("blocked", "blocked"),
        ("gone", "gone"),
        ("quarantined", "quarantined"),
        ("failed", "failed"),
    ],
)
def test_a_page_is_in_the_state_that_its_newest_capture_says(
    connection: sqlite3.Connection, outcome: str, state: str
) -> None:
    store_capture(connection, captured(article(), number=1, at=T[1]))
    store_capture(connection, captured(number=2, at=T[2], outcome=outcome))
    assert page(connection, URL, "state, kind, article_id") == (state, "article", 1)


def test_of_given_urls_those_that_are_not_due_can_be_left_out(connection: sqlite3.Connection) -> None:
    due, later = A.format("due"), A.format("later")
    add(connection, due, T[1])
    add(connection, later, T[9])
    assert [page.url for page in ledger.lease_urls(connection, 1, [due, later], T[2], if_due=True)] == [due]


def test_a_refused_try_ends_no_lease(connection: sqlite3.Connection) -> None:
    page_id = add(connection, URL)
    ledger.lease(connection, 1, 9, T[1])
    store_capture(connection, captured(number=1, at=T[2], run_id=1, status=500))
    assert ledger.is_leased(connection, page_id)
    store_capture(connection, captured(article(), number=2, at=T[3], run_id=1, page_id=page_id))
    assert balance(connection, 1) == {"leased": 1, "article": 1, "held": 0}


def test_a_page_that_leads_nowhere_further_ends_as_skipped(connection: sqlite3.Connection) -> None:
    page_id = add(connection, URL)
    ledger.lease(connection, 1, 9, T[1])
    gone = captured(number=1, at=T[2], run_id=1, page_id=page_id, outcome="redirect", status=302, error=None)
    store_capture(connection, gone)
    assert page(connection, URL, "state, reason, due_at, fetch_count") == ("skipped", "redirect", None, 1)
    assert balance(connection, 1) == {"leased": 1, "redirect": 1, "held": 0}


def test_a_failure_in_the_second_of_a_redirect_is_tried_again_as_a_first_one(
    connection: sqlite3.Connection,
) -> None:
    page_id = add(connection, URL)
    ledger.lease(connection, 1, 9, T[1])
    store_capture(
        connection, captured(number=1, at=T[2], run_id=1, outcome="redirect", status=302, error=None)
    )
    ledger.fail(connection, page_id, 1, "redirect_loop", "round and round", at=T[2])
    assert page(connection, URL, "state, failure_count, due_at") == ("failed", 1, ledger.later(T[2], 3600))
