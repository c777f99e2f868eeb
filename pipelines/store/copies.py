"""Which articles are copies of one another: clusters that follow from the articles alone, however they came.

A cluster is whatever pairs of copies connect; it is known by its earliest article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extract.copies import LEAST_AGREEMENT, Text, agreement, are_copies, bands, likeness, sketch
from pipelines import ledger

_NEWEST = (
    "SELECT t.id, t.title, t.text, f.url FROM article_rows AS a JOIN contents AS t ON t.id = a.content_id"
    " JOIN article_facts AS f ON f.id = a.facts_id WHERE a.id = ?"
)
_LIKE = """
    SELECT p.article_id, p.host, p.sketch, coalesce(d.earliest_id, p.article_id)
    FROM fingerprints AS p LEFT JOIN copies AS d ON d.article_id = p.article_id
    WHERE (p.host <> ?2 OR p.title = ?3 OR ?2 = '') AND p.article_id <> ?4 AND p.article_id IN (
        SELECT b.article_id FROM fingerprint_bands AS b WHERE b.band IN (SELECT value FROM json_each(?1))
    )
"""
_BY_AGE = """
    SELECT a.id FROM article_rows AS a JOIN article_facts AS f ON f.id = a.facts_id
    WHERE a.id IN (SELECT value FROM json_each(?1))
    ORDER BY coalesce(f.published_at, f.published_date, f.imported_at, a.first_seen_at, '~'), a.key
"""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An article whose sketch shares a band with that of another."""

    id: int
    host: str
    sketch: bytes
    cluster: int
    """The earliest article of its cluster, or itself."""


def note_content(connection: sqlite3.Connection, article_id: int) -> None:
    """Bring the clusters up to date with an article that is new or may have changed."""
    content_id, title, text, url = connection.execute(_NEWEST, (article_id,)).fetchone()
    host = ledger.host_of(url)
    known = connection.execute(
        "SELECT content_id, host FROM fingerprints WHERE article_id = ?", (article_id,)
    ).fetchone()
    if known == (content_id, host):
        _write_cluster(
            connection, _cluster_of(connection, article_id)
        )  # it may be the earliest now, or no more
        return
    if known is not None:
        forget(connection, article_id)
    compared = Text.of(title, text)
    sketched = sketch(compared)
    connection.execute(
        "INSERT INTO fingerprints (article_id, content_id, host, title, sketch) VALUES (?, ?, ?, ?, ?)",
        (article_id, content_id, host, compared.title, sketched),
    )
    if sketched is not None:
        connection.executemany(
            "INSERT INTO fingerprint_bands (band, article_id) VALUES (?, ?)",
            [(band, article_id) for band in set(bands(sketched))],
        )
        _join(connection, article_id)


def forget(connection: sqlite3.Connection, article_id: int) -> None:
    """Take an article out of its cluster, which may fall apart, before it goes or changes."""
    row = connection.execute("SELECT sketch FROM fingerprints WHERE article_id = ?", (article_id,)).fetchone()
    if row is None:
        return
    connection.execute("DELETE FROM fingerprints WHERE article_id = ?", (article_id,))
    if row[0] is not None:
        connection.executemany(
            "DELETE FROM fingerprint_bands WHERE band = ? AND article_id = ?",
            [(band, article_id) for band in set(bands(row[0]))],
        )
    members = _cluster_of(connection, article_id)
    connection.executemany("DELETE FROM copies WHERE article_id = ?", [(member,) for member in members])
    for member in members:
        if member != article_id:
            _join(connection, member)


def _join(connection: sqlite3.Connection, article_id: int) -> None:
    """Put an article that is in no cluster into one with its copies, whose clusters become one."""
    host, title, sketched = connection.execute(
        "SELECT host, title, sketch FROM fingerprints WHERE article_id = ?", (article_id,)
    ).fetchone()
    values = (json.dumps(bands(sketched)), host, title, article_id)
    clusters: dict[int, list[_Candidate]] = {}
    for candidate in (_Candidate(*row) for row in connection.execute(_LIKE, values)):
        if agreement(sketched, candidate.sketch) >= LEAST_AGREEMENT:
            clusters.setdefault(candidate.cluster, []).append(candidate)
    if not clusters:
        return
    own = _text(connection, article_id)
    joined = [article_id]
    for candidates in clusters.values():
        candidates.sort(key=lambda candidate: -agreement(sketched, candidate.sketch))
        for candidate in candidates:  # one copy is enough: what it is connected to comes along
            on_one_host = host == candidate.host != ""
            if are_copies(own, _text(connection, candidate.id), on_one_host=on_one_host):
                joined += _cluster_of(connection, candidate.id)
                break
    _write_cluster(connection, joined)


def _cluster_of(connection: sqlite3.Connection, article_id: int) -> list[int]:
    """Return the articles of an article's cluster, itself at least."""
    rows = connection.execute(
        "SELECT article_id FROM copies"
        " WHERE earliest_id = (SELECT earliest_id FROM copies WHERE article_id = ?)",
        (article_id,),
    ).fetchall()
    return [row[0] for row in rows] or [article_id]


def _write_cluster(connection: sqlite3.Connection, members: Iterable[int]) -> None:
    """Store a cluster under its earliest article; scores that are to the same one stay."""
    listed = json.dumps(sorted(members))
    by_age = [row[0] for row in connection.execute(_BY_AGE, (listed,))]
    if len(by_age) < 2:  # noqa: PLR2004 -- a copy needs an original
        return
    known = connection.execute(
        "SELECT article_id FROM copies WHERE earliest_id = ?"
        " AND article_id IN (SELECT value FROM json_each(?))",
        (by_age[0], listed),
    )
    left = set(by_age).difference(row[0] for row in known)
    if not left:
        return
    earliest = _text(connection, by_age[0])
    connection.executemany(
        "INSERT OR REPLACE INTO copies (article_id, earliest_id, score) VALUES (?, ?, ?)",
        [(member, by_age[0], likeness(earliest, _text(connection, member))) for member in left],
    )


def _text(connection: sqlite3.Connection, article_id: int) -> Text:
    _, title, text, _ = connection.execute(_NEWEST, (article_id,)).fetchone()
    return Text.of(title, text)
