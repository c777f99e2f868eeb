"""What a run, and a day, may ask of a site: a budget that is reached leaves its pages due."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def _due(data: Path) -> int:
    ((count,),) = rows(
        data, "SELECT count(*) FROM pages WHERE due_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
    )
    return int(count)


def _many(site: Site, pages: int) -> list[str]:
    site.pages |= {f"/kf/{number}": Reply(page(number + 1)) for number in range(pages)}
    return [f"/kf/{number}" for number in range(pages)]


def test_a_host_is_asked_for_no_more_pages_within_a_day_than_its_budget_by_all_runs_together(
    site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    tmp_path.joinpath("wencun.toml").write_text("[crawl]\nmax_pages_per_host = 5\n")
    with serve(Site()) as other:
        given = [*_many(site, 8), *map(other.url, _many(other, 2))]
        first = crawl(site, tmp_path, *given, "--max-pages", "4", "--allow-private", other.host)
        second = crawl(site, tmp_path, "--allow-private", other.host)
        third = crawl(site, tmp_path, "--allow-private", other.host)
        assert len(other.paths()) == 2
    figure("pages asked of a host with a budget of 5 a day, by 3 runs", asked=5, seen=len(site.paths()))
    assert (len(site.paths()), _due(tmp_path)) == (5, 3)
    assert [ended.code for ended in (first, second, third)] == [0, 0, 0]
    assert "limit" in first.last_line and "limit" in second.last_line and "limit" in third.last_line
    assert {state for state, _ in states(tmp_path, site).values()} == {"stored", "pending"}


def test_what_was_asked_longer_than_a_day_ago_takes_nothing_from_the_budget(
    site: Site, tmp_path: Path
) -> None:
    tmp_path.joinpath("wencun.toml").write_text("[crawl]\nmax_pages_per_host = 3\n")
    crawl(site, tmp_path, *_many(site, 5))
    assert len(site.paths()) == 3
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as connection:
        connection.execute("UPDATE captures SET captured_at = '2026-01-01T00:00:00Z'")
    crawl(site, tmp_path)
    assert (len(site.paths()), _due(tmp_path)) == (5, 0)


def test_a_run_that_reached_its_time_leaves_the_rest_due(site: Site, tmp_path: Path) -> None:
    ended = crawl(site, tmp_path, *_many(site, 30), "--max-time", "3s", delay="0.5")
    assert (ended.code, "limit" in ended.last_line) == (0, True)
    assert 0 < len(site.paths()) < 12
    assert _due(tmp_path) == 30 - len(set(site.paths()))


def test_a_host_that_gives_nothing_new_is_left_and_the_run_goes_on_with_others(
    site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    def deeper(path: str) -> Reply:
        number = int(path.rpartition("/")[2])
        return Reply(page(1, [site.url(f"/deep/{2 * number + step}") for step in (1, 2)]))

    site.elsewhere = lambda path: Reply(status=404) if path == "/robots.txt" else deeper(path)
    with serve(Site()) as other:
        other.pages = {
            f"/kf/{number}": Reply(page(number + 2, [other.url(f"/kf/{number + 1}")])) for number in range(70)
        }
        ended = crawl(
            site,
            tmp_path,
            "/deep/0",
            other.url("/kf/0"),
            "--follow",
            "sidebar",
            "--allow-private",
            other.host,
        )
        assert len(other.paths()) == 71  # the last link leads to nothing
    figure(
        "pages asked of a host that says one thing under all its URLs",
        asked="51 to 82",
        seen=len(site.paths()),
    )
    assert 51 <= len(site.paths()) <= 82  # 32 are under way when the 50th is judged
    assert ended.code == 0
    assert "limit" in ended.last_line
    assert f"{site.host}: 50 followed pages in a row were no new article" in ended.err
    assert _due(tmp_path) > 0


def test_pages_that_are_gone_do_not_count_against_a_host(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/0"] = Reply(page(1, [site.url(f"/gone/{number}") for number in range(60)]))
    site.pages |= {f"/kf/{number}": Reply(page(number + 1)) for number in range(1, 4)}
    site.pages["/kf/1"] = Reply(page(2, [site.url("/kf/2"), site.url("/kf/3")]))
    ended = crawl(site, tmp_path, "/kf/0", "/kf/1", "--follow", "sidebar")
    assert "limit" not in ended.last_line
    assert len(site.paths()) == 64


def test_a_run_without_urls_goes_no_deeper_either_and_visits_again_what_it_knows(
    site: Site, tmp_path: Path
) -> None:
    site.elsewhere = lambda path: Reply(status=404) if path == "/robots.txt" else Reply(page(1))
    links = [site.url(f"/deep/{number}") for number in range(100)]
    site.pages["/kf/0"] = Reply(page(2, links))
    crawl(site, tmp_path, "/kf/0", "--follow", "sidebar", "--max-pages", "1")
    wencun("add", "--data", tmp_path, *(site.url(f"/given/{number}") for number in range(60)))
    ended = crawl(site, tmp_path)
    assert "limit" in ended.last_line
    assert sum(path.startswith("/given/") for path in site.paths()) == 60
    assert 50 <= sum(path.startswith("/deep/") for path in site.paths()) < 100
