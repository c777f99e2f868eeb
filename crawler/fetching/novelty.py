"""Tells when a host's links have stopped leading to anything new: a run goes no deeper into a trap."""

from __future__ import annotations

from collections import Counter

from crawler.extract.items import Article
from crawler.extract.text.digest import content_sha256
from crawler.extract.urls import is_article
from pipelines.following import host_of
from pipelines.item_pipeline import VisitItem
from pipelines.records import Processed

PATIENCE = 50
"""Followed pages in a row without a new article, after which the host's other links wait for a later run."""
_COUNTED = {"article", "source", "not_article", "redirect"}
"""What a page is judged by; one that is gone, blocked or failed says nothing about a trap."""


class Novelty:
    """What a run has seen of contents and links, and how long each host has given nothing new."""

    def __init__(self) -> None:
        self.given_up: set[str] = set()
        """Hosts whose links the run follows no more."""
        self._contents: set[str] = set()
        self._linked: set[str] = set()
        self._barren = Counter[str]()

    def judge(self, item: VisitItem, *, is_found: bool) -> bool | None:
        """Return whether a page was a new article or led to one; None where it says nothing.

        `is_found`: was it found by a link, and never fetched before? Only those count against a host.
        """
        last = item.captures[-1].processed if item.captures else None
        if last is None or item.error is not None or item.is_cut_off or last.outcome not in _COUNTED:
            return None
        host, is_new = host_of(item.url), self._is_new(last)
        if is_new:
            self._barren[host] = 0
        elif is_found:
            self._barren[host] += 1
            if self._barren[host] >= PATIENCE:
                self.given_up.add(host)
        return is_new

    def _is_new(self, processed: Processed) -> bool:
        """Has the page a content of its own, or links to articles that nothing has linked to yet?"""
        article = processed.article
        linked = {entry.url for entry in (article.sidebar if article else processed.links) if entry.url}
        fresh = {url for url in linked - self._linked if is_article(url)}
        self._linked |= fresh
        if article is None or _content_of(article) in self._contents:
            return bool(fresh)
        self._contents.add(_content_of(article))
        return True


def _content_of(article: Article) -> str:
    return content_sha256(article.title, article.text)
