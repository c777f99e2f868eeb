"""Bodies without their content encodings, strictly: what breaks off or unpacks without end is an error."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import brotli

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""What is more than this is no page."""
_MOST_CODINGS = 5
"""As many as browsers and libraries take off; more are there to keep a reader busy."""
_FIRST_PIECE, _LARGEST_PIECE = 1024, 64 * 1024
"""Bytes that zlib is given at a time: what it does not use it copies, for each member of the body again."""
_UNPACKED_PIECE = 256 * 1024
"""Bytes that are unpacked at a time."""
_MOST_MEMBERS = 10_000
"""Of a gzip body; 128 make a page of 8 MiB where every 64 kB are packed alone."""
_NO_PADDING = re.compile(rb"[^\0]")


class ContentUndecodable(ValueError):  # noqa: N818 -- names a state of the body
    """A body that is not what its Content-Encoding says, or is too much when unpacked."""


def decode_content(body: bytes, encodings: str | None) -> bytes:
    """Return `body` without its content encodings (gzip, deflate, br), outermost first.

    Raises ContentUndecodable for a body that breaks off or is no such thing, for other encodings, and for
    one that unpacks to more than MAX_PAGE_BYTES.
    """
    names = [name.strip().lower().removeprefix("x-") for name in (encodings or "").split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > _MOST_CODINGS:
        raise ContentUndecodable(f"it is encoded {len(names)} times over")
    for name in reversed(names):
        body = _decode_one(body, name)
    return body


def _decode_one(body: bytes, name: str) -> bytes:
    decode = {"gzip": _gunzip, "deflate": _inflate, "br": _unbrotli}.get(name)
    if decode is None:
        raise ContentUndecodable(f"its encoding {name!r} is none that wencun reads")
    pieces: list[bytes] = []
    room = MAX_PAGE_BYTES
    try:
        for piece in decode(body):
            room -= len(piece)
            if room < 0:
                raise ContentUndecodable(f"it unpacks to more than {MAX_PAGE_BYTES} bytes")
            pieces.append(piece)
    except (zlib.error, brotli.error) as error:
        raise ContentUndecodable(f"it is no {name} data, though it says so ({error})") from error
    return b"".join(pieces)


def _gunzip(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    start = 0
    members = 0
    while start < len(body):
        decoder = zlib.decompressobj(31)
        size = _FIRST_PIECE
        while start < len(body) and not decoder.eof:
            yield from _unpacked(decoder, view[start : start + size])
            start = min(start + size, len(body)) - len(decoder.unused_data)
            size = min(2 * size, _LARGEST_PIECE)
        _check_whole(is_whole=decoder.eof, body=body)
        members += 1
        if members > _MOST_MEMBERS:
            raise ContentUndecodable(f"it is packed in more than {_MOST_MEMBERS} pieces")
        more = _NO_PADDING.search(body, start)
        start = more.start() if more else len(body)


def _inflate(body: bytes) -> Iterator[bytes]:
    """Read deflate data with zlib's header, as the standard wants it, or bare, as some servers send it."""
    has_header = (
        len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    )
    decoder = zlib.decompressobj(15 if has_header else -15)
    yield from _unpacked(decoder, body)
    _check_whole(is_whole=decoder.eof or not body, body=body)


def _unpacked(decoder: zlib._Decompress, data: bytes | memoryview) -> Iterator[bytes]:
    """Give `data` to the decoder and yield what comes of it, a little at a time."""
    is_more = True
    while is_more:
        piece = decoder.decompress(data, _UNPACKED_PIECE)
        data = decoder.unconsumed_tail
        is_more = not decoder.eof and (bool(data) or len(piece) == _UNPACKED_PIECE)
        yield piece


def _unbrotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    data = body
    while not decoder.is_finished():
        piece: bytes = decoder.process(data, output_buffer_limit=_UNPACKED_PIECE)
        data = b""
        if not piece:
            break
        yield piece
    _check_whole(is_whole=decoder.is_finished() or not body, body=body)


def _check_whole(*, is_whole: bool, body: bytes) -> None:
    if not is_whole:
        raise ContentUndecodable(f"it breaks off at byte {len(body)}")
