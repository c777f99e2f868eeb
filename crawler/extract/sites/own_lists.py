"""Lists of other articles that a site's file finds by anchors of its own, without reading the whole page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.document import Document, text_of
from crawler.extract.hiding import hiding_of, seen_best
from crawler.extract.items import SidebarItem
from crawler.extract.lists import Entry, FoundList, ListName, sidebar
from crawler.extract.values import squash

MOST_ENTRIES: Final = 1_000
"""Of one list; real ones have up to 50, and what has more is made to hurt."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the site's file found it."""

    link: html.HtmlElement
    title: str
    count: str | None = None
    """The text that says how often the entry was read; None where the list counts something else."""


def titled(links: Iterable[html.HtmlElement]) -> Iterable[Row]:
    """Return links as entries without counts, by their `title` attribute, else their text."""
    return (Row(link, squash(link.get("title", "")) or text_of(link)) for link in links)


def found_list(
    document: Document, name: ListName, heading: str | None, rows: Iterable[Row]
) -> FoundList | None:
    """Return rows as a list, addresses made absolute; None where no row has both title and address."""
    base, hiding = document.base or document.canonical_link, hiding_of(document)
    seen = seen_best(islice(rows, MOST_ENTRIES), lambda row: hiding.of_entry(row.link))
    entries = tuple(
        Entry(title=row.title, url=url, time=None, count=row.count)
        for row in seen
        if row.title and (url := urls.absolute(row.link.get("href", ""), base))
    )
    return FoundList(list=name.list, title=heading, scope=name.scope, entries=entries) if entries else None


def ranked(document: Document, lists: Iterable[FoundList | None]) -> tuple[SidebarItem, ...]:
    """Return the entries of a page's lists in their order, each ranked through its list."""
    url = document.url or document.canonical_link
    return sidebar((found for found in lists if found), url=url, seen_at=document.seen_at)
