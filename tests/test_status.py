import json
import time
from contextlib import closing

import pytest
from click.testing import CliRunner
from made_archives import answer, article, make_archive

from crawler.cli import main
from pipelines.database import connect_reading, connect_writing
from pipelines.ledger.times import later
from pipelines.schedule import Schedule
from pipelines.standing import Expected, take_stock

NOW = "2026-03-01T12:00:00Z"
CONTACT = Expected(contact="me")


@pytest.fixture(autouse=True)
def in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def expect(**schedule):
    return Expected(contact="me", schedule=Schedule.of(**schedule))


@pytest.fixture
def archive(tmp_path):
    return make_archive(
        tmp_path, article(1, answer("kimi", "Kimi", "甲"), answer(None, "某某", "乙")), article(2)
    )


def write(archive, *statements):
    with closing(connect_writing(archive.database_path)) as connection:
        for statement in statements:
            connection.execute(statement)


def add_run(archive, started_at, finished_at=None, exit_code=None, outcome=None, *, command="crawl"):
    with closing(connect_writing(archive.database_path)) as connection:
        connection.execute(
            "INSERT INTO runs (command, started_at, finished_at, exit_code, outcome, counts, version)"
            " VALUES (?, ?, ?, ?, ?, '{\"stored\": 2, \"failed\": 1}', '0')",
            (command, started_at, finished_at, exit_code, outcome),
        )


def stock(archive, since="2026-02-22T12:00:00Z", expected=CONTACT):
    with closing(connect_reading(archive.database_path)) as connection:
        return take_stock(archive, connection, now=NOW, since=since, expected=expected)


def test_an_archive_that_holds_something_and_never_ran_is_ok(archive):
    assert stock(archive).headline == "OK: 2 articles, 2 due; no run yet"


def test_an_archive_that_holds_nothing_is_empty(tmp_path):
    assert stock(make_archive(tmp_path)).headline == "EMPTY: 0 articles, nothing due; no run yet"


@pytest.mark.parametrize(
    ("finished_at", "exit_code", "verdict"),
    [
        ("2026-03-01T11:59:30Z", 0, "OK since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due"),
        ("2026-03-01T11:59:30Z", 9, "INCOMPLETE (exit 9) since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due"),
        ("2026-03-01T11:59:30Z", 10, "FAILED (exit 10) since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due"),
        (
            "2026-03-01T11:59:30Z",
            11,
            "INTERRUPTED (exit 11) since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due",
        ),
        ("2026-03-01T11:59:30Z", None, "INTERRUPTED since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due"),
        (None, None, "RUNNING since Sun 11:59: 1 run, 2 stored, 1 failed, 2 due"),
    ],
)
def test_the_verdict_is_that_of_the_last_run(archive, finished_at, exit_code, verdict):
    add_run(archive, "2026-02-01T00:00:00Z", "2026-02-01T00:01:00Z", 1, "failed")
    add_run(archive, "2026-03-01T11:59:00Z", finished_at, exit_code)
    assert stock(archive).headline == verdict


def test_the_first_line_counts_the_runs_that_ended_alike_of_late(archive):
    add_run(archive, "2026-02-01T03:00:00Z", "2026-02-01T03:01:00Z", 0)
    for day, code in ((23, 0), (24, 9), (25, 0), (26, 0), (27, 0)):
        add_run(archive, f"2026-02-{day}T03:00:00Z", f"2026-02-{day}T03:01:00Z", code)
    assert stock(archive).headline == "OK since Wed 03:00: 3 runs, 6 stored, 3 failed, 2 due"
    assert stock(archive, since="2026-02-28T00:00:00Z").headline.startswith("OK since Fri 03:00: 1 run,")


def test_the_first_line_says_when_the_next_run_begins(archive):
    add_run(archive, "2026-02-01T03:00:00Z", "2026-02-01T03:01:00Z", 0)
    weekly = expect(every="7d", at="Mon 04:30")
    assert stock(archive, expected=weekly).headline.endswith(", next Mon 04:30")
    write(archive, "UPDATE pages SET due_at = '2026-04-02T00:00:00Z'")
    assert stock(archive).headline.endswith(", next due 2026-04-02 00:00")


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
    assert lines[1].startswith("reminder  no contact is set")
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


# -- alarms ------------------------------------------------------------------------------------------------


def urgent(archive, expected=CONTACT):
    return {alarm.name: alarm for alarm in stock(archive, expected=expected).alarms if alarm.is_urgent}


def test_nothing_is_an_alarm_in_an_archive_that_is_well(archive):
    add_run(archive, "2026-02-28T12:30:00Z", "2026-02-28T12:31:00Z", 0)
    assert stock(archive, expected=expect(every="12h")).alarms == ()


def test_a_last_success_older_than_two_intervals_is_an_alarm(archive):
    add_run(archive, "2026-02-27T11:00:00Z", "2026-02-27T11:59:00Z", 14)
    add_run(archive, "2026-03-01T03:00:00Z", "2026-03-01T03:01:00Z", 9)
    standing = stock(archive, expected=expect(every="1d"))
    assert [alarm.name for alarm in standing.alarms] == ["no_success"]
    assert "2026-02-27T11:59:00Z" in standing.alarms[0].message
    assert standing.verdict == "ALARM"
    assert urgent(archive, expect(every="7d")) == {}
    assert urgent(archive) == {}  # nobody expects a run


def test_an_archive_in_which_no_run_ever_ended_well_is_one_too_after_two_intervals(archive):
    write(archive, "UPDATE pages SET discovered_at = '2026-02-28T00:00:00Z'")
    assert urgent(archive, expect(every="1d")) == {}
    assert "none ever did" in urgent(archive, expect(every="12h"))["no_success"].message


@pytest.mark.parametrize(("code", "is_alarm"), [(9, False), (11, False), (12, False), (16, True), (5, True)])
def test_a_last_run_that_the_next_one_does_not_make_good_is_an_alarm(archive, code, is_alarm):
    add_run(archive, "2026-03-01T03:00:00Z", "2026-03-01T03:01:00Z", code, "failed")
    assert set(urgent(archive)) == ({"last_run"} if is_alarm else set())


def test_a_host_in_trouble_for_long_is_an_alarm(archive):
    for host, reason, strikes in (("a", "blocked", 2), ("b", "failing", 8), ("c", "rate_limited", 99)):
        rest(archive, host, reason, strikes)
    assert urgent(archive) == {}
    rest(archive, "d", "blocked", 3)
    assert urgent(archive)["host_trouble"].subject == "d"


def rest(archive, host, reason, strikes):
    with closing(connect_writing(archive.database_path)) as connection:
        connection.execute(
            "INSERT INTO hosts (host, rests_until, rest_reason, strikes)"
            " VALUES (?, '2026-03-05T00:00:00Z', ?, ?)",
            (host, reason, strikes),
        )


def test_a_disk_at_its_floor_is_an_alarm(archive):
    full = Expected(contact="me", min_free=2**60)
    assert "disk_full_soon" not in urgent(archive)
    fetched(archive, days=range(20))
    alarm = urgent(archive, full)["disk_full_soon"]
    assert alarm.message.startswith("the disk is full: ")


def test_a_closed_warc_file_that_is_gone_is_an_alarm(archive):
    (path,) = archive.warc_dir.iterdir()
    write(archive, f"INSERT OR REPLACE INTO warc_files VALUES ('{path.name}', 1, '2026-03-01T00:00:00Z')")
    assert urgent(archive) == {}
    path.unlink()
    assert path.name in urgent(archive)["warc_missing"].message


def fetched(archive, days):
    """Have a page, which is due each day, fetched on each of so many days, with 1 GB in a WARC file each."""
    with closing(connect_writing(archive.database_path)) as connection:
        connection.row_factory = None
        connection.execute("UPDATE captures SET captured_at_source = 'given'")
        connection.execute("UPDATE pages SET due_at = NULL")
        connection.execute(
            "UPDATE pages SET due_at = ?, interval_s = 86400, every_s = 86400 WHERE id ="
            " (SELECT page_id FROM captures WHERE id = 1)",
            (NOW,),
        )
        names = [row[1] for row in connection.execute("PRAGMA table_info(captures)") if row[1] != "id"]
        for number, day in enumerate(days):
            at = f"2026-02-{day + 1:02}T12:00:00Z"
            values = {"captured_at": f"'{at}'", "captured_at_source": "'fetch'", "warc_bytes": "900000",
                      "warc_file": f"'{day}'", "warc_record_id": f"'again {number}'"}  # fmt: skip
            chosen = ", ".join(values.get(name, name) for name in names)
            connection.execute(
                f"INSERT INTO captures ({', '.join(names)}) SELECT {chosen} FROM captures WHERE id = 1"
            )
            connection.execute("INSERT INTO warc_files VALUES (?, 1000000000, ?)", (f"{day}", at))


def test_growth_is_what_the_ledger_plans_and_foretells_when_the_disk_is_full(archive):
    assert (stock(archive).disk.growth_bytes_per_day, stock(archive).disk.full_at) == (0, None)
    fetched(archive, days=range(28))
    standing = stock(archive, expected=Expected(min_free=0))
    database = archive.database_path.stat().st_size / standing.captures
    assert 1e9 < standing.disk.growth_bytes_per_day <= 1e9 + database
    days = standing.disk.free_bytes / standing.disk.growth_bytes_per_day
    assert standing.disk.full_at == (later(NOW, int(days * 86400)) if days < 3650 else None)
    almost = standing.disk.free_bytes - 10 * standing.disk.growth_bytes_per_day
    assert "about 2026-03-1" in urgent(archive, Expected(min_free=almost))["disk_full_soon"].message


def test_growth_falls_where_a_page_is_to_be_looked_at_less_often(archive):
    fetched(archive, days=range(28))
    daily = stock(archive).disk.growth_bytes_per_day
    write(archive, "UPDATE pages SET every_s = NULL, interval_s = 86400 * 20 WHERE due_at IS NOT NULL")
    assert stock(archive).disk.growth_bytes_per_day == pytest.approx(daily / 28, rel=0.01)
    write(archive, "UPDATE pages SET due_at = NULL")
    assert stock(archive).disk.growth_bytes_per_day == pytest.approx(daily, rel=0.1)


def test_an_import_that_ended_well_hides_no_crawl_that_failed(archive):
    add_run(archive, "2026-02-27T11:00:00Z", "2026-02-27T11:59:00Z", 16, "disk_floor")
    add_run(archive, "2026-02-28T11:00:00Z", "2026-02-28T11:59:00Z", 0, "done", command="ingest")
    standing = stock(archive)
    assert standing.headline.startswith("FAILED (exit 16) since ")
    assert "last_run" in {alarm.name for alarm in standing.alarms}
    add_run(archive, "2026-02-28T12:00:00Z", "2026-02-28T12:59:00Z", 5, "failed", command="reextract")
    assert stock(archive).headline.startswith("FAILED (exit 5) since ")
    add_run(archive, "2026-02-28T13:00:00Z", "2026-02-28T13:59:00Z", 0, "done")
    assert stock(archive).verdict != "FAILED"


def test_sources_are_foretold_to_be_looked_at_as_often_as_lately(archive):
    fetched(archive, days=range(0, 28, 4))
    every_fourth = stock(archive).disk.growth_bytes_per_day
    write(archive, "UPDATE pages SET kind = 'source', every_s = NULL WHERE due_at IS NOT NULL")
    assert stock(archive).disk.growth_bytes_per_day == pytest.approx(every_fourth / 4, rel=0.01)


def test_check_fails_on_an_alarm_and_tells_it_alone(archive):
    write(archive, "UPDATE pages SET discovered_at = '2999-01-01T00:00:00Z'")
    calm = CliRunner().invoke(main, ["status", "--check", "--data", str(archive.root)])
    assert (calm.exit_code, len(calm.stdout.splitlines())) == (0, 2)
    add_run(archive, "2026-02-27T11:00:00Z", "2026-02-27T11:59:00Z", 0)
    plain = CliRunner().invoke(main, ["status", "--data", str(archive.root)])
    assert (plain.exit_code, "\nalarm " in plain.stdout) == (0, False)
    alarmed = CliRunner().invoke(main, ["status", "--check", "--data", str(archive.root)])
    lines = alarmed.stdout.splitlines()
    assert (alarmed.exit_code, len(lines)) == (9, 3)
    assert lines[0].startswith("ALARM since 2026-02-27 11:00: 1 run, 2 stored, 1 failed, next ")
    assert lines[1].startswith("alarm     no run has ended well within two intervals of 1d")
    told = CliRunner().invoke(main, ["status", "--check", "--format", "json", "--data", str(archive.root)])
    record = json.loads(told.stdout)
    assert (told.exit_code, record["headline"]) == (9, lines[0])
    assert [alarm["name"] for alarm in record["alarms"]] == ["no_success", "no_contact"]
    assert {"free_bytes", "floor_bytes", "growth_bytes_per_day", "full_at"} == set(record["disk"])
