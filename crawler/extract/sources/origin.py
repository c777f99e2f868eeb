"""Where a source lies and whose it is, which decides what a run may go on to from it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract import urls
from crawler.extract.items import ListScope


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of a source."""

    host: str | None
    """Host and port, where any page there may be an article; None where articles have URLs that are known."""
    owner: str | None
    """The author whose articles it lists, as `urls.owner` names him; None for nobody known, or several."""
    scope: ListScope

    @classmethod
    def of(cls, url: str | None, *, owner: str | None = None, is_of_one_author: bool = False) -> Origin:
        """Return the origin of the source at `url`, which one author's may be who is not known."""
        host = None if url is None or urls.has_known_articles(url) else _host(urls.canonical(url))
        return cls(host, owner, "author" if is_of_one_author else "site")

    def leads_to(self, link: urls.Link, *, owner: str | None = None) -> bool:
        """May a run go on to an entry? `owner`: whose it is, None where nothing tells."""
        if None not in (owner, self.owner) and owner != self.owner:
            return False
        return link.is_article or (_host(link.url) == self.host and urls.source_kind(link.url) is None)


def _host(url: str) -> str:
    """Host and port of a canonical URL; "" for a URN, which no link leads to."""
    return url.partition("://")[2].partition("/")[0]
