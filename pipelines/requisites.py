"""What a page needs besides itself to be shown as it was: the images of an article."""

from __future__ import annotations

import sqlite3
from typing import Final

from markdown_it import MarkdownIt

from crawler.extract.items import Article
from crawler.extract.text.digest import content_sha256
from crawler.extract.urls import parts

PURPOSE: Final = "image"
"""What the archive's records of images are marked with: they are no pages."""
MOST_IMAGES: Final = 200
"""Of one article; one with more is a gallery, and would take a quarter of an hour at a polite pace."""


def image_urls(article: Article) -> tuple[str, ...]:
    """Return the http(s) addresses of the images in an article's text, each once, in page order."""
    return images_in(article.markdown)


def images_in(markdown: str) -> tuple[str, ...]:
    """Return the same for the Markdown of a content that is stored."""
    inlines = (token.children or [] for token in MarkdownIt().parse(markdown))
    found = dict.fromkeys(
        str(token.attrs["src"]) for children in inlines for token in children if token.type == "image"
    )
    return tuple(url for url in found if parts(url) is not None)[:MOST_IMAGES]


def is_known(connection: sqlite3.Connection, article: Article) -> bool:
    """Has a capture said this of the article before? Then its images were asked for at that time."""
    row = connection.execute(
        "SELECT 1 FROM contents AS t JOIN article_rows AS a ON a.id = t.article_id"
        " WHERE a.key = ? AND t.content_sha256 = ?",
        (article.key, content_sha256(article.title, article.text)),
    ).fetchone()
    return row is not None
