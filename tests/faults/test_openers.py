"""Who opens the database (B14): SQLite from few places, and nothing else, or its locks would be lost."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawled_pages import page
from loopback import Reply, Site, serve
from saved_pages import csdn_page, url_of
from starting import patched

import crawler
import pipelines

_PACKAGES = [Path(package.__file__ or "").parent for package in (crawler, pipelines)]
_OPENERS = {"pipelines/database.py", "pipelines/database_copy.py", "pipelines/database_file.py"}
_FORKS = {"fork", "forkpty", "register_at_fork"}
_AUDIT = """
import json, os, sys
def note(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        name = os.path.basename(os.fsdecode(arguments[0]))
        if name in {"archive.db", "archive.db-wal", "archive.db-shm", "archive.db-journal"}:
            opened.append(name)
    elif event in {"os.fork", "os.forkpty"}:
        opened.append(event)
    elif event == "sqlite3.connect" and "archive.db" in os.fsdecode(arguments[0]):
        connected.append(1)
def tell():
    with open(TOLD, "w") as file:
        json.dump({"opened": opened, "connected": len(connected)}, file)
import atexit
opened, connected = [], []
atexit.register(tell)
sys.addaudithook(note)
"""


def calls() -> Iterator[tuple[str, ast.expr, list[ast.expr]]]:
    """Yield each call in the product: the module, what is called, with what."""
    for package in _PACKAGES:
        for path in sorted(package.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path.relative_to(package.parent).as_posix(), node.func, node.args


def test_sqlite_is_connected_to_from_three_modules_only(figure) -> None:
    places = {module for module, called, _ in calls() if ast.unparse(called) == "sqlite3.connect"}
    figure("modules that open SQLite themselves beside those that may", asked=0, seen=len(places - _OPENERS))
    assert places == _OPENERS
    for package in _PACKAGES:
        for path in package.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = {alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)}
                assert not (
                    isinstance(node, ast.ImportFrom) and node.module == "sqlite3" and "connect" in names
                )
                assert not (isinstance(node, ast.Import) and "apsw" in names)


def test_nothing_forks_with_a_connection_open() -> None:
    for module, called, given in calls():
        name = ast.unparse(called).rpartition(".")[2]
        assert name not in _FORKS, module
        if name == "get_context":
            assert [ast.literal_eval(argument) for argument in given] == ["forkserver"], module


def audited(told: Path, *arguments: str | Path) -> dict:
    """Run a command; return which files of the database Python opened, and how often SQLite did."""
    told.unlink(missing_ok=True)
    command = patched(_AUDIT.replace("TOLD", repr(str(told))))
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(told.read_text(encoding="utf-8"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    saved = tmp_path / "page.html"
    saved.write_bytes(csdn_page())
    found = audited(tmp_path / "told", "ingest", saved, "--url", url_of(1), "--data", tmp_path / "data")
    assert found["opened"] == []
    return tmp_path / "data"


def test_no_command_opens_a_file_of_the_database_but_through_sqlite(
    tmp_path: Path, data: Path, figure
) -> None:
    told = tmp_path / "told"
    pages = {"/kf/1": Reply(page(1, ["/kf/2"])), "/kf/2": Reply(page(2))}
    with serve(Site(pages=pages)) as site:
        start = ("--delay", "0", "--allow-private", site.host, "--follow", "related", site.url("/kf/1"))
        commands = [
            ("crawl", *start),
            ("add", site.url("/kf/3")),
            ("verify",),
            ("repair",),
            ("reextract",),
            ("status",),
            ("query", "SELECT count(*) FROM captures"),
            ("snapshot", tmp_path / "copy.db"),
        ]
        found = {command[0]: audited(told, *command, "--data", data) for command in commands}
    opened = [(command, name) for command, each in found.items() for name in each["opened"]]
    figure("files of the database opened but by SQLite", asked=0, seen=len(opened))
    assert opened == []
    assert all(each["connected"] for each in found.values())


def test_what_the_audit_looks_for_is_seen_by_it(tmp_path: Path, data: Path) -> None:
    told = tmp_path / "told"
    command = patched(
        _AUDIT.replace("TOLD", repr(str(told))) + f"\nopen({str(data / 'archive.db')!r}, 'rb').close()"
    )
    subprocess.run([*command, "status", "--data", data], capture_output=True, check=True, timeout=60)
    assert json.loads(told.read_text(encoding="utf-8"))["opened"] == ["archive.db"]
