"""What a run tells of its pages: one event each, as a line to read or as JSON."""

from __future__ import annotations

import logging

from crawler.fetching.failures import ROBOTS_UNREACHABLE
from pipelines.drift.judging import Drift
from pipelines.events import Event, announce
from pipelines.following import host_of
from pipelines.item_pipeline import VisitItem
from pipelines.ledger.hosts import Reason, Rest

__all__ = [
    "Event",
    "announce",
    "announce_drift",
    "announce_image",
    "announce_page",
    "announce_rest",
    "announce_retry",
]

_BY_NAME = {
    "blocked": Event.BLOCKED,
    "failed": Event.FETCH_FAILED,
    "quarantined": Event.QUARANTINED,
    "robots": Event.ROBOTS_DENIED,
    ROBOTS_UNREACHABLE: Event.ROBOTS_UNREACHABLE,
    "AddressRefused": Event.SSRF_REFUSED,
    "off_scope": Event.OFF_SCOPE,
    "TimedOut": Event.PARSE_LIMIT,
    "WorkerDied": Event.PARSE_LIMIT,
}
"""Event by error, else by outcome; all others are `fetch_ok`."""
_RESTS: dict[Reason, str] = {
    "rate_limited": "asks for patience",
    "blocked": "shows walls in place of pages",
    "failing": "does not work",
}


def announce_page(item: VisitItem) -> None:
    """Tell what became of a page: why it was not had, else what its last capture is."""
    last = item.captures[-1].processed if item.captures else None
    error: str | None
    message: str | None
    if item.error is not None:
        url, outcome, error, message = item.url, item.state or "failed", item.error, item.message
    elif last is not None:
        url, outcome, error, message = last.url, last.outcome, last.error, last.message
    else:
        return
    event = _BY_NAME.get(error or "", _BY_NAME.get(outcome, Event.FETCH_OK))
    announce(
        event,
        f"{outcome}: {message or url}",
        level=logging.INFO if event is Event.FETCH_OK else logging.WARNING,
        url=url,
        host=host_of(url),
        outcome=outcome,
        reason=error,
        attempt=item.attempt,
        status=last.status if last is not None else None,
        dur_ms=item.milliseconds,
        bytes=last.payload_bytes if last is not None else None,
    )


def announce_rest(host: str, rest: Rest) -> None:
    """Tell that a host is left alone for a while."""
    announce(
        Event.RATE_LIMITED if rest.reason == "rate_limited" else Event.HOST_RESTS,
        f"{host} {_RESTS[rest.reason]}: nothing is asked of it until {rest.until}",
        level=logging.WARNING,
        host=host,
        reason=rest.reason,
        until=rest.until,
        strikes=rest.strikes,
    )


def announce_retry(url: str, attempt: int) -> None:
    """Tell that a page is asked for once more."""
    announce(
        Event.FETCH_RETRY,
        f"attempt {attempt}: {url}",
        level=logging.DEBUG,
        url=url,
        host=host_of(url),
        attempt=attempt,
    )


def announce_drift(drift: Drift) -> None:
    """Tell what of a host's pages is other than before, a line for each."""
    for finding in drift.findings:
        samples = ", ".join(map(str, finding.samples))
        announce(
            Event.DRIFT,
            f"{drift.site} ({drift.host}): {finding.message}; captures {samples}",
            level=logging.WARNING,
            site=drift.site,
            host=drift.host,
            field=finding.field,
            expected=finding.expected,
            seen=finding.seen,
            captures=list(finding.samples),
        )


def announce_image(url: str, reason: str | None) -> None:
    """Tell that an image is archived, or why it could not be had."""
    text, event, level = f"image {url}", Event.IMAGE_OK, logging.DEBUG
    if reason:
        text, event, level = f"{text}: {reason}", Event.IMAGE_FAILED, logging.WARNING
    announce(event, text, level=level, url=url, host=host_of(url), reason=reason)
