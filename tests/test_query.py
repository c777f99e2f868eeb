import io
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from made_archives import PEAK, answer, article, make_archive
from rich.cells import cell_len
from rich.console import Console

from crawler.cli import main, tables
from pipelines.archive import Archive

WENCUN = [sys.executable, "-c", "from crawler.cli import main; main()"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = article(1, answer("kimi", "Kimi", "一个超参数。"), answer("doubao", "豆包", "步长。"))
    return make_archive(tmp_path_factory.mktemp("query") / "data", made)


def query(archive, *arguments, **more):
    return CliRunner().invoke(main, ["query", *arguments, "--data", str(archive.root)], **more)


def result_of(archive, *arguments):
    result = query(archive, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes.decode()


def test_a_pipe_gets_json_lines(archive):
    lines = result_of(archive, "SELECT model, char_count FROM answers ORDER BY position").splitlines()
    assert lines == ['{"model": "kimi", "char_count": 6}', '{"model": "doubao", "char_count": 3}']


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--nl", '{"a": "豆,包", "b": null, "c": "[1]"}\n'),
        ("--csv", 'a,b,c\n"豆,包",,[1]\n'),
        ("--tsv", "a\tb\tc\n豆,包\t\t[1]\n"),
        ("--format=json", '[{"a": "豆,包", "b": null, "c": "[1]"}]\n'),
        ("--format=csv", 'a,b,c\n"豆,包",,[1]\n'),
    ],
)
def test_a_format_is_chosen_by_name_or_by_the_short_options(archive, option, expected):
    assert result_of(archive, "SELECT '豆,包' AS a, NULL AS b, json_array(1) AS c", option) == expected


def test_a_result_without_rows_is_a_valid_document_of_its_format(archive):
    nothing = "SELECT 1 AS a WHERE 0"
    assert result_of(archive, nothing, "--format=json") == "[]\n"
    assert result_of(archive, nothing, "--csv") == "a\n"
    assert result_of(archive, nothing) == ""


def test_what_json_cannot_hold_is_written_so_that_it_can_be_read(archive):
    line = result_of(archive, "SELECT x'00ff' AS a, 9e999 AS b, 1 AS c, 2 AS c, 9007199254740993 AS d")
    assert json.loads(line) == {"a": "00ff", "b": None, "c": 1, "c_2": 2, "d": 9007199254740993}


def test_a_table_in_a_pipe_is_as_wide_as_it_must_be(archive):
    long = "步" * 100
    lines = result_of(
        archive, f"SELECT '{long}' AS a, 7 AS b, '豆包' AS c UNION ALL SELECT 'x', 12345, 'y'", "-t"
    )
    assert long in lines
    rows = [line for line in lines.splitlines() if line.strip()]
    assert cell_len(rows[-1].rstrip()) == cell_len(rows[-2].rstrip()) - 3
    assert " 12345 " in lines


def test_a_table_shows_control_characters_and_sends_none(archive):
    shown = result_of(archive, "SELECT char(27) || '[31m豆' || char(10) || '包[/b]' AS a", "-t")
    assert "\x1b" not in shown
    assert "\ufffd[31m豆 包[/b]" in shown


def test_a_terminal_gets_a_table_and_lines_where_the_columns_are_too_many():
    many = [f"c{number}" for number in range(20)]
    for columns, expected in ((["a", "b"], "────"), (many, "── 1")):
        out = io.StringIO()
        console = Console(file=out, force_terminal=True, width=80, color_system=None)
        tables.write_table(console, columns, [["值"] * len(columns)])
        assert expected in out.getvalue()
        assert all(cell_len(line) <= 80 for line in out.getvalue().splitlines())


def test_beside_a_long_text_narrow_columns_of_a_table_are_shown_whole():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, color_system=None)
    rows = [["csdn:138712345", "wenxin-yiyan", "一段很长的回答。" * 40, 123456], ["", "kimi", "短", 7]]
    tables.write_table(console, ["key", "model", "text", "char_count"], rows)
    shown = out.getvalue()
    assert all(whole in shown for whole in ("csdn:138712345", "wenxin-yiyan", "char_count", "123456", "…"))
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= 80


def test_a_terminal_is_recognised(archive):
    leader, follower = pty.openpty()
    subprocess.run(
        [*WENCUN, "query", "SELECT '豆包' AS model", "--data", str(archive.root)], stdout=follower, check=True
    )
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert "model" in shown
    assert "豆包" in shown
    assert "{" not in shown


def test_sql_comes_from_a_file_or_from_stdin(archive, tmp_path):
    file = tmp_path / "count.sql"
    file.write_text("SELECT count(*) AS n FROM answers;\n", encoding="utf-8")
    assert result_of(archive, str(file)) == '{"n": 2}\n'
    assert query(archive, "-", input="SELECT 1 AS one").stdout == '{"one": 1}\n'


@pytest.mark.parametrize("sql", ["-- one\nSELECT :n AS a", "--one\n-- two\nSELECT :n AS a"])
def test_sql_may_begin_with_a_comment(archive, sql):
    assert result_of(archive, sql, "-p", "n", "-- a value") == '{"a": "-- a value"}\n'


def test_a_file_that_cannot_be_read_is_named(archive, tmp_path):
    result = query(archive, str(tmp_path / "none.sql"))
    assert result.exit_code == 2
    assert str(tmp_path / "none.sql") in result.stderr


def test_values_are_bound_by_name(archive):
    sql = "SELECT position FROM answers WHERE model = :m AND char_count > :n LIMIT :l"
    values = ("-p", "m", "doubao", "-p", "n", "2", "-p", "l", "5")
    assert result_of(archive, sql, *values) == '{"position": 2}\n'
    assert result_of(archive, "SELECT :a AS a, :b AS b", "-p", "a", "007", "-p", "b", "-1.5") == (
        '{"a": "007", "b": -1.5}\n'
    )
    result = query(archive, sql, "-p", "m", "doubao")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM pages",
        "UPDATE sqlite_master SET sql = ''",
        "WITH gone AS (SELECT 1) DELETE FROM pages",
        "UPDATE pages SET state = 'gone'",
        "INSERT INTO pages (url, host) VALUES ('a', '')",
        "INSERT INTO pages (url, host) VALUES ('a', '') RETURNING id",
        "REPLACE INTO models (id, name) VALUES ('a', 'a')",
        "CREATE TABLE a (b)",
        "CREATE TEMP TABLE a (b)",
        "CREATE TEMP VIEW a AS SELECT 1",
        "DROP VIEW articles",
        "ALTER TABLE pages RENAME TO p",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "VACUUM INTO '{other}'",
        "ATTACH '{other}' AS other",
        "DETACH main",
        "BEGIN IMMEDIATE",
        "SAVEPOINT a",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = 0",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1",
        "PRAGMA wal_checkpoint",
        "PRAGMA optimize",
        "SELECT * FROM pragma_user_version(7)",
        "SELECT load_extension('a')",
        "SELECT writefile('{other}', 'a')",
        "SELECT 1; DELETE FROM pages",
        "EXPLAIN DELETE FROM pages",
    ],
)
def test_sql_that_does_more_than_read_is_refused_and_changes_nothing(archive, tmp_path, sql):
    other = tmp_path / "other.db"
    before = archive.database_path.read_bytes()
    result = query(archive, sql.format(other=other))
    assert result.exit_code == 2
    assert result.stderr.startswith("wencun: query: ")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert archive.database_path.read_bytes() == before
    assert not other.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA table_info(pages)",
        "PRAGMA user_version",
        "PRAGMA quick_check",
        "SELECT name FROM pragma_table_info('pages')",
        "SELECT name FROM sqlite_schema",
        "EXPLAIN QUERY PLAN SELECT * FROM articles",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n",
        "VALUES (1), (2)",
        "SELECT value FROM json_each('[1]')",
        "SELECT 1 -- a remark; with a semicolon",
    ],
)
def test_every_way_of_reading_is_allowed(archive, sql):
    assert result_of(archive, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nix FROM articles", "no such column: nix"),
        ("SELECT json('{')", "malformed JSON"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("", "no SQL"),
        ("/* nothing */", "no SQL"),
        ("SELECT length(zeroblob(900000000))", "too big"),
        ("SELECT CAST(x'ff' AS TEXT)", "UTF-8"),
    ],
)
def test_wrong_sql_is_one_line_in_sqlites_words(archive, sql, words):
    result = query(archive, sql)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.startswith("wencun: query: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_query_without_end_runs_out_of_time(archive):
    begin = time.monotonic()
    result = query(
        archive,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "--timeout",
        "1",
    )
    assert result.exit_code == 15
    assert "--timeout" in result.stderr
    assert time.monotonic() - begin < 5


def test_the_time_limit_counts_for_a_query_that_gives_rows_too(archive):
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 3"
    result = query(archive, endless, "--timeout", "0.3", "--csv")
    assert result.exit_code == 15
    assert result.stdout.startswith("i\n1\n")


def test_an_interrupt_ends_a_query_in_the_middle_of_its_work(archive):
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 2"
    process = subprocess.Popen(
        [*WENCUN, "query", endless, "--csv", "--data", str(archive.root)],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"i\n"
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 11
    assert len(complaint.strip().splitlines()) == 1


def test_a_terminal_whose_encoding_lacks_a_character_gets_the_rest(archive):
    process = subprocess.run(
        [*WENCUN, "query", "SELECT '豆包🙂' AS a", "-t", "--data", str(archive.root)],
        env={**os.environ, "PYTHONIOENCODING": "gbk"},
        capture_output=True,
        check=True,
    )
    assert "豆包\\U0001f642" in process.stdout.decode("gbk")


def test_a_reader_that_hangs_up_ends_the_query_quietly(archive):
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    process = subprocess.Popen(
        [*WENCUN, "query", endless, "--data", str(archive.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b'{"i": 1}\n'
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=20) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc for the peak")
def test_a_large_result_is_streamed_in_flat_memory(archive):
    sql = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {})"
        " SELECT printf('%.*c', 10000, 'x') AS a FROM n"
    )
    peaks = []
    for rows in (1, 20_000):
        process = subprocess.run(
            [sys.executable, "-c", PEAK, "query", sql.format(rows), "--data", str(archive.root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        peaks.append(int(process.stderr.splitlines()[-1]))
    assert peaks[1] - peaks[0] < 20_000  # kB, of 200,000 that passed


def test_a_directory_that_is_no_archive_is_named(tmp_path):
    result = query(Archive(tmp_path), "SELECT 1")
    assert result.exit_code == 4
    assert f"no archive in {tmp_path}; use --data" in result.stderr


def test_a_database_of_another_program_is_left_alone(tmp_path):
    database = tmp_path / "archive.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    before = database.read_bytes()
    assert query(Archive(tmp_path), "SELECT 1").exit_code == 4
    assert database.read_bytes() == before


def test_a_damaged_database_is_named(archive, tmp_path):
    data = bytearray(archive.database_path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (tmp_path / "archive.db").write_bytes(data)
    result = query(Archive(tmp_path), "SELECT count(*) FROM pages")
    assert result.exit_code == 5
    assert str(tmp_path / "archive.db") in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_models_are_listed_without_an_archive():
    result = CliRunner().invoke(main, ["models", "--data", "/nowhere"])
    models = {model["id"]: model for model in map(json.loads, result.stdout.splitlines())}
    assert models["doubao"]["name"] == "豆包"
    assert "元宝" in " ".join(json.loads(models["tencent-hunyuan"]["aliases"]))
