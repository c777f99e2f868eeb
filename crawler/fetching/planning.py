"""What the next run would fetch: what is due, what robots.txt says to it, and how long that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import settings as project
from crawler.fetching.addresses import AddressRefused
from crawler.fetching.options import CrawlSettings
from crawler.fetching.rules import RobotsDenied, RobotsUnreachable, Rules
from pipelines.planning import DueHost, DuePage

_VERDICTS: Mapping[type[Exception], str] = {
    RobotsDenied: "forbidden",
    RobotsUnreachable: "unreachable",
    AddressRefused: "refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """A due page."""

    url: str
    robots: str
    """What robots.txt says to it: `allowed`, `forbidden`, `unreachable` (it cannot be had, so that nothing is
    fetched), `refused` (the host is behind the address wall), or `unknown` (nobody asked)."""
    follow: str | None
    """Whose articles the run goes on to from it, a value of `--follow`; None: from no list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedHost:
    """A host with due pages."""

    host: str
    due: int
    fetches: int
    """How many of the due pages would be fetched."""
    robots: dict[str, int]
    """Due pages by what robots.txt says to them."""
    robots_note: str | None
    """Why robots.txt cannot be had, or nobody asked for it."""
    crawl_delay: float | None
    """Seconds that robots.txt asks for between two requests; None where it asks for none, or is not known."""
    delay: float
    """Seconds between two requests, about: the longer of the site's and ours."""
    seconds: int
    """How long its pages take, about."""
    left_today: int
    """How many pages may still be asked of it within 24 hours."""
    rests_until: str | None
    rest_reason: str | None
    """`rate_limited`, `blocked` or `failing`."""
    pages: tuple[PlannedPage, ...]
    """All that is due, in the order in which it would be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `wencun status --plan` tells; its JSON form has these keys."""

    due: int
    fetches: int
    seconds: int
    """How long that takes, about: hosts side by side, up to four, and no longer than a run may take."""
    max_pages: int
    max_pages_per_host: int
    max_seconds: int
    limits: tuple[str, ...]
    """What would end the run before all that is due is fetched, or keep a host's pages for another day:
    `max_pages`, `max_pages_per_host`, `max_time`."""
    robots_asked: bool
    """Was robots.txt asked for where it was not known? Not while a run holds the archive."""
    hosts: tuple[PlannedHost, ...]


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL: what has a robots.txt of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def make_plan(
    due: tuple[DueHost, ...],
    rules: Mapping[str, Rules],
    settings: CrawlSettings,
    *,
    unknown_because: str,
    robots_asked: bool,
) -> Plan:
    """Return the plan for what is due; `rules` are those of the origins that are known."""
    hosts = tuple(_planned_host(host, rules, settings, unknown_because) for host in due)
    longest = int(settings.max_time.total_seconds())
    needed = max(
        max((host.seconds for host in hosts), default=0),
        sum(host.seconds for host in hosts) // project.CONCURRENT_REQUESTS,
    )
    return Plan(
        due=sum(host.due for host in hosts),
        fetches=sum(host.fetches for host in hosts),
        seconds=min(needed, longest),
        max_pages=settings.max_pages,
        max_pages_per_host=settings.max_pages_per_host,
        max_seconds=longest,
        limits=tuple(_limits(due, needed > longest)),
        robots_asked=robots_asked,
        hosts=hosts,
    )


def _planned_host(
    due: DueHost, rules: Mapping[str, Rules], settings: CrawlSettings, unknown_because: str
) -> PlannedHost:
    known = {origin: rules.get(origin) for origin in dict.fromkeys(origin_of(page.url) for page in due.pages)}
    pages = tuple(_planned_page(page, known[origin_of(page.url)]) for page in due.pages)
    asked = max(
        (each.crawl_delay(project.ROBOTSTXT_USER_AGENT) for each in known.values() if each), default=0
    )
    usual = project.DOWNLOAD_DELAY if settings.delay is None else settings.delay
    delay = max(asked, usual)
    fetches = sum(page.robots in {"allowed", "unknown"} for page in pages[: due.taken])
    return PlannedHost(
        host=due.host,
        due=len(pages),
        fetches=fetches,
        robots=dict(sorted(Counter(page.robots for page in pages).items())),
        robots_note=_note(
            known, f"the host rests until {due.rests_until}" if due.rests_until else unknown_because
        ),
        crawl_delay=asked or None,
        delay=delay,
        seconds=round(delay * fetches),
        left_today=due.left_today,
        rests_until=due.rests_until,
        rest_reason=due.rest_reason,
        pages=pages,
    )


def _planned_page(page: DuePage, rules: Rules | None) -> PlannedPage:
    verdict = "unknown" if rules is None else "allowed"
    try:
        if rules is not None:
            rules.check(page.url, project.ROBOTSTXT_USER_AGENT)
    except tuple(_VERDICTS) as error:
        verdict = _VERDICTS[type(error)]
    return PlannedPage(url=page.url, robots=verdict, follow=page.follow if page.follow != "none" else None)


def _note(known: Mapping[str, Rules | None], unknown_because: str) -> str | None:
    for rules in known.values():
        if rules is None:
            return unknown_because
        if rules.unreachable or rules.refused:
            return rules.unreachable or rules.refused
    return None


def _limits(due: tuple[DueHost, ...], takes_too_long: bool) -> list[str]:
    awake = [host for host in due if host.rests_until is None]
    limits = []
    if any(host.taken < min(len(host.pages), host.left_today) for host in awake):
        limits.append("max_pages")
    if any(host.left_today < len(host.pages) for host in awake):
        limits.append("max_pages_per_host")
    if takes_too_long:
        limits.append("max_time")
    return limits
