"""Records that stand in the place of bytes that were taken out of a WARC file, exactly as long as those.

What lies behind them stays where it is, so that the offsets in the database, in revisit records and in
exported files go on to lead there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from pipelines.warc.member import pack_stored, room_stored
from pipelines.warc.record import Record, payload_digest, serialise, warc_date

LEAST = 187
"""Bytes of the shortest record that stands for nothing."""
_DIGITS = 5
"""More filling makes Content-Length longer by fewer digits than this."""
_SPLIT = 1024
"""Some lengths beyond 64 KiB come out as two members only."""


def filler(length: int, text: str) -> bytes:
    """Return `length` bytes that are a record which says `text`, or as little as there is room for.

    Without room for any record, which takes LEAST bytes, no bytes.
    """
    room = room_stored(length)
    for make in (_with_digests, _bare):
        for said in (text, ""):
            record = _filled(make, said, room)
            if record is not None and len(packed := pack_stored(record)) == length:
                return packed
    return filler(_SPLIT, text) + filler(length - _SPLIT, text) if length > 2 * _SPLIT else b""


def _filled(make: Callable[[bytes], bytes], text: str, room: int) -> bytes | None:
    """Return a record of `room` bytes that says `text` and blanks; None where it would be longer."""
    blank = len(make(text.encode()))
    for shorter in range(_DIGITS):
        filling = room - blank - shorter
        record = make((text + " " * filling).encode()) if filling >= 0 else b""
        if len(record) == room:
            return record
    return None


def _with_digests(body: bytes) -> bytes:
    return serialise(
        Record(
            type="metadata",
            url=None,
            date=datetime.now(UTC),
            record_id=f"<urn:uuid:{uuid.uuid4()}>",
            content_type="text/plain",
            body=body,
            payload_digest=payload_digest(body),
        )
    )


def _bare(body: bytes) -> bytes:
    """Return a record with no more than a record must have; any record of a page is longer when packed."""
    fields = (
        "WARC/1.1",
        "WARC-Type: metadata",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>",
        f"WARC-Date: {warc_date(datetime.now(UTC))}",
        f"Content-Length: {len(body):>4}",  # so that no number of digits more or less leaves out a length
    )
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"
