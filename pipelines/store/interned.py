"""What repeats from list entry to list entry, stored once: links, lists, forms of counts, shown times."""

from __future__ import annotations

import hashlib
import sqlite3

from crawler.extract import urls
from crawler.extract.items import SidebarItem
from crawler.extract.lossy_titles import dated_title
from pipelines.store import linking

_SQL = {
    "links": (
        "SELECT id FROM links WHERE digest = ?3 AND title = ?2 AND url IS ?1 AND host IS ?4",
        "INSERT INTO links (url, title, digest, host, target_key, dated_title, target_article_id)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT id FROM article_rows WHERE key = ?5)) RETURNING id",
    ),
    "lists": (
        "SELECT id FROM lists WHERE list = ?1 AND list_scope = ?3"
        " AND coalesce(list_title, '') = coalesce(?2, '') AND (list_title IS NULL) = (?2 IS NULL)",
        "INSERT INTO lists (list, list_title, list_scope) VALUES (?1, ?2, ?3) RETURNING id",
    ),
    "count_forms": (
        "SELECT id FROM count_forms WHERE number = ?1 AND before = ?2 AND after = ?3"
        " AND coalesce(unit, -1) = coalesce(?4, -1) AND is_minimum = ?5",
        "INSERT INTO count_forms (number, before, after, unit, is_minimum) VALUES (?1, ?2, ?3, ?4, ?5)"
        " RETURNING id",
    ),
    "shown_times": (
        "SELECT id FROM shown_times WHERE coalesce(shown, '') = coalesce(?1, '')"
        " AND coalesce(shown_at, '') = coalesce(?2, '') AND coalesce(kind, '') = coalesce(?3, '')"
        " AND (shown IS NULL) = (?1 IS NULL)",
        "INSERT INTO shown_times (shown, shown_at, kind) VALUES (?1, ?2, ?3) RETURNING id",
    ),
}


def link_id(connection: sqlite3.Connection, url: str | None, title: str, *, host: str) -> int:
    """Return the id of the link; a new one points to its article where there is one.

    `host` is that of the page that shows it: it tells links without URL apart.
    """
    known = _find(connection, "links", name := _link_name(url, title, host))
    if known is not None:
        return known
    new = _add(connection, "links", (*name, urls.key(url) if url else None, dated_title(title)))
    linking.tie(connection, new)
    return new


def _link_name(url: str | None, title: str, host: str) -> tuple[str | int | None, ...]:
    digest = hashlib.sha256(f"{url or host}\n{title}".encode()).digest()
    return url, title, int.from_bytes(digest[:8], "big", signed=True), None if url else host or None


def list_id(connection: sqlite3.Connection, item: SidebarItem) -> int:
    """Return the id of the list that an entry belongs to."""
    return _intern(connection, "lists", (item.list, item.list_title, item.list_scope))


def count_form_id(connection: sqlite3.Connection, item: SidebarItem) -> int | None:
    """Return the id of the way an entry shows its count; None where it shows none."""
    if item.read_count is None and item.read_count_shown is None:
        return None
    form = split_count(item.read_count_shown, item.read_count)
    return _intern(connection, "count_forms", (*form, item.read_count_unit, int(item.read_count_is_minimum)))


def shown_time_id(connection: sqlite3.Connection, item: SidebarItem) -> int | None:
    """Return the id of the time printed beside an entry; None where none is."""
    if item.shown_at is None and item.shown_at_shown is None:
        return None
    return _intern(connection, "shown_times", (item.shown_at_shown, item.shown_at, item.shown_at_kind))


def split_count(shown: str | None, count: int | None) -> tuple[str, str, str]:
    """Return how a count is written, the text before and the text after it.

    `12 阅读` with 12 is plain, `(3,162)` with 3162 grouped; `3.3k` with 3300 does not hold the number.
    """
    if shown is None:
        return "unshown", "", ""
    if count is not None and count >= 0:
        for number, digits in (("plain", str(count)), ("grouped", f"{count:,}")):
            before, found, after = shown.partition(digits)
            if found:
                return number, before, after
    return "within", shown, ""


def _intern(connection: sqlite3.Connection, table: str, name: tuple[str | int | None, ...]) -> int:
    """Return the id of the row that is known by `name`, added if it is new."""
    known = _find(connection, table, name)
    return known if known is not None else _add(connection, table, name)


def _find(connection: sqlite3.Connection, table: str, name: tuple[str | int | None, ...]) -> int | None:
    row = connection.execute(_SQL[table][0], name).fetchone()
    return int(row[0]) if row is not None else None


def _add(connection: sqlite3.Connection, table: str, row: tuple[str | int | None, ...]) -> int:
    return int(connection.execute(_SQL[table][1], row).fetchone()[0])
