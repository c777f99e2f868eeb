"""One run over an archive, from the lock to the summary: what it holds open, and what it hands on to whom."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from sqlite3 import Connection
from time import monotonic
from typing import Any, TypeVar

from scrapy import Request

from crawler.fetching import ending
from crawler.fetching.beginning import begin, rule_of
from crawler.fetching.events import Event, announce, announce_page
from crawler.fetching.failures import FetchFailure, failure_of
from crawler.fetching.finishing import Finisher
from crawler.fetching.images import Images
from crawler.fetching.kept_rests import kept_rests
from crawler.fetching.leasing import Leases
from crawler.fetching.notifying import notify, read_notify_settings
from crawler.fetching.options import CrawlSettings, RunOptions, read_settings
from crawler.fetching.resting import Rests, Trouble
from crawler.fetching.retry_budget import RetryBudget
from crawler.fetching.stopping import Stopping
from crawler.fetching.summary import End, Result
from crawler.fetching.tally import Tally
from crawler.fetching.visit import Visit
from crawler.fetching.watching import shortage
from pipelines import ledger, runs, seeding
from pipelines.archive import Archive
from pipelines.events import of_run
from pipelines.item_pipeline import VisitItem, note_failure
from pipelines.lock import Lock
from pipelines.process import RATE_LIMITED
from pipelines.recovery import writing
from pipelines.settings import read_archive_settings
from pipelines.warc import WarcWriter
from pipelines.writer import Writer

_NEWS_SECONDS = 5.0
"""After so long without news, Scrapy is asked whether it still has what is under way."""
_LOOK_SECONDS = 5.0
"""How often disk and memory are looked at: four hosts give at most 64 MiB meanwhile."""
_BEAT_SECONDS = 20.0
"""How often the run's row says that the run is alive."""
_CLOCKS_APART = 0.05
"""Seconds by which the ledger's clock may be behind the one that waits."""
_PAGES = frozenset({"article", "unchanged", "source", "not_article", "gone"})
"""Outcomes of pages behind which there was no wall."""
_WEBHOOK_SECONDS, _LAST_SECONDS = 30.0, 4.0
_REMINDER = (
    "no contact is set, so a site's owner cannot write to you: "
    'put `contact = "you@example.org"` under `[crawl]` in {path}'
)
_T = TypeVar("_T")


class Run:
    """One run: opened with the archive's lock held, closed with its row finished and its leases given back.

    The spider leases and hands in visits; the archive middleware writes to `warc`, the pipeline to `writer`.
    """

    def __init__(self, archive: Archive, options: RunOptions, settings: CrawlSettings) -> None:
        self.archive = archive
        self.options = options
        self.settings = settings
        self.result: Result | None = None
        self.on_settled: Callable[[int], None] = _nobody
        self.warc = WarcWriter(archive.warc_dir)
        self.writer: Writer
        self.rests: Rests
        self.images: Images
        self._id = 0
        self._finisher: Finisher
        budget = options.max_pages or settings.max_pages
        self._leases = Leases(options.urls, budget, settings.max_pages_per_host)
        self.retries = RetryBudget()
        self._ends_at = math.inf
        self._left_out = frozenset[str]()
        self._tally = Tally()
        self._resources = ExitStack()
        self._news = asyncio.Event()
        self.stopping = Stopping(self._news.set)
        self._unscheduled: set[str] = set()
        self._webhook = read_notify_settings(archive.settings_path).webhook
        self._keeps_images = read_archive_settings(archive.settings_path).images
        self._error: BaseException | None = None

    # -- from the lock to the first lease ------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        archive: Archive,
        options: RunOptions,
        *,
        lock: Lock | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Run:
        """Take the archive's lock unless it is given, make good what a killed run left, register the URLs.

        Once `goes_on` says no, what is still to be made good is left to the next run. Raises Locked while
        another run holds the archive, BadSettings, StorageUnusable, DiskFull or Damaged; nothing stays open
        then.
        """
        run = cls(archive, options, read_settings(archive.settings_path))
        try:
            run._open(lock, goes_on)
        except BaseException:
            run._resources.close()
            raise
        return run

    def _open(self, lock: Lock | None, goes_on: Callable[[], bool]) -> None:
        work = self._resources.enter_context(writing(self.archive, "crawl", lock=lock, goes_on=goes_on))
        self.writer = work.writer
        self.images = Images(work.writer, are_kept=self._keeps_images)
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        if not self.options.once:
            seeding.remember(self.archive, self.options.urls)
        beginning = self.writer.call(partial(begin, options=self.options)).result()
        self.rests = kept_rests(work.writer, self.stopping, self._news, struck=beginning.struck)
        self._id = beginning.run_id
        self._unscheduled.update(beginning.unscheduled)
        work.lock.name_run(self._id)
        self.writer.attach_warc(self.warc)
        self._resources.enter_context(of_run(self._id))
        self._finisher = Finisher(work.pool, rule_of(self.options), self._id)
        beginning.tell()
        if not self.settings.contact:
            announce(
                Event.NO_CONTACT, _REMINDER.format(path=self.archive.settings_path), level=logging.WARNING
            )
        short = shortage(self.archive.root, self.settings)
        if short is not None:
            self.stop(short)

    @property
    def seconds(self) -> float:
        """Return how long the run may take."""
        return (self.options.max_time or self.settings.max_time).total_seconds()

    def attach(self, engine: Any) -> None:
        """Name Scrapy's engine, once there is one; the run's time begins."""
        self.stopping.engine = engine
        self._ends_at = monotonic() + self.seconds

    # -- page after page -----------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Is nothing new to be asked for?"""
        return self.stopping.is_over

    @property
    def is_idle(self) -> bool:
        """Is nothing under way, and was nothing when it was last looked for more?"""
        return not self._leases.under_way and not self._news.is_set()

    async def lease(self) -> list[Visit]:
        """Take on pages; none where there is no room for more, or nothing is left to take on."""
        self._news.clear()
        self._left_out = frozenset(self.rests.resting())
        awake = self._leases.awake(self._left_out)
        taken = await self._leases.take(self.writer.write, self._id, self._left_out)
        self._tally.leased += len(taken)
        return [*awake, *taken]

    async def wait(self) -> bool:
        """Return when there may be more to do; False where nothing more is to come."""
        if not self.is_idle:
            await self._wait_for_news()
            return True
        hosts = self._left_out.intersection(await self.writer.write(self._leases.waits_for))
        pauses = [pause for pause in map(self.rests.worth_waiting_for, hosts) if pause is not None]
        if not pauses or monotonic() + min(pauses) > self._ends_at:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), min(pauses) + _CLOCKS_APART)
        return True

    async def put_off(self, visit: Visit, request: Request, *, waits_for: str) -> VisitItem | None:
        """Let a visit wait with its next request until a host may be asked; return what it gave until now."""
        visit.waits_for, visit.request = waits_for, request
        item = await self._finisher.finish(visit, is_cut_off=True) if visit.exchanges else None
        if item is not None:
            visit.outcome = item.captures[-1].processed.outcome
        visit.exchanges = []
        self._leases.wait(visit)
        self._news.set()
        return item

    async def _wait_for_news(self) -> None:
        """Return when something of what is under way has come to an end."""
        try:
            await asyncio.wait_for(self._news.wait(), _NEWS_SECONDS)
        except TimeoutError:
            if _is_idle(self.stopping.engine):
                await self._give_up_lost()

    async def finish_visit(self, visit: Visit, failure: FetchFailure | None = None) -> VisitItem | None:
        """Return what a visit gave; None where the run ended before anything was fetched."""
        is_cut_off = self.is_over and failure is not None
        if is_cut_off and not visit.exchanges:
            return None
        try:
            item = await self._finisher.finish(visit, None if is_cut_off else failure, is_cut_off=is_cut_off)
        except Exception as error:  # what is archived of it is read again by the next run
            broken = FetchFailure(type(error).__name__, f"{visit.page.url}: {error}; nothing of it is read")
            return await self._finisher.finish(Visit(visit.page), broken)
        if failure is None:
            self._watch_for_walls(item)
        if self.options.once and item.links:
            self._unscheduled |= await self.writer.write(lambda c: ledger.unscheduled(c, item.links))
        return item

    def settled(self, item: VisitItem) -> None:
        """Note that a visit is stored."""
        self._leases.judge(item)
        self._leases.offer(item.links, origin=item.url)
        if not item.is_cut_off:
            self._settle(item)

    def _settle(self, item: VisitItem) -> None:
        self._leases.under_way.pop(item.page_id, None)
        last = item.captures[-1].processed if item.captures else None
        state = item.state if item.error is not None or last is None else last.outcome
        self._tally.settle(state=state or "failed", error=item.error)
        announce_page(item)
        self.on_settled(1)
        if self._tally.fails_on_and_on:
            self.stop(End.FAILURES)
        self._news.set()

    def _watch_for_walls(self, item: VisitItem) -> None:
        last, host = item.captures[-1].processed, ledger.host_of(item.url)
        if last.outcome == "blocked" and last.error != RATE_LIMITED:
            self.rests.trouble(host, Trouble.WALL)
        elif last.outcome in _PAGES:
            self.rests.gave_page(host)

    async def _give_up_lost(self) -> None:
        for visit in list(self._leases.under_way.values()):
            lost = FetchFailure("lost", "Scrapy dropped the request without a word")
            item = await self._finisher.finish(visit, lost)
            await asyncio.gather(*(asyncio.wrap_future(self.writer.put(each)) for each in item.captures))
            await self.writer.write(partial(note_failure, item))
            self._settle(item)

    # -- the end -------------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Look at disk and memory, and say that the run is alive, until cancelled."""
        beat_at = monotonic() + _BEAT_SECONDS
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                short = await asyncio.to_thread(shortage, self.archive.root, self.settings)
                if short is not None:
                    self.stop(short)
                if monotonic() >= beat_at:
                    beat_at += _BEAT_SECONDS
                    await self.writer.write(partial(runs.beat, run_id=self._id))
            except Exception as error:
                self.abort(error)
                return

    def stop(self, end: End) -> None:
        """Begin to end the run, if it does not end already."""
        self.stopping.stop(end)

    def abort(self, error: BaseException) -> None:
        """End the run because of `error`; the first one counts."""
        if self._error is None:
            self._error = error
        self.stop(End.ERROR)

    def close(self, end: End = End.DONE) -> Result:
        """Give back what is still leased, write down how the run ended, and let go of the archive.

        `end` counts where the run was not told to end before.
        """
        if self.result is not None:
            return self.result
        self.stopping.is_over = True
        if self.stopping.end is End.DONE:
            self.stopping.end = end
        result = self._orderly(lambda: self.writer.call(self._finish).result())
        self._orderly(self._resources.close)
        if self._error is not None:
            error = ending.named(self._error, self.archive)
            result = replace(
                result or Result(states={}, end=End.ERROR), error_code=error.exit_code, error=str(error)
            )
        assert result is not None
        self.result = result
        if result.error is not None:
            announce(Event.RUN_FAILED, result.error, level=logging.ERROR, run_id=self._id)
        return result

    def notify(self) -> None:
        """Send the result to the webhook of the archive's settings, if there is one; takes 30 s at most.

        A run that is to end by a certain time has no more than the rest of it.
        """
        webhook, result = self._webhook, self.result
        if webhook is not None and result is not None and not self.stopping.is_cut:
            summary = {"event": Event.RUN_SUMMARY, "run_id": self._id, "message": result.line()}
            seconds = _LAST_SECONDS if result.end in (End.SIGNAL, End.TIME) else _WEBHOOK_SECONDS
            notify(webhook, {**summary, **result.fields()}, seconds=seconds)

    def tell(self) -> None:
        """Tell the result, the last that is told of the run."""
        assert self.result is not None
        announce(Event.RUN_SUMMARY, self.result.line(), run_id=self._id, **self.result.fields())

    def _orderly(self, step: Callable[[], _T]) -> _T | None:
        try:
            return step()
        except Exception as error:  # the lock must be let go of and the summary told, whatever happened
            self._error = self._error or error
            return None

    def _finish(self, connection: Connection) -> Result:
        if self.options.once:
            ledger.unschedule(connection, self._unscheduled)
        if self.stopping.end is End.DONE and self._leases.stopped_short(connection):
            self.stopping.end = End.PAGES
        error = None if self._error is None else ending.named(self._error, self.archive)
        held_back = self._leases.held_back(connection)
        if self.stopping.end is not End.FORCED:
            for visit in list(self._leases.put_off.values()):
                self._end_put_off(connection, visit)
        result = ending.finish(
            connection,
            self._id,
            end=self.stopping.end if error is None else End.ERROR,
            is_strict=self.options.strict,
            held_back=held_back,
            error_code=None if error is None else error.exit_code,
        )
        if error is not None or self.stopping.is_cut:  # what was given to the writer last was not waited for
            return result
        under_way = len(self._leases.under_way) + len(self._leases.put_off)
        return ending.checked(connection, self._id, result, self._tally, under_way=under_way)

    def _end_put_off(self, connection: Connection, visit: Visit) -> None:
        """End the lease of a page that was asked for, and that there was no time to ask for again."""
        if visit.failure is not None:
            why = failure_of(visit.failure)
            ledger.fail(connection, visit.page.id, self._id, why.error, why.message, state=why.state)
            self._tally.settle(state=why.state, error=why.error)
        elif visit.outcome in {"blocked", "failed"}:
            ledger.finish(connection, visit.page.id, self._id, visit.outcome)
            self._tally.settle(state=visit.outcome, error=None)
        else:
            return
        del self._leases.put_off[visit.page.id]


def _is_idle(engine: Any) -> bool:
    """Has Scrapy nothing more in hand? Its own idle signal waits for the end of start()."""
    waits = engine.scheduler is not None and engine.scheduler.has_pending_requests()
    return not waits and not engine.downloader.active and engine.scraper.slot.is_idle()


def _nobody(_: int) -> None:
    """Nobody watches the run."""
