"""What kept a page from being fetched, as the ledger words it."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import exceptions as scrapy_errors
from twisted.web.client import ResponseFailed

from crawler.fetching.addresses import AddressRefused
from crawler.fetching.redirects import RedirectRefused
from crawler.fetching.rules import RobotsDenied, RobotsUnreachable
from crawler.fetching.scope import Erased, OffScope


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Why a page was not fetched; `state` is what the ledger says of it from now on."""

    error: str
    message: str
    state: str = "failed"


_REDIRECTS_END = "max redirections reached"
"""All that Scrapy says where a chain of redirects is given up."""

_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (RobotsDenied, "robots"),
    (RobotsUnreachable, "robots_unreachable"),
    (AddressRefused, "AddressRefused"),
    (scrapy_errors.CannotResolveHostError, "dns"),
    (scrapy_errors.DownloadConnectionRefusedError, "refused"),
    (scrapy_errors.DownloadTimeoutError, "timeout"),
    (scrapy_errors.DownloadCancelledError, "too_large"),
    (scrapy_errors.UnsupportedURLSchemeError, "scheme"),
    (scrapy_errors.NotSupported, "scheme"),
    (scrapy_errors.ResponseDataLossError, "cut_short"),
)
ROBOTS_UNREACHABLE = "robots_unreachable"


def failure_of(error: BaseException) -> FetchFailure:
    """Return what `error`, as it reached the errback, means for the page."""
    message = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, RobotsDenied):
        return FetchFailure("robots", message, state="robots")
    if isinstance(error, Erased):
        return FetchFailure("erased", message, state="skipped")
    if isinstance(error, OffScope):
        return FetchFailure("off_scope", message, state="skipped")
    if isinstance(error, scrapy_errors.IgnoreRequest) and message == _REDIRECTS_END:
        return FetchFailure("redirect_loop", "more than 5 redirects, one after the other")
    if isinstance(error, RedirectRefused):
        return FetchFailure(error.reason, message)
    for kind, name in _ERRORS:
        if isinstance(error, kind):
            return FetchFailure(name, message)
    if _is_tls(error):
        return FetchFailure("tls", message)
    if isinstance(error, scrapy_errors.DownloadFailedError):
        return FetchFailure("connection_lost", message)
    return FetchFailure(type(error).__name__, message)


def _is_tls(error: BaseException) -> bool:
    cause = error.__cause__
    reasons = [failure.value for failure in cause.reasons] if isinstance(cause, ResponseFailed) else [cause]
    return any(type(reason).__module__.startswith(("OpenSSL", "service_identity")) for reason in reasons)
