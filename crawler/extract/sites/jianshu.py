"""www.jianshu.com (简书): notes as its server wrote them until 2018, and as its application does since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.blocks import Body
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.document.decoding import Decoded, clean
from crawler.extract.document.embedded import count_within, moment_within, read_json, text_within, within
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, missing
from crawler.extract.lists import ListName, list_name
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import Count, Moment, parse_count, parse_time

_SITE: Final = "jianshu"
_HOSTS: Final = frozenset({"www.jianshu.com", "jianshu.com"})
_NAME: Final = "简书"
_MOST_RELATED: Final = 100
"""Entries; real pages have 5 to 10, and what has more is made to hurt."""
_MAIN_LIST: Final = ListName("related", "article")

_OLD_NOTE = finder(f"(//div[{by_class('note')}][div[{by_class('post')}]/div[{by_class('article')}]])[1]")
_OLD_TITLE = finder(f"(.//h1[{by_class('title')}])[1]")
_OLD_BODY = finder(f"(.//div[{by_class('show-content')}])[1]")
_OLD_TIME = finder(f"(.//span[{by_class('publish-time')}])[1]")
_OLD_AUTHOR = finder(f"(.//span[{by_class('name')}]/a)[1]")
_OLD_CATEGORY = finder(f"(.//a[{by_class('notebook')}])[1]")
_OLD_RIGHTS = finder(f"(.//div[{by_class('copyright')}])[1]")
_OLD_STATE = finder("(//script[@data-name='page-data'])[1]")
_OLD_RELATED = finder(f"(//div[{by_class('seo-recommended-notes')}])[1]/div/a[{by_class('title')}]")

_NOTE = finder("(//section[h1][article])[1]")
_TITLE = finder("h1[1]")
_BODY = finder("article[1]")
_TIME = finder("(.//time[@datetime])[1]")
_READS = finder("following-sibling::span[starts-with(.,'阅读')][1]")
_LIKES = finder("(.//*[@aria-label='查看点赞列表'])[1]")
_AUTHOR = finder("(.//a[starts-with(@href,'/u/')][normalize-space(.)])[1]")
_CATEGORY = finder("(.//a[starts-with(@href,'/nb/')])[1]")
_RIGHTS = finder("(following::*[starts-with(normalize-space(text()),'©著作权')])[1]")
_STATE = finder("id('__NEXT_DATA__')")
_STATE_NOTE: Final = ("props", "initialState", "note", "data")
_RELATED = finder("//*[@role='listitem']")
_RELATED_LINK = finder("(.//a[starts-with(@href,'/p/')])[1]")
_RELATED_READS = finder("(.//*[starts-with(normalize-space(text()),'阅读')])[1]")
_RELATED_HEADING = finder("(ancestor::section[1]//h3/span)[1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What the page itself shows of a note, beside what its script says."""

    title: str = ""
    body: html.HtmlElement | None = None
    published: Moment | None = None
    updated: Moment | None = None
    author: html.HtmlElement | None = None
    category: str = ""
    rights: str = ""
    reads: Count | None = None
    likes: Count | None = None
    sidebar: tuple[SidebarItem, ...] = ()


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, _HOSTS) or not (document.host or _NAME in document.text):
        return None
    layout = "2017" if _OLD_NOTE(document.root) else "2019" if _NOTE(document.root) else None
    if not document.host:
        return layout if layout and document.meta_value("og:site_name") == _NAME else None
    return layout or without_article(document, site=_SITE, layout="2019")


def _extract(document: Document, layout: str) -> Draft:
    shown = _shown_2017(document) if layout == "2017" else _shown_2019(document)
    scripts = _OLD_STATE(document.root) if layout == "2017" else _STATE(document.root)
    state = read_json(scripts[0].text) if scripts else None
    note = within(state, "note") if layout == "2017" else within(state, *_STATE_NOTE)
    title = shown.title or text_within(note, "public_title")
    body = _body(document, note, shown.body)
    if not title or body is None:
        raise missing("title" if body else "body", site=_SITE, layout=layout, url=document.url)
    published = shown.published or moment_within(note, "first_shared_at")
    return Draft(
        layout=layout,
        title=title,
        body=body,
        published=published,
        updated=shown.updated or _edited(note, published),
        author=text_within(note, "user", "nickname") or text_of(shown.author) or None,
        author_url=_author_url(document, note, shown.author),
        licence=shown.rights or None,
        category=shown.category or text_within(note, "notebook", "name"),
        reads=count_within(note, "views_count") or shown.reads,
        likes=count_within(note, "likes_count") or shown.likes,
        comments=count_within(note, "public_comments_count") or count_within(note, "comments_count"),
        sidebar=shown.sidebar,
        truncated="paywall" if _is_sold(note) else None,
    )


def _shown_2017(document: Document) -> _Shown:
    column = first(_OLD_NOTE(document.root))
    if column is None:
        return _Shown()
    time = first(_OLD_TIME(column))
    edited = (time.get("title") or time.get("data-original-title") or "") if time is not None else ""
    rows = (Row(link, text_of(link)) for link in _OLD_RELATED(document.root))
    return _Shown(
        title=text_of(first(_OLD_TITLE(column))),
        body=first(_OLD_BODY(column)),
        published=parse_time(text_of(time)),
        updated=parse_time(edited),
        author=first(_OLD_AUTHOR(column)),
        category=text_of(first(_OLD_CATEGORY(column))),
        rights=text_of(first(_OLD_RIGHTS(column))),
        sidebar=ranked(document, [found_list(document, _MAIN_LIST, None, rows)]),
    )


def _shown_2019(document: Document) -> _Shown:
    column = first(_NOTE(document.root))
    if column is None:
        return _Shown()
    time, body = first(_TIME(column)), first(_BODY(column))
    return _Shown(
        title=text_of(first(_TITLE(column))),
        body=body,
        # Its `datetime` is in UTC; what is shown is the time in China.
        published=parse_time(text_of(time)),
        author=first(_AUTHOR(column)),
        category=text_of(first(_CATEGORY(column))),
        rights=text_of(first(_RIGHTS(body))) if body is not None else "",
        reads=parse_count(text_of(first(_READS(time)))) if time is not None else None,
        likes=parse_count(text_of(first(_LIKES(column)))),
        sidebar=_related(document),
    )


def _body(document: Document, note: object, shown: html.HtmlElement | None) -> Body | None:
    """The body: of pages since 2026 the markup shows its beginning only, and the whole is in the script."""
    written = within(note, "free_content")
    base = document.base or document.canonical_link
    if isinstance(written, str) and written.strip():
        whole = Document.of(document.page, Decoded(clean(written), document.encoding, None))
        return read_body(whole.root, base_url=base)
    return read_body(shown, base_url=base) if shown is not None else None


def _edited(note: object, published: Moment | None) -> Moment | None:
    """When the note was last edited, where that was after its publication."""
    edited = moment_within(note, "last_updated_at")
    is_later = edited is not None and published is not None and (edited.at or "") > (published.at or "")
    return edited if is_later else None


def _author_url(document: Document, note: object, link: html.HtmlElement | None) -> str | None:
    user = text_within(note, "user", "slug")
    href = f"https://www.jianshu.com/u/{user}" if user else link.get("href", "") if link is not None else ""
    return urls.absolute(href, document.base or document.canonical_link) if href else None


def _is_sold(note: object) -> bool:
    """Is the note sold, and the page one for readers who have not paid?"""
    kind = text_within(note, "paid_type")
    return kind not in {None, "free"} and within(note, "paid_content_accessible") is False


def _related(document: Document) -> tuple[SidebarItem, ...]:
    items = _RELATED(document.root)[:_MOST_RELATED]
    heading = text_of(first(_RELATED_HEADING(items[0]))) if items else ""
    rows = (
        Row(link, text_of(link), text_of(first(_RELATED_READS(item))) or None)
        for item in items
        for link in _RELATED_LINK(item)
    )
    return ranked(document, [found_list(document, list_name(heading) or _MAIN_LIST, heading or None, rows)])


LAYOUTS = (Layout("2017"), Layout("2019"))
SITE = Site(name=_SITE, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
