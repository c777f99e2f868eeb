"""A stored page as a golden pair: its bytes, and beside them what today's extractor reads off them."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC

from crawler.extract import sources, urls
from crawler.extract.items import Article, ExtractionError, Page, Source
from crawler.extract.models import BUILT_IN
from pipelines.archive import Archive
from pipelines.decisions import decisions_of
from pipelines.errors import Usage
from pipelines.known_models import read_own
from pipelines.lookup import Place, capture_place, find, newest_capture, read_record
from pipelines.process import Job, outcome_of_status
from pipelines.replay import work_of

_NO_NAME = re.compile(r"[^\w.-]+")
_NUMBER = re.compile(r"[0-9]{1,18}")
_HINT = "`wencun query 'SELECT id, url FROM captures'` lists what is"
UNKNOWN_SITE = "other"
"""Folder of pages that are of no known site."""
_SOURCES = "sources"
"""Folder of pages that lead to articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenPair:
    """A page and what was read off it."""

    site: str
    """The folder: the site that read the page, or whose form its URL has."""
    case: str
    """What the two files are called before their endings."""
    ending: str
    """Of the page's file: `.html`, `.txt` or, of a feed or sitemap, `.xml`."""
    page: Page
    found: Article | Source | ExtractionError
    """The article, what a page leads to, or why there is neither."""

    @property
    def expected(self) -> str:
        """The JSON text: what the page is read with, and every field, or the error and its message."""
        return json.dumps({**self._given(), **self._read()}, ensure_ascii=False, indent=2) + "\n"

    def _given(self) -> dict[str, object]:
        given: dict[str, object] = {"url": self.page.url}
        if self.page.content_type is not None:
            given["content_type"] = self.page.content_type
        if self.page.captured_at is not None:
            given["captured_at"] = f"{self.page.captured_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return given

    def _read(self) -> dict[str, object]:
        if isinstance(self.found, Article):
            return {"article": asdict(self.found)}
        if isinstance(self.found, Source):
            return {"source": asdict(self.found)}
        return {"error": type(self.found).__name__, "message": str(self.found)}


def golden_pair(archive: Archive, connection: sqlite3.Connection, name: str) -> GoldenPair:
    """Return the golden pair of a capture by its number, or of the newest capture of a URL or key.

    Raises Usage where nothing is stored under the name or what is stored is no page, and Damaged.
    """
    place = _place(connection, name)
    record = read_record(archive, place)
    work = work_of(record, decisions_of(archive).urls)
    if not isinstance(work, Job):
        raise Usage(f"fixture: the bytes of {name} cannot be read: {work.message}")
    if outcome_of_status(work.status) is not None:
        raise Usage(
            f"fixture: {name} answered with HTTP status {work.status}; a golden pair is made of a page"
        )
    page = work.page
    url = urls.canonical(page.url) if page.url else urls.urn(page.body)
    own = read_own(archive.settings_path)
    try:
        found: Article | Source | ExtractionError = sources.read(page, models=BUILT_IN.with_own(own))
    except ExtractionError as error:
        found = error
    return GoldenPair(
        site=_site_of(found, url),
        case=_NO_NAME.sub("_", urls.key(url).partition(":")[2]),
        ending=_ending_of(page),
        page=page,
        found=found,
    )


def _place(connection: sqlite3.Connection, name: str) -> Place:
    if _NUMBER.fullmatch(name):
        place = capture_place(connection, int(name))
        if place is None:
            raise Usage(f"fixture: there is no capture {name}; {_HINT}")
        return place
    found = find(connection, name)
    place = newest_capture(connection, found) if found is not None else None
    if place is None:
        raise Usage(f"fixture: no capture of {name} is stored; {_HINT}")
    return place


def _site_of(found: Article | Source | ExtractionError, url: str) -> str:
    if isinstance(found, Article):
        return found.site
    if isinstance(found, Source):
        return _SOURCES
    return urls.key(url).partition(":")[0] if urls.is_article(url) else UNKNOWN_SITE


def _ending_of(page: Page) -> str:
    if sources.is_feed_or_sitemap(page):
        return ".xml"
    return ".txt" if (page.content_type or "").startswith("text/plain") else ".html"
