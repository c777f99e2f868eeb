"""Keeps requests away from hosts that rest, and tells how hosts answer as soon as they do."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.fetching.patience import asks_for_patience, patience_of
from crawler.fetching.resting import HostRests, Trouble
from crawler.fetching.run import Run
from crawler.fetching.turns import host_of

_SERVER_ERRORS = range(500, 600)


class ThrottleMiddleware:
    """Counts and checks every request on its way out, behind robots.txt: robots.txt itself, pages and images.

    Answers are heard of by Scrapy's signal: when middlewares see them, the next request may be out already.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._tries = crawler.settings.getint("RETRY_TIMES")
        crawler.signals.connect(self._on_answer, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ThrottleMiddleware:
        """Make the middleware for the run of the crawler's spider."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise HostRests where the request's host must not be asked now, IgnoreRequest once the run ends."""
        if self._run.is_over:
            raise IgnoreRequest("the run ends")
        self._run.rests.check(host_of(request))
        self._run.retries.asked += 1

    def process_response(self, request: Request, response: Response) -> Response:
        """Raise HostRests for an answer that asks to come again later, unless it was the last try."""
        tries = request.meta.get("retry_times", 0)
        is_final = _is_robots(request) or tries >= self._tries
        if is_final or not asks_for_patience(response.status, patience_of(response)):
            return response
        request.meta["retry_times"] = tries + 1
        host = host_of(request)
        raise HostRests(host, f"{host} asks for patience (HTTP status {response.status})")

    @property
    def _run(self) -> Run:
        spider: Any = self._crawler.spider
        run: Run = spider.run
        return run

    def _on_answer(self, response: Response, request: Request) -> None:
        if _is_robots(request):
            return  # what it means is for the robots middleware to say
        rests, host = self._run.rests, host_of(request)
        asked = patience_of(response)
        if asks_for_patience(response.status, asked):
            rests.trouble(host, Trouble.PATIENCE, asked=asked)
        elif response.status in _SERVER_ERRORS:
            rests.trouble(host, Trouble.SERVER_ERROR)
        else:
            rests.answered(host)


def _is_robots(request: Request) -> bool:
    return bool(request.meta.get("is_robots_txt"))
