"""What goes to stderr: events as lines to read, or as one JSON object a line."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import click

from pipelines.events import Event
from pipelines.masking import masked

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON leaves as it is, and a terminal or a reader of lines does not."""


def one_line(text: str) -> str:
    """Return `text` as one line that no page and no file name can break out of, or colour a terminal with."""
    visible = _CONTROL.sub(" ", text).encode("utf-8", "backslashreplace").decode()
    return " ".join(visible.split())


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Do these words of a command line ask for `--log json`? Told before they are parsed, which may fail."""
    return "--log=json" in arguments or ("--log", "json") in pairwise(arguments)


def start(*, as_json: bool) -> None:
    """Send to stderr what `pipelines.events` tells, and other packages' warnings and errors."""
    handler = _Stderr(as_json=as_json)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("wencun").setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread


class _Stderr(logging.Handler):
    """Writes to what `sys.stderr` is at that moment: a progress bar puts itself before it."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json
        self.setFormatter(_Json() if as_json else _Text())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        try:
            # JSON is UTF-8 in every locale
            click.echo(line.encode("utf-8") if self._as_json else line, file=sys.stderr)
        except OSError:  # nobody reads any more, which is no reason to stop; nor is it one to fail at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class _Text(logging.Formatter):
    """The message alone, on one line, secrets masked; a traceback after it where there is one."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        return one_line(record.getMessage())

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class _Json(logging.Formatter):
    """One event a line: `ts`, `level`, `event`, `message`, and the event's own fields, secrets masked."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        event = getattr(record, "event", Event.LOG)
        line: dict[str, Any] = {
            "ts": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
            "level": record.levelname.lower(),
            "event": event,
            "message": record.getMessage(),
            **getattr(record, "fields", {"logger": record.name}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        shown = {name: masked(value) if isinstance(value, str) else value for name, value in line.items()}
        return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(shown, ensure_ascii=False))


def _on_unraisable(unraisable: Any) -> None:
    """Log what Python would print of an error that nobody could catch."""
    error = unraisable.exc_value
    what = unraisable.err_msg or "Exception ignored in"
    logging.getLogger("python").error("%s %r", what, unraisable.object, exc_info=error)


def _on_thread(arguments: Any) -> None:
    """Log what Python would print of an error that ended a thread."""
    if arguments.exc_type is SystemExit:
        return
    name = arguments.thread.name if arguments.thread else "a thread"
    logging.getLogger("python").error("%s ended by an error", name, exc_info=arguments.exc_value)
