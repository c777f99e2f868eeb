"""When a page counts as gone: not at one look that did not find it, but after several over days.

A site that is rebuilt answers 404 for a day, too, and one that is down may answer so for weeks: looks are no
evidence while nothing else at the host is there either. What stands in a page's place because of a wall or an
outage says nothing of the page, and is neither for nor against.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from pipelines.ledger.revisiting import ARTICLES, DAY

LOOKS_UNTIL_GONE: Final = 4
DAYS_UNTIL_GONE: Final = 6
"""Between the first look that did not find it and the last."""
DAYS_UNTIL_ALL_ARE_GONE: Final = 30
"""The same where nothing else at the host is there: what is down for so long is gone."""
IS_HOST_WELL: Final = """
    SELECT coalesce(max(other.state IN ('stored', 'source') AND other.fetched_at > {since}), 1)
    FROM pages AS other
    WHERE other.host = {host} AND other.id <> {page} AND other.article_id IS NOT {article}
    AND other.due_at IS NOT NULL AND other.lease_run_id IS NULL
    AND other.fetched_at IS NOT NULL AND (other.article_id IS NOT NULL OR other.kind = 'source')
"""
"""Was another page, of those that once gave something, there at a look since then? Or is there none?"""
_WHILE_AWAY = 8 * DAY

_EVIDENCE = """
    WITH good (at) AS (
        SELECT max(capture_order) FROM captures
        WHERE page_id = ?1 AND outcome IN ('article', 'unchanged', 'source')
    )
    SELECT count(*), julianday(max(at)) - julianday(min(at)), (SELECT at FROM good) IS NOT NULL, min(at)
    FROM (
        SELECT coalesce(captured_at, recorded_at) AS at FROM captures
        WHERE page_id = ?1 AND outcome = 'gone' AND capture_order > coalesce((SELECT at FROM good), '')
    )
"""
_OF_PAGE = "(SELECT {} FROM pages WHERE id = :page)"
_IS_WELL = IS_HOST_WELL.format(
    since=":since", host=_OF_PAGE.format("host"), page=":page", article=_OF_PAGE.format("article_id")
)


def next_look(connection: sqlite3.Connection, page_id: int) -> int | None:
    """Return after how many seconds a page that was not found is looked for again; None: not any more.

    After one day, two, and four, and each week while nothing else at the host is there. One that counts as
    gone then may come back, and is looked for now and then; what was never there is not.
    """
    looks, days, was_there, since = connection.execute(_EVIDENCE, (page_id,)).fetchone()
    if looks < LOOKS_UNTIL_GONE or days < DAYS_UNTIL_GONE:
        return DAY << int(min(max(looks, 1), LOOKS_UNTIL_GONE - 1)) - 1
    if not was_there:
        return None
    (is_well,) = connection.execute(_IS_WELL, {"since": since, "page": page_id}).fetchone()
    return ARTICLES.most if is_well or days >= DAYS_UNTIL_ALL_ARE_GONE else _WHILE_AWAY
