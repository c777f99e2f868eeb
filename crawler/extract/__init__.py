"""The pure core: a page goes in, an article comes out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.extract import urls
from crawler.extract.answers import read_answers
from crawler.extract.answers.questions import read_title
from crawler.extract.checks import check
from crawler.extract.document import Document
from crawler.extract.document.decoding import Decoded, decode
from crawler.extract.draft import Draft, Site
from crawler.extract.items import Article, FieldMissing, Page
from crawler.extract.models import BUILT_IN, Models, using
from crawler.extract.rendering import read_rendering
from crawler.extract.sites import SITES
from crawler.extract.text.doubts import doubts, with_orders
from crawler.extract.text.instructions import orders_in
from crawler.extract.text.invisible import visible_body
from crawler.extract.text.language import language_of
from crawler.extract.values import Count, Moment
from crawler.extract.values.licences import spdx
from crawler.extract.walls import refuse_walls
from crawler.extract.walls.folds import cut_of_body

__all__ = ["EXTRACTOR_VERSION", "Article", "Page", "extract"]

EXTRACTOR_VERSION = "3"
"""Raised whenever an article comes out otherwise than before; `wencun reextract` brings older captures up."""

_ZONES_APART = timedelta(hours=48)
_SURE = 0.5
"""From this confidence on, answers show that a question was put."""
_RENDERINGS = "aggregator"
"""Site of a text rendering whose URL does not tell it: the layout that such renderings are made of."""
_MARKUP = re.compile(r"\s*<[a-z!?]|.{0,2000}?<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def extract(page: Page, *, models: Models = BUILT_IN) -> Article:
    """Return the article that `page` shows; `models` are the names that labels are looked up in.

    Raises the errors of `crawler.extract.items`, and no other, for every page that gives none.
    """
    with using(models):
        return _extract(page)


def _extract(page: Page) -> Article:
    decoded = decode(page)
    if _is_plain_text(page, decoded):
        return check(_from_text(page, decoded))
    document = Document.of(page, decoded)
    site, draft = _read(document)
    canonical = document.canonical_link
    if document.url is None:
        url = canonical if canonical and urls.is_article(canonical) else urls.urn(page.body)
    else:
        url = document.url
        if canonical and urls.key(canonical) != urls.key(url):
            draft = replace(draft, flags=(*draft.flags, "canonical_differs"))
    if _is_ahead(draft.published, page.captured_at):
        draft = replace(draft, flags=(*draft.flags, "published_in_future"))
    return check(_article(draft, decoded, site=site.name, url=url, opt_out=document.opt_out))


def _is_ahead(published: Moment | None, captured_at: datetime | None) -> bool:
    """Does a page claim a publication so long after it was taken that no zone explains it?"""
    if published is None or published.at is None or captured_at is None:
        return False
    return datetime.fromisoformat(published.at) > captured_at + _ZONES_APART


def _is_plain_text(page: Page, decoded: Decoded) -> bool:
    media_type = (page.content_type or "").partition(";")[0].strip().lower()
    return media_type == "text/plain" or (not media_type and not _MARKUP.match(decoded.text))


def _from_text(page: Page, decoded: Decoded) -> Article:
    url = urls.canonical(page.url) if page.url else None
    draft = read_rendering(decoded.text, url=url)
    site = "csdn" if urls.is_csdn(url) else _RENDERINGS
    return _article(draft, decoded, site=site, url=url or urls.urn(page.body), opt_out=None)


def _read(document: Document) -> tuple[Site, Draft]:
    """The first site that recognises the page, with what it read; the last one recognises every page."""
    recognised = ((site, site.recognise(document)) for site in SITES)
    site, layout = next((site, layout) for site, layout in recognised if layout is not None)
    try:
        return site, site.extract(document, layout)
    except FieldMissing:
        refuse_walls(document)
        raise


def _article(draft: Draft, decoded: Decoded, *, site: str, url: str, opt_out: str | None) -> Article:
    body, facts = visible_body(draft.body), read_title(draft.title)
    reading = read_answers(body, title=draft.title)
    asked = facts.series is not None or any(answer.confidence >= _SURE for answer in reading.answers)
    orders = orders_in(body.text, title=draft.title)
    published, updated, reads = draft.published, draft.updated, draft.reads
    return Article(
        url=url,
        key=urls.key(url),
        site=site,
        layout=draft.layout,
        kind=draft.kind,
        language=language_of(f"{draft.title}\n{body.text}"),
        title=draft.title,
        question=facts.question if asked else None,
        question_date=facts.date if asked else None,
        series=facts.series,
        published_at=published.at if published else None,
        published_date=published.date if published else None,
        published_precision=published.precision if published else None,
        published_shown=published.shown if published else None,
        updated_at=updated.at if updated else None,
        updated_date=updated.date if updated else None,
        updated_shown=updated.shown if updated else None,
        imported_at=draft.imported.at if draft.imported else None,
        author=draft.author,
        author_url=draft.author_url,
        licence=draft.licence,
        licence_spdx=spdx(draft.licence),
        original_url=draft.original_url,
        category=draft.category,
        tags=draft.tags,
        read_count=reads.value if reads else None,
        read_count_shown=reads.shown if reads else None,
        read_count_unit=reads.unit if reads else None,
        read_count_is_minimum=reads is not None and reads.is_minimum,
        like_count=_value(draft.likes),
        collect_count=_value(draft.collects),
        comment_count=_value(draft.comments),
        markdown=body.markdown,
        text=body.text,
        truncated=draft.truncated or cut_of_body(body),
        confidence=draft.confidence,
        flags=tuple(dict.fromkeys((*draft.flags, *reading.flags, *doubts(draft.body, decoded, orders)))),
        opt_out=opt_out,
        answers=tuple(with_orders(reading.answers, orders)),
        sidebar=draft.sidebar,
    )


def _value(count: Count | None) -> int | None:
    return count.value if count else None
