"""Crawls for tests: the command as a user runs it, in a process of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger_sums import assert_sums_hold
from loopback import Site

_CUT_SHORT = {3, 5, 7, 13}
"""Exit codes of runs that could not write down all that they did."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.err.strip().splitlines()[-1]

    @property
    def events(self) -> list[dict[str, Any]]:
        """What `--log json` wrote."""
        return [json.loads(line) for line in self.err.splitlines()]


def wencun(*arguments: str | Path, timeout: float = 60) -> Ended:
    """Run the command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def crawl(
    site: Site,
    data: Path,
    *arguments: str,
    others: Sequence[Site] = (),
    delay: str = "0",
    timeout: float = 60,
) -> Ended:
    """Crawl the loopback site, and `others` with it; an argument that begins with a slash is a path on it.

    After a run that ended by itself, and on a disk that took all of it, the sums of the ledger hold.
    """
    urls = [site.url(argument) if argument.startswith("/") else argument for argument in arguments]
    sites = (site, *others)
    begun, known = [len(each.log) for each in sites], _runs(data)
    opened = [word for each in sites for word in ("--allow-private", each.host)]
    ended = wencun("crawl", "--data", data, "--delay", delay, *opened, *urls, timeout=timeout)
    if ended.code not in _CUT_SHORT and _runs(data) > known:
        events = ended.events if "json" in arguments else ()
        asked = [entry for each, start in zip(sites, begun, strict=True) for entry in each.log[start:]]
        assert_sums_hold(data, asked, events)
    return ended


def rows(data: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the archive."""
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def states(data: Path, site: Site) -> dict[str, tuple[str, str | None]]:
    """Return state and reason of every page of the site, by path."""
    start = len(site.url(""))
    return {url[start:]: (state, reason) for url, state, reason in rows(data, _STATES)}


def _runs(data: Path) -> int:
    """How many runs the archive knows."""
    return int(rows(data, "SELECT count(*) FROM runs")[0][0]) if (data / "archive.db").is_file() else 0


_STATES = "SELECT url, state, reason FROM pages"
