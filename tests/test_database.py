import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from made_archives import make_later
from sqlite_utils import Database

from crawler.extract.models import BUILT_IN
from pipelines import database, schema
from pipelines.database_errors import naming_errors
from pipelines.database_file import APPLICATION_ID, refuse_damaged
from pipelines.errors import Damaged, NoArchive, NotOurs, StorageUnusable, WencunError


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def make(path: Path) -> None:
    database.connect_writing(path).close()


def fingerprint(path: Path) -> tuple[bytes, int]:
    return path.read_bytes(), path.stat().st_mtime_ns


def test_a_new_database_is_ours_durable_and_guarded(tmp_path: Path) -> None:
    with closing(database.connect_writing(tmp_path / "archive.db")) as connection:
        assert pragma(connection, "application_id") == APPLICATION_ID
        assert pragma(connection, "user_version") == database.SCHEMA_VERSION
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "busy_timeout") == 30_000
        assert pragma(connection, "journal_size_limit") == 4 * 2**20


def test_a_new_database_leaves_no_log_behind_for_the_run_to_carry(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(database.connect_writing(path)):
        assert path.with_name("archive.db-wal").stat().st_size == 0


@pytest.mark.parametrize("connect", [database.connect_writing, database.connect_reading])
def test_however_large_a_database_grows_a_connection_keeps_no_more_of_it_in_memory(
    tmp_path: Path, connect: Callable[[Path], sqlite3.Connection]
) -> None:
    path = tmp_path / "archive.db"
    make(path)
    with closing(connect(path)) as connection:
        assert pragma(connection, "cache_size") == -12 * 2**10


def test_a_relative_path_is_as_good(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        database.connect_writing(Path("archive.db")).close()
    with closing(database.connect_reading(Path("archive.db"))) as connection:
        assert pragma(connection, "user_version") == database.SCHEMA_VERSION


def test_every_table_of_ours_is_strict(tmp_path: Path) -> None:
    with closing(database.connect_writing(tmp_path / "archive.db")) as connection:
        lax = connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict"
            " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
        ).fetchall()
        assert lax == []
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(
                "INSERT INTO pages (url, host, depth) VALUES ('https://example.org/', 'example.org', 'deep')"
            )


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    make(path)
    before = fingerprint(path)
    make(path)
    assert fingerprint(path) == before


def test_the_number_of_migrations_is_the_schema_version() -> None:
    assert len(schema._MIGRATIONS._migrations) == database.SCHEMA_VERSION


def test_an_archive_of_schema_2_learns_the_days_of_its_links(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        schema._MIGRATIONS.apply(Database(connection), stop_before="linking")
        connection.execute("PRAGMA user_version = 2")
        connection.execute(
            "INSERT INTO links (id, title, digest) VALUES (1, '2024-04-04 AI: 微调什么', 1), (2, '微调', 2)"
        )
    with closing(database.connect_writing(path)) as connection:
        found = connection.execute(
            "SELECT id, dated_title, target_article_id FROM links ORDER BY id"
        ).fetchall()
        assert found == [(1, "2024-04-04 ai微调什么", None), (2, None, None)]
        assert pragma(connection, "user_version") == database.SCHEMA_VERSION


def test_models_are_those_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(database.connect_writing(path)) as connection:
        connection.execute("INSERT INTO models (id, name) VALUES ('forgotten', 'Forgotten')")
        connection.execute("UPDATE models SET name = 'Another' WHERE id = 'kimi'")
    with closing(database.connect_writing(path)) as connection:
        rows = dict(connection.execute("SELECT id, name FROM models"))
    assert rows == {model.id: model.name for model in BUILT_IN.rows}


def test_a_view_that_differs_is_made_again_and_those_of_users_stay(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(database.connect_writing(path)) as connection:
        before = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").fetchall()
        connection.execute("DROP VIEW questions")
        connection.execute("DROP VIEW articles")
        connection.execute("CREATE VIEW articles AS SELECT 1")
        connection.execute("CREATE VIEW mine AS SELECT 2")
    with closing(database.connect_writing(path)) as connection:
        after = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").fetchall()
    assert sorted(after) == sorted([*before, ("mine", "CREATE VIEW mine AS SELECT 2")])


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()


def text(path: Path) -> None:
    path.write_text("no database at all, whatever its name says " * 10)


def misnumbered(path: Path) -> None:
    with closing(database.connect_writing(path)) as connection:
        connection.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION + 32}")


def misnumbered_low(path: Path) -> None:
    with closing(database.connect_writing(path)) as connection:
        connection.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION - 1}")


def sealed(path: Path) -> None:
    """Set the version of the file's format that writers need to one that no SQLite has."""
    make(path)
    with path.open("r+b") as file:
        file.seek(18)
        file.write(b"\x88")


def garbled(path: Path) -> None:
    """Break a letter in the text of a view, which SQLite's check does not read."""
    make(path)
    data = path.read_bytes()
    at = data.index(b"CREATE VIEW articles")
    path.write_bytes(data[: at + 30] + b"\xff" + data[at + 31 :])


def cut(path: Path) -> None:
    make(path)
    os.truncate(path, path.stat().st_size // 2)


def scrambled(path: Path) -> None:
    make(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    ("spoil", "error", "exit_code", "words"),
    [
        (foreign, NotOurs, 4, "another program"),
        (text, Damaged, 5, "no SQLite database"),
        (make_later, StorageUnusable, 7, "later wencun"),
        (misnumbered, Damaged, 5, "names schema"),
        (misnumbered_low, Damaged, 5, "names schema"),
        (sealed, Damaged, 5, "nobody may write"),
        (garbled, Damaged, 5, "its text is garbled"),
        (cut, Damaged, 5, "cut off"),
        (scrambled, Damaged, 5, "archive.db"),
    ],
)
def test_a_refused_file_is_named_and_not_touched(
    tmp_path: Path, spoil, error: type[WencunError], exit_code: int, words: str
) -> None:
    path = tmp_path / "archive.db"
    spoil(path)
    before = fingerprint(path)
    with pytest.raises(error, match=words) as caught:
        database.connect_writing(path)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == exit_code
    assert fingerprint(path) == before


@pytest.mark.parametrize(
    ("spoil", "error"), [(foreign, NotOurs), (text, Damaged), (make_later, StorageUnusable)]
)
def test_reading_refuses_what_writing_does(tmp_path: Path, spoil, error: type[WencunError]) -> None:
    path = tmp_path / "archive.db"
    spoil(path)
    before = fingerprint(path)
    with pytest.raises(error):
        database.connect_reading(path)
    assert fingerprint(path) == before


def test_a_missing_database_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="wencun reextract"):
        database.connect_reading(tmp_path / "archive.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    for connect in (database.connect_reading, database.connect_writing):
        with pytest.raises(Damaged, match=r"is empty; move it away and `wencun reextract`"):
            connect(path)
    assert path.stat().st_size == 0


def test_a_new_database_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "renew", fail)
    with pytest.raises(KeyboardInterrupt):
        database.connect_writing(tmp_path / "archive.db")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(StorageUnusable, match=r"archive\.db"):
        database.connect_writing(tmp_path / "archive.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    make(path)
    path.chmod(0o400)
    with pytest.raises(StorageUnusable):
        database.connect_writing(path)


def test_readers_cannot_write_and_see_what_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    insert = "INSERT INTO warc_files (name) VALUES ('a')"
    with (
        closing(database.connect_writing(path)) as writer,
        closing(database.connect_reading(path)) as reader,
    ):
        with database.transaction(writer):
            writer.execute(insert)
            assert reader.execute("SELECT count(*) FROM warc_files").fetchone() == (0,)
        assert reader.execute("SELECT count(*) FROM warc_files").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute(insert)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with closing(database.connect_writing(tmp_path / "archive.db")) as connection:
        with pytest.raises(RuntimeError), database.transaction(connection):
            connection.execute("INSERT INTO warc_files (name) VALUES ('a')")
            raise RuntimeError
        assert connection.execute("SELECT count(*) FROM warc_files").fetchone() == (0,)
        assert not connection.in_transaction


def test_what_the_disk_says_gets_its_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(database.connect_writing(path)) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with (
            pytest.raises(WencunError, match="make room") as caught,
            naming_errors(path),
            database.transaction(connection),
        ):
            connection.executemany(
                "INSERT INTO warc_files (name) VALUES (?)", [(f"{n:0500d}",) for n in range(2000)]
            )
    assert caught.value.exit_code == 3


def test_a_reader_in_the_writers_process_costs_the_writer_none_of_its_locks(tmp_path: Path) -> None:
    """Closing any descriptor of a file lets go of all locks that the process holds on it."""
    path = tmp_path / "archive.db"
    insert = "INSERT INTO warc_files (name) VALUES (?)"
    with closing(database.connect_writing(path)) as writer:
        writer.execute(insert, ("a",))
        database.connect_reading(path).close()
        other = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); list(c.execute('PRAGMA user_version'))"
        )
        subprocess.run([sys.executable, "-c", other, path], check=True)
        assert path.with_name("archive.db-wal").exists()
        writer.execute(insert, ("b",))
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT count(*) FROM warc_files").fetchone() == (2,)


def test_a_large_database_is_looked_at_for_so_long_and_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(database.connect_writing(path)) as connection:
        connection.execute("CREATE TABLE large (x)")
        with database.transaction(connection):
            connection.executemany("INSERT INTO large VALUES (zeroblob(4000))", [()] * 40_000)
        began = time.monotonic()
        refuse_damaged(connection, path, seconds=0.01)
        assert time.monotonic() - began < 5
        refuse_damaged(connection, path)
