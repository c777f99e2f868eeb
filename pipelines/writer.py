"""The one writer: a thread with the only connection that writes to the database.

It stores what it is given in batches: WARC files to disk first, then one transaction. A batch ends at 100
jobs, after a second, or when nothing more waits, so that a lone capture is not kept waiting. Where another
program keeps SQLite's log from being emptied, the batches of a run share a transaction (`log_size`).
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pipelines.archive import Archive
from pipelines.database import connect_writing, rolling_back, transaction
from pipelines.database_errors import naming_errors
from pipelines.file_system import journal_mode
from pipelines.log_size import CommitPace
from pipelines.records import Captured, WarcReference
from pipelines.store import store_capture
from pipelines.warc import Standing, WarcWriter

_T = TypeVar("_T")
_BATCH_JOBS = 100
_BATCH_SECONDS = 1.0
_STANDING = """
    INSERT INTO warc_files (name, committed_bytes, closed_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE
    SET committed_bytes = excluded.committed_bytes, closed_at = excluded.closed_at
"""


@dataclass(slots=True)
class _Job:
    """Something to do inside a transaction, with the future that waits for its commit."""

    work: Callable[[sqlite3.Connection], Any]
    future: Future[Any]
    reference: WarcReference | None = None
    result: Any = None
    error: Exception | None = None


class Writer:
    """Stores captures, and whatever else changes the database, one batch after the other.

    An error of the disk or the database ends it: it reaches every future that waits, and every later one.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._warc: WarcWriter | None = None
        self._pace = CommitPace(archive.database_path)
        self._poison: BaseException | None = None
        self._lock = threading.Lock()
        self._is_closed = False
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()
        self._ready.result()

    def put(self, captured: Captured) -> Future[int]:
        """Store a capture; the future gives its id once it is committed."""
        future: Future[int] = Future()
        self._enqueue(_Job(lambda connection: _store(connection, captured), future, captured.reference))
        return future

    def call(self, function: Callable[[sqlite3.Connection], _T]) -> Future[_T]:
        """Run `function` inside a transaction; the future gives what it returns once that is committed.

        What it raises comes out of the future, and undoes nothing but its own changes.
        """
        future: Future[_T] = Future()
        self._enqueue(_Job(function, future))
        return future

    async def write(self, function: Callable[[sqlite3.Connection], _T]) -> _T:
        """Return what `function` returns, as `call` does, to whoever awaits it in an event loop."""
        return await asyncio.wrap_future(self.call(function))

    def attach_warc(self, warc: WarcWriter) -> None:
        """Name the WARC files whose records are being stored: they are on disk before each commit.

        From here on, while another program keeps the log long, a future may be done before its commit: its
        record is on disk then, from which the next run stores it if this one is killed.
        """
        self._warc = warc

    def close(self) -> None:
        """Store what waits, finish the WARC file, and return; raises what ended the writer."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._queue.put(None)
        self._thread.join()
        if self._poison is not None:
            raise self._poison

    def _enqueue(self, job: _Job) -> None:
        with self._lock:
            if self._poison is not None:
                job.future.set_exception(self._poison)
            elif self._is_closed:
                raise RuntimeError("the writer is closed")
            else:
                job.future.set_running_or_notify_cancel()  # from here on nobody can call it off
                self._queue.put(job)

    def _run(self) -> None:
        batch: list[_Job] = []
        try:
            path = self._archive.database_path
            mode = journal_mode(self._archive)
            with naming_errors(path), closing(connect_writing(path, journal_mode=mode)) as connection:
                self._ready.set_result(None)
                is_last = False
                while not is_last:
                    batch, is_last = self._next_batch(self._pace.seconds_left(connection))
                    self._store(connection, batch, is_last=is_last)
                    _resolve(batch)
                self._finish_warc(connection)
                self._pace.empty_log(connection)
        except BaseException as error:
            self._fail(error, batch)

    def _next_batch(self, seconds: float | None) -> tuple[list[_Job], bool]:
        """Return the jobs of one batch, and whether they are the last ones; none where none came in time."""
        batch: list[_Job] = []
        try:
            job = self._queue.get(timeout=seconds)
        except queue.Empty:
            return batch, False
        deadline = time.monotonic() + _BATCH_SECONDS
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH_JOBS or time.monotonic() > deadline:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _store(self, connection: sqlite3.Connection, batch: list[_Job], *, is_last: bool) -> None:
        if batch and self._warc is not None:
            self._warc.sync()
        if batch and not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        with rolling_back(connection):
            for job in batch:
                _do(connection, job)
            if batch and self._warc is not None:
                stored = [job.reference for job in batch if job.reference is not None]
                _note(connection, self._warc.settle(stored))
            if connection.in_transaction and (is_last or self._warc is None or self._pace.is_due):
                connection.execute("COMMIT")
                self._pace.committed(connection)

    def _finish_warc(self, connection: sqlite3.Connection) -> None:
        if self._warc is not None:
            self._warc.close()
            with transaction(connection):
                _note(connection, self._warc.settle(()))

    def _fail(self, error: BaseException, batch: list[_Job]) -> None:
        with self._lock:
            self._poison = error
            if not self._ready.done():
                self._is_closed = True
                self._ready.set_exception(error)
        waiting = [job for job in batch if not job.future.done()]
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            waiting.extend([job] if job is not None else [])
        for job in waiting:
            job.future.set_exception(error)


def _store(connection: sqlite3.Connection, captured: Captured) -> int:
    """Store a capture; one that cannot be is stored as a failure of ours, so that it holds up no other."""
    connection.execute("SAVEPOINT capture")
    try:
        capture_id = store_capture(connection, captured)
    except Exception as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        connection.execute("ROLLBACK TO capture")
        failure = replace(
            captured.processed,
            outcome="failed",
            article=None,
            error="InternalError",
            message=f"{captured.processed.url}: {type(error).__name__}: {error}; a bug of ours: report it",
            links=(),
        )
        capture_id = store_capture(connection, replace(captured, processed=failure, follow=()))
    connection.execute("RELEASE capture")
    return capture_id


def _do(connection: sqlite3.Connection, job: _Job) -> None:
    if job.reference is not None:
        job.result = job.work(connection)
        return
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.work(connection)
    except sqlite3.OperationalError:
        raise
    except Exception as error:
        connection.execute("ROLLBACK TO job")
        job.error = error
    connection.execute("RELEASE job")


def _resolve(batch: list[_Job]) -> None:
    for job in batch:
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)


def _note(connection: sqlite3.Connection, standings: Iterable[Standing]) -> None:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    rows = [
        (standing.name, standing.committed_bytes, now if standing.is_closed else None)
        for standing in standings
    ]
    connection.executemany(_STANDING, rows)
