"""What a site's file reads off a page, before the parts common to all sites are added to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from crawler.extract.blocks import Body
from crawler.extract.document import Document
from crawler.extract.items import SidebarItem
from crawler.extract.values import Count, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The facts of one page as its layout shows them."""

    layout: str
    title: str
    body: Body
    kind: Literal["original", "reprint", "translation"] | None = None
    published: Moment | None = None
    updated: Moment | None = None
    imported: Moment | None = None
    author: str | None = None
    author_url: str | None = None
    licence: str | None = None
    original_url: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    reads: Count | None = None
    likes: Count | None = None
    collects: Count | None = None
    comments: Count | None = None
    sidebar: tuple[SidebarItem, ...] = ()
    truncated: str | None = None
    confidence: float = 1.0
    """How sure it is that this is the article: 1.0 for a known layout."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of a site's articles."""

    name: str
    proven: int = 0
    """On so many real stored pages its values were checked; 0 is unproven: built from descriptions alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site, or one family of sites that share a layout."""

    name: str
    """The `site` column, and the first half of a key where the site has ids."""
    recognise: Callable[[Document], str | None]
    """The layout's name where the page is one of this site's articles, else None.

    Raises SourcePage, Blocked or Gone for the site's other pages."""
    layouts: tuple[Layout, ...]
    """Every layout that `recognise` can name."""
    extract: Callable[[Document, str], Draft]
    """Reads a page of the layout that `recognise` named; raises FieldMissing."""
    order: int = 0
    """Sites are asked in this order: those that know their hosts at 0, layouts found on any host after."""
