"""Sends what is to be told over the web; that nobody can be told changes nothing."""

from __future__ import annotations

import logging
import time
import urllib.request
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The table `[notify]` of `wencun.toml`: URLs."""

    webhook: str | None = None
    """Where the summary of a run is sent, as JSON."""
    alerts: str | None = None
    """Where it is sent, as JSON, that there are alarms now, or others, or none any more."""
    ping: str | None = None
    """What is asked for after a run that ended well, and with `/fail` after one that did not."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return whom runs send something to."""
        urls = (self.webhook, self.alerts, self.ping)
        return tuple(host for url in urls if url and (host := urlsplit(url).hostname))


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a URL: with a body a POST, else a GET."""

    url: str
    body: bytes | None = None
    content_type: str = "application/json"


def read_notify_settings(path: Path) -> NotifySettings:
    """Return whom the archive's settings want to be told; raises BadSettings with what is wrong where."""
    return NotifySettings(**read_table(path, "notify", dict.fromkeys(("webhook", "alerts", "ping"), _url)))


def deliver(messages: Sequence[Message], *, seconds: float) -> list[Message]:
    """Send messages at once, each in three attempts at most, and return those that arrived.

    A failure is told, and raises nothing. Blocks for so long at most: a name server that hangs knows no limit
    of its own.
    """
    outcomes: dict[Message, BaseException | None] = {}

    def send(message: Message) -> None:
        outcomes[message] = _failure_of(message)

    threads = [Thread(target=send, args=(message,), daemon=True) for message in messages]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = TimeoutError(f"no answer within {seconds:.0f} s")
    failures = {message: outcomes.get(message, late) for message in messages}
    for message, error in failures.items():
        if error is not None:
            host = urlsplit(message.url).hostname  # the rest may be a secret
            announce(
                Event.WEBHOOK_FAILED,
                f"the webhook at {host} could not be told: {error}",
                level=logging.WARNING,
                host=host,
                reason=type(error).__name__,
            )
    return [message for message, error in failures.items() if error is None]


def _failure_of(message: Message) -> BaseException | None:
    patience = Retrying(
        retry=retry_if_exception_type(OSError),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(multiplier=0.5, max=4),
        reraise=True,
    )
    try:
        patience(_send, message)
    except Exception as error:
        return error
    return None


def _send(message: Message) -> None:
    headers = {"User-Agent": f"wencun/{__version__}"}
    if message.body is not None:
        headers["Content-Type"] = message.content_type
    request = urllib.request.Request(message.url, message.body, headers)  # noqa: S310 -- see _url
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310
        pass


def _url(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write an https:// URL")
    return str(value)
