"""The lists of other articles on a page of CSDN: boxes at the side, recommendations under the article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import html
from lxml.etree import _Element as Element

from crawler.extract import urls
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.hiding import Hidden, hiding_of
from crawler.extract.items import ListKind, ListScope, SidebarItem
from crawler.extract.lists.names import ListName, list_name
from crawler.extract.sites.csdn_rows import Parts, has_class, read_box, read_row
from crawler.extract.values import Count, parse_count

_HEADING_CLASSES = {"h3": "aside-title", "ul": "panel_head"}
_BOX = finder(f"ancestor::div[{by_class('aside-box')} or {by_class('panel')}][1]")
_ROWS = finder(f".//ul[not({by_class('panel_head')})]/li")
_RECOMMENDED: Final = "recommend-item-box"
_RECOMMENDED_TAGS: Final = ("div", "dl", "li")
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
    return (*islice(_beside(document), MOST_ENTRIES), *islice(_recommended(document), MOST_ENTRIES))


def _beside(document: Document) -> Iterator[SidebarItem]:
    """The entries of the boxes at the side; ranks go on through the boxes of one heading."""
    seen: set[tuple[str, tuple[str | None, ...]]] = set()
    ranks: Counter[str] = Counter()
    for heading in islice(_headings(document), MOST_BOXES):
        box, shown = first(_BOX(heading)), text_of(heading)
        name = list_name(shown)
        if box is None or name is None:
            continue
        rows = islice(_rows(document, box), MOST_ENTRIES)
        scope = _scope(name, shown)
        items = [
            _item(name.list, shown, scope, rank=rank, title=title, link=link, count=count)
            for rank, (title, link, count) in enumerate(rows, start=ranks[shown] + 1)
        ]
        known = (shown, tuple(item.url for item in items))
        if known not in seen:
            seen.add(known)
            ranks[shown] += len(items)
            yield from items


def _scope(name: ListName, heading: str) -> ListScope:
    by_author = name.list != "related" and heading not in _SITE_WIDE
    return "author" if by_author else name.scope


def _headings(document: Document) -> Iterator[html.HtmlElement]:
    if document.class_names.isdisjoint(_HEADING_CLASSES.values()):
        return
    for element in document.elements(*_HEADING_CLASSES):
        if has_class(element, _HEADING_CLASSES[str(element.tag)]):
            yield element


def _rows(document: Document, box: html.HtmlElement) -> Iterator[tuple[str, urls.Link, Count | None]]:
    """Title, address and count of each row of a box."""
    for element in _ROWS(box):
        row = read_row(element)
        link = _link(document, row.link)
        if row.title and link and _is_seen(document, row.link):
            yield row.title, link, parse_count(text_of(row.reads))


def _recommended(document: Document) -> Iterator[SidebarItem]:
    rank = 0
    parts = Parts()
    for element in islice(_boxes(document), MOST_ENTRIES):
        classes = element.get("class", "")
        if _NO_ENTRIES.search(classes.replace(_RECOMMENDED, "")):
            continue
        box = read_box(element, parts)
        link = _link(document, box.link)
        if not (box.title and link and _is_seen(document, box.link)):
            continue
        rank += 1
        is_blog = not _OTHER_THAN_BLOG.search(classes)
        yield _item(
            "related",
            None,
            "article",
            rank=rank,
            title=box.title,
            link=link,
            count=parse_count(text_of(box.reads)) if is_blog else None,
            shown=box.date if _DAY.fullmatch(box.date) else None,
            is_blog=is_blog,
        )


def _boxes(document: Document) -> Iterator[html.HtmlElement]:
    if _RECOMMENDED in document.class_names:
        for element in document.elements(*_RECOMMENDED_TAGS):
            if _RECOMMENDED in element.get("class", "") and has_class(element, _RECOMMENDED):
                yield element


def _item(
    kind: ListKind,
    heading: str | None,
    scope: ListScope,
    *,
    rank: int,
    title: str,
    link: urls.Link,
    count: Count | None,
    shown: str | None = None,
    is_blog: bool = True,
) -> SidebarItem:
    return SidebarItem(
        list=kind,
        list_title=heading,
        list_scope=scope,
        rank=rank,
        title=title,
        url=link.url,
        shown_at_kind="entry" if shown else None,
        shown_at_shown=shown,
        read_count=count.value if count else None,
        read_count_shown=count.shown if count else None,
        read_count_unit=count.unit if count else None,
        read_count_is_minimum=count is not None and count.is_minimum,
        followable=is_blog and link.is_article,
    )


def _is_seen(document: Document, link: Element | None) -> bool:
    return link is not None and hiding_of(document).of_entry(link) is Hidden.NOT


def _link(document: Document, link: Element | None) -> urls.Link | None:
    href = None if link is None else link.get("href")
    if not href:
        return None
    return urls.link(
        href.replace(_BROKEN_HOST, "https://blog.csdn.net/", 1), document.base or document.canonical_link
    )
