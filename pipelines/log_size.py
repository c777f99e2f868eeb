"""How often to commit, so that SQLite's log stays short although another program reads for long.

As long as a reader holds on to one moment of the database, nothing that is committed after it can move from
the log into the database, and each commit adds every page of the file that it changed: some sixty for a page
of the web. The fewer the commits, the more changes share such a page.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path
from typing import Final

from pipelines.events import Event, announce

LIMIT: Final = 64 * 2**20
"""So many bytes the log has at most while a reader holds on."""
_LONG = 8 * 2**20
"""The log is emptied at 4 MB; where it is so long, somebody keeps it from that."""
_HORIZON_SECONDS = 2 * 60 * 60
"""As long as a run takes by default: what is left of the log is to last for so long."""


class CommitPace:
    """When the next commit is due: at once, unless a reader keeps the log long.

    Then a commit that takes a share of what is left of the log is followed by the same share of two hours
    without one, so that the limit is never reached.
    """

    def __init__(self, log_of: Path) -> None:
        self._path = log_of
        self._log = log_of.with_name(log_of.name + "-wal")
        self._pages = 0
        self._due_at: float | None = None

    @property
    def is_due(self) -> bool:
        """Is it time for the next commit?"""
        return self._due_at is None or time.monotonic() >= self._due_at

    def seconds_left(self, connection: sqlite3.Connection) -> float | None:
        """Return how long to wait for more before an open transaction is due; None: as long as it takes."""
        if self._due_at is None or not connection.in_transaction:
            return None
        return max(0.0, self._due_at - time.monotonic())

    def committed(self, connection: sqlite3.Connection) -> None:
        """Note that a transaction was committed."""
        if self._log_bytes() < _LONG:
            return
        _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if moved == pages:
            self._pages, self._due_at = 0, None
            return
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
        left = max(LIMIT - pages * page_bytes, page_bytes)
        added = (pages - self._pages) * page_bytes if self._pages else page_bytes
        if not self._pages:
            announce(
                Event.WAL_LARGE,
                f"{self._log} cannot be emptied: another program reads {self._path.name} for long; pages are"
                " committed in fewer transactions until it ends (`fuser` tells which it is)",
                level=logging.WARNING,
                bytes=pages * page_bytes,
            )
        self._pages = pages
        self._due_at = time.monotonic() + _HORIZON_SECONDS * added / left

    def empty_log(self, connection: sqlite3.Connection) -> None:
        """Empty the log at the end; tell where a reader leaves it longer than it may be."""
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = self._log_bytes()
        if size > LIMIT:
            announce(
                Event.WAL_LARGE,
                f"{self._log} has {size} bytes: another program reads {self._path.name} since the run began;"
                " it is emptied by the next command that writes once that has ended",
                level=logging.WARNING,
                bytes=size,
            )

    def _log_bytes(self) -> int:
        """Return how long the log is; a database with a rollback journal has none."""
        return self._log.stat().st_size if self._log.exists() else 0
