"""Erasures (G8): nothing is left of a page or brings it back, and what kills one is made good by the next."""

from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from aftermath import damage
from crawled_pages import feed, page
from crawling import Ended, crawl, rows, wencun
from faulty_runs import on_faulty
from loopback import Reply, Site, serve
from traces import traces

from pipelines.archive import Archive
from pipelines.journal import Journal
from pipelines.recovery import writing
from pipelines.verify import Kind, verify

LINKS = 3
_LISTED = """
    SELECT c.warc_record_id, i.url, i.rank
    FROM sidebar_items AS i JOIN captures AS c ON c.id = i.capture_id
    ORDER BY 1, 2, 3
"""


def tree(site: Site, count: int) -> None:
    """Put articles of a series on the site that lead to one another, every fifth by way of a redirect."""
    for number in range(count):
        below = range(LINKS * number + 1, min(LINKS * (number + 1) + 1, count))
        links = [site.url(f"/to/{child}" if child % 5 == 0 else f"/kf/{child}") for child in below]
        site.pages[f"/kf/{number}"] = partial(_unless_held, site, page(number, links, mark="问AI:"))
        site.pages[f"/to/{number}"] = Reply(status=302, headers=(("Location", f"/kf/{number}"),))


def _unless_held(site: Site, body: bytes, _: object) -> Reply:
    is_held = any(name.lower() == "if-none-match" for name in site.log[-1].headers)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))
    return Reply(status=304, headers=headers) if is_held else Reply(body, headers=headers)


def needles(site: Site, number: int) -> tuple[str, ...]:
    """What only the page itself says, and its addresses where no other page names them."""
    return f"学习率{number}是什么", f"第{number}页的说法"


@dataclass
class Start:
    """An archive, and the page that is to be erased."""

    site: Site
    data: Path

    @property
    def erased(self) -> tuple[str, ...]:
        return (*needles(self.site, 3), self.site.url("/kf/3"), self.site.url("/to/3"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """An archive of four pages, two of which link to the last one, and of which an upgrade kept a copy."""
    with serve(Site()) as site:
        tree(site, 4)
        site.pages["/kf/1"] = Reply(page(1, [site.url("/to/3")]))
        data = tmp_path / "start"
        for _ in range(2):
            paths = ("/kf/0", "/kf/1", "/kf/2", "/kf/3", "/to/3")
            assert crawl(site, data, *paths).code == 0
        shutil.copy(data / "archive.db", data / "archive.db.before-99")
        yield Start(site, data)


def test_an_erasure_that_dies_or_fails_at_any_step_is_finished_by_the_next_command(
    start: Start, tmp_path: Path, scale: Callable[..., int], figure: Callable[..., None]
) -> None:
    whole = shutil.copytree(start.data, tmp_path / "whole")
    steps = on_faulty(whole, "erase", "--everywhere", start.site.url("/kf/3")).taken
    assert traces(whole, *start.erased) == []
    points = [*((number, "before") for number in range(1, len(steps) + 1)), (len(steps), "after")]
    points += [(number, "half") for number, step in enumerate(steps, start=1) if step.startswith("write")]
    points += [(number, "fail-on") for number in range(1, len(steps) + 1)]
    chosen = random.Random(2).sample(points, min(len(points), scale(4, len(points))))
    wrong = []
    for number, what in sorted(chosen):
        data = shutil.copytree(start.data, tmp_path / f"{number}-{what}")
        found = _wrong_after(start, data, number, what)
        wrong += [(number, what, steps[number - 1], found)] if found else []
        shutil.rmtree(data)
    figure(
        f"crash points of {len(chosen)} ({len(steps)} steps of an erasure) not made good",
        asked=0,
        seen=len(wrong),
    )
    assert wrong == []


def _wrong_after(start: Start, data: Path, number: int, what: str) -> list[str]:
    page_3 = start.site.url("/kf/3")
    died = on_faulty(data, "erase", "--everywhere", page_3, at=number, what=what, error=errno.ENOSPC)
    archive = Archive.open(data)
    wrong = [] if died.died or died.ended.code in (0, 3) else [died.ended.err]
    damages = verify(archive, lambda _: None).damages
    wrong += [str(each) for each in damages if each.kind is not Kind.TORN or not each.file.endswith(".open")]
    is_begun = any(event["event"] == "erased" for event in Journal(archive.journal_path).read())
    with writing(archive, "test"):
        pass
    left = [each for each in verify(archive, lambda _: None).findings if each.kind is not Kind.UNFINISHED]
    wrong += [f"after the next command: {finding}" for finding in left] + damage(data)
    if is_begun:
        return wrong + traces(data, *start.erased)
    captures = rows(data, "SELECT count(*) FROM captures WHERE url LIKE '%/kf/3'")
    return wrong if captures == [(4,)] else [*wrong, f"not begun, and {captures} captures"]


def test_erased_pages_leave_no_trace_are_not_fetched_again_and_no_rebuild_brings_them_back(
    tmp_path: Path, scale: Callable[..., int], figure: Callable[..., None]
) -> None:
    count = scale(3, 50)
    data, cold, kept = tmp_path / "archive", tmp_path / "cold", tmp_path / "kept"
    with serve(Site()) as site:
        tree(site, 2 * count)
        site.pages["/feed.xml"] = feed(site, range(2 * count))
        Archive.create(data).settings_path.write_text(f'[archive]\ncold = ["{cold}"]\n', encoding="utf-8")
        assert wencun("add", "--data", data, site.url("/feed.xml")).code == 0
        assert _crawl(site, data, "/kf/0", "--follow", "related").code == 0
        assert _crawl(site, data).code == 0
        shutil.copytree(data / "warc", cold)
        shutil.rmtree(data / "warc")
        assert _crawl(site, data, *(f"/kf/{number}" for number in range(2 * count))).code == 0
        assert rows(data, "SELECT count(*) FROM captures WHERE status = 304") == [(2 * count,)]
        shutil.copytree(data / "warc", kept)
        shutil.copytree(cold, kept, dirs_exist_ok=True)
        chosen = sorted(random.Random(3).sample(range(1, 2 * count), count))
        left = []
        for number in chosen:
            ended = wencun("erase", "--data", data, "--format", "json", site.url(f"/kf/{number}"))
            assert (ended.code, ended.err) == (0, "")
            left += [trace for root in (data, cold) for trace in traces(root, *needles(site, number))]
            left += [trace for root in (data, cold) for trace in own_records(root, site, number)]
            assert wencun("verify", "--data", data).code == 0
        figure(f"traces of {count} erased pages", asked=0, seen=len(left))
        assert left == []
        begun = len(site.log)
        roots = [f"/kf/{number}" for number in range(2 * count) if number not in chosen]
        for _ in range(3):
            assert wencun("retry", "--data", data, site.url("/feed.xml")).code == 0
            assert _crawl(site, data, "--follow", "related").code == 0
            assert _crawl(site, data, *roots, "--follow", "related").code == 0
        assert site.asked("/feed.xml") == 4
        again = {entry.path for entry in site.log[begun:]} & {f"/kf/{number}" for number in chosen}
        figure(f"erased pages of {count} asked for in three later runs", asked=0, seen=len(again))
        assert again == set()
        assert wencun("erase", "--data", data, site.url("/feed.xml")).code == 0
        assert _crawl(site, data, roots[0]).code == 0
        assert site.asked("/feed.xml") == 4
        stored = rows(data, "SELECT key FROM articles ORDER BY key")
        listed = rows(data, _LISTED)
        for path in kept.iterdir():  # the files come back from a backup
            shutil.copy(path, cold / path.name)
        (data / "archive.db").unlink()
        assert wencun("reextract", "--data", data, timeout=600).code == 0
        back = set(rows(data, "SELECT key FROM articles ORDER BY key")) - set(stored)
        figure(f"pages of {count} that a rebuild brings back", asked=0, seen=len(back))
        assert rows(data, "SELECT key FROM articles ORDER BY key") == stored
        assert rows(data, _LISTED) == listed
        checked = wencun("verify", "--data", data)
        assert checked.code == 0
        assert checked.out.count(" was erased; ") >= count


def _crawl(site: Site, data: Path, *arguments: str) -> Ended:
    """Crawl an archive with a cold place, of which the sums of the tests know nothing."""
    urls = [site.url(argument) if argument.startswith("/") else argument for argument in arguments]
    return wencun("crawl", "--data", data, "--delay", "0", "--allow-private", site.host, *urls, timeout=600)


def own_records(data: Path, site: Site, number: int) -> list[str]:
    return [
        trace
        for trace in traces(data, site.url(f"/kf/{number}"))
        if f"({site.url(f'/kf/{number}')})" in trace
    ]
