"""What goes into extraction, what comes out of it, and the ways it can fail.

Field names and their forms are those of the archive's columns, so that a value read in Python, in SQL and in
a JSON Lines record is the same value. `*_at` is UTC, `YYYY-MM-DDTHH:MM:SSZ`; `*_date` is the site's own day,
`YYYY-MM-DD`; `*_count` is a number; `*_shown` is the site's own text. None always means "the page does not
say", never a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ListKind = Literal["popular", "recent", "related", "other"]
ListScope = Literal["article", "author", "site"]
SourceKind = Literal["author", "column", "feed", "sitemap", "list"]
Outcome = Literal["failed", "not_article", "source", "blocked", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as it was taken from the web or from a file."""

    url: str | None
    """Where it was found, after redirects; None for a saved page of unknown origin."""
    body: bytes
    """The bytes after content decoding (gzip, deflate), before character decoding."""
    content_type: str | None = None
    """The `Content-Type` header; `text/plain` makes the page a plain-text rendering."""
    captured_at: datetime | None = None
    """When the bytes were taken from the site, zone-aware; None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one model answered, as a slice of the article."""

    position: int
    """From 1, in page order."""
    question: str | None
    """The article's question, or the sub-question that stands over this run of answers."""
    model: str | None
    """Id of a known model; None where the label names none."""
    model_version: str | None
    """A version that the label names, such as `4.0` in 文心一言(4.0)."""
    label: str
    """The label as the page shows it, outer blanks included."""
    markdown: str
    """The slice of the article's Markdown between this label and the next delimiter."""
    text: str
    """The slice of the article's text between this label and the next delimiter."""
    start: int
    """`article.text[start:end] == text`, in code points."""
    end: int
    markdown_start: int
    """`article.markdown[markdown_start:markdown_end] == markdown`, in code points."""
    markdown_end: int
    rule: str
    """What decided the boundary, such as `heading-label` or `paragraph-label`."""
    confidence: float
    """From 0 to 1; under 0.5 there was no evidence that a question was put to models."""
    flags: tuple[str, ...] = ()
    """Doubts, such as `boundary_doubtful`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SidebarItem:
    """One entry of a list of articles, beside an article or on a page that leads to articles."""

    list: ListKind
    list_title: str | None
    """The page's own heading of the list; None where it prints none."""
    list_scope: ListScope
    """Whose list it is: chosen for this article, the author's own, or the whole site's."""
    rank: int
    """From 1, through the whole list."""
    title: str
    """As shown; "" in a sitemap, which shows none."""
    url: str | None
    """Absolute and canonical; None where the page is a text rendering."""
    shown_at: str | None = None
    """The time printed beside the entry as UTC; it claims nothing about the entry."""
    shown_at_kind: Literal["page", "entry"] | None = None
    """`page` when all entries share the time the page was imported; None without a time."""
    shown_at_shown: str | None = None
    read_count: int | None = None
    read_count_shown: str | None = None
    read_count_unit: int | None = None
    """1 for an exact count, else what it was rounded to: 100 for `3.3k`, 10000 for `10w+`."""
    read_count_is_minimum: bool = False
    """`10w+`: at least so many."""
    followable: bool = False
    """Is it an article that a run may go on to? In an author's page, column or feed: one by that author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a page that leads to articles names."""

    kind: SourceKind
    """An author's page, a column or category, a feed, a sitemap, or any other list."""
    title: str | None
    """As the page calls itself; None where it does not."""
    entries: tuple[SidebarItem, ...]
    """The articles it names, in page order, each URL once; what is hidden from readers is none of them."""
    more: tuple[str, ...]
    """Canonical URLs of further pages of the same source: a list's next pages, a sitemap's parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Everything wencun knows from one page."""

    url: str
    """In the site's canonical form; `urn:sha256:…` of the page's bytes where no URL is known."""
    key: str
    """`csdn:138712345` where the site has ids, else `sha256:` and 16 hex digits of the URL's SHA-256."""
    site: str
    layout: str
    """Which layout of the site was recognised, such as `G6`."""
    kind: Literal["original", "reprint", "translation"] | None
    language: str | None
    """`zh` or `en`, from the text itself."""
    title: str
    question: str | None
    """The title without date and series mark, on a page with answers or a series mark; else None."""
    question_date: str | None
    series: str | None
    """The series mark, such as `问AI`."""
    published_at: str | None
    published_date: str | None
    published_precision: Literal["second", "minute", "day"] | None
    published_shown: str | None
    updated_at: str | None
    updated_date: str | None
    updated_shown: str | None
    imported_at: str | None
    """When a mirror says it took the page in."""
    author: str | None
    author_url: str | None
    licence: str | None
    """As the page words it, such as `CC 4.0 BY-SA`."""
    licence_spdx: str | None
    original_url: str | None
    """What a reprint or translation names as its source."""
    category: str | None
    """The first column or category the article is filed under."""
    tags: tuple[str, ...]
    read_count: int | None
    read_count_shown: str | None
    read_count_unit: int | None
    read_count_is_minimum: bool
    like_count: int | None
    collect_count: int | None
    comment_count: int | None
    markdown: str
    text: str
    """The whole visible body, labels and answers included."""
    truncated: str | None
    """Why the body is not whole, such as `paywall`; None when it is."""
    confidence: float
    """How sure the extractor is that this is the article: 1.0 for a known layout."""
    flags: tuple[str, ...]
    """What a reader should know, such as `canonical_differs`."""
    opt_out: str | None
    """Signals against archiving or training that the page itself carries, such as `noarchive`."""
    answers: tuple[Answer, ...]
    sidebar: tuple[SidebarItem, ...]


class ExtractionError(Exception):
    """A page that gave no article; `outcome` is what its capture is stored with."""

    outcome: Outcome = "failed"


class PageUnreadable(ExtractionError):  # noqa: N818 -- names a state of the page, as its siblings do
    """The bytes are no text or markup that can be read: empty, binary, over a limit."""


class FieldMissing(ExtractionError):  # noqa: N818
    """The layout was recognised, and something every such page has was not found in it."""


def missing(field: str, *, site: str, layout: str, url: str | None) -> FieldMissing:
    """Return the error of a page of a known layout in which no `field`, such as its title, was found."""
    return unlike(f"no {field} was found", site=site, layout=layout, url=url)


def unlike(what: str, *, site: str, layout: str, url: str | None) -> FieldMissing:
    """Return the error of a page that is not as pages of its layout are; `what` says in which way."""
    keep = f"`wencun fixture {url}` saves it" if url else "keep the page"
    return FieldMissing(
        f"{site} {layout}: {what} at {url or 'a page without URL'}; "
        f"the layout may have changed: {keep} as a test case for the site's file"
    )


class NotAnArticle(ExtractionError):  # noqa: N818
    """A page, but none that wencun takes for an article."""

    outcome: Outcome = "not_article"


class SourcePage(NotAnArticle):
    """A page that leads to articles and is none; `sources.read` raises it where those cannot be read."""

    outcome: Outcome = "source"


class Blocked(NotAnArticle):
    """A challenge, captcha or login page in the article's place."""

    outcome: Outcome = "blocked"


class Gone(NotAnArticle):
    """The site says that the article was deleted or never was."""

    outcome: Outcome = "gone"
