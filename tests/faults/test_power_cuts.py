"""A power cut at any moment: the archive opens, and what it says is stored lies whole in its WARC files."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aftermath import aftermath, damage, grow
from crawling import wencun
from faulty_runs import crawl_on_faulty
from loopback import Site, serve
from power_cuts import Cut, record

from pipelines.warc.read import find_file, read_at

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


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace tells what is written, and is not installed"
)
def test_after_a_power_cut_the_database_is_whole_and_says_nothing_that_the_files_do_not_hold(
    site: Site, tmp_path: Path, scale: Callable[..., int], figure: Callable[..., None]
) -> None:
    paths = grow(site, PAGES)
    root = tmp_path / "archive"
    command = [sys.executable, "-m", "crawler", "crawl", "--data", str(root), *_options(site)]
    operations = record([*command, site.url("/kf/0")], root, tmp_path / "trace")
    begun = next(place for place, each in enumerate(operations) if each.path.parent.name == "warc")
    of_pages = operations[begun:]  # all before makes the database
    wrong: list[tuple[int, str]] = []
    stored = 0
    images, resumed = scale(20, 500), scale(1, 10)
    for seed in range(images):
        dice = random.Random(seed)
        data = tmp_path / str(seed)
        last = dice.choice(operations if seed % 4 == 0 else of_pages)
        at = dice.uniform(last.begun, last.ended)
        _lay_out(Cut(operations, at, root).image(dice), root, data)
        said, complaint = _said_and_not_held(data)
        stored += said
        if complaint is None and seed >= images - resumed and (data / "journal.jsonl").exists():
            if not _is_known(data, site.url("/kf/0")):
                wencun("add", "--data", data, site.url("/kf/0"))
            wencun("crawl", "--data", data, *_options(site))
            found = aftermath(data, site, paths)
            complaint = None if found.lost == found.torn == found.damage == [] else str(found)
        wrong += [(seed, complaint)] if complaint else []
        shutil.rmtree(data)
    of = f"of {images}, which hold {stored} captures"
    figure(f"images after a power cut that are not whole, {of}", asked=0, seen=len(wrong))
    assert wrong == []
    assert stored > images


def _is_known(data: Path, url: str) -> bool:
    """Did the cut leave what was given? It may fall before the command had written that down."""
    return url in (data / "journal.jsonl").read_text(encoding="utf-8", errors="replace")


def _options(site: Site) -> list[str]:
    return ["--delay", "0", "--follow", "related", "--allow-private", site.host]


def _lay_out(image: dict[Path, bytes | None], root: Path, data: Path) -> None:
    for path in sorted(image):
        place = data / path.relative_to(root)
        content = image[path]
        if content is None:
            place.mkdir()
        elif not path.name.endswith("-shm"):  # lost with the memory that it is in
            place.write_bytes(content)


def _said_and_not_held(data: Path) -> tuple[int, str | None]:
    """Return how many captures there are, and what of that is not so, or what is wrong with the database."""
    if not (data / "archive.db").exists():
        return 0, None
    try:
        if found := damage(data):
            return 0, str(found)
        with closing(sqlite3.connect(data / "archive.db")) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'captures'").fetchone():
                return 0, None
            query = "SELECT warc_file, warc_offset, warc_record_id FROM captures"
            captures = connection.execute(query).fetchall()
        for name, offset, record_id in captures:
            assert read_at(find_file(data / "warc", name), offset).reference.record_id == record_id
    except Exception as error:
        return 0, f"{type(error).__name__}: {error}"
    return len(captures), None
