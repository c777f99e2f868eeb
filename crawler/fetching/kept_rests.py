"""The rests of a run's hosts as they are kept: for the runs to come, and from what waits for its turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from sqlite3 import Connection

from crawler.fetching import turns
from crawler.fetching.events import announce_rest
from crawler.fetching.resting import HostRests, Rests
from crawler.fetching.stopping import Stopping
from pipelines import ledger
from pipelines.ledger.hosts import Rest
from pipelines.writer import Writer


def kept_rests(
    writer: Writer, stopping: Stopping, news: asyncio.Event, *, struck: Mapping[str, Rest]
) -> Rests:
    """Return the rests of a run's hosts, those of earlier runs (`struck`) among them.

    A new one is kept in the ledger; what waits for its turn at the host is sent back.
    """

    def keep(host: str, rest: Rest) -> None:
        announce_rest(host, rest)
        writer.call(partial(_rest, host=host, rest=rest))
        news.set()
        if stopping.engine is not None:
            error = HostRests(host, f"{host} rests: {rest.reason}")
            turns.send_back(stopping.engine, error, lambda request: turns.host_of(request) == host)

    def forgive(host: str) -> None:
        writer.call(partial(ledger.hosts.forgive, host=host))

    rests = Rests(on_rest=keep, on_good=forgive)
    rests.restore(struck)
    return rests


def _rest(connection: Connection, *, host: str, rest: Rest) -> None:
    ledger.hosts.rest(
        connection, host, until=rest.until, reason=rest.reason, strikes=rest.strikes, at=ledger.now()
    )
