"""What an answer says about when to ask again: `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

_SECONDS = re.compile(r"[0-9]+")
_SHORTEST, _LONGEST = 1.0, 3600.0
_PATIENCE = frozenset({429, 503})
_FIRST_ERROR = 400


def asks_for_patience(status: int, seconds: float | None) -> bool:
    """Does an answer with this status, and this wish for a pause, say that the page can be had later?"""
    return status in _PATIENCE or (status >= _FIRST_ERROR and seconds is not None)


def patience_of(response: Response) -> float | None:
    """Return how many seconds an answer asks us to wait; None where it says nothing readable."""
    wish, date = (
        value.decode("latin-1") if value is not None else None
        for value in (response.headers.get("Retry-After"), response.headers.get("Date"))
    )
    return seconds_asked(wish, date=date, now=datetime.now(UTC))


def seconds_asked(retry_after: str | None, *, date: str | None, now: datetime) -> float | None:
    """Return how long to wait after an answer, from 1 second to 1 hour; None where it says nothing readable.

    `date` is the answer's own `Date`: a time is waited for by the server's clock and by ours, whichever takes
    longer.
    """
    wish = (retry_after or "").strip()
    if _SECONDS.fullmatch(wish):
        return _bounded(float(wish))
    until = _moment(wish)
    if until is None:
        return None
    clocks = [now] if (theirs := _moment(date or "")) is None else [now, theirs]
    return _bounded(max((until - clock).total_seconds() for clock in clocks))


def _moment(shown: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(shown)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bounded(seconds: float) -> float:
    return min(max(seconds, _SHORTEST), _LONGEST)
