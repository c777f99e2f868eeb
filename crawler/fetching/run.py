"""One run over an archive: what it holds open, what it asks for next, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from sqlite3 import Connection
from typing import Any, TypeVar

from scrapy.exceptions import IgnoreRequest

from crawler import __version__
from crawler.extract import urls
from crawler.fetching.events import announce
from crawler.fetching.failures import ROBOTS_UNREACHABLE, FetchFailure
from crawler.fetching.follow import FollowRule
from crawler.fetching.hosts import host_of
from crawler.fetching.options import CrawlSettings, RunOptions, read_settings
from crawler.fetching.summary import Result
from crawler.fetching.visit import Exchange, Visit
from pipelines import ledger, runs, seeding
from pipelines.archive import Archive
from pipelines.errors import DiskFull, StorageUnusable, WencunError
from pipelines.item_pipeline import VisitItem
from pipelines.ledger import LeasedPage
from pipelines.pool import WorkerPool
from pipelines.process import Job
from pipelines.records import Captured, Processed
from pipelines.recovery import writing
from pipelines.replay import captured_of, work_of
from pipelines.warc import WarcWriter
from pipelines.writer import Writer

_AT_ONCE = 32
"""Pages under way: enough for every host's queue, few enough that a kill leaves little to ask for again."""
_NEWS_SECONDS = 5.0
"""After so long without news, Scrapy is asked whether it still has what is under way."""
_REMINDER = (
    "no contact is set, so a site's owner cannot write to you: "
    'put `contact = "you@example.org"` under `[crawl]` in {path}'
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STATES = {
    "article": "stored",
    "unchanged": "stored",
    "not_article": "skipped",
    "redirect": "skipped",
    "released": "pending",
}
"""State that a leased page is in, by what the ledger counts it under; other names are states."""
_EVENTS = {
    "blocked": ("blocked", logging.WARNING),
    "failed": ("fetch_failed", logging.WARNING),
    "robots": ("robots_denied", logging.WARNING),
    ROBOTS_UNREACHABLE: ("robots_unreachable", logging.WARNING),
    "AddressRefused": ("ssrf_refused", logging.WARNING),
}
"""Event and level by error, else by outcome; all others are `fetch_ok`."""
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
        self.under_way: dict[int, LeasedPage] = {}
        self.on_settled: Callable[[int], None] = _nobody
        self.warc = WarcWriter(archive.warc_dir)
        self.writer: Writer
        self._pool = WorkerPool()
        self._id = 0
        self._resources = ExitStack()
        self._engine: Any = None
        self._news = asyncio.Event()
        self._budget = options.max_pages or settings.max_pages
        self._wanted = list(options.urls)
        self._asked_for = set(map(urls.canonical, options.urls))
        self._unscheduled: set[str] = set()
        self._robots_unreachable = 0
        self._error: BaseException | None = None
        self._outcome = "done"
        hosts = frozenset(map(host_of, options.urls)) if options.urls else None
        self._rule = FollowRule(lists=options.follow, match=options.match, hosts=hosts)

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
        self.writer, self._pool = work.writer, work.pool
        self.writer.attach_warc(self.warc)
        for line in work.recovered:
            announce("recovered", line)
        if not self.options.once:
            seeding.remember(self.archive, self.options.urls, follow=self.options.follow)
        self._id = self.writer.call(self._begin).result()
        if not self.settings.contact:
            announce("no_contact", _REMINDER.format(path=self.archive.settings_path), level=logging.WARNING)
        announce("run_start", f"run {self._id} begins", run_id=self._id)

    def _begin(self, connection: Connection) -> int:
        reclaimed = ledger.reclaim(connection)
        if reclaimed:
            announce("run_resume", f"{reclaimed} pages of an interrupted run are due again", pages=reclaimed)
        run_id = runs.begin(connection, "crawl", self.options.arguments)
        if self.options.once:
            self._unscheduled = ledger.unscheduled(connection, self.options.urls)
        for url in self.options.urls:
            ledger.register(connection, url, reason="seed", due_at=ledger.now())
        return run_id

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

    # -- what is asked for ---------------------------------------------------------------------------------

    async def _write(self, function: Callable[[Connection], _T]) -> _T:
        return await asyncio.wrap_future(self.writer.call(function))

    async def lease(self) -> list[LeasedPage]:
        """Take on due pages: as many as there is room for, and as the page budget still allows."""
        self._news.clear()
        room = min(_AT_ONCE - len(self.under_way), self._budget)
        if room <= 0:
            return []
        at = ledger.now()
        if self.options.urls:
            wanted, self._wanted = self._wanted[:room], self._wanted[room:]
            pages = await self._write(lambda c: self._lease_urls(c, wanted, at)) if wanted else []
        else:
            pages = await self._write(lambda c: ledger.lease(c, self._id, room, at))
        self._budget -= len(pages)
        self.under_way.update((page.id, page) for page in pages)
        return pages

    def _lease_urls(self, connection: Connection, wanted: list[str], at: str) -> list[LeasedPage]:
        """Take on what was given, due or not, and what was found on the way where it is due."""
        given = set(self.options.urls)
        pages = ledger.lease_urls(connection, self._id, [url for url in wanted if url in given], at)
        followed = [url for url in wanted if url not in given]
        return pages + ledger.lease_urls(connection, self._id, followed, at, if_due=True)

    async def wait_for_news(self) -> None:
        """Return when something of what is under way has come to an end."""
        try:
            await asyncio.wait_for(self._news.wait(), _NEWS_SECONDS)
        except TimeoutError:
            if _is_idle(self._engine):
                await self._give_up_lost()

    async def _give_up_lost(self) -> None:
        for page in list(self.under_way.values()):
            lost = FetchFailure("lost", "Scrapy dropped the request without a word")
            await self._write(partial(_fail, page_id=page.id, run_id=self._id, failure=lost))
            self._settle(page.id, page.url, lost.error, lost.message, lost.state)

    # -- what comes back -----------------------------------------------------------------------------------

    async def finish_visit(self, visit: Visit, failure: FetchFailure | None = None) -> VisitItem:
        """Return what a visit gave: each archived response, processed, and why the page was not had."""
        captures = [await self._capture(exchange) for exchange in visit.exchanges]
        if failure is None:
            links = self._links(captures[-1].processed)
            if self.options.once and links:
                self._unscheduled |= await self._write(lambda c: ledger.unscheduled(c, links))
            captures[-1] = replace(captures[-1], page_id=visit.page.id, follow=links)
        return VisitItem(
            page_id=visit.page.id,
            url=visit.page.url,
            run_id=self._id,
            captures=tuple(captures),
            error=failure.error if failure else None,
            message=failure.message if failure else None,
            state=failure.state if failure else None,
        )

    async def _capture(self, exchange: Exchange) -> Captured:
        work = await asyncio.to_thread(work_of, exchange.record)  # unpacking may take its time
        processed = await asyncio.wrap_future(self._pool.run(work)) if isinstance(work, Job) else work
        return captured_of(exchange.record, exchange.reference, processed, self._id)

    def _links(self, processed: Processed) -> tuple[str, ...]:
        if processed.article is None:
            return ()
        return self._rule.links(processed.url, processed.article.sidebar)

    def settled(self, item: VisitItem) -> None:
        """Note that a visit is stored."""
        if item.error is not None:
            self._settle(item.page_id, item.url, item.error, item.message or "", item.state or "failed")
            return
        last = item.captures[-1]
        self._wanted += [url for url in last.follow if url not in self._asked_for]
        self._asked_for.update(last.follow)
        processed = last.processed
        self._settle(item.page_id, processed.url, processed.error, processed.message or "", processed.outcome)

    def _settle(self, page_id: int, url: str, error: str | None, message: str, outcome: str) -> None:
        self.under_way.pop(page_id, None)
        self._robots_unreachable += error == ROBOTS_UNREACHABLE
        event, level = _EVENTS.get(error or "", _EVENTS.get(outcome, ("fetch_ok", logging.INFO)))
        text = f"{outcome}: {message or url}"
        announce(event, text, level=level, url=url, outcome=outcome, reason=error)
        self.on_settled(1)
        self._news.set()

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
        if reason == "forced":
            self._outcome = reason
        elif reason == "shutdown" and self._outcome == "done":
            self._outcome = "interrupted"
        result = self._orderly(self._finish) or Result(states={}, outcome="failed", error_code=1)
        self._orderly(self._resources.close)
        if self._error is not None:
            error = _named(self._error, self.archive)
            is_known = isinstance(error, WencunError)
            code = error.exit_code if isinstance(error, WencunError) else 1
            text = (
                f"{error}" if is_known else f"internal error, {type(error).__name__}: {error}; a bug of ours"
            )
            announce("run_failed", text, level=logging.ERROR, error=type(error).__name__)
            result = replace(result, outcome="failed", error_code=code)
        self.result = result
        announce(
            "run_summary",
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

    def _finish(self) -> Result:
        return self.writer.call(self._end).result()

    def _end(self, connection: Connection) -> Result:
        ledger.release(connection, self._id)
        if self.options.once:
            ledger.unschedule(connection, self._unscheduled)
        if (
            self._outcome == "done"
            and not self._budget
            and (self._wanted or ledger.due(connection, ledger.now()))
        ):
            self._outcome = "limit"
        counts = ledger.counts(connection, self._id)
        states = Counter[str]()
        for name, pages in counts.items():
            states[_STATES.get(name, name)] += pages
        del states["leased"], states["held"]
        result = Result(states=+states, robots_unreachable=self._robots_unreachable, outcome=self._outcome)
        runs.finish(
            connection, self._id, outcome=self._outcome, exit_code=result.exit_code, counts=result.states
        )
        return result


def _fail(connection: Connection, *, page_id: int, run_id: int, failure: FetchFailure) -> None:
    ledger.fail(connection, page_id, run_id, failure.error, failure.message, state=failure.state)


def _is_idle(engine: Any) -> bool:
    """Has Scrapy nothing more in hand? Its own idle signal waits for the end of start()."""
    waits = engine.scheduler is not None and engine.scheduler.has_pending_requests()
    return not waits and not engine.downloader.active and engine.scraper.slot.is_idle()


def _named(error: BaseException, archive: Archive) -> BaseException:
    """Return the error of ours that a fault of the disk is."""
    if isinstance(error, WencunError) or not isinstance(error, OSError):
        return error
    place = error.filename or archive.warc_dir
    if error.errno in _FULL:
        return DiskFull(f"{place}: {error.strerror}; make room and run `wencun crawl` to go on")
    return StorageUnusable(f"{place}: {error.strerror}")


def _nobody(_: int) -> None:
    """Nobody watches the run."""
