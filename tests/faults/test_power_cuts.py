"""A power cut takes away nothing that the database says is stored: its record was on disk before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aftermath import grow
from crawling import wencun
from faulty_runs import crawl_on_faulty
from loopback import Site, serve

PAGES = 6


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def test_records_are_on_disk_before_their_captures_are_committed(site: Site, tmp_path: Path) -> None:
    grow(site, PAGES)
    wencun("add", "--data", tmp_path / "archive", site.url("/kf/0"))
    steps = crawl_on_faulty(site, tmp_path / "archive").taken
    written = synced = inserted = commits = 0
    for step in steps:
        kind, path, *_ = step.split(maxsplit=2)
        written += kind == "write" and path.startswith("warc/")
        synced = written if kind == "fsync" and path.endswith(".open") else synced
        inserted += "INSERT INTO captures" in step
        if step.endswith("COMMIT"):
            commits += 1
            assert inserted <= max(0, synced - 2), step  # warcinfo and robots.txt were written first
    assert (inserted, synced, commits > 3) == (PAGES, PAGES + 2, True)
