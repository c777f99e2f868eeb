"""What a run tells while it works: one event each, as a line to read or as JSON."""

from __future__ import annotations

import logging
from typing import Any

_LOGGER = logging.getLogger("wencun.crawl")


def announce(event: str, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event; `message` is for people, `fields` for programs."""
    _LOGGER.log(level, "%s", message, extra={"event": event, "fields": fields})
