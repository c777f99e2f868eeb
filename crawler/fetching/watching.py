"""What a run looks at while it works: that neither disk nor memory runs out."""

from __future__ import annotations

import logging
import os
import resource
import sys
from pathlib import Path

from crawler.fetching.events import Event, announce
from crawler.fetching.options import CrawlSettings
from crawler.fetching.summary import End
from pipelines.disk import room

_ADDRESS_SPACE = 64 * 2**20
"""Bytes under the limit of the address space (`ulimit -v`) at which the run ends, and not in the midst."""


def shortage(root: Path, settings: CrawlSettings) -> End | None:
    """Return what the archive in `root` runs out of, and tell of it; None where there is enough."""
    return _shortage_of_space(root, settings.min_free) or _shortage_of_memory(settings.max_memory)


def _shortage_of_space(root: Path, wanted: int | None) -> End | None:
    free, floor = room(root, wanted)
    if free >= floor:
        return None
    announce(
        Event.DISK_LOW,
        f"{root} has {_mib(free)} free; {_mib(floor)} are to stay so (`min_free` in wencun.toml)",
        level=logging.WARNING,
        free=free,
        floor=floor,
    )
    return End.DISK


def _shortage_of_memory(limit: int) -> End | None:
    size, used = _memory()
    space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if space != resource.RLIM_INFINITY and size > space - _ADDRESS_SPACE:
        used, limit = size, space
    elif used <= limit:
        return None
    announce(
        Event.MEMORY_HIGH,
        f"the crawl takes {_mib(used)} of memory and may take {_mib(limit)} (`max_memory` in wencun.toml)",
        level=logging.WARNING,
        used=used,
        limit=limit,
    )
    return End.MEMORY


def _memory() -> tuple[int, int]:
    """Return the bytes of address space and of memory that this process takes."""
    try:
        size, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    except OSError:  # not Linux: the most that it ever took, which macOS counts in bytes
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return 0, peak * (1 if sys.platform == "darwin" else 1024)
    page = os.sysconf("SC_PAGE_SIZE")
    return int(size) * page, int(resident) * page


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
