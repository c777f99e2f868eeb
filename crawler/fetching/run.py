"""One run over an archive, from the lock to the summary, and all that it holds open meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from crawler.fetching import ending
from crawler.fetching.beginning import Beginning, begin, rule_of
from crawler.fetching.events import Event, announce, announce_drift
from crawler.fetching.finishing import Finisher
from crawler.fetching.images import Images
from crawler.fetching.kept_rests import kept_rests
from crawler.fetching.leasing import Leases
from crawler.fetching.options import CrawlSettings, RunOptions, read_settings
from crawler.fetching.reporting import Reporter
from crawler.fetching.resting import Rests
from crawler.fetching.retry_budget import RetryBudget
from crawler.fetching.stopping import Stopping
from crawler.fetching.summary import End, Result
from crawler.fetching.visiting import Visits
from crawler.fetching.watching import shortage
from pipelines import runs, seeding
from pipelines.archive import Archive
from pipelines.drift.judging import Judging
from pipelines.erasures import Erasures
from pipelines.errors import WencunError
from pipelines.events import of_run
from pipelines.following import Told
from pipelines.lock import Lock
from pipelines.recovery import Writing, writing
from pipelines.settings import read_archive_settings
from pipelines.warc import WarcWriter
from pipelines.writer import Writer

_LOOK_SECONDS = 5.0
"""How often disk and memory are looked at: four hosts give at most 64 MiB meanwhile."""
_BEAT_SECONDS = 20.0
"""How often the run's row says that the run is alive."""
_REPORT_SECONDS, _LAST_SECONDS = 30.0, 4.0
_REMINDER = (
    "no contact is set, so a site's owner cannot write to you: "
    'put `contact = "you@example.org"` under `[crawl]` in {path}'
)
_T = TypeVar("_T")


class Run:
    """One run: opened with the archive's lock held, closed with its row finished and its leases given back.

    The spider takes `visits` from it; the archive middleware writes to `warc`, the pipeline to `writer`.
    """

    def __init__(self, archive: Archive, options: RunOptions, settings: CrawlSettings) -> None:
        self.archive = archive
        self.options = options
        self.settings = settings
        self.result: Result | None = None
        self.warc = WarcWriter(archive.warc_dir)
        self.writer: Writer
        self.rests: Rests
        self.images: Images
        self.visits: Visits
        self.erased = Erasures()
        self._id = 0
        self.retries = RetryBudget()
        self._resources = ExitStack()
        self._news = asyncio.Event()
        self.stopping = Stopping(self._news.set)
        self._reporter = Reporter.of(archive)
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
        options = replace(
            options,
            urls=seeding.spare(archive, options.urls),
            arguments=tuple(map(Erasures.of(archive).redacted, options.arguments)),
        )
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
        self.erased = Erasures.of(self.archive)
        if not self.options.once:
            match = self.options.match.pattern if self.options.match else None
            seeding.remember(self.archive, self.options.urls, told=Told(match=match))
        beginning = self.writer.call(partial(begin, options=self.options)).result()
        self.rests = kept_rests(work.writer, self.stopping, self._news, struck=beginning.struck)
        self._id = beginning.run_id
        work.lock.name_run(self._id)
        self.writer.attach_warc(self.warc)
        self._resources.enter_context(of_run(self._id))
        self.visits = self._visits(work, beginning)
        beginning.tell()
        if not self.settings.contact:
            announce(
                Event.NO_CONTACT, _REMINDER.format(path=self.archive.settings_path), level=logging.WARNING
            )
        short = shortage(self.archive.root, self.settings)
        if short is not None:
            self.stop(short)

    def _visits(self, work: Writing, beginning: Beginning) -> Visits:
        options, settings = self.options, self.settings
        budget = options.max_pages or settings.max_pages
        return Visits(
            leases=Leases(options.urls, budget, settings.max_pages_per_host),
            finisher=Finisher(
                work.pool, rule_of(options), beginning.run_id, work.writer, Judging(self.archive)
            ),
            writer=work.writer,
            rests=self.rests,
            stopping=self.stopping,
            news=self._news,
            is_once=options.once,
            unscheduled=set(beginning.unscheduled),
        )

    @property
    def seconds(self) -> float:
        """Return how long the run may take."""
        return (self.options.max_time or self.settings.max_time).total_seconds()

    def attach(self, engine: Any) -> None:
        """Name Scrapy's engine, once there is one; the run's time begins."""
        self.stopping.engine = engine
        self.stopping.ends_at = monotonic() + self.seconds

    @property
    def is_over(self) -> bool:
        """Is nothing new to be asked for?"""
        return self.stopping.is_over

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
        result = self._orderly(self._finish)
        self._orderly(self._resources.close)
        error = self._named_error()
        if error is not None:
            result = replace(
                result or Result(states={}, end=End.ERROR), error_code=error.exit_code, error=str(error)
            )
        assert result is not None
        self.result = result
        if result.error is not None:
            announce(Event.RUN_FAILED, result.error, level=logging.ERROR, run_id=self._id)
        return result

    def notify(self) -> None:
        """Tell the result to whom the archive's settings name; takes 30 s at most.

        A run that is to end by a certain time has no more than the rest of it.
        """
        if self.result is not None and not self.stopping.is_cut:
            is_pressed = self.result.end in (End.SIGNAL, End.TIME)
            seconds = _LAST_SECONDS if is_pressed else _REPORT_SECONDS
            self._reporter.report(self._id, self.result, seconds=seconds)

    def tell(self) -> None:
        """Tell the result, the last that is told of the run."""
        assert self.result is not None
        with of_run(self._id):
            for drift in self.result.drifts:
                announce_drift(drift)
        announce(Event.RUN_SUMMARY, self.result.line(), run_id=self._id, **self.result.fields())

    def _finish(self) -> Result:
        return self.writer.call(
            partial(
                ending.finish_live,
                visits=self.visits,
                options=self.options,
                stopping=self.stopping,
                error=self._named_error(),
            )
        ).result()

    def _named_error(self) -> WencunError | None:
        return None if self._error is None else ending.named(self._error, self.archive)

    def _orderly(self, step: Callable[[], _T]) -> _T | None:
        try:
            return step()
        except Exception as error:  # the lock must be let go of and the summary told, whatever happened
            self._error = self._error or error
            return None
