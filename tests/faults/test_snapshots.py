"""Snapshots while another process writes, some of them killed: what bears a snapshot's name is whole."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_archives import answer, article, make_archive

from pipelines.archive import Archive

_WRITES = """
import sys
from pathlib import Path
from pipelines.database import connect_writing, transaction
connection = connect_writing(Path(sys.argv[1]))
number = 0
while True:
    with transaction(connection):
        for _ in range(20):
            number += 1
            connection.execute(
                "INSERT INTO links (id, title, digest) VALUES (?, ?, ?)", (number, "题" * 300, -number)
            )
        connection.execute("INSERT OR REPLACE INTO warc_files VALUES ('links', ?, NULL)", (number,))
    if number == 2000:
        print("begun", flush=True)
    if number > 20_000:
        connection.execute("DELETE FROM links")
        number = 0
"""
# in every commit, warc_files says how many links there are


@pytest.fixture
def written_to(tmp_path: Path) -> Iterator[Archive]:
    """An archive that another process writes to while the test runs."""
    archive = make_archive(tmp_path / "archive", article(1, answer("doubao", "豆包", "步长。" * 2000)))
    command = [sys.executable, "-c", _WRITES, archive.database_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        yield archive
        assert writer.poll() is None
        writer.kill()


def start(archive: Archive, file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawler", "snapshot", file, "--data", archive.root]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def is_whole(path: Path) -> bool:
    """Is this a database of one moment?"""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        (links,) = connection.execute("SELECT count(*) FROM links").fetchone()
        (noted,) = connection.execute(
            "SELECT committed_bytes FROM warc_files WHERE name = 'links'"
        ).fetchone()
    return verdict == "ok" and links in (noted, 0)


def test_snapshots_taken_and_killed_while_another_writes_are_whole_or_not_there(
    written_to: Archive, tmp_path: Path, scale, figure
) -> None:
    kills, wholes = scale(5, 50), scale(5, 50)
    dice, folder = random.Random(17), tmp_path / "backups"
    folder.mkdir()
    begun = time.monotonic()
    done = [start(written_to, folder / "first.db")]
    done[0].communicate()
    seconds = time.monotonic() - begun
    for number in range(kills):
        with start(written_to, folder / f"killed-{number}.db") as killed:
            time.sleep(seconds * dice.uniform(0.6, 1.0))
            killed.kill()
    for number in range(wholes - 1):
        with start(written_to, folder / f"whole-{number}.db") as process:
            assert process.wait() == 0
    visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    hidden = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    whole = sum(is_whole(path) for path in visible)
    figure(
        f"snapshots that are whole, {kills} killed and {wholes} not, of {len(visible)} visible",
        asked=len(visible), seen=whole,
    )  # fmt: skip
    assert whole == len(visible) >= wholes
    assert hidden == []
