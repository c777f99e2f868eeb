"""wenku.csdn.net: questions of CSDN's users with what a model answered, as raw Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.blocks import Body
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, SourcePage, missing
from crawler.extract.lists import Entry, FoundList, ListName, list_name, sidebar
from crawler.extract.rendering.blocks import read_blocks
from crawler.extract.values import parse_count, parse_time
from crawler.extract.walls import refuse_walls

LAYOUT: Final = "answer"
_HOST: Final = "wenku.csdn.net"
_PAGE = finder("id('chatgpt-article-detail')")
_ARTICLE = finder(f"(.//div[{by_class('article-box')}])[1]")
_TITLE = finder("(.//h1)[1]")
_FACTS = finder(f".//span[{by_class('data-item')}]")
_VIEWS = finder(f".//div[{by_class('content-view')}]")
_RAW = finder(f"(.//div[{by_class('markdown_views')} and not(*)])[1]")
_PAYWALL = re.compile(r"开通会员|最低\d+(?:\.\d+)?元/天|解锁(?:全文|完整)")
_LISTS = finder(
    f".//div[{by_class('recommend-list')}]|.//div[{by_class('recommend-box')}]/div[{by_class('list')}]"
)
_LIST_TITLE = finder("(preceding-sibling::h2)[last()]")
_ENTRY_LINKS = finder("descendant-or-self::a[.//h4][@href]")
_ENTRY_TITLE = finder("(.//h4)[1]")
_MOST_ENTRIES: Final = 500
_MOST_ANSWERS: Final = 50
_KEYWORD_LINK = re.compile(
    r"\[(?P<word>[^\[\]\n]{1,80})\]\(https?://wenku\.csdn\.net/[\w/]{1,80}\?[^\s()]{0,200}\bkwd=[^\s()]{0,200}\)"
)
"""Links that the site has put around words, in listings too, after the answer was written."""


def _recognise(document: Document) -> str | None:
    split = urls.parts(document.url)
    if split is not None and split.hostname != _HOST:
        return None
    if first(_PAGE(document.root)) is not None:
        return LAYOUT
    if split is not None and split.path.rstrip("/") in {"", "/chatgpt", "/answer"}:
        refuse_walls(document)
        raise SourcePage(
            f"{document.url} leads to answers of wenku.csdn.net and is none; give the URLs of answers"
        )
    return None


def _extract(document: Document, layout: str) -> Draft:
    page = _PAGE(document.root)[0]
    article = first(_ARTICLE(page))
    title = "" if article is None else text_of(first(_TITLE(article)))
    view = None if article is None else first(_VIEWS(article))
    if article is None or view is None or not title:
        what = "body" if title else "title"
        raise missing(what, site="csdn_wenku", layout=layout, url=document.url)
    facts = dict(_facts(article))
    return Draft(
        layout=layout,
        title=title,
        body=_body(view, base_url=document.base or document.canonical_link),
        published=parse_time(facts.get("时间", "").partition(":")[2]),
        reads=parse_count(facts.get("浏览", "")),
        sidebar=_sidebar(document, page),
        truncated="paywall" if _is_cut(article) else None,
    )


def _facts(article: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What stands under the title, such as `时间: 2023-06-29 20:05:48`, by its label."""
    for fact in _FACTS(article):
        shown = text_of(fact).replace("：", ":")
        yield shown.partition(":")[0].strip(), shown


def _body(view: html.HtmlElement, *, base_url: str | None) -> Body:
    """The answer's blocks; where it is text alone, the lines of its Markdown are what parts them."""
    raw = first(_RAW(view))
    if raw is None or not raw.text:
        return read_body(view, base_url=base_url)
    return Body(read_blocks(_KEYWORD_LINK.sub(r"\g<word>", raw.text).strip("\n").split("\n")))


def _is_cut(article: html.HtmlElement) -> bool:
    """Does the page sell the rest of the answer? 阅读全文 alone unfolds what is in the page."""
    for answer in _VIEWS(article)[:_MOST_ANSWERS]:
        answer.drop_tree()
    return _PAYWALL.search(text_of(article)) is not None


def _sidebar(document: Document, page: html.HtmlElement) -> tuple[SidebarItem, ...]:
    base = document.base or document.canonical_link
    items = sidebar((_list(box, base) for box in _LISTS(page)), url=document.url)
    return tuple(
        replace(item, followable=item.url is not None and urls.is_article(item.url)) for item in items
    )


def _list(box: html.HtmlElement, base: str | None) -> FoundList:
    heading = text_of(first(_LIST_TITLE(box))) or None
    name = list_name(heading or "") or ListName("other", "site")
    entries = [
        Entry(title=title, url=url, time=None, count=None)
        for link in _ENTRY_LINKS(box)[:_MOST_ENTRIES]
        if (title := text_of(first(_ENTRY_TITLE(link))))
        and (url := urls.absolute(link.get("href", ""), base))
    ]
    return FoundList(list=name.list, title=heading, scope=name.scope, entries=tuple(entries))


SITE = Site(name="csdn_wenku", layouts=(Layout(LAYOUT, proven=1),), recognise=_recognise, extract=_extract)
