"""What a check of the archive can find, and its account for the user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pipelines.wording import counted


class Kind(StrEnum):
    """What is not as it must be; public, in `verify --format json`."""

    TORN = "torn"
    """A WARC file ends in something that is no whole record."""
    DAMAGED = "damaged"
    """Bytes between whole records of a WARC file are no whole record."""
    MISSING = "missing"
    """A WARC file is not there."""
    OFFLINE = "offline"
    """A WARC file is not there, and may lie in a cold place that is not there now."""
    SHORTER = "shorter"
    """A WARC file ends before what was stored of it."""
    NO_RECORD = "no_record"
    """A capture's record is not where it must be."""
    UNLIKE = "unlike"
    """A capture says something else than its record."""
    NO_CAPTURE = "no_capture"
    """A record that was stored has no capture."""
    NO_ORIGINAL = "no_original"
    """A revisit record leads to no whole record with that payload."""
    ERASED = "erased"
    """A record that an erasure takes out: it came back from a backup, or the erasure was killed. No command
    reads it."""
    WAITING = "waiting"
    """Whole records that the next command that writes will store."""
    DATABASE = "database"
    """The database is damaged or missing."""
    JOURNAL = "journal"
    """A line of the journal that is none."""
    UNFINISHED = "unfinished"
    """The journal ends in a line that was never acknowledged; the next one takes its place."""
    LEDGER = "ledger"
    """Sums that do not add up."""
    RECORD = "record"
    """A line of an exported file that the archive does not give."""
    OLDER = "older"
    """A record of an exported file that tells of an earlier version of its article."""


_HARMLESS = {Kind.ERASED, Kind.OFFLINE, Kind.WAITING, Kind.UNFINISHED, Kind.OLDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it must be, or is left for the next run."""

    kind: Kind
    file: str
    """Relative to the archive, such as `warc/NAME.warc.gz`."""
    offset: int | None = None
    """Where in the file, in bytes; None where that means nothing."""
    what: str
    record_id: str | None = None
    """Of the WARC record that it is about."""

    @property
    def is_damage(self) -> bool:
        """Is it more than what the next command that writes makes good by itself?"""
        return self.kind not in _HARMLESS

    def __str__(self) -> str:
        place = "" if self.offset is None else f", byte {self.offset}"
        return f"{self.file}{place}: {self.kind.replace('_', ' ')}: {self.what}"


@dataclass(slots=True)
class Report:
    """What a check went through, and what it found."""

    records: int = 0
    files: int = 0
    captures: int = 0
    """Rows of the database that were compared with their records."""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is no fault of the archive, a line each, such as a bug of the SQLite at work."""

    @property
    def damages(self) -> list[Finding]:
        """What is not as it must be."""
        return [finding for finding in self.findings if finding.is_damage]

    def of(self, *kinds: Kind) -> Iterator[Finding]:
        """Yield the findings of these kinds."""
        return (finding for finding in self.findings if finding.kind in kinds)

    def as_json(self) -> dict[str, Any]:
        """Return what a program is told."""
        return {
            "whole": not self.damages,
            "records": self.records,
            "files": self.files,
            "captures": self.captures,
            "findings": [{**asdict(each), "damage": each.is_damage} for each in self.findings],
            "notes": self.notes,
        }

    def line(self) -> str:
        """Return one line that says it all."""
        verdict = counted(len(self.damages), "thing") + " damaged" if self.damages else "all whole"
        if offline := sum(1 for _ in self.of(Kind.OFFLINE)):
            verdict += f", {counted(offline, 'file')} offline"
        return (
            f"checked {counted(self.records, 'record')} in {counted(self.files, 'file')}"
            f" and {counted(self.captures, 'capture')}: {verdict}"
        )
