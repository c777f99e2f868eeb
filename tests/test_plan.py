"""What `wencun status --plan` says, and that it asks for no page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawled_pages import page
from crawling import crawl, rows, wencun
from loopback import Reply, Site, serve

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.lock import locked

PLAIN = (("Content-Type", "text/plain"),)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def plan(data: Path, *sites: Site) -> dict[str, Any]:
    """Return the plan as JSON, once the lines for people were seen to be without an error."""
    private = [part for each in sites for part in ("--allow-private", each.host)]
    ended = wencun("status", "--data", data, "--plan", "--format", "json", *private)
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err
    found: dict[str, Any] = json.loads(ended.out)["plan"]
    return found


def add(data: Path, site: Site, *paths: str, follow: str | None = None) -> None:
    told = ("--follow", follow) if follow else ()
    assert wencun("add", "--data", data, *told, *map(site.url, paths)).code == 0


def write(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "archive.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_plan_asks_each_host_for_its_robots_txt_and_for_nothing_else(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /no/\nCrawl-delay: 7\n", headers=PLAIN)
    add(tmp_path, site, "/kf/1", "/no/1", "/kf/2")
    add(tmp_path, site, "/kf/3", follow="related")
    found = plan(tmp_path, site)
    assert [entry.path for entry in site.log] == ["/robots.txt"]
    assert site.log[0].headers["User-Agent"].startswith("wencun/")
    assert (found["due"], found["fetches"], found["seconds"], found["robots_asked"]) == (4, 3, 21, True)
    (host,) = found["hosts"]
    assert (host["host"], host["delay"], host["crawl_delay"]) == (site.host, 7, 7)
    assert host["robots"] == {"allowed": 3, "forbidden": 1}
    assert host["pages"] == [
        {"url": site.url("/kf/1"), "robots": "allowed", "follow": None},
        {"url": site.url("/no/1"), "robots": "forbidden", "follow": None},
        {"url": site.url("/kf/2"), "robots": "allowed", "follow": None},
        {"url": site.url("/kf/3"), "robots": "allowed", "follow": "related"},
    ]
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(0,)]
    assert rows(tmp_path, "SELECT count(*) FROM pages WHERE state <> 'pending'") == [(0,)]


def test_what_a_plan_asked_is_in_the_archive_like_all_that_is_fetched(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow:\n", headers=PLAIN)
    add(tmp_path, site, "/kf/1")
    plan(tmp_path, site)
    files = [path.name for path in (tmp_path / "warc").iterdir()]
    assert [name.endswith(".warc.gz") for name in files] == [True]
    assert rows(tmp_path, "SELECT name, closed_at IS NOT NULL FROM warc_files") == [(files[0], 1)]


def test_a_plan_is_told_in_lines_after_the_verdict(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /no/\n", headers=PLAIN)
    add(tmp_path, site, "/no/1", follow="sidebar")
    add(tmp_path, site, *(f"/kf/{number}" for number in range(12)))
    ended = wencun("status", "--data", tmp_path, "--plan", "--allow-private", site.host)
    assert ended.out.splitlines() == [
        "EMPTY: 0 articles, 13 due; no run yet",
        "next run  12 of 13 due pages on 1 host, in about 36 s; ends after 2000 pages or 2 h 0 min",
        f"{site.host}: 12 of 13 due pages, one in 3 s, in about 36 s; 2000 left within 24 hours",
        "  robots.txt: 12 allowed, 1 forbidden",
        f"  goes on to the articles on {site.host} in the lists of 1 page",
        f"  forbidden   {site.url('/no/1')}",
        *(f"  allowed     {site.url(f'/kf/{number}')}" for number in range(9)),
        "  and 3 more; --format json has them all",
    ]
    assert ended.err == ""


def test_nothing_is_due_in_an_archive_where_all_is_fetched(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/1"] = Reply(page(1))
    crawl(site, tmp_path, "/kf/1")
    asked = len(site.log)
    found = plan(tmp_path, site)
    assert (found["due"], found["fetches"], found["seconds"], found["hosts"]) == (0, 0, 0, [])
    assert len(site.log) == asked


@pytest.mark.parametrize(
    ("reply", "verdict", "note"),
    [
        (Reply(b"", status=503), "unreachable", "status 503"),
        (Reply(b"", status=404), "allowed", None),
        (Reply(b"User-agent: *\nDisall", length=900, headers=PLAIN), "unreachable", "it was cut short"),
    ],
)
def test_a_plan_reads_robots_txt_as_a_run_does(
    site: Site, tmp_path: Path, reply: Reply, verdict: str, note: str | None
) -> None:
    site.pages["/robots.txt"] = reply
    add(tmp_path, site, "/kf/1")
    found = plan(tmp_path, site)
    (host,) = found["hosts"]
    assert (host["robots"], host["robots_note"]) == ({verdict: 1}, note)
    assert found["fetches"] == (verdict == "allowed")


def test_a_plan_gets_past_the_address_wall_no_more_than_a_run(site: Site, tmp_path: Path) -> None:
    add(tmp_path, site, "/kf/1")
    (host,) = plan(tmp_path)["hosts"]
    assert (host["robots"], host["fetches"], site.log) == ({"refused": 1}, 0, [])
    assert "no public address" in host["robots_note"]


def test_while_a_run_is_at_work_nothing_is_asked_and_robots_txt_is_unknown(
    site: Site, tmp_path: Path
) -> None:
    add(tmp_path, site, "/kf/1")
    with locked(Archive.open(tmp_path), "crawl"):
        found = plan(tmp_path, site)
    (host,) = found["hosts"]
    assert (found["robots_asked"], site.log, host["robots"]) == (False, [], {"unknown": 1})
    assert host["robots_note"] == "a run is at work, and asks for it itself"


def test_what_robots_txt_said_within_a_day_is_known_without_asking(site: Site, tmp_path: Path) -> None:
    add(tmp_path, site, "/kf/1", "/no/1")
    write(
        tmp_path,
        "INSERT INTO hosts (host, robots_url, robots_status, robots_body, robots_fetched_at) VALUES"
        f" ('{site.host}', '{site.url('/robots.txt')}', 200, CAST('User-agent: *\nDisallow: /no/\n' AS BLOB),"
        " strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-23 hours'))",
    )
    (host,) = plan(tmp_path, site)["hosts"]
    assert (host["robots"], site.log) == ({"allowed": 1, "forbidden": 1}, [])
    write(tmp_path, "UPDATE hosts SET robots_fetched_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-25 hours')")
    (host,) = plan(tmp_path, site)["hosts"]
    assert (host["robots"], len(site.log)) == ({"allowed": 2}, 1)


def test_a_host_that_rests_is_asked_for_nothing_until_then(site: Site, tmp_path: Path) -> None:
    add(tmp_path, site, "/kf/1")
    write(
        tmp_path,
        "INSERT INTO hosts (host, rests_until, rest_reason)"
        f" VALUES ('{site.host}', '2126-01-01T00:00:00Z', 'rate_limited')",
    )
    found = plan(tmp_path, site)
    (host,) = found["hosts"]
    assert (found["fetches"], host["due"], host["robots"], site.log) == (0, 1, {"unknown": 1}, [])
    assert (host["rests_until"], host["rest_reason"]) == ("2126-01-01T00:00:00Z", "rate_limited")


def test_budgets_that_cut_the_run_are_named(site: Site, tmp_path: Path) -> None:
    add(tmp_path, site, *(f"/kf/{number}" for number in range(6)))
    settings = '[crawl]\nmax_pages = 5\nmax_pages_per_host = {}\nmax_time = "9s"\ndelay = {}\n'
    (tmp_path / "wencun.toml").write_text(settings.format(9, 2))
    found = plan(tmp_path, site)
    assert (found["limits"], found["fetches"], found["seconds"]) == (["max_pages", "max_time"], 5, 9)
    (tmp_path / "wencun.toml").write_text(settings.format(4, 0.5))
    found = plan(tmp_path, site)
    assert (found["limits"], found["fetches"], found["seconds"]) == (["max_pages_per_host"], 4, 2)


def test_a_run_does_as_was_planned(tmp_path: Path) -> None:
    with serve(Site()) as one, serve(Site()) as two:
        for site in (one, two):
            site.pages = {f"/kf/{number}": Reply(page(number + 1)) for number in range(4)}
            site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /kf/2\n", headers=PLAIN)
            add(tmp_path, site, *(f"/kf/{number}" for number in range(4)))
        (tmp_path / "wencun.toml").write_text("[crawl]\nmax_pages = 5\n")
        found = plan(tmp_path, one, two)
        planned = {
            host["host"]: [entry["url"] for entry in host["pages"] if entry["robots"] == "allowed"]
            for host in found["hosts"]
        }
        assert crawl(one, tmp_path, "--allow-private", two.host).code == 0
        fetched = {site.host: [site.url(path) for path in site.paths()] for site in (one, two)}
        assert sum(map(len, fetched.values())) == found["fetches"]
        first = {host: urls[: len(fetched[host])] for host, urls in planned.items()}
        assert first == {host: sorted(urls) for host, urls in fetched.items()}  # some are asked for at once


def test_a_plan_asks_nothing_of_a_host_that_rests(site: Site, tmp_path: Path) -> None:
    add(tmp_path, site, "/kf/1")
    until = ledger.later(ledger.now(), 3600)
    write(
        tmp_path,
        "INSERT INTO hosts (host, rests_until, rest_reason, strikes)"
        f" VALUES ('{site.host}', '{until}', 'rate_limited', 1)",
    )
    plan(tmp_path, site)
    assert site.log == []
