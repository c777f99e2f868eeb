"""Archives every exchange before anything looks at it: robots.txt, redirects and refused tries too.

The innermost downloader middleware: the body is still content-encoded here and repeated headers are still
there, and an error reaches the request's errback, which it would not from a signal handler.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response

from crawler.fetching.conditional import is_conditional
from crawler.fetching.run import Run
from crawler.fetching.size import STOPPED
from crawler.fetching.visit import PURPOSE, VISIT, Exchange
from crawler.fetching.wholeness import CUT_SHORT, is_whole
from pipelines.originals import find_newest, find_original
from pipelines.records import NOT_MODIFIED
from pipelines.warc.record import Record, status_line
from pipelines.warc.revisit import stands_for

_CUT = "disconnect"


class ArchiveMiddleware:
    """Writes request and response to the run's WARC file and notes on the visit where they lie."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """Make the middleware for the run of the crawler's spider."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive the exchange, and mark an answer that was cut short.

        A disk that does not take it ends the run: what is not archived is not read.
        """
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]  # there is a spider when there is a response
        try:
            exchange = await asyncio.to_thread(_archive, run, request, response)
        except OSError as error:
            run.abort(error)
            raise IgnoreRequest(f"not archived: {error}") from error
        if VISIT in request.meta:
            request.meta[VISIT].exchanges.append(exchange)
        if exchange.record.truncated == _CUT:
            response.flags.append(CUT_SHORT)
        return response


def _archive(run: Run, request: Request, response: Response) -> Exchange:
    headers = _pairs(response.headers)
    encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    truncated = None if is_whole(response.flags, response.body, encoding) else _CUT
    if STOPPED in response.flags:
        truncated = "length"
    purpose = "robots" if request.meta.get("is_robots_txt") else request.meta.get(PURPOSE)
    original = None
    if purpose is None and truncated is None:
        original = (
            find_newest(run.archive, response.url)
            if response.status == NOT_MODIFIED and is_conditional(request)
            else find_original(run.archive, response.url, response.body)
        )
    reference = run.warc.write_response(
        url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        request_headers=(("Host", urlsplit(request.url).netloc), *_pairs(request.headers)),
        method=request.method,
        truncated=truncated,
        purpose=purpose,
        original=original,
    )
    record = Record(
        type="response",
        url=response.url,
        date=datetime.fromisoformat(reference.recorded_at),
        record_id=reference.record_id,
        content_type=None,
        body=response.body,
        status_line=status_line(response.status),
        http_headers=headers,
        truncated=truncated,
        payload_digest=reference.payload_digest,
    )
    return Exchange(reference, record if original is None else stands_for(record, original.record))


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return name and value of every header, repeated ones too."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )
