"""What a run takes on: the URLs it was given and those it finds on its way, or all that is due."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from sqlite3 import Connection

from pipelines import ledger
from pipelines.ledger import LeasedPage
from pipelines.ledger.hosts import HeldBack, Reason

_AT_ONCE = 32
"""Pages under way: enough for every host's queue, few enough that a kill leaves little to ask for again."""

Write = Callable[[Callable[[Connection], list[LeasedPage]]], Awaitable[list[LeasedPage]]]
"""Runs a function in a transaction of the writer."""


class Leases:
    """The pages that a run has under way, and where the next ones come from."""

    def __init__(self, given: Collection[str], budget: int) -> None:
        """`given`: canonical URLs, none for all that is due; `budget`: how many pages may be taken on."""
        self.under_way: dict[int, LeasedPage] = {}
        self._takes_what_is_due = not given
        self._given = deque(given)
        self._found = deque[str]()
        self._known = set(given)
        self._budget = budget

    def offer(self, urls: Iterable[str]) -> None:
        """Note what a page led to, each URL once."""
        for url in urls:
            if url not in self._known and not self._takes_what_is_due:
                self._known.add(url)
                self._found.append(url)

    async def take(self, write: Write, run_id: int) -> list[LeasedPage]:
        """Take on pages: as many as there is room for, and as the budget still allows; none at the end."""
        room = min(_AT_ONCE - len(self.under_way), self._budget)
        if room <= 0:
            return []
        pages = await write(lambda connection: self._lease(connection, run_id, room))
        self._budget -= len(pages)
        self.under_way.update((page.id, page) for page in pages)
        return pages

    def stopped_short(self, connection: Connection) -> bool:
        """Did the budget end the run, with pages left that it would have taken on?"""
        if self._budget:
            return False
        may_go_on = self._found or self._takes_what_is_due
        return bool(self._given) or (bool(may_go_on) and ledger.due(connection, ledger.now()) > 0)

    def held_back(self, connection: Connection) -> dict[Reason, HeldBack]:
        """Return what the run would have taken on, were its hosts not at rest, by the reason of the rest."""
        at = ledger.now()
        if self._takes_what_is_due:
            return ledger.hosts.held_back(connection, at)
        rests = ledger.hosts.struck(connection)
        found: dict[Reason, HeldBack] = {}
        due = [url for url in self._found if ledger.is_due(connection, url, at)]
        for url in (*self._given, *due):
            rest = rests.get(ledger.host_of(url))
            if rest is not None and rest.until > at:
                before = found.get(rest.reason, HeldBack(pages=0, next_try_at=rest.until))
                first = min(before.next_try_at, rest.until)
                found[rest.reason] = HeldBack(pages=before.pages + 1, next_try_at=first)
        return found

    def _lease(self, connection: Connection, run_id: int, room: int) -> list[LeasedPage]:
        """What was given is taken on due or not; what was found on the way, where it is due.

        What waits for its host's rest to end keeps its place.
        """
        at = ledger.now()
        if self._takes_what_is_due:
            return ledger.lease(connection, run_id, room, at)
        resting = ledger.hosts.resting(connection, at)
        pages: list[LeasedPage] = []
        for queue, if_due in ((self._given, False), (self._found, True)):
            waiting = []
            while queue and len(pages) < room:
                urls = [queue.popleft() for _ in range(min(room - len(pages), len(queue)))]
                waiting += [url for url in urls if ledger.host_of(url) in resting]
                pages += ledger.lease_urls(connection, run_id, urls, at, if_due=if_due)
            queue.extendleft(reversed(waiting))
        return pages
