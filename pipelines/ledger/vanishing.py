"""When a page counts as gone: not at one look that did not find it, but after several over days.

A site that is rebuilt answers 404 for a day, too. What stands in a page's place because of a wall or an
outage says nothing of the page, and is neither for nor against.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from pipelines.ledger.revisiting import ARTICLES, DAY

LOOKS_UNTIL_GONE: Final = 4
DAYS_UNTIL_GONE: Final = 6
"""Between the first look that did not find it and the last."""

_EVIDENCE = """
    WITH good (at) AS (
        SELECT max(capture_order) FROM captures
        WHERE page_id = ?1 AND outcome IN ('article', 'unchanged', 'source')
    )
    SELECT count(*), julianday(max(at)) - julianday(min(at)) >= ?2, (SELECT at FROM good) IS NOT NULL
    FROM (
        SELECT coalesce(captured_at, recorded_at) AS at FROM captures
        WHERE page_id = ?1 AND outcome = 'gone' AND capture_order > coalesce((SELECT at FROM good), '')
    )
"""


def next_look(connection: sqlite3.Connection, page_id: int) -> int | None:
    """Return after how many seconds a page that was not found is looked for again; None: not any more.

    After one day, two, and four. One that counts as gone then may come back, and is looked for now and then;
    what was never there is not.
    """
    looks, over_days, was_there = connection.execute(_EVIDENCE, (page_id, DAYS_UNTIL_GONE)).fetchone()
    if looks < LOOKS_UNTIL_GONE or not over_days:
        return DAY << int(min(max(looks, 1), LOOKS_UNTIL_GONE - 1)) - 1
    return ARTICLES.most if was_there else None
