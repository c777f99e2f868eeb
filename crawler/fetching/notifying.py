"""Tells a webhook how a run ended; that it cannot be told changes nothing."""

from __future__ import annotations

import json
import logging
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from crawler import __version__
from crawler.fetching.events import Event, announce
from pipelines.settings import read_table

_ATTEMPTS = 3
_ANSWER_SECONDS = 8.0
_SECONDS = 30.0
"""For all attempts; a name server that hangs knows no limit of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The table `[notify]` of `wencun.toml`."""

    webhook: str | None = None
    """Where the summary of a run is sent, as JSON."""


def read_notify_settings(path: Path) -> NotifySettings:
    """Return whom the archive's settings want to be told; raises BadSettings with what is wrong where."""
    return NotifySettings(**read_table(path, "notify", {"webhook": _webhook}))


def notify(webhook: str, summary: dict[str, Any], *, seconds: float = _SECONDS) -> None:
    """Send the summary, in three attempts at most; a failure is told, and raises nothing. Blocks so long."""
    outcome: list[BaseException | None] = []
    sending = Thread(target=lambda: outcome.append(_failure_of(webhook, summary)), daemon=True)
    sending.start()
    sending.join(seconds)
    error = outcome[0] if outcome else TimeoutError(f"no answer within {seconds:.0f} s")
    if error is not None:
        host = urlsplit(webhook).hostname  # the rest may be a secret
        announce(
            Event.WEBHOOK_FAILED,
            f"the webhook at {host} could not be told: {error}",
            level=logging.WARNING,
            host=host,
            reason=type(error).__name__,
        )


def _failure_of(webhook: str, summary: dict[str, Any]) -> BaseException | None:
    patience = Retrying(
        retry=retry_if_exception_type(OSError),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(multiplier=0.5, max=4),
        reraise=True,
    )
    try:
        patience(_post, webhook, json.dumps(summary, ensure_ascii=False).encode())
    except Exception as error:
        return error
    return None


def _post(webhook: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": f"wencun/{__version__}"}
    request = urllib.request.Request(webhook, body, headers, method="POST")  # noqa: S310 -- see _webhook
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310
        pass


def _webhook(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write an https:// URL")
    return str(value)
