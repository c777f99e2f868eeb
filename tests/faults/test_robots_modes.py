"""robots.txt in every way a server can answer, with twelve requests at once, and the pace of requests."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve

Figure = Callable[..., None]
_RULES = b"User-agent: *\nDisallow: /no/\n"
_TEXT = ("Content-Type", "text/plain")


def _moved(to: str) -> Reply:
    return Reply(status=301, headers=(("Location", to),))


def _chain(redirects: int) -> dict[str, Reply]:
    """robots.txt behind so many redirects."""
    places = ["/robots.txt", *(f"/rules/{number}" for number in range(1, redirects + 1))]
    steps = {start: _moved(to) for start, to in pairwise(places)}
    return steps | {places[-1]: Reply(_RULES, headers=(_TEXT,))}


def _robots(*arguments: object, **named: object) -> dict[str, Reply]:
    return {"/robots.txt": Reply(*arguments, **named)}  # type: ignore[arg-type]


_OBEYED = {
    "rules": _robots(_RULES, headers=(_TEXT,)),
    "GBK": _robots("# 不要抓取\n".encode("gbk") + _RULES),
    "byte order mark": _robots(b"\xef\xbb\xbf" + _RULES),
    "UTF-16": _robots(_RULES.decode().encode("utf-16")),
    "gzip": _robots(gzip.compress(_RULES), headers=(_TEXT, ("Content-Encoding", "gzip"))),
    "2 MB": _robots(_RULES + b"#" * 2**21),
    "redirect x5": _chain(5),
}
_OPEN = {
    "404": _robots(status=404),
    "403": _robots(status=403),
    "401": _robots(status=401),
    "HTML with 200": _robots(b"<html><body>User-agent: nobody knows</body></html>"),
    "empty": _robots(b""),
}
_CLOSED = {
    "500": _robots(status=500),
    "503": _robots(status=503, headers=(("Retry-After", "1"),)),
    "reset in the middle": _robots(_RULES, reset_after=20),
    "cut by a wrong length": _robots(_RULES, length=400),
    "redirect x6": _chain(6),
    "redirect loop": {"/robots.txt": _moved("/rules"), "/rules": _moved("/robots.txt")},
    "no answer": _robots(raw=b""),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


_PATHS = [f"/{place}/{number}" for number in range(6) for place in ("no", "kf")]
"""Twelve pages, of which the rules forbid every other one."""


def _crawl_all(data: Path, modes: dict[str, dict[str, Reply]]) -> tuple[int, dict[str, list[str]]]:
    """Crawl twelve pages of a site for each mode, in one run; return its exit code and what was asked for."""
    with ExitStack() as sites:
        served = {mode: sites.enter_context(serve(Site(pages={**_PAGES, **modes[mode]}))) for mode in modes}
        opened = [part for site in served.values() for part in ("--allow-private", site.host)]
        urls = [site.url(path) for path in _PATHS for site in served.values()]
        ended = wencun("crawl", "--data", data, "--delay", "0", *opened, *urls)
        return ended.code, {
            mode: [path for path in site.paths() if path not in modes[mode]] for mode, site in served.items()
        }


_PAGES = {path: Reply(page(place + 1)) for place, path in enumerate(_PATHS)}


def test_rules_are_obeyed_however_they_come(tmp_path: Path, figure: Figure) -> None:
    code, asked = _crawl_all(tmp_path, _OBEYED)
    for mode, paths in asked.items():
        forbidden = sum(path.startswith("/no/") for path in paths)
        figure(f"robots.txt, {mode}: forbidden fetches of 6", asked=0, seen=forbidden)
        assert (forbidden, len(paths)) == (0, 6), mode
    assert code == 0


def test_without_rules_everything_is_open(tmp_path: Path, figure: Figure) -> None:
    code, asked = _crawl_all(tmp_path, _OPEN)
    for mode, paths in asked.items():
        figure(f"robots.txt, {mode}: fetched of 12", asked=12, seen=len(paths))
        assert len(paths) == 12, mode
    assert code == 0


def test_nothing_is_fetched_where_rules_cannot_be_had(tmp_path: Path, figure: Figure) -> None:
    code, asked = _crawl_all(tmp_path, _CLOSED)
    for mode, paths in asked.items():
        figure(f"robots.txt, {mode}: fetched of 12", asked=0, seen=len(paths))
        assert paths == [], mode
    assert code == 10
    assert {state for (state,) in rows(tmp_path, "SELECT state FROM pages")} <= {"failed", "pending"}


def test_a_robots_txt_that_is_refused_for_now_is_waited_for(site: Site, tmp_path: Path) -> None:
    soon = ("Retry-After", "1")
    site.pages = {
        "/robots.txt": lambda count: Reply(status=429, headers=(soon,)) if count < 3 else Reply(_RULES),
        "/kf/1": Reply(page(1)),
        "/no/1": Reply(page(2)),
    }
    assert crawl(site, tmp_path, "/kf/1", "/no/1").code == 0
    assert states(tmp_path, site) == {"/kf/1": ("stored", None), "/no/1": ("robots", "robots")}
    assert min(later.at - earlier.at for earlier, later in pairwise(site.log[:3])) >= 1


def test_a_robots_txt_that_cannot_be_had_is_taken_as_it_was_within_a_day(site: Site, tmp_path: Path) -> None:
    site.pages = {"/robots.txt": Reply(_RULES)} | {
        path: Reply(page(number)) for number, path in enumerate(("/kf/1", "/kf/2", "/no/1", "/kf/3"), start=1)
    }
    assert crawl(site, tmp_path, "/kf/1").code == 0
    site.pages["/robots.txt"] = Reply(status=500)
    assert crawl(site, tmp_path, "/kf/2", "/no/1").code == 0
    assert site.paths() == ["/kf/1", "/kf/2"]
    assert rows(tmp_path, "SELECT robots_status, robots_body FROM hosts") == [(200, _RULES)]


def test_a_page_that_leads_to_another_host_asks_the_robots_txt_there_first(
    site: Site, tmp_path: Path
) -> None:
    pages = {"/robots.txt": Reply(_RULES), "/no/1": Reply(page(1)), "/kf/1": Reply(page(2))}
    with serve(Site(pages=pages)) as other:
        site.pages = {"/1": _moved(other.url("/no/1")), "/2": _moved(other.url("/kf/1"))}
        crawl(site, tmp_path, "/1", "/2", "--allow-private", other.host)
        assert [entry.path for entry in other.log] == ["/robots.txt", "/kf/1"]
    assert states(tmp_path, site)["/1"] == ("robots", "robots")


def test_a_crawl_delay_holds_between_all_requests_redirects_and_retries_too(
    site: Site, tmp_path: Path, figure: Figure
) -> None:
    site.pages = {
        "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 0.7\n"),
        "/kf/1": Reply(page(1)),
        "/kf/2": _moved("/kf/3"),
        "/kf/3": Reply(page(3)),
        "/kf/4": lambda count: Reply(status=500) if count == 1 else Reply(page(4)),
        "/kf/5": Reply(page(5), wait=0.9),
        "/kf/6": Reply(page(6)),
    }
    crawl(site, tmp_path, "/kf/1", "/kf/2", "/kf/4", "/kf/5", "/kf/6")
    gaps = [later.at - earlier.at for earlier, later in pairwise(site.log)]
    kept = sum(gap >= 0.7 for gap in gaps)
    figure("Crawl-delay kept in gaps", asked=f"{len(gaps)} of {len(gaps)}", seen=f"{kept} of {len(gaps)}")
    assert (len(gaps), kept) == (7, 7)


def test_a_host_gets_one_request_at_a_time_at_a_pace_that_varies(site: Site, tmp_path: Path) -> None:
    site.pages = {f"/kf/{number}": Reply(page(number + 1)) for number in range(8)}
    site.pages["/kf/3"] = Reply(page(4), wait=1.0)
    given = {"urls": " ".join(map(site.url, site.pages)), "data": tmp_path, "allow_private": site.host}
    settings = {"DOWNLOAD_DELAY": 0.4, "AUTOTHROTTLE_START_DELAY": 0.4}
    subprocess.run(
        [
            *(sys.executable, "-m", "scrapy", "crawl", "articles"),
            *(part for name, value in given.items() for part in ("-a", f"{name}={value}")),
            *(part for name, value in settings.items() for part in ("-s", f"{name}={value}")),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "PYTHONPATH": os.pathsep.join(str(Path(place).resolve()) for place in sys.path),
        },
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert len(site.log) == 9
    gaps = [later.at - earlier.at for earlier, later in pairwise(site.log)]
    assert min(gaps) >= 0.15  # half the delay, but for what the way to the server takes
    assert max(gaps) >= 1.0  # none while another one is answered
    assert len({round(gap, 2) for gap in gaps}) > 4


def test_without_a_delay_a_host_gets_one_request_at_a_time_too(site: Site, tmp_path: Path) -> None:
    site.pages = {f"/kf/{number}": Reply(page(number + 1), wait=0.15) for number in range(6)}
    crawl(site, tmp_path, *site.pages)
    assert min(later.at - earlier.at for earlier, later in pairwise(site.log[1:])) >= 0.15
