"""One run at a time, held by a lock that dies with its holder (A5, A6), and what a dead run did is told."""

import json
import math
import re
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve
from starting import events_of, started, wait_until


def test_of_many_runs_started_at_once_one_works(tmp_path: Path, scale, figure) -> None:
    starts = scale(6, 20)
    with serve(Site(pages={"/kf/1": Reply(page(1), wait=2 + starts / 4)})) as site, ExitStack() as stack:
        wencun("init", "--data", tmp_path)
        runs = [stack.enter_context(started(site, tmp_path, "/kf/1")) for _ in range(starts)]
        ended = [(process.communicate(timeout=120)[1], process.returncode) for process in runs]
    codes = sorted(code for _, code in ended)
    figure(f"of {starts} runs at once: at work, locked out", asked=f"1, {starts - 1}",
           seen=f"{codes.count(0)}, {codes.count(6)}")  # fmt: skip
    assert codes == [0] + [6] * (starts - 1)
    for err, code in ended:
        if code == 6:
            (event,) = events_of(err)
            assert re.search(
                r"(run 1|`wencun crawl`) \(pid \d+, since \S+Z\) holds the lock", event["message"]
            )
    assert site.asked("/kf/1") == 1
    assert rows(tmp_path, "SELECT count(*) FROM runs") == [(1,)]


def test_a_second_run_says_who_holds_the_lock_within_a_second_and_writes_nothing(
    tmp_path: Path, figure
) -> None:
    with serve(Site(pages={"/kf/1": Reply(wait=math.inf)})) as site:
        with started(site, tmp_path, "/kf/1") as first:
            wait_until(lambda: len(site.paths()) == 1)
            before = {path: path.stat() for path in tmp_path.rglob("*")}
            began = time.monotonic()
            ended = wencun("crawl", "--data", tmp_path, site.url("/kf/2"))
            took = time.monotonic() - began
            after = {path: path.stat() for path in tmp_path.rglob("*")}
        assert ended.code == 6
        (line,) = ended.err.splitlines()
        assert re.search(rf"\brun 1 \(pid {first.pid}, since \S+Z\) holds the lock", line)
        assert {p: s.st_mtime_ns for p, s in after.items()} == {p: s.st_mtime_ns for p, s in before.items()}
    figure("seconds until a second run is told of the first", asked="≤ 1", seen=f"{took:.2f}")


def test_a_run_after_a_kill_starts_at_once_and_tells_what_the_dead_one_did(
    tmp_path: Path, scale, figure
) -> None:
    rounds, at_once = scale(2, 50), 0
    pages = {f"/kf/{number}": Reply(page(number + 1), wait=0.05) for number in range(2 * rounds + 2)}
    with serve(Site(pages=pages)) as site:
        wencun("add", "--data", tmp_path, *map(site.url, pages))
        for number in range(1, rounds + 1):
            with started(site, tmp_path) as process:
                asked = len(site.paths())
                wait_until(lambda asked=asked: len(site.paths()) > asked)
                process.send_signal(signal.SIGKILL)
                process.communicate()
            at_once += rows(tmp_path, "SELECT max(id) FROM runs") == [(number,)]
        ended = crawl(site, tmp_path, "--log", "json")
        assert ended.code == 0, ended.err
        assert {state for state, _ in states(tmp_path, site).values()} == {"stored"}
    figure(f"started at once after {rounds} kills", asked=rounds, seen=at_once)
    assert at_once == rounds
    kinds = [event["event"] for event in ended.events]
    assert kinds.index("run_summary") < kinds.index("run_resume") < kinds.index("run_start")
    dead, resumed = (ended.events[kinds.index(kind)] for kind in ("run_summary", "run_resume"))
    assert (dead["run_id"], dead["outcome"], "exit_code" in dead) == (rounds, "killed", False)
    assert resumed["message"] == (
        f"resuming run {rounds}: {dead['pages'].get('stored', 0)} stored, {resumed['pending']} pending"
    )
    assert kinds[-1] == "run_summary"
    assert ended.events[-1]["run_id"] == rounds + 1
    killed = rows(tmp_path, "SELECT outcome, exit_code, counts FROM runs WHERE outcome = 'killed'")
    assert len(killed) == rounds
    assert json.loads(killed[-1][2]) == dead["pages"]


def test_a_run_that_was_killed_before_it_had_a_page_is_told_of_too(tmp_path: Path) -> None:
    with serve(Site(pages={"/kf/1": Reply(page(1))})) as site:
        site.pages["/robots.txt"] = Reply(wait=math.inf)
        with started(site, tmp_path, "/kf/1") as process:
            wait_until(lambda: len(site.log) == 1)
            process.kill()
            process.communicate()
        del site.pages["/robots.txt"]
        ended = crawl(site, tmp_path, "--log", "json")
    assert ended.code == 0
    assert [event["pages"] for event in ended.events if event["event"] == "run_summary"] == [
        {"pending": 1},
        {"stored": 1},
    ]


def test_no_worker_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    with (
        serve(Site(pages={"/kf/1": Reply(wait=math.inf)})) as site,
        started(site, tmp_path, "/kf/1") as process,
    ):
        wait_until(lambda: len(site.paths()) == 1)
        family = _descendants(process.pid)
        assert family
        process.kill()
        process.communicate()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, to_see = [], [pid]
    while to_see:
        found += children.get(to_see[-1], [])
        to_see += children.get(to_see.pop(), [])
    return found
