"""Keeps a run where it was told to go: a followed link leads to no other host by way of a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.extract.urls import canonical
from crawler.fetching.visit import VISIT, Visit
from pipelines.following import host_of

if TYPE_CHECKING:
    from crawler.fetching.run import Run


class OffScope(IgnoreRequest):
    """A followed link leads to a host that nobody named."""


class ScopeMiddleware:
    """Stops a redirect before anything is asked of the host that it leads to, robots.txt included.

    Where somebody gave the URL, its redirects are gone after: it is for them to know where it leads.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        """Make the middleware for the run of the crawler's spider."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OffScope for a request that leaves the hosts of its link and of the URLs that were given."""
        visit: Visit | None = request.meta.get(VISIT)
        if visit is None or not visit.page.depth:
            return
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]  # there is a spider when there is a request
        host = host_of(canonical(request.url))
        if host not in {host_of(visit.page.url), *map(host_of, run.options.urls)}:
            raise OffScope(
                f"{visit.page.url} leads to {host}, which nobody named; `wencun add` its URL to have it"
            )
