"""Which hosts drift still, by the journal."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from pipelines.archive import Archive
from pipelines.drift.told import DriftTold
from pipelines.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class LastingDrift:
    """That a host's pages have another shape, and nobody took it as normal."""

    host: str
    site: str
    since: str
    message: str
    """What was other in the last run that found it so."""
    captures: tuple[int, ...]
    """Samples of that."""


def lasting_drifts(archive: Archive, connection: sqlite3.Connection) -> tuple[LastingDrift, ...]:
    """Return the drifts that last, by host."""
    told = DriftTold.of(Journal(archive.journal_path).read())
    return tuple(
        LastingDrift(
            host=host,
            site=drift.site,
            since=drift.began,
            message="; ".join(f"{f['field']}: {f['seen']}, before {f['expected']}" for f in drift.findings),
            captures=_captures(connection, drift.findings[0]["samples"]),
        )
        for host, drift in sorted(told.hosts.items())
        if drift.began is not None
    )


def _captures(connection: sqlite3.Connection, records: list[str]) -> tuple[int, ...]:
    rows = [
        connection.execute("SELECT id FROM captures WHERE warc_record_id = ?", (record,)).fetchone()
        for record in records
    ]
    return tuple(row[0] for row in rows if row is not None)
