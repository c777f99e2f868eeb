import gzip
import io
import json

import pytest
from click.testing import CliRunner
from made_archives import QUESTION, URL, answer, article, body_of, entry, make_archive
from rich.console import Console
from saved_pages import csdn_page, url_of

from crawler.cli import main
from crawler.cli.show import print_article
from pipelines.archive import Archive


@pytest.fixture(scope="module")
def made():
    return article(
        1,
        answer("kimi", "Kimi：", "一个超参数。\n\n" + "很长的一行，" * 30),
        answer("wenxin-yiyan", "文心", "步长。"),
        answer(None, "某某", "不知道 [b]标记[/b] \x1b[31m。"),
        sidebar=(
            entry("popular", 1, "热门甲", url=URL.format(3), read_count=12),
            entry("recent", 1, "最近甲"),
        ),
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory, made):
    return make_archive(tmp_path_factory.mktemp("show") / "data", made)


def show(archive, *arguments):
    return CliRunner().invoke(main, ["show", *arguments, "--data", str(archive.root)])


@pytest.mark.parametrize(
    "name",
    [
        URL.format(1),
        "http://blog.csdn.net/WEN/java/article/details/1?utm_source=a#b",
        "blog.csdn.net/wen/article/details/1",
        "csdn:1",
        "1",
    ],
)
def test_an_article_is_found_by_its_url_in_any_form_its_key_and_its_id(archive, name):
    result = show(archive, name, "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout_bytes)["id"] == "csdn:1"


def test_json_is_the_record_of_the_export(archive):
    exported = CliRunner().invoke(main, ["export", "articles", "--data", str(archive.root)])
    assert show(archive, "csdn:1", "--format", "json").stdout_bytes == exported.stdout_bytes


def test_text_has_question_answers_and_lists_with_their_counts(archive):
    shown = show(archive, "csdn:1").stdout_bytes.decode()
    places = [
        shown.index(words)
        for words in (
            QUESTION,
            "csdn:1 · csdn · asked 2024-05-11 · by 文",
            "1. Kimi：",
            "一个超参数。",
            "2. 文心 (文心一言)",
            "步长。",
            "3. 某某 (unknown model)",
            "热门文章 (popular, 1)",
            "热门甲",
            "12 reads",
            "最新文章 (recent, 1)",
        )
    ]
    assert places == sorted(places)


def test_text_in_a_pipe_keeps_long_lines_and_sends_no_control_characters(archive):
    shown = show(archive, "csdn:1").stdout_bytes.decode()
    assert "很长的一行，" * 30 in shown
    assert "[b]标记[/b]" in shown
    assert "\x1b" not in shown


def test_nothing_but_the_articles_own_lines_is_wider_than_the_terminal(archive):
    record = json.loads(show(archive, "csdn:1", "--format", "json").stdout_bytes)
    record["sidebar"][0]["title"] = "很长的题目" * 30
    out = io.StringIO()
    print_article(record, {}, Console(file=out, width=80))
    long = [line for line in out.getvalue().splitlines() if len(line) > 80]
    assert [line[:2] for line in long] == ["cs", "很长"]


def test_an_article_without_answers_is_shown_with_its_text(tmp_path):
    archive = make_archive(tmp_path, article(1, question=None, question_date=None, series=None))
    assert "问了几个模型。" in show(archive, "1").stdout_bytes.decode()


def test_raw_gives_the_bytes_of_the_newest_capture(archive, made):
    assert show(archive, "csdn:1", "--raw").stdout_bytes == body_of(made)


def test_raw_gives_the_page_of_a_packed_file_unpacked(tmp_path):
    body = csdn_page(4)
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(body))
    archive = Archive(tmp_path / "data")
    CliRunner().invoke(main, ["ingest", str(page), "--url", url_of(4), "--data", str(archive.root)])
    assert show(archive, "csdn:4", "--raw").stdout_bytes == body


@pytest.mark.parametrize(
    "name", ["csdn:2", "https://example.org/a", "77", "", "a b", "https://[", "0" * 40, "豆包"]
)
def test_nothing_found_is_said_with_a_way_to_find_something(archive, name):
    result = show(archive, name)
    assert result.exit_code == 2
    assert "nothing is stored under" in result.stderr
    assert "wencun query" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_page_that_gave_no_article_is_told_with_its_reason_and_still_has_its_bytes(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p>nothing here</p>", encoding="utf-8")
    archive = Archive(tmp_path / "data")
    name = "https://example.org/page"
    CliRunner().invoke(main, ["ingest", str(page), "--url", name, "--data", str(archive.root)])
    result = show(archive, name)
    assert result.exit_code == 2
    assert "no article of it is stored; its state is skipped (" in result.stderr
    assert show(archive, name, "--raw").stdout_bytes == page.read_bytes()


def test_a_page_that_leads_to_articles_says_how_many_it_names(tmp_path):
    page = tmp_path / "sitemap.txt"
    page.write_text("https://example.org/1\nhttps://example.org/2\n", encoding="utf-8")
    archive = Archive(tmp_path / "data")
    name = "https://example.org/sitemap.txt"
    CliRunner().invoke(main, ["ingest", str(page), "--url", name, "--data", str(archive.root)])
    result = show(archive, name)
    assert result.exit_code == 2
    assert result.stderr == f"wencun: show: {name} is a page that leads to articles, and names 2 articles\n"


def test_a_warc_file_that_is_gone_is_named(tmp_path, made):
    archive = make_archive(tmp_path, made)
    (file,) = archive.warc_dir.iterdir()
    file.unlink()
    result = show(archive, "csdn:1", "--raw")
    assert result.exit_code == 5
    assert str(file) in result.stderr
