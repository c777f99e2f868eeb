"""Whether the ledger adds up: every page that a run took on came to an end or was given back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

_SUMS = """
    SELECT r.id, r.outcome, r.finished_at IS NOT NULL, r.counts,
        (SELECT coalesce(sum(pages), 0) FROM run_pages WHERE run_id = r.id AND name = 'leased'),
        (SELECT coalesce(sum(pages), 0) FROM run_pages WHERE run_id = r.id AND name <> 'leased'),
        (SELECT count(*) FROM pages WHERE lease_run_id = r.id)
    FROM runs AS r
    WHERE r.command = 'crawl' AND (?1 IS NULL OR r.id = ?1) ORDER BY r.id
"""
_KEEPS_LEASES = {"forced", "killed"}
"""Outcomes of runs that could not give back what they held: the next run does."""


def discrepancies(connection: sqlite3.Connection, run_id: int | None = None) -> list[str]:
    """Return a sentence for each sum that is not right, of one run or of all; none where all is well.

    Leased pages are those that came to an end, were given back, or are held now; a run that has ended holds
    none; and its summary tells of as many as it leased.
    """
    return [sentence for row in connection.execute(_SUMS, (run_id,)) for sentence in _wrong(row)]


def _wrong(row: tuple[Any, ...]) -> Iterator[str]:
    run_id, outcome, is_finished, counts, leased, ended, held = row
    if leased != ended + held:
        yield f"run {run_id} leased {leased} pages, and {ended} came to an end while it holds {held}"
    if not is_finished:
        return
    if held and outcome not in _KEEPS_LEASES:
        yield f"run {run_id} has ended and still holds {held} pages"
    told = _told(counts)
    if told is None:
        yield f"run {run_id} has a summary that cannot be read"
    elif told != leased:
        yield f"run {run_id} leased {leased} pages, and its summary tells of {told}"


def _told(counts: str) -> int | None:
    """Return how many pages a run's summary tells of; None where it is none."""
    try:
        return int(sum(json.loads(counts).values()))
    except (ValueError, TypeError, AttributeError):
        return None
