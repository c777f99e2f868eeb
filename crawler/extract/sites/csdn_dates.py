"""When an article of CSDN was published and last edited, out of all the dates that its page prints."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import html

from crawler.extract.document import Document, finder, text_of
from crawler.extract.sites.csdn_rows import has_class
from crawler.extract.values import Moment, parse_time

_BOX = "ancestor::*[contains(@class,'article-info-box') or contains(@class,'article_bar')]"
_IN_BOX = finder(_BOX + "[1]")
_TIMES = finder("descendant::*[contains(@class,'time') or @class='link_postdate']")
_STAMPED = finder(f".//span[@data-time][{_BOX}]")
_METAS = ("article:published_time", "bytedance:published_time")
_DATE = re.compile(
    r"(?P<date>(?<!\d)\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?(?!\d))"
)
_ROLES = (
    # Words before the date, words after it, what the date is. The first line that fits decides.
    (r"推荐文章于$", r"", None),  # when the page recommended something, even years later
    (r"首发[:：]?$", r"", "first"),
    (r"", r"首次发布", "first"),
    (r"", r"修改", "edit"),
    (r"最后发布[于:：]?$", r"", "last"),
    (r"(?:于|发表于|发布于)$", r"(?:发布)?", "published"),
    (r"^$", r"", "published"),
)
_FITS = tuple((re.compile(before), re.compile(after), role) for before, after, role in _ROLES)


class Dates(NamedTuple):
    """Publication and last edit; None where the page does not say."""

    published: Moment | None
    updated: Moment | None


def read_dates(document: Document, scope: html.HtmlElement) -> Dates:
    """Return the dates of the article in `scope`, from the most trusted source that the page has.

    Never the stamp 最新推荐文章于, and never `pubDate`, which is when the draft was made.
    """
    printed = _printed(scope)
    stamped = (parse_time(element.get("data-time", "")) for element in _STAMPED(scope))
    published = (
        next(filter(None, stamped), None)
        or _time(document.script_value("postTime"))
        or _time(document.ld_value("datePublished"))
        or next(filter(None, (_time(document.meta_value(name)) for name in _METAS)), None)
        or printed.get("first")
        or printed.get("published")
        or _time(document.ld_value("upDate"))
        or printed.get("last")
    )
    updated = printed.get("edit")
    if updated is None:
        later = _time(document.ld_value("dateModified")) or printed.get("last")
        updated = later if later and published and later.at and later.at != published.at else None
    return Dates(published, updated)


def _printed(scope: html.HtmlElement) -> dict[str, Moment]:
    """What each date in the article's header is, by the words around it."""
    found: dict[str, Moment] = {}
    for element in filter(_is_printed, _TIMES(scope)):
        shown = text_of(element)
        parts = _DATE.split(shown)
        for before, date, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            role = _role(before.strip(), after.strip())
            moment = parse_time(date) if role and role not in found else None
            if role and moment:
                only = parts[2:] == [""] or len(parts) == len((before, date, after))
                whole = Moment(at=moment.at, date=moment.date, precision=moment.precision, shown=shown)
                found[role] = whole if only else moment
    return found


def _is_printed(element: html.HtmlElement) -> bool:
    """Is it a date in the article's header?"""
    classes, is_span = element.get("class", ""), str(element.tag) == "span"
    if classes == "link_postdate":
        return is_span
    is_time = "up-time" in classes or (is_span and has_class(element, "time"))
    return is_time and bool(_IN_BOX(element))


def _role(before: str, after: str) -> str | None:
    return next((role for first, then, role in _FITS if first.search(before) and then.match(after)), None)


def _time(shown: str | None) -> Moment | None:
    return parse_time(shown) if shown else None
