"""Signals at any moment: the first ends a run tidily, the second at once (A3, A4), and nothing is lost."""

import json
import math
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, states
from loopback import Reply, Site, serve
from starting import events_of, is_there, patched, started, wait_until

from pipelines.warc.read import read_records

_PAGES = 12
_MANY_PAGES = 60
"""With 0.6 s between two of them, no run gets to their end before its signal, on a slow machine either."""


def _site(pages: int = _PAGES) -> Site:
    return Site(pages={f"/kf/{number}": Reply(page(number + 1), wait=0.02) for number in range(pages)})


def test_a_signal_at_any_moment_ends_a_run_tidily_and_the_next_one_goes_on(
    tmp_path: Path, scale, figure
) -> None:
    dice = random.Random(4)
    codes, slowest, lost = [], 0.0, 0
    moments = scale(4, 50)
    for number in range(moments):
        data = tmp_path / str(number)
        with (
            serve(_site(_MANY_PAGES)) as site,
            started(site, data, *site.pages, delay="0.6") as process,
        ):
            wait_until(lambda process=process: is_there(process))
            time.sleep(dice.random() * 4)
            process.send_signal(dice.choice((signal.SIGTERM, signal.SIGINT, signal.SIGHUP)))
            sent = time.monotonic()
            _, err = process.communicate(timeout=60)
            slowest = max(slowest, time.monotonic() - sent)
            codes.append(process.returncode)
            assert "Traceback" not in err, err
            events = events_of(err)
            if (data / "archive.db").is_file() and rows(data, "SELECT count(*) FROM runs") == [(1,)]:
                assert events[-1]["event"] == "run_summary", err
                assert rows(data, "SELECT outcome, exit_code FROM runs") == [("interrupted", 11)], err
                assert rows(data, "SELECT count(*) FROM pages WHERE lease_run_id IS NOT NULL") == [(0,)]
                assert not list((data / "warc").glob("*.open"))
                crawl(site, data)
                lost += sum(state != "stored" for state, _ in states(data, site).values())
                assert all(site.asked(path) == 1 for path in site.pages)
    figure(f"exit 11 after a signal at {moments} moments", asked=moments, seen=codes.count(11))
    figure("seconds to a tidy end", asked="≤ 35", seen=f"{slowest:.1f}")
    figure("pages lost after a signal", asked=0, seen=lost)
    assert (codes, lost) == ([11] * moments, 0)
    assert slowest <= 35


def test_a_second_signal_ends_a_run_at_once_with_whole_records(tmp_path: Path, scale, figure) -> None:
    dice = random.Random(5)
    rounds, clean = scale(2, 20), 0
    for number in range(rounds):
        data = tmp_path / str(number)
        with serve(_site()) as site:
            for path, reply in site.pages.items():
                site.pages[path] = replace(reply, wait=0.8)  # whatever is in flight outlasts the first signal
            with started(site, data, *site.pages, delay="0.05") as process:
                asked = dice.randrange(1, 4)
                wait_until(lambda asked=asked: len(site.paths()) >= asked)
                process.send_signal(signal.SIGTERM)
                time.sleep(dice.random() * 0.4)
                process.send_signal(signal.SIGTERM)
                sent = time.monotonic()
                _, err = process.communicate(timeout=20)
                assert time.monotonic() - sent < 10
            assert events_of(err)[-1]["event"] == "run_summary"
            ended = rows(data, "SELECT outcome, exit_code FROM runs")
            for path in (data / "warc").glob("*.warc.gz*"):
                assert list(read_records(path))
            clean += process.returncode == 13 and ended == [("forced", 13)]
            # the rest is asked for by the next run, and what was archived is not asked for again
            site.pages = _site().pages
            again = crawl(site, data, "--log", "json")
            assert again.code == 0, again.err
            assert {state for state, _ in states(data, site).values()} == {"stored"}
    figure("stopped at once by a second signal, records whole", asked=rounds, seen=clean)
    assert clean == rounds


def test_nohup_is_respected(tmp_path: Path) -> None:
    ignoring = patched("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    with (
        serve(_site()) as site,
        started(site, tmp_path, *site.pages, delay="0.1", command=ignoring) as process,
    ):
        wait_until(lambda: len(site.paths()) >= 2)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)
        assert process.returncode == 0


def test_what_only_waits_for_its_turn_does_not_hold_up_the_end(tmp_path: Path) -> None:
    site = _site()
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 120\n", wait=1.5)
    with serve(site), started(site, tmp_path, "/kf/1", "/kf/2") as process:
        wait_until(lambda: len(site.log) == 1)  # the pages will come to their queue after the signal only
        process.send_signal(signal.SIGTERM)
        sent = time.monotonic()
        _, err = process.communicate(timeout=60)
        assert (process.returncode, site.paths()) == (11, []), err
        assert time.monotonic() - sent < 15


@pytest.mark.parametrize("end", ["limit", "signal"])
def test_a_server_that_never_answers_does_not_hold_up_the_end(
    end: str, tmp_path: Path, scale, figure
) -> None:
    """A12; robots.txt may be asked for three times, 30 s each."""
    slow = scale("import crawler.fetching.stopping as r; r._FINISH_SECONDS = 2", "")
    with serve(Site(pages={"/robots.txt": Reply(wait=math.inf)})) as site:
        began = time.monotonic()
        more = ("--max-time", "2s") if end == "limit" else ()
        with started(site, tmp_path, "/kf/1", *more, command=patched(slow)) as process:
            wait_until(lambda: len(site.log) == 1)
            if end == "signal":
                process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=90)
    took = time.monotonic() - began
    figure(f"seconds to the end by {end} where a server never answers", asked="≤ 37", seen=f"{took:.1f}")
    assert process.returncode == (9 if end == "limit" else 11), err
    assert took <= 37
    assert rows(tmp_path, "SELECT count(*) FROM pages WHERE lease_run_id IS NOT NULL") == [(0,)]
    assert json.loads(rows(tmp_path, "SELECT counts FROM runs")[0][0]) == {"pending": 1}
