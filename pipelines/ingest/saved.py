"""Saved pages: which files they are, what is known of them, and their bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.extract import urls
from pipelines.content_coding import MAX_PAGE_BYTES
from pipelines.errors import BadSeed, Usage
from pipelines.replay import CAPTURED_AT, CODING, ORIGINAL_ID, PAYLOAD_BYTES, PAYLOAD_SHA256, SOURCE, UNTYPED
from pipelines.warc import holds_page
from pipelines.warc.record import Record

_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}
_ARCHIVES = (".warc", ".warc.gz", ".wet", ".wet.gz")
_PAGE_TYPES = {None, "text/html", "application/xhtml+xml", "text/plain"}
_REDIRECTS = {301, 302, 303, 307, 308}
_NO_PAGES = {206, 304}
_KEYS = {"path", "url", "captured_at"}
_FIRST_PAGE = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks differ, and zones are mistaken
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One file to be ingested, with what its user says about it."""

    path: Path
    url: str | None = None
    """Canonical."""
    captured_at: str | None = None
    """`YYYY-MM-DDTHH:MM:SSZ`"""

    @property
    def is_archive(self) -> bool:
        """Is it a WARC or WET file, which holds many pages?"""
        return self.path.name.lower().endswith(_ARCHIVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The bytes of a saved page, as a WARC record takes them."""

    body: bytes
    """No more than MAX_PAGE_BYTES of it."""
    sha256: str
    """Of the whole file."""
    content_type: str
    headers: Mapping[str, str]
    truncated: str | None


def find_saved(paths: Iterable[Path], *, url: str | None, captured_at: str | None) -> list[Saved]:
    """Return the saved pages that `paths` name, folders searched and sorted, each file once.

    Raises Usage for a path that is not there and for a URL given to more than one page, BadSeed for a URL
    that is none.
    """
    saved = Saved(path=Path(), url=_checked_url(url, "--url"), captured_at=captured_at)
    found = [replace(saved, path=file) for path in paths for file in _files(path)]
    if url is not None and any(each.is_archive for each in found):
        raise Usage("--url is for a saved page; the records of a WARC file bear URLs of their own")
    if url is not None and len(found) != 1:
        raise Usage(f"--url names one page, and {len(found)} files were given; use --list for more")
    if captured_at is not None and any(each.is_archive for each in found):
        raise Usage("--captured-at is for saved pages; the records of a WARC file bear dates of their own")
    return list({each.path.absolute(): each for each in found}.values())


def read_list(path: Path) -> list[Saved]:
    """Return the saved pages of a list, one JSON object a line: `path`, and `url`, `captured_at` if known.

    A path is taken from the list's folder, or else from the current one. Raises BadSeed, naming the line, for
    one that is no such object, Usage for a path that is not there.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise Usage(f"cannot read the list {path}: {error.strerror}") from error
    return [
        saved
        for number, line in enumerate(lines, start=1)
        if line.strip()
        for saved in _listed(path, line, f"{path} line {number}")
    ]


def shown(path: Path) -> str:
    """Return a path as text that any file takes, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def parse_captured_at(text: str) -> str:
    """Return a date and time, UTC unless it names a zone, as `YYYY-MM-DDTHH:MM:SSZ`.

    Raises ValueError, also for a time at which nobody can have saved a page.
    """
    moment = datetime.fromisoformat(text.strip())
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _FIRST_PAGE <= moment <= datetime.now(UTC) + _AHEAD:
        raise ValueError("a page cannot have been saved then")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def load(saved: Saved) -> Loaded:
    """Read a saved page; of one that is larger than a page may be, only the beginning is kept."""
    digest = hashlib.sha256()
    body = b""
    size = 0
    with saved.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            body += chunk[: MAX_PAGE_BYTES - len(body)]
    headers = {SOURCE: "ingest", CAPTURED_AT: saved.captured_at or "unknown"}
    name = saved.path.name.lower()
    if name.endswith(".gz"):
        headers[CODING] = "gzip"
    if size > len(body):
        headers |= {PAYLOAD_SHA256: digest.hexdigest(), PAYLOAD_BYTES: str(size)}
    return Loaded(
        body=body,
        sha256=digest.hexdigest(),
        content_type=_TYPES.get(Path(name.removesuffix(".gz")).suffix, UNTYPED),
        headers=headers,
        truncated="length" if size > len(body) else None,
    )


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if _is_saved_page(file))
    elif path.exists():
        yield path
    else:
        raise Usage(f"there is no {path}; give a file, a folder or --list")


def _is_saved_page(path: Path) -> bool:
    name = path.name.lower()
    return name.removesuffix(".gz").endswith((*_TYPES, *_ARCHIVES)) and path.is_file()


def _checked_url(url: str | None, where: str) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
        is_web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise BadSeed(f"{where}: {url!r} is no address of a web page; it begins with http:// or https://")
    return urls.canonical(url)


def _listed(path: Path, line: bytes, where: str) -> list[Saved]:
    entry = _entry(line, where)
    given = Path(entry["path"]).expanduser()
    beside = path.parent / given
    url = _checked_url(entry.get("url"), where)
    try:
        captured_at = parse_captured_at(entry["captured_at"]) if entry.get("captured_at") else None
    except ValueError as error:
        raise BadSeed(
            f"{where}: captured_at {entry['captured_at']!r} is no time in the past;"
            " write it as 2024-05-11T01:02:03Z"
        ) from error
    try:
        return find_saved([beside if beside.exists() else given], url=url, captured_at=captured_at)
    except Usage as error:
        raise Usage(f"{where}: {error}") from error


def _entry(line: bytes, where: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadSeed(f"{where} is not JSON ({error}); nothing was stored") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str) or not entry["path"]:
        raise BadSeed(f'{where} is no object with a "path"; nothing was stored')
    odd = [key for key, value in entry.items() if key not in _KEYS or not isinstance(value, str | None)]
    if odd:
        raise BadSeed(
            f"{where}: {odd[0]!r} is not understood; known are path, url and captured_at, all of them text"
        )
    return entry


def is_foreign_page(record: Record) -> bool:
    """Is this record of another program's WARC file one that a capture is made of?

    Requests, revisits, robots.txt, empty answers to conditional requests and whatever is no page are not.
    """
    if (
        record.type == "revisit"
        or not holds_page(record)
        or not (record.url or "").lower().startswith(("http://", "https://", "urn:sha256:"))
    ):
        return False
    if record.type == "response":
        if record.status is None or record.status in _NO_PAGES:
            return False
        return record.status in _REDIRECTS or _media_type(record.http_header("content-type")) in _PAGE_TYPES
    return _media_type(record.content_type) in _PAGE_TYPES or record.headers.get(SOURCE) == "ingest"


def copy_of(record: Record, record_id: str) -> Record:
    """Return another archive's record as one of ours: its own date, marked as what it is."""
    own = {name: value for name, value in record.headers.items() if name.lower().startswith("x-wencun-")}
    source = {} if record.type == "resource" and SOURCE in own else {SOURCE: "warc"}
    return replace(record, record_id=record_id, headers=own | source | {ORIGINAL_ID: record.record_id})


def _media_type(content_type: str | None) -> str | None:
    return content_type.split(";", 1)[0].split(",", 1)[0].strip().lower() if content_type else None
