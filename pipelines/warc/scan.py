"""One of our WARC files gone through to its end, whatever is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.warc.member import NoMember, find_head, flaw_of, read_behind_head, read_member, unflawed
from pipelines.warc.read import RecordRead, record_in
from pipelines.warc.record import RecordBroken

_LINE_END = b"\r\n"
_BLANK = b"\r\n\r\n"
_PAYLOAD_APART = {"revisit"}
"""Types of records whose payload lies in another record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes of a file that are no whole record of ours."""

    offset: int
    length: int
    what: str
    is_tail: bool
    """Is there nothing whole behind it?"""
    cure: bytes | None = None
    """The bytes as they were written, where that can be told: the record itself is whole then."""

    @property
    def end(self) -> int:
        """Where the next record begins, or the file ends."""
        return self.offset + self.length


def scan(path: Path, end: int | None = None) -> Iterator[RecordRead | Span]:
    """Yield all of the file, or of its first `end` bytes, in order: records, and spans between them.

    A record is whole when its gzip member is, to the last bit, and holds it alone, and it has its digests.
    After a span the next member is looked for.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        end = size if end is None else min(end, size)
        offset = 0
        while offset < end:
            try:
                found = _record_at(path, file, offset, end)
            except NoMember as error:
                found = _span_until_next(file, offset, end, str(error))
            yield found
            offset = found.end if isinstance(found, Span) else offset + found.reference.bytes


def digest_flaw(record: bytes) -> str | None:
    """Return which digest of a WARC record its bytes do not have; None where all fit that it bears."""
    head, _, block = record.partition(_BLANK)
    block = block.removesuffix(_BLANK)
    fields = {
        name.strip().lower(): value.strip().decode("latin-1")
        for name, _, value in (line.partition(b":") for line in head.split(_LINE_END))
    }
    if not _fits(fields.get(b"warc-block-digest"), block):
        return "a WARC record whose block has another digest"
    if fields.get(b"warc-type") in _PAYLOAD_APART:
        return None
    is_http = fields.get(b"content-type", "").startswith("application/http")
    payload = block.partition(_BLANK)[2] if is_http else block
    return None if _fits(fields.get(b"warc-payload-digest"), payload) else "a payload with another digest"


def _record_at(path: Path, file: BinaryIO, offset: int, end: int) -> RecordRead | Span:
    member = read_behind_head(file, offset)
    assert member is not None  # the caller looks at the file's end
    file.seek(offset)
    packed = file.read(member.length)
    flaw = flaw_of(packed)
    what = digest_flaw(member.data)
    try:
        read = record_in(path, member)
    except RecordBroken as error:
        what = str(error)
    if flaw is None and what is None:
        return read
    return Span(
        offset=offset,
        length=member.length,
        what=what or flaw or "",
        is_tail=next_whole(file, offset + member.length, end) is None,
        cure=unflawed(packed) if what is None else None,
    )


def _span_until_next(file: BinaryIO, offset: int, end: int, what: str) -> Span:
    """Return what lies between byte `offset` and the next whole member."""
    place = next_whole(file, offset + 1, end)
    return Span(offset=offset, length=(place or end) - offset, what=what, is_tail=place is None)


def next_whole(file: BinaryIO, start: int, end: int) -> int | None:
    """Return where the first whole member from byte `start` on begins; None where none does before `end`."""
    place = find_head(file, start, end)
    while place is not None and not _is_whole(file, place):
        place = find_head(file, place + 1, end)
    return place


def _is_whole(file: BinaryIO, offset: int) -> bool:
    try:
        return read_member(file, offset) is not None
    except NoMember:
        return False


def _fits(digest: str | None, data: bytes) -> bool:
    """Has `data` this digest? One of an algorithm that we do not write is not looked at."""
    algorithm, _, value = (digest or "").partition(":")
    if algorithm.lower() != "sha1":
        return True
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode() == value.upper()
