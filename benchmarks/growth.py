"""What 22 list entries cost in the database at 200,000 captures: python benchmarks/growth.py DIRECTORY.

Stores captures one after the other, as crawls do, into a database in DIRECTORY unless it is there, which
takes a quarter of an hour, and prints what the tables and indexes for list entries take of each.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from listed import sidebars
from making import URL, article, captured

from pipelines import ledger
from pipelines.database import connect_writing, transaction
from pipelines.schema import SCHEMA_VERSION
from pipelines.store import store_capture

CAPTURES, ARTICLES, LINKS = 200_000, 20_000, 60_000
ASKED = 1200
TABLES = ("list_entries", "latest_counts", "links", "lists", "count_forms", "shown_times")
"""Those that have rows because pages have lists."""
_BATCH = 200


def make(path: Path) -> None:
    """Store the captures; what was stored is not waited for on the disk, as only a benchmark may."""
    lists = sidebars(random.Random(1), LINKS)  # noqa: S311 -- lists, not secrets
    with closing(connect_writing(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for start in range(0, CAPTURES, _BATCH):
            numbers = range(start, start + _BATCH)
            with transaction(connection):
                for number in numbers:
                    made = article(f"{URL}{number % ARTICLES}", sidebar=next(lists))
                    at = ledger.later("2024-05-01T00:00:00Z", 60 * number)
                    store_capture(connection, captured(made, number=number, at=at))
            print(f"\r{numbers[-1] + 1} of {CAPTURES} captures", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)


def bytes_of(connection: sqlite3.Connection, table: str) -> int:
    """Return what a table and its indexes take: the pages that are free once it is gone, which it is not."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (before,) = connection.execute("PRAGMA freelist_count").fetchone()
        connection.execute(f"DROP TABLE {table}")
        (after,) = connection.execute("PRAGMA freelist_count").fetchone()
    finally:
        connection.execute("ROLLBACK")
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((after - before) * size)


def main(directory: Path) -> None:
    """Make the archive if need be, and print the figures."""
    directory.mkdir(parents=True, exist_ok=True)
    path, making = directory / f"growth-{SCHEMA_VERSION}.db", directory / "growth.db.making"
    if not path.exists():
        making.unlink(missing_ok=True)
        start = time.perf_counter()
        make(making)
        making.rename(path)
        print(f"made {path.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - start:.0f} s")
    with closing(connect_writing(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        captures, entries = connection.execute(
            "SELECT (SELECT count(*) FROM captures), (SELECT count(*) FROM list_entries)"
        ).fetchone()
        costs = {table: bytes_of(connection, table) / captures for table in TABLES}
    for table, cost in costs.items():
        print(f"{cost:8.1f} B per capture  {table}")
    print(
        f"{sum(costs.values()):8.1f} B per capture of {entries / captures:.0f} list entries,"
        f" at {captures} captures; asked: {ASKED} at most"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
