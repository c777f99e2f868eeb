"""WARC files for tests: pages written to them, where these lie, and what warcio says of them."""

from __future__ import annotations

from pathlib import Path

from saved_pages import csdn_page, url_of
from warcio.checker import Checker

from pipelines.warc import WarcWriter, read_records


def fetch(warc: WarcWriter, number: int) -> None:
    """Write an article as a run does that has fetched it."""
    warc.write_response(
        url=url_of(number), status=200, headers=[("Content-Type", "text/html")], body=csdn_page(number)
    )


def pages_in(path: Path) -> list[int]:
    """Return where the responses of a whole file begin."""
    return [read.reference.offset for read in read_records(path) if read.record.type == "response"]


def check_with_warcio(path: Path) -> int:
    """Return what `warcio check` exits with."""

    class Command:
        inputs = (str(path),)
        verbose = False

    return Checker(Command).process_all()
