"""`wencun sources`, `pause`, `resume` and `retry`, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crawling import rows, wencun

AUTHOR = "https://blog.csdn.net/somebody"
ARTICLE = f"{AUTHOR}/article/details/138712345"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ended = wencun("add", AUTHOR, "--match", "/details/", "--every", "12h", "--data", tmp_path)
    assert ended.code == 0, ended.err
    assert wencun("add", ARTICLE, "--data", tmp_path).code == 0
    return tmp_path


def journal(data: Path) -> list[dict]:
    return [json.loads(line) for line in (data / "journal.jsonl").read_text().splitlines()]


def test_sources_are_listed_with_what_was_said_of_them(data: Path) -> None:
    ended = wencun("sources", "--data", data)
    (source,) = [json.loads(line) for line in ended.out.splitlines()]
    assert (source["url"], source["kind"], source["state"]) == (AUTHOR, "author", "pending")
    assert (source["match"], source["interval_s"], source["is_pinned"], source["found"]) == (
        "/details/",
        43200,
        1,
        0,
    )
    assert journal(data)[0] | {"at": ""} == {
        "at": "",
        "event": "seed",
        "url": AUTHOR,
        "match": "/details/",
        "every_s": 43200,
    }


def test_adding_again_changes_only_what_is_said(data: Path) -> None:
    assert wencun("add", AUTHOR, "--every", "auto", "--data", data).code == 0
    assert rows(data, "SELECT link_match, every_s FROM pages WHERE source_kind IS NOT NULL") == [
        ("/details/", None)
    ]


def test_what_is_paused_is_not_due_until_it_is_resumed_also_in_a_new_database(data: Path) -> None:
    assert wencun("pause", AUTHOR, "--data", data).out == f"paused {AUTHOR}\n"
    wanted = [(AUTHOR, "paused", 1), (ARTICLE, "pending", 0)]
    query = "SELECT url, state, due_at IS NULL FROM pages ORDER BY url"
    assert rows(data, query) == wanted
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    assert rows(data, query) == wanted
    assert wencun("resume", AUTHOR, "--data", data).out == f"resumed {AUTHOR}\n"
    assert rows(data, query) == [(AUTHOR, "pending", 0), (ARTICLE, "pending", 0)]


def test_a_host_is_paused_by_its_name(data: Path) -> None:
    assert wencun("pause", "blog.csdn.net", "--data", data).code == 0
    assert "paused" in wencun("sources", "--data", data).out
    plan = json.loads(wencun("status", "--plan", "--format", "json", "--data", data).out)["plan"]
    assert plan["due"] == 0
    assert wencun("resume", "blog.csdn.net", "--data", data).code == 0
    assert "paused" not in wencun("sources", "--data", data).out


def test_a_page_is_named_with_or_without_the_slash_at_its_end(data: Path) -> None:
    assert wencun("pause", f"{AUTHOR}/", "--data", data).out == f"paused {AUTHOR}\n"
    assert rows(data, "SELECT state FROM pages WHERE source_kind IS NOT NULL") == [("paused",)]
    assert wencun("resume", f"{AUTHOR}/", "--data", data).out == f"resumed {AUTHOR}\n"
    assert wencun("retry", f"{AUTHOR}/", "--data", data).out == f"{AUTHOR}/: 1 page due again\n"
    assert {event["url"] for event in journal(data)} == {AUTHOR, ARTICLE}


@pytest.mark.parametrize("verb", ["pause", "resume", "retry"])
def test_what_is_not_known_is_a_usage_error_and_nothing_is_done(data: Path, verb: str) -> None:
    before = journal(data)
    for name in ("https://elsewhere.example/", "elsewhere.example"):
        ended = wencun(verb, AUTHOR, name, "--data", data)
        assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert journal(data) == before
    assert rows(data, "SELECT count(*) FROM pages WHERE paused_at IS NOT NULL") == [(0,)]


def test_a_page_that_is_named_is_tried_again(data: Path) -> None:
    assert wencun("retry", ARTICLE, "--data", data).out == f"{ARTICLE}: 1 page due again\n"
    assert wencun("retry", "blog.csdn.net", "--data", data).out == "blog.csdn.net: 0 pages due again\n"


def test_an_interval_is_ten_minutes_or_more(data: Path) -> None:
    ended = wencun("add", AUTHOR, "--every", "5m", "--data", data)
    assert ended.code == 2
    assert "ten minutes" in ended.err


def test_a_pattern_that_is_none_is_a_usage_error(data: Path) -> None:
    assert wencun("add", AUTHOR, "--match", "(", "--data", data).code == 2
