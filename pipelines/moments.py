"""Points in time as users write them in options."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pipelines.errors import Usage

_AGO = re.compile(r"(\d{1,5})([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def parse_since(given: str, *, now: datetime) -> str:
    """Return the UTC time, `YYYY-MM-DDTHH:MM:SSZ`, that `given` means.

    `7d`, `12h`, `30m`, `2w` count back from `now`; else a day or a time of ISO 8601, in UTC unless it says
    otherwise. Raises Usage for anything else.
    """
    ago = _AGO.fullmatch(given.strip())
    try:
        if ago:
            moment = now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
        else:
            moment = datetime.fromisoformat(given.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError) as error:
        raise Usage(f"--since {given}: no time; write 2026-05-11, 2026-05-11T08:00:00Z or 7d") from error
