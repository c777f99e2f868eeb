"""www.cnblogs.com (博客园): one set of ids under every skin that its authors choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, missing
from crawler.extract.lists import FoundList, ListName, list_name
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import Count, Moment, parse_count, parse_time
from crawler.extract.values.licences import creative_commons

_SITE: Final = "cnblogs"
_HOSTS: Final = frozenset({"www.cnblogs.com", "cnblogs.com"})
_TITLE = finder("id('cb_post_title_url')")
_BODY = finder("id('cnblogs_post_body')")
_DATE = finder("id('post-date')")
_AUTHOR = finder("following-sibling::a[@href][1]")
_READS = finder("id('post_view_count')")
_COMMENTS = finder("id('post_comment_count')")
_LIKES = finder("id('digg_count')")
_TAGS = finder("id('EntryTag')/a")
_CATEGORY = finder("id('BlogPostCategory')/a[1]")
_SIGNATURE = finder("id('MySignature')")
_BOXES: Final = (
    # The box, what list it is, and what the numbers behind its titles count.
    (finder("id('sidebar_recentposts')"), ListName("recent", "author"), None),
    (finder("id('sidebar_topviewedposts')"), ListName("popular", "author"), "readers"),
    (finder("id('sidebar_topcommentedposts')"), ListName("other", "author"), "comments"),
    (finder("id('sidebar_topdiggedposts')"), ListName("other", "author"), "likes"),
)
_BOX_HEADING = finder("(.//h3)[1]")
_BOX_LINKS = finder(".//li/a[@href]")
_CARDS = finder(f"id('comment_form')//*[{by_class('under-post-card')}][b]")
_CARD_HEADING = finder("b[1]")
_CARD_LINKS = finder("a[@href]")
_JUNK = finder(
    ".//img[starts-with(@class,'code_img_')]|.//span[@class='cnblogs_code_collapse']"
    f"|.//*[{by_class('cnblogs_code_toolbar')}]"
)
_LISTINGS = finder(f".//div[{by_class('cnblogs_code')}]//pre")
_NUMBERS = finder("span[contains(@style,'#008080') or contains(@style,'rgba(0, 128, 128')]")
_RANK = re.compile(r"^\d{1,3}\. ?")
_COUNT = re.compile(r"\(\d{1,9}\)$")
_RESERVED = re.compile(r"[^。！\n]{0,60}(?:版权|转载)[^。！\n]{0,80}")


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, _HOSTS):
        return None
    if _TITLE(document.root) and _BODY(document.root):
        date = first(_DATE(document.root))
        return "2011" if date is None or date.get("data-date-updated") is None else "2020"
    return without_article(document, site=_SITE, layout="2020") if document.host else None


def _extract(document: Document, layout: str) -> Draft:
    root = document.root
    title, body = text_of(first(_TITLE(root))), first(_BODY(root))
    if not title or body is None:
        raise missing("body" if body is None else "title", site=_SITE, layout=layout, url=document.url)
    date = first(_DATE(root))
    published = _published(document, date)
    author = first(_AUTHOR(date)) if date is not None else None
    reads = parse_count(text_of(first(_READS(root))))
    # Scripts fill the counts in: until then readers are `...` or 0, and who has none has no comments either.
    is_counted = reads is not None and reads.value > 0
    for junk in _JUNK(body):
        junk.drop_tree()
    for listing in _LISTINGS(body):
        _drop_line_numbers(listing)
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=document.base or document.canonical_link),
        published=published,
        updated=_updated(date, published),
        author=text_of(author) or None,
        author_url=urls.absolute(author.get("href", ""), document.base) if author is not None else None,
        licence=_licence(text_of(first(_SIGNATURE(root)))),
        category=text_of(first(_CATEGORY(root))) or None,
        tags=tuple(dict.fromkeys(filter(None, map(text_of, _TAGS(root))))),
        reads=reads if is_counted else None,
        likes=_count(_LIKES(root)),
        comments=_count(_COMMENTS(root)) if is_counted else None,
        sidebar=_sidebar(document),
    )


def _count(elements: list[html.HtmlElement]) -> Count | None:
    return parse_count(text_of(first(elements)))


def _published(document: Document, date: html.HtmlElement | None) -> Moment | None:
    """When it was published; `data-date-created` holds the name of a class of the site's program."""
    shown = text_of(date) or document.script_value("cb_entryCreatedDate") or ""
    return parse_time(shown)


def _updated(date: html.HtmlElement | None, published: Moment | None) -> Moment | None:
    """When it was last edited; an article that never was shows its publication there."""
    updated = parse_time(date.get("data-date-updated", "")) if date is not None else None
    same = updated is not None and published is not None and updated.at == published.at
    return None if same else updated


def _licence(signature: str) -> str | None:
    reserved = _RESERVED.search(signature)
    return creative_commons(signature) or (reserved[0].strip() if reserved else None)


def _drop_line_numbers(listing: html.HtmlElement) -> None:
    """Take the numbers that the site's editor writes into a listing out of it, with the blank behind each."""
    numbers = [span for span in _NUMBERS(listing) if text_of(span).isdecimal()]
    if not numbers or [int(text_of(span)) for span in numbers] != list(range(1, len(numbers) + 1)):
        return
    for span in numbers:
        span.tail = (span.tail or "").removeprefix(" ")
        span.text = None


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    return ranked(document, (*_boxes(document), *_cards(document)))


def _boxes(document: Document) -> Iterator[FoundList | None]:
    """The author's own lists at the side, which scripts fill in."""
    for find, name, counted in _BOXES:
        for box in find(document.root):
            rows = (_row(link, counted) for link in _BOX_LINKS(box))
            yield found_list(document, name, text_of(first(_BOX_HEADING(box))) or None, rows)


def _row(link: html.HtmlElement, counted: str | None) -> Row:
    """An entry `1. title(12)` without its rank and its count."""
    title, count = _RANK.sub("", text_of(link)), None
    if counted and (found := _COUNT.search(title)):
        title, count = title[: found.start()].rstrip(), found[0]
    return Row(link, title, count if counted == "readers" else None)


def _cards(document: Document) -> Iterator[FoundList | None]:
    """The site's lists under the comments: 编辑推荐, 阅读排行, 相关博文."""
    for card in _CARDS(document.root):
        heading = text_of(first(_CARD_HEADING(card))).rstrip(":：")
        name = list_name(heading) or ListName("other", "site")
        yield found_list(document, name, heading, (Row(link, text_of(link)) for link in _CARD_LINKS(card)))


LAYOUTS = (Layout("2011"), Layout("2020", proven=1))
SITE = Site(name=_SITE, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
