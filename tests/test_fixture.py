"""`wencun fixture`: a stored page becomes a golden pair."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from saved_pages import csdn_page, rendering, url_of

from crawler.cli import main
from crawler.extract import Page, extract

TIME = "2024-05-11T01:02:03Z"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_bytes(csdn_page(1, charset="gb18030"))
    Path("b.txt").write_text(rendering(1), encoding="utf-8")
    Path("c.html").write_bytes(
        b"<html><title>404</title><body><p>\xe6\x96\x87\xe7\xab\xa0\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8"
    )
    assert run("ingest", "a.html", "--url", url_of(1), "--captured-at", TIME).exit_code == 0
    run("ingest", "b.txt")
    run("ingest", "c.html", "--url", url_of(3))
    return tmp_path


def run(*arguments: object):
    return CliRunner().invoke(main, [*map(str, arguments), "--data", "archive"])


def pair_of(result) -> tuple[Path, dict]:
    assert result.exit_code == 0, result.output
    page, expected = map(Path, result.stdout.splitlines())
    return page, json.loads(expected.read_text(encoding="utf-8"))


def test_a_stored_page_becomes_its_bytes_and_every_field_that_is_read_off_them(archive):
    page, golden = pair_of(run("fixture", url_of(1)))
    assert page == Path("tests/fixtures/csdn/1.html")
    assert page.read_bytes() == csdn_page(1, charset="gb18030")
    assert golden["article"]["answers"][1]["label"] == "豆包"
    captured_at = datetime.fromisoformat(golden["captured_at"])
    read = extract(
        Page(
            url=golden["url"],
            body=page.read_bytes(),
            content_type=golden["content_type"],
            captured_at=captured_at,
        )
    )
    assert read.title == golden["article"]["title"]
    assert list(golden["article"]) == list(type(read).__dataclass_fields__)


def test_a_capture_is_named_by_its_number_and_a_case_by_the_user(archive):
    page, golden = pair_of(run("fixture", 2, "--to", "pairs", "--name", "ask_ai"))
    assert page == Path("pairs/aggregator/ask_ai.txt")
    assert golden["url"] is None
    assert golden["article"]["site"] == "aggregator"


def test_a_page_that_is_no_article_becomes_a_pair_with_its_error(archive):
    page, golden = pair_of(run("fixture", url_of(3)))
    assert page == Path("tests/fixtures/csdn/3.html")
    assert golden["error"] == "Gone"
    assert url_of(3) in golden["message"]


def test_a_pair_that_is_there_is_not_written_over(archive):
    page, _ = pair_of(run("fixture", url_of(1)))
    page.write_text("mine")
    result = run("fixture", url_of(1))
    assert (result.exit_code, page.read_text()) == (2, "mine")
    assert "--name" in result.stderr


def test_a_case_is_a_name_and_no_path(archive):
    assert run("fixture", url_of(1), "--name", "../1").exit_code == 2


@pytest.mark.parametrize("name", ["99", "https://example.org/nothing"])
def test_what_is_not_stored_is_one_line_and_exit_2(archive, name):
    result = run("fixture", name)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not Path("tests").exists()
