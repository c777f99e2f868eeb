"""robots.txt as RFC 9309 has it: asked for first, obeyed by every request, and closed when it cannot be had.

Stands in the place of Scrapy's own middleware, which lets the third and later requests through while
robots.txt is on its way, takes an unreachable robots.txt for leave to fetch everything, and does not know
Crawl-delay.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.fetching.addresses import AddressRefused
from crawler.fetching.wholeness import is_whole_file
from pipelines.content_coding import ContentUndecodable, decode_content

logger = logging.getLogger(__name__)

_FIRST = 1000
"""Priority of a request for robots.txt: before every page."""
_PARSED_BYTES = 500 * 1024
"""How much of a robots.txt counts; RFC 9309 asks for at least 500 KiB."""
_LONGEST_DELAY = 300.0
"""Seconds; a Crawl-delay beyond is taken for a way of saying no, and waited for no longer."""
_RATE_LIMITED = 429
_SUCCESS = range(200, 300)


class RobotsDenied(IgnoreRequest):
    """robots.txt forbids the address."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, so that nothing may be fetched from the host."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt says to us."""

    parser: Protego | None
    """None where there is no robots.txt, which allows everything."""
    unreachable: str | None = None
    """Why robots.txt could not be had; nothing may be fetched then."""
    refused: str | None = None
    """Why the host must not be asked at all: it is behind the address wall."""

    def check(self, url: str, agent: str) -> None:
        """Raise RobotsUnreachable, AddressRefused or RobotsDenied where `url` must not be fetched."""
        if self.refused is not None:
            raise AddressRefused(self.refused)
        if self.unreachable is not None:
            raise RobotsUnreachable(f"robots.txt cannot be had ({self.unreachable}), so nothing is fetched")
        if self.parser is not None and not self.parser.can_fetch(url, agent):
            raise RobotsDenied(f"robots.txt forbids {url} to {agent}")

    def crawl_delay(self, agent: str) -> float:
        """Return the seconds that the site wants between two requests; 0 where it names none."""
        delay = self.parser.crawl_delay(agent) if self.parser is not None else None
        return min(delay, _LONGEST_DELAY) if delay is not None and delay > 0 else 0.0


class RobotsMiddleware:
    """Holds every request to an origin until its robots.txt is there, then asks it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._origins: dict[str, asyncio.Task[Rules]] = {}
        self._paced: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make the middleware; there is no setting that turns it off."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let through what robots.txt allows, at the pace it asks for."""
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._origins:
            self._origins[origin] = asyncio.ensure_future(self._fetch(f"{origin}/robots.txt"))
        # Shielded: a request that is given up must not take robots.txt away from the others.
        rules = await asyncio.shield(self._origins[origin])
        rules.check(request.url, self._agent)
        delay = rules.crawl_delay(self._agent)
        if delay > 0:
            self._slow_down(request, delay)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Count a site's own pace from its answer: however requests travel, none reaches it too early."""
        downloader: Any = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        if key in self._paced and key in downloader.slots:
            downloader.slots[key].lastseen = monotonic()
        return response

    async def _fetch(self, url: str) -> Rules:
        request = Request(url, priority=_FIRST, meta={"is_robots_txt": True}, callback=NO_CALLBACK)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except AddressRefused as error:
            return Rules(None, refused=str(error))
        except Exception as error:  # whatever kept it away, nothing may be fetched now
            logger.debug("no robots.txt at %s", url, exc_info=True)
            return Rules(None, unreachable=f"{type(error).__name__}: {error}")
        return rules_of(response)

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


def rules_of(response: Response) -> Rules:
    """Return what an answer to the request for robots.txt means, also where it cannot be read."""
    if response.status not in _SUCCESS:
        return read_rules(response.status, b"")
    encodings = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    try:
        body = decode_content(response.body, encodings)
    except ContentUndecodable as error:
        return Rules(None, unreachable=str(error))
    if not is_whole_file(response.flags, body):
        return Rules(None, unreachable="it was cut short")
    return read_rules(response.status, body)


def read_rules(status: int, body: bytes) -> Rules:
    """Return what an answer to the request for robots.txt means (RFC 9309, section 2.3.1).

    A status in the 400s says that there is none, except 429, which asks for patience and not for pages.
    """
    if status in _SUCCESS:
        return Rules(Protego.parse(body[:_PARSED_BYTES].decode("utf-8-sig", errors="replace")))
    if 400 <= status < 500 and status != _RATE_LIMITED:  # noqa: PLR2004 -- the client error class
        return Rules(None)
    return Rules(None, unreachable=f"status {status}")
