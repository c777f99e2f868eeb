"""The rows of erased pages, taken out of the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from pipelines import ledger, runs
from pipelines.decisions import Decisions
from pipelines.erasures import Erasures
from pipelines.page_records import page_records
from pipelines.pool import WorkerPool, in_order
from pipelines.records import Captured
from pipelines.replay import captured_of, work_of
from pipelines.store import forget_capture, latest, series, store_capture
from pipelines.warc.places import Places
from pipelines.warc.read import read_records
from pipelines.warc_files import note_file

_CAPTURES = """
    SELECT id, warc_record_id FROM captures
    WHERE page_id IN (SELECT value FROM json_each(?1))
        OR article_id IN (SELECT id FROM article_rows WHERE is_erased(key))
"""
_INTERNED = {
    "links": "link_id",
    "lists": "list_id",
    "count_forms": "count_form_id",
    "shown_times": "shown_time_id",
}
"""What list entries share: table -> the entries' column that names its rows."""
_UNUSED = {
    table: f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?1)) AND id NOT IN"  # noqa: S608 -- ours
    f" (SELECT {column} FROM list_entries WHERE {column} IN (SELECT value FROM json_each(?1)))"
    for table, column in _INTERNED.items()
}


def take_out(connection: sqlite3.Connection, erased: Erasures) -> dict[str, int]:
    """Take out all that came from erased pages, and their addresses where others speak of them.

    What is left of each page is its digest, in the state `erased`. Returns how many rows of each table went.
    """
    connection.create_function("is_erased", 1, erased.covers, deterministic=True)
    connection.create_function("redacted", 1, erased.redacted, deterministic=True)
    before = _counts(connection)
    _take_out_pages(connection)
    _take_out_entries(connection)
    for table, column in (("runs", "arguments"), ("failures", "message")):
        connection.execute(
            f"UPDATE {table} SET {column} = redacted({column}) WHERE {column} IS NOT redacted({column})"  # noqa: S608 -- ours
        )
    after = _counts(connection)
    gone = {table: count - after[table] for table, count in before.items() if count > after[table]}
    ledger.entomb(connection, erased.times)
    return gone


def put_moved(
    connection: sqlite3.Connection,
    files: Iterable[Path],
    places: Places,
    decisions: Decisions,
    pool: WorkerPool,
    *,
    as_told: Callable[[Captured], Captured],
) -> None:
    """Store records of other pages that were written anew, in place of what they said before.

    `as_told` holds back those that the journal says are held back.
    """
    for path in files:
        ids = [read.reference.record_id for read in read_records(path)]
        captures = connection.execute(
            "SELECT id FROM captures WHERE warc_record_id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        ).fetchall()
        shared = _shared(connection, json.dumps([capture_id for (capture_id,) in captures]))
        reads = page_records(path, places, decisions.erased)
        work = ((read, work_of(read.record, decisions.urls)) for read in reads)
        for read, processed in in_order(pool, work):
            store_capture(connection, as_told(captured_of(read.record, read.reference, processed)))
        note_file(connection, path)
        _sweep(connection, shared)


def note_run(connection: sqlite3.Connection, gone: dict[str, int]) -> None:
    """Note that an erasure was done, and nothing of what it was about."""
    run_id = runs.begin(connection, "erase", [])
    runs.finish(connection, run_id, outcome="done", exit_code=0, counts=gone)


def _take_out_entries(connection: sqlite3.Connection) -> None:
    """Take out what names erased pages in the lists of others."""
    links = connection.execute(
        "SELECT id, target_key, dated_title FROM links"
        " WHERE is_erased(coalesce(url, coalesce(host, '') || char(10) || title))"
    ).fetchall()
    ids = [(link_id,) for link_id, _, _ in links]
    connection.executemany("DELETE FROM list_entries WHERE link_id = ?", ids)
    latest.renew(connection, [latest.Target(key, None if key else link_id) for link_id, key, _ in links])
    connection.executemany("DELETE FROM links WHERE id = ?", ids)
    series.note_titles(connection, {title for _, _, title in links if title is not None})


def _take_out_pages(connection: sqlite3.Connection) -> None:
    pages = connection.execute(
        "SELECT id, lease_run_id FROM pages WHERE state <> 'erased' AND is_erased(url)"
    ).fetchall()
    page_ids = json.dumps([page_id for page_id, _ in pages])
    captures = connection.execute(_CAPTURES, (page_ids,)).fetchall()
    shared = _shared(connection, json.dumps([capture_id for capture_id, _ in captures]))
    for _, record_id in captures:
        forget_capture(connection, record_id)
    for page_id, run_id in pages:
        if run_id is not None:
            ledger.finish(connection, page_id, run_id, "released")
    connection.execute("DELETE FROM failures WHERE page_id IN (SELECT value FROM json_each(?))", (page_ids,))
    connection.execute("DELETE FROM pages WHERE id IN (SELECT value FROM json_each(?))", (page_ids,))
    _sweep(connection, shared)


def _sweep(connection: sqlite3.Connection, shared: dict[str, str]) -> None:
    """Take out what no list entry shares any more."""
    for table, ids in shared.items():
        connection.execute(_UNUSED[table], (ids,))


def _shared(connection: sqlite3.Connection, capture_ids: str) -> dict[str, str]:
    """Return what the entries of these captures share with others, by table, as JSON arrays of ids."""
    return {
        table: json.dumps(
            [
                shared_id
                for (shared_id,) in connection.execute(
                    f"SELECT DISTINCT {column} FROM list_entries WHERE {column} IS NOT NULL"  # noqa: S608 -- ours
                    " AND capture_id IN (SELECT value FROM json_each(?))",
                    (capture_ids,),
                )
            ]
        )
        for table, column in _INTERNED.items()
    }


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 -- ours
        for (name,) in tables
    }
