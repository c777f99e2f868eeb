"""The archive's lock: one command writes at a time, and the kernel lets go of it when that command dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines import durable
from pipelines.archive import Archive
from pipelines.errors import Locked

_WIDTH = 120
"""Bytes of what the lock's file says: always as many, so that a reader never finds half of it."""


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock, held; its file says by whom."""

    path: Path
    descriptor: int
    since: str

    def name_holder(self, holder: str) -> None:
        """Tell others who holds the lock."""
        line = f"{holder} (pid {os.getpid()}, since {self.since})"
        with durable.naming(self.path):
            os.pwrite(self.descriptor, line.encode()[:_WIDTH].ljust(_WIDTH), 0)

    def name_run(self, run_id: int) -> None:
        """Tell others which run holds the lock."""
        self.name_holder(f"run {run_id}")


@contextmanager
def locked(archive: Archive, command: str) -> Iterator[Lock]:
    """Hold the archive's lock while the block runs; raises Locked, naming the holder, where it is taken."""
    path = archive.root / "archive.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, _WIDTH, 0).decode("utf-8", "replace").strip() or "another run"
            raise Locked(f"{holder} holds the lock of {archive.root}; wait for it to end") from error
        lock = Lock(path, descriptor, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        lock.name_holder(f"`wencun {command}`")
        yield lock
    finally:
        os.close(descriptor)
