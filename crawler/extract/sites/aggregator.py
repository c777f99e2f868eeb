"""Mirrors of articles from elsewhere, on any host: known by their lists of times and read counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extract.blocks import Body
from crawler.extract.body import read_body
from crawler.extract.bylines import read_byline
from crawler.extract.document import Document
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SourcePage, missing
from crawler.extract.lists import found_lists, imported, sidebar
from crawler.extract.lists.names import LIST_NAMES
from crawler.extract.lists.outline import Outline, read_outline
from crawler.extract.lists.rows import Group, find_groups
from crawler.extract.models import match_label
from crawler.extract.sites.main_text import Main, find_main
from crawler.extract.sites.page_title import HOME_PATHS, page_title
from crawler.extract.urls import is_csdn, parts
from crawler.extract.values import squash
from crawler.extract.walls import refuse_walls

LAYOUT: Final = "aggregator"
_NAMES = re.compile("|".join(LIST_NAMES))
_AUTHOR = re.compile(r"作者 ?[:：] ?(?P<name>[^\s|·:：]{1,30})")
_LEAST_PROSE: Final = 40
"""Characters; a page with less of them, and without answers, leads to articles and is none."""
_LEAST_LABELS: Final = 2
_NEAR_TITLE: Final = 12


@dataclass(frozen=True, slots=True)
class PageText:
    """A page of no known layout, with its title and its main text found by content."""

    outline: Outline
    groups: list[Group]
    title: str
    title_end: int
    """The place of the first segment after it."""
    main: Main | None


def _recognise(document: Document) -> str | None:
    if is_csdn(document.url) or not _NAMES.search(document.text):
        return None
    read = read_page(document)
    if not any(row.time and row.count for group in read.groups if group.name for row in group.rows):
        return None
    split = parts(document.url)
    home = split is not None and split.path in HOME_PATHS
    if home or read.main is None or not is_article(read, read.main):
        refuse_walls(document)
        where = document.url or "a page without URL"
        raise SourcePage(f"{where} holds lists of articles with their read counts, and no article of its own")
    return LAYOUT


def is_article(read: PageText, main: Main) -> bool:
    """Has a page enough of prose, or answers of models?"""
    if main.weight >= _LEAST_PROSE:
        return True
    start, end = read.outline.ranges[main.element]
    texts = [segment.text for segment in read.outline.segments[start:end]]
    labels = {match.model for text in texts if (match := match_label(text)) is not None}
    return len(labels) >= _LEAST_LABELS


def _extract(document: Document, layout: str) -> Draft:
    read = read_page(document)
    if read.main is None or not read.title:
        what = "title" if read.main else "main text"
        raise missing(what, site="aggregator", layout=layout, url=document.url)
    items = sidebar(found_lists(read.main.lists, document), url=document.url, seen_at=document.seen_at)
    near = _near_title(read)
    byline = read_byline(near, seen_at=document.seen_at)
    return Draft(
        layout=layout,
        title=read.title,
        body=read_main(read.main, title=read.title, base_url=document.base),
        published=byline.published,
        imported=imported(items, url=document.url, captured_at=document.page.captured_at),
        author=next((found["name"] for text in near if (found := _AUTHOR.search(text))), None),
        reads=byline.reads,
        sidebar=items,
    )


def read_main(main: Main, *, title: str, base_url: str | None) -> Body:
    """The article's blocks, without a second copy of its title."""
    for element in main.junk:
        element.drop_tree()
    body = read_body(main.element, base_url=base_url)
    if body.blocks and squash(body.blocks[0].text) == title:
        return Body(body.blocks[1:])
    return body


def _near_title(read: PageText) -> list[str]:
    """The texts between title and prose, where a page says who wrote the article and when."""
    listed = {index for group in read.groups for row in group.rows for index in range(row.start, row.end)}
    places = range(read.title_end, min(read.title_end + _NEAR_TITLE, len(read.outline.segments)))
    return [read.outline.segments[index].text for index in places if index not in listed]


def read_page(document: Document) -> PageText:
    """Find title and main text of a page by what they look like."""
    return document.once(_read_page)


def _read_page(document: Document) -> PageText:
    outline = read_outline(document)
    groups = find_groups(outline, exclude=None)
    title, title_end = page_title(document, outline)
    return PageText(outline, groups, title, title_end, find_main(outline, groups, title_end=title_end))


SITE = Site(name="aggregator", layouts=(Layout(LAYOUT),), recognise=_recognise, extract=_extract, order=50)
