"""What the files of sites with hosts of their own have in common: how a page is known to be theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

from lxml import etree, html

from crawler.extract import urls
from crawler.extract.document import Document
from crawler.extract.items import SourcePage
from crawler.extract.values import squash
from crawler.extract.walls import refuse_walls

_MOST_PIECES: Final = 1_000
"""Beginnings and ends of elements over an article; real pages have up to 300."""


def is_elsewhere(document: Document, hosts: Collection[str]) -> bool:
    """Is the page known to lie on another host than `hosts`? One that names no host is not."""
    return bool(document.host) and document.host not in hosts


def without_article(document: Document, *, site: str, layout: str) -> str | None:
    """Return what to take a page for that is not elsewhere and shows no article.

    `layout` where its URL is an article's: what reads that layout will say what is missing. None where no URL
    is known. Raises Blocked or Gone for a wall, SourcePage for the rest: home, lists, columns, authors.
    """
    if document.url is None:
        return None
    if urls.is_article(document.url):
        return layout
    refuse_walls(document)
    raise SourcePage(
        f"the page at {document.url} is one of {site}'s lists and no article; give the URLs of its articles"
    )


def texts_before(scope: html.HtmlElement, body: html.HtmlElement | None) -> Iterator[str]:
    """Return the texts of an article's page up to its body, one by one and in their order."""
    events = etree.iterwalk(scope, events=("start", "end"))
    for event, element in islice(events, _MOST_PIECES):
        if element is body:
            return
        own = squash((element.text if event == "start" else element.tail) or "")
        if own and element is not scope and element.tag not in ("script", "style"):
            yield own
