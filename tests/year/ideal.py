"""How often a site would be asked by someone who sees at each look all that the interval law needs to know.

Written down from the law alone, and told what the site planned: it shares nothing with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from year_site import DAYS, Planned, YearSite

_HOURS_EARLY = 2
_MISSING = (1, 2, 4, 90)
"""Days until the next look after the first, second, … look in a row that did not find the page."""


def article_looks(article: Planned, first: int, wall: range) -> Iterator[int]:
    """Yield the days on which an article is to be looked at, from its first look on."""
    day, interval, missed, known = first, 7.0, 0, None
    while day < DAYS:
        if day in wall:
            day = wall.stop
            continue
        yield day
        if article.is_there(day):
            version = article.version(day)
            if known is not None:
                interval = _next(interval, version != known, 1, 90)
            known, missed = version, 0
            day = _run_after(day, interval)
        else:
            day += _MISSING[min(missed, len(_MISSING) - 1)]
            missed += 1


def feed_looks(born: set[int], wall: range) -> Iterator[int]:
    """Yield the days on which a feed is to be looked at that names what appeared on those days."""
    day, interval, before = 0, 1.0, None
    while day < DAYS:
        if day in wall:
            day = wall.stop
            continue
        yield day
        if before is not None:
            interval = _next(interval, any(before < each <= day for each in born), 1 / 24, 7)
        before, day = day, _run_after(day, interval)


def fetches(site: YearSite) -> int:
    """Return how many requests for pages a year takes."""
    looks = list(feed_looks({article.born for article in site.articles.values()}, site.wall))
    looked = len(looks)
    for article in site.articles.values():
        found = next((day for day in looks if article.is_there(day)), DAYS)
        looked += len(list(article_looks(article, found, site.wall)))
    return looked


def _next(interval: float, is_changed: bool, least: float, most: float) -> float:
    return min(max(interval * (0.5 if is_changed else 1.5), least), most)


def _run_after(day: int, interval: float) -> int:
    """Return the day of the first run that finds due what was looked at on `day`."""
    return day + max(1, ceil(interval - min(interval / 10, _HOURS_EARLY / 24)))
