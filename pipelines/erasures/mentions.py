"""Where other pages' records speak of an erased page: links to it in their heads and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from crawler.extract import urls
from crawler.extract.document.decoding import decode
from crawler.extract.items import ExtractionError, Page
from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.erasures import Erasures
from pipelines.warc.pieces import BLANK, Piece

_ATTRIBUTE = re.compile(r"""\b[\w-]+\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>=]+))""")
_ADDRESS = re.compile(r"""https?:(?:\\?/){2}(?:[^\s"'<>\\]|\\/)+""", re.IGNORECASE)
_SITE_KEY = re.compile(r"(?!sha256:)[^:]+:([0-9]{6,})")
"""The key of an article that its site knows by a number, whatever the form of the link."""
_BEHIND = ".,;:!?)]}，。；：！？）】"
_HEADS = ("location", "content-location", "link")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Looks for links to pages in the records of others."""

    erased: Erasures
    """The pages."""
    part: re.Pattern[bytes]
    """What is in every body that links to one of them; looked for first, because that is fast."""
    ids: re.Pattern[str] | None
    """Numbers by which the sites know them."""

    @classmethod
    def of(cls, erased: Erasures, addresses: Sequence[str]) -> Mentions:
        """Return what looks for the pages at these URLs, which are those of `erased`."""
        parts = {part for url in addresses for part in _distinctive(url)}
        ids = {found[1] for found in map(_SITE_KEY.fullmatch, map(urls.key, addresses)) if found}
        return cls(
            erased,
            re.compile(b"|".join(map(re.escape, sorted(parts))) or rb"(?!)"),
            re.compile(rf"(?<!\d)(?:{'|'.join(sorted(ids))})(?!\d)") if ids else None,
        )

    def are_in(self, piece: Piece) -> bool:
        """Does a record that is another page's link to one of the pages?"""
        url = piece.fields.get("warc-target-uri", "")
        if any(self._is_named(piece.http_fields.get(name, ""), url) for name in _HEADS):
            return True
        body = _body(piece)
        if not self.part.search(body):
            return False
        text = _text(body, piece)
        return any(self._is_named(found, url) for found in _links(text))

    def _is_named(self, link: str, base: str) -> bool:
        if not link:
            return False
        if self.ids is not None and self.ids.search(link):
            return True
        return any(self.erased.covers(url) for url in _resolved(link, base))


def _distinctive(url: str) -> Iterator[bytes]:
    """Yield the last part of an address as it may be written."""
    parts = urlsplit(url)
    last = re.split(r"[/&]", parts.query or parts.path.rstrip("/"))[-1] or parts.netloc
    for written in {last, unquote(last)}:
        yield from (written.encode(coding, "replace") for coding in ("utf-8", "gb18030"))


def _body(piece: Piece) -> bytes:
    if not piece.http_fields:
        coding, body = piece.fields.get("x-wencun-content-encoding"), piece.block
    else:
        coding, body = piece.http_fields.get("content-encoding"), piece.block.partition(BLANK)[2]
    with suppress(ContentUndecodable):
        return decode_content(body, coding)
    return body


def _text(body: bytes, piece: Piece) -> str:
    fields = piece.http_fields or piece.fields
    try:
        return decode(Page(url=None, body=body, content_type=fields.get("content-type"))).text
    except ExtractionError:
        return body.decode("utf-8", "replace")


def _links(text: str) -> Iterator[str]:
    for found in _ATTRIBUTE.finditer(text):
        yield unescape(found[1] or found[2] or found[3] or "")
    for found in _ADDRESS.finditer(text):
        yield unescape(found[0].replace("\\/", "/"))


def _resolved(link: str, base: str) -> Iterator[str]:
    """Yield the addresses that a link may mean: its own, and one that it passes on."""
    for form in {link, link.rstrip(_BEHIND)}:
        found = urls.absolute(form, base)
        if found is not None:
            yield found
    passed_on = unquote(link).rpartition("http")
    if passed_on[0]:
        yield urls.canonical("http" + passed_on[2])
