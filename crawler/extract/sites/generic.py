"""Pages of any other site: the main text as two independent finders see it, read into our own blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawler.extract.blocks import Body
from crawler.extract.bylines import read_byline
from crawler.extract.document import Document
from crawler.extract.draft import Draft, Layout, Site
from crawler.extract.items import NotAnArticle, SourcePage
from crawler.extract.lists import found_lists, sidebar
from crawler.extract.lists.outline import read_outline
from crawler.extract.lists.rows import find_groups
from crawler.extract.sites import page_facts
from crawler.extract.sites.aggregator import PageText, is_article, read_main
from crawler.extract.sites.main_text import Main, MainFinder
from crawler.extract.sites.page_title import HOME_PATHS, page_title
from crawler.extract.sites.second_opinion import second_opinion
from crawler.extract.sites.source_pages import is_source, leads_on
from crawler.extract.urls import parts
from crawler.extract.values import squash
from crawler.extract.walls import refuse_notices, refuse_walls
from crawler.extract.walls.folds import cut_of

LAYOUT: Final = "generic"
_MUCH_PROSE: Final = 600
"""Characters, from which on the length of a text is no reason for doubt."""
_AGREED: Final = 0.5
_BEFORE_TITLE: Final = 4
_NEAR_TITLE: Final = 15
_AFTER_TEXT: Final = 10
_ARTICLE_TYPES: Final = frozenset({"article", "news", "blog", "blogpost"})
_LONGEST_TITLE: Final = 40


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for a page's being an article, each from 0 to 1."""

    agreement: float
    """How much of the text that either finder takes, both take; 0.5 where there is one finder alone."""
    prose: float
    """Which part of the text in the main element stands outside of links."""
    length: float
    title: float
    """1 where a title stands over the text, 0.5 where only the page's head has one."""
    stated: float
    """1 where the page calls itself an article or says when it was published."""

    @property
    def confidence(self) -> float:
        """From 0 to 0.95; a page of an unknown layout is never sure."""
        parts = (
            (0.35, self.agreement),
            (0.2, self.prose),
            (0.15, self.length),
            (0.15, self.title),
            (0.1, self.stated),
        )
        return round(sum(weight * value for weight, value in parts), 2)


@dataclass(frozen=True, slots=True)
class _Read:
    page: PageText
    main: Main
    agreement: float
    prose: float


def _recognise(document: Document) -> str:
    """Every page is one of any other site."""
    return LAYOUT


def _extract(document: Document, layout: str) -> Draft:
    read = _read(document)
    page, main = read.page, read.main
    segments = page.outline.segments
    start, first = max(0, page.title_end - _BEFORE_TITLE), main.places[0]
    lines = [segment.text for segment in segments[start : min(first, page.title_end + _NEAR_TITLE)]]
    ends = [segment.text for segment in segments[first:]]
    published = page_facts.published(document, lines)
    author = page_facts.author(document, lines, ends)
    confidence = _evidence(document, read, is_dated=published is not None).confidence
    items = sidebar(found_lists(main.lists, document), url=document.url, seen_at=document.seen_at)
    body = read_main(main, title=page.title, base_url=document.base)
    return Draft(
        layout=layout,
        title=page.title or _opening(body),
        body=body,
        published=published,
        updated=page_facts.updated(document, published, lines),
        author=author,
        author_url=page_facts.author_url(document, author),
        licence=page_facts.licence(document),
        category=page_facts.category(document),
        tags=page_facts.tags(document),
        reads=read_byline(lines[page.title_end - start :]).reads,
        sidebar=items,
        truncated=cut_of(ends[main.places[-1] - first + 1 :][:_AFTER_TEXT]),
        confidence=confidence,
        flags=() if page.title else ("title_from_text",),
    )


def _read(document: Document) -> _Read:
    """Raises SourcePage, Blocked, Gone or NotAnArticle for a page without a main text."""
    outline = read_outline(document)
    groups = find_groups(outline, exclude=None)
    title, title_end = page_title(document, outline)
    finder = MainFinder(outline, groups, title_end)
    main, agreement = _agreed(finder, second_opinion(document.root, outline))
    where = f"the page at {document.url}" if document.url else "the page"
    page = PageText(outline, groups, title, title_end, main)
    if main is None or not is_article(page, main):
        refuse_walls(document)
        if leads_on(outline):
            raise SourcePage(f"{where} holds links to other pages and no text of its own")
        said = main.weight if main else 0
        raise NotAnArticle(f"{where} is no article: it has {said} characters of text, links and menus aside")
    split = parts(document.url)
    is_home = split is not None and split.path in HOME_PATHS and not split.query
    if is_source(outline, main) or (is_home and leads_on(outline)):
        refuse_walls(document)
        raise SourcePage(f"{where} is a list of other pages and no article; give the URLs of its articles")
    prose = [outline.segments[index].text for index in main.places]
    refuse_notices(document, title=title, prose=prose)
    return _Read(page, main, agreement, finder.prose_share(main))


def _agreed(finder: MainFinder, taken: frozenset[int] | None) -> tuple[Main | None, float]:
    """The main text, and how far two finders agree; where they do not, what holds fewer links."""
    own = finder.main()
    if taken is None:
        return own, _AGREED
    other = finder.main_around(taken)
    if own is None or other is None:
        return own or other, 0.0
    agreement = finder.overlap(own, taken)
    if agreement < _AGREED and finder.prose_share(other) > finder.prose_share(own):
        return other, agreement
    return own, agreement


def _evidence(document: Document, read: _Read, *, is_dated: bool) -> _Evidence:
    kinds = {str(item.get("@type")) for item in document.ld_json}
    is_called = document.meta_value("og:type") in _ARTICLE_TYPES or any(
        kind.endswith(("Article", "Posting")) for kind in kinds
    )
    return _Evidence(
        agreement=read.agreement,
        prose=read.prose,
        length=min(1.0, read.main.weight / _MUCH_PROSE),
        title=1.0 if read.page.title_end else 0.5 if read.page.title else 0.0,
        stated=1.0 if is_dated or is_called else 0.0,
    )


def _opening(body: Body) -> str:
    """The text's first heading, else its first words: a fragment of a page has no title of its own."""
    headings = (block.text for block in body.blocks if block.kind == "heading" and block.text)
    first = next(headings, None) or next((block.text for block in body.blocks if block.text), "")
    return squash(first)[:_LONGEST_TITLE]


SITE = Site(
    name="generic", layouts=(Layout(LAYOUT, proven=2),), recognise=_recognise, extract=_extract, order=99
)
