"""Records of other pages written anew, so that they speak of erased pages no more and are read as before.

What speaks of them is masked where it stands. Of the ways to do so, that one is taken which takes most
and leaves the page to be read as before, but for the entries that are gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from crawler.extract import urls
from crawler.extract.document.decoding import decode
from crawler.extract.items import ExtractionError, Page
from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.erasures import Erasures
from pipelines.erasures.mentions import LINKING_HEADS, keys_of_number, names
from pipelines.erasures.rewriting.comparing import addresses_named, agree, entries_of_erased, others
from pipelines.erasures.rewriting.edits import Edits
from pipelines.erasures.rewriting.markup import parse
from pipelines.erasures.rewriting.masks import NOWHERE, StandIns, in_ascii
from pipelines.erasures.rewriting.pages import WAYS, Named, edit
from pipelines.records import Processed
from pipelines.replay import CODING, STAND_INS, coding_of, stand_ins_of
from pipelines.warc.read import RecordRead
from pipelines.warc.record import Record, payload_digest
from pipelines.warc.revisit import revisit_of

ERASED = "X-Wencun-Erased"
"""WARC header of such a record: the digest of the payload that it had."""
Headers = tuple[tuple[str, str], ...]
Reader = Callable[[Record], Processed]
"""What a record is read with."""
_BARE = re.compile(r"[:,\[]\s{0,9}(\d{6,20})\s{0,9}[,}\]]")
"""A number in the data of a script."""
_SHORTEST_TITLE = 4
"""Characters of a title that stands for its page wherever it is."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A record written anew."""

    record: Record
    is_read_alike: bool
    """Is it read as before, but for what named erased pages?"""


def without_links(record: Record, erased: Erasures, read: Reader, *, url: str | None = None) -> Rewritten:
    """Return a record of another page with its body unpacked, and without what speaks of erased pages.

    `url`: the page's address, where the record says another one.
    """
    base = url or record.url or ""
    body = record.body
    with suppress(ContentUndecodable):
        body = decode_content(body, coding_of(record))
    plain = _with_body(record, body)
    before = read(plain)
    named = Named(
        frozenset(
            item.title for item in entries_of_erased(before, erased) if len(item.title) >= _SHORTEST_TITLE
        ),
        frozenset(urls.key(item.url) for item in others(before, erased) if item.url),
    )
    text, codec = _text_of(plain)
    root = parse(text)
    is_bare = any(any(keys_of_number(erased, found[1])) for found in _BARE.finditer(text))
    head = _without_links_in_head(record, erased)
    written = []
    for way in WAYS if named.titles else (way for way in WAYS if not way.has_titles):
        stand_ins = StandIns(erased, base, known=stand_ins_of(record), is_bare=is_bare)
        edits = Edits(text, stand_ins)
        edit(edits, root, way, named)
        anew = _with_body(head, _encoded(edits.result(), codec))
        after = read(anew)
        if found := addresses_named(after) - addresses_named(before):
            anew = _with_stand_ins(anew, stand_ins.known | set(map(urls.key, found)))
            after = read(anew)
        if agree(before, after, erased):
            return Rewritten(anew, is_read_alike=True)
        written.append(anew)
    return Rewritten(written[0], is_read_alike=False)


def revisit_without_links(record: Record, erased: Erasures, original: RecordRead | None) -> Record:
    """Return a revisit without the links in its head, which refers to its original where that is anew."""
    head = _without_links_in_head(record, erased)
    if original is None:
        return head
    length = original.record.http_header("content-length") or ""
    head = replace(head, http_headers=_unpacked(head.http_headers, length))
    return _with_stand_ins(revisit_of(head, original), stand_ins_of(original.record))


def _without_links_in_head(record: Record, erased: Erasures) -> Record:
    """Return a record without the links in its HTTP head."""
    base = record.url or ""
    http_headers = tuple(
        (name, NOWHERE if name.lower() in LINKING_HEADS and names(erased, value, base) else value)
        for name, value in record.http_headers
    )
    digest = record.headers.get(ERASED) or record.payload_digest or payload_digest(record.body)
    return replace(record, http_headers=http_headers, headers={**record.headers, ERASED: digest})


def _with_stand_ins(record: Record, keys: frozenset[str]) -> Record:
    """Return a record that says which addresses in its body stand for erased pages."""
    return replace(record, headers={**record.headers, STAND_INS: " ".join(sorted(keys))})


def _with_body(record: Record, body: bytes) -> Record:
    """Return a record with a body that is not packed."""
    return replace(
        record,
        body=body,
        http_headers=_unpacked(record.http_headers, str(len(body))),
        payload_digest=payload_digest(body),
        headers={name: value for name, value in record.headers.items() if name != CODING},
    )


def _unpacked(http_headers: Headers, length: str) -> Headers:
    """Return the headers of a body of this length that is not packed."""
    return tuple(
        (name, length if name.lower() == "content-length" else value)
        for name, value in http_headers
        if name.lower() != "content-encoding"
    )


def _text_of(record: Record) -> tuple[str, str]:
    """Return a body's text, and the name of a codec that makes just these bytes of it again."""
    content_type = record.http_header("content-type") or record.content_type
    codec = "utf-8"
    with suppress(ExtractionError):
        codec = decode(Page(url=record.url, body=record.body, content_type=content_type)).encoding
    with suppress(UnicodeError):
        text = record.body.decode(codec, "surrogateescape")
        if text.encode(codec, "surrogateescape") == record.body:
            return text, codec
    return record.body.decode("latin-1"), "latin-1"


def _encoded(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec, "surrogateescape")
    except UnicodeEncodeError:  # a mask that the codec does not have
        return in_ascii(text).encode(codec, "surrogateescape")
