"""The journal: what people decided, one JSON object a line, appended and synced; only erasures rewrite it.

A line counts once its line feed is on disk. What a crash leaves behind the last line feed was never
acknowledged to anybody: reading passes over it unless it is a whole object, and the next append takes it
away first.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines import durable
from pipelines.errors import Damaged


class Journal:
    """The journal in one file; any number of processes may append to it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, *events: Mapping[str, Any]) -> None:
        """Write events, and return when all are on disk; raises OSError where they cannot be."""
        is_new = not self._path.exists()
        with durable.naming(self._path), self._path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(_mend_tail(file.fileno()) + b"".join(map(_line, events)))
            os.fsync(file.fileno())
        if is_new:
            durable.sync(self._path.parent)

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the events in the order they were appended; none where there is no file.

        Raises Damaged at a whole line that is no JSON object.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                event = _parse(line)
                if event is not None:
                    yield event
                elif line.endswith(b"\n"):
                    raise Damaged(f"{self._path} line {number} is no JSON object; mend or take out the line")

    def rewrite(self, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        """Put what `change` makes of each event in its place, all at once; a torn last line goes.

        For whoever holds the archive's lock: what another process appends meanwhile would be lost.
        """
        events = list(self.read())
        changed = [change(event) for event in events]
        if changed != events:
            anew = self._path.with_name(self._path.name + ".anew")
            durable.write(anew, b"".join(map(_line, changed)))
            durable.rename(anew, self._path)

    def broken_lines(self) -> Iterator[tuple[int, bool]]:
        """Yield the number of each line that is no JSON object, and whether it is only a torn last one."""
        if self._path.exists():
            with self._path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if _parse(line) is None:
                        yield number, not line.endswith(b"\n")


def _line(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _mend_tail(descriptor: int) -> bytes:
    """Cut a torn last line off; return the line feed that a whole one lacks."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, size, 0).rpartition(b"\n")[2]
    if not tail:
        return b""
    if _parse(tail) is not None:
        return b"\n"
    os.ftruncate(descriptor, size - len(tail))
    return b""
