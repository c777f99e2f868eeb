"""developer.aliyun.com: the articles of Aliyun's community, once yq.aliyun.com."""

from __future__ import annotations

import re
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import missing
from crawler.extract.sites.aliyun_lists import read_lists
from crawler.extract.sites.own_host import is_elsewhere, texts_before, without_article
from crawler.extract.values import Count, Moment, parse_count, parse_time

SITE_NAME: Final = "aliyun"
HOSTS: Final = frozenset({"developer.aliyun.com"})
LAYOUT: Final = "2021"
_TITLE = finder(f"(//h1[{by_class('article-title')}])[1]")
_BODIES = (
    finder(f"(//div[{by_class('article-inner')}])[1]"),
    finder(f"(//div[{by_class('article-content')}])[1]"),
)
_SHARED = finder("ancestor::*")
_TIME = finder(f"(//*[{by_class('article-info-time')}])[1]")
_GROUPS = finder("(//a[contains(@href,'/group/')])[1]")
_PROFILES = finder("//a[contains(@href,'/profile/')]")
_LABELS = finder("//a[contains(@href,'/label/')]")

_LISTS = re.compile(r"/?|/(?:group|profile|label|article|search|column|blog)(?:/.*)?")
_NUMBER = re.compile(r"(?:阅读|浏览)?\s?\d[\d.,]{0,9}\s?[kKwW万]?\+?")
_RIGHTS = re.compile(r"版权归[^，。]{1,20}所有")
_MOST_LABELS: Final = 50


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, HOSTS) or not document.host:
        return None
    if _TITLE(document.root):
        return LAYOUT
    split = urls.parts(document.url)
    if split is None or not _LISTS.fullmatch(split.path):
        return None
    return without_article(document, site=SITE_NAME, layout=LAYOUT)


def _extract(document: Document, layout: str) -> Draft:
    heading = first(_TITLE(document.root))
    title = text_of(heading)
    element = next((found for find in _BODIES if (found := first(find(document.root))) is not None), None)
    if heading is None or not title or element is None:
        raise missing(
            "body" if element is None else "title",
            site=SITE_NAME,
            layout=layout,
            url=document.url,
        )
    header = list(texts_before(_shared(heading, element), element))
    parent = element.getparent()
    if parent is not None:
        element.tail = None
        parent.remove(element)
    published, updated = _dates(document, header)
    author = next((link for link in _PROFILES(document.root) if _is_name(text_of(link))), None)
    rights = next((found[0] for text in header if (found := _RIGHTS.search(text))), None)
    labels = map(text_of, _LABELS(document.root)[:_MOST_LABELS])
    return Draft(
        layout=layout,
        title=title,
        body=read_body(element, base_url=document.base or document.canonical_link),
        published=published,
        updated=updated,
        author=text_of(author) or None,
        author_url=urls.absolute(author.get("href", ""), document.base) if author is not None else None,
        licence=rights,
        category=text_of(first(_GROUPS(document.root))) or None,
        tags=tuple(dict.fromkeys(filter(None, labels))),
        reads=_reads(header, title=title),
        sidebar=read_lists(document),
    )


def _shared(heading: html.HtmlElement, body: html.HtmlElement) -> html.HtmlElement:
    """The smallest element around both title and body."""
    around_body = set(_SHARED(body))
    shared = (element for element in reversed(_SHARED(heading)) if element in around_body)
    return next(shared, body)  # a page that begins twice has nothing around both


def _dates(document: Document, header: list[str]) -> tuple[Moment | None, Moment | None]:
    """The day that the page shows, with the time that its head tells of it; a later one is an edit's."""
    shown = text_of(first(_TIME(document.root)))
    published = parse_time(shown) or next(filter(None, map(parse_time, header)), None)
    written = parse_time(document.meta_value("last-modified") or "")
    if written is None or published is None:
        return published, None
    if written.date == published.date and published.at is None:
        return written, None
    return published, written if written.date > published.date else None


def _reads(header: list[str], *, title: str) -> Count | None:
    """The first number that stands alone between title and body."""
    after = header[header.index(title) + 1 :] if title in header else []
    return next((parse_count(text) for text in after if _NUMBER.fullmatch(text)), None)


def _is_name(text: str) -> bool:
    return bool(text) and not text.startswith("http")


SITE = Site(name=SITE_NAME, layouts=(Layout(LAYOUT),), recognise=_recognise, extract=_extract)
