"""The archive checked against itself: WARC files to the last bit, the database against them, the journal.

Nothing is changed, and a run may be at work: of the file that it writes, only what is stored is looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines.accounts import discrepancies
from pipelines.archive import Archive
from pipelines.database import connect_reading, look_for_seal
from pipelines.database_errors import naming_errors
from pipelines.erasures import Erasures
from pipelines.errors import Damaged
from pipelines.journal import Journal
from pipelines.sqlite_version import note_on
from pipelines.verify.files import check_file
from pipelines.verify.findings import Finding, Kind, Report
from pipelines.verify.rows import Index, Known
from pipelines.warc.places import FileAway, places_of
from pipelines.warc.read import OPEN
from pipelines.wording import counted

__all__ = ["Finding", "Kind", "Report", "check_database", "total_bytes", "verify"]

_TOLD = 20
"""Complaints of SQLite, and of the sums, that are told one by one."""


def verify(archive: Archive, advance: Callable[[int], None]) -> Report:
    """Check the archive and return what was found; `advance` is told of bytes of WARC files gone through.

    Raises NotOurs, StorageUnusable, and OSError where something cannot be read at all.
    """
    report = Report()
    if (note := note_on(sqlite3.sqlite_version_info)) is not None:
        report.notes.append(note)
    places = places_of(archive)
    erased = _check_journal(archive, report)
    with _index_of(archive, report) as index:
        names = {path.name.removesuffix(OPEN) for path in _files(archive)}
        for name in sorted(names.union(index.names if index else ())):
            try:
                path = places.find(name)
            except FileAway as away:
                report.findings.append(Finding(kind=Kind.OFFLINE, file=f"warc/{name}", what=str(away)))
                continue
            if path.exists():
                check_file(path, places, index.of(name) if index else Known(), report, advance, erased=erased)
            elif index is not None:
                _note_missing(archive, index, name, report)
    return report


def total_bytes(archive: Archive) -> int:
    """Return how many bytes of WARC files there are to go through."""
    return sum(path.stat().st_size for path in _files(archive))


def check_database(archive: Archive) -> Iterator[Finding]:
    """Yield what is wrong with the database in itself, but for its sums.

    Raises what `connect_reading` does, but Damaged.
    """
    name = archive.database_path.name
    if not archive.database_path.exists():
        if _files(archive):
            yield Finding(kind=Kind.DATABASE, file=name, what="it is missing; `wencun repair` makes it anew")
        return
    try:
        with (
            closing(connect_reading(archive.database_path)) as connection,
            naming_errors(archive.database_path),
        ):
            complaints = list(_complaints(connection))
            look_for_seal(archive.database_path)
    except Damaged as damage:
        complaints = [str(damage).removeprefix(f"{archive.database_path}: ")]
    for what in complaints:
        yield Finding(kind=Kind.DATABASE, file=name, what=what)


@contextmanager
def _index_of(archive: Archive, report: Report) -> Iterator[Index | None]:
    """Give what the database says of the WARC files; None where it cannot be trusted with that."""
    findings = list(check_database(archive))
    report.findings += findings
    if findings or not archive.database_path.exists():
        yield None
        return
    with closing(connect_reading(archive.database_path)) as connection, naming_errors(archive.database_path):
        name = archive.database_path.name
        for what in discrepancies(connection)[:_TOLD]:
            report.findings.append(Finding(kind=Kind.LEDGER, file=name, what=what))
        yield Index(connection)


def _complaints(connection: sqlite3.Connection) -> Iterator[str]:
    for (words,) in connection.execute(f"PRAGMA integrity_check({_TOLD})"):
        if words != "ok":
            yield words
    rows = connection.execute("PRAGMA foreign_key_check").fetchmany(_TOLD)
    for table, rowid, parent, _ in rows:
        yield f"row {rowid} of {table} names a row of {parent} that is not there"


def _files(archive: Archive) -> list[Path]:
    return [*places_of(archive).finished(), *archive.warc_dir.glob("*.warc.gz" + OPEN)]


def _check_journal(archive: Archive, report: Report) -> Erasures:
    """Note what is wrong with the journal; return what it says was erased, where it can be read."""
    for number, is_last in Journal(archive.journal_path).broken_lines():
        kind = Kind.UNFINISHED if is_last else Kind.JOURNAL
        what = "the last line breaks off" if is_last else f"line {number} is no JSON object"
        report.findings.append(Finding(kind=kind, file=archive.journal_path.name, what=what))
    return Erasures() if any(report.of(Kind.JOURNAL)) else Erasures.of(archive)


def _note_missing(archive: Archive, index: Index, name: str, report: Report) -> None:
    what = f"the records of {counted(index.captures(name), 'capture')} lie there; restore it from a backup"
    file = f"{archive.warc_dir.name}/{name}"
    report.findings.append(Finding(kind=Kind.MISSING, file=file, what=what))
