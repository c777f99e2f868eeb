"""Who wrote a page of no known layout, and when: from its metadata, and from the lines around its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from crawler.extract.bylines import read_byline
from crawler.extract.document import Document, finder, text_of
from crawler.extract.lists.marks import loose_mark
from crawler.extract.urls import absolute
from crawler.extract.values import Moment, parse_time, squash
from crawler.extract.values.licences import creative_commons

_PUBLISHED_METAS: Final = (
    "article:published_time",
    "og:published_time",
    "bytedance:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "dc.date.issued",
)
"""They say publication, and mostly to the second."""
_DAY_METAS: Final = (
    "weibo: article:create_at",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "pubtime",
    "publication_date",
    "dc.date",
    "date",
)
"""Filled in with less care, or with another moment of the same day: what the page shows comes first."""
_UPDATED_METAS: Final = ("article:modified_time", "og:updated_time", "bytedance:updated_time")
_PUBLISHED_ITEMS = finder("//*[@itemprop='datePublished'][@content or @datetime]")
_UPDATED_ITEMS = finder("//*[@itemprop='dateModified'][@content or @datetime]")
_TIMES = finder("//time[@datetime]")
_AUTHOR_METAS: Final = ("article:author", "author", "og:article:author", "dc.creator", "byl")
_AUTHOR_LINKS = finder("//*[@rel='author' or @itemprop='author']")
_TAG_LINKS = finder("//a[@rel='tag' or @rel='category tag' or @rel='tag category']")
_LICENCE_LINKS = finder("//a[@rel='license' or contains(@href,'creativecommons.org/licenses/')]")
_LONGEST_LINE: Final = 60
_LONGEST_NAME: Final = 40
_NO_NAME = re.compile(r"[\d\W_]+|https?:.*|admin|administrator|root|未知|佚名|匿名|anonymous", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:^|\s)(?:作者|撰文|撰稿|记者|記者|文)\s?[:：/|丨｜]\s?(?P<name>[^\s|·:：,，()（）]{1,30})"
    r"|^(?:posted |written )?by:?\s(?P<latin>[^\W\d][\w.'’-]{0,30}(?:\s[^\W\d][\w.'’-]{0,30}){0,3})"
    r"(?=$|\s[|·•,–-]|,)",
    re.IGNORECASE,
)
_EDITED = re.compile(
    r"[\[【(（]?(?:责任编辑|責任編輯|本文编辑|责编|責編|编辑|編輯)\s?[:：]\s?(?P<name>[^:：()（）\[\]【】]{1,40}?)[\]】)）]?"
)
_CHANGED = re.compile(r"最新推荐|更新|修改|编辑于|編輯於|updated|modified|edited", re.IGNORECASE)


def published(document: Document, lines: Sequence[str]) -> Moment | None:
    """Return when the page was published; `lines` are the short texts around its title, in order.

    A time that is shown comes before a day in the metadata, and makes a day of the same date exact.
    """
    shown = read_byline(lines, seen_at=document.seen_at).published or _shown(
        line for line in lines if not _CHANGED.search(line)
    )
    stated = (
        _first(document, _PUBLISHED_METAS)
        or _parsed(document.ld_value("datePublished"))
        or _parsed_items(_PUBLISHED_ITEMS(document.root))
    )
    found = stated or shown or _time_element(document) or _first(document, _DAY_METAS)
    if found and shown and found.precision == "day" and found.date == shown.date:
        return shown
    return found


def updated(document: Document, published_at: Moment | None, lines: Iterable[str]) -> Moment | None:
    """Return when the page says it was changed; None where that is when it was published."""
    found = (
        _first(document, _UPDATED_METAS)
        or _parsed(document.ld_value("dateModified"))
        or _parsed_items(_UPDATED_ITEMS(document.root))
        or _shown(line for line in lines if _CHANGED.search(line))
    )
    if found is None or published_at is None:
        return found
    is_same = found.at == published_at.at if found.at and published_at.at else found.date == published_at.date
    return None if is_same else found


def author(document: Document, lines: Sequence[str], ends: Sequence[str]) -> str | None:
    """Return who wrote the page, last the editors whom news sites name in place of an author.

    `lines` are the short texts around the title, `ends` all texts from the first paragraph on.
    """
    stated = (document.meta_value(name) or "" for name in _AUTHOR_METAS)
    linked = (text_of(element) for element in _AUTHOR_LINKS(document.root)[:1])
    short = [line for line in (*lines, *ends) if len(line) <= _LONGEST_LINE]
    signed = (
        match["name"] or match["latin"] for line in short[: len(lines)] if (match := _SIGNED.search(line))
    )
    edited = (match["name"] for line in short if (match := _EDITED.fullmatch(line)))
    for names in (stated, _ld_authors(document), linked, signed, edited):
        for name in map(squash, names):
            if name and len(name) <= _LONGEST_NAME and not _NO_NAME.fullmatch(name):
                return name
    return None


def tags(document: Document) -> tuple[str, ...]:
    """Return the page's tags: the links that are marked as such, in page order."""
    found = (text_of(link).lstrip("# ") for link in _TAG_LINKS(document.root) if link.get("rel") == "tag")
    return tuple(dict.fromkeys(tag for tag in found if tag))


def category(document: Document) -> str | None:
    """Return the section or category that the page is filed under."""
    filed = (text_of(link) for link in _TAG_LINKS(document.root) if link.get("rel") != "tag")
    return squash(document.meta_value("article:section") or "") or next(filed, None) or None


def licence(document: Document) -> str | None:
    """Return the licence that the page links to, as it words it."""
    for link in _LICENCE_LINKS(document.root):
        if shown := text_of(link):
            return creative_commons(shown) or shown
    return None


def author_url(document: Document, name: str | None) -> str | None:
    """Return the address of the link that shows the author's name as the author's."""
    for element in _AUTHOR_LINKS(document.root):
        link = element if element.tag == "a" else next(element.iter("a"), None)
        if link is not None and name and text_of(link) == name:
            return absolute(link.get("href", ""), document.base)
    return None


def _first(document: Document, names: Iterable[str]) -> Moment | None:
    return next((found for name in names if (found := _parsed(document.meta_value(name)))), None)


def _parsed(shown: str | None) -> Moment | None:
    return parse_time(shown[:100]) if shown else None


def _parsed_items(elements: Iterable[Any]) -> Moment | None:
    for element in elements:
        if found := _parsed(element.get("content") or element.get("datetime")):
            return found
    return None


def _time_element(document: Document) -> Moment | None:
    """The page's one `<time>`; of several nobody knows which is whose, but for one that says so."""
    times = _TIMES(document.root)
    named = [
        time
        for time in times
        if re.search(r"publish|pubdate|entry-date", f"{time.get('class')} {time.keys()}")
    ]
    return _parsed_items(named[:1] or (times if len(times) == 1 else []))


def _shown(lines: Iterable[str]) -> Moment | None:
    for line in lines:
        if len(line) <= _LONGEST_LINE:
            mark = loose_mark([line])
            if found := parse_time(mark.time) if mark and mark.time else parse_time(line):
                return found
    return None


def _ld_authors(document: Document) -> Iterable[str]:
    for item in document.ld_json:
        said = item.get("author")
        names = [
            who if isinstance(who, str) else who.get("name")
            for who in (said if isinstance(said, list) else [said])
            if isinstance(who, str | dict)
        ]
        found = [name for name in names if isinstance(name, str)]
        if found:
            yield "、".join(found)
