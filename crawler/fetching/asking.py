"""Asks sites for their robots.txt and nothing else, behind the walls and into the archive of a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler import settings as project
from crawler.fetching.addresses import ALLOW_PRIVATE, AddressRefused
from crawler.fetching.options import CrawlSettings
from crawler.fetching.planning import origin_of
from crawler.fetching.processes import project_settings
from crawler.fetching.rules import Rules, rules_of
from pipelines import ledger
from pipelines.archive import Archive
from pipelines.events import Event, announce
from pipelines.recovery import writing
from pipelines.warc import WarcWriter

_OF_A_RUN = (
    "crawler.fetching.scope.ScopeMiddleware",
    "crawler.fetching.robots.RobotsMiddleware",
    "crawler.fetching.throttle.ThrottleMiddleware",
    "crawler.fetching.retrying.RetryMiddleware",  # a plan is not worth a second request
)
"""Middlewares that watch over pages, of which there are none here."""


@dataclass(slots=True)
class _Inquiry:
    """What the archive middleware asks of a run."""

    warc: WarcWriter
    rules: dict[str, Rules] = field(default_factory=dict)
    """By origin, as they come in."""
    error: BaseException | None = None

    def abort(self, error: BaseException) -> None:
        """Note that nothing can be archived any more."""
        self.error = self.error or error


class _RobotsSpider(Spider):
    """Asks each origin for its robots.txt, once."""

    name = "robots"

    run: _Inquiry
    origins: Collection[str]

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: _Inquiry, origins: Collection[str], **kwargs: Any
    ) -> _RobotsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.run, spider.origins = run, origins
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for origin in self.origins:
            yield Request(
                f"{origin}/robots.txt",
                callback=self.read,
                errback=self.give_up,
                dont_filter=True,
                meta={"is_robots_txt": True, "origin": origin},
            )

    async def read(self, response: Response) -> None:
        # Unpacking may take its time.
        self.run.rules[response.meta["origin"]] = await asyncio.to_thread(rules_of, response)

    def give_up(self, failure: Failure) -> None:
        error = failure.value
        text = f"{type(error).__name__}: {error}"
        rules = (
            Rules(None, refused=text) if isinstance(error, AddressRefused) else Rules(None, unreachable=text)
        )
        self.run.rules[failure.request.meta["origin"]] = rules  # type: ignore[attr-defined]  # Scrapy adds it


def ask(archive: Archive, settings: CrawlSettings, urls: Collection[str]) -> dict[str, Rules]:
    """Return what robots.txt says at the origins of `urls`, by origin, asked for now; for one process, once.

    Raises Locked where a run holds the archive, whose time it is to ask then; else as `recovery.writing`.
    """
    inquiry = _Inquiry(WarcWriter(archive.warc_dir))
    with writing(archive, "status --plan") as work:
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        work.writer.attach_warc(inquiry.warc)
        rests = work.writer.call(ledger.hosts.struck).result()
        origins = []
        for origin in dict.fromkeys(map(origin_of, urls)):
            rest = rests.get(ledger.host_of(origin))
            if rest is not None and rest.until > ledger.now():
                inquiry.rules[origin] = Rules(None, unreachable=f"the host rests until {rest.until}")
            else:
                origins.append(origin)
        process = AsyncCrawlerProcess(_settings(settings))
        process.crawl(_RobotsSpider, run=inquiry, origins=tuple(origins))
        process.start()
    if inquiry.error is not None:
        raise inquiry.error
    return inquiry.rules


def _settings(settings: CrawlSettings) -> Settings:
    values = project_settings()
    values.set("USER_AGENT", settings.user_agent)
    values.set(ALLOW_PRIVATE, list(settings.allow_private))
    values.set("ITEM_PIPELINES", {})
    values.set("DOWNLOADER_MIDDLEWARES", {**project.DOWNLOADER_MIDDLEWARES, **dict.fromkeys(_OF_A_RUN)})
    return values
