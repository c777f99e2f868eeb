"""The sums that hold after every run, counted apart from the ledger: tables, WARC files, the site's log."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from loopback import Asked

from crawler.extract.urls import canonical, key
from pipelines.erasures import digest
from pipelines.followed_lists import FOLLOWED_LISTS
from pipelines.following import host_of
from pipelines.warc.read import RecordRead, read_records

_OF_PAGES = {"response", "revisit", "resource", "conversion"}
"""Types of the WARC records that captures are made of."""
_NO_OUTCOME = {"leased", "released", "held"}
_RUNS = (  # what came of earlier ones may be gone
    "SELECT id, outcome, counts FROM runs WHERE command = 'crawl'"
    " AND id > (SELECT coalesce(max(id), 0) FROM runs WHERE command = 'erase')"
)


def assert_sums_hold(data: Path, asked: Iterable[Asked], events: Iterable[Mapping[str, Any]] = ()) -> None:
    """Assert what holds of an archive whose last run ended by itself.

    `asked`: what sites were asked for since the archive was made, or less; `events`: what that run told.
    """
    records = list(_page_records(data))
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        assert _wrong_runs(connection) == []
        assert connection.execute("SELECT url FROM pages WHERE lease_run_id IS NOT NULL").fetchall() == []
        assert _not_counted_alike(connection, events) == []
        assert _not_in_ledger(connection) == []
        assert _without_counterpart(connection, records) == ([], [])
        assert _unaccounted(connection, asked, records) == []


def _wrong_runs(connection: sqlite3.Connection) -> list[tuple[int, dict[str, int]]]:
    """Runs whose leases are not the sum of what became of them."""
    return [
        (run_id, names)
        for run_id, names in _run_pages(connection).items()
        if names.get("leased", 0) != sum(count for name, count in names.items() if name != "leased")
    ]


def _not_counted_alike(
    connection: sqlite3.Connection, events: Iterable[Mapping[str, Any]]
) -> list[tuple[str, Any, Any]]:
    """Where the ledger's count of a run is another than that of captures, failures, summary and events."""
    wrong: list[tuple[str, Any, Any]] = []
    ledger = _run_pages(connection)
    for run_id, outcome, counts in connection.execute(_RUNS).fetchall():
        names = ledger.get(run_id, {})
        settled = sum(count for name, count in names.items() if name not in _NO_OUTCOME)
        least, most = _turns(connection, run_id)
        if outcome == "done" and not least <= settled <= most:
            wrong.append((f"pages that run {run_id} settled", settled, (least, most)))
        if outcome is not None and sum(json.loads(counts).values()) != names.get("leased", 0):
            wrong.append((f"pages in the summary of run {run_id}", names, counts))
    told = [event for event in events if "outcome" in event and "url" in event]
    if told:
        last = ledger[max(ledger)]
        settled = sum(count for name, count in last.items() if name not in _NO_OUTCOME)
        if settled != len(told):
            wrong.append(("events of the last run", last, Counter(event["outcome"] for event in told)))
    return wrong


def _turns(connection: sqlite3.Connection, run_id: int) -> tuple[int, int]:
    """Return how many pages at least, and at most, the captures and failures of a run are of.

    What redirects led to may be a turn of its own, or the end of another's.
    """
    rows = connection.execute(
        "SELECT page_id, outcome FROM captures WHERE run_id = ?1"
        " UNION SELECT page_id, error FROM failures WHERE run_id = ?1 AND capture_id IS NULL",
        (run_id,),
    ).fetchall()
    pages = {page_id for page_id, _ in rows}
    redirects = {page_id for page_id, outcome in rows if outcome == "redirect"}
    return len(pages) - len(redirects), len(pages)


def _not_in_ledger(connection: sqlite3.Connection) -> list[str]:
    """Links that a run was told to follow, and that lie in its scope, without a row of their own."""
    known = {url for (url,) in connection.execute("SELECT url FROM pages")}
    missing = []
    for run_id, text in connection.execute("SELECT id, follow FROM runs WHERE follow IS NOT NULL").fetchall():
        rule = json.loads(text)
        entries = connection.execute(
            "SELECT c.url, i.url, i.list FROM captures AS c JOIN sidebar_items AS i ON i.capture_id = c.id"
            " WHERE c.run_id = ? AND i.url IS NOT NULL",
            (run_id,),
        )
        for page, link, kind in entries:
            is_in_scope = host_of(link) in (rule["hosts"] or [host_of(page)]) and host_of(link) == host_of(
                page
            )
            is_wanted = kind in FOLLOWED_LISTS[rule["lists"]] and re.search(
                rule["match"] or "", canonical(link)
            )
            if is_in_scope and is_wanted and not known & {canonical(link), digest(key(link))}:
                missing.append(link)
    return missing


def _without_counterpart(
    connection: sqlite3.Connection, records: Sequence[RecordRead]
) -> tuple[list[object], list[object]]:
    """Records of pages without a capture, and captures without their record where they say it lies."""
    in_files = {
        (read.reference.record_id, read.reference.file, read.reference.offset)
        for read in records
        if _is_page(read)
    }
    query = "SELECT warc_record_id, warc_file, warc_offset FROM captures"
    in_database = set(connection.execute(query).fetchall())
    return sorted(in_files - in_database), sorted(in_database - in_files)


def _unaccounted(
    connection: sqlite3.Connection, asked: Iterable[Asked], records: Sequence[RecordRead]
) -> list[str]:
    """Pages that were asked for, and that have neither a capture nor a failure.

    A failure behind a redirect is the page's that led there.
    """
    captured = {url for (url,) in connection.execute("SELECT url FROM captures")}
    failed = {
        url
        for (url,) in connection.execute("SELECT p.url FROM failures AS f JOIN pages AS p ON p.id = page_id")
    }
    came_from = {
        canonical(urljoin(read.record.url or "", target)): canonical(read.record.url or "")
        for read in records
        if (target := _target(read)) is not None
    }
    of_no_page = {canonical(read.record.url or "") for read in records if not _is_page(read)}
    urls = {canonical(entry.url) for entry in asked if not _is_requisite(entry)}
    return [url for url in sorted(urls - captured - of_no_page) if not failed & set(_trail(url, came_from))]


def _trail(url: str, came_from: Mapping[str, str]) -> Iterator[str]:
    """Yield the URL, and those that led to it."""
    passed = set()
    at: str | None = url
    while at is not None and at not in passed:
        yield at
        passed.add(at)
        at = came_from.get(at)


def _page_records(data: Path) -> Iterator[RecordRead]:
    """Yield every response, revisit, resource and conversion record; fails at a file that is torn or open."""
    for path in sorted((data / "warc").glob("*.warc.gz*")):
        if ".torn" not in path.suffixes:  # a second one of a file is `.torn.2`
            assert path.suffix == ".gz", f"{path.name} was left open"
            yield from (read for read in read_records(path) if read.record.type in _OF_PAGES)


def _is_page(read: RecordRead) -> bool:
    return (
        "X-Wencun-Purpose" not in read.record.headers
        and urlsplit(read.record.url or "").path != "/robots.txt"
    )


def _is_requisite(entry: Asked) -> bool:
    return entry.path == "/robots.txt" or entry.headers.get("Accept", "").startswith("image/")


def _target(read: RecordRead) -> str | None:
    """Where a redirect leads."""
    if not (read.record.status_line or "").startswith("3"):
        return None
    return {name.lower(): value for name, value in read.record.http_headers}.get("location")


def _run_pages(connection: sqlite3.Connection) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    for run_id, name, pages in connection.execute("SELECT run_id, name, pages FROM run_pages"):
        counts.setdefault(run_id, {})[name] = pages
    return counts
