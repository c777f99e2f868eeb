"""Pages that a series lacks: what lists name of its days, and nobody captured, becomes due.

The archive follows a series on a host where it has an article of it. There, an article that a fetched page of
the host lists is lacked until it is captured, or another one that has its title is. Only so many entries of a
list under a heading that is known count, so that no page can ask for much. In whatever order captures are
stored, the same pages are due.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Set

from crawler.extract import urls
from crawler.extract.lossy_titles import day_of, is_of_series, share_shown
from pipelines import ledger

_MOST_ENTRIES = 50
"""Of one list of one capture."""
_COUNTS = (
    f"e.rank <= {_MOST_ENTRIES}"  # noqa: S608 -- ours
    " AND e.list_id IN (SELECT id FROM lists WHERE list <> 'other') AND c.captured_at_source = 'fetch'"
    " AND NOT EXISTS ("
    "SELECT 1 FROM runs AS r, json_each(r.arguments) AS a WHERE r.id = c.run_id AND a.value = '--once')"
)
_LISTED = (
    "SELECT DISTINCT s.url, p.id, p.host, c.captured_at"  # noqa: S608 -- ours
    " FROM captures AS c JOIN pages AS p ON p.id = c.page_id JOIN list_entries AS e ON e.capture_id = c.id"
    " JOIN series_entries AS s ON s.link_id = e.link_id"
    f" WHERE c.id = ? AND s.url IS NOT NULL AND {_COUNTS}"
)
_LISTING = (
    "SELECT p.id, c.captured_at FROM series_entries AS s"  # noqa: S608 -- ours
    " JOIN list_entries AS e ON e.link_id = s.link_id"
    " JOIN captures AS c ON c.id = e.capture_id JOIN pages AS p ON p.id = c.page_id"
    f" WHERE s.target_key = ? AND s.url = ? AND p.host = ? AND {_COUNTS}"
    " ORDER BY c.captured_at, p.url LIMIT 1"
)
_TIED = "SELECT 1 FROM series_entries WHERE target_key = ? AND article_id IS NOT NULL"
_URLS = "SELECT url FROM links WHERE url IS NOT NULL AND dated_title IS NOT NULL"
"""Of entries that a list names, or named: what no list names any more is lacked no more."""
_URLS_TIED = _URLS + " AND target_article_id = ?"
_URLS_OF_DAY = (
    "SELECT url, dated_title FROM links WHERE url IS NOT NULL"
    " AND dated_title >= ?1 || ' ' AND dated_title < ?1 || '!'"
)
_TITLES = (
    "SELECT k.dated_title FROM list_entries AS e JOIN links AS k ON k.id = e.link_id"
    " WHERE e.capture_id = ? AND k.dated_title IS NOT NULL"
)
_ARTICLES = (
    "SELECT a.dated_title FROM article_rows AS a INDEXED BY article_rows_dated_title"
    " JOIN article_facts AS f ON f.id = a.facts_id"
    " WHERE a.dated_title IS NOT NULL AND a.id IS NOT ?2"
    " AND substr(f.url, instr(f.url, '://') + 3, length(?1) + 1) = ?1 || '/'"
)


def titles_of(connection: sqlite3.Connection, capture_id: int) -> frozenset[str]:
    """Return the dated titles of the entries on a capture's lists."""
    return frozenset(title for (title,) in connection.execute(_TITLES, (capture_id,)))


def note_lists(connection: sqlite3.Connection, capture_id: int) -> None:
    """Have what the lists of a capture name, and a series lacks, due."""
    listed = connection.execute(_LISTED, (capture_id,)).fetchall()
    if listed and _is_followed(connection, listed[0][2]):
        for url, page_id, host, at in listed:
            if _may_ask(url, host) and not _is_captured(connection, url):
                ledger.want(connection, url, origin=page_id, at=at)


def note_articles(
    connection: sqlite3.Connection, titles: Set[str], *, host: str, article_id: int | None = None
) -> None:
    """Bring up to date what series lack, after an article came, went, or was tied to other entries.

    `titles`: its dated titles, and those of the entries that may be tied to it. `host`: where it is.
    `article_id`: its id, unless it is gone.
    """
    if any(map(is_of_series, titles)) and not _is_followed(connection, host, besides=article_id):
        found = connection.execute(_URLS).fetchall()
        _renew(connection, {url for (url,) in found if ledger.host_of(url) == host})
    note_titles(connection, titles)


def note_tied(connection: sqlite3.Connection, article_id: int) -> None:
    """Bring up to date what series lack of the entries that are tied to an article."""
    _renew(connection, {url for (url,) in connection.execute(_URLS_TIED, (article_id,))})


def note_titles(connection: sqlite3.Connection, titles: Set[str]) -> None:
    """Bring up to date what series lack of the entries that may name an article of one of these titles."""
    for day in {day_of(title) for title in titles}:
        found = connection.execute(_URLS_OF_DAY, (day,)).fetchall()
        _renew(
            connection,
            {url for url, shown in found if any(share_shown(title, shown) is not None for title in titles)},
        )


def _renew(connection: sqlite3.Connection, wanted: Iterable[str]) -> None:
    followed = {}
    for url in wanted:
        host = ledger.host_of(url)
        if host not in followed:
            followed[host] = _is_followed(connection, host)
        listing = None
        if followed[host] and _may_ask(url, host) and not _is_captured(connection, url):
            listing = connection.execute(_LISTING, (urls.key(url), url, host)).fetchone()
        if listing is not None:
            ledger.want(connection, url, origin=listing[0], at=listing[1])
        else:
            ledger.want_no_more(connection, url)


def _may_ask(url: str, host: str) -> bool:
    """Is it an article that `--follow` might go on to from a page of that host?"""
    is_article = urls.is_article(url) or not urls.is_csdn(url)
    return ledger.host_of(url) == host and is_article and not urls.is_endless(url)


def _is_captured(connection: sqlite3.Connection, url: str) -> bool:
    """Is an article tied to the URL, under whichever of the titles that lists give it?"""
    return connection.execute(_TIED, (urls.key(url),)).fetchone() is not None


def _is_followed(connection: sqlite3.Connection, host: str, *, besides: int | None = None) -> bool:
    """Is there an article of a series on a host, apart from one?"""
    return any(is_of_series(title) for (title,) in connection.execute(_ARTICLES, (host, besides)))
