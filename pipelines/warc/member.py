"""Gzip members of our WARC files, one for each record: made, read strictly, and found again after damage.

Ten bytes begin each member, always the same ones. They and the last byte's unused bits are in no checksum, so
they are compared: every bit of a file counts.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
"""What every member begins with: deflated, without name, time and further fields, made on Unix."""
_CHECKS = 8  # CRC-32 and length of what is packed, behind the deflated data
_LAST = -_CHECKS - 1  # byte of the deflated data
_BLOCK = 65535  # most bytes of a deflate block that is stored as it is
_BLOCK_HEAD = 5
_LEVEL = 6
_BYTE_BITS = 8
_CHUNK = 16 * 1024


class NoMember(ValueError):  # noqa: N818 -- names a state of the bytes
    """The bytes at this place are no whole gzip member."""


@dataclass(frozen=True, slots=True)
class Member:
    """One whole gzip member of a file."""

    offset: int
    length: int
    data: bytes
    """Unpacked; checked against the member's CRC and size."""


def pack(data: bytes) -> bytes:
    """Return `data` as one gzip member, the same bytes on every system."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return _member(data, compressor.compress(data) + compressor.flush())


def pack_stored(data: bytes) -> bytes:
    """Return `data` as one gzip member of a length that is known beforehand: nothing is made smaller."""
    blocks = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]
    packed = b"".join(
        bytes([is_last])
        + len(block).to_bytes(2, "little")
        + (len(block) ^ _BLOCK).to_bytes(2, "little")
        + block
        for is_last, block in ((number == len(blocks), block) for number, block in enumerate(blocks, start=1))
    )
    return _member(data, packed)


def room_stored(length: int) -> int:
    """Return how many bytes `pack_stored` takes to make a member of `length` bytes; less than 1: none do."""
    inside = length - len(HEAD) - _CHECKS
    return inside - _BLOCK_HEAD * -(-inside // (_BLOCK + _BLOCK_HEAD))


def read_member(file: BinaryIO, start: int) -> Member | None:
    """Return the member at byte `start`, None at the file's end; raises NoMember where none is whole."""
    return _read(file, start, b"")


def read_behind_head(file: BinaryIO, start: int) -> Member | None:
    """Return what `read_member` would if the ten bytes from `start` on were a head of ours.

    A head that was changed may say that thousands of bytes behind it are no data: other members, if believed.
    """
    return _read(file, start, HEAD)


def _read(file: BinaryIO, start: int, head: bytes) -> Member | None:
    """Read a member of which `head` is taken as read."""
    file.seek(start + len(head))
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    parts = [decoder.decompress(head)]
    length = len(head)
    while chunk := file.read(_CHUNK):
        try:
            parts.append(decoder.decompress(chunk))
        except zlib.error as error:
            raise NoMember(f"no gzip member: {error}") from error
        length += len(chunk)
        if decoder.eof:
            return Member(start, length - len(decoder.unused_data), b"".join(parts))
    if length:
        raise NoMember("a gzip member that breaks off")
    return None


def flaw_of(packed: bytes) -> str | None:
    """Return how a member that unpacks rightly differs from what `pack` makes; None where it does not.

    Such a difference is damage all the same: something has changed bytes of the file.
    """
    if not packed.startswith(HEAD):
        return "a gzip head that was not written so"
    return "bits set behind the gzip data" if _stray_bits(packed) else None


def unflawed(packed: bytes) -> bytes:
    """Return a member that unpacks rightly as it was written."""
    last = packed[_LAST] ^ _stray_bits(packed)
    return HEAD + packed[len(HEAD) : _LAST] + bytes([last]) + packed[_LAST + 1 :]


def find_head(file: BinaryIO, start: int, end: int) -> int | None:
    """Return where the next member may begin from byte `start` on, before `end`; None where none does."""
    file.seek(start)
    window = b""
    while chunk := file.read(min(_CHUNK, end - start)):
        window += chunk
        start += len(chunk)
        place = window.find(HEAD)
        if place >= 0:
            return start - len(window) + place
        window = window[-len(HEAD) + 1 :]
    return None


def _member(data: bytes, packed: bytes) -> bytes:
    return HEAD + packed + zlib.crc32(data).to_bytes(4, "little") + (len(data) % 2**32).to_bytes(4, "little")


def _stray_bits(packed: bytes) -> int:
    """Return the bits that are set behind the end of the deflated data, in its last byte."""
    last = packed[_LAST]
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    decoder.decompress(packed[len(HEAD) : _LAST])
    rest = decoder.copy().decompress(bytes([last]))
    used = _BYTE_BITS
    while used and _ends_alike(decoder.copy(), last ^ 1 << used - 1, rest):
        used -= 1  # the data's last bit cannot change without changing what it ends
    return last >> used << used


def _ends_alike(decoder: zlib._Decompress, byte: int, rest: bytes) -> bool:
    return decoder.decompress(bytes([byte])) == rest and decoder.eof
