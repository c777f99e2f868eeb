"""Asks for a page that is held only if it is another by now; where it is not, the answer has no body."""

from __future__ import annotations

from scrapy import Request

from crawler.extract.urls import canonical
from crawler.fetching.visit import VISIT, Visit

_HEADERS = ("If-None-Match", "If-Modified-Since")


class ConditionalMiddleware:
    """A downloader middleware that says which body is held, where the page said how."""

    def process_request(self, request: Request) -> None:
        """Set the headers of a request for a leased page, and take them off what it redirects to."""
        visit: Visit | None = request.meta.get(VISIT)
        page = visit.page if visit is not None and canonical(request.url) == visit.page.url else None
        held = (page.etag, page.last_modified) if page is not None else (None, None)
        for name, value in zip(_HEADERS, held, strict=True):
            if value is not None:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)


def is_conditional(request: Request) -> bool:
    """Did a request say which body is held?"""
    return any(name in request.headers for name in _HEADERS)
