"""WARC files written anew beside themselves, with other bytes in the place of some."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipelines import durable

_CHUNK = 1024 * 1024


class Part(NamedTuple):
    """Bytes of a file that others take the place of."""

    start: int
    end: int
    instead: bytes


def write_anew(path: Path, ending: str, parts: Iterable[Part]) -> Path:
    """Write the file as it is but for `parts`, which are in order, beside it, and to disk; return where."""
    anew = path.with_name(path.name + ending)
    with path.open("rb") as old, anew.open("wb") as new, durable.naming(anew):
        for part in parts:
            _copy(old, new, part.start)
            new.write(part.instead)
            old.seek(part.end)
        _copy(old, new, path.stat().st_size)
        new.flush()
        os.fsync(new.fileno())
    return anew


def _copy(old: BinaryIO, new: BinaryIO, end: int) -> None:
    while (left := end - old.tell()) > 0:
        new.write(old.read(min(left, _CHUNK)))
