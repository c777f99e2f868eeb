"""`wencun diff`: what a page and each model's answer said before an edit."""

import io
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_archives import URL, answer, article
from making import captured
from rich.console import Console

from crawler.cli import main
from crawler.cli.diff import print_edit
from crawler.extract.items import Article
from pipelines.archive import Archive
from pipelines.database import connect_reading, connect_writing, transaction
from pipelines.edits import compare
from pipelines.store import store_capture
from pipelines.versions import read_version

OLD = article(
    1,
    answer("kimi", "Kimi：", "它决定每一步走多远。\n\n太大会发散。"),
    answer("doubao", "豆包", "步长。"),
    answer(None, "某某", "不知道这是什么东西，大概是一个数。"),
    answer("wenxin-yiyan", "文心一言", "同样的话。"),
)
NEW = article(
    1,
    answer("doubao", "豆包", "步长。"),
    answer("kimi", "Kimi", "它决定了每一步走多远。\n\n太大会发散。"),
    answer(None, "某\x1b[31m甲", "不知道这是什么东西，大概是一个数字。"),
    answer("wenxin-yiyan", "文心一言", "同样的话。"),
    answer("claude", "Claude", "新的\x1b[2J回答。\t完\x9b。"),
    title="2024-05-11 问AI:什么是学习率呢",
)


def make(root: Path, *articles: Article, at: str | None = "2024-05-{:02d}T00:00:00Z") -> Archive:
    archive = Archive.create(root)
    with closing(connect_writing(archive.database_path)) as connection:
        for number, made in enumerate(articles, start=1):
            with transaction(connection):
                store_capture(connection, captured(made, number=number, at=at and at.format(number)))
    return archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return make(tmp_path_factory.mktemp("diff") / "data", OLD, NEW, NEW, OLD)


def diff(archive: Archive, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments, "--data", str(archive.root)])


def compared(archive: Archive, *arguments: str) -> tuple[int, int]:
    found = json.loads(diff(archive, "csdn:1", *arguments, "--format", "json").stdout_bytes)
    return found["old"]["version"], found["new"]["version"]


def test_the_newest_is_compared_with_the_one_before_it_unless_versions_are_named(archive: Archive) -> None:
    assert compared(archive) == (2, 3)
    assert compared(archive, "1") == (1, 3)
    assert compared(archive, "2", "1") == (2, 1)


def test_json_has_versions_changed_fields_and_each_answer_with_both_texts(archive: Archive) -> None:
    found = json.loads(diff(archive, URL.format(1), "1", "2", "--format", "json").stdout_bytes)
    assert found["key"] == "csdn:1"
    assert found["old"] == {"version": 1, "seen_at": "2024-05-01T00:00:00Z", "capture_id": 1}
    assert found["new"] == {"version": 2, "seen_at": "2024-05-02T00:00:00Z", "capture_id": 2}
    assert found["changed"] == ["title", "answers"]
    assert found["title"] == {"old": OLD.title, "new": NEW.title}
    assert found["rest"] == {"old": "问了几个模型。", "new": "问了几个模型。"}
    told = [(each["model"], each["status"], each["is_moved"]) for each in found["answers"]]
    assert told == [
        ("doubao", "unchanged", True),
        ("kimi", "changed", False),
        (None, "changed", False),
        ("wenxin-yiyan", "unchanged", False),
        ("claude", "added", False),
    ]
    assert found["answers"][1]["label"] == "Kimi"
    assert found["answers"][1]["old"] == {
        "position": 1,
        "label": "Kimi：",
        "text": "它决定每一步走多远。\n\n太大会发散。",
    }
    assert found["answers"][4]["old"] is None


def test_a_pipe_gets_a_unified_diff_of_each_part_that_changed(archive: Archive) -> None:
    shown = diff(archive, "csdn:1", "1", "2").stdout_bytes.decode()
    assert (
        "\n".join(line for line in shown.splitlines() if not line.startswith("#"))
        == """\
--- csdn:1@1/title\t2024-05-01T00:00:00Z
+++ csdn:1@2/title\t2024-05-02T00:00:00Z
@@ -1 +1 @@
-2024-05-11 问AI:什么是学习率
+2024-05-11 问AI:什么是学习率呢
--- csdn:1@1/answer-1\t2024-05-01T00:00:00Z
+++ csdn:1@2/answer-2\t2024-05-02T00:00:00Z
@@ -1,3 +1,3 @@
-它决定每一步走多远。
+它决定了每一步走多远。
\x20
 太大会发散。
--- csdn:1@1/answer-3\t2024-05-01T00:00:00Z
+++ csdn:1@2/answer-3\t2024-05-02T00:00:00Z
@@ -1 +1 @@
-不知道这是什么东西，大概是一个数。
+不知道这是什么东西，大概是一个数字。
--- /dev/null
+++ csdn:1@2/answer-5\t2024-05-02T00:00:00Z
@@ -0,0 +1 @@
+新的\ufffd[2J回答。\t完\ufffd。"""
    )
    assert "# 1. 豆包 · moved, it was number 2\n" in shown
    assert "# 2. Kimi · changed, its label was Kimi：\n" in shown
    assert "# unchanged: 4. 文心一言\n" in shown


def test_on_a_terminal_changed_characters_stand_out_and_nothing_of_the_page_drives_it(
    archive: Archive,
) -> None:
    with closing(connect_reading(archive.database_path)) as connection:
        edit = compare(read_version(connection, 1, 1), read_version(connection, 1, 2))
    out = io.StringIO()
    terminal = Console(file=out, width=40, force_terminal=True, color_system="standard", _environ={})
    print_edit("csdn:1", edit, {"kimi": "Kimi"}, terminal)
    assert "\x1b[32m+它决定\x1b[0m\x1b[1;7;32m了\x1b[0m\x1b[32m每一步走多远。\x1b[0m" in out.getvalue()
    assert "新的\ufffd[2J回答。" in out.getvalue()
    assert "某\ufffd[31m甲" in out.getvalue()
    assert "\x9b" not in out.getvalue()


def test_text_around_the_answers_is_told_apart_from_them(tmp_path: Path) -> None:
    edited = article(1, answer("kimi", "Kimi", "甲"))
    text = edited.text.replace("问了几个模型。", "问了三个模型。")
    edited = article(1, answer("kimi", "Kimi", "甲"), text=text)
    archive = make(tmp_path, article(1, answer("kimi", "Kimi", "甲")), edited)
    found = json.loads(diff(archive, "1", "--format", "json").stdout_bytes)
    assert found["changed"] == ["rest"]
    assert found["rest"] == {"old": "问了几个模型。", "new": "问了三个模型。"}
    assert "# text around the answers\n" in diff(archive, "1").stdout_bytes.decode()


def test_versions_that_say_the_same_are_told_so(archive: Archive) -> None:
    result = diff(archive, "csdn:1", "1", "3")
    assert result.exit_code == 0
    assert "say the same" in result.stdout.splitlines()[0]


def test_one_version_alone_is_told_so(tmp_path: Path) -> None:
    archive = make(tmp_path, OLD, at=None)
    result = diff(archive, "csdn:1")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert "csdn:1 has one version (capture 1): there is nothing to compare it with" in result.stdout
    found = json.loads(diff(archive, "csdn:1", "--format", "json").stdout_bytes)
    assert (found["old"], found["new"]["version"], found["changed"]) == (None, 1, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("csdn:2",), "nothing is stored under csdn:2; `wencun query"),
        (("csdn:1", "4"), "csdn:1 has no version 4, but versions 1 to 3"),
        (("csdn:1", "0", "2"), "csdn:1 has no version 0, but versions 1 to 3"),
        (("csdn:1", "1", "9999999999999999999999"), "has no version 9999999999999999999999, but"),
        (("csdn:1", "new"), "'new' is not a valid integer"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    archive: Archive, arguments: tuple[str, ...], said: str
) -> None:
    result = diff(archive, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_page_without_an_article_has_no_versions(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path)
    with closing(connect_writing(archive.database_path)) as connection, transaction(connection):
        store_capture(connection, captured(url="https://example.org/a"))
    result = diff(archive, "https://example.org/a")
    assert result.exit_code == 2
    assert "no article of it is stored; its state is failed" in result.stderr
