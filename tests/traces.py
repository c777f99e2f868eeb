"""What is left of a page in an archive's directory, however it is packed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.warc.pieces import BLANK, pieces


def traces(root: Path, *needles: str) -> list[str]:
    """Return where any of `needles` stands, in any file: raw, or unpacked as far as that goes."""
    wanted = re.compile(b"|".join(re.escape(needle.encode()) + rb"(?!\d)" for needle in needles))
    return [
        f"{path.relative_to(root)} {place}: {wanted.search(data)[0].decode()}"
        for path in sorted(root.rglob("*"))
        if path.is_file()
        for place, data in _contents(path)
        if wanted.search(data)
    ]


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    yield "as it is", path.read_bytes()
    if ".warc.gz" in path.name:
        for piece in pieces(path):
            yield f"byte {piece.offset} ({piece.fields.get('warc-target-uri')})", piece.data
            head, _, body = piece.block.partition(BLANK)
            coding = re.search(rb"(?i)^content-encoding: *(\S+)", head, re.MULTILINE)
            if coding:
                with suppress(ContentUndecodable):
                    yield f"byte {piece.offset}, decoded", decode_content(body, coding[1].decode())
    elif path.name.endswith(".gz"):
        yield "unpacked", zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(path.read_bytes())
