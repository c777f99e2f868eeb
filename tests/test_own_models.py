"""Models of a user's own in wencun.toml: read, looked up, stored, and known to reextract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from saved_pages import csdn_page, url_of

from crawler.cli import main
from crawler.extract import EXTRACTOR_VERSION, Page, extract
from crawler.extract.models import BUILT_IN, in_use, read_rows

OWN = """
[[models]]
id = "house-owl"
name = "小鸮"
vendor = "我们"
aliases = ["小鸮", "Xiaoxiao Owl"]
versions = ['owl-(?P<version>[0-9]+)']

[[models]]
id = "doubao"
aliases = ["包子助手"]
"""
SAID = {"小鸮": "它看得见夜里的路。", "owl-3": "再答一次。", "包子助手": "步子太大会跨过谷底。"}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.html").write_bytes(csdn_page(1, said=SAID))
    Path("archive").mkdir()
    return tmp_path / "archive"


def run(*arguments: object):
    return CliRunner().invoke(main, [*map(str, arguments), "--data", "archive"])


def rows(sql: str) -> list[dict]:
    return [json.loads(line) for line in run("query", sql).stdout.splitlines()]


def answered() -> list[tuple]:
    return [tuple(row.values()) for row in rows("SELECT model, model_version FROM answers ORDER BY position")]


def test_own_models_and_further_names_are_labels_and_rows_of_models(archive):
    (archive / "wencun.toml").write_text(OWN, encoding="utf-8")
    assert run("ingest", "a.html", "--url", url_of(1)).exit_code == 0
    assert answered() == [("house-owl", None), ("house-owl", "3"), ("doubao", None)]
    assert rows("SELECT name, vendor FROM models WHERE id = 'house-owl'") == [
        {"name": "小鸮", "vendor": "我们"}
    ]
    shown = [json.loads(line) for line in run("models").stdout.splitlines()]
    assert "包子助手" in next(row["aliases"] for row in shown if row["id"] == "doubao")


def test_a_model_that_is_added_later_is_read_by_the_next_reextract(archive):
    run("ingest", "a.html", "--url", url_of(1))
    assert ("house-owl", None) not in answered()
    (archive / "wencun.toml").write_text(OWN, encoding="utf-8")
    changes = [json.loads(line) for line in run("reextract", "--dry-run").stdout.splitlines()]
    assert "answers.model" in {row["field"] for row in changes} or "answers.label" in {
        row["field"] for row in changes
    }
    assert run("reextract").exit_code == 0
    assert answered() == [("house-owl", None), ("house-owl", "3"), ("doubao", None)]
    (version,) = rows("SELECT DISTINCT extractor_version FROM captures")
    assert version["extractor_version"].startswith(f"{EXTRACTOR_VERSION}+")
    assert "1 left alone" in run("reextract").stderr


def test_another_archive_knows_nothing_of_them(archive):
    (archive / "wencun.toml").write_text(OWN, encoding="utf-8")
    run("ingest", "a.html", "--url", url_of(1))
    (archive / "wencun.toml").unlink()
    run("reextract")
    assert not [model for model, _ in answered() if model == "house-owl"]
    assert rows("SELECT DISTINCT extractor_version FROM captures") == [
        {"extractor_version": EXTRACTOR_VERSION}
    ]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('[[models]]\nid = "x"\nname = "X"\naliases = ["豆包"]', "doubao"),
        ('[[models]]\nid = "X y"\nname = "X"', "id"),
        ('[[models]]\nid = "x"', "name"),
        ('[[models]]\nid = "x"\nname = "X"\ncolour = "red"', "colour"),
        ('[[models]]\nid = "x"\nname = "X"\naliases = "X"', "aliases"),
        ('[[models]]\nid = "x"\nname = "X"\nversions = ["("]', "versions|regular"),
        ('[[models]]\nid = "x"\nname = "X"\nversions = ["x[0-9]"]', "version"),
        ("models = 3", "models"),
    ],
)
def test_a_row_that_cannot_be_is_one_line_and_exit_4_and_nothing_is_stored(archive, wrong, named):
    (archive / "wencun.toml").write_text(wrong, encoding="utf-8")
    for arguments in (("ingest", "a.html"), ("models",)):
        result = run(*arguments)
        assert result.exit_code == 4
        assert len(result.stderr.splitlines()) == 1
        assert "wencun.toml" in result.stderr
        assert any(word in result.stderr for word in named.split("|"))
    assert not (archive / "archive.db").exists()


def test_the_core_takes_models_as_an_argument_and_forgets_them_afterwards():
    own = read_rows([{"id": "house-owl", "name": "小鸮"}])
    page = Page(url=url_of(1), body=csdn_page(1, said={"小鸮": "夜里。", "豆包": "白天。"}))
    assert [answer.model for answer in extract(page, models=BUILT_IN.with_own(own)).answers] == [
        "house-owl",
        "doubao",
    ]
    assert in_use() is BUILT_IN
    assert "house-owl" not in [answer.model for answer in extract(page).answers]
