"""juejin.cn, once juejin.im: its articles in the layouts since 2019."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SidebarItem, missing
from crawler.extract.lists import ListName, found_lists
from crawler.extract.lists.outline import read_outline
from crawler.extract.lists.rows import find_groups
from crawler.extract.sites.juejin_state import read_state
from crawler.extract.sites.own_host import is_elsewhere, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import SHANGHAI, Count, Moment, moment_at, parse_count, parse_time, squash

SITE_NAME: Final = "juejin"
HOSTS: Final = frozenset({"juejin.cn", "www.juejin.cn", "juejin.im", "www.juejin.im"})
_ROOT = finder("id('article-root')")
_ARTICLE = finder("(//article[@itemscope])[1]")
_AROUND = finder("ancestor-or-self::article[1]")
_BODIES = (
    finder(f"(.//*[{by_class('markdown-body')}])[1]"),
    finder(f"(.//*[{by_class('article-content')}])[1]"),
)
_TITLE = finder(f"(.//h1[{by_class('article-title')}])[1]")
_METAS = finder(".//meta[@itemprop][@content]")
_TIME = finder("(.//time[@datetime])[1]")
_NAME = finder(f"(.//*[{by_class('author-name')}]//*[{by_class('name')}]|.//a[{by_class('username')}])[1]")
_AUTHOR_LINK = finder("(.//a[starts-with(@href,'/user/')])[1]")
_READS = finder(f"(.//*[{by_class('views-count')}])[1]")
_LABELS = finder(f"//*[{by_class('tag-list-box')}]//a[@href]")
_BADGES = finder(f"//*[{by_class('article-suspended-panel')}]//*[@badge]")
_SIDEBAR = finder("id('sidebar-container')")
_RELATED = finder(f"(//*[{by_class('related-entry-sidebar-block')}])[1]")
_RELATED_HEADING = finder(f"(.//*[{by_class('block-title')}])[1]")
_RELATED_LINKS = finder(f".//a[@href][.//*[{by_class('entry-title')}]]")
_ENTRY_TITLE = finder(f"(.//*[{by_class('entry-title')}])[1]")
_BAR: Final = "code-block-extension-header"
_JUNK = finder(f".//*[{by_class(_BAR)}]")
_BADGE_CLASSES: Final = (("likes", "like-btn"), ("comments", "comment"), ("collects", "collect"))


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, HOSTS):
        return None
    root = first(_ROOT(document.root))
    if root is not None and _AROUND(root):
        return "2023"
    if not document.host:
        return None
    article = first(_ARTICLE(document.root))
    if article is not None and _TITLE(article):
        return "2021" if _BODIES[0](article) else "2019"
    return without_article(document, site=SITE_NAME, layout="2023")


def _extract(document: Document, layout: str) -> Draft:
    article = first(_AROUND(root[0]) if (root := _ROOT(document.root)) else _ARTICLE(document.root))
    body = None if article is None else _body(article)
    if article is None or body is None:
        raise missing("body", site=SITE_NAME, layout=layout, url=document.url)
    # The header is read from the page without the body, which may show markup of any kind.
    _take_out(body)
    facts = _facts(article)
    title = text_of(first(_TITLE(article))) or facts.get("headline", "")
    if not title:
        raise missing("title", site=SITE_NAME, layout=layout, url=document.url)
    state = read_state(document.text, article_id=article.get("data-entry-id", ""))
    badges = _badges(document) if state.likes is None else {}
    tags = tuple(filter(None, map(squash, facts.get("keywords", "").split(","))))
    labels = _labels(document) if not tags or state.category is None else ((), ())
    if _BAR in document.text:
        for junk in _JUNK(body):
            junk.drop_tree()
    return Draft(
        layout=layout,
        title=title,
        body=read_body(body, base_url=document.base or document.canonical_link),
        published=_published(article, facts),
        author=facts.get("author.name") or text_of(first(_NAME(article))) or None,
        author_url=_author_url(document, article, facts),
        category=state.category or next(iter(labels[1]), None),
        tags=tags or labels[0],
        reads=parse_count(text_of(first(_READS(article)))),
        likes=state.likes or badges.get("likes"),
        collects=state.collects or badges.get("collects"),
        comments=state.comments or badges.get("comments"),
        sidebar=_sidebar(document) if layout == "2023" else _related(document),
    )


def _body(article: html.HtmlElement) -> html.HtmlElement | None:
    return next((found for find in _BODIES if (found := first(find(article))) is not None), None)


def _take_out(body: html.HtmlElement) -> None:
    parent = body.getparent()
    if parent is not None:
        body.tail = None
        parent.remove(body)


def _facts(article: html.HtmlElement) -> dict[str, str]:
    """What the article's own metas say; those of author and publisher under `author.` and `publisher.`."""
    facts: dict[str, str] = {}
    for meta in _METAS(article):
        around = meta.getparent()
        of = around.get("itemprop") if around is not None and around is not article else None
        name = f"{of}.{meta.get('itemprop')}" if of else meta.get("itemprop", "")
        facts.setdefault(name, squash(meta.get("content", "")))
    return facts


def _published(article: html.HtmlElement, facts: dict[str, str]) -> Moment | None:
    """The publication, which the page gives in UTC, with the day that it has in China."""
    shown = first(_TIME(article))
    written = shown.get("datetime", "") if shown is not None else ""
    moment = parse_time(written) or parse_time(facts.get("datePublished", ""))
    if moment is None or moment.at is None:
        return moment
    local = datetime.fromisoformat(moment.at).astimezone(SHANGHAI)
    return moment_at(local, precision=moment.precision, shown=text_of(shown) or moment.shown)


def _author_url(document: Document, article: html.HtmlElement, facts: dict[str, str]) -> str | None:
    link = first(_AUTHOR_LINK(article))
    written = facts.get("author.url") or (link.get("href", "") if link is not None else "")
    url = urls.absolute(written, document.base or document.canonical_link) if written else None
    return url.removesuffix("/posts") if url else None


def _labels(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags, and categories: only the former's links are of the form /tag/…."""
    found = [(text_of(link), "/tag/" in link.get("href", "")) for link in _LABELS(document.root)]
    shown = dict.fromkeys((text, is_tag) for text, is_tag in found if text)
    return tuple(text for text, is_tag in shown if is_tag), tuple(
        text for text, is_tag in shown if not is_tag
    )


def _badges(document: Document) -> dict[str, Count]:
    """The numbers at the buttons beside the article, on pages saved by a browser."""
    found: dict[str, Count] = {}
    for button in _BADGES(document.root):
        count = parse_count(button.get("badge", ""))
        classes = button.get("class", "").split()
        name = next((name for name, mark in _BADGE_CLASSES if any(mark in one for one in classes)), None)
        if name and count:
            found.setdefault(name, count)
    return found


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    """The lists beside the article: 相关推荐, 相关文章, 精选内容; the author's own numbers are none."""
    beside = first(_SIDEBAR(document.root))
    if beside is None:
        return ()
    groups = [group for group in find_groups(read_outline(document, beside), exclude=None) if group.heading]
    return ranked(document, found_lists(groups, document))


def _related(document: Document) -> tuple[SidebarItem, ...]:
    """The list of the layouts before 2023, which has likes and comments beside its entries, and no reads."""
    box = first(_RELATED(document.root))
    if box is None:
        return ()
    heading = text_of(first(_RELATED_HEADING(box))) or None
    rows = (Row(link, text_of(first(_ENTRY_TITLE(link)))) for link in _RELATED_LINKS(box))
    return ranked(document, [found_list(document, ListName("related", "article"), heading, rows)])


LAYOUTS = (Layout("2019"), Layout("2021"), Layout("2023", proven=1))
SITE = Site(name=SITE_NAME, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
