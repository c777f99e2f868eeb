"""Runs of the command on a storage that dies or fails at one of its steps."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faulty_storage
from crawling import Ended
from loopback import Site


@dataclass(frozen=True)
class Steps:
    """What a run did to its storage, and how it ended."""

    ended: Ended
    taken: list[str]
    """Kind, path and more of each step, in order."""

    @property
    def died(self) -> bool:
        return self.ended.code == faulty_storage.DIED


def crawl_on_faulty(site: Site, data: Path, **plan: Any) -> Steps:
    """Crawl all that is due; see `faulty_storage.Plan` for what may happen."""
    return on_faulty(
        data, "crawl", "--delay", "0", "--follow", "related", "--allow-private", site.host, **plan
    )


def on_faulty(data: Path, *command: str, **plan: Any) -> Steps:
    """Run a command on the archive."""
    log = data.with_name(data.name + ".steps")
    log.unlink(missing_ok=True)
    said = faulty_storage.Plan(root=str(data), log=str(log), **plan).dump()
    done = subprocess.run(
        [sys.executable, faulty_storage.__file__, said, *command, "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Steps(
        Ended(done.returncode, done.stdout, done.stderr), log.read_text(encoding="utf-8").splitlines()
    )
