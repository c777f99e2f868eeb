"""What a run tells while it works: one event each, as a line to read or as JSON."""

from __future__ import annotations

import logging
from typing import Any

from crawler.fetching.failures import ROBOTS_UNREACHABLE

_LOGGER = logging.getLogger("wencun.crawl")
_EVENTS = {
    "blocked": ("blocked", logging.WARNING),
    "failed": ("fetch_failed", logging.WARNING),
    "robots": ("robots_denied", logging.WARNING),
    ROBOTS_UNREACHABLE: ("robots_unreachable", logging.WARNING),
    "AddressRefused": ("ssrf_refused", logging.WARNING),
}
"""Event and level by error, else by outcome; all others are `fetch_ok`."""


def announce(event: str, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event; `message` is for people, `fields` for programs."""
    _LOGGER.log(level, "%s", message, extra={"event": event, "fields": fields})


def announce_page(url: str, outcome: str, error: str | None, message: str | None) -> None:
    """Tell what became of a page."""
    event, level = _EVENTS.get(error or "", _EVENTS.get(outcome, ("fetch_ok", logging.INFO)))
    announce(event, f"{outcome}: {message or url}", level=level, url=url, outcome=outcome, reason=error)


def announce_image(url: str, reason: str | None) -> None:
    """Tell that an image is archived, or why it could not be had."""
    event, level = ("image_failed", logging.WARNING) if reason else ("image_ok", logging.DEBUG)
    announce(
        event, f"image {url}: {reason}" if reason else f"image {url}", level=level, url=url, reason=reason
    )
