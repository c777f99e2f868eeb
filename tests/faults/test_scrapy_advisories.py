"""What Scrapy's security advisories were about does not happen here, whatever version stands below."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import scrapy
from crawled_pages import page
from crawling import crawl, states
from loopback import Asked, Reply, Site, serve
from scrapy.settings import Settings
from test_hostile_servers import _brotli, _deflate, _gzip

TEXT = ("Content-Type", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Visited:
    """One crawl over two sites that try all of it."""

    site: Site
    other: Site
    data: Path

    @property
    def asked(self) -> list[Asked]:
        return [*self.site.log, *self.other.log]

    def sent(self, name: str) -> list[str]:
        """The values of a header that either site got."""
        return [asked.headers[name] for asked in self.asked if name in asked.headers]


def _to(target: str, *headers: tuple[str, str]) -> Reply:
    return Reply(status=302, headers=(("Location", target), *headers))


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    data = tmp_path_factory.mktemp("advisories")
    cookie = ("Set-Cookie", "a=mark; Domain=127.0.0.1; Path=/")
    coded = {"gzip": _gzip(64), "br": _brotli(64), "deflate": _deflate(64)}
    with serve(Site()) as site, serve(Site()) as other:
        other.pages = {"/kf/9": Reply(page(9), headers=(TEXT, cookie))}
        site.pages = {
            "/kf/1": Reply(page(1), headers=(TEXT, cookie, ("Set-Cookie", "b=mark; Domain=co.uk"))),
            "/kf/2": Reply(page(2), headers=(TEXT, ("Referrer-Policy", "os.system"))),
            "/kf/3": _to("/kf/4", cookie, ("Referrer-Policy", "os.abort")),
            "/kf/4": Reply(page(4)),
            "/to/other": _to(other.url("/kf/9"), cookie),
            "/to/user": _to(f"http://me:mark@{other.host}/kf/9"),
            "/to/file": _to("file:///etc/hostname"),
            "/to/data": _to("data:text/html,x"),
            "/to/ftp": _to(f"ftp://{other.host}/x"),
            "/to/s3": _to("s3://bucket/key"),
            "/to/https": _to(f"https://{other.host}/kf/9"),
        }
        site.pages |= {
            f"/bomb/{name}": Reply(body, headers=(TEXT, ("Content-Encoding", name)))
            for name, body in coded.items()
        }
        crawl(site, data, *site.pages, "--allow-private", other.host)
        yield Visited(site, other, data)


def test_the_version_below_is_one_that_is_maintained() -> None:
    assert tuple(map(int, scrapy.__version__.split(".")[:2])) >= (2, 19)


def test_no_credentials_are_sent_to_any_host(visited: Visited) -> None:
    """CVE-2021-41125: http_user and http_pass went to every host."""
    assert visited.sent("Authorization") == []


def test_no_credentials_go_along_with_a_redirect(visited: Visited) -> None:
    """GHSA-cw9j-q3vf-hrrv, GHSA-4qqq-9vqf-3h3f: kept on a redirect to another domain, scheme or port."""
    assert states(visited.data, visited.site)["/to/user"] == ("failed", "userinfo")
    assert not any("mark" in asked.path for asked in visited.asked)


def test_cookies_are_neither_kept_nor_copied_on_a_redirect(visited: Visited) -> None:
    """GHSA-cjvr-mfj7-j4j8: cookies were copied to another domain."""
    assert visited.other.asked("/kf/9") == 1
    assert visited.sent("Cookie") == []


def test_cookies_of_a_public_suffix_are_not_taken(visited: Visited) -> None:
    """GHSA-mfjm-vh54-3f96."""
    assert Settings().getbool("COOKIES_ENABLED") and not _own().getbool("COOKIES_ENABLED")
    assert visited.sent("Cookie") == []


def test_nothing_is_sent_to_proxies(visited: Visited) -> None:
    """2.6.2 and GHSA-jm3v-qxmh-hxwv: credentials to another proxy, and the wrong proxy after a redirect."""
    assert not _own().getbool("HTTPPROXY_ENABLED")
    assert visited.sent("Proxy-Authorization") == []


def test_bombs_in_gzip_do_not_get_past_the_limit(visited: Visited) -> None:
    """GHSA-7j7m-v7m3-jqm7."""
    assert states(visited.data, visited.site)["/bomb/gzip"] == ("failed", "ContentUndecodable")


@pytest.mark.parametrize("coding", ["br", "deflate"])
def test_bombs_in_brotli_and_deflate_do_not_either(visited: Visited, coding: str) -> None:
    """CVE-2025-6176, GHSA-2qfp-q593-8484."""
    assert states(visited.data, visited.site)[f"/bomb/{coding}"] == ("failed", "ContentUndecodable")


@pytest.mark.parametrize("scheme", ["file", "data", "ftp", "s3"])
def test_a_redirect_opens_no_other_scheme(visited: Visited, scheme: str) -> None:
    """GHSA-23j4-mw76-5v7h."""
    assert states(visited.data, visited.site)[f"/to/{scheme}"] == ("failed", "scheme")


def test_a_policy_for_referrers_is_no_path_to_a_function(visited: Visited) -> None:
    """GHSA-cwxj-rr6w-m6w7: the response's header named a Python callable."""
    found = states(visited.data, visited.site)
    assert (found["/kf/2"][0], found["/kf/4"][0]) == ("stored", "stored")
    assert visited.sent("Referer") == []


def test_no_handler_but_those_of_http_is_there() -> None:
    """GHSA-76g3-c3x4-crvx: s3:// in plain HTTP."""
    handlers = _own().getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler is not None} == {"http", "https"}


def test_a_crawl_listens_nowhere(tmp_path: Path) -> None:
    """1.5.2: the telnet console was reachable from a browser; the remote control server came later."""
    listening: list[set[str]] = []

    def look(_: int) -> Reply:
        listening.append(_sockets_of_children() & _listening())
        return Reply(page(1))

    with serve(Site(pages={"/kf/1": look})) as site:
        crawl(site, tmp_path, "/kf/1")
    assert listening == [set()]
    assert not _own().getbool("TELNETCONSOLE_ENABLED")
    assert not _own().getbool("REMOTE_CONTROL_ENABLED")


def _own() -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return settings


def _listening() -> set[str]:
    """Inodes of the sockets on which anything of this machine listens."""
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    lines = [
        line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]
    ]
    return {fields[9] for fields in lines if fields[3] == "0A"}


def _sockets_of_children() -> set[str]:
    """Inodes of the sockets that this process's children hold."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError, ValueError, IndexError):
            parent = int((entry.parents[1] / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid():
                found.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    assert found
    return found
