"""`wencun ingest`: what saved pages give, what bad ones answer, and that nothing is taken twice."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from relations import relations
from saved_pages import csdn_page, rendering, url_of

from crawler.cli import main
from pipelines.content_coding import MAX_PAGE_BYTES
from pipelines.database import connect_reading
from pipelines.warc import WarcWriter, read_records
from pipelines.warc.record import Record

TIME = "2024-05-11T01:02:03Z"
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive"


def ingest(data: Path, *arguments: object):
    return CliRunner().invoke(main, ["ingest", *map(str, arguments), "--data", str(data)])


def ask(data: Path, sql: str) -> list:
    with closing(connect_reading(data / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def state(data: Path):
    """Everything that ingesting could change."""
    with closing(connect_reading(data / "archive.db")) as connection:
        return (
            relations(connection),
            connection.execute("SELECT * FROM runs").fetchall(),
            sorted((path.name, path.read_bytes()) for path in (data / "warc").iterdir()),
            (data / "journal.jsonl").read_bytes(),
        )


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def warc_of(folder: Path, *records: Record) -> Path:
    writer = WarcWriter(folder)
    for record in records:
        writer.write(record)
    writer.close()
    (path,) = folder.glob("*.warc.gz")
    return path


def response(
    number: int, *, body: bytes | None = None, status: str = "200 OK", url: str | None = None, **headers: str
):
    return Record(
        type="response",
        url=url or url_of(number),
        date=datetime(2024, 5, 11, 1, 2, 3, tzinfo=UTC),
        record_id=f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        content_type="application/http; msgtype=response",
        body=csdn_page(number) if body is None else body,
        status_line=status,
        http_headers=tuple({"Content-Type": "text/html; charset=utf-8", **headers}.items()),
    )


# -- what a page gives -------------------------------------------------------------------------------------


def test_a_rendering_gives_its_question_its_answers_and_its_lists(data):
    result = ingest(data, write(Path("page.txt"), rendering()))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert ask(data, "SELECT title, question, question_date, published_at, imported_at FROM articles") == [
        ("2024-05-01 问AI:什么是步长", "什么是步长", "2024-05-01", None, "2024-05-12T01:02:01Z")
    ]
    assert ask(data, "SELECT model, text FROM answers ORDER BY position") == [
        ("wenxin-yiyan", "它决定每一步走多远。"),
        ("doubao", "步子太大会跨过谷底。"),
    ]
    assert ask(
        data, "SELECT list, count(*), min(read_count) FROM sidebar_items GROUP BY list ORDER BY list"
    ) == [
        ("popular", 4, 11),
        ("related", 4, 11),
    ]


def test_a_saved_page_is_a_resource_record_that_says_where_it_came_from(data):
    body = csdn_page()
    ingest(data, write(Path("page.html"), body), "--captured-at", "2024-05-11T09:02:03+08:00")
    (path,) = (data / "warc").iterdir()
    _, read = read_records(path)
    assert (read.record.type, read.record.body) == ("resource", body)
    assert read.record.url == f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
    assert read.record.headers == {"X-Wencun-Source": "ingest", "X-Wencun-Captured-At": TIME}
    assert abs((datetime.now(UTC) - read.record.date).total_seconds()) < 60
    assert ask(data, "SELECT captured_at, captured_at_source, media_type FROM captures") == [
        (TIME, "given", "text/html")
    ]


def test_a_page_of_unknown_time_has_none(data):
    ingest(data, write(Path("page.html"), csdn_page()), "--url", url_of(1))
    assert ask(data, "SELECT captured_at, captured_at_source, run_id FROM captures") == [(None, None, 1)]
    assert ask(data, "SELECT url, key, captured_at FROM articles JOIN captures USING (url)") == [
        (url_of(1), "csdn:1", None)
    ]


def test_a_page_may_name_its_own_url_where_none_is_given(data):
    ingest(data, write(Path("page.html"), csdn_page(5, canonical=True)))
    assert ask(data, "SELECT url, key FROM articles") == [(url_of(5), "csdn:5")]


def test_nothing_is_scheduled(data):
    ingest(data, write(Path("page.html"), csdn_page()), "--url", url_of(1))
    assert ask(data, "SELECT state, due_at FROM pages WHERE due_at IS NOT NULL") == []


def test_a_folder_is_searched_and_its_pages_are_stored_in_their_order(data):
    for number in range(12):
        write(Path(f"folder/{number % 3}/page{number:02}.html"), csdn_page(number, canonical=True))
    write(Path("folder/0/notes.md"), "# not a saved page")
    write(Path("folder/0/zipped.html.gz"), gzip.compress(csdn_page(50, canonical=True)))
    write(Path("folder/3/text.txt"), rendering())
    assert ingest(data, "folder").exit_code == 0
    stored = [key for (key,) in ask(data, "SELECT key FROM articles ORDER BY id")]
    expected = [f"csdn:{n}" for n in (0, 3, 6, 9, 50, 1, 4, 7, 10, 2, 5, 8, 11)]
    assert [key for key in stored if key.startswith("csdn")] == expected
    assert len(stored) == len(expected) + 1


def test_a_packed_page_is_held_by_the_digest_of_its_file(data):
    packed = gzip.compress(csdn_page(), mtime=0)
    ingest(data, write(Path("page.html.gz"), packed))
    digest = hashlib.sha256(packed).hexdigest()
    assert ask(data, "SELECT url, payload_sha256, payload_bytes, outcome FROM captures") == [
        (f"urn:sha256:{digest}", digest, len(packed), "article")
    ]
    assert ask(data, "SELECT url FROM articles") == [(f"urn:sha256:{digest}",)]


def test_a_list_names_pages_beside_it_with_url_and_time(data):
    write(Path("lists/a.html"), csdn_page(1))
    write(Path("b.html"), csdn_page(2))
    lines = [
        {"path": "a.html", "url": url_of(1) + "?spm=1001", "captured_at": TIME},
        {"path": "b.html"},
        {"path": str(Path("b.html").absolute()), "url": None},
    ]
    listed = write(Path("lists/pages.jsonl"), "\n".join(json.dumps(line) for line in lines) + "\n\n")
    result = ingest(data, "--list", listed)
    assert result.exit_code == 0, result.stderr
    assert ask(data, "SELECT url, captured_at FROM captures ORDER BY id") == [
        (url_of(1), TIME),
        (f"urn:sha256:{hashlib.sha256(csdn_page(2)).hexdigest()}", None),
    ]


def test_the_summary_says_what_came_of_the_pages(data):
    write(Path("folder/a.html"), csdn_page(1))
    write(Path("folder/b.html"), csdn_page(2, title="2024-05-12 问AI:别的"))
    assert ingest(data, "folder").stderr == f"{data}: 2 articles\n"


# -- WARC files --------------------------------------------------------------------------------------------


def test_pages_of_a_warc_file_are_copied_with_their_own_date(data):
    path = warc_of(
        Path("other"),
        response(1),
        response(2, body=gzip.compress(csdn_page(2)), **{"Content-Encoding": "gzip"}),
    )
    assert ingest(data, path).exit_code == 0
    assert ask(
        data, "SELECT url, captured_at, captured_at_source, status, outcome FROM captures ORDER BY id"
    ) == [
        (url_of(1), TIME, "warc", 200, "article"),
        (url_of(2), TIME, "warc", 200, "article"),
    ]
    assert ask(data, "SELECT payload_sha256 FROM captures ORDER BY id") == [
        (hashlib.sha256(csdn_page(number)).hexdigest(),) for number in (1, 2)
    ]


def test_records_that_are_no_pages_are_passed_over_and_counted(data):
    path = warc_of(
        Path("other"),
        response(1),
        response(2, url="https://blog.csdn.net/robots.txt", body=b"User-agent: *"),
        response(3, **{"Content-Type": "image/png"}),
        response(4, status="304 Not Modified", body=b""),
        response(5, status="302 Found", body=b"", **{"Content-Type": "", "Location": "/"}),
        response(6, status="404 Not Found", body=b"gone"),
        response(7, url="ftp://example.org/"),
    )
    result = ingest(data, path)
    assert ask(data, "SELECT outcome FROM captures ORDER BY id") == [("article",), ("redirect",), ("gone",)]
    assert "5 records without a page" in result.stderr  # with the file's own head


def test_the_text_of_a_wet_file_is_a_rendering(data):
    record = Record(
        type="conversion",
        url="https://example.org/a/1",
        date=datetime(2024, 5, 11, 1, 2, 3, tzinfo=UTC),
        record_id="<urn:uuid:00000000-0000-4000-8000-000000000001>",
        content_type="text/plain",
        body=rendering().encode(),
    )
    path = warc_of(Path("other"), record)
    path = path.rename(path.with_name("crawl.warc.wet.gz"))
    assert ingest(data, path).exit_code == 0
    assert ask(data, "SELECT url, captured_at, captured_at_source, outcome FROM captures") == [
        ("https://example.org/a/1", TIME, "warc", "article")
    ]


def test_another_archives_files_keep_what_its_user_said(data):
    ingest(Path("one"), write(Path("page.html"), csdn_page()), "--url", url_of(1), "--captured-at", TIME)
    ingest(data, Path("one") / "warc")
    assert ask(data, "SELECT url, captured_at, captured_at_source FROM captures") == [
        (url_of(1), TIME, "given")
    ]


def test_a_torn_warc_file_gives_its_whole_records_and_a_failure_that_names_the_byte(data):
    path = warc_of(Path("other"), *(response(number) for number in range(1, 30)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-50])
    result = ingest(data, path)
    assert result.exit_code == 0  # one in thirty
    assert ask(data, "SELECT count(*) FROM captures") == [(28,)]
    ((error, message, capture),) = ask(data, "SELECT error, message, capture_id FROM failures")
    assert (error, capture) == ("Torn", None)
    assert str(path) in message and f"byte {len(whole) - 50}" in message
    assert message in result.stderr
    before = state(data)
    ingest(data, path)
    assert state(data) == before


# -- again -------------------------------------------------------------------------------------------------


def test_the_same_bytes_again_change_nothing(data):
    write(Path("folder/page.html"), csdn_page(1))
    write(Path("folder/text.txt"), rendering())
    write(Path("folder/empty.html"), b"")
    path = warc_of(Path("folder/other"), response(3), response(4, status="404 Not Found"))
    first = ingest(data, "folder")
    before = state(data)
    again = ingest(data, "folder", path)
    assert state(data) == before
    assert again.exit_code == first.exit_code
    assert "held already" in again.stderr


def test_the_same_bytes_with_the_same_url_and_time_change_nothing(data):
    page = write(Path("page.html"), csdn_page(1))
    ingest(data, page, "--url", url_of(1), "--captured-at", TIME)
    before = state(data)
    ingest(data, page, "--url", url_of(1).replace("https:", "http:"), "--captured-at", TIME)
    ingest(data, page, "--url", url_of(1))
    ingest(data, page)
    assert state(data) == before


def test_the_same_bytes_at_another_time_are_another_capture(data):
    page = write(Path("page.html"), csdn_page(1))
    ingest(data, page, "--url", url_of(1))
    ingest(data, page, "--captured-at", TIME)
    assert ask(data, "SELECT url, captured_at, outcome FROM captures ORDER BY id") == [
        (url_of(1), None, "article"),
        (url_of(1), TIME, "unchanged"),
    ]


def test_the_same_bytes_twice_in_one_run_are_one_capture(data):
    write(Path("folder/a.html"), csdn_page(1))
    write(Path("folder/b.html"), csdn_page(1))
    ingest(data, "folder")
    assert ask(data, "SELECT count(*) FROM captures") == [(1,)]


def test_a_page_given_again_with_its_url_takes_it_and_is_no_other_capture(data):
    page = write(Path("page.txt"), rendering())
    ingest(data, page)
    ((record, article_id),) = ask(data, "SELECT warc_record_id, article_id FROM captures")
    files = sorted(path.name for path in (data / "warc").iterdir())
    result = ingest(data, page, "--url", "https://example.org/a/1?spm=2")
    assert result.exit_code == 0
    assert "1 now with a URL" in result.stderr
    assert ask(data, "SELECT warc_record_id, url FROM captures") == [(record, "https://example.org/a/1")]
    ((key, url, new_id),) = ask(data, "SELECT key, url, id FROM articles")
    assert (url, new_id) == ("https://example.org/a/1", article_id)
    assert key == "sha256:" + hashlib.sha256(b"https://example.org/a/1").hexdigest()[:16]
    assert sorted(path.name for path in (data / "warc").iterdir()) == files
    (event,) = map(json.loads, (data / "journal.jsonl").read_text().splitlines())
    urn = f"urn:sha256:{hashlib.sha256(page.read_bytes()).hexdigest()}"
    assert (event["event"], event["urn"], event["url"]) == ("url", urn, "https://example.org/a/1")
    before = state(data)
    ingest(data, page, "--url", "https://example.org/a/1")
    ingest(data, page)
    assert state(data) == before


def test_a_page_and_its_url_may_come_in_one_list(data):
    write(Path("page.txt"), rendering())
    lines = [{"path": "page.txt"}, {"path": "page.txt", "url": "https://example.org/a/1"}]
    listed = write(Path("pages.jsonl"), "\n".join(map(json.dumps, lines)))
    ingest(data, "--list", listed)
    assert ask(data, "SELECT url FROM captures") == [("https://example.org/a/1",)]
    assert ask(data, "SELECT url FROM articles") == [("https://example.org/a/1",)]


# -- bad input ---------------------------------------------------------------------------------------------


def one_line(result) -> str:
    """The line about the page; the last one is the summary."""
    line, _summary = result.stderr.splitlines()
    return line


def test_an_empty_file_is_a_row_and_one_line(data):
    result = ingest(data, write(Path("empty.html"), b""))
    assert result.exit_code == 9
    assert "empty.html" in one_line(result) and "empty" in one_line(result)
    assert ask(data, "SELECT outcome, payload_bytes FROM captures") == [("failed", 0)]
    assert ask(data, "SELECT error FROM failures") == [("PageUnreadable",)]


@pytest.mark.parametrize("name", ["photo.html", "photo.bin", "photo.txt"])
def test_a_binary_file_is_a_row_and_one_line(data, name):
    result = ingest(data, write(Path(name), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9))
    assert result.exit_code == 9
    assert name in one_line(result)
    assert ask(data, "SELECT outcome FROM captures") == [("failed",)]


def test_a_truncated_gzip_is_a_row_and_names_the_byte(data):
    packed = gzip.compress(csdn_page())
    result = ingest(data, write(Path("page.html.gz"), packed[:-30]))
    assert result.exit_code == 9
    assert f"byte {len(packed) - 30}" in one_line(result)
    assert ask(data, "SELECT outcome, error FROM captures JOIN failures ON capture_id = captures.id") == [
        ("failed", "ContentUndecodable")
    ]


def test_a_page_of_40_mb_is_a_row_with_its_beginning_and_the_digest_of_it_all(data):
    body = csdn_page() + b"<!-- " + b"x" * (40 * 1024 * 1024) + b" -->"
    result = ingest(data, write(Path("huge.html"), body))
    assert result.exit_code == 9
    assert "8 MiB" in one_line(result)
    assert ask(data, "SELECT outcome, payload_sha256, payload_bytes FROM captures") == [
        ("failed", hashlib.sha256(body).hexdigest(), len(body))
    ]
    (path,) = (data / "warc").iterdir()
    record = list(read_records(path))[1].record
    assert (record.truncated, record.body) == ("length", body[:MAX_PAGE_BYTES])
    before = state(data)
    again = ingest(data, "huge.html")
    assert state(data) == before
    assert again.exit_code == 9
    assert "huge.html: held already, failed: " in one_line(again) and "8 MiB" in one_line(again)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "text.wet"])
def test_a_warc_file_without_a_record_is_a_row_and_one_line(data, name):
    empty = gzip.compress(b"") if name.endswith(".gz") else b""
    result = ingest(data, write(Path(name), empty))
    assert result.exit_code == 9
    assert one_line(result).startswith(f"{name}: it holds no record (byte 0); ")
    assert ask(data, "SELECT error FROM failures") == [("Torn",)]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_record_that_is_none_is_named_by_the_byte_where_it_begins(data, name):
    whole = gzip.decompress(warc_of(Path("source"), response(1)).read_bytes())
    pack = gzip.compress if name.endswith(".gz") else bytes
    result = ingest(data, write(Path(name), pack(whole + b"nonsense\r\n")))
    assert f"(byte {len(whole)})" in one_line(result)
    assert ask(data, "SELECT outcome FROM captures") == [("article",)]


def test_a_page_that_is_no_article_is_a_row_and_no_failure(data):
    pages = [
        write(Path("about.html"), "<html><body><p>关于我们</p></body></html>"),
        write(Path("a.html"), csdn_page()),
    ]
    result = ingest(data, *pages)
    assert result.exit_code == 0
    assert "about.html: not article" in one_line(result)
    assert ask(data, "SELECT outcome FROM captures ORDER BY id") == [("not_article",), ("article",)]


def test_nothing_but_pages_that_are_no_article_is_incomplete(data):
    assert ingest(data, write(Path("about.html"), "<html><body><p>关于我们</p></body></html>")).exit_code == 9


def test_more_than_one_failure_in_twenty_is_incomplete(data):
    for number in range(19):
        write(Path(f"folder/{number}.html"), csdn_page(number, canonical=True))
    write(Path("folder/x.html"), b"")
    assert ingest(data, "folder").exit_code == 0
    write(Path("folder/y.html"), b"\0" * 100)
    assert ingest(data, "folder").exit_code == 9


def test_a_file_that_may_not_be_read_is_a_row_and_the_rest_goes_on(data, monkeypatch):
    write(Path("folder/a.html"), csdn_page())
    locked = write(Path("folder/b.html"), csdn_page(2))
    real = Path.open

    def refuse(self, *arguments, **options):
        if self == locked:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = ingest(data, "folder")
    assert "b.html: Permission denied" in one_line(result)
    assert ask(data, "SELECT outcome FROM captures") == [("article",)]
    assert ask(data, "SELECT error FROM failures") == [("Unreadable",)]


def test_a_file_name_may_be_any_bytes(data):
    good = os.fsdecode("第一".encode("gb18030") + b".html")
    write(Path("folder") / good, csdn_page())
    write(Path("folder") / os.fsdecode(b"\xff\x1b[31m.html"), b"")
    write(Path("folder") / os.fsdecode(b"\xfe.warc.gz"), b"\x1f\x8b\x08")
    result = ingest(data, "folder")
    assert result.exit_code == 9
    assert "\\udcff [31m.html: failed" in result.stderr
    assert ask(data, "SELECT outcome FROM captures ORDER BY id") == [("article",), ("failed",)]
    assert ask(data, "SELECT error FROM failures ORDER BY id") == [("Torn",), ("PageUnreadable",)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.html"], 2, "missing.html"),
        (["--list", "missing.jsonl"], 2, "missing.jsonl"),
        ([], 2, "PATH"),
        (["page.html", "--colour"], 2, "--colour"),
        (["page.html", "--captured-at", "yesterday"], 2, "yesterday"),
        (["page.html", "--captured-at", ""], 2, "--captured-at"),
        (["page.html", "--captured-at", "2999-01-01"], 2, "no time in the past"),
        (["page.html", "--captured-at", "0001-01-01T00:00:00+08:00"], 2, "no time in the past"),
        (["crawl.warc", "--url", "https://example.org/"], 2, "WARC"),
        (["page.html", "other.html", "--url", "https://example.org/"], 2, "--list"),
        (["page.html", "--list", "list.jsonl"], 2, "--list"),
        (["page.html", "--url", "ftp://example.org/a"], 4, "ftp://example.org/a"),
        (["page.html", "--url", "example.org"], 4, "http"),
        (["page.html", "--url", "http://"], 4, "http"),
        (["folder", "--url", "https://example.org/"], 2, "--url"),
    ],
)
def test_a_command_that_makes_no_sense_is_one_line_and_stores_nothing(data, arguments, code, said):
    for path in ("page.html", "other.html", "folder/a.html", "folder/b.html", "crawl.warc"):
        write(Path(path), csdn_page())
    write(Path("list.jsonl"), "{}")
    result = ingest(data, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not data.exists()


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("{not json", 4, "not JSON"),
        ("[]", 4, "path"),
        ('{"url": "https://example.org/"}', 4, "path"),
        ('{"path": 5}', 4, "path"),
        ('{"path": ""}', 4, "path"),
        ('{"path": "page.html", "title": "x"}', 4, "title"),
        ('{"path": "page.html", "url": "file:///etc/passwd"}', 4, "file:///etc/passwd"),
        ('{"path": "page.html", "url": 5}', 4, "url"),
        ('{"path": "page.html", "captured_at": "soon"}', 4, "soon"),
        ('{"path": "missing.html"}', 2, "missing.html"),
        ("\xff", 4, "not JSON"),
        ("[" * 100_000, 4, "not JSON"),
    ],
)
def test_a_bad_list_line_is_named_and_nothing_is_stored(data, line, code, said):
    write(Path("page.html"), csdn_page())
    listed = write(Path("pages.jsonl"), b'{"path": "page.html"}\n' + line.encode("latin-1") + b"\n")
    result = ingest(data, "--list", listed)
    assert result.exit_code == code
    assert "pages.jsonl line 2" in result.stderr and said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not data.exists()


def test_a_folder_without_saved_pages_is_incomplete(data):
    write(Path("folder/notes.md"), "nothing")
    result = ingest(data, "folder")
    assert (result.exit_code, result.stderr) == (9, f"{data}: no saved pages found\n")


def test_a_database_that_is_not_ours_is_left_alone(data):
    import sqlite3

    data.mkdir()
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.commit()
    before = (data / "archive.db").read_bytes()
    result = ingest(data, write(Path("page.html"), csdn_page()))
    assert (result.exit_code, result.stderr.count("\n")) == (4, 1)
    assert (data / "archive.db").read_bytes() == before
    assert [path.name for path in data.iterdir()] == ["archive.db"]


def test_a_second_command_is_told_who_holds_the_lock(data):
    page = write(Path("page.html"), csdn_page())
    ingest(data, page)
    with (data / "archive.lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b"`wencun crawl` (process 4711)")
        file.flush()
        result = ingest(data, page)
    assert result.exit_code == 6
    assert "4711" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_command_that_is_told_to_end_keeps_what_it_stored_and_exits_11(data):
    for number in range(300):
        write(Path(f"folder/{number}.html"), csdn_page(number, canonical=True))
    command = [sys.executable, "-m", "crawler", "ingest", "folder", "--data", str(data)]
    root = Path(__file__).parent.parent
    running = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)})
    while sum(path.stat().st_size for path in data.glob("warc/*.open")) < 30_000:
        time.sleep(0.01)
    running.terminate()
    _, stderr = running.communicate()
    assert running.returncode == 11, stderr
    assert len(stderr.split(b"\n")) <= 3 and b"interrupted" in stderr
    assert not list((data / "warc").glob("*.open"))
    ((stored,),) = ask(data, "SELECT count(*) FROM articles")
    assert 0 < stored < 300
    assert ask(data, "SELECT outcome, exit_code FROM runs") == [("interrupted", 11)]


def test_a_full_disk_is_exit_3_and_what_was_stored_stays(data, monkeypatch):
    ingest(data, write(Path("a.html"), csdn_page(1)))
    before = state(data)
    monkeypatch.setattr(
        os, "pwrite", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    result = ingest(data, write(Path("b.html"), csdn_page(2)))
    monkeypatch.undo()
    assert result.exit_code == 3
    assert "No space left" in result.stderr
    assert state(data)[0] == before[0]


def test_the_entries_of_a_source_are_stored_with_their_counts(data):
    page = (FIXTURES / "sources" / "csdn_author_2018.html").read_bytes()
    result = ingest(data, write(Path("page.html"), page), "--url", "https://blog.csdn.net/shu_sheng")
    assert "page.html: author that names 3 articles" in result.stderr
    assert ask(data, "SELECT kind, state, reason FROM pages") == [("source", "source", None)]
    assert ask(data, "SELECT count(*) FROM failures") == [(0,)]
    assert ask(data, "SELECT list, list_scope, rank, title, read_count FROM sidebar_items ORDER BY rank") == [
        ("other", "author", 1, "用 Gradle 打包 jar 的三种写法", 22),
        ("other", "author", 2, "Groovy 读写 <xml> 文件", 12000),
        ("other", "author", 3, "同学写的推荐文章", 7),
    ]
    counts = "SELECT target_key, read_count, source FROM {} ORDER BY target_key"
    for view in ("read_counts", "latest_read_counts"):
        assert ask(data, counts.format(view)) == [
            ("csdn:87000001", 7, "other"),
            ("csdn:88000002", 12000, "other"),
            ("csdn:89000003", 22, "other"),
        ]
