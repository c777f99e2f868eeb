"""The demo does the main job for real; run as a user runs it, with its output in a pipe."""

import json
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from crawler.demo.site import pages, serve


class Shown(NamedTuple):
    lines: list[str]
    export: Path


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "demo"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return Shown(
        lines, Path(next(line for line in lines if line.startswith("/") and line.endswith(".jsonl")))
    )


def test_the_sample_site_has_a_dozen_pages_that_lead_to_one_another():
    site = pages()
    assert len(site) >= 12
    for path, page in site.items():
        assert sum(other in page for other in site if other not in ("/", path)) >= 10, path


def test_the_sample_site_is_served_as_it_was_made():
    with serve() as site, urlopen(site + "/") as answer:
        assert answer.read().decode() == pages()["/"]


def test_the_archive_stays_and_holds_every_page_that_robots_txt_allows(shown):
    with closing(sqlite3.connect(shown.export.parents[1] / "archive.db")) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (12,)
        assert connection.execute("SELECT count(*) FROM captures").fetchone() == (12,)
        assert connection.execute("SELECT count(*) FROM answers WHERE model IS NULL").fetchone() == (0,)
        assert connection.execute("SELECT state, count(*) FROM pages GROUP BY 1").fetchall() == [
            ("robots", 1),
            ("stored", 12),
        ]


def test_the_export_is_named_on_a_line_of_its_own_and_holds_the_answers(shown):
    records = [json.loads(line) for line in shown.export.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 29
    assert {record["kind"] for record in records} == {"answer"}


def test_answers_stand_side_by_side_and_lists_with_their_counts(shown):
    assert any(line.split() == ["文心一言", "智谱清言", "豆包", "讯飞星火", "Kimi"] for line in shown.lines)
    assert sum(line.split()[:1] == ["相关推荐"] for line in shown.lines) == 6
    assert sum(line.startswith("$ wencun query ") for line in shown.lines) == 3


def test_the_next_command_can_be_pasted_into_the_shell(shown):
    command, verb, url = shlex.split(shown.lines[-1])
    assert verb == "crawl"
    assert url.startswith("https://")
    assert Path(command).is_absolute()  # `wencun` is not on this PATH


def test_the_archive_lies_where_data_says(tmp_path: Path):
    command = [sys.executable, "-m", "crawler", "demo", "--data", str(tmp_path / "here"), "--log", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert (tmp_path / "here" / "archive.db").is_file()
    assert all(json.loads(line)["event"] for line in done.stderr.splitlines() if line.startswith("{"))
    assert '"event": "run_summary"' in done.stderr
