"""Articles of Zhihu's columns, zhuanlan.zhihu.com, with the data that their pages carry or without it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import etree, html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.document.embedded import count_within, moment_within, read_json, text_within, within
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import Gone, SidebarItem, missing
from crawler.extract.lists import ListName
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import Count, Moment, parse_count
from crawler.extract.values.relative_times import read_time

SITE_NAME: Final = "zhihu"
HOSTS: Final = frozenset({"zhuanlan.zhihu.com", "www.zhihu.com"})
LAYOUT: Final = "2019"
_HOME: Final = "https://zhuanlan.zhihu.com/"
_STATE = finder("id('js-initialData')")
_TITLE = finder(f"(//h1[{by_class('Post-Title')}])[1]")
_SCOPE = finder(f"(ancestor::*[{by_class('Post-Main')}]|ancestor::article|ancestor::main)[last()]")
_BODY = finder(f"(.//*[{by_class('Post-RichText')}]|.//*[{by_class('RichText')}][{by_class('ztext')}])[1]")
_AUTHOR_METAS = finder(f"(.//*[{by_class('AuthorInfo')}])[1]//meta[@itemprop][@content]")
_AUTHOR_LINK = finder(f"(.//*[{by_class('AuthorInfo-name')}]//a[@href])[1]")
_TIME = finder(f"(.//*[{by_class('ContentItem-time')}])[1]")
_TOPICS = finder(f".//a[{by_class('TopicLink')}]")
_COLUMN = finder("(.//header//a[contains(@href,'/column/') or contains(@href,'zhihu.com/c_')])[1]")
_LIKES = finder(f"(.//button[{by_class('VoteButton')}])[1]")
_COMMENTS = finder(f"(.//button[{by_class('BottomActions-CommentBtn')}])[1]")
_RECOMMENDATIONS: Final = "Recommendations-List"
_RECOMMENDED = finder(f"//*[{by_class(_RECOMMENDATIONS)}]//a[@href][.//*[{by_class('PostItem-Title')}]]")
_RECOMMENDED_TITLE = finder(f"(.//*[{by_class('PostItem-Title')}])[1]")
_RECOMMENDED_HEADING = finder(f"(//*[{by_class('Recommendations-Main')}]//h3)[1]")
_PAID: Final = "KfeCollection-"
_PAYWALL = finder(f"(.//*[starts-with(@class,'{_PAID}')])[1]")
_ENTITY_WORDS = finder(f".//a[{by_class('RichContent-EntityWord')}]")
_ADVERTISEMENT: Final = "RichText-MCNLinkCardContainer"
_JUNK = finder(f".//*[{by_class(_ADVERTISEMENT)}]")
_ERROR = finder(f"(//*[{by_class('ErrorPage-title')} or {by_class('ErrorPage-text')}])[1]")

_COLUMN_LABEL = re.compile(r"^来自专栏\s?[·・]?\s?")
_NO_COMMENTS: Final = "添加评论"
_NONE_YET = Count(value=0, unit=1, is_minimum=False, shown=_NO_COMMENTS)
_OTHER_PAGES = re.compile(r"/(?:question|answer|pin|zvideo|market|xen|education|video|tardis)(?:/.*)?")
"""Of www.zhihu.com: neither articles nor lists of them."""


@dataclass(frozen=True, slots=True)
class _Dates:
    published: Moment | None
    updated: Moment | None


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, HOSTS):
        return None
    if not (document.host or _STATE(document.root)):
        return None
    if _TITLE(document.root):
        return LAYOUT
    if _ERROR(document.root):
        where = f"at {document.url}" if document.url else "in this page"
        raise Gone(f"zhihu's notice that there is no such page stands {where}, no article")
    split = urls.parts(document.url)
    is_other = split is not None and split.hostname == "www.zhihu.com" and _OTHER_PAGES.fullmatch(split.path)
    return None if is_other else without_article(document, site=SITE_NAME, layout=LAYOUT)


def _extract(document: Document, layout: str) -> Draft:
    heading = first(_TITLE(document.root))
    scope = first(_SCOPE(heading)) if heading is not None else None
    body = first(_BODY(scope)) if scope is not None else None
    if scope is None or body is None:
        raise missing("body", site=SITE_NAME, layout=layout, url=document.url)
    # Style sheets stand wherever the page's framework has put them, in titles and links too.
    etree.strip_elements(scope, "style", with_tail=False)
    title = text_of(heading)
    if not title:
        raise missing("title", site=SITE_NAME, layout=layout, url=document.url)
    data = _data(document)
    _take_out(body)
    _tidy(document, body)
    dates = _dates(scope, data, seen_at=document.seen_at)
    author = _author(document, scope, data)
    column = first(_COLUMN(scope))
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=document.base),
        published=dates.published,
        updated=dates.updated,
        author=author[0],
        author_url=author[1],
        category=text_within(data, "column", "title") or _COLUMN_LABEL.sub("", text_of(column)) or None,
        tags=_tags(scope, data),
        likes=count_within(data, "voteupCount") or _likes(scope),
        collects=count_within(data, "favlistsCount"),
        comments=count_within(data, "commentCount") or _comments(scope),
        sidebar=_sidebar(document),
        truncated=_truncated(document, scope, data),
    )


def _data(document: Document) -> object:
    """The article in the page's own data; None where the page carries none."""
    script = first(_STATE(document.root))
    articles = within(
        read_json(script.text if script is not None else None), "initialState", "entities", "articles"
    )
    if not isinstance(articles, dict) or not articles:
        return None
    key = urls.key(document.url) if document.url else ""
    return articles.get(key.removeprefix("zhihu:"), next(iter(articles.values())))


def _take_out(body: html.HtmlElement) -> None:
    parent = body.getparent()
    if parent is not None:
        body.tail = None
        parent.remove(body)


def _tidy(document: Document, body: html.HtmlElement) -> None:
    """Take out advertisements, and the search links that the site has put on the author's words."""
    if _ADVERTISEMENT in document.text:
        for junk in _JUNK(body):
            junk.drop_tree()
    for link in _ENTITY_WORDS(body):
        link.drop_tag()


def _dates(scope: html.HtmlElement, data: object, *, seen_at: datetime | None) -> _Dates:
    """Both dates, from the data; the page shows one: 发布于 of an article never edited, else 编辑于."""
    shown = text_of(first(_TIME(scope)))
    printed = read_time(shown, seen_at=seen_at)
    is_edited = "编辑" in shown
    published, updated = moment_within(data, "created"), moment_within(data, "updated")
    if published is None:
        return _Dates(None if is_edited else printed, printed if is_edited else None)
    if printed is None:
        return _Dates(published, updated if updated and updated.at != published.at else None)
    if is_edited:
        return _Dates(published, replace(updated, shown=shown) if updated else printed)
    return _Dates(replace(published, shown=shown), None)


def _author(document: Document, scope: html.HtmlElement, data: object) -> tuple[str | None, str | None]:
    metas = {meta.get("itemprop"): meta.get("content", "") for meta in _AUTHOR_METAS(scope)}
    link = first(_AUTHOR_LINK(scope))
    name = metas.get("name") or text_within(data, "author", "name") or text_of(link) or None
    written = metas.get("url") or (link.get("href", "") if link is not None else "")
    return name, urls.absolute(written, document.base or _HOME) if written else None


def _tags(scope: html.HtmlElement, data: object) -> tuple[str, ...]:
    topics = within(data, "topics")
    named = [text_within(topic, "name") for topic in topics] if isinstance(topics, list) else []
    shown = (text_of(link) for link in _TOPICS(scope))
    return tuple(dict.fromkeys(filter(None, named or shown)))


def _likes(scope: html.HtmlElement) -> Count | None:
    """`赞同 1.2 万`; a button without a number is of an article without one."""
    return parse_count(text_of(first(_LIKES(scope))).replace("赞同", "").replace(" ", ""))


def _comments(scope: html.HtmlElement) -> Count | None:
    shown = text_of(first(_COMMENTS(scope)))
    return _NONE_YET if _NO_COMMENTS in shown else parse_count(shown)


def _truncated(document: Document, scope: html.HtmlElement, data: object) -> str | None:
    if _PAID in document.text and _PAYWALL(scope):
        return "paywall"
    return "login" if within(data, "contentNeedTruncated") is True else None


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    """推荐阅读 under the article; its entries have no counts."""
    if _RECOMMENDATIONS not in document.text:
        return ()
    heading = text_of(first(_RECOMMENDED_HEADING(document.root))) or None
    rows = (Row(link, text_of(first(_RECOMMENDED_TITLE(link)))) for link in _RECOMMENDED(document.root))
    return ranked(document, [found_list(document, ListName("related", "article"), heading, rows)])


SITE = Site(name=SITE_NAME, layouts=(Layout(LAYOUT, proven=1),), recognise=_recognise, extract=_extract)
