"""How far the WARC files are accounted for in the database."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path


def note_file(connection: sqlite3.Connection, path: Path) -> None:
    """Note that all of a finished file is accounted for."""
    connection.execute(
        "INSERT INTO warc_files (name, committed_bytes, closed_at) VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET committed_bytes = excluded.committed_bytes, closed_at = excluded.closed_at",
        (path.name, path.stat().st_size, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"),
    )
