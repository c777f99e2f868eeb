"""What header, foot and scripts of a CSDN article say about it: author, counts, labels, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal
from urllib.parse import parse_qs

from lxml import html

from crawler.extract import urls
from crawler.extract.document import Document, by_class, finder, first, text_of
from crawler.extract.hiding import Hidden, hiding_of
from crawler.extract.sites.csdn_places import Places
from crawler.extract.values import Count, parse_count, squash
from crawler.extract.values.licences import creative_commons

Kind = Literal["original", "reprint", "translation"]


_PROFILE_NAMES = finder(
    "id('uid')|id('blog_userface')//a[@class='user_name']|//span[@class='profile-name']"
    f"|id('asideProfile')//span[{by_class('name')}]"
)
_PROFILE_LINKS = finder("id('uid')[@href]|id('blog_userface')//a[@class='user_name'][@href]")
_LIKES = finder(".//span[@id='blog-digg-num']")
_LIKES_BELOW = finder(f"id('spanCount')|.//li[{by_class('is-like')}]//span[{by_class('count')}]")
_COLLECTS = finder(
    "self::*[id('blog_detail_zk_collection')]/descendant::*[@id='blog_detail_zk_collection']"
    f"//span[{by_class('get-collection')}]"
)
_COLLECTS_BELOW = finder("id('get-collection')")
_TAG_PARTS = finder(f".//span[{by_class('label')}]|.//a")
_PILL_LABEL = finder(f"(.//*[{by_class('article-header-label')}])[1]")
_PILL_LINKS = finder(f".//*[{by_class('article-header-pill-list')}]//a")
_ORIGINAL = finder(".//*[contains(@class,'article-source-link')][contains(.,'原文')]//a[@href]")
_USER = re.compile(r"[\w-]{1,80}", re.ASCII)
_TAG_LABEL = "标签"
_MOST_LABELS = 500
"""Real pages have up to 20; what has more is made to hurt."""
_KIND_WORDS: dict[str, Kind] = {
    "original": "original",
    "原": "original",
    "原创": "original",
    "reprint": "reprint",
    "repost": "reprint",
    "转": "reprint",
    "转载": "reprint",
    "translation": "translation",
    "translated": "translation",
    "翻译": "translation",
    "译": "translation",
    "1": "original",
    "2": "reprint",
    "4": "translation",
}
_KIND_WORD = re.compile(r"ico_type_(\w+)|/(\w+?)\.png|\btype-([124])\b")
_DESCRIBED = {
    "likes": re.compile(r"^文章浏览阅读[^。]{0,20}，点赞(\d[\d.]*[kw万]?\+?)次"),
    "collects": re.compile(r"^文章浏览阅读[^。]{0,30}，收藏(\d[\d.]*[kw万]?\+?)次"),
}
_RESERVED = re.compile(r"本文[^。]{0,40}(?:不得|禁止|许可|协议)[^。]{0,40}")
_NONE_YET = Count(value=0, unit=1, is_minimum=False, shown="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is said about an article, apart from title, dates and lists."""

    kind: Kind | None
    author: str | None
    author_url: str | None
    licence: str | None
    original_url: str | None
    category: str | None
    tags: tuple[str, ...]
    reads: Count | None
    likes: Count | None
    collects: Count | None
    comments: Count | None


def read_header(document: Document, scope: html.HtmlElement) -> Header:
    """Return what the column `scope`, without the article's body, and the scripts say about the article."""
    places = Places(scope)
    tags, categories = _labels(document, places)
    kind = _kind(document, places)
    nickname = first(places["nickname"])
    return Header(
        kind=kind,
        author=_author(document, nickname),
        author_url=_author_url(document, nickname),
        licence=_licence(places),
        original_url=_original(document, scope) if kind != "original" and places["source"] else None,
        category=categories[0] if categories else None,
        tags=tags,
        reads=_count(places["reads"]),
        likes=_likes(document, scope),
        collects=_collects(document, scope),
        comments=_comments(document, places),
    )


def _author(document: Document, nickname: html.HtmlElement | None) -> str | None:
    if nickname is not None and (name := squash(nickname.get("title", "")) or text_of(nickname)):
        return name
    names = (document.script_value("nickName") or "", *map(text_of, _PROFILE_NAMES(document.root)))
    return next(filter(None, map(squash, names)), None)


def _author_url(document: Document, nickname: html.HtmlElement | None) -> str | None:
    """The author's page: by the user's name, which stays, else the link, which has had many forms."""
    user = document.script_value("username") or ""
    if _USER.fullmatch(user):
        return f"https://blog.csdn.net/{user}"
    links = [*([nickname] if nickname is not None else []), *_PROFILE_LINKS(document.root)]
    found = (urls.absolute(link.get("href", ""), document.base) for link in links if link.get("href"))
    return next(filter(None, found), None)


def _count(elements: list[html.HtmlElement]) -> Count | None:
    return next(filter(None, (parse_count(text_of(element)) for element in elements)), None)


def _likes(document: Document, scope: html.HtmlElement) -> Count | None:
    """An empty number of likes is none yet; a page without the place for it does not say."""
    shown = _LIKES(scope)
    counted = _count(shown) or _count(_LIKES_BELOW(scope)) or _described(document, "likes")
    return counted or (_NONE_YET if shown else None)


def _collects(document: Document, scope: html.HtmlElement) -> Count | None:
    return _count(_COLLECTS(scope)) or _count(_COLLECTS_BELOW(scope)) or _described(document, "collects")


def _described(document: Document, name: str) -> Count | None:
    """A count from the description that the site has written for search engines since 2023."""
    descriptions = (document.script_value("articleDesc"), document.meta_value("description"))
    found = (match for text in descriptions if (match := _DESCRIBED[name].match(text or "")))
    return next(filter(None, (parse_count(match[1]) for match in found)), None)


def _comments(document: Document, places: Places) -> Count | None:
    old = places["comments"]
    if old:
        return _count(old)
    # A page kept without its head has these variables too, and they are empty.
    is_whole = document.script_value("articleId") or document.script_value("articleDetailUrl")
    shown = document.script_value("commentscount") if is_whole else None
    return parse_count(shown) if shown else None


def _labels(document: Document, places: Places) -> tuple[tuple[str, ...], list[str]]:
    """Tags, and categories or columns: they look alike, and only the label before them tells which."""
    tags: list[str] = []
    categories = [text_of(link) for place in places["categories"] for link in place.iterchildren("a")]
    for is_tag, shown in islice(chain(_boxed_labels(places), _pill_labels(document, places)), _MOST_LABELS):
        (tags if is_tag else categories).append(shown)
    return tuple(dict.fromkeys(filter(None, tags))), list(filter(None, categories))


def _boxed_labels(places: Places) -> Iterator[tuple[bool, str]]:
    for box in places["tags"]:
        is_tag = True
        for part in _TAG_PARTS(box):
            if part.tag == "span":
                is_tag = _TAG_LABEL in text_of(part)
            else:
                yield is_tag, _tag_text(part).removeprefix("#").strip() if is_tag else text_of(part)


def _pill_labels(document: Document, places: Places) -> Iterator[tuple[bool, str]]:
    for group in places["pills"]:
        label = text_of(first(_PILL_LABEL(group)))
        is_hidden = hiding_of(document).state(group).hidden is not Hidden.NOT
        for link in [] if is_hidden else _PILL_LINKS(group):
            yield _TAG_LABEL in label, text_of(link).removeprefix("#").strip()


def _tag_text(link: html.HtmlElement) -> str:
    """A tag's text; where broken markup glued the next tags to it, what its link searches for."""
    text = text_of(link)
    if " " not in text:
        return text
    query = link.get("href", "").partition("?")[2].partition("#")[0]
    searched = squash("".join(parse_qs(query).get("q", [])))
    return searched if searched and text.startswith(f"{searched} ") else text


def _kind(document: Document, places: Places) -> Kind | None:
    words = [document.script_value("articleType") or ""]
    for mark in places["kind"]:
        named = _KIND_WORD.search(f"{mark.get('class', '')} {mark.get('src', '')}")
        words += [text_of(mark), (named[1] or named[2] or named[3]).lower() if named else ""]
    return next((_KIND_WORDS[word] for word in words if word in _KIND_WORDS), None)


def _licence(places: Places) -> str | None:
    """The licence as the page words it: the name of a Creative Commons one, else the sentence on rights."""
    texts = [text_of(element) for element in places["rights"]]
    named = next(filter(None, map(creative_commons, texts)), None)
    reserved = next((match[0] for text in texts if (match := _RESERVED.search(text))), None)
    return named or reserved


def _original(document: Document, scope: html.HtmlElement) -> str | None:
    found = (urls.absolute(link.get("href", ""), document.base) for link in _ORIGINAL(scope))
    return next(filter(None, found), None)
