"""A run that is killed at any moment: the next one goes on, and nothing is lost, doubled or torn."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aftermath import NOTHING_WRONG, aftermath, grow
from crawling import wencun
from ledger_sums import assert_sums_hold
from loopback import Site, serve

from pipelines.warc.read import Torn, read_records


@dataclass
class _Kills:
    """What came of killing runs."""

    count: int = 0
    in_flight: int = 0
    """Pages that were asked for and not archived, at all kills together."""
    asked_again: int = 0
    too_often: list[str] = field(default_factory=list)
    """Pages that were asked for more often than kills hit them in flight."""


def test_a_crawl_that_is_killed_again_and_again_ends_whole(
    tmp_path: Path, scale: Callable[..., int], figure: Callable[..., None]
) -> None:
    wanted = scale(4, 200)
    kills, wrong, archives = _Kills(), [], 0
    while kills.count < wanted:
        archives += 1
        data = tmp_path / str(archives)
        with serve(Site()) as site:
            paths = grow(site, scale(80, 400))
            _crawl_killed_over_and_over(site, data, kills, dice=random.Random(archives))
            found = aftermath(data, site, paths)
            wrong += [found] if found != NOTHING_WRONG else []
            assert_sums_hold(data, site.log)
    of = f"in {kills.count} kills of {archives} crawls"
    figure(f"pages lost {of}", asked=0, seen=sum(len(each.lost) for each in wrong))
    figure(f"pages stored twice {of}", asked=0, seen=sum(len(each.twice) for each in wrong))
    figure(f"pages torn {of}", asked=0, seen=sum(len(each.torn) for each in wrong))
    figure(f"failed integrity checks {of}", asked=0, seen=sum(bool(each.damage) for each in wrong))
    figure(f"pages asked for again {of}", asked=f"<= {kills.in_flight} in flight", seen=kills.asked_again)
    figure(f"pages asked for again that were not in flight {of}", asked=0, seen=len(kills.too_often))
    assert wrong == []
    assert kills.too_often == []


def _crawl_killed_over_and_over(site: Site, data: Path, kills: _Kills, dice: random.Random) -> None:
    wencun("add", "--data", data, site.url("/kf/0"))
    in_flight: Counter[str] = Counter()
    while True:
        begun = len(site.log)
        if not _run_is_killed(site, data, dice):
            break
        kills.count += 1
        in_flight.update(_in_flight(site, data, begun))
    again = Counter(site.paths()) - Counter(set(site.paths()))
    kills.in_flight += in_flight.total()
    kills.asked_again += again.total()
    kills.too_often += sorted(again - in_flight)


def _run_is_killed(site: Site, data: Path, dice: random.Random) -> bool:
    """Run over all that is due and kill it at a random moment; False where it came to its end before that."""
    command = [sys.executable, "-m", "crawler", "crawl", "--data", str(data), "--delay", "0"]
    with (data / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--follow", "related", "--allow-private", site.host, "--log", "json"], stderr=log
        )
    try:
        _wait_for_a_moment(site, process, dice)
    finally:
        was_killed = process.poll() is None
        process.kill()
        code = process.wait()
    assert was_killed or code == 0, (data / "log").read_text(encoding="utf-8")
    return was_killed


def _wait_for_a_moment(site: Site, process: subprocess.Popen[bytes], dice: random.Random) -> None:
    """Wait until some pages were asked for, or, every sixth time, for some time from the start on."""
    if dice.random() < 1 / 6:
        time.sleep(dice.uniform(0.2, 1.5))
        return
    wanted = len(site.log) + dice.randint(1, len(site.pages) // 3)
    while len(site.log) < wanted and process.poll() is None:
        time.sleep(0.002)
    time.sleep(dice.uniform(0, 0.02))


def _in_flight(site: Site, data: Path, begun: int) -> set[str]:
    """Return what a killed run had asked for and not archived; a redirect is in flight until its page is."""
    asked = {entry.path for entry in site.log[begun:] if entry.path != "/robots.txt"}
    archived = _archived(data, len(site.url("")))
    return {path for path in asked if path.replace("/to/", "/kf/") not in archived}


def _archived(data: Path, start: int) -> set[str]:
    """Return the paths of all responses that are whole on disk, whatever follows them."""
    paths = set()
    for file in (data / "warc").glob("*.warc.gz*"):
        with suppress(Torn):
            paths |= {str(read.record.url)[start:] for read in read_records(file)}
    return paths
