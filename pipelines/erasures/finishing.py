"""What the journal says is erased, erased: rows, records, addresses in the journal, copies of the database.

Each step may be done again; whoever opens the archive for writing first does what a killed one left to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.database import JournalMode, connect_writing, transaction
from pipelines.database_errors import naming_errors
from pipelines.decisions import Decisions, decisions_of
from pipelines.drift.judging import Judging
from pipelines.erasures import Erasures, copies, rows
from pipelines.erasures.moving import Moved, clear, move
from pipelines.erasures.records import OwnRecord, find_all, take_out
from pipelines.errors import StorageUnusable
from pipelines.file_system import journal_mode
from pipelines.journal import Journal
from pipelines.pool import WorkerPool
from pipelines.warc.places import Places, places_of


@dataclass(slots=True)
class Done:
    """What was taken out."""

    rows: dict[str, int] = field(default_factory=dict)
    """How many, by table."""
    anew: list[Path] = field(default_factory=list)
    """Files of other pages' records that were written anew."""
    read_otherwise: list[str] = field(default_factory=list)
    """URLs of such pages that are not read as before, beyond what went."""
    copies: list[Path] = field(default_factory=list)
    """Copies of the database that were taken away."""


def finish(archive: Archive, pool: WorkerPool) -> list[str]:
    """Do what is left of erasures that were begun; return a line about it, if anything was."""
    erased = Erasures.of(archive)
    if not erased.unfinished:
        return []
    records = find_all(places_of(archive), erased, erased.still("images"))
    carry_out(archive, records, erased.still("mentioning"), pool)
    return ["finished an erasure that was begun"]


def carry_out(
    archive: Archive, records: Iterable[OwnRecord], mentioning: Collection[str], pool: WorkerPool
) -> Done:
    """Take out what the journal says is erased, for whoever holds the archive's lock and no connection.

    `mentioning`: ids of other pages' records that are written anew without their links to it. Rows go before
    records, and lead to new ones before the old ones go: no row ever names a record that is gone. Raises
    StorageUnusable at the end where another program keeps the database's log from being emptied.
    """
    decisions, places, path = decisions_of(archive), places_of(archive), archive.database_path
    done, moved, is_emptied = Done(), Moved(), True
    if path.exists():
        with _writing(path, journal_mode(archive)) as connection:
            if mentioning:
                moved = _move(archive, places, connection, decisions, mentioning=mentioning, pool=pool)
            with transaction(connection):
                done.rows = rows.take_out(connection, decisions.erased)
                told = Judging(archive).as_told
                rows.put_moved(connection, moved.files, places, decisions, pool, as_told=told)
                rows.note_run(connection, done.rows)
            is_emptied = _leave_nothing(connection)
    elif mentioning:
        moved = move(archive, places, decisions, mentioning, pool, lies_in={})
    for copy in copies.of_repairs(archive):
        with _writing(copy, "DELETE") as connection:
            with transaction(connection):
                rows.take_out(connection, decisions.erased)
            _leave_nothing(connection)
    take_out([*records, *moved.old])
    done.anew, done.read_otherwise = moved.files, sorted(moved.read_otherwise)
    journal = Journal(archive.journal_path)
    journal.rewrite(decisions.erased.redacted_event)
    done.copies = copies.take_away(archive)
    if not is_emptied:
        raise StorageUnusable(
            f"{path}: another program reads it, and what is erased stays in its files as long as that lasts;"
            " the next command that writes goes on"
        )
    journal.append({"at": ledger.now(), "event": "erasure_finished"})
    return done


def _move(
    archive: Archive,
    places: Places,
    connection: sqlite3.Connection,
    decisions: Decisions,
    *,
    mentioning: Collection[str],
    pool: WorkerPool,
) -> Moved:
    clear(archive, {name for (name,) in connection.execute("SELECT name FROM warc_files")})
    lies_in = dict(connection.execute("SELECT warc_record_id, warc_file FROM captures").fetchall())
    return move(archive, places, decisions, mentioning, pool, lies_in=lies_in)


@contextmanager
def _writing(path: Path, mode: JournalMode) -> Iterator[sqlite3.Connection]:
    with naming_errors(path), closing(connect_writing(path, journal_mode=mode)) as connection:
        yield connection


def _leave_nothing(connection: sqlite3.Connection) -> bool:
    """Write a database anew, so that nothing that went is left in it; could its log be emptied, too?"""
    connection.execute("VACUUM")
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy
