"""What all captures of an article say together: its versions, what each changed, and its newest form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from pipelines import ledger
from pipelines.records import NOT_MODIFIED
from pipelines.store import copies, linking, series

_IS_HOST_WELL = ledger.IS_HOST_WELL.format(
    since="first", host="p.host", page="p.id", article="article_rows.id"
)
_CONTENT_ID, _CAPTURED_AT = itemgetter(1), itemgetter(2)


def derive(connection: sqlite3.Connection, article_id: int) -> None:
    """Make an article's versions, outcomes and row what its captures say; without any, it goes.

    Contents and facts that no capture has any more go too.
    """
    captures = connection.execute(
        "SELECT id, content_id, captured_at, outcome, facts_id, status FROM captures WHERE article_id = ?"
        " ORDER BY capture_order",
        (article_id,),
    ).fetchall()
    connection.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
    if not captures:
        _delete(connection, article_id)
        return
    runs = [list(run) for _, run in groupby(captures, key=_CONTENT_ID)]
    connection.executemany(
        "INSERT INTO versions (article_id, version, capture_id, content_id, seen_at) VALUES (?, ?, ?, ?, ?)",
        [(article_id, version, *run[0][:3]) for version, run in enumerate(runs, start=1)],
    )
    outcomes = [(row, "unchanged" if place else "article") for run in runs for place, row in enumerate(run)]
    connection.executemany(
        "UPDATE captures SET outcome = ? WHERE id = ?",
        [(outcome, row[0]) for row, outcome in outcomes if row[3] != outcome],
    )
    with_body = [row for row in captures if row[5] != NOT_MODIFIED] or captures
    capture_id, content_id, _, _, facts_id, _ = with_body[-1]
    (known,) = connection.execute("SELECT facts_id FROM article_rows WHERE id = ?", (article_id,)).fetchone()
    times = [at for at in map(_CAPTURED_AT, captures) if at is not None]
    connection.execute(
        "UPDATE article_rows SET facts_id = ?, content_id = ?, capture_id = ?, version = ?,"
        " first_seen_at = ?, last_seen_at = ? WHERE id = ?",
        (
            facts_id,
            content_id,
            capture_id,
            len(runs),
            *((times[0], times[-1]) if times else (None, None)),
            article_id,
        ),
    )
    _sweep(connection, article_id)
    linking.note_title(connection, article_id, is_new=facts_id != known)
    copies.note_content(connection, article_id)


def derive_gone(connection: sqlite3.Connection, article_ids: Iterable[int], page_id: int) -> None:
    """Note since when the articles, and that of the page at `page_id`, are gone.

    `gone_at` is None where there is not evidence enough (`ledger.vanishing`): the article was there at the
    last look, or the looks that did not find it are few or lie close together, or nothing else at the host
    was there either.
    """
    connection.executemany(
        f"""
        UPDATE article_rows SET gone_at = (
            SELECT min(coalesce(c.captured_at, c.recorded_at)) AS first
            FROM captures AS c JOIN pages AS p ON p.id = c.page_id
            WHERE p.article_id = article_rows.id AND c.outcome = 'gone' AND c.capture_order > (
                SELECT g.capture_order FROM captures AS g WHERE g.id = article_rows.capture_id
            )
            GROUP BY p.article_id HAVING count(*) >= ?3
            AND julianday(max(coalesce(c.captured_at, c.recorded_at))) - julianday(first) >= ?4
            AND (
                julianday(max(coalesce(c.captured_at, c.recorded_at))) - julianday(first) >= ?5
                OR ({_IS_HOST_WELL})
            )
        )
        WHERE id = ?1 OR id = (SELECT article_id FROM pages WHERE id = ?2)
        """,  # noqa: S608 -- of constants
        [
            (
                article_id,
                page_id,
                ledger.LOOKS_UNTIL_GONE,
                ledger.DAYS_UNTIL_GONE,
                ledger.DAYS_UNTIL_ALL_ARE_GONE,
            )
            for article_id in {*article_ids, None}
        ],
    )


def _delete(connection: sqlite3.Connection, article_id: int) -> None:
    titles = linking.titles_around(connection, article_id)
    (url,) = connection.execute(
        "SELECT url FROM article_facts WHERE id = (SELECT facts_id FROM article_rows WHERE id = ?)",
        (article_id,),
    ).fetchone()
    copies.forget(connection, article_id)
    connection.execute("DELETE FROM article_rows WHERE id = ?", (article_id,))
    linking.tie_like(connection, titles)
    series.note_articles(connection, titles, host=ledger.host_of(url))


def _sweep(connection: sqlite3.Connection, article_id: int) -> None:
    connection.execute(
        "DELETE FROM contents WHERE article_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM captures WHERE captures.content_id = contents.id)",
        (article_id,),
    )
    connection.execute(
        "DELETE FROM article_facts WHERE article_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM captures WHERE captures.facts_id = article_facts.id)",
        (article_id,),
    )
    connection.execute(
        "UPDATE contents SET capture_id = (SELECT id FROM captures WHERE captures.content_id = contents.id"
        " ORDER BY capture_order LIMIT 1) WHERE article_id = ?",
        (article_id,),
    )
