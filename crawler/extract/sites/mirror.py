"""Copies of articles on any host, known by what copies print: their origin, a breadcrumb, a glued byline."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from crawler.extract.answers.questions import read_title
from crawler.extract.blocks import Block, Body
from crawler.extract.bylines import is_byline
from crawler.extract.document import Document
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import missing
from crawler.extract.lists import found_lists, imported, sidebar, snowflake_time
from crawler.extract.sites import mirror_facts
from crawler.extract.sites.aggregator import PageText, is_article, read_main, read_page
from crawler.extract.sites.page_title import HOME_PATHS
from crawler.extract.sites.source_pages import is_source
from crawler.extract.text.pinyin import has_pinyin, without_pinyin
from crawler.extract.urls import is_csdn, parts

LAYOUT: Final = "mirror"
_CONFIDENCE: Final = 0.9
"""The text is found by content, on a page that says it is a copy."""
_SIGNS = re.compile(
    r"原文|本文为|(?:转|轉|载|載|摘|搬运|来|來)自|来源|來源|出处|出處|问 ?AI|問 ?AI|侵权|侵權"
    r"|(?:当前|當前|您的|您现在的|您現在的)位置|发表于|發表於|釋出於|次阅读|浏览量"
    r"|[一-鿿]\([a-z]{0,3}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]"
)
"""One of these stands on every page that has evidence."""
_LEAST_EVIDENCE: Final = 2
_STANDING = re.compile(r"大家好，又见面了，我是你们的朋友[^。]{1,20}。?")
"""What javaforall.cn puts before every text."""
_BEFORE_TITLE: Final = 4
_NEAR_TITLE: Final = 12


def _recognise(document: Document) -> str | None:
    if is_csdn(document.url) or not _SIGNS.search(document.text):
        return None
    split = parts(document.url)
    if split is not None and split.path in HOME_PATHS and not split.query:
        return None
    page = read_page(document)
    if page.main is None or not page.title or not is_article(page, page.main):
        return None
    if is_source(page.outline, page.main):
        return None
    return LAYOUT if _evidence(document, page) >= _LEAST_EVIDENCE else None


def _evidence(document: Document, page: PageText) -> int:
    """How much speaks for a copy: its origin, the series' mark, or pinyin in the text alone are enough."""
    lines = mirror_facts.read_lines(page.outline.segments)
    if read_title(page.title).series or mirror_facts.read_origin(lines, document) or _is_spelt(page):
        return _LEAST_EVIDENCE
    return sum(
        (
            mirror_facts.leads_to_text(mirror_facts.read_crumbs(lines)),
            mirror_facts.disclaims(lines),
            any(map(mirror_facts.is_glued, _near_title(page))),
            snowflake_time(document.url, captured_at=document.page.captured_at) is not None,
        )
    )


def _is_spelt(page: PageText) -> bool:
    """Stands pinyin behind the characters of the main text?"""
    start, end = (0, 0) if page.main is None else page.outline.ranges[page.main.element]
    return has_pinyin("\n".join(segment.text for segment in page.outline.segments[start:end]))


def _extract(document: Document, layout: str) -> Draft:
    page = read_page(document)
    if page.main is None or not page.title:
        what = "title" if page.main else "main text"
        raise missing(what, site="mirror", layout=layout, url=document.url)
    lines = mirror_facts.read_lines(page.outline.segments)
    byline = mirror_facts.read_mirror_byline(_near_title(page), seen_at=document.seen_at)
    origin = mirror_facts.read_origin(lines, document)
    items = sidebar(found_lists(page.main.lists, document), url=document.url, seen_at=document.seen_at)
    body = _body(read_main(page.main, title=page.title, base_url=document.base), page.title)
    is_spelt = has_pinyin(body.text)
    return Draft(
        layout=layout,
        title=without_pinyin(page.title) if is_spelt else page.title,
        body=Body(tuple(map(_unspelt, body.blocks))) if is_spelt else body,
        kind="reprint" if origin else None,
        published=byline.published,
        imported=imported(items, url=document.url, captured_at=document.page.captured_at),
        author=byline.author or (origin.author if origin else None),
        licence=origin.licence if origin else None,
        original_url=origin.url if origin else None,
        category=mirror_facts.category(mirror_facts.read_crumbs(lines)),
        reads=byline.reads,
        sidebar=items,
        confidence=_CONFIDENCE,
        flags=("pinyin_removed",) if is_spelt else (),
    )


def _unspelt(block: Block) -> Block:
    """A block without the pinyin that the mirror put behind characters; listings are left as they are."""
    if block.kind == "code":
        return block
    return replace(
        block,
        text=without_pinyin(block.text),
        markdown=without_pinyin(block.markdown),
        shown=without_pinyin(block.shown),
    )


def _near_title(page: PageText) -> list[str]:
    """The texts around the title, up to the first sentence: no links, no entries, no second title."""
    segments = page.outline.segments
    listed = {index for group in page.groups for row in group.rows for index in range(row.start, row.end)}
    lines = []
    first, last = max(0, page.title_end - _BEFORE_TITLE), min(page.title_end + _NEAR_TITLE, len(segments))
    for index in range(first, last):
        text = segments[index].text
        if index in listed or segments[index].link is not None or page.title in text:
            continue
        if index >= page.title_end and mirror_facts.is_sentence(text):
            break
        lines.append(text)
    return lines


def _body(body: Body, title: str) -> Body:
    """The blocks without what the mirror put before and after them: title, byline, standing words, origin."""
    blocks = list(body.blocks)
    while blocks and _is_before(blocks[0], title):
        blocks.pop(0)
    while blocks and mirror_facts.is_ending(blocks[-1].text):
        blocks.pop()
    return Body(tuple(blocks))


def _is_before(block: Block, title: str) -> bool:
    text = block.text
    return (
        text == title
        or _STANDING.fullmatch(text) is not None
        or is_byline(text)
        or mirror_facts.is_byline_of_copy(text)
        or mirror_facts.is_crumbs(text)
    )


SITE = Site(name="mirror", layouts=(Layout(LAYOUT),), recognise=_recognise, extract=_extract, order=60)
