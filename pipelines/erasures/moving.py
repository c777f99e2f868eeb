"""Other pages' records without their links to erased pages: written anew, in a file of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines import durable
from pipelines.archive import Archive
from pipelines.decisions import Decisions
from pipelines.erasures.records import OwnRecord, files
from pipelines.erasures.rewriting import revisit_without_links, without_links
from pipelines.pool import WorkerPool
from pipelines.records import Processed
from pipelines.replay import work_of
from pipelines.warc import WarcWriter
from pipelines.warc.member import Member
from pipelines.warc.pieces import pieces
from pipelines.warc.places import Places
from pipelines.warc.read import RecordRead, record_in
from pipelines.warc.record import Record

PREFIX = "wencun-erased"
"""What the names of files with such records begin with."""


@dataclass(slots=True)
class Moved:
    """Records that were written anew."""

    old: list[OwnRecord] = field(default_factory=list)
    """Where they lay."""
    files: list[Path] = field(default_factory=list)
    """Where they lie now, with nothing else."""
    read_otherwise: set[str] = field(default_factory=set)
    """URLs of pages that are not read as before, beyond what went."""


def move(
    archive: Archive,
    places: Places,
    decisions: Decisions,
    record_ids: Collection[str],
    pool: WorkerPool,
    *,
    lies_in: Mapping[str, str],
) -> Moved:
    """Write records, and revisits that refer to them, anew without their links to erased pages.

    `lies_in`: the file in which the database has each capture, by record id; one that is in another already
    was moved before. What repair kept of such records is not written anew, but goes.
    """
    moved, warc, erased = Moved(), WarcWriter(archive.warc_dir, prefix=PREFIX), decisions.erased

    def read(record: Record) -> Processed:
        work = work_of(record, decisions.urls)
        return work if isinstance(work, Processed) else pool.run(work).result()

    anew: dict[str, RecordRead] = {}
    revisits: dict[str, Record] = {}
    names: dict[str, None] = {}
    for path, found in _records(places, record_ids):
        reference, record = found.reference, found.record
        moved.old.append(OwnRecord(file=path, offset=reference.offset, length=reference.bytes))
        if not path.name.endswith(".warc.gz") or lies_in.get(record.record_id, path.name) != path.name:
            continue
        if record.type == "revisit":
            revisits[record.record_id] = record
        if record.type == "revisit" or record.record_id in anew:  # a file may lie in two places
            continue
        written = without_links(record, erased, read, url=decisions.urls.get(record.url or ""))
        if not written.is_read_alike:
            moved.read_otherwise.add(record.url or "")
        reference = warc.write(written.record)
        names[reference.file] = None
        anew[record.record_id] = RecordRead(reference, replace(written.record, body=b""))
    for record in revisits.values():
        original = anew.get(record.headers.get("WARC-Refers-To", ""))
        names[warc.write(revisit_without_links(record, erased, original)).file] = None
    warc.close()
    moved.files += [archive.warc_dir / name for name in names]
    return moved


def clear(archive: Archive, known: Collection[str]) -> None:
    """Take away what a killed erasure wrote and nothing leads to; `known`: what files the database knows."""
    for path in archive.warc_dir.glob(f"{PREFIX}-*"):
        if path.name not in known:
            durable.unlink(path)


def _records(places: Places, record_ids: Collection[str]) -> Iterator[tuple[Path, RecordRead]]:
    """Yield the records with these ids, and the revisits that refer to them."""
    wanted = set(record_ids)
    for path in files(places):
        for piece in pieces(path):
            fields = piece.fields
            if piece.is_whole and wanted & {fields.get("warc-record-id"), fields.get("warc-refers-to")}:
                yield path, record_in(path, Member(piece.offset, piece.length, piece.data))
