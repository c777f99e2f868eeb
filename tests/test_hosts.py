import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.fetching.leasing import Leases
from pipelines import ledger
from pipelines.database import connect_writing
from pipelines.ledger import LeasedPage, hosts
from pipelines.ledger.hosts import Rest

T = [f"2024-05-{day:02d}T00:00:00Z" for day in range(1, 29)]
A, B, C = "https://a.test/{}", "https://b.test:8000/{}", "https://c.test/{}"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        connection.execute("INSERT INTO runs (id, command, started_at, version) VALUES (1, 'crawl', '', '0')")
        yield connection


def rest(
    connection: sqlite3.Connection, host: str, until: str, reason: hosts.Reason = "rate_limited"
) -> None:
    hosts.rest(connection, host, until=until, reason=reason, strikes=1, at=T[0])


def test_nothing_is_leased_of_a_host_that_rests_until_its_rest_is_over(
    connection: sqlite3.Connection,
) -> None:
    for url in (A, B):
        ledger.register(connection, url.format(1), reason="seed", due_at=T[0])
    rest(connection, "b.test:8000", T[5])
    assert (hosts.resting(connection, T[4]), ledger.due(connection, T[4])) == ({"b.test:8000"}, 1)
    assert ledger.lease_urls(connection, 1, [B.format(1)], T[4]) == []
    assert [page.url for page in ledger.lease(connection, 1, 5, T[4])] == [A.format(1)]
    assert [page.url for page in ledger.lease(connection, 1, 5, T[5])] == [B.format(1)]


def test_a_rest_is_not_made_shorter_nor_longer_than_a_month(connection: sqlite3.Connection) -> None:
    rest(connection, "a.test", T[9], "blocked")
    rest(connection, "a.test", T[5])
    assert hosts.struck(connection) == {"a.test": Rest(until=T[9], reason="blocked", strikes=1)}
    rest(connection, "a.test", "9999-01-01T00:00:00Z")
    assert hosts.struck(connection)["a.test"].until == "2024-05-31T00:00:00Z"


def test_a_rest_from_a_clock_that_was_wrong_is_shortened_to_a_month(connection: sqlite3.Connection) -> None:
    hosts.rest(
        connection,
        "a.test",
        until="2031-01-02T00:00:00Z",
        reason="failing",
        strikes=1,
        at="2031-01-01T00:00:00Z",
    )
    rest(connection, "b.test", T[9])
    assert hosts.shorten(connection, T[0]) == ["a.test"]
    assert hosts.struck(connection)["a.test"].until == "2024-05-31T00:00:00Z"
    assert hosts.struck(connection)["b.test"].until == T[9]


def test_a_host_that_answers_as_it_should_is_forgiven(connection: sqlite3.Connection) -> None:
    rest(connection, "a.test", T[5], "failing")
    hosts.forgive(connection, "a.test")
    assert (hosts.struck(connection), hosts.resting(connection, T[1])) == ({}, set())


def test_a_rest_holds_back_what_is_due_and_nothing_else(
    connection: sqlite3.Connection,
) -> None:
    for url, due_at in ((A.format(1), T[0]), (A.format(2), T[0]), (A.format(3), T[8]), (B.format(1), T[0])):
        ledger.register(connection, url, reason="seed", due_at=due_at)
    rest(connection, "a.test", T[5])
    rest(connection, "b.test:8000", T[2], "failing")
    rest(connection, "c.test", T[3], "blocked")
    assert hosts.holding(connection, T[1]) == {"a.test", "b.test:8000"}
    assert hosts.holding(connection, T[3]) == {"a.test"}
    assert hosts.holding(connection, T[6]) == set()


def test_the_last_good_robots_txt_of_an_address_is_kept_for_a_day(connection: sqlite3.Connection) -> None:
    url = "https://a.test/robots.txt"
    hosts.keep_robots(connection, "a.test", url=url, status=200, body=b"1")
    rest(connection, "a.test", T[5])
    hosts.keep_robots(connection, "a.test", url=url, status=200, body=b"2")
    now = ledger.now()
    assert hosts.kept_robots(connection, "a.test", url=url, at=now) == (200, b"2")
    assert hosts.kept_robots(connection, "a.test", url=url, at=ledger.later(now, 86_000)) == (200, b"2")
    assert hosts.kept_robots(connection, "a.test", url=url, at=ledger.later(now, 90_000)) is None
    assert hosts.kept_robots(connection, "a.test", url=url, at=ledger.later(now, -90_000)) is None
    assert hosts.kept_robots(connection, "a.test", url="http://a.test/robots.txt", at=now) is None
    assert hosts.struck(connection)["a.test"].until == T[5]


def test_a_given_url_of_a_resting_host_keeps_its_place_while_others_go_on(
    connection: sqlite3.Connection,
) -> None:
    given = [A.format(1), B.format(1), A.format(2), C.format(1)]
    for url in given:
        ledger.register(connection, url, reason="seed", due_at=T[0])
    until = ledger.later(ledger.now(), 3600)
    hosts.rest(connection, "a.test", until=until, reason="rate_limited", strikes=1, at=ledger.now())
    leases = Leases(given, 10, 10)
    assert _take(leases, connection) == [B.format(1), C.format(1)]
    assert _take(leases, connection) == []
    hosts.forgive(connection, "a.test")
    assert _take(leases, connection) == [A.format(1), A.format(2)]


def _take(leases: Leases, connection: sqlite3.Connection) -> list[str]:
    async def write(function: Callable[[sqlite3.Connection], list[LeasedPage]]) -> list[LeasedPage]:
        return function(connection)

    step = leases.take(write, 1)
    with pytest.raises(StopIteration) as end:
        step.send(None)  # type: ignore[attr-defined]
    return [visit.page.url for visit in end.value.value]
