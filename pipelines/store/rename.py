"""Giving a saved page of unknown origin its URL, once somebody knows it."""

from __future__ import annotations

import sqlite3

from crawler.extract import urls
from pipelines import ledger
from pipelines.store import copies, interned, latest, linking, series
from pipelines.store.derive import derive, derive_gone


def rename_urn(connection: sqlite3.Connection, urn: str, url: str) -> None:
    """Give what was stored under `urn` its `url`: the page, its captures, and the article with its key.

    The article keeps its id, or becomes part of the article that has the key already. Without a page under
    `urn`, nothing happens.
    """
    url = urls.canonical(url)
    row = connection.execute("SELECT id FROM pages WHERE url = ?", (urn,)).fetchone()
    if row is None:
        return
    page_id = ledger.rename(connection, row[0], url)
    connection.execute("UPDATE captures SET url = ? WHERE url = ? AND page_id = ?", (url, urn, page_id))
    row = connection.execute("SELECT id FROM article_rows WHERE key = ?", (urls.key(urn),)).fetchone()
    _rehome(connection, page_id)
    if row is not None:
        connection.execute(
            "UPDATE article_facts SET url = ? WHERE article_id = ? AND url = ?", (url, row[0], urn)
        )
        titles = linking.titles_around(connection, row[0])
        article_id = _rekey(connection, row[0], urls.key(url))
        derive(connection, article_id)
        titles |= linking.titles_around(connection, article_id)
        linking.tie_like(connection, titles)
        series.note_articles(connection, titles, host=ledger.host_of(url), article_id=article_id)
        latest.renew(connection, [latest.Target(key, None) for key in (urls.key(urn), urls.key(url))])
        ledger.settle(connection, page_id)
        derive_gone(connection, [article_id], page_id)


def _rehome(connection: sqlite3.Connection, page_id: int) -> None:
    """Tell the entries without URL on a page's lists what host shows them."""
    (url,) = connection.execute("SELECT url FROM pages WHERE id = ?", (page_id,)).fetchone()
    rows = connection.execute(
        "SELECT e.capture_id, e.list_id, e.rank, k.id, k.title FROM captures AS c"
        " JOIN list_entries AS e ON e.capture_id = c.id JOIN links AS k ON k.id = e.link_id"
        " WHERE c.page_id = ? AND k.url IS NULL",
        (page_id,),
    ).fetchall()
    for capture_id, list_id, rank, link_id, title in rows:
        new = interned.link_id(connection, None, title, host=ledger.host_of(url))
        connection.execute(
            "UPDATE list_entries SET link_id = ? WHERE capture_id = ? AND list_id = ? AND rank = ?",
            (new, capture_id, list_id, rank),
        )
        latest.renew(connection, [latest.Target(None, link_id), latest.Target(None, new)])


def _rekey(connection: sqlite3.Connection, article_id: int, key: str) -> int:
    row = connection.execute("SELECT id FROM article_rows WHERE key = ?", (key,)).fetchone()
    if row is None:
        connection.execute("UPDATE article_rows SET key = ? WHERE id = ?", (key, article_id))
        linking.claim(connection, article_id, key)
        return article_id
    known = int(row[0])
    copies.forget(connection, article_id)
    connection.execute("DELETE FROM versions WHERE article_id IN (?, ?)", (article_id, known))
    _merge_facts(connection, article_id, known)
    _merge_contents(connection, article_id, known)
    connection.execute("UPDATE captures SET article_id = ? WHERE article_id = ?", (known, article_id))
    connection.execute("UPDATE observations SET article_id = ? WHERE article_id = ?", (known, article_id))
    connection.execute("DELETE FROM article_rows WHERE id = ?", (article_id,))
    return known


def _merge_facts(connection: sqlite3.Connection, article_id: int, known: int) -> None:
    same = connection.execute(
        "SELECT a.id, b.id FROM article_facts AS a JOIN article_facts AS b"
        " ON b.digest = a.digest AND b.url = a.url WHERE a.article_id = ? AND b.article_id = ?",
        (article_id, known),
    ).fetchall()
    for lost, kept in same:
        connection.execute("UPDATE captures SET facts_id = ? WHERE facts_id = ?", (kept, lost))
        connection.execute("DELETE FROM article_facts WHERE id = ?", (lost,))
    connection.execute("UPDATE article_facts SET article_id = ? WHERE article_id = ?", (known, article_id))


def _merge_contents(connection: sqlite3.Connection, article_id: int, known: int) -> None:
    """Move contents over; of two that are the same, the one that came first keeps its wording."""
    same = connection.execute(
        "SELECT a.id, b.id, ca.capture_order < cb.capture_order"
        " FROM contents AS a JOIN contents AS b ON b.content_sha256 = a.content_sha256"
        " JOIN captures AS ca ON ca.id = a.capture_id JOIN captures AS cb ON cb.id = b.capture_id"
        " WHERE a.article_id = ? AND b.article_id = ?",
        (article_id, known),
    ).fetchall()
    for ours, theirs, ours_is_first in same:
        kept, lost = (ours, theirs) if ours_is_first else (theirs, ours)
        connection.execute("UPDATE captures SET content_id = ? WHERE content_id = ?", (kept, lost))
        connection.execute("DELETE FROM contents WHERE id = ?", (lost,))
    connection.execute("UPDATE contents SET article_id = ? WHERE article_id = ?", (known, article_id))
