"""Times as the archive writes them: UTC, `YYYY-MM-DDTHH:MM:SSZ`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Return the time, as the archive writes it."""
    return datetime.now(UTC).strftime(_FORMAT)


def later(moment: str, seconds: int) -> str:
    """Return the time that many seconds after `moment`."""
    at = datetime.strptime(moment, _FORMAT)
    return (at + timedelta(seconds=seconds)).strftime(_FORMAT)
