"""Crawls that are started and then meddled with: signalled, killed, or with parts of the world patched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import Site

COMMAND = (sys.executable, "-m", "crawler")


@contextmanager
def started(
    site: Site, data: Path, *arguments: str, delay: str = "0", command: tuple[str, ...] = COMMAND
) -> Iterator[subprocess.Popen[str]]:
    """Start a crawl with `--log json` in a process of its own; it is gone when the block ends.

    An argument that begins with a slash is a path on the site.
    """
    words = [site.url(argument) if argument.startswith("/") else argument for argument in arguments]
    process = subprocess.Popen(
        [*command, "crawl", "--data", str(data), "--delay", delay, "--log", "json",
         "--allow-private", site.host, *words],
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def patched(code: str) -> tuple[str, ...]:
    """Return the command with Python code run before it, which changes the world around it."""
    return (sys.executable, "-c", f"{code}\nfrom crawler.__main__ import main\nmain()")


def is_there(process: subprocess.Popen[str]) -> bool:
    """Has the command come so far that it catches signals? The interpreter before it does not."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & 1 << (signal.SIGTERM - 1))


def events_of(err: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in err.splitlines()]


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)
