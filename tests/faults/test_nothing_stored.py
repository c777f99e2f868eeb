"""A run that had something to do and stored nothing never ends as if all were well (A11)."""

import math
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import Ended, crawl, rows, wencun
from loopback import Reply, Site, serve
from starting import patched, started

_PATHS = [f"/kf/{number}" for number in range(4)]
_WALL = "<html><head><title>安全验证</title></head><body><h1>请完成安全验证</h1><p>拖动滑块</p></body></html>"


def _all(reply: Reply) -> Callable[[Site, Path], Ended]:
    def run(site: Site, data: Path) -> Ended:
        site.pages |= dict.fromkeys(_PATHS, reply)
        return crawl(site, data, *_PATHS)

    return run


def _dead_host(site: Site, data: Path) -> Ended:
    with serve(Site()) as dead:
        urls = [dead.url(path) for path in _PATHS]
    return wencun("crawl", "--data", data, "--delay", "0", "--allow-private", dead.host, *urls)


def _all_forbidden(site: Site, data: Path) -> Ended:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\n")
    return _all(Reply(page(1)))(site, data)


def _all_redirects_in_a_loop(site: Site, data: Path) -> Ended:
    for path in _PATHS:
        site.pages[path] = Reply(status=302, headers=(("Location", path + "b"),))
        site.pages[path + "b"] = Reply(status=302, headers=(("Location", path),))
    return crawl(site, data, *_PATHS)


def _all_without_an_answer(site: Site, data: Path) -> Ended:
    site.pages |= dict.fromkeys(_PATHS, Reply(wait=math.inf))
    command = patched("import crawler.settings as s; s.DOWNLOAD_TIMEOUT = 0.5; s.RETRY_TIMES = 0")
    with started(site, data, *_PATHS, command=command) as process:
        _, err = process.communicate(timeout=60)
        return Ended(process.returncode, "", err)


def _all_refused_by_the_database(site: Site, data: Path) -> Ended:
    wencun("init", "--data", data)
    with sqlite3.connect(data / "archive.db") as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON captures BEGIN SELECT RAISE(ABORT, 'no'); END")
    site.pages |= dict.fromkeys(_PATHS, Reply(page(1)))
    with started(site, data, *_PATHS) as process:
        _, err = process.communicate(timeout=60)
        return Ended(process.returncode, "", err)


_WAYS = {
    "dead host": _dead_host,
    "all 500": _all(Reply(b"broken", status=500)),
    "empty bodies": _all(Reply(b"")),
    "all unreadable": _all(Reply(b"<html><body><p>\xe4\xbd\xa0</p></body></html>")),
    "all refused by the database": _all_refused_by_the_database,
    "all forbidden by robots.txt": _all_forbidden,
    "all redirects in a loop": _all_redirects_in_a_loop,
    "all without an answer": _all_without_an_answer,
    "all walls": _all(Reply(_WALL.encode())),
    "all cut short": _all(Reply(page(1)[:900], length=9000)),
}


@pytest.mark.parametrize("way", _WAYS)
def test_a_run_that_stored_nothing_is_no_success(way: str, tmp_path: Path, figure) -> None:
    with serve(Site()) as site:
        ended = _WAYS[way](site, tmp_path)
    figure(f"exit code, {way}", asked="not 0", seen=ended.code)
    assert ended.code in {1, 7, 9, 10, 12, 18}, ended.err
    assert "Traceback" not in ended.err
    assert rows(tmp_path, "SELECT count(*) FROM pages WHERE state = 'stored'") == [(0,)]
    assert rows(tmp_path, "SELECT count(*) FROM pages WHERE lease_run_id IS NOT NULL") == [(0,)] or (
        ended.code in {1, 7}
    )


def test_a_request_that_scrapy_drops_silently_ends_as_lost(tmp_path: Path) -> None:
    drops = """
import scrapy.core.engine as engine
download = engine.ExecutionEngine._download
def dropping(self, request):
    if request.url.endswith("/kf/2"):
        from twisted.internet.defer import succeed
        return succeed(None)
    return download(self, request)
engine.ExecutionEngine._download = dropping
"""
    with serve(Site()) as site:
        site.pages |= {path: Reply(page(number + 1)) for number, path in enumerate(_PATHS)}
        with started(site, tmp_path, *_PATHS, command=patched(drops)) as process:
            _, err = process.communicate(timeout=60)
        assert rows(tmp_path, "SELECT url, state, reason FROM pages WHERE state <> 'stored'") == [
            (site.url("/kf/2"), "failed", "lost")
        ], err
    assert process.returncode == 9  # one of four


def test_a_callback_that_breaks_is_its_own_pages_failure(tmp_path: Path) -> None:
    breaks = """
import crawler.fetching.finishing as finishing
work_of = finishing.work_of
def breaking(record):
    if record.url.endswith("/kf/2"):
        raise MemoryError
    return work_of(record)
finishing.work_of = breaking
"""
    with serve(Site()) as site:
        site.pages |= {path: Reply(page(number + 1)) for number, path in enumerate(_PATHS)}
        with started(site, tmp_path, *_PATHS, command=patched(breaks)) as process:
            _, err = process.communicate(timeout=60)
        assert rows(tmp_path, "SELECT url, state, reason FROM pages WHERE state <> 'stored'") == [
            (site.url("/kf/2"), "failed", "MemoryError")
        ], err
    assert process.returncode == 9
