"""Which other process keeps the database from being written to, as far as the kernel tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_LOCKS = Path("/proc/locks")
_ENDINGS = ("", "-shm")
"""Of the files that SQLite locks: the database itself, and the index of its log."""


def holder_of(path: Path) -> str | None:
    """Return who holds a lock for writing on the database at `path`; None where nobody else is known to.

    Opens no file of the database: closing one would let go of this process's own locks on it.
    """
    inodes = set(_inodes(path))
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:  # such as `1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120`
        _, *words = line.split()
        if words[:1] == ["->"]:  # it waits for the lock
            continue
        _, _, access, process, place, *_ = words
        is_other = int(process) > 0 and int(process) != os.getpid()  # 0 and -1: it cannot be seen from here
        if is_other and access == "WRITE" and int(place.rpartition(":")[2]) in inodes:
            return f"{_name(process)} (pid {process})"
    return None


def _inodes(path: Path) -> Iterator[int]:
    for ending in _ENDINGS:
        part = path.with_name(path.name + ending)
        if part.exists():
            yield part.stat().st_ino


def _name(process: str) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a process"
