"""A WARC file that was cut, or has a changed bit, wherever that is: found, and whole again after repair."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from crawling import wencun
from warc_files import check_with_warcio, fetch

from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.recovery import writing
from pipelines.verify.files import check_file
from pipelines.verify.findings import Kind, Report
from pipelines.verify.rows import Index, Known
from pipelines.warc import WarcWriter
from pipelines.warc.mending import mend_closed
from pipelines.warc.places import Places
from pipelines.warc.read import RecordRead
from pipelines.warc.scan import Span, scan

RECORDS = 50


@dataclass(frozen=True)
class Specimen:
    """An archive whose one file holds 50 records: what it is, 24 exchanges, and a saved page."""

    archive: Archive
    path: Path
    known: Known
    reads: list[RecordRead]


@pytest.fixture(scope="module")
def specimen(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    archive = Archive.create(tmp_path_factory.mktemp("damage") / "archive")
    warc = WarcWriter(archive.warc_dir)
    for number in range(24):
        fetch(warc, number)
    warc.write_resource(
        url="https://example.org/", body=b"<h1>saved</h1>", content_type="text/html", headers={}
    )
    warc.close()
    with writing(archive, "test"):
        pass
    (path,) = archive.warc_dir.glob("*.warc.gz")
    with closing(connect_reading(archive.database_path)) as connection:
        known = Index(connection).of(path.name)
    reads = [each for each in scan(path) if isinstance(each, RecordRead)]
    assert len(reads) == RECORDS
    return Specimen(archive, path, known, reads)


def spread(places: range, wanted: int) -> list[int]:
    """`wanted` of the places, first and last among them, or all where there are no more."""
    if len(places) <= wanted:
        return list(places)
    return sorted({places[0], places[-1], *random.Random(wanted).sample(places, wanted - 2)})


def checked(path: Path, known: Known) -> Report:
    report = Report()
    check_file(path, Places(path.parent), known, report)
    return report


def whole_before(reads: list[RecordRead], end: int) -> list[RecordRead]:
    return [read for read in reads if read.reference.offset + read.reference.bytes <= end]


def assert_cut_is_found_and_mended(folder: Path, end: int, specimen: Specimen) -> int:
    """Return 1 where the cut was found; what is whole must be read, and the file be whole after repair."""
    whole = specimen.path
    cut = folder / whole.name
    cut.write_bytes(whole.read_bytes()[:end])
    report = checked(cut, specimen.known)
    left = [each.reference for each in scan(cut) if isinstance(each, RecordRead)]
    assert left == [read.reference for read in whole_before(specimen.reads, end)]
    mend_closed(cut)
    if cut.exists():
        assert not any(isinstance(each, Span) for each in scan(cut))
        assert check_with_warcio(cut) == 0
        assert len(left) == checked(cut, Known()).records
    kept = b"".join(each.read_bytes() for each in sorted(folder.iterdir()))
    assert kept == whole.read_bytes()[:end]
    for each in folder.iterdir():
        each.unlink()
    return int(bool(report.damages))


def test_a_cut_at_every_byte_of_the_last_record_is_found_and_mended(
    tmp_path: Path, specimen: Specimen, scale: Callable[[int, int], int], figure
) -> None:
    last = specimen.reads[-1].reference
    places = spread(range(last.offset, last.offset + last.bytes), scale(30, 100_000))
    found = sum(assert_cut_is_found_and_mended(tmp_path, end, specimen) for end in places)
    figure(f"cuts of the last record found, of {len(places)}", asked=len(places), seen=found)
    assert found == len(places)


def test_a_cut_anywhere_is_found_and_mended(
    tmp_path: Path, specimen: Specimen, scale: Callable[[int, int], int], figure
) -> None:
    borders = [read.reference.offset for read in specimen.reads[1:]]
    places = sorted(
        {*spread(range(specimen.reads[-1].reference.offset), scale(30, 1000)), *borders[:: scale(16, 1)]}
    )
    found = sum(assert_cut_is_found_and_mended(tmp_path, end, specimen) for end in places)
    figure(f"cuts elsewhere found, of {len(places)}", asked=len(places), seen=found)
    assert found == len(places)


def test_a_changed_bit_anywhere_is_found_and_costs_no_other_record(
    tmp_path: Path, specimen: Specimen, scale: Callable[[int, int], int], figure
) -> None:
    whole = specimen.path.read_bytes()
    offsets = [read.reference.offset for read in specimen.reads]
    heads = [(offset + byte) * 8 + bit for offset in offsets for byte in range(10) for bit in range(8)]
    flips = spread(range(len(whole) * 8), scale(60, 1000))
    flips += [heads[place] for place in spread(range(len(heads)), scale(40, 1000))]
    copy = tmp_path / specimen.path.name
    found = mended = 0
    for flip in flips:
        data = bytearray(whole)
        data[flip // 8] ^= 1 << flip % 8
        copy.write_bytes(data)
        report = checked(copy, specimen.known)
        found += any(finding.kind in (Kind.DAMAGED, Kind.TORN) for finding in report.damages)
        assert report.records == RECORDS - 1
        mend_closed(copy)
        assert not any(isinstance(each, Span) for each in scan(copy))
        mended += check_with_warcio(copy) == 0
        for each in tmp_path.iterdir():
            each.unlink()
    figure(f"changed bits found, of {len(flips)}", asked=len(flips), seen=found)
    figure("files whole to warcio after repair of one", asked=len(flips), seen=mended)
    assert (found, mended) == (len(flips), len(flips))


def test_the_command_finds_and_mends_a_cut_as_a_user_sees_it(
    tmp_path: Path, specimen: Specimen, scale: Callable[[int, int], int], figure
) -> None:
    whole = specimen.path.read_bytes()
    database = specimen.archive.database_path.read_bytes()
    good = 0
    places = spread(range(len(whole)), scale(2, 20))
    for number, end in enumerate(places):
        copy = Archive.create(tmp_path / str(number))
        (copy.warc_dir / specimen.path.name).write_bytes(whole[:end])
        copy.database_path.write_bytes(database)
        codes = [wencun(verb, "--data", copy.root).code for verb in ("verify", "repair", "verify")]
        good += codes == [5, 0, 0]
    figure(f"cuts that end as verify 5, repair 0, verify 0, of {len(places)}", asked=len(places), seen=good)
    assert good == len(places)
