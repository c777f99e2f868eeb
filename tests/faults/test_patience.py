"""Hosts that ask for patience, fail or show walls: left alone in time, and for as long as they say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve

Scale = Callable[[Any, Any], Any]
Figure = Callable[..., None]
_SLOW_DOWN = b"<html><body>slow down</body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def _busy(*headers: tuple[str, str], status: int = 429) -> Reply:
    return Reply(_SLOW_DOWN, status=status, headers=(("Content-Type", "text/html"), *headers))


def _gaps(site: Site) -> list[float]:
    """Seconds between two requests for pages, in order."""
    times = [entry.at for entry in site.log if entry.path != "/robots.txt"]
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_site_that_always_asks_for_patience_is_not_asked_early_nor_for_long(
    site: Site, tmp_path: Path, scale: Scale, figure: Figure
) -> None:
    seconds, urls = scale(1, 7), scale(40, 100)
    site.elsewhere = lambda path: _busy(("Retry-After", str(seconds)))
    site.pages["/robots.txt"] = Reply(b"", status=404)
    ended = crawl(site, tmp_path, *(f"/kf/{number}" for number in range(urls)))
    early = sum(gap < seconds for gap in _gaps(site))
    figure(f"{urls} URLs, all 429 with Retry-After {seconds}: early requests", asked=0, seen=early)
    figure("  requests in all", asked="≤ 10", seen=len(site.log))
    figure("  exit code", asked=18, seen=ended.code)
    assert (early, ended.code) == (0, 18)
    assert len(site.log) <= 10
    assert len(states(tmp_path, site)) == urls
    [(until, reason)] = rows(tmp_path, "SELECT rests_until, rest_reason FROM hosts")
    assert reason == "rate_limited" and f"next try at {until}" in ended.last_line


def test_the_next_run_keeps_the_time_too_whether_urls_are_given_or_not(site: Site, tmp_path: Path) -> None:
    site.elsewhere = lambda path: _busy(("Retry-After", "1800"))
    site.pages["/robots.txt"] = Reply(b"", status=404)
    assert crawl(site, tmp_path, "/kf/1").code == 18
    asked = len(site.log)
    for arguments in (("/kf/1",), ("/kf/2", "--once"), ()):
        assert crawl(site, tmp_path, *arguments).code == 18
    assert len(site.log) == asked


def test_a_time_that_cannot_be_is_five_seconds(
    site: Site, tmp_path: Path, scale: Scale, figure: Figure
) -> None:
    for said in scale(["-1"], ["-1", "soon", "1e9", ""]):
        path = f"/kf/{len(site.pages)}"
        site.pages[path] = lambda count, said=said: (
            _busy(("Retry-After", said)) if count == 1 else Reply(page(1))
        )
        assert crawl(site, tmp_path, path).code == 0
        gap = _gaps(site)[-1]
        figure(f"Retry-After {said!r}: seconds until asked again", asked="≥ 5", seen=f"{gap:.1f}")
        assert gap >= 5


def test_a_date_and_a_503_are_waited_for_and_the_page_is_had_then(site: Site, tmp_path: Path) -> None:
    def soon() -> str:
        return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)

    site.pages = {
        "/kf/1": lambda count: _busy(("Retry-After", soon())) if count == 1 else Reply(page(1)),
        "/kf/2": lambda count: _busy(("Retry-After", "1"), status=503) if count == 1 else Reply(page(2)),
    }
    ended = crawl(site, tmp_path, *site.pages)
    assert (ended.code, ended.last_line) == (0, "2 pages: 2 stored · exit 0")
    assert rows(tmp_path, "SELECT outcome, count(*) FROM captures GROUP BY 1 ORDER BY 1") == [
        ("article", 2),
        ("blocked", 2),
    ]


def test_other_hosts_go_on_while_one_rests(site: Site, tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(page(number)) for number in range(1, 9)})) as other:
        site.pages["/kf/1"] = lambda count: _busy(("Retry-After", "4")) if count == 1 else Reply(page(1))
        urls = [other.url(path) for path in other.pages]
        ended = crawl(site, tmp_path, "/kf/1", *urls, "--allow-private", other.host)
        assert (ended.code, ended.last_line) == (0, "9 pages: 9 stored · exit 0")
        assert max(entry.at for entry in other.log) < site.log[-1].at


def test_a_site_of_which_half_fails_is_not_asked_much_more_than_once_a_page(
    site: Site, tmp_path: Path, scale: Scale, figure: Figure
) -> None:
    urls, dice = scale(40, 100), random.Random(5)
    site.elsewhere = lambda path: (
        Reply(b"broken", status=500)
        if dice.random() < 0.5
        else Reply(page(int(path.split("/")[-1]) % 28 + 1))
    )
    site.pages["/robots.txt"] = Reply(b"", status=404)
    crawl(site, tmp_path, *(f"/kf/{number}" for number in range(urls)))
    most = round(1.3 * urls)
    figure(f"{urls} URLs, half of the answers 500: requests", asked=f"≤ {most}", seen=len(site.log))
    assert len(site.log) <= most
    assert max(site.asked(path) for path in set(site.paths())) <= 3


def test_a_host_that_goes_down_is_asked_three_times_and_what_is_left_stays_due(tmp_path: Path) -> None:
    with serve(Site(pages={f"/kf/{number}": Reply(raw=b"") for number in range(9)})) as site:
        ended = crawl(site, tmp_path, *site.pages, delay="0.3")
        assert ended.code == 12
        assert 3 <= len(site.paths()) <= 4  # one may be out while the third is seen to fail
        asked = len(set(site.paths()))
        assert rows(tmp_path, "SELECT state, count(*) FROM pages GROUP BY 1 ORDER BY 1") == [
            ("failed", asked),
            ("pending", 9 - asked),
        ]
        assert rows(tmp_path, "SELECT rest_reason, strikes FROM hosts") == [("failing", 1)]


def test_three_walls_in_a_row_send_a_host_to_rest_for_a_day(site: Site, tmp_path: Path) -> None:
    site.pages = {f"/kf/{number}": Reply(b"<html>no</html>", status=403) for number in range(9)}
    ended = crawl(site, tmp_path, *site.pages, delay="0.5")
    assert ended.code == 10
    assert 3 <= len(site.paths()) <= 4  # one may be out while the third is read
    [(until, reason)] = rows(tmp_path, "SELECT rests_until, rest_reason FROM hosts")
    assert reason == "blocked"
    assert until > f"{datetime.now(UTC) + timedelta(hours=23):%Y-%m-%dT%H:%M:%SZ}"
    assert crawl(site, tmp_path).code == 10


def test_it_is_the_host_that_shows_a_wall_that_rests_and_not_one_that_redirects_to_it(
    site: Site, tmp_path: Path
) -> None:
    with serve(Site(elsewhere=lambda _: Reply(b"<html>no</html>", status=403))) as walled:
        site.pages = {
            f"/kf/{number}": Reply(status=302, headers=(("Location", walled.url(f"/{number}")),))
            for number in range(6)
        }
        ended = crawl(site, tmp_path, *site.pages, "--allow-private", walled.host, delay="0.5")
        assert ended.code == 10
        assert rows(tmp_path, "SELECT host, rest_reason FROM hosts WHERE rests_until IS NOT NULL") == [
            (walled.host, "blocked")
        ]


def test_a_signal_while_a_page_is_put_off_ends_the_run_with_all_of_it_stored(
    site: Site, tmp_path: Path
) -> None:
    site.pages["/kf/1"] = lambda count: _busy(("Retry-After", "30")) if count == 1 else Reply(page(1))
    ended = crawl(site, tmp_path, "/kf/1", "--max-time", "4s")
    assert site.paths() == ["/kf/1"]
    assert ended.code == 18  # it does not stay for what comes after its time
    assert rows(tmp_path, "SELECT outcome FROM captures") == [("blocked",)]
    assert "earlier run" not in wencun("crawl", "--data", tmp_path).err
