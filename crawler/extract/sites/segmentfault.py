"""segmentfault.com (思否): its articles in the layouts since 2016."""

from __future__ import annotations

import re
from datetime import datetime
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
from crawler.extract.values.relative_times import read_time

_SITE: Final = "segmentfault"
_HOSTS: Final = frozenset({"segmentfault.com", "www.segmentfault.com"})
_SAVED_FROM: Final = "segmentfault.com/"
_QUESTION: Final = "//segmentfault.com/q/"
_TITLES: Final = {
    "2016": finder("id('articleTitle')"),
    "2020": finder("id('sf-article_title')"),
    "2022": finder(f"(//h1[{by_class('h2')}][a[contains(@href,'/a/')]])[1]"),
}
_BODY = finder(
    f"(//*[self::article or self::div][{by_class('article-content')} or {by_class('article__content')}])[1]"
)
_COLUMN = finder("ancestor::*[.//h1][1]")
_LAZY = finder(".//img[@data-src]")
_JUNK = finder(f".//*[{by_class('widget-codetool')} or {by_class('copy-code-btn')}]")
_AUTHOR = finder("(.//a[contains(@href,'/u/')][.//strong])[1]")
_OLD_BYLINE = finder(f"(.//div[{by_class('article__author')}])[1]")
_TIMES = finder(".//time")
_TAGS = finder(f".//a[{by_class('badge-tag')} or {by_class('tag')}]")
_READS = finder("(.//*[text()[starts-with(normalize-space(.),'阅读')]])[1]")
_METAS = finder("id('sf-article_metas')[@data-viewsword]")
_BUTTONS = finder(f"(.//*[{by_class('functional-area-bottom')}])[1]//button")
_COMMENTS = finder("(id('comment-area')//*[contains(text(),'条评论')])[1]")
_LICENCE = finder("(.//a[contains(@href,'creativecommons.org/licenses/')])[1]")
_VOTES = {
    "likes": re.compile(r"\bvotes: ?(\d{1,9}),"),
    "collects": re.compile(r"\bbookmarks: ?(\d{1,9}),"),
}
_KIND = re.compile(r"本作品系 ?(原创|转载|翻译)")
_KINDS: Final[dict[str, Literal["original", "reprint", "translation"]]] = {
    "原创": "original",
    "转载": "reprint",
    "翻译": "translation",
}


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, _HOSTS) or not (document.host or _SAVED_FROM in document.text):
        return None
    layout = next((name for name, find in _TITLES.items() if find(document.root)), None)
    if layout and _BODY(document.root):
        return layout
    if not document.host or _QUESTION in (document.url or ""):
        return None
    return without_article(document, site=_SITE, layout=layout or "2022")


def _extract(document: Document, layout: str) -> Draft:
    title, body = text_of(first(_TITLES[layout](document.root))), first(_BODY(document.root))
    column = first(_COLUMN(body)) if body is not None else None
    if not title or body is None or column is None:
        raise missing(
            "title" if body is not None else "body",
            site=_SITE,
            layout=layout,
            url=document.url,
        )
    _take_out(body)
    author, licence = first(_AUTHOR(column)), first(_LICENCE(column))
    published, updated = _times(column, seen_at=document.seen_at)
    base = document.base or document.canonical_link
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=base),
        kind=_kind(licence),
        published=published,
        updated=updated,
        author=text_of(author) or None,
        author_url=urls.absolute(author.get("href", ""), base) if author is not None else None,
        licence=text_of(licence) or None,
        tags=tuple(dict.fromkeys(filter(None, map(text_of, _TAGS(column))))),
        reads=_reads(column),
        likes=_pressed(column, "赞") or _voted(document, "likes", layout),
        collects=_pressed(column, "收藏") or _voted(document, "collects", layout),
        comments=parse_count(text_of(first(_COMMENTS(document.root)))),
        sidebar=find_lists(document),
    )


def _take_out(body: html.HtmlElement) -> None:
    """Take the body out of the page, without buttons, and with images in place of what stands in for them."""
    for junk in _JUNK(body):
        junk.drop_tree()
    for image in _LAZY(body):
        image.set("src", image.get("data-src", ""))
    parent = body.getparent()
    if parent is not None:
        body.tail = None
        parent.remove(body)


def _times(column: html.HtmlElement, *, seen_at: datetime | None) -> tuple[Moment | None, Moment | None]:
    """Publication and last edit: the words tell which, the attribute has the year that they leave out."""
    found: dict[bool, Moment] = {}
    for time in _TIMES(column):
        moment = parse_time(time.get("datetime", "")) or read_time(text_of(time), seen_at=seen_at)
        if moment is not None:
            found.setdefault(text_of(time).startswith("更新于"), moment)
    beside = " ".join(part.tail or "" for byline in _OLD_BYLINE(column) for part in byline)
    return found.get(False) or read_time(beside, seen_at=seen_at), found.get(True)


def _reads(column: html.HtmlElement) -> Count | None:
    metas = first(_METAS(column))
    worded = parse_count(metas.get("data-viewsword", "")) if metas is not None else None
    return worded or parse_count(text_of(first(_READS(column))))


def _pressed(column: html.HtmlElement, word: str) -> Count | None:
    """How often a button under the article was pressed, as it says behind its word."""
    texts = (text_of(button) for button in _BUTTONS(column))
    return next((parse_count(text.removeprefix(word)) for text in texts if text.startswith(word)), None)


def _voted(document: Document, name: str, layout: str) -> Count | None:
    """The same from the script of the pages of 2020, whose buttons are empty."""
    found = _VOTES[name].search(document.text) if layout == "2020" else None
    return parse_count(found[1]) if found else None


def _kind(licence: html.HtmlElement | None) -> Literal["original", "reprint", "translation"] | None:
    around = licence.getparent() if licence is not None else None
    found = _KIND.search(text_of(around))
    return _KINDS[found[1]] if found else None


LAYOUTS = (Layout("2016"), Layout("2020"), Layout("2022"))
SITE = Site(name=_SITE, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
