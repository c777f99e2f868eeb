"""What people ask to be collected: into the journal first, then into the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import urlsplit

from crawler.extract import urls
from pipelines import ledger
from pipelines.archive import Archive
from pipelines.errors import BadSeed, Usage
from pipelines.journal import Journal
from pipelines.masking import masked


@dataclass(frozen=True, slots=True)
class Seed:
    """An address that somebody gave."""

    url: str
    """Canonical."""
    kind: str | None
    """What its form says it is: `article`, `source` (a page that leads to articles), or None."""


def seed(url: str) -> Seed:
    """Return what `url` is recognised as; raises BadSeed for what is no http(s) URL, or names a user."""
    try:
        parts = urlsplit(url.strip())
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise BadSeed(f"{url!r} is no URL: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not has_host:
        raise BadSeed(f"{url!r} is no http:// or https:// URL; saved pages go through `wencun ingest`")
    if "@" in parts.netloc:
        raise BadSeed(
            f"{masked(url)!r} names a user, and wencun logs in nowhere; give the address without it"
        )
    canonical = urls.canonical(url)
    is_article = urls.is_article(canonical)
    return Seed(canonical, "article" if is_article else "source" if urls.is_csdn(canonical) else None)


def read_list(path: Path) -> Iterator[Seed]:
    """Yield the seeds of a file: a URL or `{"url": …}` a line, `#` for comments.

    Raises BadSeed with the number of the line that is neither, Usage where there is no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{path}: {getattr(error, 'strerror', None) or 'no UTF-8 text'}") from error
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                yield seed(_json_url(text) if text.startswith("{") else text)
            except BadSeed as error:
                raise BadSeed(f"{path} line {number}: {error}; nothing of the list was added") from error


def remember(archive: Archive, given: Iterable[str], *, follow: str | None = None) -> None:
    """Write each canonical URL into the journal as a seed, with what coming runs are to follow from it."""
    journal = Journal(archive.journal_path)
    for url in given:
        event = {"at": ledger.now(), "event": "seed", "url": url}
        journal.append(event if follow is None else {**event, "follow": follow})


def register(connection: Connection, given: Iterable[Seed], *, at: str, follow: str | None = None) -> None:
    """Enter seeds into the ledger: articles are due from then on, sources wait until they can be followed.

    `follow`: what coming runs are to go on to from there, where they are told nothing themselves.
    """
    for each in given:
        due_at = None if each.kind == "source" else at
        page_id = ledger.register(connection, each.url, reason="seed", due_at=due_at)
        ledger.tell(connection, page_id, follow)
        if each.kind == "source":
            ledger.mark_source(connection, page_id)


def _json_url(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadSeed(f"no JSON object: {error}") from error
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str):
        raise BadSeed('a JSON object without "url"')
    return url
