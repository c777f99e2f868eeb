"""Which article or page a user means by a URL, a key or an id."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from crawler.extract.urls import canonical, parts
from crawler.extract.urls import key as key_of
from pipelines.archive import Archive
from pipelines.errors import Damaged
from pipelines.warc.places import places_of
from pipelines.warc.read import Torn, read_at
from pipelines.warc.record import Record
from pipelines.warc.revisit import OriginalLost, with_body

_ID = re.compile(r"[0-9]{1,18}")
_BY_ID = "SELECT id, key FROM articles WHERE id = ?"
_BY_KEY = "SELECT id, key FROM articles WHERE key = ?"
_NEWEST = """
    SELECT warc_file, warc_offset FROM captures WHERE {} = ?
    ORDER BY captured_at DESC NULLS LAST, recorded_at DESC, warc_file DESC, warc_offset DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the archive knows under a name; at least one of the two ids is given."""

    article_id: int | None
    key: str | None
    """The article's key; None where the page gave no article."""
    page_id: int | None
    state: str | None
    """The page's state in the ledger."""
    reason: str | None
    """Why the page is in that state, or why its last capture gave no article."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture's record lies."""

    warc_file: str
    warc_offset: int


def find(connection: sqlite3.Connection, name: str) -> Found | None:
    """Return what is stored under a URL in any form, a key, or the id of an article; None without any."""
    name = name.strip()
    url = address_of(name)
    article = _article(connection, _BY_KEY, name)
    if article is None and _ID.fullmatch(name):
        article = _article(connection, _BY_ID, int(name))
    if article is None:
        article = _article(connection, _BY_KEY, key_of(url))
    page = connection.execute(
        "SELECT id, article_id, state, reason FROM pages WHERE url = ?", (url,)
    ).fetchone() or (None, None, None, None)
    if article is None and page[1] is not None:
        article = _article(connection, _BY_ID, page[1])
    if article is None and page[0] is None:
        return None
    article_id, key = article or (None, None)
    return Found(
        article_id=article_id,
        key=key,
        page_id=page[0],
        state=page[2],
        reason=_failure(connection, page[0]) or page[3],
    )


def address_of(name: str) -> str:
    """Return the canonical URL, or the URN, that a user means who names a page by its address."""
    return canonical(name if "://" in name or name.startswith("urn:") else f"https://{name}")


def known_as(connection: sqlite3.Connection, url: str, *, even_gone: bool = True) -> str | None:
    """Return the address under which the page at a canonical URL is known: this, or its other form.

    The other form has no slash at its end where this one has, and the other way round. None where neither is
    known. Unless `even_gone`, a page that is gone is not meant by its other form: the site tells them apart.
    """
    other = other_form(url) or url
    rows = connection.execute("SELECT url, state FROM pages WHERE url IN (?, ?)", (url, other)).fetchall()
    known = {row[0] for row in rows if row[0] == url or even_gone or row[1] != "gone"}
    return url if url in known else other if other in known else None


def other_form(url: str) -> str | None:
    """Return a canonical URL with or without the slash at the end of its path; None where it has one form."""
    split = parts(url)
    if split is None or split.path in ("", "/"):
        return None
    path = split.path.removesuffix("/") if split.path.endswith("/") else f"{split.path}/"
    other = canonical(split._replace(path=path).geturl())
    return other if other != url else None


def newest_capture(connection: sqlite3.Connection, found: Found) -> Place | None:
    """Return where the newest capture of what was found lies; None where nothing was fetched yet."""
    column, value = (
        ("article_id", found.article_id) if found.article_id is not None else ("page_id", found.page_id)
    )
    row = connection.execute(_NEWEST.format(column), (value,)).fetchone()
    return row and Place(*row)


def capture_place(connection: sqlite3.Connection, capture_id: int) -> Place | None:
    """Return where the record of a capture lies; None where there is no such capture."""
    row = connection.execute(
        "SELECT warc_file, warc_offset FROM captures WHERE id = ?", (capture_id,)
    ).fetchone()
    return row and Place(*row)


def read_record(archive: Archive, place: Place) -> Record:
    """Return the record that lies at `place`; raises Damaged where there is none that can be read.

    Raises FileAway where it may lie in a cold place that is not there now.
    """
    places = places_of(archive)
    path = places.find(place.warc_file)
    try:
        return with_body(places, read_at(path, place.warc_offset)).record
    except (OSError, Torn, OriginalLost) as error:
        raise Damaged(f"cannot read the capture at byte {place.warc_offset} of {path}: {error}") from error


def _article(connection: sqlite3.Connection, sql: str, value: str | int) -> tuple[int, str] | None:
    row: tuple[int, str] | None = connection.execute(sql, (value,)).fetchone()
    return row


def _failure(connection: sqlite3.Connection, page_id: int | None) -> str | None:
    row = connection.execute(
        "SELECT message FROM failures WHERE page_id = ? ORDER BY failed_at DESC, id DESC LIMIT 1", (page_id,)
    ).fetchone()
    return row and str(row[0])
