"""CSDN's communities: topics of bbs.csdn.net, articles of devpress.csdn.net and of hosts NAME.csdn.net."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from lxml import html

from crawler.extract import urls
from crawler.extract.body import read_body
from crawler.extract.bylines import read_byline
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import SourcePage, missing
from crawler.extract.lists import find_lists
from crawler.extract.lists.marks import whole_mark
from crawler.extract.values import Moment, squash
from crawler.extract.values.relative_times import read_time
from crawler.extract.walls import refuse_walls

_KEY: Final = "csdn_community:"
_SCOPES = {
    "topic": finder(f"(//div[{by_class('detail-container')}])[1]"),
    "article": finder(f"(//div[{by_class('user-article')}])[1]"),
}
_AROUND = finder(f"(ancestor::*[{by_class('main-content')}])[1]")
_TITLE = finder("(.//h1)[1]")
_WRITTEN = finder(
    f"(.//div[@id='content_views' or {by_class('markdown_views')} or {by_class('htmledit_views')}])[1]"
)
_AUTHOR_LINK = re.compile(r"//blog\.csdn\.net/[\w.-]+/?(?:\?|$)|/user/[\w.-]+/?$", re.ASCII)
_MOST_BETWEEN: Final = 80
"""Elements between title and text; what has more is no header."""
_SOURCES = {
    "bbs.csdn.net": re.compile(r"/?|/forums(?:/.*)?|/(?:home|community)?"),
    "devpress.csdn.net": re.compile(r"/?|/(?:community|v1/home)?|/[\w-]+/?"),
}
_COMMUNITY_HOST = re.compile(r"(?!(?:www|blog|passport|download|wenku)\.)[\w-]+\.csdn\.net", re.ASCII)
_ARTICLE_LINK = re.compile(r"/[\da-f]{24}\.html")
_LEAST_LINKS: Final = 3


@dataclass(frozen=True, slots=True)
class _Header:
    published: Moment | None
    author: html.HtmlElement | None
    texts: tuple[str, ...]


def _recognise(document: Document) -> str | None:
    url = document.url or document.canonical_link
    split = urls.parts(url)
    if url is None or split is None or not urls.is_csdn(url):
        return None
    if urls.key(url).startswith(_KEY):
        layout = "topic" if split.path.startswith("/topics/") else "article"
        scope = first(_SCOPES[layout](document.root))
        if scope is not None and _WRITTEN(scope):
            return layout
        refuse_walls(document)
        return None
    if _is_source(document, split.hostname or "", split.path):
        refuse_walls(document)
        raise SourcePage(
            f"{url} is a list of a community of CSDN and no article; give the URLs of its articles"
        )
    return None


def _is_source(document: Document, host: str, path: str) -> bool:
    if host in _SOURCES:
        return _SOURCES[host].fullmatch(path) is not None
    if path not in {"", "/"} or not _COMMUNITY_HOST.fullmatch(host):
        return False
    return len(list(islice(_ARTICLE_LINK.finditer(document.text), _LEAST_LINKS))) == _LEAST_LINKS


def _extract(document: Document, layout: str) -> Draft:
    scope = _SCOPES[layout](document.root)[0]
    around = first(_AROUND(scope))
    heading = first(_TITLE(scope if around is None else around))
    written = _WRITTEN(scope)[0]
    if heading is None or not text_of(heading):
        raise missing("title", site="csdn_community", layout=layout, url=document.url)
    header = _header(heading, written, scope if around is None else around, seen_at=document.seen_at)
    base = document.base or document.canonical_link
    author = text_of(header.author) or None
    return Draft(
        layout=layout,
        title=text_of(heading),
        body=read_body(written, base_url=base),
        published=header.published,
        author=author,
        author_url=urls.absolute(header.author.get("href", ""), base) if header.author is not None else None,
        reads=read_byline(header.texts).reads,
        sidebar=find_lists(document, exclude=written),
    )


def _header(
    heading: html.HtmlElement,
    written: html.HtmlElement,
    scope: html.HtmlElement,
    *,
    seen_at: datetime | None,
) -> _Header:
    """What stands between title and text: a time by itself there is the publication's."""
    between = list(islice(_between(heading, written, scope), _MOST_BETWEEN))
    pieces = [squash(piece or "") for element in between for piece in (element.text, element.tail)]
    texts = tuple(piece for piece in pieces if piece)
    published = read_byline(texts, seen_at=seen_at).published or next(
        (
            found
            for text in texts
            if (mark := whole_mark(text)) and mark.time and (found := read_time(mark.time, seen_at=seen_at))
        ),
        None,
    )
    authors = (element for element in between if element.tag == "a" and text_of(element))
    author = next((link for link in authors if _AUTHOR_LINK.search(link.get("href", ""))), None)
    return _Header(published, author, texts)


def _between(
    heading: html.HtmlElement, written: html.HtmlElement, scope: html.HtmlElement
) -> Iterator[html.HtmlElement]:
    """The elements after the title's and before the text's, in document order."""
    begun = False
    for element in scope.iter():
        if element is written:
            return
        if begun:
            yield element
        begun = begun or element is heading


SITE = Site(
    name="csdn_community",
    layouts=(Layout("article"), Layout("topic")),
    recognise=_recognise,
    extract=_extract,
)
