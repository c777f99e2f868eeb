"""The lists of other articles on a page of CSDN: boxes at the side, recommendations under the article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import html

from crawler.extract import urls
from crawler.extract.document import Document, finder, text_of
from crawler.extract.items import ListKind, ListScope, SidebarItem
from crawler.extract.list_names import list_name
from crawler.extract.sites.csdn_header import by_class
from crawler.extract.values import Count, parse_count, squash

_BOXES = finder(f"//div[{by_class('aside-box')} or {by_class('panel')}]")
_HEADING = finder("(.//h3[contains(@class,'aside-title')]|.//ul[contains(@class,'panel_head')])[1]")
_ROWS = finder(".//ul[not(contains(@class,'panel_head'))]/li")
_LINK = finder("(.//a[@href])[1]")
_ROW_COUNT = finder(f"(.//*[{by_class('read')}])[1]|(./a/following-sibling::span)[1]")
_COUNT_PARTS = finder(f".//*[{by_class('read')}]|.//img|.//svg")
_RECOMMENDED = finder(f"//*[{by_class('recommend-item-box')}]")
_HIDDEN = finder("ancestor-or-self::*[contains(@style,'display:none') or contains(@style,'display: none')]")
_TITLE_LINK = finder("(.//a[contains(@class,'tit')][@href]|.//h4/a[@href]|.//a[@href][.//h4])[1]")
_TITLE = finder(f"(.//*[{by_class('left')}]|.//h4)[1]")
_RECOMMENDED_COUNT = finder(
    f"(.//*[contains(@class,'read-num')]|.//*[{by_class('read')}]"
    "|.//*[contains(@class,'date-and-readNum')]/*[contains(@class,'hover-hide')])[1]"
)
_RECOMMENDED_DATE = finder(
    f"(.//span[{by_class('date')}]|.//span[{by_class('time')}]"
    "|.//*[contains(@class,'date-and-readNum')]/*[contains(@class,'hover-show')]"
    "|.//span[@class='info-block'])[1]"
)
_NO_ENTRIES = re.compile(
    r"\b(?:no-index|type_hot_word|recommend-(?:ad|other-item|recommend)-box|\w+-recommend-box)\b"
)
_OTHER_THAN_BLOG = re.compile(r"\btype_(?!blog\b)\w+|\bbaidu")
_SITE_WIDE = frozenset({"大家在看"})
_DAY = re.compile(r"(?:\d{4}-)?\d{1,2}-\d{1,2}")
_BROKEN_HOST = "https://blog./"
"""What the site itself wrote in place of its own host for some time."""


def read_lists(document: Document) -> tuple[SidebarItem, ...]:
    """Return every entry of every list of articles, in page order; a box that is there twice is taken once.

    Headings tell what a list is: the ids of the boxes are given twice, and to other lists over the years.
    """
    seen: dict[tuple[str, tuple[str | None, ...]], tuple[SidebarItem, ...]] = {}
    for box in _BOXES(document.root):
        heading = text_of(next(iter(_HEADING(box)), None))
        items = tuple(_side_entries(document, box, heading))
        seen.setdefault((heading, tuple(item.url for item in items)), items)
    beside = _ranked_on(item for items in seen.values() for item in items)
    return (*beside, *_recommended(document))


def _ranked_on(items: Iterable[SidebarItem]) -> Iterator[SidebarItem]:
    """The entries with the ranks of a second box of one heading going on from those of the first."""
    ranks: Counter[str | None] = Counter()
    for item in items:
        ranks[item.list_title] += 1
        yield replace(item, rank=ranks[item.list_title])


def _side_entries(document: Document, box: html.HtmlElement, heading: str) -> Iterator[SidebarItem]:
    name = list_name(heading)
    if name is None:
        return
    by_author = name.list != "related" and heading not in _SITE_WIDE
    scope: ListScope = "author" if by_author else name.scope
    rank = 0
    for row in _ROWS(box):
        link = next(iter(_LINK(row)), None)
        url = _url(document, link.get("href")) if link is not None else None
        title = _title(link)
        if title and url and not _is_hidden(row):
            rank += 1
            count = parse_count(text_of(next(iter(_ROW_COUNT(row)), None)))
            yield _item(name.list, heading, scope, rank=rank, title=title, url=url, count=count)


def _recommended(document: Document) -> Iterator[SidebarItem]:
    rank = 0
    for box in _RECOMMENDED(document.root):
        classes = box.get("class", "")
        link = next(iter(_TITLE_LINK(box)), None)
        if link is None or _NO_ENTRIES.search(classes.replace("recommend-item-box", "")) or _is_hidden(box):
            continue
        url = _url(document, link.get("href"))
        title = text_of(next(iter(_TITLE(box)), None)) or text_of(link) or squash(link.get("title", ""))
        if not (title and url):
            continue
        rank += 1
        is_blog = not _OTHER_THAN_BLOG.search(classes)
        shown = text_of(next(iter(_RECOMMENDED_DATE(box)), None))
        yield _item(
            "related",
            None,
            "article",
            rank=rank,
            title=title,
            url=url,
            count=parse_count(text_of(next(iter(_RECOMMENDED_COUNT(box)), None))) if is_blog else None,
            shown=shown if _DAY.fullmatch(shown) else None,
            followable=is_blog and urls.is_article(url),
        )


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
        href.replace(_BROKEN_HOST, "https://blog.csdn.net/", 1), document.url or document.canonical_link
    )


def _is_hidden(element: html.HtmlElement) -> bool:
    return bool(_HIDDEN(element))
