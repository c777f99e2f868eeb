import json
from contextlib import closing

import pytest
from click.testing import CliRunner
from made_archives import answer, article, make_archive

from crawler.cli import main
from pipelines.database import connect_reading, connect_writing
from pipelines.standing import take_stock

NOW = "2026-03-01T12:00:00Z"


@pytest.fixture
def archive(tmp_path):
    return make_archive(
        tmp_path, article(1, answer("kimi", "Kimi", "甲"), answer(None, "某某", "乙")), article(2)
    )


def write(archive, *statements):
    with closing(connect_writing(archive.database_path)) as connection:
        for statement in statements:
            connection.execute(statement)


def add_run(archive, started_at, finished_at=None, exit_code=None, outcome=None):
    with closing(connect_writing(archive.database_path)) as connection:
        connection.execute(
            "INSERT INTO runs (command, started_at, finished_at, exit_code, outcome, counts, version)"
            " VALUES ('crawl', ?, ?, ?, ?, '{\"article\": 2, \"failed\": 0}', '0')",
            (started_at, finished_at, exit_code, outcome),
        )


def stock(archive, since="2026-02-22T12:00:00Z"):
    with closing(connect_reading(archive.database_path)) as connection:
        return take_stock(archive, connection, now=NOW, since=since)


def test_an_archive_that_holds_something_and_never_ran_is_ok(archive):
    assert stock(archive).headline == "OK: 2 articles, 2 due; no run yet"


def test_an_archive_that_holds_nothing_is_empty(tmp_path):
    assert stock(make_archive(tmp_path)).headline == "EMPTY: 0 articles, nothing due; no run yet"


@pytest.mark.parametrize(
    ("finished_at", "exit_code", "verdict"),
    [
        ("2026-03-01T11:59:30Z", 0, "OK: 2 articles, 2 due; last crawl done 2026-03-01T11:59:30Z"),
        (
            "2026-03-01T11:59:30Z",
            9,
            "INCOMPLETE: 2 articles, 2 due; last crawl done 2026-03-01T11:59:30Z (exit 9)",
        ),
        (
            "2026-03-01T11:59:30Z",
            10,
            "FAILED: 2 articles, 2 due; last crawl done 2026-03-01T11:59:30Z (exit 10)",
        ),
        (
            "2026-03-01T11:59:30Z",
            11,
            "INTERRUPTED: 2 articles, 2 due; last crawl done 2026-03-01T11:59:30Z (exit 11)",
        ),
        (None, None, "RUNNING: 2 articles, 2 due; crawl began 2026-03-01T11:59:00Z and has not ended"),
    ],
)
def test_the_verdict_is_that_of_the_last_run(archive, finished_at, exit_code, verdict):
    add_run(archive, "2026-02-01T00:00:00Z", "2026-02-01T00:01:00Z", 1, "failed")
    add_run(archive, "2026-03-01T11:59:00Z", finished_at, exit_code)
    assert stock(archive).headline == verdict


def test_failed_pages_are_told_in_the_first_line(archive):
    write(archive, "UPDATE pages SET state = 'failed', due_at = NULL WHERE url LIKE '%/1'")
    write(archive, "UPDATE pages SET due_at = NULL")
    assert stock(archive).headline == "OK: 2 articles, 1 page failed, nothing due; no run yet"


def test_a_run_that_no_longer_stirs_was_interrupted(archive):
    add_run(archive, "2026-03-01T11:00:00Z")
    assert stock(archive).verdict == "INTERRUPTED"


def test_what_is_due_now_is_told_from_what_is_due_later(archive):
    write(
        archive,
        "UPDATE pages SET due_at = '2026-03-01T11:00:00Z' WHERE url LIKE '%/1'",
        "UPDATE pages SET due_at = '2026-03-02T00:00:00Z' WHERE url LIKE '%/2'",
    )
    standing = stock(archive)
    assert (standing.due, standing.next_due_at) == (1, "2026-03-02T00:00:00Z")


def test_counts_are_those_of_the_archive(archive):
    standing = stock(archive)
    counts = (standing.articles, standing.answers, standing.models, standing.captures, standing.pages)
    assert counts == (2, 2, 1, 2, {"stored": 2})
    assert standing.warc_bytes == sum(path.stat().st_size for path in archive.warc_dir.iterdir())
    assert standing.database_bytes >= archive.database_path.stat().st_size


def test_only_failures_and_runs_of_late_are_told(archive):
    add_run(archive, "2026-02-01T00:00:00Z", "2026-02-01T00:01:00Z", 0)
    add_run(archive, "2026-02-28T00:00:00Z", "2026-02-28T00:01:00Z", 0)
    write(
        archive,
        "INSERT INTO failures (error, message, failed_at) VALUES"
        " ('Timeout', 'old', '2026-02-01T00:00:00Z'), ('Timeout', 'first', '2026-02-26T00:00:00Z'),"
        " ('Timeout', 'last', '2026-02-27T00:00:00Z'), ('Refused', 'once', '2026-02-27T00:00:00Z')",
    )
    standing = stock(archive)
    assert [(group.count, group.error, group.message) for group in standing.failures] == [
        (2, "Timeout", "last"),
        (1, "Refused", "once"),
    ]
    assert [run.started_at for run in standing.runs] == ["2026-02-28T00:00:00Z"]


def test_the_verdict_is_the_first_line(archive):
    result = CliRunner().invoke(main, ["status", "--data", str(archive.root)])
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("OK: 2 articles, ")
    assert f"archive   {archive.root}" in lines
    assert "holds     2 articles, 2 answers of 1 known model, 2 captures" in lines


def test_json_has_the_same_facts_under_fixed_keys(archive):
    result = CliRunner().invoke(
        main, ["status", "--data", str(archive.root), "--format", "json", "--since", "1d"]
    )
    record = json.loads(result.stdout)
    assert (record["verdict"], record["articles"], record["pages"], record["runs"]) == (
        "OK",
        2,
        {"stored": 2},
        [],
    )


def test_a_since_that_is_no_time_is_a_usage_error(archive):
    result = CliRunner().invoke(main, ["status", "--data", str(archive.root), "--since", "neulich"])
    assert result.exit_code == 2
    assert "neulich" in result.stderr
