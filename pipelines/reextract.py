"""Everything that came from pages, made again from the WARC files and the journal."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from crawler.extract.urls import canonical
from pipelines import ledger, runs
from pipelines.archive import Archive
from pipelines.changes import Changes, comparing
from pipelines.database import connect_reading
from pipelines.decisions import decisions_of
from pipelines.drift.judging import Judging
from pipelines.errors import Damaged
from pipelines.following import FollowRule, with_leads
from pipelines.known_models import extractor_version, read_own, use
from pipelines.page_records import page_records
from pipelines.pool import WorkerPool, in_order
from pipelines.records import Captured
from pipelines.recovery import Writing, store_records
from pipelines.replay import captured_of, redirect_target, work_of
from pipelines.warc.places import FileAway, places_of
from pipelines.warc.read import RecordRead, Torn, read_at
from pipelines.warc.revisit import OriginalLost, with_body
from pipelines.warc_files import note_file


@dataclass(slots=True)
class Report:
    """What a run of `reextract` did."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    """Captures left alone: made by today's extractor, or of another site."""
    judged_again: Counter[str] = field(default_factory=Counter)
    """What became of captures that were held back."""
    is_limited: bool = False
    """Did the time run out before all was done?"""
    damages: list[Damaged] = field(default_factory=list)
    """WARC files that could not be read to their end."""
    away: tuple[Path, ...] = ()
    """Cold places that are not there: what lies in them is left as it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which captures are made again."""

    is_all: bool = False
    """Also those that today's extractor made."""
    site: str | None = None
    """Only those of pages of this site."""
    deadline: float | None = None
    """On `time.monotonic`; what is under way then is finished."""


def reextract(
    work: Writing, choice: Choice, arguments: Sequence[str], advance: Callable[[int], None]
) -> Report:
    """Take the archive's records through today's extractor, in the order of their files.

    `advance` is called with the number of bytes that are done. Whatever was stored before stays until its
    record is stored again.
    """
    places = places_of(work.archive)
    report = Report(away=places.away)
    run_id = work.writer.call(lambda connection: runs.begin(connection, "reextract", arguments)).result()
    decisions = decisions_of(work.archive)
    with closing(connect_reading(work.archive.database_path)) as connection:
        seeds, judging = _Seeds(connection), Judging(work.archive)

        def complete(captured: Captured) -> Captured:
            return judging.as_told(seeds.complete(captured))

        for path in places.finished():
            size = path.stat().st_size
            reads = _chosen(page_records(path, places, decisions.erased), connection, choice, report)
            try:
                for processed in store_records(
                    seeds.noting(reads), work.pool, work.writer, decisions, complete=complete
                ):
                    report.outcomes[processed.outcome] += 1
            except Damaged as damage:
                report.damages.append(damage)
                continue
            if report.is_limited:
                break
            work.writer.call(partial(note_file, path=path)).result()
            advance(size)
        else:
            _judge_again(work, choice, judging, connection, report)
    work.writer.call(partial(_finish, run_id=run_id, report=report)).result()
    return report


def preview(archive: Archive, choice: Choice, advance: Callable[[int], None]) -> tuple[Report, Changes]:
    """Return what `reextract` would change; the archive is only read, also while another command writes."""
    places = places_of(archive)
    report, changes = Report(away=places.away), Changes()
    own_models = read_own(archive.settings_path)
    use(own_models)
    decisions, judging = decisions_of(archive), Judging(archive)
    with (
        WorkerPool(own_models=own_models) as pool,
        closing(connect_reading(archive.database_path)) as connection,
        comparing(connection) as comparer,
    ):
        for path in places.finished():
            reads = _chosen(page_records(path, places, decisions.erased), connection, choice, report)
            try:
                for read, processed in in_order(
                    pool, ((read, work_of(read.record, decisions.urls)) for read in reads)
                ):
                    report.outcomes[processed.outcome] += 1
                    captured = captured_of(read.record, read.reference, processed)
                    changes.add(comparer.compare(judging.as_told(captured)))
            except Damaged as damage:
                report.damages.append(damage)
            if report.is_limited:
                break
            advance(path.stat().st_size)
    return report, changes


class _Seeds:
    """What is followed of what somebody asked for, and where its redirects led."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._led: dict[str, str] = {}
        """By URLs that redirects lead to: the first one that led there."""

    def noting(self, reads: Iterable[RecordRead]) -> Iterator[RecordRead]:
        """Pass records on, and note the redirects among them."""
        for read in reads:
            url, target = canonical(read.record.url or ""), redirect_target(read.record)
            if target is not None:
                self._led[target] = self._led.get(url, url)
            yield read

    def complete(self, captured: Captured) -> Captured:
        """Return a capture with the seed that led to it, and with what is followed from a source."""
        url = captured.processed.url
        origin = ledger.seed(self._connection, self._led.get(url, url))
        if origin is None:
            return captured
        page_id, told = origin
        captured = replace(captured, page_id=page_id if url in self._led else None)
        is_source = captured.processed.source_kind is not None
        return with_leads(captured, FollowRule(), told) if is_source else captured


def _judge_again(
    work: Writing, choice: Choice, judging: Judging, connection: sqlite3.Connection, report: Report
) -> None:
    """Judge what is held back by a verdict that stands no more: its site was accepted, or is read otherwise.

    All of it is compared with what was stored before the first of it is.
    """
    places = places_of(work.archive)

    def reads() -> Iterator[RecordRead]:
        for file, offset in judging.to_judge_again(connection, choice.site):
            if choice.deadline is not None and time.monotonic() > choice.deadline:
                report.is_limited = True
                return
            try:
                yield with_body(places, read_at(places.find(file), offset))
            except (OSError, Torn, OriginalLost) as error:
                report.damages.append(Damaged(f"{file}, byte {offset}: {error}"))
            except FileAway:
                report.skipped += 1

    def complete(captured: Captured) -> Captured:
        return judging.judged_again(captured, connection)

    decisions = decisions_of(work.archive)
    for processed in store_records(reads(), work.pool, work.writer, decisions, complete=complete):
        report.judged_again[processed.outcome] += 1


def _finish(connection: sqlite3.Connection, run_id: int, report: Report) -> None:
    outcome = "limit" if report.is_limited else "damaged" if report.damages else "done"
    exit_code = Damaged.exit_code if report.damages else 0
    counts = {**report.outcomes, "skipped": report.skipped}
    runs.finish(connection, run_id, outcome=outcome, exit_code=exit_code, counts=counts)


def _chosen(
    reads: Iterator[RecordRead], connection: sqlite3.Connection, choice: Choice, report: Report
) -> Iterator[RecordRead]:
    query = (
        "SELECT c.extractor_version, p.site FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
        " WHERE c.warc_record_id = ?"
    )
    for read in reads:
        if choice.deadline is not None and time.monotonic() > choice.deadline:
            report.is_limited = True
            return
        if read.record.type == "revisit":  # what is stored of it is better than what is left of it
            if report.away:
                report.skipped += 1
                continue
            where = f"{read.reference.file}, byte {read.reference.offset}"
            report.damages.append(Damaged(f"{where}: the record with the body of this revisit is lost"))
            continue
        known = connection.execute(query, (read.reference.record_id,)).fetchone()
        if known is not None and not _is_wanted(choice, version=known[0], site=known[1]):
            report.skipped += 1
        else:  # what was never stored has no site yet, and its file is taken for done after this
            yield read


def _is_wanted(choice: Choice, *, version: str, site: str | None) -> bool:
    return (choice.is_all or version != extractor_version()) and choice.site in (None, site)
