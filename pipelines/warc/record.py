"""One WARC record as a value, with its way into bytes and back."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

_REDACTED = "(redacted)"
_SECRETS = {"cookie", "cookie2", "set-cookie", "set-cookie2", "authorization"}
"""HTTP headers whose values are not kept, beside all that begin with `Proxy-`."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_BUILT = {
    "warc-type",
    "warc-record-id",
    "warc-target-uri",
    "warc-date",
    "warc-truncated",
    "warc-payload-digest",
}
_BUILT |= {"warc-block-digest", "content-type", "content-length"}
_ANSWERS = {"response", "revisit"}
_CHUNK = 64 * 1024


class RecordBroken(ValueError):  # noqa: N818 -- names a state of the bytes
    """The bytes are not one whole WARC record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one WARC record says."""

    type: str
    """`response`, `request`, `resource`, `conversion`, `warcinfo`, …"""
    url: str | None
    """`WARC-Target-URI`."""
    date: datetime
    """`WARC-Date`, in UTC; written to the microsecond."""
    record_id: str
    """`<urn:uuid:…>`"""
    content_type: str | None
    """Of the record's block; of the page, where the record holds no HTTP head."""
    body: bytes
    """What the page consists of, after transfer decoding and before content decoding; else the block."""
    status_line: str = ""
    """Of a response, such as `200 OK`; of a request, such as `GET /path`."""
    http_headers: tuple[tuple[str, str], ...] = ()
    """In their order, repeated ones too; empty where the record holds no HTTP head."""
    truncated: str | None = None
    """`length`, `time` or `disconnect` where the body is not all that was served."""
    payload_digest: str | None = None
    """`WARC-Payload-Digest`: `sha1:` and the Base32 of the body's SHA-1, unless another program wrote it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further WARC headers, such as `X-Wencun-Source`."""

    @property
    def status(self) -> int | None:
        """The HTTP status of a response; None where there is none."""
        number = self.status_line.split(" ", 1)[0]
        return int(number) if self.type in _ANSWERS and number.isdecimal() else None

    def http_header(self, name: str) -> str | None:
        """Return all values of a header, joined by `, `; None where it is absent."""
        values = [value for key, value in self.http_headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


def status_line(status: int) -> str:
    """Return the status with its usual words: `404 Not Found`; one below 0, which is none, as `0 Unknown`."""
    status = max(status, 0)
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def warc_date(moment: datetime) -> str:
    """Return `moment` as WARC/1.1 writes it, to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def payload_digest(body: bytes) -> str:
    """Return the digest that WARC files name a body by."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def serialise(record: Record) -> bytes:
    """Return the record as WARC/1.1, digests included; secrets in HTTP headers are redacted."""
    writer = WARCWriter(buffer := BytesIO(), gzip=False, warc_version="1.1")
    named = {
        "WARC-Type": record.type,
        "WARC-Record-ID": record.record_id,
        "WARC-Target-URI": record.url,
        "WARC-Date": warc_date(record.date),
        "WARC-Payload-Digest": record.payload_digest,
        "WARC-Truncated": record.truncated,
        **record.headers,
    }
    made = writer.create_warc_record(
        record.url,
        record.type,
        payload=BytesIO(record.body),
        length=len(record.body),
        warc_content_type=record.content_type,
        warc_headers_dict={name: value for name, value in named.items() if value is not None},
        http_headers=_http_head(record),
    )
    writer.write_record(made)
    return buffer.getvalue()


def parse(stream: BinaryIO, max_body: int | None = None) -> Record:
    """Read one record off `stream`, to its last byte.

    A body longer than `max_body` is cut there, passed over to its end and marked as truncated.
    Raises RecordBroken where the bytes are no whole record, EOFError where there is nothing left.
    """
    try:
        raw = ArcWarcRecordLoader(verify_http=False, arc2warc=False).parse_record_stream(
            stream, known_format="warc"
        )
    except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError) as error:
        raise RecordBroken(f"no WARC record: {error}") from error
    if not isinstance(raw.raw_stream, LimitReader):
        raise RecordBroken("a WARC record without Content-Length")
    body, is_cut = _read_body(raw.raw_stream, max_body)
    if stream.read(4) != b"\r\n\r\n":
        raise RecordBroken("a WARC record longer or shorter than its Content-Length says")
    fields = {name.lower(): value for name, value in raw.rec_headers.headers}
    try:
        return _record_of(raw, fields, body, "length" if is_cut else fields.get("warc-truncated"))
    except (KeyError, ValueError) as error:
        raise RecordBroken(f"a WARC record without a usable {error}") from error


def _http_head(record: Record) -> StatusAndHeaders | None:
    if not record.http_headers and not record.status_line:
        return None
    headers = [
        (_ascii(name), _REDACTED if _is_secret(name) else _ascii(" ".join(value.splitlines())))
        for name, value in record.http_headers
        if name.lower() != "transfer-encoding"
    ]
    if record.type == "request":
        return StatusAndHeaders(f"{record.status_line} HTTP/1.1", headers, is_http_request=True)
    return StatusAndHeaders(record.status_line, headers, protocol="HTTP/1.1")


def _is_secret(name: str) -> bool:
    plain = name.strip().lower()
    return plain in _SECRETS or plain.startswith("proxy-")


def _ascii(text: str) -> str:
    """Percent-encode what is beyond ASCII; warcio does so with some values, and raises for the others."""
    return _NOT_ASCII.sub(lambda found: quote(found[0], encoding=_coding(found[0])), text)


def _coding(character: str) -> str:
    """A header that was read here has a character for each byte; other programs' may have been decoded."""
    return "latin-1" if ord(character) < 256 else "utf-8"  # noqa: PLR2004 -- the end of latin-1


def _read_body(stream: LimitReader, max_body: int | None) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    kept = 0
    is_cut = False
    while chunk := stream.read(_CHUNK):
        room = len(chunk) if max_body is None else max_body - kept
        is_cut = is_cut or len(chunk) > room
        parts.append(chunk[:room])
        kept += len(parts[-1])
    if stream.limit > 0:
        raise RecordBroken("a WARC record that breaks off")
    return b"".join(parts), is_cut


def _record_of(raw: Any, fields: dict[str, str], body: bytes, truncated: str | None) -> Record:
    head: StatusAndHeaders | None = raw.http_headers
    http_headers = tuple(head.headers) if head else ()
    if any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in http_headers
    ):
        body = ChunkedDataReader(BytesIO(body)).read()
    return Record(
        type=fields["warc-type"],
        url=fields.get("warc-target-uri"),
        date=datetime.fromisoformat(fields["warc-date"]).astimezone(UTC),
        record_id=fields["warc-record-id"],
        content_type=fields.get("content-type"),
        body=body,
        status_line=head.statusline if head else "",
        http_headers=http_headers,
        truncated=truncated,
        payload_digest=fields.get("warc-payload-digest"),
        headers={name: value for name, value in raw.rec_headers.headers if name.lower() not in _BUILT},
    )
