"""One WARC file checked: every byte of it, and what the database says of its records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.erasures import Erasures
from pipelines.process import Job
from pipelines.replay import work_of
from pipelines.verify.findings import Finding, Kind, Report
from pipelines.verify.rows import Known, Row
from pipelines.warc import holds_page
from pipelines.warc.places import FileAway, Places
from pipelines.warc.read import RecordRead, is_being_written
from pipelines.warc.record import Record
from pipelines.warc.revisit import OriginalLost, with_body
from pipelines.warc.scan import Span, scan
from pipelines.wording import counted

_NOTHING_ERASED = Erasures()


def check_file(
    path: Path,
    places: Places,
    known: Known,
    report: Report,
    advance: Callable[[int], None] = lambda _: None,
    *,
    erased: Erasures = _NOTHING_ERASED,
) -> None:
    """Add to `report` what is in a WARC file, and what of it is not as it must be.

    Of a file that a living run writes, what is stored is looked at; `advance` is told of bytes gone through.
    """
    is_live = is_being_written(path)
    end = known.committed_bytes if is_live else None
    _FileCheck(path, places, known, report, erased).run(end, advance)
    report.files += 1


def digest_of(record: Record) -> tuple[str, int]:
    """Return SHA-256 and length of a page's payload, as captures have them."""
    work = work_of(record)
    if not isinstance(work, Job):
        return work.payload_sha256, work.payload_bytes
    size = len(work.page.body) if work.payload_bytes is None else work.payload_bytes
    return work.payload_sha256 or hashlib.sha256(work.page.body).hexdigest(), size


class _FileCheck:
    """The check of one file; keeps what captures are still without their record."""

    def __init__(self, path: Path, places: Places, known: Known, report: Report, erased: Erasures) -> None:
        self._path = path
        self._places = places
        self._known = known
        self._report = report
        self._erased = erased
        self._rows = dict(known.rows) if known.rows is not None else {}
        self._spans: list[Span] = []
        self._waiting = 0

    def run(self, end: int | None, advance: Callable[[int], None]) -> None:
        reached = 0
        for found in scan(self._path, end):
            if isinstance(found, Span):
                self._spans.append(found)
                self._add(Kind.TORN if found.is_tail else Kind.DAMAGED, found.offset, _told(found))
                after = found.end
            else:
                self._check_record(found)
                after = found.reference.offset + found.reference.bytes
            advance(after - reached)
            reached = after
        if reached < self._known.committed_bytes:
            stored = self._known.committed_bytes
            self._add(Kind.SHORTER, reached, f"the file ends here; {stored} bytes of it were stored")
        for row in sorted(self._rows.values(), key=lambda row: row.offset):
            if end is None or row.offset < end:
                self._add(Kind.NO_RECORD, row.offset, self._why_gone(row), row.record_id)
        if self._waiting:
            what = f"{counted(self._waiting, 'page record')} that the next command that writes will store"
            self._add(Kind.WAITING, self._known.committed_bytes, what)

    def _check_record(self, read: RecordRead) -> None:
        self._report.records += 1
        if self._known.rows is None or not holds_page(read.record):
            return
        reference = read.reference
        row = self._rows.pop(reference.record_id, None)
        if self._erased.covers(read.record.url or ""):
            what = (
                f"{read.record.url} was erased; `wencun erase` with its address takes its records out again"
            )
            self._add(Kind.ERASED, reference.offset, what, reference.record_id)
            return
        ids = {reference.record_id, read.record.headers.get("WARC-Refers-To", "")}
        if row is None and ids & self._erased.moved:
            what = f"{read.record.url} links to what was erased; the record that counts is another"
            self._add(Kind.ERASED, reference.offset, what, reference.record_id)
            return
        try:
            read = with_body(self._places, read)
        except FileAway:
            pass  # its file is told of
        except OriginalLost as error:
            self._add(Kind.NO_ORIGINAL, reference.offset, str(error), reference.record_id)
        if row is not None:
            self._report.captures += 1
            for what in _differences(row, read):
                self._add(Kind.UNLIKE, reference.offset, what, reference.record_id)
        elif reference.offset < self._known.committed_bytes:
            what = f"{read.record.url} was recorded here, and no capture tells of it"
            self._add(Kind.NO_CAPTURE, reference.offset, what, reference.record_id)
        else:
            self._waiting += 1

    def _why_gone(self, row: Row) -> str:
        inside = any(span.offset < row.offset + row.bytes and row.offset < span.end for span in self._spans)
        where = "in damaged bytes" if inside else "not in the file"
        return f"the record of capture {row.id} ({row.url}) is {where}"

    def _add(self, kind: Kind, offset: int, what: str, record_id: str | None = None) -> None:
        file = self._places.shown(self._path)
        self._report.findings.append(
            Finding(kind=kind, file=file, offset=offset, what=what, record_id=record_id)
        )


def _told(span: Span) -> str:
    return f"{span.what} ({counted(span.length, 'byte')})"


def _differences(row: Row, read: RecordRead) -> Iterator[str]:
    """Yield what a capture says otherwise than its record."""
    reference = read.reference
    pairs: dict[str, tuple[object, object]] = {
        "warc_offset": (row.offset, reference.offset),
        "warc_bytes": (row.bytes, reference.bytes),
        "warc_payload_digest": (row.payload_digest, reference.payload_digest),
    }
    if read.record.type != "revisit":  # else its body is lost
        payload_sha256, payload_bytes = digest_of(read.record)
        pairs["payload_sha256"] = (row.payload_sha256, payload_sha256)
        pairs["payload_bytes"] = (row.payload_bytes, payload_bytes)
    for name, (said, is_so) in pairs.items():
        if said != is_so:
            yield f"{name} of capture {row.id} is {said}; its record says {is_so}"
