"""Which record of the archive has the body that an answer repeats, so that a revisit record will do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from crawler.extract.urls import canonical
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.errors import WencunError
from pipelines.warc.places import FileAway, places_of
from pipelines.warc.read import RecordRead, Torn, read_at
from pipelines.warc.record import payload_digest
from pipelines.warc.revisit import OriginalLost, original_of

_CAPTURES = "SELECT c.warc_file, c.warc_offset FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
_LIKE = f"{_CAPTURES} WHERE p.url = ? AND c.warc_payload_digest = ? ORDER BY c.id DESC LIMIT 3"
_NEWEST = (
    f"{_CAPTURES} WHERE p.url = ? AND c.status BETWEEN 200 AND 299 AND c.captured_at_source = 'fetch'"
    " ORDER BY c.capture_order DESC LIMIT 1"
)


def find_original(archive: Archive, url: str, body: bytes) -> RecordRead | None:
    """Return the whole response of this very URL that is stored and has these bytes; None without one.

    It is read to be sure of it: a revisit of a damaged record would be lost with that. Blocks for as long.
    """
    found = _found(archive, _LIKE, (canonical(url), payload_digest(body))) if body else []
    return next((read for read in _responses(archive, found, url) if read.record.body == body), None)


def find_newest(archive: Archive, url: str) -> RecordRead | None:
    """Return the whole response that this very URL gave last, which a 304 confirms; None without one."""
    return next(_responses(archive, _found(archive, _NEWEST, (canonical(url),)), url), None)


def _found(archive: Archive, query: str, values: tuple[str, ...]) -> list[tuple[str, int]]:
    try:
        with closing(connect_reading(archive.database_path)) as connection:
            return connection.execute(query, values).fetchall()
    except (sqlite3.Error, WencunError):
        return []  # the writer will say it: here, the whole response will do


def _responses(archive: Archive, found: Iterable[tuple[str, int]], url: str) -> Iterator[RecordRead]:
    try:
        places = places_of(archive)
    except WencunError:
        return  # somebody broke the settings while the run is under way: the next one will say it
    for file, offset in found:
        try:
            read = read_at(places.find(file), offset)
            if read.record.type == "revisit":
                read = original_of(places, read.record)
        except (OSError, Torn, OriginalLost, FileAway):
            continue
        record = read.record
        if (record.type, record.url, record.truncated) == ("response", url, None) and record.body:
            yield read
