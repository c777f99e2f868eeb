"""RSS and Atom feeds, in every version that feedparser reads."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from itertools import islice
from typing import Any, Final

import feedparser
from lxml import etree

from crawler.extract import urls
from crawler.extract.document.decoding import clean, decode
from crawler.extract.items import NotAnArticle, Page, PageUnreadable, SidebarItem, Source, SourcePage
from crawler.extract.lists import Entry, FoundList, item_of
from crawler.extract.sources.bodies import Body
from crawler.extract.sources.origin import Origin
from crawler.extract.values import squash

_MOST_ENTRIES: Final = 1_000
"""Feeds have up to some hundred, and what has more is made to hurt."""
_DECLARED = re.compile(rb"\s*+<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})")
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(\w{2,31};)")
_TEXTS: Final = tuple(
    f"{space}{name}" for name in ("description", "summary", "content", "encoded") for space in ("", "{*}")
)
"""The articles' own texts in a feed, which take feedparser most of its time."""
_MARKUP_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_STRING = etree.XPath("string()", smart_strings=False)


def read_feed(page: Page, body: Body) -> Source:
    """Return what a feed names; raises SourcePage where nothing of it can be read, NotAnArticle for no feed.

    Of a feed that breaks off, the entry that it breaks off in is left out.
    """
    feed = _parsed(page, _text(page, body.markup))
    entries = feed.entries if body.is_whole else feed.entries[:-1]
    origin = _origin(page, feed, entries)
    own = FoundList(list="recent", title=None, scope=origin.scope, entries=())
    items: dict[str, SidebarItem] = {}
    for entry in islice(entries, _MOST_ENTRIES):
        href, title = entry.get("link"), _plain(entry)
        link = urls.link(href, page.url) if href and title else None
        if link is None or link.url in items:
            continue
        time = squash(entry.get("published") or entry.get("updated") or "") or None
        items[link.url] = item_of(
            own,
            Entry(title=title, url=link.url, time=time, count=None),
            rank=len(items) + 1,
            followable=origin.leads_to(link, owner=urls.owner(link.url)),
            seen_at=page.captured_at,
        )
    return Source(
        kind="feed", title=_plain(feed.feed) or None, entries=tuple(items.values()), more=_more(page, feed)
    )


def _text(page: Page, data: bytes) -> str:
    """The feed's text, in the encoding that its header, else its XML declaration names."""
    declared = _DECLARED.match(data)
    content_type = page.content_type or ""
    if declared and "charset" not in content_type.lower():
        content_type = f"text/xml; charset={declared[1].decode('ascii')}"
    try:
        return decode(replace(page, body=data, content_type=content_type)).text
    except PageUnreadable as error:
        raise SourcePage(f"{page.url}: the feed cannot be read: {error}") from error


def _parsed(page: Page, markup: str) -> Any:
    """The feed as feedparser reads it, which is given whole XML: without entities, and mended.

    It would else fall back on a parser of tags in any order, which is slow on what is made to hurt.
    """
    plain = _NAMED_ENTITY.sub(_character, markup)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise SourcePage(f"{page.url}: the feed is no XML that can be read: {error.msg}") from error
    if root is None:
        raise SourcePage(f"{page.url}: the feed is no XML that can be read")
    etree.strip_elements(root, *_TEXTS, with_tail=False)
    try:
        # A stream: it takes bytes for the name of a file, if there is one.
        feed = feedparser.parse(
            BytesIO(etree.tostring(root, encoding="utf-8", with_tail=False)),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": page.url or "",
            },
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # what it makes of hostile text has errors of any kind
        raise SourcePage(f"{page.url}: the feed cannot be read: {type(error).__name__}: {error}") from error
    if not feed.version:
        raise NotAnArticle(f"{page.url} is XML, and no feed of a version that is known")
    return feed


def _character(match: re.Match[str]) -> str:
    """The character that HTML means by an entity, as feeds use them without saying what they are."""
    found = unescape(match[0])
    return f"&amp;{match[1]}" if found == match[0] or found in "<>&" else found


def _origin(page: Page, feed: Any, entries: list[Any]) -> Origin:
    """Whose feed it is: the author's whom its URL names, else his who is named as the author of all of it."""
    owner = urls.owner(page.url) if page.url else None
    everywhere = feed.feed.get("author")
    named = {entry.get("author") or everywhere for entry in entries}
    is_one = owner is not None or (len(named) == 1 and None not in named)
    return Origin.of(page.url, owner=owner, is_of_one_author=is_one)


def _plain(named: Any) -> str:
    """The title of a feed or an entry without its markup, where it has some."""
    shown = named.get("title") or ""
    if named.get("title_detail", {}).get("type") in _MARKUP_TYPES and ("<" in shown or "&" in shown):
        root = etree.fromstring(f"<body>{shown}</body>", etree.HTMLParser())
        shown = str(_STRING(root)) if root is not None else shown
    return squash(clean(shown))


def _more(page: Page, feed: Any) -> tuple[str, ...]:
    links = feed.feed.get("links", ())
    found = (urls.absolute(link.get("href", ""), page.url) for link in links if link.get("rel") == "next")
    return tuple(dict.fromkeys(url for url in found if url and url != page.url))
