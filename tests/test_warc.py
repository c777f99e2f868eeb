"""WARC files: what is written, what of a torn file is found again, what others read of it."""

from __future__ import annotations

import errno
import gzip
import itertools
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warc_files import check_with_warcio
from warcio.archiveiterator import ArchiveIterator

from crawler import __version__
from pipelines.warc import WarcWriter, find_file, read_at, read_members, read_records
from pipelines.warc.read import Torn, read_foreign

NOON = datetime(2026, 11, 22, 10, 11, 12, 345678, tzinfo=UTC)
PAGE = "<html><h1>学习率</h1></html>".encode("gb18030")
URL = "https://example.org/article/1?a=b"


def writer_in(folder: Path, **options: int) -> WarcWriter:
    numbers = itertools.count(1)
    return WarcWriter(
        folder, clock=lambda: NOON, new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012}", **options
    )


def write_exchange(writer: WarcWriter, *, url: str = URL, body: bytes = PAGE):
    return writer.write_response(
        url=url,
        status=200,
        headers=[
            ("Content-Type", "text/html"),
            ("Set-Cookie", "sid=s3cret"),
            ("Transfer-Encoding", "chunked"),
        ],
        body=body,
        request_headers=[("Host", "example.org"), ("Authorization", "Basic s3cret")],
    )


def finished(folder: Path) -> Path:
    (path,) = folder.glob("*.warc.gz")
    return path


def test_a_file_holds_exactly_these_bytes(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    writer.close()
    path = finished(tmp_path)
    assert path.name.startswith("wencun-20261122T101112345678Z-") and path.name.endswith("-00000.warc.gz")
    info, response, request = (member.data.decode("latin-1") for member in read_members(path))
    fields = (
        f"software: wencun/{__version__}\r\n"
        "format: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
        "description: HTTP bodies are stored after transfer decoding and before content decoding; HTTP heads "
        "are rebuilt without Transfer-Encoding; the values of Cookie, Set-Cookie, Authorization and "
        "Proxy-* headers are redacted\r\n"
    )
    assert info.startswith(
        "WARC/1.1\r\n"
        "WARC-Type: warcinfo\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000003>\r\n"
        "WARC-Date: 2026-11-22T10:11:12.345678Z\r\n"
        f"WARC-Filename: {path.name}\r\n"
    )
    assert info.endswith(f"Content-Length: {len(fields)}\r\n\r\n{fields}\r\n\r\n")
    assert response == (
        "WARC/1.1\r\n"
        "WARC-Type: response\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        "WARC-Target-URI: https://example.org/article/1?a=b\r\n"
        "WARC-Date: 2026-11-22T10:11:12.345678Z\r\n"
        "WARC-Payload-Digest: sha1:FBQAS3TIN4COMPXNVL7QCQVHNTVN23LP\r\n"
        "WARC-Block-Digest: sha1:QCAF3ILBV7LFRUW5OGOGD7KBKBTRRABN\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        "Content-Length: 96\r\n"
        "\r\n"
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: text/html\r\n"
        "Set-Cookie: (redacted)\r\n"
        "\r\n" + PAGE.decode("latin-1") + "\r\n\r\n"
    )
    assert "WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n" in request
    assert request.endswith(
        "Content-Length: 77\r\n"
        "\r\n"
        "GET /article/1?a=b HTTP/1.1\r\n"
        "Host: example.org\r\n"
        "Authorization: (redacted)\r\n"
        "\r\n\r\n\r\n"
    )


def test_no_secret_reaches_the_file(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    writer.close()
    assert b"s3cret" not in gzip.decompress(finished(tmp_path).read_bytes())


def test_a_file_is_open_by_name_until_it_is_closed(tmp_path):
    writer = writer_in(tmp_path)
    reference = write_exchange(writer)
    assert [path.name for path in tmp_path.iterdir()] == [reference.file + ".open"]
    assert find_file(tmp_path, reference.file).name == reference.file + ".open"
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [reference.file]
    assert find_file(tmp_path, reference.file).name == reference.file


def test_a_run_that_writes_nothing_leaves_no_file(tmp_path):
    writer_in(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_after_closing_a_record_goes_to_a_new_file(tmp_path):
    writer = writer_in(tmp_path)
    first = write_exchange(writer)
    writer.close()
    bytes_then = (tmp_path / first.file).read_bytes()
    second = write_exchange(writer)
    writer.close()
    assert first.file != second.file
    assert (tmp_path / first.file).read_bytes() == bytes_then


def test_a_full_file_is_finished_and_the_next_begun(tmp_path):
    writer = writer_in(tmp_path, rollover_bytes=2000)
    files = [write_exchange(writer).file for _ in range(4)]
    writer.close()
    assert sorted(set(files)) == sorted(path.name for path in tmp_path.iterdir())
    assert len(set(files)) > 1


def test_files_of_runs_that_begin_within_one_second_are_named_in_that_order(tmp_path):
    files = []
    for run in range(20):
        moment = NOON + timedelta(microseconds=run)
        writer = WarcWriter(tmp_path, clock=lambda at=moment: at)
        files.append(write_exchange(writer).file)
        writer.close()
    assert sorted(files) == files


def test_what_was_written_is_read_back(tmp_path):
    writer = writer_in(tmp_path)
    page = write_exchange(writer)
    saved = writer.write_resource(
        url="urn:sha256:00",
        body=PAGE,
        content_type="text/html",
        headers={"X-Wencun-Source": "ingest"},
        truncated="length",
    )
    writer.close()
    path = finished(tmp_path)
    reads = {read.reference: read.record for read in read_records(path)}
    assert reads[page].body == PAGE
    assert (reads[page].status, reads[page].http_header("content-type")) == (200, "text/html")
    assert reads[page].date == NOON
    assert page.recorded_at == "2026-11-22T10:11:12Z"
    assert reads[saved].headers == {"X-Wencun-Source": "ingest"}
    assert reads[saved].truncated == "length"
    assert read_at(path, saved.offset).record == reads[saved]
    assert read_at(path, saved.offset).reference == saved
    assert next(read_records(path, saved.offset)).reference == saved


def test_warcio_reads_and_checks_what_we_write(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    writer.write_resource(url="urn:sha256:00", body=PAGE, content_type="text/html", headers={})
    writer.close()
    path = finished(tmp_path)
    assert check_with_warcio(path) == 0
    with path.open("rb") as file:
        types = [record.rec_type for record in ArchiveIterator(file)]
    assert types == ["warcinfo", "response", "request", "resource"]


def test_fastwarc_reads_what_we_write(tmp_path):
    fastwarc = pytest.importorskip("fastwarc.warc")
    writer = writer_in(tmp_path)
    write_exchange(writer)
    writer.close()
    with finished(tmp_path).open("rb") as file:
        bodies = [record.reader.read() for record in fastwarc.ArchiveIterator(file)]
    assert bodies[1] == PAGE


def test_a_cut_at_any_byte_of_the_last_record_is_found(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    last = writer.write_resource(url="urn:sha256:00", body=PAGE, content_type="text/html", headers={})
    writer.close()
    whole = finished(tmp_path).read_bytes()
    cut = tmp_path / "cut.warc.gz"
    for end in range(last.offset + 1, len(whole)):
        cut.write_bytes(whole[:end])
        with pytest.raises(Torn) as torn:
            list(read_members(cut))
        assert torn.value.offset == last.offset
    cut.write_bytes(whole[: last.offset])
    assert len(list(read_members(cut))) == 3


def test_a_flipped_bit_anywhere_in_a_record_is_found_or_changes_nothing(tmp_path):
    writer = writer_in(tmp_path)
    reference = write_exchange(writer)
    writer.close()
    whole = finished(tmp_path).read_bytes()
    intact = read_at(finished(tmp_path), reference.offset).record
    flipped = tmp_path / "flipped.warc.gz"
    for position in range(reference.offset, reference.offset + reference.bytes):
        flipped.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        try:
            assert read_at(flipped, reference.offset).record == intact
        except Torn:
            continue


def test_a_write_that_fails_midway_is_taken_back(tmp_path, monkeypatch):
    writer = writer_in(tmp_path)
    first = write_exchange(writer)
    real, calls = os.pwrite, itertools.count()

    def full_disk(descriptor: int, data: bytes, offset: int) -> int:
        if next(calls) == 0:
            return real(descriptor, data[:100], offset)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_exchange(writer)
    monkeypatch.undo()
    second = write_exchange(writer)
    writer.close()
    reads = [read.reference for read in read_records(finished(tmp_path))]
    assert [reads[1], reads[3]] == [first, second]


def test_a_file_stands_at_its_first_record_that_is_not_stored(tmp_path):
    writer = writer_in(tmp_path)
    first, second, third = (write_exchange(writer, url=f"https://example.org/{n}") for n in range(3))
    assert [standing.committed_bytes for standing in writer.settle([])] == [first.offset]
    assert [standing.committed_bytes for standing in writer.settle([second])] == [first.offset]
    assert [standing.committed_bytes for standing in writer.settle([first])] == [third.offset]
    writer.close()
    (standing,) = writer.settle([third])
    assert standing.is_closed
    assert standing.committed_bytes == finished(tmp_path).stat().st_size
    assert writer.settle([]) == []


def test_robots_txt_waits_for_nobody(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer, url="https://example.org/robots.txt")
    (standing,) = writer.settle([])
    writer.close()
    assert standing.committed_bytes == finished(tmp_path).stat().st_size


def test_a_file_of_another_program_in_one_gzip_member_is_read(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    write_exchange(writer)
    writer.close()
    members = [member.data for member in read_members(finished(tmp_path))]
    foreign = tmp_path / "foreign.warc.gz"
    foreign.write_bytes(gzip.compress(b"".join(members)))
    types = [record.type for record in read_foreign(foreign, 1000)]
    assert types == ["warcinfo", "response", "request", "response", "request"]
    plain = tmp_path / "foreign.warc"
    plain.write_bytes(b"".join(members))
    assert [record.type for record in read_foreign(plain, 1000)] == types


def test_a_torn_file_of_another_program_gives_its_whole_records(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer)
    writer.close()
    whole = finished(tmp_path).read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(whole[:-20])
    records = []
    with pytest.raises(Torn, match=str(len(whole) - 20)):
        records.extend(iter_into(records, read_foreign(cut, 1000)))
    assert [record.type for record in records] == ["warcinfo", "response"]


def iter_into(records, source):
    for record in source:
        records.append(record)
    return ()


def test_a_body_over_the_limit_is_cut_and_marked(tmp_path):
    writer = writer_in(tmp_path)
    write_exchange(writer, body=b"x" * 5000)
    write_exchange(writer, body=b"y" * 100)
    writer.close()
    pages = [record for record in read_foreign(finished(tmp_path), 1000) if record.type == "response"]
    assert (len(pages[0].body), pages[0].truncated) == (1000, "length")
    assert (len(pages[1].body), pages[1].truncated) == (100, None)


def test_chunks_and_heads_of_other_programs_are_taken_apart(tmp_path):
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://example.org/>\r\n"
        "WARC-Date: 2024-05-11T01:02:03Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    path = tmp_path / "foreign.warc"
    path.write_bytes(head.encode() + block + b"\r\n\r\n")
    (record,) = read_foreign(path, 1000)
    assert (record.url, record.body, record.status) == ("http://example.org/", b"abcde", 200)


def test_headers_of_other_letters_are_archived_and_secrets_in_odd_spellings_are_not(tmp_path: Path) -> None:
    headers = [
        ("X-Name", "\xe6\x96\x87; b\xff"),
        ("Content-Type", "text/html; charse\xbct=utf-8"),
        ("X-\xb7", "1"),
        ("SET-COOKIE ", "a=geheim"),
        ("Proxy-Authenticate", "geheim"),
        ("proxy-Session", "geheim"),
    ]
    writer = WarcWriter(tmp_path)
    writer.write_response(url="http://a.test/", status=200, headers=headers, body=PAGE)
    writer.close()
    (path,) = tmp_path.iterdir()
    read = next(each.record for each in read_records(path) if each.record.type == "response")
    assert read.http_headers[:3] == (
        ("X-Name", "%E6%96%87; b%FF"),
        ("Content-Type", "text/html; charse%BCt=utf-8"),
        ("X-%B7", "1"),
    )
    assert b"geheim" not in gzip.decompress(path.read_bytes())
