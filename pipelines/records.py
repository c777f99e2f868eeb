"""What passes between extraction, the WARC files and the writer; every record pickles."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.items import Article, SidebarItem

NOT_MODIFIED = 304
"""HTTP status of an answer without a body, to a request that said which body is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcReference:
    """Where a record lies in the archive's WARC files."""

    file: str
    """Name of the finished file under `warc/`, without the `.open` it bears while it is written."""
    offset: int
    """Where the record's gzip member starts, in bytes."""
    bytes: int
    """Length of the gzip member; its end is `offset + bytes`."""
    record_id: str
    """`WARC-Record-ID` as written, `<urn:uuid:…>`; the capture's identity."""
    payload_digest: str | None
    """`WARC-Payload-Digest` as written; None where the record has none."""
    recorded_at: str
    """`WARC-Date`, to the second, as `YYYY-MM-DDTHH:MM:SSZ`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What `process_page` made of one page."""

    url: str
    """Canonical; `urn:sha256:…` of the bytes for a saved page of unknown origin."""
    outcome: str
    """One of `captures.outcome`, but never `unchanged`: that takes the captures before it."""
    status: int | None
    """HTTP status; None for a saved page."""
    media_type: str | None
    """Type and subtype, without parameters."""
    encoding: str | None
    """What the page was decoded as; None where it was not decoded."""
    encoding_declared: str | None
    """What header or page said, as written; None where neither did."""
    payload_sha256: str
    """Hex digest of the body after content decoding; of the file's bytes for a saved page."""
    payload_bytes: int
    article: Article | None
    """Given exactly when `outcome` is `article`."""
    error: str | None
    """Name of the error's class; None unless the page gave neither article nor redirect."""
    message: str | None
    """What the error says, written for a reader of the `failures` table."""
    robots_signals: str | None
    """Robots signals of header and page, such as `noindex,noarchive`; None without any."""
    extractor_version: str
    shape: str | None = None
    """A `Shape`, as it is stored, of a page that gave an article, or should have; else None."""
    links: tuple[SidebarItem, ...] = ()
    """The entries of a source page, where they were read."""
    source_kind: str | None = None
    """One of `SourceKind` where the page was read as a source; else None."""
    more: tuple[str, ...] = ()
    """Canonical URLs of further pages of the same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """One record with what was made of it: the writer's unit of work."""

    reference: WarcReference
    processed: Processed
    captured_at: str | None
    """When the bytes were taken from the site; None where nobody knows."""
    captured_at_source: str | None
    """`fetch`, `warc` or `given`; None exactly when `captured_at` is."""
    run_id: int | None
    """The run that stores it; None where no row of `runs` stands for it."""
    page_id: int | None = None
    """The leased row of the ledger, on the last capture of its visit; its URL may be another than the page's,
    after redirects. None on the redirects and refused tries before that."""
    follow: tuple[str, ...] = ()
    """URLs to be registered as pending, discovered from this page; already in scope."""
    more: tuple[str, ...] = ()
    """URLs of further pages of the source that this is; already in scope."""
    etag: str | None = None
    """The response's `ETag`: what it is asked by next time whether it is still the same."""
    last_modified: str | None = None
    """The response's `Last-Modified`, as written."""
