"""Tying list entries to the articles that they name, as entries and articles come, in whatever order.

An entry is tied by the key of its URL. Where that leads to no known article, its title does, if it begins
with a day: to the article of that day in whose title its characters stand in order, one of the same host
before others, then the one that it shows most of. Between equal ones there is no target; `rivals` names them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Set

from crawler.extract.lossy_titles import dated_title, day_of, share_shown
from pipelines import ledger
from pipelines.store import series

_MOST_RIVALS = 10
_LINK = "SELECT id, url, host, dated_title, target_key FROM links WHERE id = ?1"
_LINKS = (  # a blank follows the day; `!` comes next after it
    "SELECT id, url, host, dated_title, target_key FROM links"
    " WHERE dated_title >= ?1 || ' ' AND dated_title < ?1 || '!'"
)
_ARTICLES = (
    "SELECT a.id, a.key, f.url, a.dated_title FROM article_rows AS a"
    " JOIN article_facts AS f ON f.id = a.facts_id"
    " WHERE a.dated_title >= ?1 || ' ' AND a.dated_title < ?1 || '!'"
)
_TIE = (
    "UPDATE links SET target_article_id = ?1, match_score = ?2, rivals = ?3 WHERE id = ?4"
    " AND (target_article_id IS NOT ?1 OR match_score IS NOT ?2 OR rivals IS NOT ?3)"
)


_Link = tuple[int, str | None, str | None, str, str | None]
"""Id, URL, host, dated title, and key of the URL."""
_Tied = tuple[int | None, float | None, str | None]
"""Target, score, and rivals as they are stored; only the target where the URL decides."""


_Article = tuple[int, str, str, str]
"""Id, key, URL, and dated title of an article that has one."""


def claim(connection: sqlite3.Connection, article_id: int, key: str) -> None:
    """Tie the links whose URL has this key to the article that has it now."""
    connection.execute(
        "UPDATE links SET target_article_id = ?, match_score = NULL, rivals = NULL WHERE target_key = ?",
        (article_id, key),
    )


def tie(connection: sqlite3.Connection, link_id: int) -> None:
    """Tie a new link by its title, if its URL did not tie it."""
    dated = connection.execute(
        "SELECT dated_title FROM links WHERE id = ? AND target_article_id IS NULL", (link_id,)
    ).fetchone()
    if dated is not None and dated[0] is not None:
        articles = _articles_of(connection, day_of(dated[0]))
        if articles:
            _tie_all(connection, connection.execute(_LINK, (link_id,)).fetchall(), articles)


def note_title(connection: sqlite3.Connection, article_id: int, *, is_new: bool) -> None:
    """Bring an article's dated title up to date; entries of its day are tied anew if that may change them.

    `is_new`: its facts are others than at the last call.
    """
    known, title, url = connection.execute(
        "SELECT a.dated_title, f.title, f.url FROM article_rows AS a"
        " JOIN article_facts AS f ON f.id = a.facts_id WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    dated = dated_title(title)
    if dated != known:
        connection.execute("UPDATE article_rows SET dated_title = ? WHERE id = ?", (dated, article_id))
    if dated != known or is_new:
        titles = {name for name in (known, dated) if name is not None}
        tie_like(connection, titles)
        series.note_articles(connection, titles, host=ledger.host_of(url), article_id=article_id)
        series.note_tied(connection, article_id)  # those that its URL ties, of whichever day


def titles_around(connection: sqlite3.Connection, article_id: int) -> set[str]:
    """Return the dated titles of an article and of the entries tied to it: for `tie_like` once it is gone."""
    rows = connection.execute(
        "SELECT dated_title FROM article_rows WHERE id = ?1"
        " UNION SELECT dated_title FROM links WHERE target_article_id = ?1",
        (article_id,),
    )
    return {name for (name,) in rows if name is not None}


def tie_like(connection: sqlite3.Connection, titles: Set[str]) -> None:
    """Tie the entries that may name an article of one of these dated titles to the articles there are now."""
    for day in {day_of(title) for title in titles}:
        links = [
            link
            for link in connection.execute(_LINKS, (day,)).fetchall()
            if any(share_shown(title, link[3]) is not None for title in titles)
        ]
        if links:
            _tie_all(connection, links, _articles_of(connection, day))


def _articles_of(connection: sqlite3.Connection, day: str) -> list[_Article]:
    return connection.execute(_ARTICLES, (day,)).fetchall()


def _tie_all(connection: sqlite3.Connection, links: list[_Link], articles: list[_Article]) -> None:
    for link_id, url, host, title, target_key in links:
        row = connection.execute("SELECT id FROM article_rows WHERE key = ?", (target_key,)).fetchone()
        if row is not None:
            tied: _Tied = (row[0], None, None)
        else:
            tied = _tied(articles, host=ledger.host_of(url) if url else host, title=title)
        connection.execute(_TIE, (*tied, link_id))


def _tied(articles: list[_Article], *, host: str | None, title: str) -> _Tied:
    """Return what an entry with this title is tied to."""
    found = []
    for article_id, key, url, whole in articles:
        score = share_shown(whole, title)
        if score is not None:
            found.append((bool(host) and ledger.host_of(url) == host, score, key, article_id))
    if not found:
        return None, None, None
    found.sort(key=lambda one: (not one[0], -one[1], one[2]))
    is_clear = len(found) == 1 or found[0][:2] != found[1][:2]
    rivals = found[1:] if is_clear else found
    listed = [{"key": key, "score": score} for _, score, key, _ in rivals[:_MOST_RIVALS]]
    return (
        found[0][3] if is_clear else None,
        found[0][1],
        json.dumps(listed, separators=(",", ":")) if listed else None,
    )
