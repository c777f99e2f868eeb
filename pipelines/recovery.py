"""What a command that writes does first: the archive made whole after a run that was killed.

Files that the dead run left open are cut to their whole records, and records that the database does not know
yet go the way of all pages, without the network.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from pathlib import Path

from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.decisions import Decisions, decisions_of, enact
from pipelines.drift.judging import Judging
from pipelines.erasures.finishing import finish
from pipelines.errors import Damaged
from pipelines.known_models import read_own, use
from pipelines.lock import Lock, locked
from pipelines.page_records import page_records
from pipelines.pool import WorkerPool, in_order
from pipelines.records import Captured, Processed
from pipelines.replay import captured_of, work_of
from pipelines.store import rename_urn
from pipelines.turns import Turns
from pipelines.warc.mending import mend
from pipelines.warc.places import Places, places_of
from pipelines.warc.read import OPEN, RecordRead
from pipelines.warc_files import note_file
from pipelines.wording import counted
from pipelines.writer import Writer

WAITING = 200
"""Captures that may wait for the writer: enough for two batches, few enough to keep memory flat."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a command that writes has in hand."""

    archive: Archive
    pool: WorkerPool
    writer: Writer
    lock: Lock
    recovered: tuple[str, ...]
    """What was mended at the start, a line for each."""


@contextmanager
def writing(
    archive: Archive,
    command: str,
    *,
    lock: Lock | None = None,
    catch_up: bool = True,
    goes_on: Callable[[], bool] = lambda: True,
) -> Iterator[Writing]:
    """Open the archive for writing: lock, workers, writer; what a killed run left is mended first.

    `lock`: the archive's, where the caller holds it already. `catch_up` False: records that were not stored
    are left to the block. Once `goes_on` says no, they are left to the next command.

    What the block gave to the writer is stored when the block ends, also by an error. Raises Locked, Damaged,
    BadSettings, and what the database raises.
    """
    own_models = read_own(archive.settings_path)
    use(own_models)
    taking = nullcontext(lock) if lock is not None else locked(archive, command)
    with taking as held, WorkerPool(own_models=own_models) as pool:
        account = finish(archive, pool)
        writer = Writer(archive)
        try:
            account += mend_all(archive)
            writer.call(lambda connection: replay_journal(archive, connection)).result()
            if catch_up:
                account += store_what_is_behind(archive, pool, writer, goes_on)
            yield Writing(archive, pool, writer, held, tuple(account))
        finally:
            writer.close()


def mend_all(archive: Archive) -> list[str]:
    """Finish the files that dead runs left open; return a line for each that was torn."""
    left_open = sorted(archive.warc_dir.glob("*" + OPEN))
    if not left_open:
        return []
    with closing(connect_reading(archive.database_path)) as connection:
        stored = dict(connection.execute("SELECT name, committed_bytes FROM warc_files"))
    return [line for path in left_open if (line := mend(path, stored.get(path.name.removesuffix(OPEN), 0)))]


def replay_journal(archive: Archive, connection: sqlite3.Connection) -> None:
    """Bring into the database what the journal says and the database does not."""
    decisions = decisions_of(archive)
    for urn, url in decisions.urls.items():
        rename_urn(connection, urn, url)
    enact(decisions, connection)


def store_what_is_behind(
    archive: Archive, pool: WorkerPool, writer: Writer, goes_on: Callable[[], bool] = lambda: True
) -> list[str]:
    """Store the records that were archived and not stored; return a line about them, if there were any.

    Once `goes_on` says no, the rest is left as it is.
    """
    decisions, places, judging = decisions_of(archive), places_of(archive), Judging(archive)
    stored = 0
    with closing(connect_reading(archive.database_path)) as connection:
        behind = files_behind(places, connection)
        turns = Turns(connection, places, _readable(behind, places, connection, decisions))

        def complete(captured: Captured) -> Captured:
            return judging.judged(turns.complete(captured), connection)

        for path, start in behind:
            new = _not_stored(page_records(path, places, decisions.erased, start), connection)
            reads = takewhile(lambda _: goes_on(), new)
            stored += sum(1 for _ in store_records(reads, pool, writer, decisions, complete=complete))
            if not goes_on():
                break
            writer.call(partial(note_file, path=path)).result()
    return (
        [f"stored {counted(stored, 'page')} that an earlier run had archived and not stored"]
        if stored
        else []
    )


def files_behind(places: Places, connection: sqlite3.Connection) -> list[tuple[Path, int]]:
    """Return the WARC files that hold more than the database accounts for, and from which byte on."""
    committed = dict(connection.execute("SELECT name, committed_bytes FROM warc_files"))
    starts = [(path, int(committed.get(path.name, 0))) for path in places.finished()]
    return [(path, start) for path, start in starts if start < path.stat().st_size]


def store_records(
    reads: Iterable[RecordRead],
    pool: WorkerPool,
    writer: Writer,
    decisions: Decisions,
    *,
    complete: Callable[[Captured], Captured] = lambda captured: captured,
) -> Iterator[Processed]:
    """Process archived records and give them to the writer; yield each result, end when all are committed.

    `complete` returns a capture with what its record does not say: its run, its page and the links to follow.
    """
    waiting: deque[Future[int]] = deque()
    for read, processed in in_order(pool, ((read, work_of(read.record, decisions.urls)) for read in reads)):
        if decisions.erased.covers(processed.url):  # a page that names itself
            continue
        captured = captured_of(read.record, read.reference, processed)
        waiting.append(writer.put(complete(captured)))
        while len(waiting) > WAITING:
            waiting.popleft().result()
        yield processed
    while waiting:
        waiting.popleft().result()


def _readable(
    behind: Iterable[tuple[Path, int]],
    places: Places,
    connection: sqlite3.Connection,
    decisions: Decisions,
) -> Iterator[RecordRead]:
    """Yield the records that are to be stored, each file's up to where it is damaged."""
    for path, start in behind:
        with suppress(Damaged):  # whoever stores them says so
            yield from _not_stored(page_records(path, places, decisions.erased, start), connection)


def _not_stored(reads: Iterable[RecordRead], connection: sqlite3.Connection) -> Iterator[RecordRead]:
    for read in reads:
        query = "SELECT 1 FROM captures WHERE warc_record_id = ?"
        if connection.execute(query, (read.reference.record_id,)).fetchone() is None:
            yield read
