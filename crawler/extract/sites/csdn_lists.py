"""The lists of other articles on a page of CSDN: boxes at the side, recommendations under the article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from lxml import html

from crawler.extract import urls
from crawler.extract.document import Document, Finder, by_class, finder, first, text_of
from crawler.extract.items import ListKind, ListScope, SidebarItem
from crawler.extract.lists.names import ListName, list_name
from crawler.extract.values import Count, parse_count, squash

_HEADINGS = finder(f"//h3[{by_class('aside-title')}]|//ul[{by_class('panel_head')}]")
_BOX = finder(f"ancestor::div[{by_class('aside-box')} or {by_class('panel')}][1]")
_ROWS = finder(f".//ul[not({by_class('panel_head')})]/li")
_LINK = finder("descendant::a[@href][1]")
_ROW_COUNTS = (finder(f"descendant::*[{by_class('read')}][1]"), finder("a[1]/following-sibling::span[1]"))
_COUNT_PARTS = finder(f".//*[{by_class('read')}]")
_RECOMMENDED = finder(f"//*[{by_class('recommend-item-box')}]")
_HIDDEN = finder(
    "ancestor-or-self::*[contains(@style,'display:none') or contains(@style,'display: none')][1]"
)
_TITLE_LINKS = (
    finder(f"descendant::a[{by_class('tit')}][@href][1]"),
    finder("descendant::h4[1]/a[@href]"),
    finder("descendant::h4[1]/ancestor::a[@href][1]"),
)
_TITLES = (finder(f"descendant::*[{by_class('left')}][1]"), finder("descendant::h4[1]"))
_RECOMMENDED_COUNTS = (
    finder("descendant::*[contains(@class,'read-num')][1]"),
    finder(f"descendant::*[{by_class('read')}][1]"),
    finder("descendant::*[contains(@class,'date-and-readNum')][1]/*[contains(@class,'hover-hide')]"),
)
_RECOMMENDED_DATES = (
    finder(f"descendant::span[{by_class('date')}][1]"),
    finder(f"descendant::span[{by_class('time')}][1]"),
    finder("descendant::*[contains(@class,'date-and-readNum')][1]/*[contains(@class,'hover-show')]"),
    finder("descendant::span[@class='info-block'][1]"),
)
_NO_ENTRIES = re.compile(
    r"\b(?:no-index|type_hot_word|recommend-(?:ad|other-item|recommend)-box|\w+-recommend-box)\b"
)
_OTHER_THAN_BLOG = re.compile(r"\btype_(?!blog\b)\w+|\bbaidu")
_SITE_WIDE = frozenset({"大家在看"})
_DAY = re.compile(r"(?:\d{4}-)?\d{1,2}-\d{1,2}")
MOST_ENTRIES = 1_000
"""Of all lists of one kind on a page; real pages have up to 60, and what has more is made to hurt."""
MOST_BOXES = 100
_BROKEN_HOST = "https://blog./"
"""What the site itself wrote in place of its own host for some time."""


def read_lists(document: Document) -> tuple[SidebarItem, ...]:
    """Return every entry of every list of articles, in page order; a box that is there twice is taken once.

    Headings tell what a list is: the ids of the boxes are given twice, and to other lists over the years.
    """
    beside = islice(_ranked_on(_beside(document)), MOST_ENTRIES)
    return (*beside, *islice(_recommended(document), MOST_ENTRIES))


def _beside(document: Document) -> Iterator[SidebarItem]:
    seen: set[tuple[str, tuple[str | None, ...]]] = set()
    for heading in islice(_HEADINGS(document.root), MOST_BOXES):
        box, shown = first(_BOX(heading)), text_of(heading)
        name = list_name(shown)
        if box is None or name is None:
            continue
        items = tuple(islice(_rows(document, box, shown, name), MOST_ENTRIES))
        known = (shown, tuple(item.url for item in items))
        if known not in seen:
            seen.add(known)
            yield from items


def _ranked_on(items: Iterable[SidebarItem]) -> Iterator[SidebarItem]:
    """The entries with the ranks of a second box of one heading going on from those of the first."""
    ranks: Counter[str | None] = Counter()
    for item in items:
        ranks[item.list_title] += 1
        yield replace(item, rank=ranks[item.list_title])


def _rows(document: Document, box: html.HtmlElement, heading: str, name: ListName) -> Iterator[SidebarItem]:
    by_author = name.list != "related" and heading not in _SITE_WIDE
    scope: ListScope = "author" if by_author else name.scope
    for row in _ROWS(box):
        link = first(_LINK(row))
        url = _url(document, link.get("href")) if link is not None else None
        title = _title(link)
        if title and url and not _HIDDEN(row):
            count = parse_count(text_of(_first_of(_ROW_COUNTS, row)))
            yield _item(name.list, heading, scope, rank=1, title=title, url=url, count=count)


def _recommended(document: Document) -> Iterator[SidebarItem]:
    rank = 0
    for box in _RECOMMENDED(document.root)[:MOST_ENTRIES]:
        classes = box.get("class", "")
        link = _first_of(_TITLE_LINKS, box)
        if link is None or _NO_ENTRIES.search(classes.replace("recommend-item-box", "")) or _HIDDEN(box):
            continue
        url = _url(document, link.get("href"))
        title = text_of(_first_of(_TITLES, box)) or text_of(link) or squash(link.get("title", ""))
        if not (title and url):
            continue
        rank += 1
        is_blog = not _OTHER_THAN_BLOG.search(classes)
        shown = text_of(_first_of(_RECOMMENDED_DATES, box))
        yield _item(
            "related",
            None,
            "article",
            rank=rank,
            title=title,
            url=url,
            count=parse_count(text_of(_first_of(_RECOMMENDED_COUNTS, box))) if is_blog else None,
            shown=shown if _DAY.fullmatch(shown) else None,
            followable=is_blog and urls.is_article(url),
        )


def _first_of(ways: Iterable[Finder], element: html.HtmlElement) -> html.HtmlElement | None:
    """What the first way that finds anything finds first."""
    return next((found[0] for find in ways if (found := find(element))), None)


def _item(
    kind: ListKind,
    heading: str | None,
    scope: ListScope,
    *,
    rank: int,
    title: str,
    url: str,
    count: Count | None,
    shown: str | None = None,
    followable: bool | None = None,
) -> SidebarItem:
    return SidebarItem(
        list=kind,
        list_title=heading,
        list_scope=scope,
        rank=rank,
        title=title,
        url=url,
        shown_at_kind="entry" if shown else None,
        shown_at_shown=shown,
        read_count=count.value if count else None,
        read_count_shown=count.shown if count else None,
        read_count_unit=count.unit if count else None,
        read_count_is_minimum=count is not None and count.is_minimum,
        followable=urls.is_article(url) if followable is None else followable,
    )


def _title(link: html.HtmlElement | None) -> str:
    """A link's text without the count and the eye that stand inside it from 2021 on."""
    if link is None:
        return ""
    counts = _COUNT_PARTS(link)
    text = text_of(link)
    for count in counts:
        shown = text_of(count)
        if shown:
            text = squash(text.removesuffix(shown))
    return text


def _url(document: Document, href: str | None) -> str | None:
    if not href:
        return None
    return urls.absolute(
        href.replace(_BROKEN_HOST, "https://blog.csdn.net/", 1), document.base or document.canonical_link
    )
