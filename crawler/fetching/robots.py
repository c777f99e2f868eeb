"""robots.txt as RFC 9309 has it: asked for first, obeyed by every request, and closed when it cannot be had.

Stands in the place of Scrapy's own middleware, which lets the third and later requests through while
robots.txt is on its way, takes an unreachable robots.txt for leave to fetch everything, and does not know
Crawl-delay.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.fetching.addresses import AddressRefused
from crawler.fetching.patience import patience_of
from crawler.fetching.resting import HostRests, Trouble
from crawler.fetching.rules import Rules, read_rules, rules_of
from crawler.fetching.run import Run
from crawler.fetching.turns import host_of
from pipelines.ledger import hosts
from pipelines.ledger.times import now

logger = logging.getLogger(__name__)

_FIRST = 1000
"""Priority of a request for robots.txt: before every page."""
_CACHED_SECONDS = 86400.0
"""RFC 9309 lets a robots.txt be used for a day."""
_RATE_LIMITED = 429
_FOUND = 200


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of asking for a robots.txt."""

    rules: Rules
    is_refused: bool = False
    """Was it refused for now, with 429? The host is not broken then, and is asked again."""
    patience: float | None = None
    """Seconds that the host asks to be left alone."""


class RobotsMiddleware:
    """Holds every request to an origin until its robots.txt is there, then asks it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._origins: dict[str, tuple[asyncio.Task[Rules], float]] = {}
        self._paced: set[str] = set()
        crawler.signals.connect(self._on_answer, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make the middleware; there is no setting that turns it off."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let through what robots.txt allows, at the pace it asks for."""
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        # Shielded: a request that is given up must not take robots.txt away from the others.
        rules = await asyncio.shield(self._rules(f"{parts.scheme}://{parts.netloc}"))
        rules.check(request.url, self._agent)
        delay = rules.crawl_delay(self._agent)
        if delay > 0:
            self._slow_down(request, delay)

    def _rules(self, origin: str) -> asyncio.Task[Rules]:
        """Return the task that gives an origin's rules: one for all requests of a day."""
        task, since = self._origins.get(origin, (None, 0.0))
        if task is None or monotonic() - since > _CACHED_SECONDS:
            task = asyncio.ensure_future(self._ask(origin))
            self._origins[origin] = task, monotonic()
        return task

    async def _ask(self, origin: str) -> Rules:
        """Return what an origin's robots.txt says, or said within a day where it cannot be had now.

        That it cannot be had is not remembered: the host rests then, and is asked again afterwards.
        """
        url = f"{origin}/robots.txt"
        request = Request(url, priority=_FIRST, meta={"is_robots_txt": True}, callback=NO_CALLBACK)
        run, host = self._run, host_of(request)
        try:
            answer = await self._fetch(request)
        except HostRests:
            del self._origins[origin]
            raise
        if answer.rules.body is not None:
            kept = partial(hosts.keep_robots, host=host, url=url, status=_FOUND, body=answer.rules.body)
            await run.writer.write(kept)
        if answer.rules.unreachable is None:
            return answer.rules
        del self._origins[origin]
        last = await run.writer.write(partial(hosts.kept_robots, host=host, url=url, at=now()))
        if answer.is_refused or (last is not None and answer.patience is not None):
            run.rests.trouble(host, Trouble.PATIENCE, asked=answer.patience)
        elif last is None and not run.is_over and not run.rests.seconds_left(host):  # else it is not the host
            run.rests.trouble(host, Trouble.NO_ROBOTS, asked=answer.patience)
        if last is not None:
            return read_rules(*last)
        if answer.is_refused:
            run.rests.check(host)
        return answer.rules

    async def _fetch(self, request: Request) -> _Answer:
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except HostRests:
            raise
        except AddressRefused as error:
            return _Answer(Rules(None, refused=str(error)))
        except Exception as error:  # whatever kept it away, nothing may be fetched now
            logger.debug("no robots.txt at %s", request.url, exc_info=True)
            return _Answer(Rules(None, unreachable=f"{type(error).__name__}: {error}"))
        is_refused = response.status == _RATE_LIMITED
        return _Answer(rules_of(response), is_refused=is_refused, patience=patience_of(response))

    @property
    def _run(self) -> Run:
        spider: Any = self._crawler.spider
        run: Run = spider.run
        return run

    def _on_answer(self, response: Response, request: Request) -> None:
        """Count a site's own pace from its answer: however requests travel, none reaches it too early."""
        downloader: Any = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        if key in self._paced and key in downloader.slots:
            downloader.slots[key].lastseen = monotonic()

    def _slow_down(self, request: Request, delay: float) -> None:
        """Keep the site's own pace exactly: jitter must not go below it, nor AutoThrottle change it."""
        downloader: Any = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        usual = max(delay, downloader.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[key] = {"delay": usual, "jitter": 0.0, "concurrency": 1}
        request.meta["autothrottle_dont_adjust_delay"] = True
        slot = downloader.slots.get(key)
        if slot is not None:
            slot.jitter = 0.0
        if slot is not None and slot.delay < usual:
            slot.delay, slot.lastseen = usual, monotonic()  # robots.txt, just received, was a request too
        self._paced.add(key)
