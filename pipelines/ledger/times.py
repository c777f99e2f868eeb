"""Times as the archive writes them: UTC, `YYYY-MM-DDTHH:MM:SSZ`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Return the time, as the archive writes it."""
    return to_text(datetime.now(UTC))


def to_text(moment: datetime) -> str:
    """Return a time in UTC as the archive writes it, to the second."""
    return moment.strftime(_FORMAT)


def from_text(shown: str) -> datetime:
    """Return the time that the archive writes so."""
    return datetime.strptime(shown, _FORMAT).replace(tzinfo=UTC)


def later(moment: str, seconds: int) -> str:
    """Return the time that many seconds after `moment`."""
    return to_text(from_text(moment) + timedelta(seconds=seconds))
