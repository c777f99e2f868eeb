"""Keeps a run where it may go: redirects lead followed links to no other host, and nothing to erased ones."""

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


class Erased(IgnoreRequest):
    """A page leads to one that was erased."""


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
        """Raise Erased for what was erased, OffScope for what is on no host of its link or the URLs given."""
        visit: Visit | None = request.meta.get(VISIT)
        if visit is None:
            return
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]  # there is a spider when there is a request
        if run.erased.covers(request.url):
            raise Erased(f"{visit.page.url} leads to a page that was erased")
        if not visit.page.depth:
            return
        host = host_of(canonical(request.url))
        if host not in {host_of(visit.page.url), *map(host_of, run.options.urls)}:
            raise OffScope(
                f"{visit.page.url} leads to {host}, which nobody named; `wencun add` its URL to have it"
            )
