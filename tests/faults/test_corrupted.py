"""Databases that something broke are refused in one line and not touched, and no verb falls over them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from corruption import WAYS, is_harmful, is_sealed
from crawling import wencun
from made_archives import answer, article, entry, make_archive

from pipelines import database, snapshots
from pipelines.archive import Archive
from pipelines.database_errors import naming_errors
from pipelines.errors import Damaged, NotOurs, WencunError
from pipelines.standing import Expected, take_stock

_VERBS = {
    "status": (),
    "query": ("SELECT count(*) FROM articles",),
    "show": ("csdn:1",),
    "export": ("answers", "--to", "out.jsonl"),
    "snapshot": ("copy.db",),
    "reextract": (),
    "ingest": ("page.html",),
    "add": ("https://blog.csdn.net/wen/article/details/5",),
    "crawl": ("https://127.0.0.1/kf/1.html",),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """An archive with a database of almost 5 MB."""
    articles = [
        article(
            number,
            answer("doubao", "豆包", "步长。" * 1500),
            answer("kimi", "Kimi", "学习率" * 1500),
            sidebar=tuple(
                entry("related", rank, f"标题{number}-{rank}", url=f"https://a.example/{number * 30 + rank}")
                for rank in range(1, 23)
            ),
        )
        for number in range(1, 70)
    ]
    archive = make_archive(tmp_path_factory.mktemp("whole") / "archive", *articles)
    assert 4.5e6 < archive.database_path.stat().st_size < 5.5e6
    return archive.root


def broken(whole: Path, directory: Path, seed: int) -> Archive:
    """A copy of the archive whose database is broken as the seed says."""
    dice = random.Random(seed)
    data = bytearray((whole / "archive.db").read_bytes())
    dice.choice(WAYS)(data, dice)
    shutil.copytree(whole, directory, ignore=shutil.ignore_patterns("archive.db*"))
    archive = Archive(directory)
    archive.database_path.write_bytes(data)
    return archive


def ask_all(archive: Archive) -> None:
    """Read everything there is."""
    path = archive.database_path
    with naming_errors(path), closing(database.connect_reading(path, check=True)) as connection:
        take_stock(
            archive,
            connection,
            now="2026-01-02T03:04:05Z",
            since="2026-01-01T00:00:00Z",
            expected=Expected(),
        )
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            connection.execute(f'SELECT * FROM "{name}"').fetchall()


def open_to_write(archive: Archive) -> None:
    database.connect_writing(archive.database_path).close()


def copy(archive: Archive) -> None:
    snapshots.take(archive, archive.root / "copy.db")


_STEPS = {"read": ask_all, "write": open_to_write, "copy": copy}


def test_a_database_that_is_broken_is_told_so_by_everything_that_opens_it_and_not_touched(
    whole: Path, tmp_path: Path, scale, figure
) -> None:
    told: Counter[str] = Counter()
    wrong = []
    count = scale(60, 1000)
    for seed in range(count):
        archive = broken(whole, tmp_path / "archive", seed)
        before = archive.database_path.read_bytes()
        unreadable = is_harmful(archive.database_path)
        for name, step in _STEPS.items():
            harmful = unreadable or (name != "read" and is_sealed(archive.database_path))
            outcome = "harmless"
            try:
                step(archive)
            except (Damaged, NotOurs) as error:
                outcome = f"exit {error.exit_code}"
                if "\n" in str(error) or str(archive.database_path) not in str(error):
                    wrong.append((seed, name, str(error)))
            except Exception as error:
                wrong.append((seed, name, repr(error)))
            told[outcome] += name == "write"
            if harmful != outcome.startswith("exit") and not (name == "read" and not harmful):
                wrong.append((seed, name, outcome))  # reading all of it also finds text that is garbled
            if archive.database_path.read_bytes() != before:
                wrong.append((seed, name, "touched"))
        shutil.rmtree(archive.root)
    figure(f"of {count} broken databases: not told, touched, or another error", asked=0, seen=len(wrong))
    figure("  told how often, by who opens to write", asked="exit 5, or harmless", seen=dict(told))
    assert wrong == []
    assert told["exit 5"] > count / 2


@pytest.mark.parametrize("verb", _VERBS)
def test_every_verb_ends_with_one_line_and_exit_5(whole: Path, tmp_path: Path, verb: str, scale) -> None:
    (tmp_path / "page.html").write_text("<p>nothing")
    harmful = 0
    for seed in range(scale(12, 100)):
        archive = broken(whole, tmp_path / "archive", seed)
        before = archive.database_path.read_bytes()
        if is_harmful(archive.database_path):
            harmful += 1
            given = [tmp_path / each if "." in each and "/" not in each else each for each in _VERBS[verb]]
            ended = wencun(verb, *given, "--data", archive.root)
            assert (ended.code, len(ended.err.splitlines())) in {(5, 1), (4, 1)}, (seed, ended)
            assert ended.code == 5 or "another program" in ended.err
            assert archive.database_path.read_bytes() == before
            assert not (tmp_path / "copy.db").exists()
        shutil.rmtree(archive.root)
        if harmful == scale(1, 100):
            break


def test_a_log_that_is_broken_is_read_up_to_there_and_nothing_falls_over(
    whole: Path, tmp_path: Path, scale, figure
) -> None:
    """SQLite takes what comes after the first frame that is not whole for a transaction that never ended."""
    live = tmp_path / "live"
    shutil.copytree(whole, live)
    source = Archive(live)
    with closing(database.connect_writing(source.database_path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(300):
            connection.execute(
                "INSERT INTO links (url, title, digest) VALUES (?, ?, ?)",
                (f"https://a.example/l{number}", "t" * 500, 1),
            )
        files = {name: (live / name).read_bytes() for name in ("archive.db", "archive.db-wal")}
    count, wrong = scale(20, 200), []
    for seed in range(count):
        dice = random.Random(seed)
        log = bytearray(files["archive.db-wal"])
        dice.choice(WAYS)(log, dice)
        archive = Archive(tmp_path / "broken")
        shutil.copytree(whole, archive.root, ignore=shutil.ignore_patterns("archive.db*"))
        archive.database_path.write_bytes(files["archive.db"])
        (archive.root / "archive.db-wal").write_bytes(log)
        for step in (ask_all, open_to_write, ask_all):
            try:
                step(archive)
            except WencunError as error:
                if error.exit_code != 5:
                    wrong.append((seed, repr(error)))
            except Exception as error:
                wrong.append((seed, repr(error)))
        with closing(sqlite3.connect(archive.database_path)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                wrong.append((seed, "integrity"))
        shutil.rmtree(archive.root)
    figure(
        f"of {count} broken logs: a database that is not whole, or another error", asked=0, seen=len(wrong)
    )
    assert wrong == []
