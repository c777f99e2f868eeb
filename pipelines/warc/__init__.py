"""WARC files: writing a run's exchanges.

Every record is one gzip member made in memory and appended in one piece, so that a file is whole up to the
last member that is. A run writes files of its own, `NAME.warc.gz.open` until they are closed, and never adds
to one that is.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler import __version__
from pipelines import durable
from pipelines.records import WarcReference
from pipelines.warc.member import pack
from pipelines.warc.read import (
    OPEN,
    RecordRead,
    find_file,
    read_at,
    read_members,
    read_records,
    reference_of,
)
from pipelines.warc.record import Record, payload_digest, serialise, status_line
from pipelines.warc.revisit import revisit_of

__all__ = [
    "Record",
    "Standing",
    "WarcWriter",
    "find_file",
    "holds_page",
    "read_at",
    "read_members",
    "read_records",
]

ROLLOVER_BYTES = 512 * 1024 * 1024
_PAGE_TYPES = {"response", "revisit", "resource", "conversion"}
_PURPOSE = "X-Wencun-Purpose"
"""WARC header of a response that was not asked for as a page: `robots`, wherever it led to, or `image`."""
_INFO = f"""\
software: wencun/{__version__}\r
format: WARC File Format 1.1\r
conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r
description: HTTP bodies are stored after transfer decoding and before content decoding; HTTP heads are \
rebuilt without Transfer-Encoding; the values of Cookie, Set-Cookie, Authorization and Proxy-* headers are \
redacted\r
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a WARC file is accounted for in the database."""

    name: str
    committed_bytes: int
    """Every page record before this byte is stored."""
    is_closed: bool
    """Is it finished, under its final name, and wholly stored?"""


@dataclass(slots=True)
class _File:
    name: str
    descriptor: int | None
    size: int = 0
    unsettled: set[int] = field(default_factory=set)
    is_torn: bool = False
    """Does it end with part of a record that could be neither finished nor taken away?"""


def holds_page(record: Record) -> bool:
    """Is this a record that a capture is made of? Requests, robots.txt and file heads are not."""
    is_page = record.type in _PAGE_TYPES and _PURPOSE not in record.headers
    return is_page and urlsplit(record.url or "").path != "/robots.txt"


class WarcWriter:
    """Writes the WARC files of one run, the first when there is something to write.

    Any thread may call it. An OSError while writing leaves the file as it was before that record.
    """

    def __init__(
        self,
        directory: Path,
        prefix: str = "wencun",
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        rollover_bytes: int = ROLLOVER_BYTES,
    ) -> None:
        self._directory = directory
        self._prefix = prefix
        self._clock = clock
        self._new_id = new_id
        self._rollover_bytes = rollover_bytes
        self._lock = threading.RLock()
        self._files: dict[str, _File] = {}
        self._current: _File | None = None
        self._serial = 0
        self._token = secrets.token_hex(3)[:5]

    def write_response(
        self,
        *,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        request_headers: Sequence[tuple[str, str]] = (),
        method: str = "GET",
        truncated: str | None = None,
        purpose: str | None = None,
        original: RecordRead | None = None,
    ) -> WarcReference:
        """Archive an exchange: its response, and its request after it.

        `body` is what came after transfer decoding, still content-encoded; `truncated` says why it is not
        all (`length`, `time`, `disconnect`); `purpose`, what it is where it is no page (`robots`, `image`).
        Of a body that `original` holds already, the head alone is written, as a revisit of that record.
        """
        now = self._clock()
        response = Record(
            type="response",
            url=url,
            date=now,
            record_id=self.record_id(),
            content_type="application/http; msgtype=response",
            body=body,
            status_line=status_line(status),
            http_headers=tuple(headers),
            truncated=truncated,
            headers={_PURPOSE: purpose} if purpose else {},
        )
        if original is not None:
            response = revisit_of(response, original)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = Record(
            type="request",
            url=url,
            date=now,
            record_id=self.record_id(),
            content_type="application/http; msgtype=request",
            body=b"",
            status_line=f"{method} {target}",
            http_headers=tuple(request_headers),
            headers={"WARC-Concurrent-To": response.record_id},
        )
        return self.write(response, request)

    def write_resource(
        self,
        *,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str],
        truncated: str | None = None,
    ) -> WarcReference:
        """Archive bytes that came from somewhere else than an exchange of ours, such as a saved page."""
        return self.write(
            Record(
                type="resource",
                url=url,
                date=self._clock(),
                record_id=self.record_id(),
                content_type=content_type,
                body=body,
                truncated=truncated,
                headers=headers,
            )
        )

    def write(self, record: Record, *more: Record) -> WarcReference:
        """Append records in one piece and return where the first one lies."""
        records = [
            each if each.payload_digest else replace(each, payload_digest=payload_digest(each.body))
            for each in (record, *more)
        ]
        members = [pack(serialise(each)) for each in records]
        with self._lock:
            file = self._file()
            offset = self._append(file, b"".join(members))
            if holds_page(record):
                file.unsettled.add(offset)
            if file.size >= self._rollover_bytes:
                self._finish(file)
        return reference_of(records[0], file=file.name, offset=offset, length=len(members[0]))

    def record_id(self) -> str:
        """Return a new `WARC-Record-ID`."""
        return f"<urn:uuid:{self._new_id()}>"

    def sync(self) -> None:
        """Return when everything written so far is on disk."""
        with self._lock:
            file = self._current
            descriptor = os.dup(file.descriptor) if file else None  # type: ignore[arg-type]
        if file is not None and descriptor is not None:
            try:
                with durable.naming(self._path(file)):
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def settle(self, references: Iterable[WarcReference]) -> list[Standing]:
        """Note that these records are stored, or not to be; return how all files stand then.

        A file that was returned as closed is not returned again.
        """
        with self._lock:
            for reference in references:
                file = self._files.get(reference.file)  # None: another run's, stored late
                if file is not None:
                    file.unsettled.discard(reference.offset)
            standings = [_standing(file) for file in self._files.values()]
            for standing in standings:
                if standing.is_closed:
                    del self._files[standing.name]
        return standings

    def close(self) -> None:
        """Finish the file that is being written; the next record begins a new one."""
        with self._lock:
            if self._current:
                self._finish(self._current)

    def _file(self) -> _File:
        if self._current is None:
            now = self._clock()
            # To the microsecond: captures of one second are in the order of their files' names.
            begun = f"{now:%Y%m%dT%H%M%S%fZ}"
            name = f"{self._prefix}-{begun}-{self._token}-{self._serial:05}.warc.gz"
            durable.make_directory(self._directory)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            file = _File(name, descriptor=None)
            file.descriptor = os.open(self._path(file), flags, 0o644)
            fcntl.flock(file.descriptor, fcntl.LOCK_EX)  # whoever reads can tell that this run lives
            self._serial += 1
            self._append(file, pack(serialise(self._warcinfo(name, now))))
            durable.sync(self._directory)
            self._files[name] = self._current = file
        return self._current

    def _warcinfo(self, name: str, now: datetime) -> Record:
        return Record(
            type="warcinfo",
            url=None,
            date=now,
            record_id=self.record_id(),
            content_type="application/warc-fields",
            body=_INFO.encode(),
            headers={"WARC-Filename": name},
        )

    def _append(self, file: _File, data: bytes) -> int:
        offset = file.size
        assert file.descriptor is not None
        with durable.naming(self._path(file)):
            if file.is_torn:
                _cut(file)
            try:
                written = 0
                while written < len(data):
                    written += os.pwrite(file.descriptor, data[written:], offset + written)
            except OSError:
                file.is_torn = True
                _cut(file)
                raise
        file.size += len(data)
        return offset

    def _finish(self, file: _File) -> None:
        assert file.descriptor is not None
        with durable.naming(self._path(file)):
            os.fsync(file.descriptor)
        os.close(file.descriptor)
        file.descriptor = None
        self._current = None
        if not file.is_torn:  # else the next run finishes it, and keeps what it cuts off
            durable.rename(self._path(file), self._directory / file.name)

    def _path(self, file: _File) -> Path:
        return self._directory / (file.name + OPEN)


def _cut(file: _File) -> None:
    """Take away what follows the last whole record."""
    assert file.descriptor is not None
    os.ftruncate(file.descriptor, file.size)
    file.is_torn = False


def _standing(file: _File) -> Standing:
    return Standing(
        name=file.name,
        committed_bytes=min(file.unsettled, default=file.size),
        is_closed=file.descriptor is None and not file.unsettled,
    )
