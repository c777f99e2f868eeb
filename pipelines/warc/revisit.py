"""Revisit records: what one URL answers again, stored as a head that refers to the record with the body.

As WARC 1.1 says it, with the profile `identical-payload-digest`, or `server-not-modified` where the server
answered 304. Where the original lies is said as other archives say it, and found without a database.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.records import NOT_MODIFIED
from pipelines.warc.places import Places
from pipelines.warc.read import RecordRead, Torn, read_at
from pipelines.warc.record import Record, payload_digest, warc_date

_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_ID, _FILE, _OFFSET = "WARC-Refers-To", "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"


class OriginalLost(Exception):  # noqa: N818 -- names a state of the archive
    """The record that a revisit refers to is not there, is not whole, or has another payload."""


def revisit_of(response: Record, original: RecordRead) -> Record:
    """Return the response as a revisit of `original`, which has its body, or the one it says is as it was."""
    return replace(
        response,
        type="revisit",
        body=b"",
        payload_digest=original.record.payload_digest,
        headers={
            **response.headers,
            "WARC-Profile": _NOT_MODIFIED if response.status == NOT_MODIFIED else _IDENTICAL,
            _ID: original.record.record_id,
            "WARC-Refers-To-Target-URI": original.record.url or "",
            "WARC-Refers-To-Date": warc_date(original.record.date),
            _FILE: original.reference.file,
            _OFFSET: str(original.reference.offset),
        },
    )


def original_of(places: Places, revisit: Record) -> RecordRead:
    """Return the record that a revisit refers to; raises OriginalLost, or FileAway.

    It stays where it is as long as its file does: that is mended in place, and never written to otherwise.
    """
    file, offset = revisit.headers.get(_FILE, ""), revisit.headers.get(_OFFSET, "")
    if Path(file).name != file or not offset.isdecimal():
        raise OriginalLost(f"{revisit.record_id} does not say where its original lies")
    try:
        read = read_at(places.find(file), int(offset))
    except (OSError, Torn) as error:
        raise OriginalLost(f"the original of {revisit.record_id} cannot be read: {error}") from error
    if read.record.record_id != revisit.headers.get(_ID):
        raise OriginalLost(f"the original of {revisit.record_id} is not at byte {offset} of {file}")
    if payload_digest(read.record.body) != revisit.payload_digest:
        raise OriginalLost(f"the original of {revisit.record_id} has another payload")
    return read


def with_body(places: Places, read: RecordRead) -> RecordRead:
    """Return a record with the body that it has, or refers to; raises OriginalLost, or FileAway.

    A revisit becomes the response that it stands for.
    """
    if read.record.type != "revisit":
        return read
    return replace(read, record=stands_for(read.record, original_of(places, read.record).record))


def stands_for(revisit: Record, original: Record) -> Record:
    """Return the response that a revisit stands for: its own head, with the body of its original.

    A head with the status 304 says nothing of the body: then the headers are the original's too.
    """
    headers = original.http_headers if revisit.status == NOT_MODIFIED else revisit.http_headers
    return replace(revisit, type="response", body=original.body, http_headers=headers)
