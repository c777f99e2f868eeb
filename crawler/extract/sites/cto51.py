"""blog.51cto.com: its articles since 2021, and those before, with their row of links under the title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, Finder, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, missing
from crawler.extract.lists import ListName
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked, titled
from crawler.extract.values import Count, Moment, parse_count, parse_time

_SITE: Final = "51cto"
_HOSTS: Final = frozenset({"blog.51cto.com"})
_SAVED_FROM: Final = "//blog.51cto.com/"
_BODY = finder(f"(//div[{by_class('editor-preview-side')}])[1]")
_COLUMNS = ("article-detail", "artical-Left", "artical-Left-blog")
_COLUMN = finder(f"ancestor::div[{' or '.join(map(by_class, _COLUMNS))}][1]")
_RELATED = finder(f"(//ul[{by_class('recommend-about')}])[1]")
_RELATED_LINKS = finder(f"li//a[{by_class('title')}][@href]")
_RELATED_TITLE = finder(f"div[{by_class('tit')}]")
_RECENT = finder("id('updatelist')")
_RECENT_LINKS = finder("li/a[@href]")
_HEADING = finder("preceding-sibling::div[1]/strong")
_KINDS: Final[dict[str, Literal["original", "reprint", "translation"]]] = {
    "原创": "original",
    "转载": "reprint",
    "翻译": "translation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where in the column of an article one layout has its facts; what a layout lacks finds nothing."""

    title: Finder
    kind: Finder
    line: Finder
    """The line of facts under the title, from which the finders below start."""
    author: Finder
    time: Finder
    reads: Finder
    comments: Finder
    category: Finder
    tags: Finder
    rights: Finder


_PLACES: Final = {
    "2021": _Places(
        title=finder(f"div[{by_class('title')}]/h1"),
        kind=finder(f"div[{by_class('title')}]/span"),
        line=finder(f"div[{by_class('messbox')}]"),
        author=finder(f"p[{by_class('mess-line1')}]/a[1]"),
        time=finder(f"p[{by_class('mess-line1')}]/time"),
        reads=finder(f"p[{by_class('mess-line1')}]/*[starts-with(normalize-space(.),'阅读')]"),
        comments=finder(f"../div[{by_class('action-box')}]//b[{by_class('comments_num')}]"),
        category=finder(f"p/span[contains(.,'博主文章分类')]/a|p//a[{by_class('shence_cate')}]"),
        tags=finder(f"p//a[{by_class('shence_tag')}]"),
        rights=finder("id('copytext')|id('copyright-btn')[not(id('copytext'))]"),
    ),
    "2017": _Places(
        title=finder(f"h1[{by_class('artical-title')}]"),
        kind=finder(
            f"div[{by_class('status')}]/a|div[{by_class('artical-title-list')}]/a[{by_class('tab')}]"
        ),
        line=finder(f"div[{by_class('artical-title-list')}]"),
        author=finder(f"a[{by_class('name')}]"),
        time=finder(f"a[{by_class('time')}]"),
        reads=finder(f"a[{by_class('read')}]"),
        comments=finder(f"a[{by_class('comment')}]"),
        category=finder(f"../div[{by_class('crumbs')}]/span[2]/a[contains(@href,'/category')]"),
        tags=finder(f"../div[{by_class('for-tag')}]//a"),
        rights=finder(f"../div[{by_class('artical-copyright')}]"),
    ),
}
_LIKES = finder(f"div[{by_class('action-box')}]//b[{by_class('praise-num')}]")
_COLLECTS = finder(f"div[{by_class('action-box')}]//b[{by_class('favorites-num')}]")


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, _HOSTS) or not (document.host or _SAVED_FROM in document.text):
        return None
    column = _column(document)
    if column is not None:
        return "2017" if _PLACES["2017"].title(column) else "2021"
    return without_article(document, site=_SITE, layout="2021") if document.host else None


def _column(document: Document) -> html.HtmlElement | None:
    """The column with an article's title, facts and body."""
    body = first(_BODY(document.root))
    return first(_COLUMN(body)) if body is not None else None


def _extract(document: Document, layout: str) -> Draft:
    column, places = _column(document), _PLACES[layout]
    if column is None:
        raise missing("body", site=_SITE, layout=layout, url=document.url)
    title, line = text_of(first(places.title(column))), first(places.line(column))
    if not title or line is None:
        raise missing("title" if not title else "author", site=_SITE, layout=layout, url=document.url)
    author = first(places.author(line))
    published = parse_time(text_of(first(places.time(line))))
    return Draft(
        layout=layout,
        title=title,
        body=read_body(_BODY(column)[0], base_url=document.base or document.canonical_link),
        kind=next((_KINDS[word] for word in map(text_of, places.kind(column)) if word in _KINDS), None),
        published=published,
        updated=_updated(document, published),
        author=text_of(author) or None,
        author_url=urls.absolute(author.get("href", ""), document.base) if author is not None else None,
        licence=text_of(first(places.rights(line))) or None,
        category=text_of(first(places.category(line))) or None,
        tags=tuple(dict.fromkeys(filter(None, map(text_of, places.tags(line))))),
        reads=_count(places.reads(line)),
        likes=_count(_LIKES(column)),
        collects=_count(_COLLECTS(column)),
        comments=_count(places.comments(line)),
        sidebar=_sidebar(document),
    )


def _count(elements: list[html.HtmlElement]) -> Count | None:
    """A count; an empty element is one that a script fills in."""
    return parse_count(text_of(first(elements)))


def _updated(document: Document, published: Moment | None) -> Moment | None:
    """When it was last edited, as the page tells search engines; its publication where it never was."""
    updated = parse_time(document.ld_value("upDate") or "")
    is_later = updated is not None and published is not None and (updated.at or "") > (published.at or "")
    return updated if is_later else None


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    related, recent = first(_RELATED(document.root)), first(_RECENT(document.root))
    lists = []
    if related is not None:
        entries = (Row(link, text_of(first(_RELATED_TITLE(link)))) for link in _RELATED_LINKS(related))
        lists.append(found_list(document, ListName("related", "article"), _heading(related), entries))
    if recent is not None:
        links = titled(_RECENT_LINKS(recent))
        lists.append(found_list(document, ListName("recent", "site"), _heading(recent), links))
    return ranked(document, lists)


def _heading(box: html.HtmlElement) -> str | None:
    return text_of(first(_HEADING(box))) or None


LAYOUTS = (Layout("2017"), Layout("2021", proven=1))
SITE = Site(name=_SITE, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
