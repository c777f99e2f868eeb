"""Commands of wencun at times of our choosing, one after the other, each in a fork of a process that is warm.

A year of daily runs has no time for a second of imports each. As `python daily_runs.py FOLDER` it is that
process: it reads a command a line, as JSON, and answers each with its exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from multiprocessing import forkserver
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from crawling import Ended

_NEVER_BEFORE_A_FORK = {"__main__", "twisted.internet.reactor"}


class Daily:
    """Runs commands, each at the time that it is told."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def run(self, at: datetime, *arguments: str | Path) -> Ended:
        """Run `wencun` with these arguments; its clock begins at `at`, in UTC, and goes on as clocks do."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        said = json.dumps([f"{at:%Y-%m-%dT%H:%M:%S+00:00}", *map(str, arguments)])
        print(said, file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return Ended(code, self._out.read_text("utf-8"), self._err.read_text("utf-8"))

    def __enter__(self) -> Daily:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)


def _serve(folder: Path) -> None:
    forkserver.set_forkserver_preload(["pipelines.process"])
    forkserver.ensure_running()
    # A child cannot wait for a process that its parent started, which is how it would see that it runs.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[attr-defined]
    loaded = folder / "modules"
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(folder, loaded, *json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        _import(loaded)


def _run(folder: Path, loaded: Path, at: str, *arguments: str) -> NoReturn:
    import time_machine

    from crawler.__main__ import main

    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.argv = ["wencun", *arguments]
    code: Any = 0
    try:
        with time_machine.travel(at, tick=True):
            main()
    except SystemExit as ended:
        code = ended.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    loaded.write_text("\n".join(set(sys.modules) - _NEVER_BEFORE_A_FORK))
    os._exit(code)


def _import(loaded: Path) -> None:
    for name in loaded.read_text().split():
        if name not in sys.modules:
            with suppress(ImportError):  # a name of what is made while a program runs
                importlib.import_module(name)
    gc.freeze()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
