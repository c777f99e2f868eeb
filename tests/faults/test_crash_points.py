"""A run that dies before, in or after any step of its storage: the next one makes it good."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aftermath import NOTHING_WRONG, Aftermath, aftermath, grow
from crawling import crawl, wencun
from faulty_runs import crawl_on_faulty
from ledger_sums import assert_sums_hold
from loopback import Asked, Site, serve

PAGES = 4


@dataclass
class Start:
    """An archive before the run that dies, and what led there."""

    site: Site
    data: Path
    paths: list[str]
    asked: list[Asked]


@pytest.fixture(params=["new", "torn"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """A new archive with one page due; or what a run left that died in the middle of its third page."""
    with serve(Site()) as site:
        paths = grow(site, PAGES, redirected=2)
        data = tmp_path / "start"
        wencun("add", "--data", data, site.url("/kf/0"))
        if request.param == "torn":
            assert crawl_on_faulty(site, data, kinds=("write",), at=6, what="half").died
        yield Start(site, data, paths, list(site.log))


def test_a_run_that_dies_at_any_step_is_made_good_by_the_next(
    start: Start,
    tmp_path: Path,
    scale: Callable[..., int],
    figure: Callable[..., None],
    request: pytest.FixtureRequest,
) -> None:
    whole = _copy(start, tmp_path / "whole")
    steps = crawl_on_faulty(start.site, whole).taken
    # after one step is before the next
    points = [*((number, "before") for number in range(1, len(steps) + 1)), (len(steps), "after")]
    points += [(number, "half") for number, step in enumerate(steps, start=1) if step.startswith("write")]
    wrong: list[tuple[int, str, str, Aftermath | list[str]]] = []
    chosen = random.Random(1).sample(points, min(len(points), scale(2, len(points))))
    for number, what in sorted(chosen):
        data = _copy(start, tmp_path / f"{number}-{what}")
        found = _found_after_death(start, data, number, what)
        wrong += [(number, what, steps[number - 1], found)] if found else []
        shutil.rmtree(data)
    name = request.node.callspec.id
    figure(
        f"crash points of {len(chosen)} ({name} archive, {len(steps)} steps) not made good",
        asked=0,
        seen=len(wrong),
    )
    assert wrong == []


def _found_after_death(start: Start, data: Path, number: int, what: str) -> Aftermath | list[str] | None:
    """Return what is wrong after a run that died, and the next one; None where nothing is."""
    begun = len(start.site.log)
    died = crawl_on_faulty(start.site, data, at=number, what=what)
    if not died.died and died.ended.code:
        return [died.ended.err]
    ended = crawl(start.site, data, "--follow", "related")
    if ended.code:
        return [ended.err]
    asked = [*start.asked, *start.site.log[begun:]]
    assert_sums_hold(data, asked)
    found = aftermath(data, start.site, start.paths)
    return found if found != NOTHING_WRONG else None


def _copy(start: Start, data: Path) -> Path:
    return shutil.copytree(start.data, data)
