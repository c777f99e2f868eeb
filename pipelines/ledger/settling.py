"""What became of a page: its state, and when it is due again."""

from __future__ import annotations

import sqlite3

from pipelines.ledger.leases import finish
from pipelines.ledger.pages import kind_of
from pipelines.ledger.revisiting import ARTICLES, DAY, LOOKS, SOURCES, due_after
from pipelines.ledger.times import later, now
from pipelines.ledger.vanishing import next_look

_STATES = {
    "article": "stored",
    "unchanged": "stored",
    "source": "source",
    "redirect": "skipped",
    "robots": "robots",
    "not_article": "skipped",
    "blocked": "blocked",
    "gone": "gone",
    "quarantined": "quarantined",
    "failed": "failed",
}
_RETRY_SECONDS = {"failed": 3600, "blocked": DAY, "robots": DAY}
"""After how long the first failure in a row is tried again; each further one doubles it."""
_LONGEST_RETRY = 7 * DAY
_PATIENCE_SECONDS = 300
"""As above, where the host asked to be asked less, and rests for as long as it said."""
_ASKS_FOR_PATIENCE = (429, 503)


def settle(connection: sqlite3.Connection, page_id: int) -> None:
    """Make a page's row what its captures say: state, times, counts, and when it is due again.

    Requests and network failures later than its newest capture stay in force.
    """
    newest = connection.execute(
        "SELECT id, outcome, status, captured_at, captured_at_source, recorded_at FROM captures"
        " WHERE page_id = ? ORDER BY capture_order DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    if newest is None:
        return
    capture_id, outcome, status, captured_at, source, recorded_at = newest
    _settle_history(connection, page_id)
    when = captured_at or recorded_at
    failed_later = connection.execute(
        "SELECT 1 FROM failures WHERE page_id = ? AND capture_id IS NULL AND failed_at > ? LIMIT 1",
        (page_id, when),
    ).fetchone()
    if failed_later:
        return
    state = _STATES[outcome]
    failure_count = _failures_in_a_row(connection, page_id) if state in _RETRY_SECONDS else 0
    interval = due_at = None
    if source == "fetch":
        looks = _NEXT_LOOK.get(state)
        interval = looks(connection, page_id) if looks else _retry_after(state, failure_count, status)
        due_at = None if interval is None else (due_after if looks else later)(when, interval)
    reason = connection.execute("SELECT error FROM failures WHERE capture_id = ?", (capture_id,)).fetchone()
    connection.execute(
        "UPDATE pages SET state = iif(paused_at IS NULL, ?, 'paused'), reason = ?, failure_count = ?,"
        " interval_s = ?, due_at = CASE WHEN paused_at IS NOT NULL THEN NULL"
        " WHEN requested_at > ? THEN requested_at ELSE ? END WHERE id = ?",
        (
            state,
            reason[0] if reason else "redirect" if outcome == "redirect" else None,
            failure_count,
            interval,
            when,
            due_at,
            page_id,
        ),
    )


def _article_interval(connection: sqlite3.Connection, page_id: int) -> int:
    """Return the seconds between two looks at a page that gives an article."""
    looks = connection.execute(
        "SELECT outcome FROM captures WHERE page_id = ? AND outcome IN ('article', 'unchanged')"
        " AND captured_at_source = 'fetch' ORDER BY capture_order DESC LIMIT ?",
        (page_id, LOOKS),
    ).fetchall()
    return _pinned(connection, page_id) or ARTICLES.interval(o == "article" for (o,) in looks[-2::-1])


def _source_interval(connection: sqlite3.Connection, page_id: int) -> int | None:
    """Return the seconds between two looks at a source: it changes where it leads to what was not known.

    None for what nobody asked for, and for a list's further pages, which are looked at when the first one has
    much that is new.
    """
    (is_followed,) = connection.execute(
        "SELECT seed_id = id OR (seed_id IS NOT NULL AND source_kind = 'sitemap') FROM pages WHERE id = ?",
        (page_id,),
    ).fetchone()
    if not is_followed:
        return None
    looks = connection.execute(
        "SELECT captured_at FROM captures WHERE page_id = ? AND outcome = 'source'"
        " AND captured_at_source = 'fetch' ORDER BY capture_order DESC LIMIT ?",
        (page_id, LOOKS),
    ).fetchall()
    finds = {
        at
        for (at,) in connection.execute(
            "SELECT DISTINCT discovered_at FROM pages WHERE discovered_from = ? AND discovered_at >= ?",
            (page_id, looks[-1][0] if looks else ""),
        )
    }
    return _pinned(connection, page_id) or SOURCES.interval(at in finds for (at,) in looks[-2::-1])


def _pinned(connection: sqlite3.Connection, page_id: int) -> int | None:
    """Return the seconds between two looks where somebody said them."""
    (seconds,) = connection.execute(
        "SELECT coalesce(p.every_s, s.every_s) FROM pages AS p LEFT JOIN pages AS s ON s.id = p.seed_id"
        " WHERE p.id = ?",
        (page_id,),
    ).fetchone()
    return int(seconds) if seconds else None


def _after_detour(connection: sqlite3.Connection, page_id: int) -> int | None:
    """Return the seconds until a page is looked at again that once gave something, and now leads elsewhere.

    A site under maintenance answers so for a day: it is looked for after one day, two, four, and ever more,
    but no less often than such pages are at all. None for what never gave anything.
    """
    good = _last_good(connection, page_id)
    if good is None:
        return None
    outcome, capture_order = good
    if outcome == "source" and _source_interval(connection, page_id) is None:
        return None
    (looks,) = connection.execute(
        "SELECT count(*) FROM captures WHERE page_id = ? AND capture_order > ?", (page_id, capture_order)
    ).fetchone()
    law = SOURCES if outcome == "source" else ARTICLES
    return _pinned(connection, page_id) or min(DAY << min(looks, 10) - 1, law.most)


_NEXT_LOOK = {
    "stored": _article_interval,
    "quarantined": _article_interval,
    "source": _source_interval,
    "gone": next_look,
    "skipped": _after_detour,
}
"""States of pages that are looked at again, with the seconds until then; others are tried again, or not."""


def restart(connection: sqlite3.Connection, page_id: int, *, is_due: bool) -> None:
    """Make a page that has no capture any more one that was never fetched, due now or not at all."""
    connection.execute(
        "UPDATE pages SET state = iif(paused_at IS NULL, 'pending', 'paused'), reason = NULL,"
        " due_at = iif(paused_at IS NULL, ?, NULL), interval_s = NULL, article_id = NULL,"
        " fetched_at = NULL, changed_at = NULL, fetch_count = 0, change_count = 0, failure_count = 0"
        " WHERE id = ? AND NOT EXISTS (SELECT 1 FROM captures WHERE page_id = pages.id)",
        (now() if is_due else None, page_id),
    )


def _last_good(connection: sqlite3.Connection, page_id: int) -> tuple[str, str] | None:
    """Return outcome and order of the newest capture that gave something; None where none did."""
    row: tuple[str, str] | None = connection.execute(
        "SELECT outcome, capture_order FROM captures"
        " WHERE page_id = ? AND outcome IN ('article', 'unchanged', 'source')"
        " ORDER BY capture_order DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    return row


def _settle_history(connection: sqlite3.Connection, page_id: int) -> None:
    """Fill what all captures of a page together say."""
    fetched_at, fetches, changed_at, changes = connection.execute(
        "SELECT max(captured_at) FILTER (WHERE captured_at_source = 'fetch'),"
        " count(*) FILTER (WHERE captured_at_source = 'fetch'),"
        " max(captured_at) FILTER (WHERE outcome = 'article'), count(*) FILTER (WHERE outcome = 'article')"
        " FROM captures WHERE page_id = ?",
        (page_id,),
    ).fetchone()
    article_id, site = connection.execute(
        "SELECT c.article_id, f.site FROM captures AS c JOIN article_facts AS f ON f.id = c.facts_id"
        " WHERE c.page_id = ? ORDER BY c.capture_order DESC LIMIT 1",
        (page_id,),
    ).fetchone() or (None, None)
    (url,) = connection.execute("SELECT url FROM pages WHERE id = ?", (page_id,)).fetchone()
    good = _last_good(connection, page_id)
    is_source = good is not None and good[0] == "source"
    kind = "article" if article_id is not None else "source" if is_source else kind_of(url)
    connection.execute(
        "UPDATE pages SET article_id = ?, site = ?, kind = ?, fetched_at = ?, fetch_count = ?,"
        " changed_at = ?, change_count = ? WHERE id = ?",
        (article_id, site, kind, fetched_at, fetches, changed_at, max(changes - 1, 0), page_id),
    )


def _failures_in_a_row(connection: sqlite3.Connection, page_id: int) -> int:
    """Captures and network failures since the last capture that gave what it should."""
    (count,) = connection.execute(
        """
        WITH good (capture_order, at) AS (
            SELECT capture_order, coalesce(captured_at, recorded_at) FROM captures
            WHERE page_id = ?1 AND outcome NOT IN ('failed', 'blocked', 'robots')
            ORDER BY capture_order DESC LIMIT 1
        )
        SELECT (
            SELECT count(*) FROM captures WHERE page_id = ?1
            AND capture_order > coalesce((SELECT capture_order FROM good), '')
        ) + (
            SELECT count(*) FROM failures WHERE page_id = ?1 AND capture_id IS NULL
            AND failed_at > coalesce((SELECT at FROM good), '')
        )
        """,
        (page_id,),
    ).fetchone()
    return int(count)


def fail(
    connection: sqlite3.Connection,
    page_id: int,
    run_id: int,
    error: str,
    message: str,
    *,
    state: str = "failed",
    at: str | None = None,
) -> None:
    """Note that a page gave no response at all; `state` says how it stands now and when it is tried again."""
    at = at or now()
    connection.execute(
        "INSERT INTO failures (page_id, run_id, error, message, failed_at) VALUES (?, ?, ?, ?, ?)",
        (page_id, run_id, error, message, at),
    )
    # A capture of the same second may count as the later one, which this failure is not.
    failure_count = max(1, _failures_in_a_row(connection, page_id))
    interval = _retry_after(state, failure_count)
    connection.execute(
        "UPDATE pages SET state = iif(paused_at IS NULL, ?, 'paused'), reason = ?, failure_count = ?,"
        " due_at = iif(paused_at IS NULL, ?, NULL) WHERE id = ?",
        (state, error, failure_count, later(at, interval) if interval else None, page_id),
    )
    finish(connection, page_id, run_id, state)


def _retry_after(state: str, failure_count: int, status: int | None = None) -> int | None:
    first = _PATIENCE_SECONDS if status in _ASKS_FOR_PATIENCE else _RETRY_SECONDS.get(state)
    return min(first << min(failure_count - 1, 10), _LONGEST_RETRY) if first else None
