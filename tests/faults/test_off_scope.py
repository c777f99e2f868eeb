"""A run stays on the hosts that somebody named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve


@pytest.fixture
def two() -> Iterator[tuple[Site, Site]]:
    """A site, and one that nobody named."""
    with serve(Site()) as named, serve(Site()) as other:
        yield named, other


def _redirect(url: str) -> Reply:
    return Reply(status=302, headers=(("Location", url),))


def test_nothing_is_asked_of_a_host_that_only_links_and_redirects_lead_to(
    two: tuple[Site, Site], tmp_path: Path, figure: Callable[..., None]
) -> None:
    site, other = two
    ways = {
        "/kf/302": _redirect(other.url("/kf/1")),
        "/kf/hops": _redirect("/kf/hop"),
        "/kf/hop": _redirect(other.url("/kf/2")),
        "/kf/protocol": _redirect(f"//{other.host}/kf/1"),
        "/kf/refresh": Reply(page(2), headers=(("Refresh", f"0; url={other.url('/kf/1')}"),)),
    }
    links = [site.url(path) for path in ways] + [other.url("/kf/1"), f"//{other.host}/kf/2"]
    site.pages = {"/kf/1": Reply(page(1, links)), **ways}
    other.pages = {"/kf/1": Reply(page(9)), "/kf/2": Reply(page(10))}
    ended = crawl(site, tmp_path, "/kf/1", "--follow", "sidebar", "--allow-private", other.host)
    figure("requests to a host that nobody named", asked=0, seen=len(other.log))
    assert (ended.code, other.log) == (0, [])
    assert {path: states(tmp_path, site)[path] for path in ("/kf/302", "/kf/protocol")} == (
        dict.fromkeys(("/kf/302", "/kf/protocol"), ("skipped", "off_scope"))
    )
    assert other.host in ended.err
    assert crawl(site, tmp_path, "--allow-private", other.host).code == 0  # nor is it in the next run
    assert other.log == []


def test_what_a_run_left_pending_is_kept_to_its_host_by_the_next_one(
    two: tuple[Site, Site], tmp_path: Path
) -> None:
    site, other = two
    site.pages = {"/kf/1": Reply(page(1, [site.url("/kf/2")])), "/kf/2": _redirect(other.url("/kf/1"))}
    first = crawl(site, tmp_path, "/kf/1", "--follow", "sidebar", "--max-pages", "1")
    assert (first.code, site.paths()) == (0, ["/kf/1"])
    crawl(site, tmp_path, "--allow-private", other.host)
    assert (site.paths(), other.log) == (["/kf/1", "/kf/2"], [])
    assert states(tmp_path, site)["/kf/2"] == ("skipped", "off_scope")


def test_a_url_that_somebody_gave_may_lead_elsewhere(two: tuple[Site, Site], tmp_path: Path) -> None:
    site, other = two
    site.pages = {"/kf/1": _redirect(other.url("/kf/1"))}
    other.pages = {"/kf/1": Reply(page(1, [other.url("/kf/2")]))}
    arguments = ("/kf/1", "--follow", "sidebar", "--allow-private", other.host)
    assert crawl(site, tmp_path, *arguments).code == 0
    assert other.paths() == ["/kf/1"]
    assert rows(tmp_path, "SELECT url FROM articles") == [(other.url("/kf/1"),)]


def test_hosts_that_were_given_together_may_lead_to_each_other(
    two: tuple[Site, Site], tmp_path: Path
) -> None:
    site, other = two
    site.pages = {"/kf/1": Reply(page(1, [site.url("/kf/2")])), "/kf/2": _redirect(other.url("/kf/2"))}
    other.pages = {"/kf/1": Reply(page(3)), "/kf/2": Reply(page(4))}
    given = ("/kf/1", other.url("/kf/1"), "--follow", "sidebar", "--allow-private", other.host)
    ended = crawl(site, tmp_path, *given, "--log", "json")
    assert ended.code == 0
    assert other.paths() == ["/kf/1", "/kf/2"], ended.err


def test_without_an_address_there_is_no_scope_and_nothing_is_asked(tmp_path: Path) -> None:
    assert wencun("add", "--data", tmp_path / "a", "/etc/hostname").code == 4
    assert not (tmp_path / "a").exists()
