"""Asks again for what failed or was cut short: three times at most, and within the run's budget for that."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy import exceptions as scrapy_errors
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from crawler.fetching.resting import Trouble
from crawler.fetching.run import Run
from crawler.fetching.turns import host_of
from crawler.fetching.visit import VISIT
from crawler.fetching.wholeness import CUT_SHORT

_NO_CONNECTION = (
    scrapy_errors.CannotResolveHostError,
    scrapy_errors.DownloadConnectionRefusedError,
    scrapy_errors.DownloadFailedError,
    scrapy_errors.DownloadTimeoutError,
)
_TRIED_AGAIN = (scrapy_errors.DownloadConnectionRefusedError, scrapy_errors.DownloadFailedError)
"""What took all its time, or has no address, is no better seconds later: the ledger asks again in an hour."""
_SUCCESS = range(200, 300)


class RetryMiddleware:
    """Stands in the place of Scrapy's own, which knows neither a budget nor hosts that rest.

    What asks for patience is not its business: the page waits until its host may be asked again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._statuses = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        """Make the middleware for the run of the crawler's spider."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the request once more where the answer may be better then."""
        _note_on_visit(request, None)
        is_cut = CUT_SHORT in response.flags and response.status in _SUCCESS
        if is_cut or response.status in self._statuses:
            return self._again(request, "cut short" if is_cut else str(response.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request once more where there was no answer; its host is told of that."""
        if not isinstance(exception, _NO_CONNECTION):
            return None
        _note_on_visit(request, exception)
        self._run.rests.trouble(host_of(request), Trouble.NO_CONNECTION)
        return self._again(request, type(exception).__name__) if isinstance(exception, _TRIED_AGAIN) else None

    @property
    def _run(self) -> Run:
        spider: Any = self._crawler.spider
        run: Run = spider.run
        return run

    def _again(self, request: Request, reason: str) -> Request | None:
        """Return None where the run's budget is spent, or it was the third time.

        Where the host rests by now, the request waits until it may be asked.
        """
        spider: Any = self._crawler.spider
        again = get_retry_request(request, spider=spider, reason=reason)
        return again if again is not None and self._run.retries.spend() else None


def _note_on_visit(request: Request, failure: Exception | None) -> None:
    if VISIT in request.meta:
        request.meta[VISIT].failure = failure
