"""Sites are found by looking into their folder."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from click.testing import CliRunner
from made_archives import article, make_archive

from crawler.cli import main
from crawler.extract.sites import SITES
from pipelines.database import connect_writing


def test_only_modules_that_define_a_site_are_sites():
    names = [site.name for site in SITES]
    assert "csdn" in names
    assert len(names) == len(set(names))
    assert not {"csdn_dates", "csdn_header", "csdn_lists", "main_text"} & set(names)


def test_sites_are_asked_in_their_order():
    assert [site.order for site in SITES] == sorted(site.order for site in SITES)


def listed(*arguments):
    """The rows of `wencun sites`, by site and layout."""
    result = CliRunner().invoke(main, ["sites", "--format", "jsonl", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return {(row["site"], row["layout"]): row for row in rows}


def test_sites_lists_every_layout_and_needs_no_archive(tmp_path):
    rows = listed("--data", str(tmp_path / "none"))
    assert list(rows) == [(site.name, layout.name) for site in SITES for layout in site.layouts]
    assert {row["last_success_at"] for row in rows.values()} == {None}
    assert not (tmp_path / "none").exists()


def test_a_layout_that_no_real_page_proves_is_called_unproven():
    rows = listed()
    assert (rows["csdn", "G4"]["state"], rows["csdn", "G4"]["real_pages"]) == ("unproven", 0)
    assert (rows["csdn", "G1"]["state"], rows["csdn", "G1"]["real_pages"]) == ("proven", 1)


@pytest.mark.parametrize(("source", "seen"), [("fetch", "2026-01-02T03:04:05Z"), ("given", None)])
def test_a_sites_last_success_is_its_newest_article_that_was_fetched(tmp_path, source, seen):
    archive = make_archive(tmp_path, article(1))
    with closing(connect_writing(archive.database_path)) as connection:
        connection.execute("UPDATE captures SET captured_at_source = ?", (source,))
    rows = listed("--data", str(tmp_path))
    assert {row["last_success_at"] for (site, _), row in rows.items() if site == "csdn"} == {seen}
    assert rows["csdn_news", "news"]["last_success_at"] is None
