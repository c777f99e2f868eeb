"""The newest read count of every article that any page shows one of, kept as captures come.

The best count is a dated one, then the newest, then the most exact; among equals, one that does not depend on
the order of storing. A target is a key, or the link of an entry without URL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Set
from typing import Any, NamedTuple


class Target(NamedTuple):
    """What a count is of; one of the two is None."""

    key: str | None
    link_id: int | None


_Row = tuple[Any, ...]
"""Target, capture, list, rank, link, time, count, unit, is it a minimum, record id, and the list's name."""

_OWN = """
    SELECT a.key, NULL, o.capture_id, NULL, NULL, NULL, o.observed_at, o.read_count, o.read_count_unit,
        o.read_count_is_minimum, c.warc_record_id, ''
    FROM observations AS o
    JOIN article_rows AS a ON a.id = o.article_id
    JOIN captures AS c ON c.id = o.capture_id
    WHERE o.read_count IS NOT NULL AND """
_LISTED = """
    SELECT k.target_key, CASE WHEN k.target_key IS NULL THEN k.id END, e.capture_id, e.list_id, e.rank, k.id,
        c.observed_at, e.read_count, m.unit, coalesce(m.is_minimum, 0), c.warc_record_id,
        l.list || ' ' || l.list_scope || ' ' || coalesce(l.list_title, '')
    FROM list_entries AS e
    JOIN links AS k ON k.id = e.link_id
    JOIN captures AS c ON c.id = e.capture_id
    JOIN lists AS l ON l.id = e.list_id
    LEFT JOIN count_forms AS m ON m.id = e.count_form_id
    WHERE e.read_count IS NOT NULL AND """
_STORED = """
    SELECT n.target_key, n.target_link_id, n.capture_id, n.list_id, n.rank, n.entry_link_id, c.observed_at,
        n.read_count, n.read_count_unit, n.read_count_is_minimum, c.warc_record_id,
        coalesce(l.list || ' ' || l.list_scope || ' ' || coalesce(l.list_title, ''), '')
    FROM latest_counts AS n
    JOIN captures AS c ON c.id = n.capture_id
    LEFT JOIN lists AS l ON l.id = n.list_id
    WHERE """
_OF_TARGET = {
    True: (_OWN + "a.key = ?", _LISTED + "k.target_key = ?", _STORED + "n.target_key = ?"),
    False: (_OWN + "0 = ?", _LISTED + "k.id = ? AND k.target_key IS NULL", _STORED + "n.target_link_id = ?"),
}
_UNKNOWN_UNIT = 2**62  # a count whose rounding nobody knows is the least exact
_DELETE = "DELETE FROM latest_counts WHERE target_key IS ? AND target_link_id IS ?"
_INSERT = (
    "INSERT INTO latest_counts (target_key, target_link_id, capture_id, list_id, rank, entry_link_id,"
    " read_count, read_count_unit, read_count_is_minimum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE latest_counts SET capture_id = ?3, list_id = ?4, rank = ?5, entry_link_id = ?6, read_count = ?7,"
    " read_count_unit = ?8, read_count_is_minimum = ?9 WHERE "
)


def take_from(connection: sqlite3.Connection, capture_id: int) -> frozenset[Target]:
    """Forget the newest counts that this capture shows; return what they are of, for `offer` or `renew`."""
    rows = connection.execute(
        "DELETE FROM latest_counts WHERE capture_id = ? RETURNING target_key, target_link_id", (capture_id,)
    ).fetchall()
    return frozenset(Target(*row) for row in rows)


def offer(connection: sqlite3.Connection, capture_id: int, *, dropped: Set[Target]) -> None:
    """Compare every count of one capture with the newest known; look for those of `dropped` everywhere."""
    rows = connection.execute(_OWN + "c.id = ?", (capture_id,)).fetchall()
    rows += connection.execute(_LISTED + "c.id = ?", (capture_id,)).fetchall()
    best: dict[Target, _Row] = {}
    for row in sorted(rows, key=_quality):
        best[Target(row[0], row[1])] = row
    for target, row in best.items():
        if target in dropped:
            continue
        stored = _OF_TARGET[target.key is not None][2]
        known = connection.execute(stored, (target.key or target.link_id,)).fetchone()
        if known is None or _quality(known) < _quality(row):
            _store(connection, row)
    renew(connection, dropped)


def renew(connection: sqlite3.Connection, targets: Iterable[Target]) -> None:
    """Find the newest counts of these targets among all counts there are."""
    for target in targets:
        own, listed, _ = _OF_TARGET[target.key is not None]
        value = (target.key or target.link_id,)
        rows = connection.execute(own, value).fetchall() + connection.execute(listed, value).fetchall()
        if rows:
            _store(connection, max(rows, key=_quality))
        else:
            connection.execute(_DELETE, target)


def _quality(row: _Row) -> tuple[Any, ...]:
    """The greater, the better: dated, new, exact; then whatever orders equals for good."""
    _, _, _, _, rank, _, observed_at, count, unit, is_minimum, record_id, list_name = row
    return (
        observed_at or "",
        -(unit or _UNKNOWN_UNIT),
        -is_minimum,
        not list_name,
        count,
        record_id,
        list_name,
        -(rank or 0),
    )


def _store(connection: sqlite3.Connection, row: _Row) -> None:
    values = (*row[:6], *row[7:10])
    where = "target_link_id = ?2" if row[0] is None else "target_key = ?1"
    if not connection.execute(_UPDATE + where, values).rowcount:
        connection.execute(_INSERT, values)
