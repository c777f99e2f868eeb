"""my.oschina.net and www.oschina.net (开源中国): blogs in two layouts, and news in the newer of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import missing
from crawler.extract.lists import find_lists
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.values import Count, Moment, parse_count, parse_time

_SITE: Final = "oschina"
_HOSTS: Final = frozenset({"my.oschina.net", "www.oschina.net"})
_SAVED_FROM: Final = "oschina.net/"
_NO_LIST = re.compile(r"https?://www\.oschina\.net/(?!$|(?:news|blog|group)s?(?:/|\?|$))")
"""Questions, projects and what else www.oschina.net has besides news and lists of them."""

_TITLES: Final = {
    "2020": finder(f"(//h1[{by_class('article-box__title')}])[1]"),
    "2013": finder(f"(//div[{by_class('BlogTitle')}]/h1)[1]"),
}
_COLUMNS: Final = {
    "2020": finder(f"ancestor::*[.//*[{by_class('article-box__content')} or @id='articleContent']][1]"),
    "2013": finder(f"ancestor::*[.//div[{by_class('BlogContent')}]][1]"),
}
_BODIES = (
    finder("(.//*[@id='articleContent'])[1]"),
    finder(f"(.//*[{by_class('article-box__content')}]//div[{by_class('content')}])[1]"),
    finder(f"(.//*[{by_class('article-box__content')} or {by_class('BlogContent')}])[1]"),
)
_JUNK = finder(f".//*[{by_class('ad-wrap')} or {by_class('copy-code-btn')}]")
_ITEMS = finder(f"(.//*[{by_class('article-box__meta')}])[1]//div[{by_class('item')}]")
_MOST_ITEMS: Final = 50
"""Under a title; real ones have up to 6, and what has more is made to hurt."""
_AUTHOR = finder("(.//a[contains(@href,'//my.oschina.net/')])[1]")
_LABEL = finder(f"(.//span[{by_class('label')}])[1]")
_TAGS = finder(f".//*[{by_class('tags-box')}]//a[{by_class('tag-item')}]|.//div[{by_class('BlogTags')}]/a")
_RIGHTS = finder(f"(.//*[{by_class('copyright-box')}])[1]")
_OLD_FACTS = finder(f"(.//div[{by_class('BlogStat')}])[1]")
_OLD_AUTHOR = finder("id('lnks')/strong[1]")
_OLD_AUTHOR_LINK = finder("id('portrait')/a[@href]")
_OLD_CATEGORY = finder(f"(.//span[{by_class('catalogs')}]//a)[1]")
_OLD_TIME = re.compile(r"\d{4}-\d\d?-\d\d? \d{1,2}:\d\d")
_OLD_READS = re.compile(r"已有 ?[\d,]{1,12} ?次阅读|阅读 ?[(（] ?[\d,]{1,12} ?[)）]")
_OLD_COMMENTS = re.compile(r"评论 ?[(（] ?(\d{1,9})|共 ?(\d{1,9}) ?个评论")
_OLD_COLLECTS = re.compile(r"(\d{1,9}) ?人收藏")
_KINDS: Final[dict[str, Literal["original", "reprint", "translation"]]] = {
    "原创": "original",
    "转载": "reprint",
    "翻译": "translation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What stands under the title; None and "" for what does not."""

    published: Moment | None = None
    author: str = ""
    author_url: str = ""
    kind: Literal["original", "reprint", "translation"] | None = None
    category: str = ""
    reads: Count | None = None
    collects: Count | None = None
    comments: Count | None = None


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, _HOSTS) or not (document.host or _SAVED_FROM in document.text):
        return None
    layout = next((name for name, find in _TITLES.items() if find(document.root)), None)
    if layout or not document.host or _NO_LIST.match(document.url or ""):
        return layout
    return without_article(document, site=_SITE, layout="2020")


def _extract(document: Document, layout: str) -> Draft:
    heading = first(_TITLES[layout](document.root))
    column = first(_COLUMNS[layout](heading)) if heading is not None else None
    body = None if column is None else next((found[0] for find in _BODIES if (found := find(column))), None)
    title = text_of(heading)
    if column is None or body is None or not title:
        raise missing("title" if not title else "body", site=_SITE, layout=layout, url=document.url)
    _take_out(body)
    facts = _facts_2020(column) if layout == "2020" else _facts_2013(column)
    published = facts.published or parse_time(document.meta_value("bytedance:published_time") or "")
    updated = parse_time(document.meta_value("bytedance:updated_time") or "")
    is_later = updated is not None and published is not None and (updated.at or "") > (published.at or "")
    base = document.base or document.canonical_link
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=base),
        kind=facts.kind,
        published=published,
        updated=updated if is_later else None,
        author=facts.author or None,
        author_url=urls.absolute(facts.author_url, base) if facts.author_url else None,
        licence=text_of(first(_RIGHTS(column))) or None,
        category=facts.category or None,
        tags=tuple(dict.fromkeys(filter(None, map(text_of, _TAGS(column))))),
        reads=facts.reads,
        collects=facts.collects,
        comments=facts.comments,
        sidebar=find_lists(document),
    )


def _take_out(body: html.HtmlElement) -> None:
    """Take the body, without advertisements, out of the page."""
    for junk in _JUNK(body):
        junk.drop_tree()
    parent = body.getparent()
    if parent is not None:
        body.tail = None
        parent.remove(body)


def _facts_2020(column: html.HtmlElement) -> _Facts:
    """The items under the title have no names: each is known by what it says."""
    items = _ITEMS(column)[:_MOST_ITEMS]
    texts = [text_of(item) for item in items]
    author = next((found[0] for item in items if (found := _AUTHOR(item))), None)
    labels = [text_of(label) for item in items for label in _LABEL(item)]
    counts = {word: next((text for text in texts if text.startswith(word)), "") for word in ("阅读", "评论")}
    return _Facts(
        published=next(filter(None, map(parse_time, texts)), None),
        author=text_of(author),
        author_url=author.get("href", "") if author is not None else "",
        kind=next((_KINDS[label] for label in labels if label in _KINDS), None),
        category=next((label for label in labels if label not in _KINDS), ""),
        reads=parse_count(counts["阅读"]),
        comments=parse_count(counts["评论"]),
    )


def _facts_2013(column: html.HtmlElement) -> _Facts:
    """One line says it all: 发表于3年前(2013-02-20 10:37) , 已有12次阅读 共3个评论 1人收藏此文章."""
    line, links = text_of(first(_OLD_FACTS(column))), _OLD_AUTHOR_LINK(column)
    time, reads = _OLD_TIME.search(line), _OLD_READS.search(line)
    comments, collects = _OLD_COMMENTS.search(line), _OLD_COLLECTS.search(line)
    return _Facts(
        published=parse_time(time[0]) if time else None,
        author=text_of(first(_OLD_AUTHOR(column))).removesuffix("的博客"),
        author_url=links[0].get("href", "") if links else "",
        category=text_of(first(_OLD_CATEGORY(column))),
        reads=parse_count(reads[0]) if reads else None,
        comments=parse_count(comments[1] or comments[2]) if comments else None,
        collects=parse_count(collects[1]) if collects else None,
    )


LAYOUTS = (Layout("2013"), Layout("2020"))
SITE = Site(name=_SITE, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
