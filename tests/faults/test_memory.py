"""A run takes no more memory for the pages that it has behind it (A7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from crawled_pages import page
from loopback import NOT_FOUND, Reply, Site, serve
from starting import started

_PATH = "/kf/{}"
_NUMBER = re.compile(_PATH.format(r"(\d+)"))


def test_a_long_run_takes_no_more_memory_than_a_short_one(
    tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    pages = scale(100, 5000)
    resident: list[float] = []

    def answered(path: str) -> Reply:
        number = _NUMBER.fullmatch(path)
        if number is None:
            return NOT_FOUND
        resident.append(_resident(process.pid))
        first = int(number[1]) + 1
        return Reply(page(first, [site.url(_PATH.format(each)) for each in range(first, first + 3)]))

    (tmp_path / "wencun.toml").write_text(f"[crawl]\nmax_pages_per_host = {pages}\n")
    arguments = (_PATH.format(0), "--follow", "related", "--max-pages", str(pages))
    with serve(Site(elsewhere=answered)) as site, started(site, tmp_path, *arguments) as process:
        _, err = process.communicate(timeout=1500)
    assert (process.returncode, len(resident)) == (0, pages), err[-2000:]
    early = pages // 5
    growth = resident[-1] - resident[early - 1]
    of = f"of a {pages}-page crawl's main process, workers apart"
    figure(f"MiB {of}", asked="≤ 300", seen=f"{max(resident):.0f}")
    figure(f"MiB {of}, more than after {early} pages", asked="≤ 20", seen=f"{growth:.1f}")
    assert max(resident) <= 300
    assert growth <= 20


def _resident(pid: int) -> float:
    """Return how many MiB of memory a process has."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) / 1024
