"""What one page gives: `process_page`, the same for a fetched, a saved and a stored page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from crawler.extract import sources, urls
from crawler.extract.document.decoding import decode
from crawler.extract.items import (
    Article,
    ExtractionError,
    FieldMissing,
    Gone,
    NotAnArticle,
    Page,
    PageUnreadable,
    SidebarItem,
    Source,
)
from crawler.extract.shape import shape_of, unread
from pipelines import known_models
from pipelines.records import NOT_MODIFIED, Processed

_PAGE_TYPES = {None, "text/html", "application/xhtml+xml", "text/plain"}
_OUTCOMES = {404: "gone", 410: "gone"} | dict.fromkeys((401, 403, 405, 412, 429, 451, 503, 521), "blocked")
_WHOLE = set(range(200, 300)) - {206}
"""Statuses of what may be a page; 206 is a part of one that nobody asked for."""
_REDIRECTS = range(300, 400)
_NO_COUNTS: dict[str, Any] = {
    **dict.fromkeys(("read_count", "read_count_shown", "read_count_unit", "like_count")),
    **dict.fromkeys(("collect_count", "comment_count")),
    "read_count_is_minimum": False,
}
"""Of a page that was not sent again: nobody saw its counts, nor its lists."""
_UNREAD = (FieldMissing, NotAnArticle, Gone)
"""Errors of pages whose template may have changed."""
ADDRESSES: Final = ("original_url", "author_url")
"""The fields of an article in which it names other pages by their addresses."""
_HEAD_CHARACTERS = 64 * 1024
_META = re.compile(r"<meta\s[^<>]{1,500}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(name|content)\s{0,9}=\s{0,9}[\"']?([^\"'<>]{1,300})", re.IGNORECASE)
_VALUED = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
_OWN_NAME = "wencun"
RATE_LIMITED = "RateLimited"
"""Error of a page whose host asks to be asked less."""
_ASKS_FOR_PATIENCE = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to be processed, with what its bytes do not tell."""

    page: Page
    status: int | None = None
    """HTTP status; None for a saved page. 304 comes with the body that it says is as it was."""
    robots_header: str | None = None
    """Its `X-Robots-Tag`; several are joined by commas."""
    payload_sha256: str | None = None
    """Of the file that the page was read from; None where that is the body itself."""
    payload_bytes: int | None = None
    stand_ins: frozenset[str] = frozenset()
    """Keys of addresses in the page that stand for those of erased pages; what names them names nothing."""


def process_page(
    page: Page,
    *,
    status: int | None = None,
    robots_header: str | None = None,
    payload_sha256: str | None = None,
    payload_bytes: int | None = None,
) -> Processed:
    """Return what `page` gives; the arguments are those of `Job`."""
    return process(
        Job(
            page=page,
            status=status,
            robots_header=robots_header,
            payload_sha256=payload_sha256,
            payload_bytes=payload_bytes,
        )
    )


def process(job: Job) -> Processed:
    """Return what a page gives; whatever is wrong with it is told in the result, never raised."""
    blank = failed(job, error=PageUnreadable.__name__, message="")
    is_seen_before = job.status == NOT_MODIFIED and bool(job.page.body)
    outcome = None if is_seen_before else outcome_of_status(job.status)
    if outcome is not None:
        return _of_status(replace(blank, robots_signals=robots_signals(job.robots_header, "")), outcome)
    is_data = sources.is_feed_or_sitemap(job.page)
    if blank.media_type not in _PAGE_TYPES and not is_data:
        message = f"{job.page.url or 'the page'} is {blank.media_type}; a page is HTML, plain text or a feed"
        return replace(blank, outcome="not_article", error="NotAnArticle", message=message)
    try:
        blank = replace(blank, robots_signals=robots_signals(job.robots_header, ""))
        if not is_data:
            decoded = decode(job.page)
            blank = replace(
                blank,
                encoding=decoded.encoding,
                encoding_declared=decoded.encoding_declared,
                robots_signals=robots_signals(job.robots_header, decoded.text[:_HEAD_CHARACTERS]),
            )
        found = sources.read(job.page, models=known_models.models())
    except ExtractionError as error:
        shape = unread(blank.url, is_gone=type(error) is Gone).to_text() if type(error) in _UNREAD else None
        return replace(
            blank, outcome=error.outcome, error=type(error).__name__, message=str(error), shape=shape
        )
    except Exception as error:
        message = (
            f"{blank.url}: {type(error).__name__}: {error}; a bug of ours, please report it with the page"
        )
        return replace(blank, error="InternalError", message=message)
    if isinstance(found, Source):
        return _of_source(blank, found, job.stand_ins, is_seen_before=is_seen_before)
    article = _named(found, blank.payload_sha256)
    shape = None if is_seen_before else shape_of(article).to_text()
    if job.stand_ins:
        article = _without_stand_ins(article, job.stand_ins)
    if is_seen_before:
        article = replace(article, sidebar=(), **_NO_COUNTS)
    return replace(
        blank, outcome="article", url=article.url, article=article, error=None, message=None, shape=shape
    )


def _of_source(
    blank: Processed, source: Source, stand_ins: frozenset[str], *, is_seen_before: bool
) -> Processed:
    return replace(
        blank,
        outcome="source",
        links=() if is_seen_before else _real(source.entries, stand_ins),
        source_kind=source.kind,
        more=() if is_seen_before else source.more,
        error=None,
        message=None,
    )


def _real(items: tuple[SidebarItem, ...], stand_ins: frozenset[str]) -> tuple[SidebarItem, ...]:
    """Return the entries that name pages; the others keep their ranks, as if they were still there."""
    if not stand_ins:
        return items
    return tuple(item for item in items if item.url is None or urls.key(item.url) not in stand_ins)


def _without_stand_ins(article: Article, stand_ins: frozenset[str]) -> Article:
    named = {name: getattr(article, name) for name in ADDRESSES}
    gone: dict[str, Any] = {
        name: None for name, url in named.items() if url is not None and urls.key(url) in stand_ins
    }
    return replace(article, sidebar=_real(article.sidebar, stand_ins), **gone)


def failed(job: Job, *, error: str, message: str) -> Processed:
    """Return the result for a page that cannot be processed, whatever its bytes may say."""
    page = job.page
    digest = job.payload_sha256 or hashlib.sha256(page.body).hexdigest()
    media_type = (page.content_type or "").split(";", 1)[0].strip().lower()
    return Processed(
        url=urls.canonical(page.url) if page.url else f"urn:sha256:{digest}",
        outcome="failed",
        status=job.status,
        media_type=media_type or None,
        encoding=None,
        encoding_declared=None,
        payload_sha256=digest,
        payload_bytes=len(page.body) if job.payload_bytes is None else job.payload_bytes,
        article=None,
        error=error,
        message=message,
        robots_signals=None,
        extractor_version=known_models.extractor_version(),
    )


def outcome_of_status(status: int | None) -> str | None:
    """Return the outcome that an HTTP status decides by itself; None where the page's content decides."""
    if status is None or status in _WHOLE:
        return None
    if status in _REDIRECTS:
        return "failed" if status == NOT_MODIFIED else "redirect"
    return _OUTCOMES.get(status, "failed")


def robots_signals(header: str | None, head: str) -> str | None:
    """Return what `X-Robots-Tag` and the page's `meta` say to robots, sorted; None where they say nothing.

    `header` may hold several values, joined by commas. What is said to another robot by name does not count.
    """
    said = {*_directives(header or "")}
    for tag in _META.findall(head):
        fields = {name.lower(): value.strip().lower() for name, value in _ATTRIBUTE.findall(tag)}
        if fields.get("name") in ("robots", _OWN_NAME):
            said.update(_directives(fields.get("content", "")))
        elif fields.get("name") == "tdm-reservation" and fields.get("content") == "1":
            said.add("tdm-reservation")
    return ",".join(sorted(said)) or None


def _directives(text: str) -> Iterator[str]:
    to_us = True
    for part in text.lower().split(","):
        directive = part.strip()
        name, colon, rest = directive.partition(":")
        if colon and name.strip() not in _VALUED:
            to_us, directive = name.strip() == _OWN_NAME, rest.strip()
        if to_us and directive:
            yield directive


def _of_status(blank: Processed, outcome: str) -> Processed:
    if outcome == "redirect":
        return replace(blank, outcome=outcome, error=None, message=None)
    message = f"{blank.url} answered with HTTP status {blank.status}"
    error = RATE_LIMITED if blank.status in _ASKS_FOR_PATIENCE else "HttpStatus"
    return replace(blank, outcome=outcome, error=error, message=message)


def _named(article: Article, payload_sha256: str) -> Article:
    """Name an article of unknown origin after the file it was read from, which may be packed."""
    name = f"urn:sha256:{payload_sha256}"
    if not article.url.startswith("urn:sha256:") or article.url == name:
        return article
    return replace(article, url=name, key=urls.key(name))
