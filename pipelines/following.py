"""Which of the articles that a page's lists name are gone on to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.extract.items import SidebarItem
from crawler.extract.urls import canonical
from pipelines.followed_lists import FOLLOWED_LISTS
from pipelines.records import Processed


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRule:
    """What a run was told to follow."""

    lists: str = "none"
    """A key of FOLLOWED_LISTS."""
    match: re.Pattern[str] | None = None
    """What a URL must hold somewhere; None lets all through."""
    hosts: frozenset[str] | None = None
    """The hosts that the run stays on; None keeps each page's links to that page's own host."""

    @classmethod
    def from_json(cls, text: str | None) -> FollowRule:
        """Return the rule that `to_json` wrote down; for None, the one that follows nothing."""
        if text is None:
            return cls()
        said = json.loads(text)
        return cls(
            lists=said["lists"],
            match=re.compile(said["match"]) if said["match"] is not None else None,
            hosts=frozenset(said["hosts"]) if said["hosts"] is not None else None,
        )

    def to_json(self) -> str:
        """Return the rule as the row of its run keeps it."""
        return json.dumps(
            {
                "lists": self.lists,
                "match": self.match.pattern if self.match else None,
                "hosts": sorted(self.hosts) if self.hosts is not None else None,
            },
            ensure_ascii=False,
        )

    def links_of(self, processed: Processed, told: str | None) -> tuple[str, ...]:
        """Return the URLs to go on to from an article; none from other pages.

        `told`: what was said of the page when it was added; it holds where the run follows nothing itself.
        """
        if processed.article is None:
            return ()
        rule = replace(self, lists=told) if told is not None and self.lists == "none" else self
        return rule.links(processed.url, processed.article.sidebar)

    def links(self, page_url: str, entries: Iterable[SidebarItem]) -> tuple[str, ...]:
        """Return the URLs to go on to from the page, each once, in page order."""
        hosts = self.hosts if self.hosts is not None else frozenset({host_of(page_url)})
        found = {
            canonical(entry.url): None
            for entry in entries
            if entry.url is not None and entry.followable and entry.list in FOLLOWED_LISTS.get(self.lists, ())
        }
        found.pop(canonical(page_url), None)
        return tuple(
            url for url in found if host_of(url) in hosts and (self.match is None or self.match.search(url))
        )


def host_of(url: str) -> str:
    """Return host and port of a URL, as one name: two ports are two sites."""
    return urlsplit(url).netloc.lower()
