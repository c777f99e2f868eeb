"""The lists of other articles beside an article, found by their heading's words and their entries' shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import html

from crawler.extract.document import Document
from crawler.extract.items import ListKind, ListScope, SidebarItem
from crawler.extract.lists.names import LIST_NAMES, ListName, list_name
from crawler.extract.lists.outline import read_outline
from crawler.extract.lists.rows import Group, find_groups
from crawler.extract.urls import absolute, parts
from crawler.extract.values import SHANGHAI, Moment, moment_at, parse_count, parse_time
from crawler.extract.values.relative_times import read_time

__all__ = [
    "LIST_NAMES",
    "Entry",
    "FoundList",
    "ListName",
    "find_lists",
    "imported",
    "item_of",
    "list_name",
    "sidebar",
]

MOST_ENTRIES: Final = 1_000
"""Of one list; real ones have up to 60, and what has more is made to hurt."""
_LEAST_SHARED: Final = 3
_SNOWFLAKE = re.compile(r"(?<!\d)\d{17,19}(?!\d)")
_SNOWFLAKE_EPOCH_MS: Final = 1288834974657
_FIRST_YEAR: Final = 2011
_LAST_YEAR: Final = 2050
"""Ids of other makes read as later times: those of 2020 at juejin as 2059."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as the page shows it."""

    title: str
    url: str | None
    time: str | None
    count: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundList:
    """One list as the page shows it; `title` is None where no heading stands over it."""

    list: ListKind
    title: str | None
    scope: ListScope
    entries: tuple[Entry, ...]


def find_lists(document: Document, *, exclude: html.HtmlElement | None = None) -> tuple[SidebarItem, ...]:
    """Return every entry of every list of a page, in page order; `exclude` is the article, which has none."""
    outline = read_outline(document)
    return sidebar(
        found_lists(find_groups(outline, exclude=exclude), document),
        url=document.url,
        seen_at=document.seen_at,
    )


def found_lists(groups: Iterable[Group], document: Document) -> list[FoundList]:
    """Return groups of rows as lists, with addresses made absolute."""
    base = document.base
    lists = []
    for group in groups:
        name = group.name or ListName("other", "site")
        entries = tuple(
            Entry(
                title=row.title, url=_address(base, row.link.get("href", "")), time=row.time, count=row.count
            )
            for row in group.rows[:MOST_ENTRIES]
        )
        lists.append(FoundList(list=name.list, title=group.heading, scope=name.scope, entries=entries))
    return lists


def sidebar(
    lists: Iterable[FoundList], *, url: str | None, seen_at: datetime | None = None
) -> tuple[SidebarItem, ...]:
    """Return the entries of a page's lists, ranked; a list that the page holds twice is taken once.

    `url` is the page's own, for the time in it and for its host; `seen_at`, when the page was taken from its
    site, which is what an entry's 3天前 counts from.
    """
    host = _host(url) if url else None
    items: list[SidebarItem] = []
    ranks: dict[tuple[ListKind, str | None], int] = {}
    for found in dict.fromkeys(lists):
        before = ranks.get((found.list, found.title), 0)
        for rank, entry in enumerate(found.entries, start=before + 1):
            is_near = entry.url is not None and host is not None and _host(entry.url) == host
            items.append(item_of(found, entry, rank=rank, followable=is_near, seen_at=seen_at))
        ranks[found.list, found.title] = before + len(found.entries)
    shared = _shared_time(items) or snowflake_time(url)
    at = None if shared is None else shared.at
    return tuple(
        replace(item, shown_at_kind="page") if at and item.shown_at == at else item for item in items
    )


def imported(
    items: Sequence[SidebarItem], *, url: str | None, captured_at: datetime | None = None
) -> Moment | None:
    """Return when a mirror took the page in: the time that its entries share, else that in its URL's id."""
    return _shared_time(items) or snowflake_time(url, captured_at=captured_at)


def snowflake_time(url: str | None, *, captured_at: datetime | None = None) -> Moment | None:
    """Return the time inside the last Snowflake id in the path of a URL, None where there is none."""
    split = parts(url)
    found = _SNOWFLAKE.findall(split.path) if split else []
    if not found:
        return None
    seconds = ((int(found[-1]) >> 22) + _SNOWFLAKE_EPOCH_MS) // 1000
    moment = datetime.fromtimestamp(seconds, SHANGHAI)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR or (captured_at is not None and moment > captured_at):
        return None
    return moment_at(moment, precision="second", shown=found[-1])


def _shared_time(items: Sequence[SidebarItem]) -> Moment | None:
    if (
        len(items) < _LEAST_SHARED
        or len({item.shown_at for item in items}) != 1
        or items[0].shown_at_shown is None
    ):
        return None
    moment = parse_time(items[0].shown_at_shown)
    return moment if moment is not None and moment.precision == "second" else None


def item_of(
    found: FoundList, entry: Entry, *, rank: int, followable: bool, seen_at: datetime | None
) -> SidebarItem:
    """Return an entry of a list with the values that what it shows has."""
    moment = read_time(entry.time, seen_at=seen_at) if entry.time else None
    count = parse_count(entry.count) if entry.count else None
    at = None if moment is None else moment.at
    return SidebarItem(
        list=found.list,
        list_title=found.title,
        list_scope=found.scope,
        rank=rank,
        title=entry.title,
        url=entry.url,
        shown_at=at,
        shown_at_kind="entry" if at else None,
        shown_at_shown=entry.time,
        read_count=None if count is None else count.value,
        read_count_shown=None if count is None else count.shown,
        read_count_unit=None if count is None else count.unit,
        read_count_is_minimum=count is not None and count.is_minimum,
        followable=followable,
    )


def _address(base: str | None, href: str) -> str | None:
    """Where a link leads; None for a script, a place in the page, or a path on an unknown host."""
    return None if href.strip().startswith("#") else absolute(href, base)


def _host(url: str) -> str | None:
    split = parts(url)
    return split.hostname if split else None
