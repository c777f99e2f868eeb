"""How much was asked of each host lately: what a budget of pages per host and day is held against."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Final

from pipelines.ledger.times import later

DAY_SECONDS: Final = 86400


class HostBudgets:
    """How many more pages may be taken of each host."""

    def __init__(self, per_host: int, asked: Counter[str]) -> None:
        """`per_host`: pages within 24 hours; `asked`: how many of them were asked for."""
        self.reached: set[str] = set()
        """Hosts that had more to give."""
        self._per_host = per_host
        self._asked = asked

    def take(self, host: str) -> bool:
        """Take one page of a host; False where none is left."""
        if self._asked[host] >= self._per_host:
            self.reached.add(host)
            return False
        self._asked[host] += 1
        return True


def asked_in_a_day(connection: sqlite3.Connection, at: str) -> Counter[str]:
    """Return how often each host was asked for a page in the 24 hours before `at`, answer or not."""
    since = later(at, -DAY_SECONDS)
    asked = Counter[str]()
    for query in (
        "SELECT p.host, count(*) FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
        " WHERE c.captured_at > ? AND c.captured_at_source = 'fetch' GROUP BY p.host",
        "SELECT p.host, count(*) FROM failures AS f JOIN pages AS p ON p.id = f.page_id"
        " WHERE f.failed_at > ? AND f.capture_id IS NULL"
        " AND f.error NOT IN ('robots', 'robots_unreachable', 'off_scope', 'AddressRefused')"
        " GROUP BY p.host",
    ):
        asked.update(dict(connection.execute(query, (since,)).fetchall()))
    return asked
