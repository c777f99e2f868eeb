"""A run's visits, from the lease of a page until what it gave is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from scrapy import Request

from crawler.fetching.events import announce_page
from crawler.fetching.failures import FetchFailure
from crawler.fetching.finishing import Finisher
from crawler.fetching.leasing import Leases
from crawler.fetching.resting import Rests, Trouble
from crawler.fetching.stopping import Stopping
from crawler.fetching.summary import End
from crawler.fetching.tally import Tally
from crawler.fetching.visit import Visit
from pipelines import ledger
from pipelines.item_pipeline import VisitItem, note_failure
from pipelines.process import RATE_LIMITED
from pipelines.writer import Writer

_NEWS_SECONDS = 5.0
"""After so long without news, Scrapy is asked whether it still has what is under way."""
_CLOCKS_APART = 0.05
"""Seconds by which the ledger's clock may be behind the one that waits."""
_PAGES = frozenset({"article", "unchanged", "source", "not_article", "gone", "quarantined"})
"""Outcomes of pages behind which there was no wall."""


def _nobody(_: int) -> None:
    """Nobody watches the run."""


@dataclass(slots=True, kw_only=True)
class Visits:
    """The visits of one run; the spider leases them and hands them in."""

    leases: Leases
    finisher: Finisher
    writer: Writer
    rests: Rests
    stopping: Stopping
    news: asyncio.Event
    """Set whenever there may be more to do."""
    is_once: bool
    """Are the run's URLs left out of coming runs?"""
    unscheduled: set[str]
    """What coming runs would not ask for, had this one not."""
    tally: Tally = field(default_factory=Tally)
    on_settled: Callable[[int], None] = _nobody
    _left_out: frozenset[str] = field(default=frozenset(), init=False)
    """The hosts that rested when the run last looked for more."""

    @property
    def is_idle(self) -> bool:
        """Is nothing under way, and was nothing when it was last looked for more?"""
        return not self.leases.under_way and not self.news.is_set()

    async def lease(self) -> list[Visit]:
        """Take on pages; none where there is no room for more, or nothing is left to take on."""
        self.news.clear()
        self._left_out = frozenset(self.rests.resting())
        awake = self.leases.awake(self._left_out)
        taken = await self.leases.take(self.writer.write, self.finisher.run_id, self._left_out)
        self.tally.leased += len(taken)
        return [*awake, *taken]

    async def wait(self) -> bool:
        """Return when there may be more to do; False where nothing more is to come."""
        if not self.is_idle:
            await self._wait_for_news()
            return True
        hosts = self._left_out.intersection(await self.writer.write(self.leases.waits_for))
        pauses = [pause for pause in map(self.rests.worth_waiting_for, hosts) if pause is not None]
        if not pauses or monotonic() + min(pauses) > self.stopping.ends_at:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self.news.wait(), min(pauses) + _CLOCKS_APART)
        return True

    async def put_off(self, visit: Visit, request: Request, *, waits_for: str) -> VisitItem | None:
        """Let a visit wait with its next request until a host may be asked; return what it gave until now."""
        visit.waits_for, visit.request = waits_for, request
        item = await self._made_of(visit, is_cut_off=True) if visit.exchanges else None
        if item is not None and item.error is not None:
            return item
        if item is not None:
            visit.outcome = item.captures[-1].processed.outcome
        visit.exchanges = []
        self.leases.wait(visit)
        self.news.set()
        return item

    async def finish(self, visit: Visit, failure: FetchFailure | None = None) -> VisitItem | None:
        """Return what a visit gave; None where the run ended before anything was fetched."""
        is_cut_off = self.stopping.is_over and failure is not None
        if is_cut_off and not visit.exchanges:
            return None
        item = await self._made_of(visit, None if is_cut_off else failure, is_cut_off=is_cut_off)
        if failure is None and item.error is None:
            self._watch_for_walls(item, ledger.host_of(visit.exchanges[-1].record.url or ""))
        if self.is_once and item.links:
            self.unscheduled.update(await self.writer.write(lambda c: ledger.unscheduled(c, item.links)))
        return item

    def settled(self, item: VisitItem) -> None:
        """Note that a visit is stored."""
        self.leases.judge(item)
        self.leases.offer(item.links, origin=item.url)
        if not item.is_cut_off:
            self._settle(item)

    def _settle(self, item: VisitItem) -> None:
        self.leases.under_way.pop(item.page_id, None)
        last = item.captures[-1].processed if item.captures else None
        state = item.state if item.error is not None or last is None else last.outcome
        self.tally.settle(state=state or "failed", error=item.error)
        announce_page(item)
        self.on_settled(1)
        if self.tally.fails_on_and_on:
            self.stopping.stop(End.FAILURES)
        self.news.set()

    async def _made_of(
        self, visit: Visit, failure: FetchFailure | None = None, *, is_cut_off: bool
    ) -> VisitItem:
        try:
            return await self.finisher.finish(visit, failure, is_cut_off=is_cut_off)
        except Exception as error:  # what is archived of it is read again by the next run
            broken = FetchFailure(type(error).__name__, f"{visit.page.url}: {error}; nothing of it is read")
            return await self.finisher.finish(Visit(visit.page), broken)

    def _watch_for_walls(self, item: VisitItem, host: str) -> None:
        """Note what `host` answered last: a redirect may have led to it."""
        last = item.captures[-1].processed
        if last.outcome == "blocked" and last.error != RATE_LIMITED:
            self.rests.trouble(host, Trouble.WALL)
        elif last.outcome in _PAGES:
            self.rests.gave_page(host)

    async def _wait_for_news(self) -> None:
        """Return when something of what is under way has come to an end."""
        try:
            await asyncio.wait_for(self.news.wait(), _NEWS_SECONDS)
        except TimeoutError:
            if _is_idle(self.stopping.engine):
                await self._give_up_lost()

    async def _give_up_lost(self) -> None:
        for visit in list(self.leases.under_way.values()):
            lost = FetchFailure("lost", "Scrapy dropped the request without a word")
            item = await self.finisher.finish(visit, lost)
            await asyncio.gather(*(asyncio.wrap_future(self.writer.put(each)) for each in item.captures))
            await self.writer.write(partial(note_failure, item))
            self._settle(item)


def _is_idle(engine: Any) -> bool:
    """Has Scrapy nothing more in hand? Its own idle signal waits for the end of start()."""
    waits = engine.scheduler is not None and engine.scheduler.has_pending_requests()
    return not waits and not engine.downloader.active and engine.scraper.slot.is_idle()
