"""What of a damaged archive can be mended, mended; whatever is taken out is kept beside its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipelines import durable, runs
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.database_copy import copy_to
from pipelines.database_errors import naming_errors
from pipelines.decisions import decisions_of
from pipelines.erasures import Erasures
from pipelines.errors import StorageUnusable
from pipelines.lock import locked
from pipelines.page_records import page_records
from pipelines.recovery import Writing, store_records, writing
from pipelines.store import forget_capture
from pipelines.verify import Finding, Kind, Report, check_database
from pipelines.verify.files import check_file
from pipelines.verify.rows import Index
from pipelines.warc.mending import mend_all_closed, was_cut_to_nothing
from pipelines.warc.places import places_of
from pipelines.warc_files import note_file
from pipelines.wording import counted

PLANS = {
    Kind.TORN: "would be cut off and kept beside the file",
    Kind.DAMAGED: "would be set right, or taken out of the file, which is kept as it is",
    Kind.SHORTER: "would be noted",
    Kind.NO_RECORD: "would be taken out of the database, of which a copy is kept",
    Kind.UNLIKE: "would be stored again from the record",
    Kind.NO_CAPTURE: "would be stored from the record",
    Kind.WAITING: "would be stored",
    Kind.DATABASE: "would be moved away, and made anew from warc/ and the journal",
}
"""What `repair` does about each kind of finding; nothing about the others."""


def repair(archive: Archive, tell: Callable[[str], None]) -> None:
    """Mend the archive; `tell` gets a line for each thing that was done.

    Raises Locked while another command writes, and Damaged where the journal cannot be read.
    """
    with locked(archive, "repair"):
        _move_damaged_database(archive, tell)
        for line in mend_all_closed(archive.warc_dir):
            tell(line)
    with writing(archive, "repair") as work:
        for line in work.recovered:
            tell(line)
        done = [*_store_again(work), *_take_out_lost(work)]
        for line in done:
            tell(line)
        if done or work.recovered:
            work.writer.call(_note_run).result()


def plan(finding: Finding) -> str:
    """Return what `repair` would do about a finding."""
    return PLANS.get(finding.kind, "cannot be mended")


def _move_damaged_database(archive: Archive, tell: Callable[[str], None]) -> None:
    """Make room for a new database; with its log beside it, the old one can still be asked."""
    try:
        if not archive.database_path.exists() or not list(check_database(archive)):
            return
    except StorageUnusable:
        return  # of another schema: an earlier one is brought up to date in a moment, a later one refused
    target = _beside(archive, "damaged")
    for ending in ("-wal", "-shm", ""):
        part = archive.database_path.with_name(archive.database_path.name + ending)
        if part.exists():
            durable.rename(part, target.with_name(target.name + ending))
    tell(
        f"{archive.database_path.name}: moved to {target.name} and made anew from warc/ and the journal;"
        " runs, failures of the network, and links that no run had gone to are there alone"
    )


def _beside(archive: Archive, why: str) -> Path:
    name = archive.database_path.name
    return archive.database_path.with_name(f"{name}.{why}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")


def _checked(work: Writing) -> Iterator[tuple[Path, Report]]:
    """Yield each WARC file in `warc/`, which alone is mended, with what the database says otherwise."""
    places = places_of(work.archive)
    with closing(connect_reading(work.archive.database_path)) as connection:
        index, erased = Index(connection), Erasures.of(work.archive)
        for path in sorted(work.archive.warc_dir.glob("*.warc.gz")):
            report = Report()
            check_file(path, places, index.of(path.name), report, erased=erased)
            yield path, report


def _store_again(work: Writing) -> Iterator[str]:
    """Store records whose captures are gone or differ; note files that have become shorter."""
    places = places_of(work.archive)
    decisions = decisions_of(work.archive)
    for path, report in _checked(work):
        lost = {finding.record_id for finding in report.of(Kind.NO_ORIGINAL)}
        wanted = {finding.record_id for finding in report.of(Kind.UNLIKE, Kind.NO_CAPTURE)} - lost
        if wanted:
            reads = (
                read
                for read in page_records(path, places, decisions.erased)
                if read.reference.record_id in wanted
            )
            stored = sum(1 for _ in store_records(reads, work.pool, work.writer, decisions))
            yield f"{path.name}: stored {counted(stored, 'capture')} again from the records"
        if any(report.of(Kind.SHORTER)):
            work.writer.call(partial(note_file, path=path)).result()


def _take_out_lost(work: Writing) -> Iterator[str]:
    """Take captures out of the database whose records are gone for good, and keep a copy of it as it was.

    A file that is missing may come back, from a backup or with its disk: its captures stay.
    """
    lost = {path.name: list(report.of(Kind.NO_RECORD)) for path, report in _checked(work)}
    source = work.archive.database_path
    with closing(connect_reading(source)) as connection, naming_errors(source):
        index = Index(connection)
        for name in index.names:
            if was_cut_to_nothing(work.archive.warc_dir, name):
                lost[name] = _all_of(index, name)
        there = {path.name for path in places_of(work.archive).finished()} | lost.keys()
        gone = [name for name in index.names if name not in there and not index.captures(name)]
        if any(lost.values()):
            copy = _beside(work.archive, "before-repair")
            copy_to(connection, copy, source=source)
            yield f"{source.name}: a copy as it was is kept as {copy.name}"
    for name, findings in lost.items():
        for finding in findings:
            work.writer.call(partial(forget_capture, record_id=finding.record_id or "")).result()
            yield f"{finding.file}: {finding.what}; it is taken out of the database"
        if not (work.archive.warc_dir / name).exists():
            gone.append(name)
    work.writer.call(
        lambda writing: writing.executemany("DELETE FROM warc_files WHERE name = ?", [(n,) for n in gone])
    ).result()


def _all_of(index: Index, name: str) -> list[Finding]:
    rows = index.of(name).rows or {}
    return [
        Finding(
            kind=Kind.NO_RECORD,
            file=f"warc/{name}",
            what=f"the record of capture {row.id} ({row.url}) is not whole",
            record_id=row.record_id,
        )
        for row in rows.values()
    ]


def _note_run(connection: sqlite3.Connection) -> None:
    run_id = runs.begin(connection, "repair", [])
    runs.finish(connection, run_id, outcome="done", exit_code=0, counts={})
