"""Whose turn a record was of a dead run that is not stored: its page's, or another's that led there.

A live run knows it from the visit. Afterwards the leases tell, and the redirects among the run's records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from crawler.extract.urls import canonical
from pipelines import ledger
from pipelines.following import FollowRule, Told, with_leads
from pipelines.records import Captured
from pipelines.replay import redirect_target
from pipelines.warc.places import FileAway, Places
from pipelines.warc.read import RecordRead, Torn, read_at
from pipelines.warc.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A page that a dead run still holds."""

    page_id: int
    run_id: int
    told: Told
    """What was said when it was added."""
    rule: FollowRule
    """What its run was told to follow."""


class Turns:
    """The turns of the pages that dead runs hold."""

    def __init__(self, connection: sqlite3.Connection, places: Places, reads: Iterable[RecordRead]) -> None:
        """`reads`: the records of pages that are not stored, in the order in which they were written."""
        self._connection = connection
        self._held = _held(connection)
        self._led: dict[str, _Held] = {}
        """By URLs that redirects lead to: the page whose turn it still is."""
        self._turns: dict[str, _Held] = {}
        """By record."""
        self._last: dict[int, str] = {}
        """By page, the last record of its turn."""
        self._last_rule = _last_rule(connection)
        for record in _stored_redirects(connection, places):
            self._note(record)
        for read in reads:
            turn = self._note(read.record)
            if turn is not None:
                self._turns[read.reference.record_id] = turn
                self._last[turn.page_id] = read.reference.record_id

    def complete(self, captured: Captured) -> Captured:
        """Return a capture as the run that died would have stored it: with its run, page and links to follow.

        A page whose turn came no further than a redirect stays as it is, and is asked for again. A record of
        no page that is held is of the last run, which had not committed its lease yet (`log_size`).
        """
        record_id = captured.reference.record_id
        turn = self._turns.get(record_id)
        if turn is None:
            told = ledger.told(self._connection, captured.processed.url)
            return with_leads(captured, self._last_rule, told)
        captured = replace(captured, run_id=turn.run_id)
        if self._last[turn.page_id] != record_id or captured.processed.outcome == "redirect":
            return captured
        return with_leads(replace(captured, page_id=turn.page_id), turn.rule, turn.told)

    def _note(self, record: Record) -> _Held | None:
        url = canonical(record.url or "")
        turn = self._held.get(url) or self._led.get(url)
        target = redirect_target(record)
        if turn is not None and target is not None:
            self._led[target] = turn
        return turn


def _held(connection: sqlite3.Connection) -> dict[str, _Held]:
    rows = connection.execute(
        "SELECT p.url, p.id, r.id, r.follow FROM pages AS p JOIN runs AS r ON r.id = p.lease_run_id"
    ).fetchall()
    return {
        url: _Held(
            page_id=page_id,
            run_id=run_id,
            told=ledger.told(connection, url),
            rule=FollowRule.from_json(rule),
        )
        for url, page_id, run_id, rule in rows
    }


def _last_rule(connection: sqlite3.Connection) -> FollowRule:
    """Return what the last run was told to follow, if it is one that died; else to follow nothing."""
    row = connection.execute("SELECT finished_at, follow FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return FollowRule.from_json(row[1]) if row is not None and row[0] is None else FollowRule()


def _stored_redirects(connection: sqlite3.Connection, places: Places) -> Iterable[Record]:
    """Yield the redirects that dead runs stored; where one led to may not be stored."""
    rows = connection.execute(
        "SELECT warc_file, warc_offset FROM captures WHERE outcome = 'redirect'"
        " AND run_id IN (SELECT lease_run_id FROM pages WHERE lease_run_id IS NOT NULL) ORDER BY id"
    ).fetchall()
    for name, offset in rows:
        with suppress(Torn, OSError, FileAway):  # then the page is asked for again
            yield read_at(places.find(name), offset).record
