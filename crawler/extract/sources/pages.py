"""Authors' pages, columns and other lists, as a browser shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from crawler.extract import urls
from crawler.extract.document import Document, finder, first, text_of
from crawler.extract.items import ListKind, ListScope, SidebarItem, Source, SourceKind, SourcePage
from crawler.extract.lists import Entry, FoundList, item_of
from crawler.extract.lists.names import bare_heading, list_name
from crawler.extract.lists.outline import Outline, read_outline
from crawler.extract.lists.rows import find_groups
from crawler.extract.sites.page_title import HOME_PATHS, page_title
from crawler.extract.sources.origin import Origin
from crawler.extract.sources.pagination import further_pages
from crawler.extract.sources.rows import MainList, Row, main_list
from crawler.extract.sources.states import read_states

_ON_PAGES: Final[tuple[SourceKind, ...]] = ("author", "column")
_LEAST_ROWS: Final = 3
"""Of a list whose links do not tell by themselves that they lead to articles."""
_HEAD: Final = finder("//title")
_NEAR: Final = 8
"""So many segments before its first row a list's heading stands at most."""


def read_page(document: Document) -> Source:
    """Return what a page that is known to be a list names; raises SourcePage where nothing is found in it."""
    url = document.url or document.canonical_link
    told = urls.source_kind(url) if url else None
    kind: SourceKind = told if told in _ON_PAGES else "list"
    outline = read_outline(document)
    start, rows = _rows(document, outline, url)
    if not rows:
        where = f"the page at {url}" if url else "the page"
        raise SourcePage(
            f"{where} is a list of articles, and none was found in it: its scripts may fetch them, "
            "or its layout may have changed"
        )
    owner = _owner(document, url) if url and kind in _ON_PAGES else None
    origin = Origin.of(url, owner=owner, is_of_one_author=kind in _ON_PAGES)
    return Source(
        kind=kind,
        title=_title(document, outline) or None,
        entries=tuple(_items(document, _list(outline, start, origin.scope), origin, rows)),
        more=further_pages(document, outline),
    )


def _rows(document: Document, outline: Outline, url: str | None) -> tuple[int, tuple[Row, ...]]:
    """The rows of the main list, and where it begins; what scripts say of them, or else they alone, added."""
    found = None
    if url is None or urls.has_known_articles(url):
        found = main_list(document, outline, is_entry=lambda link: link.is_article)
    if found is None and not urls.has_known_articles(url):
        found = main_list(
            document,
            outline,
            is_entry=lambda link: _may_be_entry(link, url),
            least=_LEAST_ROWS,
            is_sure=False,
        )
        found = found or _marked_list(document, outline)
    said = {row.link.url: row for row in read_states(document)}
    if found is None:
        return 0, tuple(said.values())
    return found.start, tuple(_completed(row, said.get(row.link.url)) for row in found.rows)


def _marked_list(document: Document, outline: Outline) -> MainList | None:
    """The longest of such lists as stand beside articles, each entry with a time or a count."""
    rows = max((group.rows for group in find_groups(outline, exclude=None)), key=len, default=[])
    links = ((row, urls.link(row.link.get("href", ""), document.base)) for row in rows)
    found = {
        link.url: Row(title=row.title, link=link, time=row.time, count=row.count)
        for row, link in links
        if link
    }
    return MainList(rows[0].start, tuple(found.values())) if found else None


def _may_be_entry(link: urls.Link, own: str | None) -> bool:
    """May a link of a site that is not known lead to an article?"""
    if link.is_article:
        return True
    split = urls.parts(link.url)
    is_home = split is None or (split.path in HOME_PATHS and not split.query)
    return not is_home and link.url != own and urls.source_kind(link.url) is None


def _completed(row: Row, said: Row | None) -> Row:
    if said is None:
        return row
    return replace(row, count=row.count or said.count, moment=None if row.time else said.moment)


def _title(document: Document, outline: Outline) -> str:
    """What the page calls itself: the longest heading that its head begins with, else as any page's title."""
    title, _ = page_title(document, outline)
    heads = [head for head in (document.meta_value("og:title"), text_of(first(_HEAD(document.root)))) if head]
    headings = {segment.text for segment in outline.segments if segment.level and segment.link is None}
    named = [text for text in headings if any(head.startswith(text) for head in heads)]
    return max(named, key=len, default=title)


def _list(outline: Outline, start: int, scope: ListScope) -> FoundList:
    """The list without its entries: what its heading calls it."""
    for segment in reversed(outline.segments[max(0, start - _NEAR) : start]):
        name = list_name(segment.text)
        if name is not None:
            kind: ListKind = "recent" if name.list == "recent" else "other"
            return FoundList(list=kind, title=bare_heading(segment.text), scope=scope, entries=())
    return FoundList(list="other", title=None, scope=scope, entries=())


def _owner(document: Document, url: str) -> str | None:
    """Whose list it is, by its URL; on an author's own host at CSDN, by the name in a script."""
    username = document.script_value("username") if urls.is_csdn(url) else None
    return urls.owner(url) or (f"csdn:{username.lower()}" if username else None)


def _items(document: Document, own: FoundList, origin: Origin, rows: Iterable[Row]) -> Iterable[SidebarItem]:
    for rank, row in enumerate(rows, start=1):
        item = item_of(
            own,
            Entry(title=row.title, url=row.link.url, time=row.time, count=row.count),
            rank=rank,
            followable=origin.leads_to(row.link, owner=row.owner),
            seen_at=document.seen_at,
        )
        if row.moment is None:
            yield item
        else:
            moment = row.moment
            yield replace(item, shown_at=moment.at, shown_at_kind="entry", shown_at_shown=moment.shown)
