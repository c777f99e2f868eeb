from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

import pytest

from crawler.fetching.leasing import Leases
from pipelines import ledger, runs
from pipelines.database import connect_writing
from pipelines.ledger import LeasedPage


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    return connect_writing(tmp_path / "archive.db")


def _url(number: int) -> str:
    return f"https://a.test/{number}"


async def _take(leases: Leases, connection: Connection) -> list[str]:
    async def write(function: Callable[[Connection], list[LeasedPage]]) -> list[LeasedPage]:
        return function(connection)

    visits = await leases.take(write, runs.begin(connection, "crawl", ()))
    return [visit.page.url for visit in visits]


def _run(leases: Leases, connection: Connection) -> list[str]:
    step = _take(leases, connection)
    with pytest.raises(StopIteration) as end:
        step.send(None)
    urls: list[str] = end.value.value
    return urls


def test_many_links_to_pages_that_are_not_due_do_not_end_a_run_before_the_one_that_is(
    connection: Connection,
) -> None:
    for number in range(100):
        ledger.register(connection, _url(number), reason="followed", due_at=None)
    ledger.register(connection, _url(100), reason="followed", due_at=ledger.now())
    leases = Leases([_url(0)], 10, 10)
    assert _run(leases, connection) == [_url(0)]
    leases.offer((_url(number) for number in range(101)), origin=_url(0))
    assert _run(leases, connection) == [_url(100)]
    assert not leases.stopped_short(connection)


def test_a_budget_is_not_gone_over_and_said_to_be_the_end_only_where_more_was_to_come(
    connection: Connection,
) -> None:
    for number in range(3):
        ledger.register(connection, _url(number), reason="seed", due_at=ledger.now())
    leases = Leases([], 2, 10)
    assert len(_run(leases, connection)) == 2
    assert (_run(leases, connection), leases.stopped_short(connection)) == ([], True)
    rest = Leases([], 1, 10)
    assert len(_run(rest, connection)) == 1
    assert (_run(rest, connection), rest.stopped_short(connection)) == ([], False)
