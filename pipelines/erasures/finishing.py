"""What the journal says is erased, erased: rows, records, addresses in the journal, copies of the database.

Each step may be done again; whoever opens the archive for writing first does what a killed one left to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.database import JournalMode, connect_writing, transaction
from pipelines.database_errors import naming_errors
from pipelines.erasures import Erasures, copies, rows
from pipelines.erasures.records import OwnRecord, find_all, take_out
from pipelines.errors import StorageUnusable
from pipelines.file_system import journal_mode
from pipelines.journal import Journal
from pipelines.warc.places import places_of


@dataclass(slots=True)
class Done:
    """What was taken out."""

    rows: dict[str, int] = field(default_factory=dict)
    """How many, by table."""
    copies: list[Path] = field(default_factory=list)
    """Copies of the database that were taken away."""


def finish(archive: Archive) -> list[str]:
    """Do what is left of erasures that were begun; return a line about it, if anything was."""
    images = _images_of_unfinished(archive)
    if images is None:
        return []
    carry_out(archive, find_all(places_of(archive), Erasures.of(archive), images))
    return ["finished an erasure that was begun"]


def carry_out(archive: Archive, records: Iterable[OwnRecord]) -> Done:
    """Take out what the journal says is erased, for whoever holds the archive's lock.

    Rows go before records: no row ever names a record that is gone.
    """
    erased = Erasures.of(archive)
    done = Done()
    if archive.database_path.exists():
        done.rows = _take_out_rows(archive.database_path, erased, journal_mode(archive))
    for copy in copies.of_repairs(archive):
        _take_out_rows(copy, erased, "DELETE")
    take_out(records)
    journal = Journal(archive.journal_path)
    journal.rewrite(erased.redacted_event)
    done.copies = copies.take_away(archive)
    journal.append({"at": ledger.now(), "event": "erasure_finished"})
    return done


def _images_of_unfinished(archive: Archive) -> set[str] | None:
    """Return the images that go with what is still to be erased; None where nothing is."""
    images: set[str] | None = None
    for event in Journal(archive.journal_path).read():
        if event.get("event") == "erased":
            images = (images or set()).union(event["images"])
        elif event.get("event") == "erasure_finished":
            images = None
    return images


def _take_out_rows(path: Path, erased: Erasures, mode: JournalMode) -> dict[str, int]:
    """Take rows out of a database so that nothing of them is left in its files, not even unused."""
    with naming_errors(path), closing(connect_writing(path, journal_mode=mode)) as connection:
        with transaction(connection):
            gone = rows.take_out(connection, erased)
            rows.note_run(connection, gone)
        connection.execute("VACUUM")
        _empty_log(connection, path)
    return gone


def _empty_log(connection: sqlite3.Connection, path: Path) -> None:
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise StorageUnusable(
            f"{path}: another program reads it, and what is erased stays in its files as long as that lasts;"
            " the next command that writes goes on"
        )
