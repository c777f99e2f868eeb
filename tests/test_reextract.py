"""`wencun reextract`: the same relations from the WARC files and the journal alone."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from relations import relations
from saved_pages import csdn_page, rendering, url_of

from crawler.cli import main
from crawler.extract import EXTRACTOR_VERSION
from pipelines import process
from pipelines.archive import Archive
from pipelines.database import connect_reading, connect_writing
from pipelines.journal import Journal
from pipelines.recovery import writing
from pipelines.replay import captured_of, work_of
from pipelines.warc import WarcWriter, find_file, read_at

TIME = "2024-05-11T01:02:03Z"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch) -> Archive:
    monkeypatch.chdir(tmp_path)
    return Archive(tmp_path / "archive")


def run(archive: Archive, verb: str, *arguments: object):
    result = CliRunner().invoke(main, [verb, *map(str, arguments), "--data", str(archive.root)])
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    return result


def snapshot(archive: Archive):
    with closing(connect_reading(archive.database_path)) as connection:
        return relations(connection)


def ask(archive: Archive, sql: str) -> list:
    with closing(connect_reading(archive.database_path)) as connection:
        return connection.execute(sql).fetchall()


def fetch_all(archive: Archive) -> None:
    """What a crawl stores: plain, gzipped and GBK pages, a redirect, a missing, a broken and a torn page."""
    html = ("Content-Type", "text/html")
    exchanges = [
        (url_of(1), 200, [html], csdn_page(1), None),
        (url_of(2), 200, [html, ("Content-Encoding", "gzip")], gzip.compress(csdn_page(2)), None),
        (url_of(3), 200, [html], csdn_page(3, charset="gb18030"), None),
        (url_of(4).replace("https", "http"), 301, [html, ("Location", url_of(4))], b"", None),
        (url_of(4), 200, [html], csdn_page(4), None),
        (url_of(5), 404, [html], b"gone", None),
        (url_of(6), 500, [html], b"oops", None),
        (url_of(7), 200, [html], csdn_page(7)[:900], "disconnect"),
        (url_of(8), 200, [html, ("Content-Encoding", "gzip")], gzip.compress(csdn_page(8))[:-9], None),
        (url_of(9), 200, [html, ("X-Robots-Tag", "noarchive")], b"<p>nothing", None),
        (url_of(1), 200, [html], csdn_page(1, said={"文心一言": "另一个回答。", "豆包": "也变了。"}), None),
        ("https://blog.csdn.net/robots.txt", 200, [], b"User-agent: *", None),
    ]
    with writing(archive, "crawl") as work:
        warc = WarcWriter(archive.warc_dir)
        work.writer.attach_warc(warc)
        for url, status, headers, body, truncated in exchanges:
            reference = warc.write_response(
                url=url, status=status, headers=headers, body=body, truncated=truncated
            )
            record = read_at(find_file(archive.warc_dir, reference.file), reference.offset).record
            if not url.endswith("robots.txt"):
                job = work_of(record)
                done = work.pool.run(job).result() if isinstance(job, process.Job) else job
                work.writer.put(captured_of(record, reference, done)).result()


def fill(archive: Archive) -> None:
    Archive.create(archive.root)
    event = {"at": TIME, "event": "seed", "url": url_of(1)}
    Journal(archive.journal_path).append(event)
    fetch_all(archive)
    for name, content in {
        "a.html": csdn_page(20, canonical=True),
        "b.txt": rendering(1).encode(),
        "c.html.gz": gzip.compress(csdn_page(21, title="2024-05-13 问AI:别的")),
        "d.html": b"",
        "e.txt": rendering(2).encode(),
    }.items():
        Path(name).write_bytes(content)
    run(archive, "ingest", "a.html", "b.txt", "c.html.gz", "d.html")
    run(archive, "ingest", "e.txt", "--captured-at", TIME)
    run(archive, "ingest", "b.txt", "--url", "https://example.org/a/1")


def lose_database(archive: Archive) -> None:
    for path in archive.root.glob("archive.db*"):
        path.unlink()


def test_a_lost_database_is_made_anew_with_equal_relations(archive):
    fill(archive)
    before = snapshot(archive)
    outcomes = {outcome for (outcome,) in ask(archive, "SELECT outcome FROM captures")}
    assert outcomes == {"article", "redirect", "gone", "failed", "not_article"}
    lose_database(archive)
    result = run(archive, "reextract")
    assert result.exit_code == 0, result.stderr
    assert snapshot(archive) == before


def test_any_command_that_writes_makes_a_lost_database_good_too(archive):
    fill(archive)
    before = snapshot(archive)
    lose_database(archive)
    run(archive, "ingest", "a.html")
    assert snapshot(archive) == before


def test_everything_again_changes_nothing(archive):
    fill(archive)
    before = snapshot(archive)
    result = run(archive, "reextract", "--all")
    assert "left alone" not in result.stderr
    assert snapshot(archive) == before


def test_what_todays_extractor_made_is_left_alone(archive):
    fill(archive)
    count = len(ask(archive, "SELECT id FROM captures"))
    assert f"{count} left alone" in run(archive, "reextract").stderr


def outdate(archive: Archive, where: str) -> int:
    with closing(connect_writing(archive.database_path)) as connection:
        return connection.execute(f"UPDATE captures SET extractor_version = '0' WHERE {where}").rowcount


def test_what_an_older_extractor_made_is_made_again(archive):
    fill(archive)
    before = snapshot(archive)
    assert outdate(archive, "outcome = 'article'") > 3
    run(archive, "reextract")
    assert snapshot(archive) == before


def test_a_site_is_made_again_alone(archive):
    fill(archive)
    outdate(archive, "1")
    run(archive, "reextract", "--site", "csdn")
    rows = ask(
        archive,
        "SELECT DISTINCT p.site, c.extractor_version FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
        " WHERE p.site IS NOT NULL ORDER BY 1, 2",
    )
    assert rows == [("aggregator", "0"), ("csdn", EXTRACTOR_VERSION)]


def test_a_lost_database_is_made_anew_whole_also_where_a_site_is_named(archive):
    fill(archive)
    before = snapshot(archive)
    lose_database(archive)
    run(archive, "reextract", "--site", "csdn")
    assert snapshot(archive) == before


def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(archive):
    fill(archive)
    before = snapshot(archive)
    lose_database(archive)
    result = run(archive, "reextract", "--max-time", "0s")
    assert (result.exit_code, "another time" in result.stderr) == (0, True)
    assert ask(archive, "SELECT count(*) FROM captures") == [(0,)]
    assert ask(archive, "SELECT command, arguments, outcome, exit_code FROM runs") == [
        ("reextract", '["--max-time=0s"]', "limit", 0)
    ]
    run(archive, "reextract")
    assert snapshot(archive) == before


def test_a_damaged_file_is_exit_5_and_the_others_are_read(archive):
    fill(archive)
    lose_database(archive)
    first = max(archive.warc_dir.glob("*.gz"), key=lambda path: path.stat().st_size)
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(data)
    result = run(archive, "reextract")
    assert result.exit_code == 5
    assert first.name in result.stderr
    assert ("https://example.org/a/1",) in ask(archive, "SELECT url FROM articles")


def test_a_directory_that_is_no_archive_is_one_line_and_exit_4(archive):
    result = run(archive, "reextract")
    assert (result.exit_code, result.stderr) == (4, f"wencun: no archive in {archive.root}; use --data\n")


def test_init_makes_an_archive_with_settings_that_are_valid(archive):
    result = run(archive, "init")
    assert str(archive.root) in result.stdout
    assert archive.settings_path.read_text().startswith("# Settings of this archive.")
    archive.settings_path.write_text("# mine")
    run(archive, "init")
    assert archive.settings_path.read_text() == "# mine"


def test_reextract_logs_events(archive):
    fill(archive)
    event = json.loads(run(archive, "reextract", "--log", "json").stderr.splitlines()[-1])
    assert event["event"] == "run_summary"
    assert event["skipped"] > 0


def rewrite(archive: Archive, sql: str) -> None:
    with closing(connect_writing(archive.database_path)) as connection:
        assert connection.execute(sql).rowcount > 0


def preview(archive: Archive, *arguments: str):
    result = run(archive, "reextract", "--dry-run", *arguments)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_a_dry_run_shows_each_field_that_would_change_with_counts_and_samples_and_writes_nothing(archive):
    fill(archive)
    rewrite(archive, "UPDATE article_facts SET author = '别人', tags = '[\"旧\"]' WHERE site = 'csdn'")
    rewrite(archive, "UPDATE content_answers SET model = NULL WHERE label LIKE '豆包%'")
    rewrite(archive, "UPDATE captures SET outcome = 'not_article' WHERE outcome = 'gone'")
    before = snapshot(archive)
    rows, said = preview(archive, "--all")
    captures = ask(archive, "SELECT count(*) FROM captures")[0][0]
    of_csdn = (
        "SELECT count(*) FROM captures c JOIN article_facts f ON f.id = c.facts_id WHERE f.site = 'csdn'"
    )
    assert {row["field"]: row["captures"] for row in rows}["author"] == ask(archive, of_csdn)[0][0] > 3
    assert {row["field"] for row in rows} == {"author", "tags", "answers.model", "outcome"}
    assert [(row["before"], row["after"]) for row in rows if row["field"] == "author"] == [
        ("别人", "某某")
    ] * 3
    assert [(row["before"], row["after"]) for row in rows if row["field"] == "outcome"] == [
        ("not_article", "gone")
    ]
    assert f"{captures} captures looked at" in said
    assert "nothing was written" in said
    assert snapshot(archive) == before


def test_a_dry_run_of_todays_extractor_shows_nothing(archive):
    fill(archive)
    assert preview(archive, "--all")[0] == []
    rows, said = preview(archive)
    assert rows == []
    assert "0 captures looked at, 0 would change" in said


def test_a_dry_run_names_records_that_are_not_stored_yet(archive):
    fill(archive)
    rewrite(archive, "DELETE FROM captures WHERE outcome = 'gone'")
    rows, _ = preview(archive)
    assert [(row["field"], row["url"], row["after"]) for row in rows] == [("capture", url_of(5), "gone")]


def test_a_long_text_is_shown_from_just_before_where_it_differs(archive):
    fill(archive)
    rewrite(archive, "UPDATE contents SET text = text || '尾巴', content_sha256 = hex(randomblob(8))")
    rows, _ = preview(archive, "--all")
    row = next(row for row in rows if row["field"] == "text")
    assert row["before"].endswith("尾巴")
    assert row["before"].removesuffix("尾巴") == row["after"]


def test_the_format_belongs_to_a_dry_run(archive):
    fill(archive)
    assert run(archive, "reextract", "--format", "json").exit_code == 2
    assert (
        run(archive, "reextract", "--dry-run", "--format", "csv").stdout
        == "field,captures,capture,url,before,after\n"
    )
