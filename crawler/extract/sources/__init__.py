"""Pages that lead to articles: a page goes in, what it names comes out."""

from __future__ import annotations

from crawler.extract import extract
from crawler.extract.document import Document
from crawler.extract.items import Article, NotAnArticle, Page, Source, SourcePage
from crawler.extract.models import BUILT_IN, Models
from crawler.extract.sources.bodies import is_feed_or_sitemap, read_body
from crawler.extract.sources.feeds import read_feed
from crawler.extract.sources.pages import read_page
from crawler.extract.sources.sitemaps import read_lines, read_sitemap

__all__ = ["is_feed_or_sitemap", "read", "read_source"]

_READERS = {"feed": read_feed, "sitemap": read_sitemap, "lines": read_lines}


def read(page: Page, *, models: Models = BUILT_IN) -> Article | Source:
    """Return the article that `page` shows, else the articles that it leads to.

    Raises the errors of `crawler.extract.items`, and no other; SourcePage for a source that cannot be read.
    """
    body = read_body(page)
    if body is not None:
        return _READERS[body.form](page, body)
    try:
        return extract(page, models=models)
    except SourcePage:
        return read_page(Document.of(page))


def read_source(page: Page) -> Source:
    """Return the articles that `page` leads to; raises as `read` does, and NotAnArticle for an article."""
    found = read(page)
    if isinstance(found, Article):
        raise NotAnArticle(f"{page.url or 'the page'} is an article and leads to no others")
    return found
