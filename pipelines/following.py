"""Which of the articles that a page names are gone on to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.extract.items import SidebarItem
from crawler.extract.urls import canonical, same_site
from pipelines.followed_lists import FOLLOWED_LISTS
from pipelines.records import Captured, Processed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said of a page, or of the one that led to it, when it was added."""

    lists: str | None = None
    """A key of FOLLOWED_LISTS; None where nobody said."""
    match: str | None = None
    """A regular expression that holds for what is followed from it."""
    is_seed: bool = False
    """Did somebody ask for it, or for the source that it is a further page of?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Where a run goes on to from a page."""

    articles: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    """Further pages of the same source."""


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

    def leads_of(self, processed: Processed, told: Told) -> Leads:
        """Return where to go on to: from an article by its lists, from a source that was asked for by all.

        What was said of the page holds where the run was told nothing itself.
        """
        rule = self if self.match or not told.match else replace(self, match=re.compile(told.match))
        if processed.article is not None:
            if told.lists is not None and rule.lists == "none":
                rule = replace(rule, lists=told.lists)
            return Leads(articles=rule.links(processed.url, processed.article.sidebar))
        if processed.source_kind is None or not told.is_seed:
            return Leads()
        entries = (entry.url for entry in processed.links if entry.url is not None and entry.followable)
        return Leads(
            articles=tuple(
                url
                for url in _each_once(entries, but=processed.url)
                if same_site(url, processed.url) and rule.lets_through(url)
            ),
            more=tuple(
                url for url in _each_once(processed.more, but=processed.url) if same_site(url, processed.url)
            ),
        )

    def links(self, page_url: str, entries: Iterable[SidebarItem]) -> tuple[str, ...]:
        """Return the URLs to go on to from the page, each once, in page order."""
        hosts = self.hosts if self.hosts is not None else frozenset({host_of(page_url)})
        kinds = FOLLOWED_LISTS.get(self.lists, ())
        found = (
            entry.url
            for entry in entries
            if entry.url is not None and entry.followable and entry.list in kinds
        )
        return tuple(
            url for url in _each_once(found, but=page_url) if host_of(url) in hosts and self.lets_through(url)
        )

    def lets_through(self, url: str) -> bool:
        """Does a URL hold what it must?"""
        return self.match is None or self.match.search(url) is not None


def with_leads(captured: Captured, rule: FollowRule, told: Told) -> Captured:
    """Return a capture with where to go on to from it."""
    leads = rule.leads_of(captured.processed, told)
    return replace(captured, follow=leads.articles, more=leads.more)


def _each_once(urls: Iterable[str], *, but: str) -> list[str]:
    found = dict.fromkeys(map(canonical, urls))
    found.pop(canonical(but), None)
    return list(found)


def host_of(url: str) -> str:
    """Return host and port of a URL, as one name: two ports are two sites."""
    return urlsplit(url).netloc.lower()
