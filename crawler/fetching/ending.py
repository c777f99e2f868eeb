"""How a run ends: its leases given back, its row finished, and the error that ended it named."""

from __future__ import annotations

import errno
import logging
from collections import Counter
from dataclasses import replace
from sqlite3 import Connection

from crawler.fetching.events import Event, announce
from crawler.fetching.summary import Result
from pipelines import ledger, runs
from pipelines.archive import Archive
from pipelines.errors import DiskFull, StorageUnusable, WencunError

FORCED = "forced"
"""Outcome of a run that was stopped at once."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STATES = {
    "article": "stored",
    "unchanged": "stored",
    "not_article": "skipped",
    "redirect": "skipped",
    "released": "pending",
    "held": "pending",
}
"""State that a leased page is in, by what the ledger counts it under; other names are states."""


def finish(connection: Connection, run_id: int, *, outcome: str, robots_unreachable: int) -> Result:
    """Give back what a run still holds, and write down how it ended.

    A run that was stopped at once keeps its leases: the next one first stores what this one archived.
    """
    if outcome != FORCED:
        ledger.release(connection, run_id)
    states = Counter[str]()
    for name, pages in ledger.counts(connection, run_id).items():
        states[_STATES.get(name, name)] += pages
    del states["leased"]
    result = Result(states=+states, robots_unreachable=robots_unreachable, outcome=outcome)
    runs.finish(connection, run_id, outcome=outcome, exit_code=result.exit_code, counts=result.states)
    return result


def failed(result: Result, error: BaseException, archive: Archive) -> Result:
    """Tell what ended a run, and return its result with the exit code that stands for it."""
    named = _named(error, archive)
    code, text = 1, f"internal error, {type(named).__name__}: {named}; a bug of ours"
    if isinstance(named, WencunError):
        code, text = named.exit_code, str(named)
    announce(Event.RUN_FAILED, text, level=logging.ERROR, error=type(named).__name__)
    return replace(result, outcome="failed", error_code=code)


def _named(error: BaseException, archive: Archive) -> BaseException:
    """Return the error of ours that a fault of the disk is."""
    if isinstance(error, WencunError) or not isinstance(error, OSError):
        return error
    place = error.filename or archive.warc_dir
    if error.errno in _FULL:
        return DiskFull(f"{place}: {error.strerror}; make room and run `wencun crawl` to go on")
    return StorageUnusable(f"{place}: {error.strerror}")
