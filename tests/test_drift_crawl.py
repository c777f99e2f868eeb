"""Drift from the first page that is held back to the day when somebody takes the new shape as normal."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from crawling import Ended, crawl, rows, wencun
from drifting import Edit, MadeSite, Writing
from loopback import Reply, Site, serve
from relations import relations
from template_edits import EDITS, NO_DATES

PAGES = range(24)
MADE = MadeSite(5)


def _paths() -> list[str]:
    return ["/" + MADE.url(number).split("/", 3)[3] for number in PAGES]


def _serve(site: Site, look: int, edit: Edit | None = None) -> None:
    pages = zip(_paths(), PAGES, strict=True)
    site.pages = {path: Reply(MADE.page(number, look, edit).body) for path, number in pages}


def _crawl(site: Site, data: Path, *paths: str) -> Ended:
    return crawl(site, data, *(paths or _paths()), "--log", "json")


def _journal(data: Path, name: str) -> list[dict[str, object]]:
    events = map(json.loads, (data / "journal.jsonl").read_text().splitlines())
    return [event for event in events if event["event"] == name]


def _relations(data: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        return relations(connection)


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended, str]:
    """An archive with two good runs and one after the template lost its dates."""
    data = tmp_path_factory.mktemp("drift") / "data"
    with serve(Site()) as site:
        for look in range(2):
            _serve(site, look)
            assert _crawl(site, data).code == 0
        _serve(site, 2, NO_DATES)
        return data, _crawl(site, data), site.host


def test_a_run_over_the_limit_exits_8_and_names_site_field_and_three_captures(
    drifted: tuple[Path, Ended, str],
) -> None:
    data, ended, host = drifted
    assert ended.code == 8
    drift, *_ = [event for event in ended.events if event["event"] == "drift"]
    assert (drift["site"], drift["host"], drift["field"]) == ("csdn", host, "published")
    assert (drift["expected"], drift["seen"]) == ("48 of 48 pages had it", "0 of 24")
    assert len(drift["captures"]) == 3
    assert ended.events[-1]["event"] == "run_summary"
    assert ended.events[-1]["drift"] == ["csdn"]
    status = wencun("status", "--data", data, "--check")
    assert status.code == 9
    assert "has had another shape since" in status.out
    assert f"wencun accept {host}" in status.out
    assert rows(data, "SELECT outcome, count(*) FROM captures WHERE run_id = 3 GROUP BY 1") == [
        ("quarantined", 24)
    ]


def test_what_is_held_back_leaves_the_last_good_version_and_is_due_again(
    drifted: tuple[Path, Ended, str],
) -> None:
    data, _, _ = drifted
    assert rows(data, "SELECT count(published_at), count(*) FROM articles") == [(24, 24)]
    assert rows(data, "SELECT DISTINCT state, reason, due_at > fetched_at FROM pages") == [
        ("quarantined", "Drift", 1)
    ]
    held = "SELECT id FROM captures WHERE outcome = 'quarantined'"
    for name in ("observations", "sidebar_items"):
        assert rows(data, f"SELECT count(*) FROM {name} WHERE capture_id IN ({held})") == [(0,)]
    verdicts = {event["record"] for event in _journal(data, "verdict")}
    assert verdicts == {row[0] for row in rows(data, held.replace("id", "warc_record_id", 1))}
    messages = rows(data, "SELECT message FROM failures WHERE error = 'Drift'")
    assert len(messages) == 24
    assert all(text.endswith("published: 24 of 24 pages like it had it") for (text,) in messages)


def test_a_rebuild_holds_back_what_the_crawl_did(drifted: tuple[Path, Ended, str], tmp_path: Path) -> None:
    data, _, _ = drifted
    live = _relations(data)
    copy = tmp_path / "data"
    (copy / "warc").mkdir(parents=True)
    for path in (data / "warc").iterdir():
        (copy / "warc" / path.name).write_bytes(path.read_bytes())
    (copy / "journal.jsonl").write_bytes((data / "journal.jsonl").read_bytes())
    assert wencun("reextract", "--data", copy).code == 0
    again = _relations(copy)
    for name, found in live.items():
        assert again[name] == found, name
    assert rows(copy, "SELECT shape FROM shapes ORDER BY shape") == rows(
        data, "SELECT shape FROM shapes ORDER BY shape"
    )


def test_a_site_that_is_as_before_drifts_no_more(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(Site()) as site:
        for look, edit, code in ((0, None, 0), (1, NO_DATES, 8), (2, NO_DATES, 8), (3, None, 0)):
            _serve(site, look, edit)
            assert _crawl(site, data).code == code
    assert [bool(event["findings"]) for event in _journal(data, "drift")] == [True, True, False]
    assert "another shape" not in wencun("status", "--data", data).out
    assert rows(data, "SELECT state, count(*) FROM pages GROUP BY 1") == [("stored", 24)]


def test_pages_held_back_before_any_run_named_a_drift_are_accepted_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(Site()) as site:
        _serve(site, 0)
        assert _crawl(site, data).code == 0
        _serve(site, 1, NO_DATES)
        assert _crawl(site, data, _paths()[0]).code == 9  # of one page, too few to name a drift
        assert wencun("accept", "csdn", "--data", data).code == 0
        assert wencun("reextract", "--data", data).code == 0
        for look in range(2, 4):
            _serve(site, look, NO_DATES)
            assert _crawl(site, data).code == 0


def test_small_runs_add_up_to_a_drift_and_to_its_end(tmp_path: Path) -> None:
    data, codes = tmp_path / "data", []
    with serve(Site()) as site:
        _serve(site, 0)
        assert _crawl(site, data).code == 0
        for look in range(1, 9):
            _serve(site, look, EDITS["title has a suffix"] if look < 5 else None)
            codes.append(_crawl(site, data, *_paths()[3 * look - 3 : 3 * look]).code)
    assert codes == [0, 0, 8, 8, 0, 0, 0, 0]  # eight pages are enough of this
    began, *_, ended = _journal(data, "drift")
    assert (len(began["files"]), len(began["findings"]), ended["findings"]) == (3, 1, [])
    assert "another shape" not in wencun("status", "--data", data).out


@pytest.mark.parametrize("revisited", [0, 8])
def test_new_articles_that_a_model_more_answers_at_greater_length_are_stored(
    tmp_path: Path, revisited: int
) -> None:
    data, written = tmp_path / "data", Writing(models=(4, 4))
    made = MadeSite(5, written=written, later=replace(written, models=(5, 5), length=2.5))
    with serve(Site()) as site:

        def crawl_pages(look: int, numbers: Iterable[int]) -> int:
            paths = {"/" + made.url(number).split("/", 3)[3]: number for number in numbers}
            site.pages = {path: Reply(made.page(number, look).body) for path, number in paths.items()}
            return _crawl(site, data, *paths).code

        assert [crawl_pages(look, PAGES) for look in range(2)] == [0, 0]
        new = range(made.pages, made.pages + 20 - revisited)
        assert crawl_pages(2, [*new, *range(revisited)]) == 0
    assert rows(data, "SELECT state, count(*) FROM pages GROUP BY 1") == [("stored", 44 - revisited)]


def test_a_template_whose_words_are_those_of_a_missing_page_is_drift(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(Site()) as site:
        for look in range(2):
            _serve(site, look)
            assert _crawl(site, data).code == 0
        _serve(
            site, 2, lambda *_: "<html><body><h2>文章已失效？点此反馈</h2><div id=app></div></body></html>"
        )
        ended = _crawl(site, data)
    assert ended.code == 8
    (drift,) = [event for event in ended.events if event["event"] == "drift"]
    assert (drift["field"], drift["seen"].partition(" on ")[2]) == (
        "article",
        "24 of 24 pages that were seen before",
    )
    assert rows(data, "SELECT outcome, count(*) FROM captures WHERE run_id = 3 GROUP BY 1") == [("gone", 24)]


def test_what_a_killed_run_fetched_is_judged_with_the_next_run_and_never_taken_as_normal(
    tmp_path: Path,
) -> None:
    data, edit = tmp_path / "data", EDITS["title has a suffix"]
    with serve(Site()) as site:
        for look in range(2):
            _serve(site, look)
            assert _crawl(site, data).code == 0
        _serve(site, 2, edit)
        slow = _paths()[16]
        site.pages[slow] = replace(site.pages[slow], wait=30)
        _kill_at(site, data, slow)
        _serve(site, 2, edit)
        ended = crawl(site, data, "--log", "json")
    assert ended.code == 8
    seen = {event["field"]: event["seen"] for event in ended.events if event["event"] == "drift"}
    assert int(seen["title's end"].partition(" of ")[2]) > len(_paths()) - 16  # more than its own
    (told,) = _journal(data, "drift")
    assert told["files"] == [name for (name,) in rows(data, "SELECT name FROM warc_files ORDER BY name")][-2:]


def _kill_at(site: Site, data: Path, path: str) -> None:
    """Crawl all pages, and kill the run once it asks for this one."""
    command = [sys.executable, "-m", "crawler", "crawl", "--data", str(data), "--delay", "0"]
    urls, begun = map(site.url, _paths()), site.asked(path)
    with subprocess.Popen([*command, "--allow-private", site.host, *urls], stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 30
        while site.asked(path) == begun and time.monotonic() < deadline:
            time.sleep(0.02)
        run.kill()


def test_an_accepted_shape_is_normal_and_reextract_stores_what_was_held_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(Site()) as site:
        _serve(site, 0)
        assert _crawl(site, data).code == 0
        _serve(site, 1, NO_DATES)
        assert _crawl(site, data).code == 8
        _serve(site, 2)
        assert _crawl(site, data, _paths()[0]).code == 0  # newer than what is held back of it
        unknown = wencun("accept", "nowhere", "--data", data)
        assert unknown.code == 2
        assert "nowhere" in unknown.err
        accepted = wencun("accept", "csdn", "--data", data)
        assert accepted.code == 0, accepted.err
        assert (
            accepted.out
            == f"accepted {site.host}\n24 pages held back: `wencun reextract` judges them again\n"
        )
        assert "another shape" not in wencun("status", "--data", data).out
        again = wencun("reextract", "--data", data)
        assert again.code == 0, again.err
        assert "judged again: 24 articles" in again.err
        assert rows(data, "SELECT count(*) FROM captures WHERE outcome = 'quarantined'") == [(0,)]
        assert rows(data, "SELECT count(published_at), count(*) FROM articles") == [(1, 24)]
        assert "judged again" not in wencun("reextract", "--data", data).err
        _serve(site, 3, NO_DATES)
        assert _crawl(site, data, *_paths()[:20]).code == 0
        _serve(site, 4, lambda html, was: EDITS["author class renamed"](NO_DATES(html, was), was))
        assert _crawl(site, data).code == 8
    live = _relations(data)
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    rebuilt = _relations(data)
    for name, found in live.items():
        assert rebuilt[name] == found, name
