"""Ends a page's download at its size limit, so that the archive keeps what came until then."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload

STOPPED = "download_stopped"
"""How Scrapy marks a response whose download was ended here."""


class SizeLimit:
    """A Scrapy extension; without it, Scrapy drops a response over DOWNLOAD_MAXSIZE, and says so only."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SizeLimit:
        """Make the extension and have it told of what arrives."""
        limit = cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        crawler.signals.connect(limit.on_head, signal=signals.headers_received)
        crawler.signals.connect(limit.on_bytes, signal=signals.bytes_received)
        return limit

    def on_head(self, body_length: int | str, request: Request, **_: Any) -> None:
        """End the download of a page that says itself that it is too large.

        `body_length` is a word of Twisted's where the page has no length.
        """
        if isinstance(body_length, int):
            self._check(body_length, request)

    def on_bytes(self, data: bytes, request: Request, **_: Any) -> None:
        """End the download of a page that has become too large."""
        self._received[request] = self._received.get(request, 0) + len(data)
        self._check(self._received[request], request)

    def _check(self, size: int, request: Request) -> None:
        """A robots.txt is left to Scrapy: a beginning without its end must not be obeyed as the whole."""
        if size > self._limit and not request.meta.get("is_robots_txt"):
            raise StopDownload(fail=False)
