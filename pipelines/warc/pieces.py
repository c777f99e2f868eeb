"""One of our WARC files as pieces from its first byte to its last, whole members and what is none."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from pipelines.warc.member import HEAD, NoMember, read_behind_head
from pipelines.warc.scan import next_whole

_LITTLE = 64
"""Bytes that are unpacked at a time: of those in which a fault is, nothing comes out."""
_LINE_END = b"\r\n"
BLANK = b"\r\n\r\n"
"""What ends a head."""


@dataclass(frozen=True)
class Piece:
    """Bytes of a file: one gzip member, or what lies between two."""

    offset: int
    length: int
    data: bytes
    """Unpacked; of what is no whole member, as far as that goes."""
    is_whole: bool

    @property
    def end(self) -> int:
        """Where the next piece begins, or the file ends."""
        return self.offset + self.length

    @cached_property
    def fields(self) -> dict[str, str]:
        """The WARC header, names in lower case; of several fields of one name the last."""
        return _fields(self.data.partition(BLANK)[0])

    @property
    def block(self) -> bytes:
        """What follows the WARC header."""
        return self.data.partition(BLANK)[2].removesuffix(BLANK)

    @cached_property
    def http_fields(self) -> dict[str, str]:
        """The HTTP header of a request or response, as `fields`; empty where there is none."""
        is_http = self.fields.get("content-type", "").startswith("application/http")
        return _fields(self.block.partition(BLANK)[0]) if is_http else {}


def pieces(path: Path) -> Iterator[Piece]:
    """Yield all of a file, in order and without a gap."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        offset = 0
        while offset < size:
            try:
                member = read_behind_head(file, offset)
                assert member is not None  # the file has not ended
                piece = Piece(offset, member.length, member.data, is_whole=True)
            except NoMember:
                end = next_whole(file, offset + 1, size) or size
                piece = Piece(offset, end - offset, _what_unpacks(file, offset, end), is_whole=False)
            yield piece
            offset = piece.end


def _fields(head: bytes) -> dict[str, str]:
    lines = (line.partition(b":") for line in head.split(_LINE_END)[1:])
    return {
        name.strip().lower().decode("latin-1"): value.strip().decode("utf-8", "replace")
        for name, _, value in lines
    }


def _what_unpacks(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start + len(HEAD))
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    decoder.decompress(HEAD)
    unpacked = b""
    with suppress(zlib.error):
        while chunk := file.read(min(_LITTLE, end - file.tell())):
            unpacked += decoder.decompress(chunk)
    return unpacked
