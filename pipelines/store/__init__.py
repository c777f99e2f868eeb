"""Storing captures, each with what was made of it.

Nothing here depends on the order in which captures are stored, and storing a capture again replaces what hung
on it. The caller opens the transaction (`database.transaction`) on the one connection that writes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from operator import itemgetter

from crawler.extract.items import Article, SidebarItem
from pipelines import ledger
from pipelines.erasures import title_at
from pipelines.records import NOT_MODIFIED, Captured
from pipelines.store import contents, interned, latest, series
from pipelines.store.derive import derive, derive_gone
from pipelines.store.rename import rename_urn
from pipelines.store.storable import storable

__all__ = ["derive", "forget_capture", "rename_urn", "store_capture"]

_CAPTURE = (
    "page_id", "run_id", "url", "captured_at", "captured_at_source", "status", "media_type", "encoding",
    "encoding_declared", "payload_sha256", "payload_bytes", "warc_file", "warc_offset", "warc_bytes",
    "warc_record_id", "warc_payload_digest", "outcome", "extractor_version", "robots_signals", "recorded_at",
    "observed_at", "article_id", "content_id", "facts_id",
)  # fmt: skip
_COUNTS = (
    "read_count", "read_count_shown", "read_count_unit", "read_count_is_minimum", "like_count",
    "collect_count", "comment_count",
)  # fmt: skip
_UPSERT = (
    contents.insert("captures", _CAPTURE)
    + " ON CONFLICT (warc_record_id) DO UPDATE SET run_id = coalesce(run_id, excluded.run_id), "
    + ", ".join(f"{name} = excluded.{name}" for name in _CAPTURE if name not in {"run_id", "warc_record_id"})
    + " RETURNING id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What a capture that is stored again hung on until now."""

    capture_id: int | None = None
    page_id: int | None = None
    article_id: int | None = None
    targets: frozenset[latest.Target] = frozenset()
    titles: frozenset[str] = frozenset()
    """The dated ones on its lists."""


def store_capture(connection: sqlite3.Connection, captured: Captured) -> int:
    """Store one capture, in place of what was stored of the same WARC record; return its id.

    Ends the lease that the run holds on the page, or on the page that led to it. A redirect keeps its lease:
    what it leads to, or `ledger.fail`, ends it.
    """
    captured = storable(captured)
    page_id = ledger.find_or_add(connection, captured.processed.url)
    before = _take_out(connection, captured.reference.record_id)
    capture_id, article_id = _put_capture(connection, captured, page_id)
    _put_failure(connection, captured, capture_id, page_id)
    _put_shape(connection, captured, capture_id)
    article_ids = [known for known in {article_id, before.article_id} if known is not None]
    for changed in article_ids:
        derive(connection, changed)
    latest.offer(connection, capture_id, dropped=before.targets)
    _go_on(connection, captured, page_id)
    _settle(connection, captured, page_id, before)
    _note_validators(connection, captured, capture_id, page_id)
    _settle_others(connection, article_ids, page_id)
    derive_gone(connection, article_ids, page_id)
    series.note_lists(connection, capture_id)
    series.note_titles(connection, before.titles - series.titles_of(connection, capture_id))
    _end_lease(connection, captured, capture_id, page_id)
    return capture_id


def forget_capture(connection: sqlite3.Connection, record_id: str) -> None:
    """Take out the capture of a WARC record that is gone, with all that it alone said.

    A page that was fetched and has no other capture is due at once.
    """
    before = _take_out(connection, record_id)
    if before.capture_id is None or before.page_id is None:
        return
    row = connection.execute(
        "DELETE FROM captures WHERE id = ? RETURNING captured_at_source", (before.capture_id,)
    ).fetchone()
    latest.renew(connection, before.targets)
    if before.article_id is not None:
        derive(connection, before.article_id)
        derive_gone(connection, [before.article_id], before.page_id)
    series.note_titles(connection, before.titles)
    ledger.settle(connection, before.page_id)
    ledger.forget_validators(connection, before.page_id)
    ledger.restart(connection, before.page_id, is_due=row[0] == "fetch")


def _take_out(connection: sqlite3.Connection, record_id: str) -> _Before:
    row = connection.execute(
        "SELECT id, page_id, article_id FROM captures WHERE warc_record_id = ?", (record_id,)
    ).fetchone()
    if row is None:
        return _Before()
    capture_id, page_id, article_id = row
    targets = latest.take_from(connection, capture_id)
    titles = series.titles_of(connection, capture_id)
    for table in ("list_entries", "observations", "failures", "shapes"):
        connection.execute(f"DELETE FROM {table} WHERE capture_id = ?", (capture_id,))  # noqa: S608 -- ours
    return _Before(
        capture_id=capture_id, page_id=page_id, article_id=article_id, targets=targets, titles=titles
    )


def _put_capture(connection: sqlite3.Connection, captured: Captured, page_id: int) -> tuple[int, int | None]:
    """Write the capture with its content, counts and lists; return its id and its article's."""
    article = captured.processed.article
    ids: tuple[int | None, int | None, int | None] = (None, None, None)
    if article is not None:
        article_id = contents.find_or_add_article(connection, article.key)
        content_id = contents.find_or_add_content(connection, article_id, article)
        ids = (article_id, content_id, contents.facts_id(connection, article_id, article))
    observed_at = captured.captured_at or (article.imported_at if article else None)
    row = connection.execute(_UPSERT, (page_id, *_capture_values(captured), observed_at, *ids)).fetchone()
    capture_id = int(row[0])
    if article is not None:
        contents.give_wording(connection, content_id, capture_id, article)
        if captured.processed.status != NOT_MODIFIED:
            _put_observation(connection, capture_id, article_id, observed_at, article)
    items = article.sidebar if article else captured.processed.links
    _put_entries(connection, capture_id, items, host=ledger.host_of(captured.processed.url))
    return capture_id, ids[0]


def _capture_values(captured: Captured) -> tuple[str | int | None, ...]:
    reference, processed = captured.reference, captured.processed
    return (
        captured.run_id,
        processed.url,
        captured.captured_at,
        captured.captured_at_source,
        processed.status,
        processed.media_type,
        processed.encoding,
        processed.encoding_declared,
        processed.payload_sha256,
        processed.payload_bytes,
        reference.file,
        reference.offset,
        reference.bytes,
        reference.record_id,
        reference.payload_digest,
        processed.outcome,
        processed.extractor_version,
        processed.robots_signals,
        reference.recorded_at,
    )


def _put_observation(
    connection: sqlite3.Connection,
    capture_id: int,
    article_id: int,
    observed_at: str | None,
    article: Article,
) -> None:
    connection.execute(
        contents.insert("observations", ("capture_id", "article_id", "observed_at", *_COUNTS)),
        (capture_id, article_id, observed_at, *(getattr(article, name) for name in _COUNTS)),
    )


def _put_entries(
    connection: sqlite3.Connection, capture_id: int, items: tuple[SidebarItem, ...], *, host: str
) -> None:
    """Write the lists; an entry whose rank is taken, in a second list of the same name, goes to its end.

    What names an erased page is left out.
    """
    rows: dict[tuple[int, int], tuple[int | None, ...]] = {}
    longest: dict[int, int] = {}
    knows_erasures = ledger.knows_erasures(connection)
    for item in items:
        if knows_erasures and ledger.is_erased(connection, item.url or title_at(host, item.title)):
            continue
        list_id = interned.list_id(connection, item)
        rank = item.rank if (list_id, item.rank) not in rows else longest[list_id] + 1
        longest[list_id] = max(longest.get(list_id, 0), rank)
        rows[list_id, rank] = (
            interned.link_id(connection, item.url, item.title, host=host),
            item.read_count,
            interned.count_form_id(connection, item),
            interned.shown_time_id(connection, item),
        )
    connection.executemany(
        "INSERT INTO list_entries (capture_id, list_id, rank, link_id, read_count, count_form_id,"
        " shown_time_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(capture_id, *place, *row) for place, row in sorted(rows.items(), key=itemgetter(0))],
    )


def _put_failure(connection: sqlite3.Connection, captured: Captured, capture_id: int, page_id: int) -> None:
    error = captured.processed.error
    if error is not None:
        connection.execute(
            "INSERT INTO failures (capture_id, page_id, run_id, error, message, failed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                capture_id,
                page_id,
                captured.run_id,
                error,
                captured.processed.message or "",
                _seen_at(captured),
            ),
        )


def _put_shape(connection: sqlite3.Connection, captured: Captured, capture_id: int) -> None:
    """Keep the shape of a fetched page; saved ones may be as old as their template."""
    if captured.processed.shape is not None and captured.captured_at_source == "fetch":
        connection.execute(
            "INSERT INTO shapes (capture_id, host, shape) VALUES (?, ?, ?)",
            (capture_id, ledger.host_of(captured.processed.url), captured.processed.shape),
        )


def _go_on(connection: sqlite3.Connection, captured: Captured, page_id: int) -> None:
    """Note where the page leads to, and on which further pages the source that it is goes on.

    A list's next page is worth a look where this one was never seen before, or most of what it names is new:
    what stands on top of a list for long is known, however much has come since.
    """
    at, kind = _seen_at(captured), captured.processed.source_kind
    if captured.page_id not in (None, page_id):
        ledger.hand_on(connection, captured.page_id, page_id)
    if kind is not None:
        ledger.mark_source(connection, page_id, kind)
    found = [ledger.follow(connection, url, origin=page_id, at=at) for url in captured.follow]
    if not captured.more:
        return
    (looks,) = connection.execute(
        "SELECT count(*) FROM captures WHERE page_id = ? AND outcome = 'source'", (page_id,)
    ).fetchone()
    if looks == 1 or kind == "sitemap" or 2 * sum(found) > len(found):
        for url in captured.more:
            ledger.follow_further(connection, url, origin=page_id, at=at)


def _settle(connection: sqlite3.Connection, captured: Captured, page_id: int, before: _Before) -> None:
    """Settle the page, unless it is on its way to another one: then it stays due until that has come."""
    if captured.processed.outcome != "redirect" or not ledger.is_leased(connection, page_id):
        ledger.settle(connection, page_id)
    if before.page_id not in (None, page_id):
        ledger.settle(connection, before.page_id)


def _note_validators(
    connection: sqlite3.Connection, captured: Captured, capture_id: int, page_id: int
) -> None:
    """Keep what the page is asked by next time; nothing after an answer that gave no page."""
    gave_page = captured.processed.outcome in {"article", "source"}
    if gave_page and captured.processed.status == NOT_MODIFIED:
        return
    ledger.note_validators(
        connection,
        page_id,
        capture_id,
        etag=captured.etag if gave_page else None,
        last_modified=captured.last_modified if gave_page else None,
    )


def _settle_others(connection: sqlite3.Connection, article_ids: list[int], page_id: int) -> None:
    """Settle the other pages that show these articles: what changed there may have been seen here first."""
    others = [
        row[0]
        for article_id in article_ids
        for row in connection.execute(
            "SELECT id FROM pages WHERE article_id = ? AND id <> ? AND lease_run_id IS NULL",
            (article_id, page_id),
        )
    ]
    for other in others:
        ledger.settle(connection, other)


def _end_lease(connection: sqlite3.Connection, captured: Captured, capture_id: int, page_id: int) -> None:
    """End the lease with the visit's last capture, which alone names the leased page."""
    if captured.run_id is None or captured.page_id is None:
        return
    (outcome,) = connection.execute("SELECT outcome FROM captures WHERE id = ?", (capture_id,)).fetchone()
    ledger.finish(connection, captured.page_id, captured.run_id, outcome)
    if captured.page_id != page_id:
        ledger.skip_redirected(connection, captured.page_id)
    if captured.page_id != page_id or outcome == "redirect":
        ledger.settle(connection, captured.page_id)


def _seen_at(captured: Captured) -> str:
    return captured.captured_at or captured.reference.recorded_at
