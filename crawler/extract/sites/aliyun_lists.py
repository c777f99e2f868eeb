"""The lists under an article of Aliyun's community: 相关文章, then 热门文章 and 最新文章 as tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from lxml import etree, html

from crawler.extract.document import Document
from crawler.extract.items import SidebarItem
from crawler.extract.lists import ListName, list_name
from crawler.extract.sites.own_lists import Row, found_list, ranked
from crawler.extract.values import squash

_ARTICLE = re.compile(r"(?:(?:https?:)?//developer\.aliyun\.com)?/article/\d{1,12}/?(?:[?#].*)?")
_NUMBER = re.compile(r"\d[\d.,]{0,9}[kKwW万]?\+?")
_MOST_PIECES: Final = 50_000
_MOST_LISTS: Final = 20


@dataclass(slots=True)
class _List:
    """A list that is being read."""

    name: ListName
    heading: str
    rows: dict[str, Row] = field(default_factory=dict)
    is_numbered: bool = False


def read_lists(document: Document) -> tuple[SidebarItem, ...]:
    """Return the entries of the lists on a page from which the article's body has been taken out.

    Found by the words over them and the form of their links; where two headings stand side by side, the list
    whose numbers begin anew is the second's.
    """
    lists: list[_List] = []
    waiting: list[_List] = []
    for piece in _pieces(document.root):
        if isinstance(piece, str):
            name = list_name(piece)
            if name is not None and len(lists) + len(waiting) < _MOST_LISTS:
                if waiting and waiting[0].rows:
                    lists, waiting = lists + waiting, []
                waiting.append(_List(name, piece))
            elif waiting and _NUMBER.fullmatch(piece):
                _count(waiting[0], piece)
            continue
        if waiting and _is_next(waiting, piece):
            lists.append(waiting.pop(0))
        if waiting:
            _take(waiting[0], piece)
    lists += waiting
    return ranked(document, [found_list(document, one.name, one.heading, one.rows.values()) for one in lists])


def _pieces(root: html.HtmlElement) -> Iterator[str | html.HtmlElement]:
    """Texts outside links, and links to articles, in their order."""
    within: html.HtmlElement | None = None
    for event, element in islice(etree.iterwalk(root, events=("start", "end")), _MOST_PIECES):
        if event == "start" and within is None and element.tag == "a":
            within = element
            if _ARTICLE.fullmatch((element.get("href") or "").strip()):
                yield element
        elif event == "end" and element is within:
            within = None
        text = element.text if event == "start" else element.tail
        if within is None and text and element.tag not in ("script", "style") and (own := squash(text)):
            yield own


def _parts(link: html.HtmlElement) -> tuple[str | None, str, str | None]:
    """Number, title and count of a link in a numbered list; of another, its text alone."""
    texts = [text for part in link.itertext() if (text := squash(str(part)))]
    number = texts.pop(0) if len(texts) > 1 and texts[0].isdigit() else None
    count = texts.pop() if number and len(texts) > 1 and _NUMBER.fullmatch(texts[-1]) else None
    return number, " ".join(texts), count


def _is_next(waiting: list[_List], link: html.HtmlElement) -> bool:
    return len(waiting) > 1 and bool(waiting[0].rows) and _parts(link)[0] == "1"


def _take(taker: _List, link: html.HtmlElement) -> None:
    number, title, count = _parts(link)
    if taker.rows and taker.is_numbered != (number is not None):
        return
    href = link.get("href", "")
    if title and not title.startswith("http") and href not in taker.rows:
        taker.is_numbered = number is not None
        taker.rows[href] = Row(link, title, count)


def _count(taker: _List, shown: str) -> None:
    """The first number after an entry of a list without numbers is that of its readers."""
    if taker.rows and not taker.is_numbered:
        href = next(reversed(taker.rows))
        last = taker.rows[href]
        if last.count is None:
            taker.rows[href] = Row(last.link, last.title, shown)
