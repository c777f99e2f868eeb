"""What docs/operating.md tells an operator to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import wencun
from saved_pages import csdn_page, url_of
from traces import traces

import crawler
from crawler.cli import main
from pipelines.database import connect_reading

_TEXT = (Path(__file__).parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")
_SHELL = re.findall(r"^```sh\n(.*?)^```", _TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an archive in it, and `wencun` on the path."""
    archive = tmp_path / "archive"
    for number in (1, 2):
        page = tmp_path / f"{number}.html"
        page.write_bytes(csdn_page(number, title=f"第{number}篇"))
        assert wencun("ingest", page, "--url", url_of(number), "--data", archive).code == 0
    shutil.copy(archive / "archive.db", archive / "archive.db.before-99")
    for file in (archive / "warc").iterdir():
        os.utime(file, (0, 0))
    program = tmp_path / "bin" / "wencun"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m crawler "$@"\n')
    program.chmod(0o755)
    return tmp_path


def test_every_line_of_shell_in_it_runs_in_its_order(home: Path) -> None:
    path = f"{home / 'bin'}:{os.environ['PATH']}"
    python_path = str(Path(crawler.__file__).parents[1])
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(_SHELL)],
        env={**os.environ, "HOME": str(home), "PATH": path, "PYTHONPATH": python_path, "KEEP_DAYS": "0"},
        cwd=home, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(list((home / "backup").glob("archive-*.db"))) == 1
    (moved,) = (home / "cold").iterdir()
    assert not (home / "archive" / "warc" / moved.name).exists()
    for name, titles in (("restored", ["第1篇", "第2篇"]), ("archive", ["第1篇"])):
        connection = connect_reading(home / name / "archive.db")
        assert [title for (title,) in connection.execute("SELECT title FROM articles ORDER BY id")] == titles
        connection.close()
    assert traces(home / "archive", url_of(2), "第2篇") == traces(home / "backup", url_of(2), "第2篇") == []


def test_every_command_it_names_exists() -> None:
    assert set(re.findall(r"wencun ([a-z]+)", "".join(_SHELL))) <= set(main.list_commands(None))
