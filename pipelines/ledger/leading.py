"""Where pages lead: the links that are followed from them, and what was said of how."""

from __future__ import annotations

import sqlite3

from crawler.extract import urls
from pipelines.following import Told
from pipelines.ledger.pages import discover, find_or_add, is_erased


def follow(connection: sqlite3.Connection, url: str, *, origin: int, at: str) -> bool:
    """Note that the page `origin` leads to `url`; a page that was never captured is due from then on.

    What was said of the one, when it was added, holds for the other too. What was erased stays so. Return
    whether the page was not known.
    """
    url = urls.canonical(url)
    if is_erased(connection, url):
        return False
    is_new = connection.execute("SELECT 1 FROM pages WHERE url = ?", (url,)).fetchone() is None
    page_id = find_or_add(connection, url, reason="followed")
    if urls.is_endless(url):
        # It may be asked for by those who want it.
        connection.execute(
            "UPDATE pages SET state = 'skipped', reason = 'endless' WHERE id = ? AND reason = 'followed'"
            " AND due_at IS NULL AND fetched_at IS NULL",
            (page_id,),
        )
    query = "SELECT depth + 1, follow, link_match FROM pages WHERE id = ?"
    depth, lists, match = connection.execute(query, (origin,)).fetchone()
    tell(connection, page_id, Told(lists=lists, match=match))
    discover(connection, page_id, at=at, origin=origin, depth=depth)
    connection.execute("UPDATE pages SET reason = 'followed' WHERE id = ? AND reason = 'series'", (page_id,))
    _await(connection, page_id, at)
    return is_new


def want(connection: sqlite3.Connection, url: str, *, origin: int, at: str) -> None:
    """Note that a series lacks the page at `url`, which the page `origin` names.

    One that was never captured is due from then on; what was erased stays so.
    """
    if is_erased(connection, url):
        return
    page_id = find_or_add(connection, url, reason="series")
    (depth,) = connection.execute("SELECT depth + 1 FROM pages WHERE id = ?", (origin,)).fetchone()
    discover(connection, page_id, at=at, origin=origin, depth=depth)
    _await(connection, page_id, at)


def want_no_more(connection: sqlite3.Connection, url: str) -> None:
    """Forget a page that nobody but a series asked for, and that was never asked for."""
    connection.execute(
        "DELETE FROM pages WHERE url = ?1 AND state = 'pending' AND reason = 'series' AND follow IS NULL"
        " AND requested_at IS NULL AND lease_run_id IS NULL AND seed_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM captures WHERE page_id = pages.id)"
        " AND NOT EXISTS (SELECT 1 FROM failures WHERE page_id = pages.id)",
        (url,),
    )


def _await(connection: sqlite3.Connection, page_id: int, at: str) -> None:
    """Have a page that was never captured due at `at`, unless it is due earlier, or in work."""
    connection.execute(
        "UPDATE pages SET due_at = coalesce(min(due_at, ?1), ?1) WHERE id = ?2 AND state = 'pending'"
        " AND lease_run_id IS NULL AND NOT EXISTS (SELECT 1 FROM captures WHERE page_id = ?2)",
        (at, page_id),
    )


def follow_further(connection: sqlite3.Connection, url: str, *, origin: int, at: str) -> None:
    """Note that a source goes on at `url`, due then: a sitemap's part once, a list's next page each time."""
    follow(connection, url, origin=origin, at=at)
    connection.execute(
        "UPDATE pages SET seed_id = o.seed_id, source_kind = coalesce(pages.source_kind, o.source_kind),"
        " due_at = iif(pages.paused_at IS NULL AND (pages.fetched_at IS NULL OR o.source_kind <> 'sitemap'),"
        " coalesce(min(pages.due_at, ?1), ?1), pages.due_at)"
        " FROM pages AS o WHERE o.id = ?2 AND pages.url = ?3 AND pages.seed_id IS NOT pages.id",
        (at, origin, urls.canonical(url)),
    )


def tell(connection: sqlite3.Connection, page_id: int, told: Told) -> None:
    """Note what is to be followed from a page in coming runs; None leaves what was said before."""
    connection.execute(
        "UPDATE pages SET follow = coalesce(?1, follow), link_match = coalesce(?2, link_match) WHERE id = ?3"
        " AND (coalesce(?1, follow) IS NOT follow OR coalesce(?2, link_match) IS NOT link_match)",
        (told.lists, told.match, page_id),
    )


def told(connection: sqlite3.Connection, url: str) -> Told:
    """Return what was said of the page at `url`; nothing, where it is not known."""
    row = connection.execute(
        "SELECT follow, link_match, seed_id IS NOT NULL FROM pages WHERE url = ?", (urls.canonical(url),)
    ).fetchone()
    return Told() if row is None else Told(lists=row[0], match=row[1], is_seed=bool(row[2]))


def seed(connection: sqlite3.Connection, url: str) -> tuple[int, Told] | None:
    """Return the id of the page at `url` and what was said of it; None where nobody asked for it."""
    query = "SELECT id FROM pages WHERE url = ? AND seed_id IS NOT NULL"
    row = connection.execute(query, (urls.canonical(url),)).fetchone()
    return None if row is None else (row[0], told(connection, url))


def hand_on(connection: sqlite3.Connection, page_id: int, target_id: int) -> None:
    """Let what was asked of a page, and said of it, hold for the page that it led to."""
    connection.execute(
        "UPDATE pages SET follow = coalesce(pages.follow, p.follow),"
        " link_match = coalesce(pages.link_match, p.link_match),"
        " every_s = coalesce(pages.every_s, p.every_s),"
        " seed_id = iif(p.seed_id = p.id, pages.id, coalesce(pages.seed_id, p.seed_id))"
        " FROM pages AS p WHERE p.id = ?1 AND pages.id = ?2 AND p.seed_id IS NOT NULL",
        (page_id, target_id),
    )
