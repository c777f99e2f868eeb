"""www.csdn.net: the news that CSDN's editors published until about 2019."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, SourcePage, missing
from crawler.extract.lists import Entry, FoundList, ListName, list_name, sidebar
from crawler.extract.values import parse_count, parse_time, squash
from crawler.extract.walls import refuse_walls

LAYOUT: Final = "news"
_MARK: Final = "news_content"
_TITLE = finder(f"(//h1[{by_class('title')}])[1]")
_BODY = finder(f"(//div[{by_class('news_content')}])[1]")
_IN_BAR = finder(f"(//div[{by_class('tit_bar')}])[1]/span[{by_class('ago')}]")
_HEADER = finder(f"(ancestor::div[{by_class('detail')}])[1]")
_FACTS = finder(f"(.//div[{by_class('tit_bar')}])[1]/span[{by_class('ago')}]")
_READS = finder(f"(.//span[{by_class('view_time')}])[1]")
_TAGS = finder(f"(.//div[{by_class('tag')}])[1]/a")
_CRUMBS = finder(f"(//div[{by_class('brea_nav')}])[1]/a")
_NOTICE = finder(f"(.//p[{by_class('copyright')}])[last()]")
_TABS = finder("id('Tab3')/h2//li")
_TAB_BOXES = finder("id('Tab3')//div[starts-with(@id,'con_three_')]")
_TAB_LINKS = finder(".//li/a[@href]")
_MORE_LISTS: Final = {"最新报道": ListName("recent", "site")}
_MOST_ENTRIES: Final = 500
_SECTIONS: Final = frozenset(
    f"{name}.csdn.net" for name in ("news", "mobile", "cloud", "sd", "programmer", "geek")
)
_SECTION_PATH = re.compile(r"/(?:[\w-]+(?:/\d+)?/?|rss\w*\.html)?")


def _recognise(document: Document) -> str | None:
    if document.url is not None and not urls.is_csdn(document.url):
        return None
    if _MARK in document.text and _BODY(document.root) and _TITLE(document.root) and _IN_BAR(document.root):
        return LAYOUT
    split = urls.parts(document.url)
    if split is None:
        return None
    if split.hostname in _SECTIONS and _SECTION_PATH.fullmatch(split.path):
        refuse_walls(document)
        raise SourcePage(
            f"{document.url} is a list of CSDN's news and no article; give the URLs of its articles"
        )
    if urls.key(split.geturl()).startswith("csdn_news:"):
        refuse_walls(document)
    return None


def _extract(document: Document, layout: str) -> Draft:
    heading, body = _TITLE(document.root)[0], _BODY(document.root)[0]
    title = text_of(heading)
    if not title:
        raise missing("title", site="csdn_news", layout=layout, url=document.url)
    scope = first(_HEADER(heading))
    scope = document.root if scope is None else scope
    facts = dict(_facts(scope))
    notice = text_of(first(_NOTICE(body)))
    crumbs = [text_of(crumb) for crumb in _CRUMBS(document.root)]
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=document.base or document.canonical_link),
        kind="original" if "原创" in notice else None,
        published=parse_time(facts.get("发表于", "")),
        author=facts.get("作者") or None,
        licence=notice or None,
        category=crumbs[-1] if len(crumbs) > 1 else None,
        tags=tuple(dict.fromkeys(filter(None, map(text_of, _TAGS(scope))))),
        reads=parse_count(text_of(first(_READS(scope)))),
        sidebar=_sidebar(document),
    )


def _facts(scope: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Date, source and author, which share one class: the words before each tell them apart."""
    for fact in _FACTS(scope):
        before = fact.getprevious()
        words = fact.getparent().text if before is None else before.tail
        yield squash(words or "").strip("|:： "), text_of(fact)


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    items = sidebar(_lists(document), url=document.url)
    return tuple(
        replace(item, followable=item.url is not None and urls.is_article(item.url)) for item in items
    )


def _lists(document: Document) -> Iterator[FoundList]:
    """The lists under a bar of tabs, which stand in the tabs' order."""
    base = document.base or document.canonical_link
    for tab, box in zip(_TABS(document.root), _TAB_BOXES(document.root), strict=False):
        heading = text_of(tab)
        name = list_name(heading) or _MORE_LISTS.get(heading)
        if name is not None:
            entries = (
                Entry(title=title, url=url, time=None, count=None)
                for link in _TAB_LINKS(box)[:_MOST_ENTRIES]
                if (title := text_of(link)) and (url := urls.absolute(link.get("href", ""), base))
            )
            yield FoundList(list=name.list, title=heading, scope=name.scope, entries=tuple(entries))


SITE = Site(name="csdn_news", layouts=(Layout(LAYOUT, proven=1),), recognise=_recognise, extract=_extract)
