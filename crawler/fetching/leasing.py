"""What a run takes on: the URLs it was given and those it finds on its way, or all that is due."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from sqlite3 import Connection

from crawler.fetching.frontier import Frontier
from crawler.fetching.novelty import PATIENCE, Novelty
from pipelines import ledger
from pipelines.events import Event, announce
from pipelines.item_pipeline import VisitItem
from pipelines.ledger import LeasedPage
from pipelines.ledger.hosts import HeldBack, Reason

_AT_ONCE = 32
"""Pages under way: enough for every host's queue, few enough that a kill leaves little to ask for again."""

Write = Callable[[Callable[[Connection], list[LeasedPage]]], Awaitable[list[LeasedPage]]]
"""Runs a function in a transaction of the writer."""


class Leases:
    """The pages that a run has under way, and where the next ones come from."""

    def __init__(self, given: Collection[str], budget: int, per_host: int) -> None:
        """`given`: canonical URLs, none for all that is due; `budget`: how many pages may be taken on.

        `per_host`: how many pages may be asked of a host within 24 hours, by all runs together.
        """
        self.under_way: dict[int, LeasedPage] = {}
        self._takes_what_is_due = not given
        self._given = deque(given)
        self._found = Frontier()
        self._novelty = Novelty()
        self._per_host = per_host
        self._host_budgets: ledger.HostBudgets | None = None
        self._known = set(given)
        self._budget = budget

    def offer(self, urls: Iterable[str], *, origin: str) -> None:
        """Note what the page `origin` led to, each URL once."""
        for url in urls:
            if url not in self._known and not self._takes_what_is_due:
                self._known.add(url)
                if ledger.host_of(url) not in self._novelty.given_up:
                    self._found.append(url, origin=origin)

    def judge(self, item: VisitItem) -> None:
        """Note what a page was good for; a host that gives nothing new for long is gone no deeper into."""
        page, before = self.under_way.get(item.page_id), len(self._novelty.given_up)
        is_new = self._novelty.judge(item, is_found=page is not None and page.is_found)
        if is_new is not None:
            self._found.judge(item.url, is_new=is_new)
        if len(self._novelty.given_up) > before:
            host = ledger.host_of(item.url)
            self._found.drop(host)
            announce(
                Event.NOTHING_NEW,
                f"{host}: {PATIENCE} followed pages in a row were no new article; its other links are left",
                level=logging.WARNING,
                host=host,
            )

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
            reached = self._host_budgets.reached if self._host_budgets else set()
            return bool(reached or self._novelty.given_up)
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
        if self._host_budgets is None:
            self._host_budgets = ledger.HostBudgets(self._per_host, ledger.asked_in_a_day(connection, at))
        budgets = self._host_budgets
        if self._takes_what_is_due:
            unfollowed = frozenset(self._novelty.given_up)
            return ledger.lease(connection, run_id, room, at, unfollowed=unfollowed, budgets=budgets)
        resting = ledger.hosts.resting(connection, at)
        pages: list[LeasedPage] = []
        queues: tuple[tuple[deque[str] | Frontier, bool], ...] = ((self._given, False), (self._found, True))
        for queue, if_due in queues:
            waiting = []
            while queue and len(pages) < room:
                urls = [queue.popleft() for _ in range(min(room - len(pages), len(queue)))]
                waiting += [url for url in urls if ledger.host_of(url) in resting]
                pages += ledger.lease_urls(connection, run_id, urls, at, if_due=if_due, budgets=budgets)
            queue.extendleft(reversed(waiting))
        return pages
