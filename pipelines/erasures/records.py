"""The records of erased pages in the WARC files: found, and taken out."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from pipelines import durable
from pipelines.erasures import Erasures, digest
from pipelines.requisites import PURPOSE as IMAGE
from pipelines.warc.anew import Part, write_anew
from pipelines.warc.filler import filler
from pipelines.warc.pieces import Piece, pieces
from pipelines.warc.places import Places

_ANEW = ".erasing"
_SAID = "records of an erased page were here\r\n"
_EXCHANGES = {"response", "revisit", "resource", "conversion", "request"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """A record of an erased page, or what is left of one."""

    file: Path
    offset: int
    length: int
    image: str | None = None
    """The digest of the image that it is of; None where it is of the page itself."""

    @property
    def end(self) -> int:
        """Where what follows it begins."""
        return self.offset + self.length


@dataclass(slots=True)
class Finder:
    """Tells which pieces of WARC files are records of erased pages; is shown all of them, in order."""

    erased: Erasures
    images: set[str]
    """Digests of the images that go too; those that they redirect to join them."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Digests of images that lead to others."""
    _with_request: dict[str, str] = field(default_factory=dict)
    """By the id of an image's response, which its request names: the digest of the image."""

    def find(self, path: Path, piece: Piece) -> OwnRecord | None:
        """Return a piece as what is to go; None where it stays."""
        fields = piece.fields
        url = fields.get("warc-target-uri", "")
        image = self._image(fields, url, piece)
        if fields.get("warc-type") not in _EXCHANGES:
            return None
        is_of_page = self.erased.covers(url) or self.erased.covers(piece.http_fields.get("referer", ""))
        if not is_of_page and image is None:
            return None
        return OwnRecord(
            file=path, offset=piece.offset, length=piece.length, image=None if is_of_page else image
        )

    def led_to_by(self, images: Collection[str]) -> set[str]:
        """Return these images with those that they redirect to."""
        led = set(images)
        while more := {self.redirects[image] for image in led & self.redirects.keys()} - led:
            led |= more
        return led

    def _image(self, fields: Mapping[str, str], url: str, piece: Piece) -> str | None:
        if fields.get("warc-type") == "request":
            return self._with_request.get(fields.get("warc-concurrent-to", ""))
        name = digest(url)
        if fields.get("x-wencun-purpose") != IMAGE or name not in self.images:
            return None
        location = piece.http_fields.get("location")
        if location is not None:
            self.redirects[name] = digest(urljoin(url, location))
            self.images.add(self.redirects[name])
        self._with_request[fields.get("warc-record-id", "")] = name
        return name


def files(places: Places) -> list[Path]:
    """Return all files of records, also open ones, and what was cut off from some or kept of them.

    Those in cold places come first, but for places that are out of reach.
    """
    cold = [place for place in places.cold if place not in out_of_reach(places)]
    return [
        path
        for directory in (*cold, places.directory)
        for path in sorted(directory.glob("*.warc.gz*"))
        if not path.name.endswith(_ANEW)
    ]


def out_of_reach(places: Places) -> list[Path]:
    """Return the cold places in which no file can be written anew: they are away, or read-only."""
    return [place for place in places.cold if place in places.away or not os.access(place, os.W_OK)]


def find_all(places: Places, erased: Erasures, images: Collection[str]) -> Iterator[OwnRecord]:
    """Yield the records of erased pages, in order."""
    finder = Finder(erased, set(images))
    for path in files(places):
        for piece in pieces(path):
            found = finder.find(path, piece)
            if found is not None:
                yield found


def take_out(records: Iterable[OwnRecord]) -> None:
    """Write the files of these records anew without them; whatever else they hold stays where it is."""
    by_file: dict[Path, list[OwnRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda each: each.offset):
        by_file[record.file].append(record)
    for path, found in by_file.items():
        durable.rename(write_anew(path, _ANEW, _parts(found)), path)


def _parts(records: Sequence[OwnRecord]) -> Iterator[Part]:
    """Records that follow one another give way to one that fills the place of all."""
    start, end = records[0].offset, records[0].offset
    for record in records:
        if record.offset != end:
            yield _part(start, end)
            start = record.offset
        end = record.end
    yield _part(start, end)


def _part(start: int, end: int) -> Part:
    length = end - start
    return Part(start, end, filler(length, _SAID) or bytes(length))
