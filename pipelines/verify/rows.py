"""What the database says of the WARC files: how far each is stored, and which captures lie in it."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

_AT_ONCE = 500
_ROWS = (
    "SELECT id, url, warc_file, warc_offset, warc_bytes, warc_record_id, warc_payload_digest, payload_sha256,"
    " payload_bytes FROM captures WHERE id IN ({})"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a capture says of its record."""

    id: int
    url: str
    file: str
    offset: int
    bytes: int
    record_id: str
    payload_digest: str | None
    payload_sha256: str
    payload_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one WARC file; nothing, where there is no database to ask."""

    committed_bytes: int = 0
    """Every page record before this byte has a capture."""
    rows: Mapping[str, Row] | None = None
    """The file's captures by record id; None without a database."""


@dataclass(slots=True)
class Index:
    """The database's captures by WARC file, small enough to be held for all files at once.

    Captures are asked for file by file: one long look would keep the log of a run that writes from shrinking.
    """

    connection: sqlite3.Connection
    _committed: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("q")))

    def __post_init__(self) -> None:
        self._committed = dict(self.connection.execute("SELECT name, committed_bytes FROM warc_files"))
        for name, capture_id in self.connection.execute("SELECT warc_file, id FROM captures"):
            self._ids[name].append(capture_id)

    @property
    def names(self) -> list[str]:
        """Return the names of all files that the database knows, in order."""
        return sorted({*self._committed, *self._ids})

    def captures(self, name: str) -> int:
        """Return how many captures lie in the file."""
        return len(self._ids[name]) if name in self._ids else 0

    def of(self, name: str) -> Known:
        """Return what is known of the file with this final name."""
        ids = self._ids.pop(name, array("q"))
        rows: dict[str, Row] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            sql = _ROWS.format(",".join("?" * len(some)))
            found = (Row(*row) for row in self.connection.execute(sql, some.tolist()))
            rows.update((row.record_id, row) for row in found if row.file == name)
        return Known(committed_bytes=self._committed.get(name, 0), rows=rows)
