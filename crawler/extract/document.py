"""A page decoded and parsed once, with what every site's file asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html

from crawler.extract.items import Page


@dataclass(frozen=True)
class Document:
    """A decoded, parsed page."""

    page: Page
    url: str | None
    """The page's URL in canonical form (`urls.canonical`), None where none is known."""
    root: html.HtmlElement
    text: str
    """The decoded markup."""
    encoding: str
    """What the bytes were decoded with."""
    encoding_declared: str | None
    """What header or markup said they were."""
