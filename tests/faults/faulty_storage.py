"""The command on a storage that fails: `faulty_storage.py PLAN crawl --data DIR …`.

Every step that changes what is stored is counted: calls of the operating system on files of the archive, and
transactions of its database. At the step that the plan names, the process dies or the step fails.
PLAN is JSON, the fields of `Plan`.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DIED = 99
"""Exit code of a process that died at a step."""


@dataclass(frozen=True)
class Plan:
    """What is to happen; with the first step numbered 1."""

    root: str
    """The archive: what lies elsewhere is left alone."""
    log: str
    """Where the steps are noted, one a line: kind, path, size or statement."""
    at: int = 0
    """Number of the step; 0 lets all of them pass."""
    what: str = ""
    """`before`, `half` or `after`: the process dies there; `fail`: the step fails, having done nothing, or,
    where it writes, half of it; `fail-on`: so does every later one of its kind."""
    error: int = errno.EIO
    """Of a step that fails."""
    kinds: tuple[str, ...] = ()
    """The kinds of steps that count; none for all."""

    def dump(self) -> str:
        return json.dumps(asdict(self))


class _Steps:
    """Counts steps and does what the plan says."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lock = threading.RLock()
        self._number = 0
        self._failing: set[str] = set()
        self._log = os.open(plan.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def take(
        self,
        kind: str,
        path: str,
        call: Callable[[], Any],
        half: Callable[[], Any] | None = None,
        about: str = "",
    ) -> Any:
        plan = self._plan
        if not path.startswith(plan.root) or (plan.kinds and kind not in plan.kinds):
            return call()
        with self._lock:
            self._number += 1
            is_meant = self._number == plan.at
            os.write(self._log, f"{kind} {path[len(plan.root) + 1 :] or '.'} {about}\n".encode())
            if kind in self._failing or (is_meant and plan.what.startswith("fail")):
                self._fail(kind, path, half)
            if is_meant and plan.what == "half" and half is not None:
                half()
            if is_meant and plan.what in {"before", "half"}:
                os._exit(DIED)
            result = call()
            if is_meant and plan.what == "after":
                os._exit(DIED)
            return result

    def _fail(self, kind: str, path: str, half: Callable[[], Any] | None) -> None:
        if self._plan.what == "fail-on":
            self._failing.add(kind)
        if half is not None:
            half()
        if kind == "sql":
            raise _sqlite_error(self._plan.error)
        is_by_name = kind in {"open", "rename", "unlink", "mkdir"}
        raise OSError(self._plan.error, os.strerror(self._plan.error), *([path] if is_by_name else []))


def _sqlite_error(number: int) -> sqlite3.OperationalError:
    is_full = number == errno.ENOSPC
    error = sqlite3.OperationalError("database or disk is full" if is_full else "disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL if is_full else sqlite3.SQLITE_IOERR_WRITE
    error.sqlite_errorname = "SQLITE_FULL" if is_full else "SQLITE_IOERR_WRITE"
    return error


def _of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


def _is_written(flags: int) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _wrap_os(steps: _Steps) -> None:
    """Put the counting in front of what `os` offers; `pathlib` looks it up there too."""
    pwrite, fsync, ftruncate, opened = os.pwrite, os.fsync, os.ftruncate, os.open

    def counted_pwrite(descriptor: int, data: bytes, offset: int) -> int:
        return steps.take(
            "write",
            _of(descriptor),
            lambda: pwrite(descriptor, data, offset),
            lambda: pwrite(descriptor, data[: len(data) // 2], offset),
            f"{offset}+{len(data)}",
        )

    def counted_open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if not _is_written(flags):
            return opened(path, flags, *rest, **named)
        return steps.take("open", os.fspath(path), lambda: opened(path, flags, *rest, **named))

    os.pwrite, os.open = counted_pwrite, counted_open
    os.fsync = lambda descriptor: steps.take("fsync", _of(descriptor), lambda: fsync(descriptor))
    os.ftruncate = lambda descriptor, size: steps.take(
        "truncate", _of(descriptor), lambda: ftruncate(descriptor, size)
    )
    for kind, names in {"rename": ("rename", "replace"), "unlink": ("unlink",), "mkdir": ("mkdir",)}.items():
        for name in names:
            setattr(os, name, _by_path(steps, kind, getattr(os, name)))


def _by_path(steps: _Steps, kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def counted(path: Any, *rest: Any, **named: Any) -> Any:
        if kind == "mkdir" and Path(path).is_dir():
            return call(
                path, *rest, **named
            )  # of a directory that is there: nothing is lost whatever comes of it
        return steps.take(kind, os.fspath(path), lambda: call(path, *rest, **named))

    return counted


def _wrap_files(steps: _Steps) -> None:
    """Have files that are opened by `open` and `Path.open` counted too."""
    plain = io.open

    class Counted(io.FileIO):
        def write(self, data: Any) -> int:
            size = len(data)
            return steps.take(
                "write",
                str(self.name),
                lambda: super(Counted, self).write(data),
                lambda: super(Counted, self).write(bytes(data)[: size // 2]),
                str(size),
            )

        def truncate(self, size: int | None = None) -> int:
            return steps.take("truncate", str(self.name), lambda: super(Counted, self).truncate(size))

    def counted_open(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **named: Any) -> Any:
        is_plain = "b" not in mode or not set(mode) & set("wax+") or isinstance(file, int)
        if is_plain or not os.fspath(file).startswith(steps._plan.root):
            return plain(file, mode, buffering, *rest, **named)
        raw = steps.take("open", os.fspath(file), lambda: Counted(os.fspath(file), mode.replace("b", "")))
        if buffering == 0:
            return raw
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    io.open = builtins.open = counted_open


_STATEMENTS = (
    "BEGIN",
    "COMMIT",
    "PRAGMA",
    "VACUUM",
    "DELETE FROM captures",
    "DELETE FROM pages",
    "INSERT INTO captures",
    "INSERT INTO run",
    "UPDATE pages SET lease",
)
"""How the statements begin that are steps: a transaction's ends, and some of what lies between them."""


def _wrap_sqlite(steps: _Steps) -> None:
    connect = sqlite3.connect

    class Counted(sqlite3.Connection):
        path = ""

        def execute(self, sql: str, *rest: Any) -> Any:
            return self._counted(sql, lambda: super(Counted, self).execute(sql, *rest))

        def executemany(self, sql: str, *rest: Any) -> Any:
            return self._counted(sql, lambda: super(Counted, self).executemany(sql, *rest))

        def _counted(self, sql: str, call: Callable[[], Any]) -> Any:
            said = " ".join(sql.split())
            if not said.startswith(_STATEMENTS):
                return call()
            return steps.take("sql", self.path, call, about=said[:60])

    def counted_connect(database: Any, *rest: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(database, *rest, **{"factory": Counted, **named})
        name = str(database).removeprefix("file://")
        connection.path = name.partition("?")[0] if "mode=ro" not in name else ""
        return connection

    sqlite3.connect = counted_connect


def main() -> None:
    plan = json.loads(sys.argv[1])
    steps = _Steps(Plan(**{**plan, "kinds": tuple(plan["kinds"])}))
    _wrap_os(steps)
    _wrap_files(steps)
    _wrap_sqlite(steps)
    sys.argv = ["wencun", *sys.argv[2:]]
    from crawler.cli import main as wencun

    wencun()


if __name__ == "__main__":
    main()
