"""Where other pages' records speak of an erased page: links to it in their heads and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urlsplit

from crawler.extract import urls
from crawler.extract.document.decoding import decode
from crawler.extract.items import ExtractionError, Page
from crawler.extract.urls.forms import FORMS
from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.erasures import BEHIND, Erasures, upper_codes
from pipelines.warc.pieces import BLANK, Piece

ATTRIBUTE = (
    r"""\b[\w-]{1,40}\s{0,9}=\s{0,9}["']?"""
    r"""(?P<value>(?<=")[^"<>]*|(?<=')[^'<>]*|(?<!["'])[^\s"'<>=]+)"""
)
ADDRESS = r"""(?i:https?):(?:\\?/){2}(?:(?!&(?:quot|apos|lt|gt|\#3[49]);)[^\s"'<>\\]|\\/)+"""
"""An address as it stands in text, or, with its slashes escaped, in a script."""
NUMBER = r"(?<!\d)\d{6,20}(?!\d)|(?<![\da-f])[\da-f]{24}(?![\da-f])"
"""By what sites may know an article."""
LINKING_HEADS = ("location", "content-location", "link")
_ATTRIBUTE, _ADDRESS, _NUMBER = re.compile(ATTRIBUTE), re.compile(ADDRESS), re.compile(NUMBER)
_SITES = sorted({form.site for form in FORMS})


@dataclass(frozen=True, slots=True)
class Mentions:
    """Looks for links to pages in the records of others."""

    erased: Erasures
    """The pages."""
    part: re.Pattern[bytes]
    """What is in every body that links to one of them; looked for first, because that is fast."""
    named_later: Mapping[str, str] = field(default_factory=dict)
    """URLs that saved pages were given later, by their `urn:sha256:…`."""

    @classmethod
    def of(
        cls, erased: Erasures, names: Iterable[str], named_later: Mapping[str, str] | None = None
    ) -> Mentions:
        """Return what looks for the pages with these URLs and keys, which are those of `erased`."""
        parts = {part for name in names for part in _distinctive(name)}
        pattern = b"|".join(map(re.escape, sorted(parts))) or rb"(?!)"
        return cls(erased, re.compile(pattern, re.IGNORECASE), named_later or {})

    def are_in(self, piece: Piece) -> bool:
        """Does a record that is another page's link to one of the pages?"""
        url = piece.fields.get("warc-target-uri", "")
        url = self.named_later.get(url, url)
        if any(names(self.erased, piece.http_fields.get(name, ""), url) for name in LINKING_HEADS):
            return True
        body = _body(piece)
        return bool(self.part.search(body)) and any(
            names(self.erased, link, url) for link in _links(_text(body, piece))
        )


def names(erased: Erasures, link: str, base: str) -> bool:
    """Does a link on the page `base` lead to an erased page, or bear the number by which a site knows it?"""
    return any(named(erased, link, base))


def named(erased: Erasures, link: str, base: str) -> Iterator[str]:
    """Yield the keys of the erased pages that a link on the page `base` leads to, or bears the numbers of."""
    link = link.replace("\\/", "/")
    if not link:
        return
    for number in _NUMBER.findall(link):
        yield from keys_of_number(erased, number)
    for url in resolved(unescape(link), base):
        if erased.covers(url):
            yield urls.key(url)


def keys_of_number(erased: Erasures, number: str) -> Iterator[str]:
    """Yield the keys of erased pages that a site knows by this number."""
    yield from (key for site in _SITES if erased.covers(key := f"{site}:{number}"))


def _distinctive(name: str) -> Iterator[bytes]:
    """Yield the last part of an address or key as it may be written."""
    parts = urlsplit(name)
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
    yield from (found["value"] for found in _ATTRIBUTE.finditer(text))
    yield from (found[0] for found in _ADDRESS.finditer(text))


def resolved(link: str, base: str) -> Iterator[str]:
    """Yield the addresses that a link may mean: its own, and one that it passes on."""
    for form in {link, link.rstrip(BEHIND)}:
        found = urls.absolute(form, base)
        if found is not None:
            yield from {found, upper_codes(found)}
    before, http, rest = unquote(link).rpartition("http")
    if before:
        yield urls.canonical(http + rest)
