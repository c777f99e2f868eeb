"""The records of one of our WARC files that captures are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipelines.erasures import Erasures
from pipelines.errors import Damaged
from pipelines.warc import holds_page
from pipelines.warc.places import FileAway, Places
from pipelines.warc.read import RecordRead, Torn, read_records
from pipelines.warc.revisit import OriginalLost, with_body


def page_records(path: Path, places: Places, erased: Erasures, start: int = 0) -> Iterator[RecordRead]:
    """Yield the records of one of our files that captures are made of; raises Damaged at what is none.

    A revisit has the body it refers to, or is still one where that is lost or away. Pages that were erased
    are passed over: their records are there again where a file came back from a backup, or from a cold place.
    """
    try:
        for read in read_records(path, start):
            if holds_page(read.record) and not erased.covers(read.record.url or ""):
                with suppress(OriginalLost, FileAway):
                    read = with_body(places, read)  # noqa: PLW2901 -- the same record, whole
                yield read
    except Torn as torn:
        raise Damaged(f"{torn}; the records before it are stored: `wencun repair` mends the file") from torn
