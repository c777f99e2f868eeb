"""How much room an archive has, how fast it grows, and when the room is used up."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive import Archive
from pipelines.forecast import growth_per_day
from pipelines.ledger.times import later

_GIB = 2**30
_SHARE = 0.05
"""Share of a disk that is left to others."""
_DAY = 86400
_FORESEEN_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk that an archive lies on."""

    free_bytes: int
    floor_bytes: int
    """What runs leave free: with less, they end."""
    growth_bytes_per_day: int
    """By what runs are going to fetch within four weeks; not by what is going to be ingested."""
    full_at: str | None
    """When runs have used up what they may; None where that is more than ten years away."""


def floor_of(total: int, wanted: int | None) -> int:
    """Return how many bytes are to stay free on a disk of `total` bytes: as set, else 1 GiB or 5% of it.

    A file system under 1 GiB was made that small on purpose: it has no floor unless one is set.
    """
    if wanted is not None:
        return wanted
    return min(_GIB, int(total * _SHARE)) if total >= _GIB else 0


def room(root: Path, min_free: int | None) -> tuple[int, int]:
    """Return how many bytes are free where `root` lies, and how many are to stay so."""
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize, floor_of(disk.f_blocks * disk.f_frsize, min_free)


def look_at_disk(
    archive: Archive,
    connection: sqlite3.Connection,
    *,
    min_free: int | None,
    now: str,
) -> Disk:
    """Return how the disk of the archive stands; `min_free` as in its settings."""
    free, floor = room(archive.root, min_free)
    database_bytes = archive.database_path.stat().st_size
    growth = growth_per_day(connection, database_bytes=database_bytes, now=now)
    left = max(0, free - floor)
    days = left / growth if growth else _FORESEEN_DAYS if left else 0
    return Disk(
        free_bytes=free,
        floor_bytes=floor,
        growth_bytes_per_day=growth,
        full_at=later(now, int(days * _DAY)) if days < _FORESEEN_DAYS else None,
    )
