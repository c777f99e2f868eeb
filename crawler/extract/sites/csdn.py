"""blog.csdn.net: its articles in every layout since 2012, told apart by what the page contains."""

from __future__ import annotations

import re

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import ClassFinder, Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SourcePage, missing
from crawler.extract.sites.csdn_dates import read_dates
from crawler.extract.sites.csdn_header import read_header
from crawler.extract.sites.csdn_lists import read_lists
from crawler.extract.values import squash
from crawler.extract.walls import refuse_walls

_OLD_ARTICLE = finder("id('article_details')[.//*[@id='article_content']]")
_OLD_TITLE = finder("(.//h1)[1]")
_TITLE = finder(
    f"/descendant::h1[{by_class('title-article')} or {by_class('csdn_top')} or @id='articleContentId'][1]"
)
_SCOPE = finder(f"(ancestor::*[{by_class('blog-content-box')}]|ancestor::main|ancestor::body)[last()]")
_BODIES = (finder("id('content_views')"), finder("id('article_content')"))
_JUNK_IDS = ("btn-readmore", "blogColumnPayAdvert", "blogHuaweiyunAdvert", "treeSkill", "blogExtensionBox")
_JUNK_CLASSES = (
    *("hide-article-box", "btn-readmore", "ai-abstract-box", "column-group", "vip-mask", "column-mask"),
    *("article-bar-bottom", "article-copyright", "more-toolbox", "more-toolbox-new", "person-messagebox"),
    *("recommend-box", "related-article", "blog-extension-box", "copy-code-btn", "hljs-button"),
    "hide-preCode-box",
)
_JUNK = ClassFinder(*_JUNK_CLASSES)
_JUNK_PLACES = finder(f"id('{' '.join(_JUNK_IDS)}')")
_JUNK_BY_ID = finder(".//*[" + " or ".join(f"@id='{name}'" for name in _JUNK_IDS) + "]")
_MASK = ClassFinder("vip-mask", "column-mask", path="/descendant::*[{}][1]")
_SALE = ClassFinder(
    "hide-article-box", path="/descendant::*[{}][contains(.,'解锁') or contains(.,'开通会员')][1]"
)
_SOURCES = (
    ClassFinder("article-item-box", path="/descendant::*[{}][@data-articleid][1]"),
    ClassFinder("column_article_list", "feedlist_mod", path="/descendant::ul[{}][1]"),
    ClassFinder("blog-list-box", path="/descendant::div[{}][1]"),
)
_HEADER_TAGS = ClassFinder("article-header-tags-v2", "article-type-text", path="descendant::*[{}][1]")
_LIKES = finder("self::*[id('blog-digg-num')]/descendant::*[@id='blog-digg-num'][1]")
_TITLE_WITH_ID = finder("descendant::h1[@id='articleContentId'][1]")
_BAR = ClassFinder("bar-content", path="descendant::*[{}][1]")
_UP_TIME = ClassFinder("up-time", path="descendant::*[{}][1]")
_NICKNAME = finder("descendant::*[contains(@class,'follow-nickName')][1]")
_SOURCE_HOSTS = frozenset({"blog.csdn.net", "www.csdn.net", "csdn.net"})
_SOURCE_PATH = re.compile(
    r"/?|/(?:nav|column|tags?|rank)(?:/.*)?|/[\w.-]+/?|/[\w.-]+/(?:category_\d+(?:_\d+)?\.html"
    r"|article/(?:list|category|month)/.*|rss/(?:list|map)/?)"
)


def recognise(document: Document) -> str | None:
    """Return the generation of an article's page, None for another page; raises SourcePage for lists."""
    if _OLD_ARTICLE(document.root):
        return "G1"
    place = _place(document)
    if place is not None and any(find(document.root) for find in _BODIES):
        return _generation(document, place)
    if any(find(document, document.root) for find in _SOURCES):
        raise _source(document)
    split = urls.parts(document.url)
    if split and split.hostname in _SOURCE_HOSTS and _SOURCE_PATH.fullmatch(split.path):
        refuse_walls(document)
        raise _source(document)
    return None


def _source(document: Document) -> SourcePage:
    where = f"the page at {document.url}" if document.url else "the page"
    return SourcePage(f"{where} is a list of CSDN's articles and no article; give the URLs of its articles")


def _place(document: Document) -> html.HtmlElement | None:
    """The heading with the article's title; where it is lost and a script has the title, the body."""
    title = first(_TITLE(document.root))
    return title if title is not None or not document.script_value("articleTitle") else _body(document.root)


def _body(scope: html.HtmlElement) -> html.HtmlElement | None:
    return next((found for find in _BODIES if (found := first(find(scope))) is not None), None)


def _generation(document: Document, place: html.HtmlElement) -> str:
    """Which years' layout it is: each has something that the one before it had not."""
    scope = _scope_of(place)
    if "csdn_top" in place.get("class", ""):
        return "G1b"
    if _HEADER_TAGS(document, scope):
        return "G7"
    if _LIKES(scope):
        return "G6"
    if _TITLE_WITH_ID(scope):
        return "G5"
    if _BAR(document, scope):
        return "G4"
    named = any("follow-nickName" in name for name in document.class_names)
    return "G3" if _UP_TIME(document, scope) or (named and _NICKNAME(scope)) else "G2"


def extract(document: Document, layout: str) -> Draft:
    """Return what an article's page of one of the layouts says."""
    if layout == "G1":
        scope = _OLD_ARTICLE(document.root)[0]
        heading = first(_OLD_TITLE(scope))
    else:
        heading = first(_TITLE(document.root))
        scope = _scope_of(_place(document))
    title = text_of(heading) or squash(document.script_value("articleTitle") or "")
    body = _body(scope)
    if not title or body is None:
        what = "title" if body is not None else "body"
        raise missing(what, site="csdn", layout=layout, url=document.url)
    is_cut = document.script_value("isVipArticle") == "true" or _is_sold(document)
    sidebar = read_lists(document)
    for junk in _junk(document, body):
        junk.drop_tree()
    # The header is read from the page without its body, where an article may show markup of any kind.
    _take_out(body)
    header = read_header(document, scope)
    dates = read_dates(document, scope)
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=document.base or document.canonical_link),
        kind=header.kind,
        published=dates.published,
        updated=dates.updated,
        author=header.author,
        author_url=header.author_url,
        licence=header.licence,
        original_url=header.original_url,
        category=header.category,
        tags=header.tags,
        reads=header.reads,
        likes=header.likes,
        collects=header.collects,
        comments=header.comments,
        sidebar=sidebar,
        truncated="paywall" if is_cut else None,
    )


LAYOUTS = (
    Layout("G1", proven=1),
    Layout("G1b"),
    Layout("G2", proven=145),
    Layout("G3", proven=1),
    Layout("G4"),
    Layout("G5", proven=1),
    Layout("G6", proven=6),
    Layout("G7", proven=1),
)
SITE = Site(name="csdn", layouts=LAYOUTS, recognise=recognise, extract=extract)


def _is_sold(document: Document) -> bool:
    """Does a mask or a box that sells the rest stand in the page?"""
    return bool(_MASK(document, document.root) or _SALE(document, document.root))


def _junk(document: Document, body: html.HtmlElement) -> list[html.HtmlElement]:
    by_id = _JUNK_BY_ID(body) if _JUNK_PLACES(body) else []
    return list(dict.fromkeys([*by_id, *_JUNK(document, body)]))


def _scope_of(place: html.HtmlElement) -> html.HtmlElement:
    """The column with header and body, so that nothing is read from other articles' boxes."""
    found = first(_SCOPE(place))
    return place if found is None else found


def _take_out(body: html.HtmlElement) -> None:
    """Take the body out of the page."""
    parent = body.getparent()
    if parent is not None:
        body.tail = None
        parent.remove(body)
