"""Which pages are feeds and sitemaps, told by how their bytes begin; packed ones are unpacked."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal

from crawler.extract import urls
from crawler.extract.items import Page, SourcePage

Form = Literal["feed", "sitemap", "lines"]
"""`lines` is a sitemap of one URL a line."""

LARGEST: Final = 50 * 2**20
"""Bytes, unpacked: the sitemap protocol's own limit."""
_HEAD: Final = 16 * 1024
_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31
_FORM_OF_ROOT: Final[dict[bytes, Form]] = {
    b"rss": "feed",
    b"feed": "feed",
    b"RDF": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap",
}
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?"
    rb"(?>(?:\s++|<\?[^>]*+>|<!--(?>(?:[^-]++|-(?!->))*)-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*)"
    rb"<(?:[\w.-]++:)?(?P<name>rss|feed|RDF|urlset|sitemapindex)(?=[\s/>])"
)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>")
_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:rss|feed|RDF|urlset|sitemapindex)\s*+>\s*+\Z")
_TAIL: Final = 500
"""Bytes at the end of a body in which its last tag stands."""
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+https?://[^\s<>]++(?:\s|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a feed or sitemap, unpacked."""

    form: Form
    data: bytes

    @property
    def markup(self) -> bytes:
        """The bytes without document type, in which entities are defined that nothing whole needs."""
        return _DOCTYPE.sub(b"", self.data, count=1)

    @property
    def is_whole(self) -> bool:
        """Does it end as it should, or is its last entry cut off?"""
        return _END.search(self.data[-_TAIL:].replace(b"\0", b"")) is not None


def is_feed_or_sitemap(page: Page) -> bool:
    """Does a page begin as feeds and sitemaps do?"""
    return _form(page) is not None


def read_body(page: Page) -> Body | None:
    """Return the bytes of a feed or sitemap; None for any other page. Raises SourcePage for damaged ones."""
    form = _form(page)
    if form is None or not page.body.startswith(_GZIP):
        return None if form is None else Body(form, page.body)
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        data = unpacker.decompress(page.body, LARGEST + 1)
    except zlib.error as error:
        raise SourcePage(f"{page.url}: the packed {form} is damaged: {error}; fetch it again") from error
    if len(data) > LARGEST:
        raise SourcePage(f"{page.url}: the packed {form} holds more than {LARGEST // 2**20} MiB")
    return Body(form, data)


def _form(page: Page) -> Form | None:
    head = page.body[:_HEAD]
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(_GZIP_WINDOW).decompress(head, _HEAD)
        except zlib.error:
            return None
    root = _ROOT.match(head.replace(b"\0", b""))  # UTF-16 has a zero beside each letter of a tag
    if root:
        return _FORM_OF_ROOT[root["name"]]
    is_list = page.url is not None and urls.source_kind(page.url) == "sitemap" and _FIRST_LINE.match(head)
    return "lines" if is_list else None
