"""What a run takes on: the URLs it was given and those it finds on its way, or all that is due."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from sqlite3 import Connection

from crawler.fetching.frontier import Frontier
from crawler.fetching.novelty import PATIENCE, Novelty
from crawler.fetching.visit import Visit
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
        self.under_way: dict[int, Visit] = {}
        self.put_off: dict[int, Visit] = {}
        """What waits until a host may be asked again; it takes no room from other hosts' pages."""
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
        visit, before = self.under_way.get(item.page_id), len(self._novelty.given_up)
        is_new = self._novelty.judge(item, is_found=visit is not None and visit.page.is_found)
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

    def wait(self, visit: Visit) -> None:
        """Put a visit off until its host may be asked again."""
        self.under_way.pop(visit.page.id, None)
        self.put_off[visit.page.id] = visit

    def awake(self, resting: Collection[str]) -> list[Visit]:
        """Take up again what was put off and waits no more."""
        visits = [visit for visit in self.put_off.values() if visit.waits_for not in resting]
        for visit in visits:
            self.under_way[visit.page.id] = self.put_off.pop(visit.page.id)
        return visits

    async def take(self, write: Write, run_id: int, resting: Collection[str] = ()) -> list[Visit]:
        """Take on pages: as many as there is room for, and as the budget still allows; none at the end.

        `resting`: hosts to leave out.
        """
        room = min(_AT_ONCE - len(self.under_way), self._budget)
        if room <= 0:
            return []
        pages = await write(lambda connection: self._lease(connection, run_id, room, resting))
        visits = list(map(Visit, pages))
        self._budget -= len(visits)
        self.under_way.update((visit.page.id, visit) for visit in visits)
        return visits

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
        rests = ledger.hosts.struck(connection)
        found = ledger.hosts.held_back(connection, at) if self._takes_what_is_due else {}
        due = [url for url in self._found if ledger.is_due(connection, url, at)]
        put_off = [visit.waits_for for visit in self.put_off.values()]
        for host in (*put_off, *map(ledger.host_of, self._given), *map(ledger.host_of, due)):
            rest = rests.get(host)
            if rest is not None and rest.until > at:
                before = found.get(rest.reason, HeldBack(pages=0, next_try_at=rest.until))
                first = min(before.next_try_at, rest.until)
                found[rest.reason] = HeldBack(pages=before.pages + 1, next_try_at=first)
        return found

    def waits_for(self, connection: Connection) -> set[str]:
        """Return the hosts that the run would go on with, did they not rest: also some that do not rest."""
        hosts = {visit.waits_for for visit in self.put_off.values()}
        if not self._budget:
            return hosts
        due = ledger.hosts.holding(connection, ledger.now())
        hosts.update(map(ledger.host_of, self._given))
        hosts.update(due if self._takes_what_is_due else due.intersection(map(ledger.host_of, self._found)))
        return hosts

    def _lease(
        self, connection: Connection, run_id: int, room: int, resting: Collection[str]
    ) -> list[LeasedPage]:
        """What was given is taken on due or not; what was found on the way, where it is due.

        What waits for its host's rest to end keeps its place.
        """
        at = ledger.now()
        if self._host_budgets is None:
            self._host_budgets = ledger.HostBudgets(self._per_host, ledger.asked_in_a_day(connection, at))
        budgets = self._host_budgets
        if self._takes_what_is_due:
            return ledger.lease(
                connection,
                run_id,
                room,
                at,
                exclude_hosts=resting,
                unfollowed=frozenset(self._novelty.given_up),
                budgets=budgets,
            )
        left_out = ledger.hosts.resting(connection, at).union(resting)
        pages: list[LeasedPage] = []
        queues: tuple[tuple[deque[str] | Frontier, bool], ...] = ((self._given, False), (self._found, True))
        for queue, if_due in queues:
            waiting = []
            while queue and len(pages) < room:
                urls = [queue.popleft() for _ in range(min(room - len(pages), len(queue)))]
                later = [url for url in urls if ledger.host_of(url) in left_out]
                now = [url for url in urls if url not in later]
                pages += ledger.lease_urls(connection, run_id, now, at, if_due=if_due, budgets=budgets)
                waiting += later
            queue.extendleft(reversed(waiting))
        return pages
