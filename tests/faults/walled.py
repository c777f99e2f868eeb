"""Runs the command with a recorder in place of resolver and sockets, so that no packet leaves the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawling import Ended
from loopback import Site

_RECORDER = Path(__file__).with_name("recorder")


@dataclass(frozen=True, kw_only=True)
class Walled:
    """How a command ended, and what it wanted of the network."""

    ended: Ended
    connects: list[tuple[str, int]]
    """Every address beyond the open ones that a connection was asked for; none was made."""
    lookups: list[tuple[str, list[str]]] = field(repr=False)
    escapes: list[Any]
    """What tried to get past the recorder itself."""


def walled(
    site: Site,
    scratch: Path,
    *arguments: str | Path,
    names: Mapping[str, Sequence[Sequence[str]]] | None = None,
    public: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> Walled:
    """Run the command behind the recorder.

    `names`: what each lookup of a name gives, in turn; all other names are unknown. `public`: addresses at
    which the site answers, whatever their port; all others refuse connections.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    plan, log = scratch / "plan.json", scratch / "network.jsonl"
    where = ("127.0.0.1", site.port)
    plan.write_text(
        json.dumps({"open": [where], "site": where, "names": dict(names or {}), "public": list(public)}),
        encoding="utf-8",
    )
    log.write_text("")
    path = os.pathsep.join(filter(None, [str(_RECORDER), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={
            **os.environ,
            **(environment or {}),
            "PYTHONPATH": path,
            "WALLED_PLAN": str(plan),
            "WALLED_LOG": str(log),
        },
    )
    notes = [json.loads(line) for line in log.read_text().splitlines()]
    return Walled(
        ended=Ended(done.returncode, done.stdout, done.stderr),
        connects=[(note["host"], note["port"]) for note in notes if note["event"] == "connect"],
        lookups=[(note["host"], note["found"]) for note in notes if note["event"] == "lookup"],
        escapes=[note for note in notes if note["event"] == "escape"],
    )
