"""Saved pages and the records of other WARC files, taken into the archive without a fetch."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.extract import urls
from pipelines import runs
from pipelines.content_coding import MAX_PAGE_BYTES
from pipelines.database import connect_reading
from pipelines.erasures import Erasures
from pipelines.events import Event, announce
from pipelines.ingest.held import Holding, Holdings, Rename, Skip, decide
from pipelines.ingest.saved import Saved, copy_of, is_foreign_page, load, shown
from pipelines.journal import Journal
from pipelines.pool import in_order
from pipelines.process import Job
from pipelines.records import Processed, WarcReference
from pipelines.recovery import WAITING, Writing
from pipelines.replay import captured_at_of, captured_of, work_of
from pipelines.store import rename_urn
from pipelines.warc import WarcWriter, read_at
from pipelines.warc.places import places_of
from pipelines.warc.read import Torn, read_foreign
from pipelines.warc.record import Record
from pipelines.wording import counted

_GOOD = {"article", "unchanged"}
_TOLERATED_FAILURES = 0.05


@dataclass(slots=True)
class Report:
    """What came of the files that were given."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """Of new captures, and `failed` for files that gave none."""
    held: Counter[str] = field(default_factory=Counter)
    """Of pages that the archive held already, by what they gave then."""
    renamed: int = 0
    """Pages held already that have a URL now."""
    erased: int = 0
    """Pages that were erased from the archive, and are not taken again."""
    passed_over: int = 0
    """Records of WARC files that are no pages."""

    @property
    def is_incomplete(self) -> bool:
        """Did nothing give an article, or more than one in twenty fail?"""
        both = self.outcomes + self.held
        total = both.total() + self.renamed
        good = self.renamed + sum(both[outcome] for outcome in _GOOD)
        return good == 0 or both["failed"] > _TOLERATED_FAILURES * total


@dataclass(frozen=True, slots=True)
class _Item:
    where: str
    """For the user: the file, and of a WARC file the page."""
    record: Record
    reference: WarcReference


@dataclass(frozen=True, slots=True)
class _Naming:
    """A page held under the URN of its bytes is to have a URL."""

    payload_sha256: str
    url: str


class Ingest:
    """One run of `ingest` over an archive that is open for writing."""

    def __init__(self, work: Writing, arguments: Sequence[str]) -> None:
        self._work = work
        self._arguments = arguments
        self._warc = WarcWriter(work.archive.warc_dir)
        self._report = Report()
        self._run_id: int | None = None
        self._namings: list[_Naming] = []
        self._erased = Erasures.of(work.archive)
        work.writer.attach_warc(self._warc)

    def run(self, saved: Sequence[Saved], advance: Callable[[int], None]) -> Report:
        """Take in the files, in their order; `advance` is called with each one that is done."""
        waiting: deque[Future[int]] = deque()
        with closing(connect_reading(self._work.archive.database_path)) as connection:
            work = self._all_work(saved, Holdings(connection), advance)
            for item, processed in in_order(self._work.pool, work):
                captured = captured_of(item.record, item.reference, processed, self._run_id)
                waiting.append(self._work.writer.put(captured))
                self._report.outcomes[processed.outcome] += 1
                self._tell(item.where, processed)
                while len(waiting) > WAITING:
                    waiting.popleft().result()
        for future in waiting:
            future.result()
        for naming in self._namings:
            self._name(naming)
        return self._report

    def finish(self, outcome: str, exit_code: int) -> None:
        """Note how the run ended, if it changed anything."""
        if self._run_id is not None:
            run_id, report = self._run_id, self._report
            counts = {**report.outcomes, "held": report.held.total(), "renamed": report.renamed}
            self._work.writer.call(
                lambda connection: runs.finish(
                    connection,
                    run_id,
                    outcome=outcome,
                    exit_code=exit_code,
                    counts=counts,
                )
            ).result()

    def _all_work(
        self, saved: Sequence[Saved], holdings: Holdings, advance: Callable[[int], None]
    ) -> Iterator[tuple[_Item, Job | Processed]]:
        for each in saved:
            for where, record in self._records(each):
                yield from self._work_for(where, record, holdings)
            advance(1)

    def _records(self, saved: Saved) -> Iterator[tuple[str, Record]]:
        """Yield the records that a file makes; what cannot be read is told and noted."""
        try:
            if saved.is_archive:
                yield from self._foreign_records(saved.path)
            else:
                yield shown(saved.path), self._saved_record(saved)
        except Torn as torn:
            self._note_failure("Torn", f"{torn}; the whole records before it were taken, get the file again")
        except OSError as error:
            self._note_failure(
                "Unreadable", f"{shown(saved.path)}: {error.strerror}; nothing of it was taken"
            )

    def _saved_record(self, saved: Saved) -> Record:
        loaded = load(saved)
        return Record(
            type="resource",
            url=saved.url or f"urn:sha256:{loaded.sha256}",
            date=datetime.now(UTC),
            record_id=self._warc.record_id(),
            content_type=loaded.content_type,
            body=loaded.body,
            truncated=loaded.truncated,
            headers=loaded.headers,
        )

    def _foreign_records(self, path: Path) -> Iterator[tuple[str, Record]]:
        for record in read_foreign(path, MAX_PAGE_BYTES):
            if is_foreign_page(record):
                yield f"{shown(path)} {record.url}", copy_of(record, self._warc.record_id())
            else:
                self._report.passed_over += 1

    def _work_for(
        self, where: str, record: Record, holdings: Holdings
    ) -> Iterator[tuple[_Item, Job | Processed]]:
        work = work_of(record)
        if self._erased.times:
            left = self._unless_erased(where, record, work)
            if left is None:
                return
            work = left
        digest = _digest(work)
        url = None if record.url is None or record.url.startswith("urn:") else urls.canonical(record.url)
        captured_at, _ = captured_at_of(record)
        decision = decide(holdings.of(digest), url, captured_at)
        if isinstance(decision, Skip):
            self._report.held[decision.holding.outcome] += 1
            self._tell(where, decision.holding, "held already, ")
            return
        if isinstance(decision, Rename):
            assert url is not None
            self._namings.append(_Naming(digest, url))
            self._report.renamed += 1
            return
        if url is None and decision.url is not None:
            record = replace(record, url=decision.url)
            work = work_of(record)
        holdings.add(digest, decision.url, captured_at)
        self._begin()
        yield _Item(where, record, self._warc.write(record)), work

    def _unless_erased(self, where: str, record: Record, work: Job | Processed) -> Job | Processed | None:
        """Return the work that a page makes; None, told and counted, where it was erased.

        A page that nobody knows the URL of may name itself: that is the result, before it is archived.
        """
        name = record.url or ""
        if name.startswith("urn:") and isinstance(work, Job) and not self._erased.covers(name):
            work = self._work.pool.run(work).result()
            name = work.url
        since = self._erased.since(name)
        if since is None:
            return work
        self._report.erased += 1
        told = f"{where}: this page was erased at {since}, and is not taken again"
        announce(Event.ERASED, told, level=logging.WARNING, where=where)
        return None

    def _begin(self) -> None:
        """Begin the run when there is something to store, and not before."""
        if self._run_id is None:
            self._run_id = self._work.writer.call(
                lambda connection: runs.begin(connection, "ingest", self._arguments)
            ).result()

    def _tell(self, where: str, gave: Processed | Holding, known: str = "") -> None:
        """Say why a page gave no article, also when that was known before, or to how many it leads."""
        if isinstance(gave, Processed) and gave.source_kind is not None:
            named = len(gave.links)
            announce(
                Event.SOURCE_READ,
                f"{where}: {gave.source_kind} that names {counted(named, 'article')}",
                where=where,
                entries=named,
            )
        if gave.error is not None:
            words = known + gave.outcome.replace("_", " ")
            announce(
                Event.PAGE_REFUSED,
                f"{where}: {words}: {gave.message}",
                level=logging.WARNING,
                where=where,
                outcome=gave.outcome,
                reason=gave.error,
            )

    def _note_failure(self, error: str, message: str) -> None:
        """Tell and keep that a file, or the rest of it, gave nothing; the same is kept once."""
        self._report.outcomes["failed"] += 1
        announce(Event.FILE_FAILED, message, level=logging.WARNING, reason=error)
        with closing(connect_reading(self._work.archive.database_path)) as connection:
            query = "SELECT 1 FROM failures WHERE capture_id IS NULL AND error = ? AND message = ?"
            if connection.execute(query, (error, message)).fetchone():
                return
        self._begin()
        row = (self._run_id, error, message, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self._work.writer.call(
            lambda writing: writing.execute(
                "INSERT INTO failures (run_id, error, message, failed_at) VALUES (?, ?, ?, ?)", row
            )
        ).result()

    def _name(self, naming: _Naming) -> None:
        """Give a page that is held its URL, and read its captures again as pages of that URL."""
        archive, writer = self._work.archive, self._work.writer
        self._begin()
        urn = f"urn:sha256:{naming.payload_sha256}"
        event = {
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "event": "url",
            "urn": urn,
            "url": naming.url,
        }
        Journal(archive.journal_path).append(event)
        writer.call(lambda connection: rename_urn(connection, urn, naming.url)).result()
        with closing(connect_reading(archive.database_path)) as connection:
            rows = connection.execute(
                "SELECT warc_file, warc_offset, run_id FROM captures WHERE payload_sha256 = ? ORDER BY id",
                (naming.payload_sha256,),
            ).fetchall()
        places = places_of(archive)
        for file, offset, run_id in rows:
            read = read_at(places.find(file), offset)
            if read.record.url == urn:
                work = work_of(read.record, {urn: naming.url})
                result = self._work.pool.run(work).result() if isinstance(work, Job) else work
                writer.put(captured_of(read.record, read.reference, result, run_id)).result()


def _digest(work: Job | Processed) -> str:
    if work.payload_sha256 is not None:
        return work.payload_sha256
    assert isinstance(work, Job)
    return hashlib.sha256(work.page.body).hexdigest()
