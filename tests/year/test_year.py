"""A year from cron: 365 daily runs over a site that lives, and an archive that says what the site knows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawling import rows, wencun
from daily_runs import Daily
from ideal import fetches
from ledger_sums import assert_sums_hold
from loopback import Site, serve
from year_site import DAYS, YearSite

SOME_DAYS = 3
WINDOW = 28
"""Days for which growth is foretold, one after the other."""


@dataclass(frozen=True, slots=True)
class Year:
    """What is left of a year."""

    data: Path
    site: YearSite
    foretold: dict[int, int] = field(default_factory=dict)
    """Bytes within the window that begins on a day."""
    size: dict[int, int] = field(default_factory=dict)
    """Bytes on that day."""
    drifts: dict[int, set[str]] = field(default_factory=dict)
    """Fields that the run of a day named as drifted."""
    accepted: list[int] = field(default_factory=list)
    """Days on which somebody accepted the site's new shape."""

    def url(self, number: int) -> str:
        return self.site.url(self.site.path(number))


def live(folder: Path, site: YearSite) -> Year:
    """Have a run each day, and somebody who looks at what the runs named some days after they did."""
    year = Year(folder / "data", site)
    with serve(Site(elsewhere=site.answer)) as served, Daily(folder) as daily:
        site.url = served.url
        assert daily.run(site.now, "add", site.url("/feed.xml"), "--data", year.data).code == 0
        options = ("--data", year.data, "--delay", "0", "--allow-private", served.host, "--log", "json")
        looked_at = None
        for site.day in range(DAYS):
            ended = daily.run(site.now, "crawl", *options)
            found = {event["field"] for event in ended.events if event["event"] == "drift"}
            assert (ended.code == 8) == bool(found), ended.err
            if found:
                year.drifts[site.day] = found
                looked_at = looked_at or site.day + SOME_DAYS
            if site.day == looked_at:
                looked_at = None
                year.accepted.append(site.day)
                later = site.now + timedelta(hours=6)
                assert daily.run(later, "accept", served.host, "--data", year.data).code == 0
                assert daily.run(later, "reextract", "--data", year.data).code == 0
            if site.day and site.day % WINDOW == 0:
                told = daily.run(site.now, "status", "--format", "json", "--data", year.data)
                year.foretold[site.day] = WINDOW * json.loads(told.out)["disk"]["growth_bytes_per_day"]
                files = (path for path in year.data.rglob("*") if path.is_file())
                year.size[site.day] = sum(path.stat().st_size for path in files)
    return year


def test_after_a_year_of_daily_runs_the_archive_has_what_the_site_says_of_itself(
    tmp_path: Path,
    scale: Callable[[tuple[int, int], tuple[int, int]], tuple[int, int]],
    figure: Callable[..., None],
) -> None:
    at_first, every = scale((24, 10), (300, 2))
    year = live(tmp_path, YearSite.plan(at_first=at_first, every=every, seed=1))
    assert_sums_hold(year.data, [])
    assert wencun("verify", "--data", year.data).code == 0

    differences = (
        _counts_shown(year) - _counts_archived(year) + (_counts_archived(year) - _counts_shown(year))
    )
    figure(
        "counts that the site showed and the archive has not, or the other way",
        asked=0,
        seen=len(differences),
    )
    assert not differences
    figure("articles whose versions are not the site's edits", asked=0, seen=len(_wrong_versions(year)))
    assert _wrong_versions(year) == {}
    assert _vanished(year) == {
        year.url(each.number) for each in year.site.articles.values() if each.deleted is not None
    }
    _assert_drift_was_named(year, figure)
    asked, ideal = len(year.site.asked), fetches(year.site)
    figure("requests for pages, of those of an ideal schedule", asked="<= 1.2", seen=f"{asked / ideal:.3f}")
    assert asked <= 1.2 * ideal
    _assert_growth_was_foretold(year, figure)


def _counts_shown(year: Year) -> Counter[tuple[Any, ...]]:
    """Every count that the site has shown: day, article, count, the page that it stood on."""
    return Counter(
        (each.at[:10], year.url(each.article), each.count, year.url(each.on)) for each in year.site.log
    )


def _counts_archived(year: Year) -> Counter[tuple[Any, ...]]:
    """The same of the archive."""
    return Counter(
        rows(
            year.data,
            "SELECT substr(r.observed_at, 1, 10), r.url, r.read_count, a.url FROM read_counts AS r"
            " JOIN articles AS a ON a.id = r.seen_on_article_id",
        )
    )


def _wrong_versions(year: Year) -> dict[str, tuple[list[str], list[str]]]:
    """Texts of an article's versions as archived and as edited, where they differ, by its URL."""
    archived: dict[str, list[str]] = {}
    for url, text in rows(
        year.data,
        "SELECT a.url, v.text FROM articles AS a JOIN article_versions AS v ON v.article_id = a.id"
        " ORDER BY a.id, v.version",
    ):
        archived.setdefault(url, []).append(text)
    planned = {year.url(each.number): each for each in year.site.articles.values()}
    edited = {url: planned[url].texts() for url in archived}
    known_late = {year.url(each.number) for each in year.site.articles.values() if each.born > DAYS - 8}
    assert planned.keys() - archived.keys() <= known_late  # the feed is looked at every seventh day at least
    return {url: (archived[url], edited[url]) for url in archived if archived[url] != edited[url]}


def _vanished(year: Year) -> set[str]:
    return {
        url
        for (url,) in rows(year.data, "SELECT a.url FROM vanished AS v JOIN articles AS a ON a.key = v.key")
    }


def _assert_drift_was_named(year: Year, figure: Callable[..., None]) -> None:
    """Assert that each change was named within 20 pages, by what it took away, and nothing else ever."""
    changes = dict(zip(year.site.looks, ("published", "author"), strict=True))
    assert len(year.accepted) == len(changes)
    ends = dict(zip(changes, year.accepted, strict=True))
    for changed, lost in changes.items():
        named = {day: fields for day, fields in year.drifts.items() if changed <= day <= ends[changed]}
        assert set.union(*named.values()) == {lost}
        pages = sum(changed <= day <= min(named) and path != "/feed.xml" for day, path in year.site.asked)
        figure(f"pages until the loss of {lost!r} was named", asked="<= 20", seen=pages)
        assert pages <= 20
    elsewhere = [day for day in year.drifts if not any(day in range(at, ends[at] + 1) for at in changes)]
    figure("runs that named a drift where there was none", asked=0, seen=len(elsewhere))
    assert elsewhere == []


def _assert_growth_was_foretold(year: Year, figure: Callable[..., None]) -> None:
    """Assert it of all windows together, and note the worst: a window of a small archive has few looks."""
    windows = [day for day in year.foretold if day + WINDOW in year.size]
    grown = {day: year.size[day + WINDOW] - year.size[day] for day in windows}
    share = sum(year.foretold[day] for day in windows) / sum(grown.values())
    figure("growth of the archive as foretold, of what it was", asked="0.9 to 1.1", seen=f"{share:.3f}")
    worst = max((year.foretold[day] / grown[day] for day in windows), key=lambda each: abs(each - 1))
    figure(f"of {len(windows)} windows of {WINDOW} days, the worst", asked="", seen=f"{worst:.3f}")
    assert 0.9 <= share <= 1.1
