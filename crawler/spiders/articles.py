"""The spider: asks for what the ledger says is due and hands on what comes back; it parses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.fetching.events import announce_image, announce_retry
from crawler.fetching.failures import failure_of
from crawler.fetching.options import RunOptions
from crawler.fetching.overriding import override
from crawler.fetching.resting import HostRests
from crawler.fetching.run import Run
from crawler.fetching.summary import End
from crawler.fetching.visit import PURPOSE, VISIT, Visit
from pipelines.archive import Archive, resolve_root
from pipelines.item_pipeline import VisitItem
from pipelines.requisites import PURPOSE as IMAGE

_SUCCESS = range(200, 300)


class ArticlesSpider(Spider):
    """Articles, by URL or as the ledger has them due.

    `scrapy crawl articles -a urls="URL URL" -a data=DIR -a follow=related -a max_pages=20`
    """

    name = "articles"

    run: Run
    _is_of_scrapy = False
    _watch: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: Run | None = None, **kwargs: Any
    ) -> ArticlesSpider:
        """Make the spider for an open run, or open one from the arguments of `scrapy crawl -a`.

        The run's own settings, such as its contact, go over those of the project.
        """
        spider = super().from_crawler(crawler, *args)
        spider.run = run or _open_run(kwargs)
        spider._is_of_scrapy = run is None
        override(crawler.settings, spider.run.settings, spider.run.options)
        crawler.signals.connect(
            lambda: spider.run.attach(crawler.engine), signal=signals.engine_started, weak=False
        )
        crawler.signals.connect(spider._on_asked, signal=signals.request_reached_downloader)
        crawler.signals.connect(spider._on_scraped, signal=signals.item_scraped)
        crawler.signals.connect(spider._on_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider._on_error, signal=signals.item_error)
        crawler.signals.connect(spider._on_closed, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Lease pages from the ledger until nothing is due, under way, or worth waiting for."""
        loop = asyncio.get_running_loop()
        loop.call_later(self.run.seconds, self.run.stop, End.TIME)
        self._watch = loop.create_task(self.run.watch())
        try:
            while not self.run.is_over:
                visits = await self.run.visits.lease()
                for visit in visits:
                    yield visit.request or self._request(visit)
                if not visits and not await self.run.visits.wait():
                    return
        except Exception as error:  # Scrapy would log it, and end as if all was done
            self.run.abort(error)

    def _request(self, visit: Visit) -> Request:
        return Request(
            visit.page.url,
            callback=self.parse,
            errback=self.give_up,
            dont_filter=True,  # the ledger decides what is asked for, and how often
            meta={VISIT: visit},
        )

    async def parse(self, response: Response) -> AsyncIterator[VisitItem | Request]:
        """Hand the visit to the workers, what they made of it to the pipeline, and go on to its images."""
        visit: Visit = response.meta[VISIT]
        visit.seconds = response.meta.get("download_latency")
        item = await self.run.visits.finish(visit)
        if item is not None:
            images = () if self.run.is_over else await self.run.images.of(item)
            yield item
            for url in images:
                yield self._image(url, referer=response.url)

    def _image(self, url: str, *, referer: str) -> Request:
        return Request(
            url,
            callback=self.keep_image,
            errback=self.miss_image,
            headers={"Accept": "image/*,*/*;q=0.5", "Referer": referer},  # hosts of images ask for it
            priority=-1,  # pages first
            dont_filter=True,
            meta={PURPOSE: IMAGE},
        )

    def keep_image(self, response: Response) -> None:
        """Say that an image is in the archive, or that its place says something else."""
        announce_image(
            response.url, None if response.status in _SUCCESS else f"HTTP status {response.status}"
        )

    def miss_image(self, failure: Failure) -> None:
        """Say why an image could not be had; the article is stored without it."""
        announce_image(failure.request.url, failure_of(_error(failure)).message)  # type: ignore[attr-defined]

    async def give_up(self, failure: Failure) -> AsyncIterator[VisitItem]:
        """Note why the page could not be had, or put it off, with the responses that came before that."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        visit: Visit = request.meta[VISIT]
        error = _error(failure)
        if isinstance(error, HostRests) and not self.run.is_over:
            item = await self.run.visits.put_off(visit, request.copy(), waits_for=error.host)
        else:
            item = await self.run.visits.finish(visit, failure_of(error))
        if item is not None:
            yield item

    def _on_asked(self, request: Request) -> None:
        visit: Visit | None = request.meta.get(VISIT)
        attempt = request.meta.get("retry_times", 0) + 1
        if visit is not None and attempt > visit.attempt:
            visit.attempt = attempt
            announce_retry(request.url, attempt)

    def _on_scraped(self, item: VisitItem) -> None:
        self.run.visits.settled(item)

    def _on_dropped(self, item: VisitItem, exception: DropItem) -> None:
        self.run.abort(exception.__cause__ or exception)

    def _on_error(self, item: VisitItem, failure: Failure) -> None:
        self.run.abort(_error(failure))

    def _on_closed(self, reason: str) -> None:
        if self._watch is not None:
            self._watch.cancel()
        # `scrapy crawl` ends so by a signal; of the command's signals the run itself is told
        self.run.close(End.SIGNAL if reason == "shutdown" else End.DONE)
        if self._is_of_scrapy:
            self.run.tell()


def _open_run(arguments: Mapping[str, str]) -> Run:
    """Open the run that `scrapy crawl -a` asks for; without URLs, over an archive that is there."""
    options = RunOptions.from_arguments(arguments)
    root = resolve_root(arguments.get("data"))
    return Run.open(Archive.create(root) if options.urls else Archive.open(root), options)


def _error(failure: Failure) -> BaseException:
    return failure.value or RuntimeError("a failure without an error")
