"""What `wencun status --plan` shows: the plan of the next run, and the lines that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from crawler.cli.reading import OpenArchive
from crawler.fetching.asking import ask
from crawler.fetching.options import CrawlSettings, read_settings
from crawler.fetching.planning import Plan, PlannedHost, make_plan, origin_of
from crawler.fetching.rules import Rules, read_rules
from pipelines.errors import Locked
from pipelines.planning import DueHost, due_hosts, kept_robots
from pipelines.wording import counted

_PAGES_SHOWN = 10
"""Of each host; the JSON form has all."""
_LISTS = {"related": "related lists", "sidebar": "lists"}


def plan_of(opened: OpenArchive, *, now: str, is_running: bool, allow_private: tuple[str, ...]) -> Plan:
    """Return what a run without URLs would do at `now`; asks for the robots.txt of hosts that are due.

    What was asked within a day counts. While a run holds the archive (`is_running`), nothing is asked.
    """
    settings = read_settings(opened.archive.settings_path)
    settings = replace(settings, allow_private=(*settings.allow_private, *allow_private))
    rules = _kept(opened, now)
    missing = _unknown(_due(opened, settings, now, is_running), rules)
    if missing and not is_running:
        try:
            rules |= ask(opened.archive, settings, missing)
        except Locked:
            is_running = True
    return make_plan(
        _due(opened, settings, now, is_running),  # anew: asking stores what a killed run had archived
        rules,
        settings,
        unknown_because="a run is at work, and asks for it itself" if is_running else "nobody asked for it",
        robots_asked=not is_running,
    )


def _due(opened: OpenArchive, settings: CrawlSettings, now: str, is_running: bool) -> tuple[DueHost, ...]:
    with opened.naming():
        return due_hosts(
            opened.connection,
            at=now,
            max_pages=settings.max_pages,
            max_pages_per_host=settings.max_pages_per_host,
            is_held=is_running,
        )


def _kept(opened: OpenArchive, now: str) -> dict[str, Rules]:
    with opened.naming():
        kept = kept_robots(opened.connection, now)
    return {origin_of(url): read_rules(status, body) for url, (status, body) in kept.items()}


def _unknown(due: tuple[DueHost, ...], rules: dict[str, Rules]) -> list[str]:
    """Return the due pages of hosts that may be asked, where robots.txt is not known."""
    awake = (page for host in due if host.rests_until is None for page in host.pages)
    return [page.url for page in awake if origin_of(page.url) not in rules]


def lines_of(plan: Plan) -> Iterator[str]:
    """Yield the plan as lines for people."""
    if not plan.due:
        yield "next run  nothing is due"
        return
    yield (
        f"next run  {plan.fetches} of {counted(plan.due, 'due page')} on {counted(len(plan.hosts), 'host')},"
        f" in about {_span(plan.seconds)}; ends after {plan.max_pages} pages or {_span(plan.max_seconds)}"
    )
    for limit in plan.limits:
        yield f"limit     {limit}: some of what is due is left for a later run"
    for host in plan.hosts:
        yield from _lines_of_host(host)


def _lines_of_host(host: PlannedHost) -> Iterator[str]:
    robots = ", ".join(f"{count} {verdict}" for verdict, count in host.robots.items())
    yield (
        f"{host.host}: {host.fetches} of {counted(host.due, 'due page')}, one in {host.delay:g} s, in about"
        f" {_span(host.seconds)}; {host.left_today} left within 24 hours"
    )
    if host.rests_until:
        yield f"  rests until {host.rests_until} ({host.rest_reason})"
    yield f"  robots.txt: {robots}" + (f" ({host.robots_note})" if host.robots_note else "")
    if host.crawl_delay:
        yield f"  Crawl-delay: {host.crawl_delay:g} s"
    for name, words in _LISTS.items():
        if following := sum(page.follow == name for page in host.pages):
            yield f"  goes on to the articles on {host.host} in the {words} of {counted(following, 'page')}"
    for page in islice(host.pages, _PAGES_SHOWN):
        yield f"  {page.robots:11} {page.url}"
    if len(host.pages) > _PAGES_SHOWN:
        yield f"  and {len(host.pages) - _PAGES_SHOWN} more; --format json has them all"


def _span(seconds: int) -> str:
    """Return `45 s`, `12 min` or `2 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 120:  # noqa: PLR2004 -- two minutes are the first that need no seconds
        return f"{seconds} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004
