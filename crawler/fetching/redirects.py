"""Where a redirect may lead: to a web page, without a user name; else it is a failure with its reason."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.extract import urls
from pipelines.masking import masked

_STATUSES = {301, 302, 303, 307, 308}
_SHOWN = 200
"""Characters of an address that are told; some are made to be long."""


class RedirectRefused(IgnoreRequest):
    """A redirect leads to where nothing is asked for; `reason` names why, as the ledger does."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RedirectTargets:
    """A downloader middleware that looks at an address before Scrapy goes there."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Raise RedirectRefused for a redirect that is not followed."""
        location = response.headers.get("Location")
        if response.status in _STATUSES and location is not None:
            check(location, base=request.url)
        return response


def check(location: bytes, *, base: str) -> None:
    """Raise RedirectRefused where a page at `base` that redirects to `location` leads to no web page."""
    try:
        target = urljoin(base, safe_url_string(location))
        scheme = urlsplit(target).scheme
    except ValueError as error:
        raise RedirectRefused("address", f"it redirects to what is no address: {error}") from error
    shown = masked(target)[:_SHOWN]
    if scheme not in {"http", "https"}:
        raise RedirectRefused("scheme", f"it redirects to {shown}, which is no web page")
    parts = urls.parts(target)
    if parts is None:
        raise RedirectRefused("address", f"it redirects to {shown}, which is no address of a web page")
    if "@" in parts.netloc:
        raise RedirectRefused("userinfo", f"it redirects to {shown}, with a user name that is not ours")
