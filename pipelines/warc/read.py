"""WARC files read back: the archive's own strictly by gzip member, any others record by record."""

from __future__ import annotations

import fcntl
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from pipelines.records import WarcReference
from pipelines.warc.member import Member, NoMember, read_member
from pipelines.warc.record import Record, RecordBroken, parse

OPEN = ".open"
"""What the name of a file ends with while it is written."""


class Torn(Exception):  # noqa: N818 -- names a state of the file
    """A WARC file that holds something else than whole records from `offset` on."""

    def __init__(self, path: Path, offset: int, what: str) -> None:
        name = str(path).encode("utf-8", "backslashreplace").decode()
        super().__init__(f"{name}: {what} (byte {offset})")
        self.path = path
        self.offset = offset


@dataclass(frozen=True, slots=True)
class RecordRead:
    """A record and where it lies."""

    reference: WarcReference
    record: Record


def find_file(directory: Path, name: str) -> Path:
    """Return the path of the WARC file `name`, which may still be written to."""
    path = directory / name
    being_written = directory / (name + OPEN)
    return being_written if being_written.exists() and not path.exists() else path


def is_being_written(path: Path) -> bool:
    """Does a living run write to this file? It holds a lock on it until it closes it or dies."""
    if not path.name.endswith(OPEN):
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read_members(path: Path, start: int = 0) -> Iterator[Member]:
    """Yield the whole gzip members from byte `start` on; raises Torn at what is none."""
    with path.open("rb") as file:
        while True:
            try:
                member = read_member(file, start)
            except NoMember as error:
                raise Torn(path, start, str(error)) from error
            if member is None:
                return
            yield member
            start += member.length


def read_records(path: Path, start: int = 0) -> Iterator[RecordRead]:
    """Yield the records from byte `start` on; raises Torn at what is no whole record of ours."""
    for member in read_members(path, start):
        try:
            yield record_in(path, member)
        except RecordBroken as error:
            raise Torn(path, member.offset, str(error)) from error


def record_in(path: Path, member: Member) -> RecordRead:
    """Return the one record that a member holds; raises RecordBroken where it holds none or more."""
    stream = BytesIO(member.data)
    try:
        record = parse(stream)
    except EOFError as error:
        raise RecordBroken("an empty gzip member") from error
    if stream.read(1):
        raise RecordBroken("a gzip member with more than one record")
    name = path.name.removesuffix(OPEN)
    return RecordRead(reference_of(record, file=name, offset=member.offset, length=member.length), record)


def read_at(path: Path, offset: int) -> RecordRead:
    """Return the record whose gzip member starts at byte `offset`; raises Torn where none does."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
    if offset >= size:
        raise Torn(path, offset, f"the file ends at byte {size}")
    return next(read_records(path, offset))


def read_foreign(path: Path, max_body: int) -> Iterator[Record]:
    """Yield the records of a WARC or WET file of another program, plain or gzipped in whatever members.

    Bodies over `max_body` bytes are cut there and marked. Raises Torn where the file breaks off or is not
    what it should be.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_gzip else file
        while True:
            start = stream.tell()
            try:
                yield parse(stream, max_body)
            except EOFError as error:
                if error.args:  # gzip says something; the end of all records is silent
                    raise Torn(path, file.tell(), "the gzip data breaks off") from error
                if not start:
                    raise Torn(path, 0, "it holds no record") from error
                return
            except (RecordBroken, gzip.BadGzipFile, zlib.error) as error:
                unpacked = " in what it unpacks to" if is_gzip else ""
                raise Torn(path, start, f"{error}{unpacked}") from error


def reference_of(record: Record, *, file: str, offset: int, length: int) -> WarcReference:
    """Return where `record` lies, in the form that is stored."""
    return WarcReference(
        file=file,
        offset=offset,
        bytes=length,
        record_id=record.record_id,
        payload_digest=record.payload_digest,
        recorded_at=f"{record.date.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
