"""Which of the articles that a page's lists name a run goes on to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extract.items import SidebarItem
from crawler.extract.urls import canonical
from crawler.fetching.hosts import host_of

FOLLOWED_LISTS = {
    "none": frozenset[str](),
    "related": frozenset({"related"}),
    "sidebar": frozenset({"related", "recent", "popular", "other"}),
}
"""What each value of `--follow` goes on to, by the kind of list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRule:
    """What a run was told to follow."""

    lists: str = "none"
    """A key of FOLLOWED_LISTS."""
    match: re.Pattern[str] | None = None
    """What a URL must hold somewhere; None lets all through."""
    hosts: frozenset[str] | None = None
    """The hosts that the run stays on; None keeps each page's links to that page's own host."""

    def links(self, page_url: str, entries: Iterable[SidebarItem]) -> tuple[str, ...]:
        """Return the URLs to go on to from the page, each once, in page order."""
        hosts = self.hosts if self.hosts is not None else frozenset({host_of(page_url)})
        found = {
            canonical(entry.url): None
            for entry in entries
            if entry.url is not None and entry.followable and entry.list in FOLLOWED_LISTS[self.lists]
        }
        found.pop(canonical(page_url), None)
        return tuple(
            url for url in found if host_of(url) in hosts and (self.match is None or self.match.search(url))
        )
