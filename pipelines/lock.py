"""The archive's lock: one command writes at a time, and the kernel lets go of it when that command dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipelines import durable
from pipelines.archive import Archive
from pipelines.errors import Locked


@contextmanager
def locked(archive: Archive, command: str) -> Iterator[None]:
    """Hold the archive's lock while the block runs; raises Locked, naming the holder, where it is taken."""
    path = archive.root / "archive.lock"
    with path.open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read(200).decode("utf-8", "replace").strip() or "another run"
            raise Locked(f"{holder} holds the lock of {archive.root}; wait for it to end") from error
        with durable.naming(path):
            file.truncate(0)
            file.write(
                f"`wencun {command}` (process {os.getpid()}, since {datetime.now(UTC):%H:%M:%S} UTC)".encode()
            )
        yield
