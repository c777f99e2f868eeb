"""What belongs to one page: its addresses, those that led only to it, and its images."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from crawler.extract.urls import canonical
from crawler.extract.urls import key as key_of
from pipelines.erasures import digest, spellings, title_at
from pipelines.lookup import Found
from pipelines.requisites import images_in
from pipelines.warc.places import FileAway, Places
from pipelines.warc.read import Torn, read_at
from pipelines.warc.record import Record

_PAGES = """
    SELECT id, url FROM pages
    WHERE id = :page_id OR (:article_id IS NOT NULL AND (
        article_id = :article_id OR id IN (SELECT page_id FROM captures WHERE article_id = :article_id)))
"""
_SPELLED = """
    SELECT id, url FROM pages WHERE id IN (SELECT value FROM json_each(?))
        OR url IN (SELECT value FROM json_each(?))
"""
_CAPTURED = "SELECT warc_file, warc_offset FROM captures WHERE page_id IN (SELECT value FROM json_each(?))"
_REDIRECTS = """
    SELECT c.url, c.warc_file, c.warc_offset FROM captures AS c
    WHERE c.outcome = 'redirect' AND NOT EXISTS (
        SELECT 1 FROM captures AS o
        WHERE o.page_id = c.page_id AND o.outcome IN ('article', 'unchanged', 'source')
    )
"""
_ENTRIES = """
    SELECT p.url, count(*) FROM list_entries AS e
    JOIN links AS k ON k.id = e.link_id
    JOIN captures AS c ON c.id = e.capture_id
    JOIN pages AS p ON p.id = c.page_id
    WHERE (k.url IS NULL AND k.target_article_id = ?1 OR k.target_key IN (SELECT value FROM json_each(?2)))
        AND c.page_id NOT IN (SELECT value FROM json_each(?3))
    GROUP BY p.url ORDER BY p.url
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What belongs to a page."""

    urls: frozenset[str] = frozenset()
    """Canonical, those of its captures' records and of redirects to it among them; also URNs."""
    page_ids: tuple[int, ...] = ()
    article_id: int | None = None
    images: frozenset[str] = frozenset()
    """Digests of the images in its texts."""
    titles: frozenset[str] = frozenset()
    """By which lists name it without a URL, each a `title_at` a host."""


def own_of(connection: sqlite3.Connection, places: Places, found: Found) -> Own:
    """Return what belongs to a page that was found."""
    pages = connection.execute(_PAGES, {"page_id": found.page_id, "article_id": found.article_id}).fetchall()
    spelled = json.dumps(sorted(each for _, url in pages for each in spellings(url)))
    pages = connection.execute(_SPELLED, (json.dumps([page_id for page_id, _ in pages]), spelled)).fetchall()
    page_ids = tuple(page_id for page_id, _ in pages)
    urls = {url for _, url in pages}
    for record in _records(places, connection.execute(_CAPTURED, (json.dumps(page_ids),)).fetchall()):
        urls.add(canonical(record.url or ""))
    urls |= _leading_only_to(connection, places, urls)
    contents = connection.execute("SELECT markdown FROM contents WHERE article_id = ?", (found.article_id,))
    images = {image for (markdown,) in contents for image in _images_in(markdown)}
    listed = connection.execute(
        "SELECT coalesce(host, ''), title FROM links WHERE url IS NULL AND target_article_id = ?",
        (found.article_id,),
    )
    return Own(
        urls=frozenset(urls),
        page_ids=page_ids,
        article_id=found.article_id,
        images=frozenset(images),
        titles=frozenset(title_at(host, title) for host, title in listed),
    )


def listed_only(connection: sqlite3.Connection, urls: Set[str]) -> Own | None:
    """Return what belongs to a page that lists alone name, by one of these URLs; None where none does."""
    named = connection.execute(
        "SELECT url FROM links WHERE url IN (SELECT value FROM json_each(?1))"
        " OR url IS NOT NULL AND target_key IN (SELECT value FROM json_each(?2)) ORDER BY url LIMIT 1",
        (json.dumps(sorted(urls)), json.dumps(sorted(map(key_of, urls)))),
    ).fetchone()
    return named and Own(urls=frozenset(named))


def used_by_others(connection: sqlite3.Connection, own: Own) -> set[str]:
    """Return those of a page's images that other articles show too."""
    used: set[str] = set()
    if own.images:
        others = connection.execute(
            "SELECT markdown FROM contents WHERE article_id IS NOT ? AND instr(markdown, '](')",
            (own.article_id,),
        )
        for (markdown,) in others:
            used |= own.images & _images_in(markdown)
    return used


def entries_of_others(connection: sqlite3.Connection, own: Own, keys: Set[str]) -> list[tuple[str, int]]:
    """Return the other pages whose lists name a page, by URL or title, each with how many entries do."""
    return connection.execute(
        _ENTRIES, (own.article_id, json.dumps(sorted(keys)), json.dumps(own.page_ids))
    ).fetchall()


def _images_in(markdown: str) -> set[str]:
    return {digest(safe_url_string(url)) for url in images_in(markdown)}


def _leading_only_to(connection: sqlite3.Connection, places: Places, urls: Set[str]) -> set[str]:
    """Return the addresses that led nowhere but to these, or to one another on the way there."""
    targets: dict[str, set[str]] = {}
    for url, name, offset in connection.execute(_REDIRECTS).fetchall():
        for record in _records(places, [(name, offset)]):
            location = record.http_header("location")
            leads_to = canonical(urljoin(record.url or "", location)) if location else ""
            targets.setdefault(url, set()).add(leads_to)
    led: set[str] = set()
    while more := {url for url, ends in targets.items() if ends <= urls | led and url not in urls | led}:
        led |= more
    return led


def _records(places: Places, captured: list[tuple[str, int]]) -> Iterator[Record]:
    for name, offset in captured:
        with suppress(Torn, OSError, FileAway):  # what cannot be read has no address to be found
            yield read_at(places.find(name), offset).record
