"""Sitemaps, indexes of sitemaps, and lists of one URL a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from crawler.extract import urls
from crawler.extract.items import Page, SidebarItem, Source, SourcePage
from crawler.extract.lists import Entry, FoundList, item_of
from crawler.extract.sources.bodies import Body
from crawler.extract.sources.origin import Origin

MOST_URLS: Final = 50_000
"""Of one sitemap: the protocol's own limit."""
_LINE = re.compile(r"^\ufeff?[ \t]{0,9}(https?://[^\s<>]++)", re.IGNORECASE | re.MULTILINE)
_LIST: Final = FoundList(list="other", title=None, scope="site", entries=())


class _Location(NamedTuple):
    """A page or a further sitemap that a sitemap names."""

    tag: str
    """`url` or `sitemap`."""
    loc: str
    lastmod: str | None


def read_sitemap(page: Page, body: Body) -> Source:
    """Return what an XML sitemap names, as far as it is whole; raises SourcePage where nothing of it is.

    The extensions for images, news and videos say nothing that is read.
    """
    try:
        found = list(islice(_locations(body.markup), MOST_URLS))
    except etree.XMLSyntaxError as error:
        raise SourcePage(f"{page.url}: the sitemap is no XML that can be read: {error.msg}") from error
    if not body.is_whole:
        del found[-1:]
    parts = (urls.absolute(each.loc, page.url) for each in found if each.tag == "sitemap")
    return Source(
        kind="sitemap",
        title=None,
        entries=_items(page, (each for each in found if each.tag == "url")),
        more=tuple(dict.fromkeys(url for url in parts if url)),
    )


def read_lines(page: Page, body: Body) -> Source:
    """Return what a sitemap of one URL a line names."""
    lines = islice(_LINE.findall(body.data.decode("utf-8", "replace")), MOST_URLS)
    found = (_Location("url", line, None) for line in lines)
    return Source(kind="sitemap", title=None, entries=_items(page, found), more=())


def _locations(data: bytes) -> Iterator[_Location]:
    """What stands in each `url` and `sitemap`, in the namespace of that element."""
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in events:
        try:
            space, _, name = str(element.tag).rpartition("}")
            if name not in ("url", "sitemap"):
                continue
            # What is left of an entity that nobody resolves is a child, and the text before it only a part.
            parts = {str(child.tag): (child.text or "").strip() for child in element if not len(child)}
        except UnicodeDecodeError:  # libxml2 before 2.14 recovers from bytes that are no text by keeping them
            continue
        own = f"{space}}}" if space else ""
        loc = parts.get(f"{own}loc")
        if loc:
            yield _Location(name, loc, parts.get(f"{own}lastmod") or None)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _items(page: Page, found: Iterable[_Location]) -> tuple[SidebarItem, ...]:
    origin = Origin.of(page.url)
    items: dict[str, SidebarItem] = {}
    for location in found:
        link = urls.link(location.loc, page.url)
        if link is None or link.url in items:
            continue
        items[link.url] = item_of(
            _LIST,
            Entry(title="", url=link.url, time=location.lastmod, count=None),
            rank=len(items) + 1,
            followable=origin.leads_to(link),
            seen_at=page.captured_at,
        )
    return tuple(items.values())
