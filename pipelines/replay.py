"""From a WARC record to the work that it makes: the one way for fetched, saved and stored pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from crawler.extract.items import Page
from crawler.extract.urls import canonical
from pipelines.content_coding import MAX_PAGE_BYTES, ContentUndecodable, decode_content
from pipelines.process import Job, failed, outcome_of_status
from pipelines.records import Captured, Processed, WarcReference
from pipelines.warc.record import Record

SOURCE = "X-Wencun-Source"
"""WARC header: `ingest` for a saved page, `warc` for another archive's record; absent on our own fetches."""
CAPTURED_AT = "X-Wencun-Captured-At"
"""WARC header of a saved page: when it was taken from the site, or `unknown`."""
CODING = "X-Wencun-Content-Encoding"
"""WARC header of a saved page that is packed, such as `gzip`."""
ORIGINAL_ID = "X-Wencun-Record-ID"
"""WARC header of a copied record: what it was called where it came from."""
PAYLOAD_SHA256 = "X-Wencun-Payload-SHA256"
"""WARC header of a record that holds only the beginning: the digest of all of it."""
PAYLOAD_BYTES = "X-Wencun-Payload-Bytes"
STAND_INS = "X-Wencun-Stand-Ins"
"""WARC header of a record written anew without links to erased pages: what stands for them, by key."""
UNTYPED = "application/octet-stream"
"""Content type of a saved page whose name does not tell what it is."""
_URN = "urn:sha256:"
_LONGEST_VALIDATOR = 500
"""Characters of an `ETag` that is sent back."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Truncated(ContentUndecodable):
    """A record that holds only the beginning of what was served or saved."""


def work_of(record: Record, renamed: Mapping[str, str] | None = None) -> Job | Processed:
    """Return what a worker must do for a page's record, or the result where no worker is needed.

    A revisit is given as the response it stands for; one that is not has lost its original.

    `renamed`: URLs that saved pages of unknown origin were given later, by their `urn:sha256:…`.
    """
    job = _raw_job(record, renamed or {})
    if record.type == "revisit":
        message = f"{job.page.url}: the record with its body is lost; `wencun verify` says more"
        return failed(job, error="OriginalLost", message=message)
    try:
        return replace(job, page=replace(job.page, body=_whole_body(record)))
    except ContentUndecodable as error:
        if outcome_of_status(record.status) is not None:
            return job  # its status decides, whatever its body is
        return failed(job, error=type(error).__name__, message=f"{job.page.url or 'the page'}: {error}")


def captured_of(
    record: Record, reference: WarcReference, processed: Processed, run_id: int | None = None
) -> Captured:
    """Return what the writer stores for a record and its result."""
    captured_at, source = captured_at_of(record)
    return Captured(
        reference=reference,
        processed=processed,
        captured_at=captured_at,
        captured_at_source=source,
        run_id=run_id,
        etag=_validator(record, "etag"),
        last_modified=_validator(record, "last-modified"),
    )


def captured_at_of(record: Record) -> tuple[str | None, str | None]:
    """Return when a record's bytes were taken from the site, and who says so (`fetch`, `warc`, `given`)."""
    given = record.headers.get(CAPTURED_AT)
    if given is not None:
        return (given, "given") if _is_time(given) else (None, None)
    is_own = record.type in ("response", "revisit") and SOURCE not in record.headers
    return f"{record.date.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "fetch" if is_own else "warc"


def redirect_target(record: Record) -> str | None:
    """Return the canonical URL that a response redirects to; None where it is no redirect."""
    location = record.http_header("location")
    if location is None or outcome_of_status(record.status) != "redirect":
        return None
    return canonical(urljoin(record.url or "", location))


def coding_of(record: Record) -> str | None:
    """Return how a page's body is packed, as `Content-Encoding` names it; None where it is plain."""
    return record.http_header("content-encoding") or record.headers.get(CODING)


def stand_ins_of(record: Record) -> frozenset[str]:
    """Return the keys of what stands for erased pages in a record."""
    return frozenset(record.headers.get(STAND_INS, "").split())


def _validator(record: Record, name: str) -> str | None:
    value = record.http_header(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() else None


def _is_time(text: str) -> bool:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%dT%H:%M:%SZ}" == text
    except ValueError:
        return False


def _raw_job(record: Record, renamed: Mapping[str, str]) -> Job:
    digest = record.headers.get(PAYLOAD_SHA256)
    digest = digest if digest and _SHA256.fullmatch(digest) else None
    size = record.headers.get(PAYLOAD_BYTES, str(len(record.body)))
    if digest is None and CODING in record.headers:
        digest = hashlib.sha256(record.body).hexdigest()
    return Job(
        page=_page_of(record, renamed),
        status=record.status,
        robots_header=_robots_header(record),
        payload_sha256=digest,
        payload_bytes=int(size) if digest is not None and size.isdecimal() else None,
        stand_ins=stand_ins_of(record),
    )


def _page_of(record: Record, renamed: Mapping[str, str]) -> Page:
    url = renamed.get(record.url or "", record.url)
    captured_at, _ = captured_at_of(record)
    content_type = record.http_header("content-type") if record.type == "response" else record.content_type
    is_typed = content_type is not None and (record.type == "response" or content_type != UNTYPED)
    return Page(
        url=None if url is None or url.startswith(_URN) else url,
        body=record.body,
        content_type=content_type.split(",", 1)[0] if content_type and is_typed else None,
        captured_at=datetime.fromisoformat(captured_at) if captured_at else None,
    )


def _whole_body(record: Record) -> bytes:
    if record.truncated == "length":
        limit = MAX_PAGE_BYTES // 1024**2
        raise Truncated(f"it is larger than the {limit} MiB that a page may have; save the article alone")
    if record.truncated:
        raise Truncated(f"it is not whole ({record.truncated}); save or fetch it again")
    try:
        return decode_content(record.body, coding_of(record))
    except ContentUndecodable as error:
        raise ContentUndecodable(f"{error}; save or fetch it again") from error


def _robots_header(record: Record) -> str | None:
    header = record.http_header("x-robots-tag")
    if record.http_header("tdm-reservation") == "1":
        return f"{header}, tdm-reservation" if header else "tdm-reservation"
    return header
