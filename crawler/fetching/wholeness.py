"""Tells whether all of a body arrived."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipelines.content_coding import ContentUndecodable, decode_content

_ENDLESS = "partial"
"""How Scrapy marks a body with neither length nor chunks, which ends when the connection does."""
_CUT = "dataloss"
"""How Scrapy marks a body that ended before its length or its last chunk."""
_PACKED = {"gzip", "x-gzip", "deflate", "br"}
CUT_SHORT = "cut_short"
"""How a response is marked whose body did not all arrive."""
_END_OF_HTML = re.compile(rb"</html\s*>(?:\s|<!--[^<>]*-->)*\Z", re.IGNORECASE)
_TAIL = 1024
"""Bytes at the end of a page in which its last tag is looked for."""


def is_whole(flags: Collection[str], body: bytes, content_encoding: str | None) -> bool:
    """Did all of a response's body arrive, as far as anybody can tell?

    A body that ends with its connection is whole where it says so itself: a packed one by its last bytes, a
    page by its `</html>`. Without that, nobody can tell it from one that was cut.
    """
    if _CUT in flags:
        return False
    if _ENDLESS not in flags:
        return True
    if not body:
        return False
    if (content_encoding or "").strip().lower() in _PACKED:
        try:
            decode_content(body, content_encoding)
        except ContentUndecodable:
            return False
        return True
    return _END_OF_HTML.search(body[-_TAIL:]) is not None


def is_whole_file(flags: Collection[str], text: bytes) -> bool:
    """Did all of a file of lines arrive, as far as anybody can tell?

    One that ends with its connection is whole where its last line does, or where it is a page that ends.
    """
    if _CUT in flags:
        return False
    return _ENDLESS not in flags or text.endswith((b"\n", b"\r")) or is_whole(flags, text, None)
