"""Where an article's header at CSDN has what: the places of one column, found in one walk."""

from __future__ import annotations

from typing import Final, NamedTuple

from lxml import html

from crawler.extract.document import by_class, finder

_CLASSED = finder("descendant::*[@class]")
_IN_BAR = f".//*[{by_class('article_bar')}]"
_READS_IN_BAR = finder(f"{_IN_BAR}//button[{by_class('btn-noborder')}]/span")
_KINDS_IN_BAR = finder(f"{_IN_BAR}//span[{by_class('original')}]")


class _Place(NamedTuple):
    name: str
    tag: str | None = None
    """None for any."""
    alone: bool = False
    """Must its class be the only one?"""
    unnamed: bool = False
    """Must it have no id?"""


_PLACES: Final = {
    "read-count": _Place("reads", "span", unnamed=True),
    "link_view": _Place("reads", "span", alone=True),
    "link_comments": _Place("comments", "span", alone=True),
    "link_categories": _Place("categories", "span", alone=True),
    "tags-box": _Place("tags"),
    "tag2box": _Place("tags"),
    "article_tags": _Place("tags"),
    "article-header-category-group": _Place("pills"),
    "article-type": _Place("kind", "span"),
    "article-type-text": _Place("kind", "span"),
    "article-type-img": _Place("kind", "img"),
    "article-copyright": _Place("rights"),
    "slide-content-box-new": _Place("rights"),
    "href-article-edit-click": _Place("rights"),
    "creativecommons": _Place("rights"),
    "article_bar": _Place("bar"),
}
"""By one of an element's classes."""
_PARTS: Final = {
    "ico_type_": _Place("kind"),
    "follow-nickName": _Place("nickname", "a"),
    "article-source-link": _Place("source"),
}
"""By what stands anywhere in an element's classes."""


class Places(dict[str, list[html.HtmlElement]]):
    """The elements of each kind below a column, in document order; none of a kind is an empty list."""

    def __init__(self, scope: html.HtmlElement) -> None:
        super().__init__()
        for element in _CLASSED(scope):
            for name in _names(element):
                self[name].append(element)
        if "bar" in self:
            self["reads"] += _READS_IN_BAR(scope)
            self["kind"] += _KINDS_IN_BAR(scope)

    def __missing__(self, name: str) -> list[html.HtmlElement]:
        self[name] = []
        return self[name]


def _names(element: html.HtmlElement) -> set[str]:
    classes = element.get("class", "")
    names = classes.split(" ")
    places = [_PLACES[name] for name in names if name in _PLACES]
    places += [place for part, place in _PARTS.items() if part in classes]
    return {
        place.name
        for place in places
        if (place.tag is None or place.tag == element.tag)
        and not (place.alone and len(names) > 1)
        and not (place.unnamed and element.get("id") is not None)
    }
