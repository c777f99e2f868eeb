"""Other pages' records without their links to erased pages: written anew, in a file of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines import durable
from pipelines.archive import Archive
from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.erasures import Erasures
from pipelines.erasures.mentions import ADDRESS, ATTRIBUTE, LINKING_HEADS, names
from pipelines.erasures.records import OwnRecord, files
from pipelines.replay import CODING, coding_of
from pipelines.warc import WarcWriter
from pipelines.warc.member import Member
from pipelines.warc.pieces import pieces
from pipelines.warc.places import Places
from pipelines.warc.read import RecordRead, record_in
from pipelines.warc.record import Record, payload_digest
from pipelines.warc.revisit import revisit_of

PREFIX = "wencun-erased"
"""What the names of files with such records begin with."""
ERASED = "X-Wencun-Erased"
"""WARC header of such a record: the digest of the payload that it had."""
_LONGEST = 2_000  # bytes of what stands inside a link; some are never closed
_ANCHOR = re.compile(rb"<a\b[^<>]*>(?:(?!<a\b).){0,%d}?</a\s*>" % _LONGEST, re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(
    rb"<(?P<tag>item|entry|url)\b[^<>]*>(?:(?!<(?P=tag)\b).)*?</(?P=tag)\s*>", re.IGNORECASE | re.DOTALL
)
"""An entry of a feed or of a sitemap."""
_OF_ITEM = re.compile(
    rb"<(?:link|guid|id|loc)\b(?P<attributes>[^<>]*)>\s*(?:<!\[CDATA\[)?(?P<text>[^<>\]]*)", re.IGNORECASE
)
"""Its own address, in the element or, in Atom, in an attribute."""
_OF_OTHERS = re.compile(rb"""\brel\s*=\s*+["']?+(?!alternate\b|self\b)""", re.IGNORECASE)
_ATTRIBUTE, _ADDRESS = re.compile(ATTRIBUTE.encode()), re.compile(ADDRESS.encode())
_NOWHERE = "#"
"""What takes the place of an address."""


@dataclass(slots=True)
class Moved:
    """Records that were written anew."""

    old: list[OwnRecord] = field(default_factory=list)
    """Where they lay."""
    files: list[Path] = field(default_factory=list)
    """Where they lie now, with nothing else."""


def move(
    archive: Archive,
    places: Places,
    erased: Erasures,
    record_ids: Collection[str],
    lies_in: Mapping[str, str],
) -> Moved:
    """Write records, and revisits that refer to them, anew without their links to erased pages.

    `lies_in`: the file in which the database has each capture, by record id; one that is in another already
    was moved before. What repair kept of such records is not written anew, but goes.
    """
    moved, warc = Moved(), WarcWriter(archive.warc_dir, prefix=PREFIX)
    anew: dict[str, RecordRead] = {}
    revisits: dict[str, Record] = {}
    names: dict[str, None] = {}
    for path, read in _records(places, record_ids):
        reference, record = read.reference, read.record
        moved.old.append(OwnRecord(file=path, offset=reference.offset, length=reference.bytes))
        if not path.name.endswith(".warc.gz") or lies_in.get(record.record_id, path.name) != path.name:
            continue
        if record.type == "revisit":
            revisits[record.record_id] = record
        if record.type == "revisit" or record.record_id in anew:  # a file may lie in two places
            continue
        written = without_links(record, erased)
        reference = warc.write(written)
        names[reference.file] = None
        anew[record.record_id] = RecordRead(reference, replace(written, body=b""))
    for record in revisits.values():
        original = anew.get(record.headers.get("WARC-Refers-To", ""))
        if original is None:
            written = _without_links_in_head(record, erased)
        else:
            written = revisit_of(without_links(record, erased), original)
        names[warc.write(written).file] = None
    warc.close()
    moved.files += [archive.warc_dir / name for name in names]
    return moved


def clear(archive: Archive, known: Collection[str]) -> None:
    """Take away what a killed erasure wrote and nothing leads to; `known`: what files the database knows."""
    for path in archive.warc_dir.glob(f"{PREFIX}-*"):
        if path.name not in known:
            durable.unlink(path)


def _records(places: Places, record_ids: Collection[str]) -> Iterator[tuple[Path, RecordRead]]:
    """Yield the records with these ids, and the revisits that refer to them."""
    wanted = set(record_ids)
    for path in files(places):
        for piece in pieces(path):
            fields = piece.fields
            if piece.is_whole and wanted & {fields.get("warc-record-id"), fields.get("warc-refers-to")}:
                yield path, record_in(path, Member(piece.offset, piece.length, piece.data))


def without_links(record: Record, erased: Erasures) -> Record:
    """Return a record of another page with its body unpacked and all links to erased pages taken out."""
    url = record.url or ""
    body = record.body
    with suppress(ContentUndecodable):
        body = decode_content(body, coding_of(record))
    body = _ITEM.sub(lambda found: b"" if _is_item_of(found[0], erased, url) else found[0], body)
    body = _ANCHOR.sub(lambda found: b"" if _has_link(found[0], erased, url) else found[0], body)
    body = _ADDRESS.sub(lambda found: _instead(found[0], found[0], erased, url), body)
    body = _ATTRIBUTE.sub(
        lambda found: found["before"] + _instead(found["value"], found["value"], erased, url), body
    )
    head = _without_links_in_head(record, erased)
    return replace(
        head,
        body=body,
        http_headers=tuple(pair for pair in head.http_headers if pair[0].lower() != "content-encoding"),
        payload_digest=payload_digest(body),
        headers={name: value for name, value in head.headers.items() if name != CODING},
    )


def _without_links_in_head(record: Record, erased: Erasures) -> Record:
    """Return a record without the links in its HTTP head."""
    http_headers = tuple(
        (
            name,
            _NOWHERE if name.lower() in LINKING_HEADS and names(erased, value, record.url or "") else value,
        )
        for name, value in record.http_headers
    )
    digest = record.headers.get(ERASED) or record.payload_digest or payload_digest(record.body)
    return replace(record, http_headers=http_headers, headers={**record.headers, ERASED: digest})


def _has_link(anchor: bytes, erased: Erasures, base: str) -> bool:
    tag = anchor.partition(b">")[0]
    return any(names(erased, _shown(found["value"]), base) for found in _ATTRIBUTE.finditer(tag))


def _is_item_of(item: bytes, erased: Erasures, base: str) -> bool:
    """Is it the entry of an erased page, and not of one that only links to it?"""
    own = (found for found in _OF_ITEM.finditer(item) if not _OF_OTHERS.search(found["attributes"]))
    return any(
        names(erased, _shown(address.strip()), base)
        for found in own
        for address in (found["text"], *(each["value"] for each in _ATTRIBUTE.finditer(found["attributes"])))
    )


def _instead(link: bytes, otherwise: bytes, erased: Erasures, base: str) -> bytes:
    return _NOWHERE.encode() if names(erased, _shown(link), base) else otherwise


def _shown(link: bytes) -> str:
    return link.decode("utf-8", "replace").replace("\\/", "/")
