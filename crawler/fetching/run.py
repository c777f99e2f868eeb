"""One run over an archive, from the lock to the summary: what it holds open, and what it hands on to whom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from sqlite3 import Connection
from typing import Any, TypeVar

from scrapy.exceptions import IgnoreRequest

from crawler import __version__
from crawler.fetching import ending
from crawler.fetching.events import Event, announce, announce_page
from crawler.fetching.failures import ROBOTS_UNREACHABLE, FetchFailure
from crawler.fetching.finishing import Finisher
from crawler.fetching.leasing import Leases
from crawler.fetching.options import CrawlSettings, RunOptions, read_settings
from crawler.fetching.summary import Result
from crawler.fetching.visit import Visit
from pipelines import ledger, requisites, runs, seeding
from pipelines.archive import Archive
from pipelines.events import of_run
from pipelines.following import FollowRule, host_of
from pipelines.item_pipeline import VisitItem, note_failure
from pipelines.ledger import LeasedPage
from pipelines.recovery import writing
from pipelines.settings import read_archive_settings
from pipelines.warc import WarcWriter
from pipelines.writer import Writer

_NEWS_SECONDS = 5.0
"""After so long without news, Scrapy is asked whether it still has what is under way."""
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
        self.is_over = False
        self.on_settled: Callable[[int], None] = _nobody
        self.warc = WarcWriter(archive.warc_dir)
        self.writer: Writer
        self._id = 0
        self._finisher: Finisher
        self._leases = Leases(options.urls, options.max_pages or settings.max_pages)
        self._resources = ExitStack()
        self._engine: Any = None
        self._news = asyncio.Event()
        self._unscheduled: set[str] = set()
        self._images: set[str] = set()
        self._keeps_images = read_archive_settings(archive.settings_path).images
        self._robots_unreachable = 0
        self._error: BaseException | None = None
        self._outcome = "done"

    # -- from the lock to the first lease ------------------------------------------------------------------

    @classmethod
    def open(cls, archive: Archive, options: RunOptions) -> Run:
        """Take the archive's lock, make good what a killed run left, and register the URLs.

        Raises Locked while another run holds the archive, BadSettings, StorageUnusable, DiskFull or Damaged;
        nothing stays open then.
        """
        run = cls(archive, options, read_settings(archive.settings_path))
        try:
            run._open()
        except BaseException:
            run._resources.close()
            raise
        return run

    def _open(self) -> None:
        work = self._resources.enter_context(writing(self.archive, "crawl"))
        self.writer = work.writer
        self.writer.attach_warc(self.warc)
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        if not self.options.once:
            seeding.remember(self.archive, self.options.urls)
        hosts = frozenset(map(host_of, self.options.urls)) if self.options.urls else None
        rule = FollowRule(lists=self.options.follow, match=self.options.match, hosts=hosts)
        self._id = self.writer.call(partial(self._begin, rule=rule)).result()
        self._resources.enter_context(of_run(self._id))
        self._finisher = Finisher(work.pool, rule, self._id)
        if not self.settings.contact:
            announce(
                Event.NO_CONTACT, _REMINDER.format(path=self.archive.settings_path), level=logging.WARNING
            )
        announce(Event.RUN_START, f"run {self._id} begins")

    def _begin(self, connection: Connection, *, rule: FollowRule) -> int:
        reclaimed = ledger.reclaim(connection)
        if reclaimed:
            announce(
                Event.RUN_RESUME, f"{reclaimed} pages of an interrupted run are due again", pages=reclaimed
            )
        if self.options.once:
            self._unscheduled = ledger.unscheduled(connection, self.options.urls)
        due_at = None if self.options.once else ledger.now()
        for url in self.options.urls:
            ledger.register(connection, url, reason="seed", due_at=due_at)
        return runs.begin(connection, "crawl", self.options.arguments, follow=rule.to_json())

    def scrapy_settings(self) -> dict[str, Any]:
        """Return what this run changes of the project's settings."""
        values: dict[str, Any] = {}
        if self.settings.contact:
            values["USER_AGENT"] = f"wencun/{__version__} (+{self.settings.contact})"
        delay = self.settings.delay if self.options.delay is None else self.options.delay
        if delay is not None:
            values |= {"DOWNLOAD_DELAY": delay, "DOWNLOAD_DELAY_JITTER": 0, "AUTOTHROTTLE_ENABLED": False}
        return values

    @property
    def seconds(self) -> float:
        """Return how long the run may take."""
        return (self.options.max_time or self.settings.max_time).total_seconds()

    @property
    def allow_private(self) -> tuple[str, ...]:
        """Return the `HOST:PORT`s that may be connected to although they are not public."""
        return (*self.settings.allow_private, *self.options.allow_private)

    def attach(self, engine: Any) -> None:
        """Name Scrapy's engine, once there is one."""
        self._engine = engine

    # -- page after page -----------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Is nothing under way, and was nothing when it was last looked for more?"""
        return not self._leases.under_way and not self._news.is_set()

    async def lease(self) -> list[LeasedPage]:
        """Take on pages; none where there is no room for more, or nothing is left to take on."""
        self._news.clear()
        return await self._leases.take(self._write, self._id)

    async def wait_for_news(self) -> None:
        """Return when something of what is under way has come to an end."""
        try:
            await asyncio.wait_for(self._news.wait(), _NEWS_SECONDS)
        except TimeoutError:
            if _is_idle(self._engine):
                await self._give_up_lost()

    async def finish_visit(self, visit: Visit, failure: FetchFailure | None = None) -> VisitItem | None:
        """Return what a visit gave; None where the run ended before anything was fetched."""
        is_cut_off = self.is_over and failure is not None
        if is_cut_off and not visit.exchanges:
            return None
        item = await self._finisher.finish(visit, None if is_cut_off else failure, is_cut_off=is_cut_off)
        if self.options.once and item.links:
            self._unscheduled |= await self._write(lambda c: ledger.unscheduled(c, item.links))
        return item

    async def images_of(self, item: VisitItem) -> tuple[str, ...]:
        """Return the images to be kept of what a visit gave, before it is stored: none unless asked for.

        Those of a content that is stored already were asked for when it came.
        """
        article = item.captures[-1].processed.article if item.captures else None
        if article is None or not self._keeps_images or self.is_over:
            return ()
        if await self._write(partial(requisites.is_known, article=article)):
            return ()
        urls = await asyncio.to_thread(requisites.image_urls, article)
        new = tuple(url for url in urls if url not in self._images)
        self._images.update(new)
        return new

    def settled(self, item: VisitItem) -> None:
        """Note that a visit is stored."""
        self._leases.offer(item.links)
        if not item.is_cut_off:
            self._settle(item)

    def _settle(self, item: VisitItem) -> None:
        self._leases.under_way.pop(item.page_id, None)
        self._robots_unreachable += item.error == ROBOTS_UNREACHABLE
        announce_page(item)
        self.on_settled(1)
        self._news.set()

    async def _give_up_lost(self) -> None:
        for page in list(self._leases.under_way.values()):
            lost = FetchFailure("lost", "Scrapy dropped the request without a word")
            item = await self._finisher.finish(Visit(page), lost)
            await self._write(partial(note_failure, item))
            self._settle(item)

    async def _write(self, function: Callable[[Connection], _T]) -> _T:
        return await asyncio.wrap_future(self.writer.call(function))

    # -- the end -------------------------------------------------------------------------------------------

    def stop(self, outcome: str) -> None:
        """Begin to end the run: nothing new is asked for, and what only waits for its turn is given back."""
        if self.is_over:
            return
        self.is_over = True
        self._outcome = outcome
        self._news.set()
        if self._engine is None:
            return
        for slot in self._engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(IgnoreRequest("the run ends"))
        self._closing = asyncio.ensure_future(self._engine.close_spider_async(reason=outcome))

    def abort(self, error: BaseException) -> None:
        """End the run because of `error`; the first one counts."""
        if self._error is None:
            self._error = error
        self.stop("failed")

    def close(self, reason: str) -> Result:
        """Give back what is still leased, write down how the run ended, and let go of the archive."""
        if self.result is not None:
            return self.result
        self.is_over = True
        if reason == ending.FORCED:
            self._outcome = reason
        elif reason == "shutdown" and self._outcome == "done":
            self._outcome = "interrupted"
        result = self._orderly(lambda: self.writer.call(self._end).result())
        self._orderly(self._resources.close)
        self.result = result = result or Result(states={}, outcome="failed", error_code=1)
        if self._error is not None:
            self.result = result = ending.failed(result, self._error, self.archive)
        announce(
            Event.RUN_SUMMARY,
            result.line(),
            run_id=self._id,
            exit_code=result.exit_code,
            outcome=result.outcome,
            pages=dict(result.states),
        )
        return result

    def _orderly(self, step: Callable[[], _T]) -> _T | None:
        try:
            return step()
        except Exception as error:  # the lock must be let go of and the summary told, whatever happened
            self._error = self._error or error
            return None

    def _end(self, connection: Connection) -> Result:
        if self.options.once:
            ledger.unschedule(connection, self._unscheduled)
        if self._outcome == "done" and self._leases.stopped_short(connection):
            self._outcome = "limit"
        return ending.finish(
            connection, self._id, outcome=self._outcome, robots_unreachable=self._robots_unreachable
        )


def _is_idle(engine: Any) -> bool:
    """Has Scrapy nothing more in hand? Its own idle signal waits for the end of start()."""
    waits = engine.scheduler is not None and engine.scheduler.has_pending_requests()
    return not waits and not engine.downloader.active and engine.scraper.slot.is_idle()


def _nobody(_: int) -> None:
    """Nobody watches the run."""
