"""What people ask to be collected: into the journal first, then into the ledger."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import urlsplit

from crawler.extract import urls
from pipelines import ledger
from pipelines.archive import Archive
from pipelines.erasures import Erasures
from pipelines.errors import BadSeed, Usage
from pipelines.events import Event, announce
from pipelines.following import Told
from pipelines.journal import Journal
from pipelines.lookup import known_as, other_form
from pipelines.masking import masked


@dataclass(frozen=True, slots=True)
class Seed:
    """An address that somebody gave."""

    url: str
    """Canonical."""
    kind: str | None
    """What its form says it is: `article`, one of `SourceKind`, or None."""


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
    return Seed(canonical, "article" if urls.is_article(canonical) else urls.source_kind(canonical))


def as_known(connection: Connection, given: Iterable[Seed]) -> dict[Seed, bool]:
    """Return the seeds that are meant, each once, and whether each was known before.

    An address that is known with or without a slash at its end, or was given so before, is meant by both.
    """
    meant: dict[Seed, bool] = {}
    new: set[str] = set()
    for each in given:
        known = known_as(connection, each.url, even_gone=False)
        if known is not None:
            meant[each if known == each.url else seed(known)] = True
        elif other_form(each.url) not in new:
            new.add(each.url)
            meant[each] = False
    return meant


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


def spare(archive: Archive, given: Iterable[str]) -> tuple[str, ...]:
    """Return the canonical URLs of `given` but for those of pages that were erased, and tell of these.

    Raises BadSeed where none is left.
    """
    erased, left, refused = Erasures.of(archive), [], []
    for url in given:
        since = erased.since(url)
        if since is None:
            left.append(url)
        else:
            refused.append((masked(url), f"{masked(url)} was erased at {since}, and is not taken up again"))
    if refused and not left:
        raise BadSeed(refused[0][1])
    for url, told in refused:
        announce(Event.ERASED, told, level=logging.WARNING, url=url)
    return tuple(left)


def remember(
    archive: Archive, given: Iterable[str], *, told: Told | None = None, every_s: int | None = None
) -> None:
    """Write each canonical URL into the journal as a seed, with what was said of it.

    `every_s`: seconds between two looks; 0 for what was pinned and is not to be any more.
    """
    said = {
        "follow": told.lists if told else None,
        "match": told.match if told else None,
        "every_s": every_s,
    }
    said = {name: value for name, value in said.items() if value is not None}
    seeds = [{"at": ledger.now(), "event": "seed", "url": url, **said} for url in given]
    if seeds:
        Journal(archive.journal_path).append(*seeds)


def register(connection: Connection, given: Iterable[Seed], *, at: str | None) -> None:
    """Enter seeds into the ledger, due from then on; None: not due."""
    for each in given:
        page_id = ledger.register(connection, each.url, reason="seed", due_at=at)
        ledger.mark_seed(connection, page_id)
        if each.kind not in (None, "article"):
            ledger.mark_source(connection, page_id, each.kind)


def _json_url(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadSeed(f"no JSON object: {error}") from error
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str):
        raise BadSeed('a JSON object without "url"')
    return url
