"""Whether a body that was just fetched is archived already, so that a revisit record will do."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from crawler.extract.urls import canonical
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.errors import WencunError
from pipelines.warc.read import RecordRead, Torn, find_file, read_at
from pipelines.warc.record import payload_digest
from pipelines.warc.revisit import OriginalLost, original_of

_CANDIDATES = (
    "SELECT c.warc_file, c.warc_offset FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
    " WHERE p.url = ? AND c.warc_payload_digest = ? ORDER BY c.id DESC LIMIT 3"
)


def find_original(archive: Archive, url: str, body: bytes) -> RecordRead | None:
    """Return the whole response of this very URL that is stored and has these bytes; None without one.

    It is read to be sure of it: a revisit of a damaged record would be lost with that. Blocks for as long.
    """
    if not body:
        return None
    try:
        with closing(connect_reading(archive.database_path)) as connection:
            places = connection.execute(_CANDIDATES, (canonical(url), payload_digest(body))).fetchall()
    except (sqlite3.Error, WencunError):
        return None  # the writer will say it: here, the whole response will do
    for file, offset in places:
        try:
            read = read_at(find_file(archive.warc_dir, file), offset)
            if read.record.type == "revisit":
                read = original_of(archive.warc_dir, read.record)
        except (OSError, Torn, OriginalLost):
            continue
        record = read.record
        if (record.type, record.url, record.truncated, record.body) == ("response", url, None, body):
            return read
    return None
