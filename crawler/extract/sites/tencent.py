"""cloud.tencent.com/developer: the articles of Tencent Cloud's community, once 云+社区."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final, Literal

from lxml import html

from crawler.extract import urls
from crawler.extract.blocks import Body
from crawler.extract.body import read_body
from crawler.extract.body.markdown_body import read_markdown
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.document.decoding import Decoded, clean
from crawler.extract.document.embedded import read_json, within
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import Page, SidebarItem, missing
from crawler.extract.lists import ListName
from crawler.extract.lists.names import list_name
from crawler.extract.sites.own_host import is_elsewhere, texts_before, without_article
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import Count, Moment, parse_count, parse_time

SITE_NAME: Final = "tencent"
HOSTS: Final = frozenset({"cloud.tencent.com", "cloud.tencent.cn"})
_TITLE = finder(f"((//h1|//h2)[{by_class('title-text')} or {by_class('J-articleTitle')}])[1]")
_BODIES = (
    finder(f"(//div[{by_class('mod-content__markdown')}])[1]"),
    finder(f"(//div[{by_class('J-articleContent')}])[1]"),
)
_SCOPES = (
    finder(f"ancestor::*[{by_class('mod-article-content')}][1]"),
    finder(f"ancestor::*[{by_class('col-article')} or {by_class('layout-main')}][1]"),
    finder("ancestor::body"),
)
_STATE = finder("id('__NEXT_DATA__')")
_TIME = finder("(.//time[@datetime])[1]")
_NAME = finder(f"(.//*[{by_class('mod-article-source__name')} or {by_class('author-info__name')}])[1]")
_USERS = finder(".//a[contains(@href,'/developer/user/')]")
_COLUMNS = finder(".//a[contains(@href,'/developer/column/')]")
_TAGS = finder(".//a[contains(@href,'/developer/tag/')]")
_SOURCE = finder("(.//a[@href][normalize-space()='前往查看'])[1]")
_HEADINGS = finder("(//h2|//h3|//h4)[contains(.,'文章') or contains(.,'推荐') or contains(.,'阅读')]")
_ARTICLES = finder(".//a[contains(@href,'/developer/article/')]")
_LAZY_IMAGES = finder(f".//span[{by_class('lazy-image-holder')}][@dataurl]")
_LISTING_LABELS = finder(".//*[starts-with(normalize-space(text()),'代码语言')]")
_LISTING = finder("(.//pre)[1]")

_ARTICLE_PAGES = re.compile(r"/developer(?:/(?:column|user|tag|zone|articles?|column-list)(?:/.*)?)?/?")
_PUBLISHED = re.compile(r"发布\s?于?\s?[:：]?\s?(?P<time>\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)")
_UPDATED = re.compile(
    r"(?:修改|更新|编辑)\s?于?\s?[:：]?\s?(?P<time>\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)"
)
_READS = re.compile(r"(?:阅读\s?)?\d[\d.,]{0,9}\s?[KkWw万]?\+?")
_RIGHTS = re.compile(r"本文系?[^。]{0,40}(?:不得|禁止)转载")
_KINDS: Final[dict[str, Literal["original", "reprint", "translation"]]] = {
    "原创": "original",
    "转载": "reprint",
    "翻译": "translation",
}
_MOST_LEVELS: Final = 4
_MOST_HEADINGS: Final = 20
_MOST_LISTINGS: Final = 500


def _recognise(document: Document) -> str | None:
    if is_elsewhere(document, HOSTS) or not document.host:
        return None
    title = first(_TITLE(document.root))
    if title is not None:
        return "2019" if "J-articleTitle" in title.get("class", "") else "2023"
    split = urls.parts(document.url)
    if split is None or not _ARTICLE_PAGES.fullmatch(split.path):
        return None
    return without_article(document, site=SITE_NAME, layout="2023")


def _extract(document: Document, layout: str) -> Draft:
    heading = first(_TITLE(document.root))
    title = text_of(heading)
    element = next((found for find in _BODIES if (found := first(find(document.root))) is not None), None)
    body, flags = _body(document, element)
    if heading is None or not title or not body.blocks:
        raise missing("body" if title else "title", site=SITE_NAME, layout=layout, url=document.url)
    scope = next((found for find in _SCOPES if (found := first(find(heading))) is not None), heading)
    header = list(texts_before(scope, element))
    if element is not None and (parent := element.getparent()) is not None:
        parent.remove(element)
    published, updated = _dates(document, scope, header)
    user = next((link for link in _USERS(document.root) if text_of(link)), None)
    source = first(_SOURCE(scope))
    rights = _RIGHTS.search(text_of(scope))
    return Draft(
        layout=layout,
        title=title,
        body=body,
        kind=next((_KINDS[piece] for piece in header if piece in _KINDS), None),
        published=published,
        updated=updated,
        author=text_of(first(_NAME(document.root))) or text_of(user) or None,
        author_url=urls.absolute(user.get("href", ""), document.base) if user is not None else None,
        licence=rights[0] if rights else None,
        original_url=urls.absolute(source.get("href", ""), document.base) if source is not None else None,
        category=next(filter(None, map(text_of, _COLUMNS(scope))), None),
        tags=tuple(dict.fromkeys(filter(None, map(text_of, _TAGS(scope))))),
        reads=_reads(header),
        sidebar=_sidebar(document),
        flags=flags,
    )


def _body(document: Document, element: html.HtmlElement | None) -> tuple[Body, tuple[str, ...]]:
    """The text as the page shows it; where a script is to fill it in, from the page's data."""
    if element is not None:
        _tidy(element)
        body = read_body(element, base_url=document.base or document.canonical_link)
        if body.blocks:
            return body, ()
    written = _written(document)
    if not re.match(r"\s*<[a-z]", written, re.IGNORECASE):
        return read_markdown(written), ("body_from_data",)
    page = Page(url=document.url, body=written.encode())
    decoded = Decoded(text=written, encoding=document.encoding, encoding_declared=None)
    root = Document.of(page, decoded).root
    _tidy(root)
    return read_body(root, base_url=document.base or document.canonical_link), ("body_from_data",)


def _written(document: Document) -> str:
    """The article's text in the page's data, as HTML or Markdown; "" where the page carries none."""
    script = first(_STATE(document.root))
    state = within(read_json(script.text if script is not None else None), "props", "pageProps")
    cached = within(state, "fallback")
    places = chain([state], cached.values() if isinstance(cached, dict) else ())
    found = (within(place, "articleInfo", "content") for place in places)
    return next((clean(text) for text in found if isinstance(text, str) and text.strip()), "")


def _tidy(body: html.HtmlElement) -> None:
    """Turn the holders of images into images, and take out what stands over a listing: 代码语言：…, 复制."""
    for holder in _LAZY_IMAGES(body):
        holder.tag = "img"
        holder.set("src", holder.get("dataurl", ""))
    for label in _LISTING_LABELS(body)[:_MOST_LISTINGS]:
        bar = label
        for _ in range(_MOST_LEVELS):
            around = bar.getparent()
            if around is None or around is body or _LISTING(around):
                break
            bar = around
        if bar.getparent() is not None:
            bar.drop_tree()


def _dates(
    document: Document, scope: html.HtmlElement, header: list[str]
) -> tuple[Moment | None, Moment | None]:
    line = " ".join(header)
    published, updated = _PUBLISHED.search(line), _UPDATED.search(line)
    shown = first(_TIME(scope))
    written = (
        published["time"] if published else "",
        shown.get("datetime", "") if shown is not None else "",
        document.meta_value("subjectTime") or "",
    )
    moment = next(filter(None, map(parse_time, written)), None)
    later = parse_time(updated["time"]) if updated else None
    return moment, later if later and (moment is None or later.at != moment.at) else None


def _reads(header: list[str]) -> Count | None:
    """The first number that stands alone in the header: readers, before comments."""
    return next((parse_count(piece) for piece in header if _READS.fullmatch(piece)), None)


def _sidebar(document: Document) -> tuple[SidebarItem, ...]:
    lists = []
    for heading in _HEADINGS(document.root)[:_MOST_HEADINGS]:
        shown = text_of(heading)
        name = list_name(shown)
        box = _box(heading) if name is not None else None
        if box is not None:
            rows = {link.get("href"): Row(link, text_of(link)) for link in _ARTICLES(box) if text_of(link)}
            lists.append(found_list(document, name or ListName("other", "site"), shown, rows.values()))
    return ranked(document, lists)


def _box(heading: html.HtmlElement) -> html.HtmlElement | None:
    """The nearest box around a heading that has links to articles."""
    around = heading.getparent()
    for _ in range(_MOST_LEVELS):
        if around is None or around.tag in ("body", "main") or _ARTICLES(around):
            break
        around = around.getparent()
    return around if around is not None and around.tag not in ("body", "main") else None


LAYOUTS = (Layout("2019"), Layout("2023"))
SITE = Site(name=SITE_NAME, layouts=LAYOUTS, recognise=_recognise, extract=_extract)
