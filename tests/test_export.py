import gzip
import hashlib
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from made_archives import PEAK, QUESTION, URL, answer, article, body_of, entry, make_archive

from crawler.cli import main
from pipelines.errors import Locked, Usage
from pipelines.exporters import EXPORTERS
from pipelines.moments import parse_since
from pipelines.record_files import export_to_file
from pipelines.store.storable import storable

WENCUN = [sys.executable, "-c", "from crawler.cli import main; main()"]
KINDS = list(EXPORTERS)


@pytest.fixture
def made():
    return article(
        1,
        answer("wenxin-yiyan", "文心一言(4.0)", "一个超参数。\n\n- 大了发散", model_version="4.0"),
        answer(None, "某某", "不知道。"),
        answer("doubao", "豆包 ", "步长。", flags=("boundary_doubtful",)),
        answer("kimi", "Kimi", "大概。", confidence=0.3),
        sidebar=(
            entry("related", 1, "相关甲", url=URL.format(2), shown_at="2024-05-12T01:02:01Z"),
            entry("popular", 1, "热门甲", url=URL.format(3), read_count=12),
            entry("popular", 2, "热门乙"),
        ),
    )


@pytest.fixture
def archive(tmp_path, made):
    return make_archive(tmp_path / "data", made)


def run(archive, *arguments):
    return CliRunner().invoke(main, [*arguments, "--data", str(archive.root)])


def exported(archive, *arguments):
    result = run(archive, "export", *arguments)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]


def one(archive, sql):
    connection = sqlite3.connect(f"{archive.database_path.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchone()
    finally:
        connection.close()


def test_an_article_record_has_every_key_in_its_place(archive, made):
    (record,) = exported(archive, "articles")
    file, offset = one(archive, "SELECT warc_file, warc_offset FROM captures")
    expected = {
        "kind": "article",
        "id": "csdn:1",
        "url": URL.format(1),
        "site": "csdn",
        "title": f"2024-05-11 问AI:{QUESTION}",
        "question": QUESTION,
        "question_date": "2024-05-11",
        "series": "问AI",
        "published_at": "2024-05-11T02:00:00Z",
        "published_date": "2024-05-11",
        "published_shown": "2024-05-11 10:00:00",
        "updated_at": None,
        "imported_at": None,
        "author": "文",
        "author_url": "https://blog.csdn.net/wen",
        "licence": "CC 4.0 BY-SA",
        "licence_spdx": "CC-BY-SA-4.0",
        "original_url": None,
        "category": "问AI",
        "tags": ["人工智能"],
        "read_count": 3300,
        "like_count": 3,
        "collect_count": 0,
        "comment_count": None,
        "text": made.text,
        "markdown": made.markdown,
        "answers": [
            {
                "position": 1,
                "model": "wenxin-yiyan",
                "model_version": "4.0",
                "label": "文心一言(4.0)",
                "question": QUESTION,
                "markdown": "一个超参数。\n\n- 大了发散",
                "text": "一个超参数。\n\n- 大了发散",
            },
            {
                "position": 2,
                "model": None,
                "model_version": None,
                "label": "某某",
                "question": QUESTION,
                "markdown": "不知道。",
                "text": "不知道。",
            },
            {
                "position": 3,
                "model": "doubao",
                "model_version": None,
                "label": "豆包 ",
                "question": QUESTION,
                "markdown": "步长。",
                "text": "步长。",
            },
        ],
        "sidebar": [
            {
                "list": "popular",
                "list_title": "热门文章",
                "rank": 1,
                "title": "热门甲",
                "url": URL.format(3),
                "shown_at": None,
                "read_count": 12,
            },
            {
                "list": "popular",
                "list_title": "热门文章",
                "rank": 2,
                "title": "热门乙",
                "url": None,
                "shown_at": None,
                "read_count": None,
            },
            {
                "list": "related",
                "list_title": "相关推荐",
                "rank": 1,
                "title": "相关甲",
                "url": URL.format(2),
                "shown_at": "2024-05-12T01:02:01Z",
                "read_count": None,
            },
        ],
        "version": 1,
        "captured_at": "2026-01-02T03:04:05Z",
        "content_sha256": one(archive, "SELECT content_sha256 FROM articles")[0],
        "extractor_version": "1",
        "warc": {
            "file": file,
            "offset": offset,
            "record_id": one(archive, "SELECT warc_record_id FROM captures")[0],
            "payload_sha256": hashlib.sha256(body_of(made)).hexdigest(),
        },
    }
    assert json.dumps(record, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_an_answer_record_has_every_key_in_its_place(archive):
    record = exported(archive, "answers")[0]
    expected = {
        "kind": "answer",
        "id": "csdn:1#1",
        "article_url": URL.format(1),
        "site": "csdn",
        "author": "文",
        "title": f"2024-05-11 问AI:{QUESTION}",
        "question": QUESTION,
        "question_date": "2024-05-11",
        "model": "wenxin-yiyan",
        "model_version": "4.0",
        "label": "文心一言(4.0)",
        "position": 1,
        "markdown": "一个超参数。\n\n- 大了发散",
        "text": "一个超参数。\n\n- 大了发散",
        "char_count": 14,
        "confidence": 1.0,
        "licence": "CC 4.0 BY-SA",
        "licence_spdx": "CC-BY-SA-4.0",
        "captured_at": "2026-01-02T03:04:05Z",
        "content_sha256": one(archive, "SELECT content_sha256 FROM answers")[0],
    }
    assert json.dumps(record, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_a_comparison_record_has_every_key_in_its_place(archive):
    (record,) = exported(archive, "comparisons")
    expected = {
        "kind": "comparison",
        "id": "csdn:1",
        "article_url": URL.format(1),
        "question": QUESTION,
        "question_date": "2024-05-11",
        "author": "文",
        "licence": "CC 4.0 BY-SA",
        "answers": [
            {
                "position": 1,
                "model": "wenxin-yiyan",
                "model_version": "4.0",
                "label": "文心一言(4.0)",
                "text": "一个超参数。\n\n- 大了发散",
            },
            {"position": 2, "model": None, "model_version": None, "label": "某某", "text": "不知道。"},
            {"position": 3, "model": "doubao", "model_version": None, "label": "豆包 ", "text": "步长。"},
        ],
    }
    assert json.dumps(record, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_a_chat_record_has_every_key_in_its_place(archive):
    (record,) = exported(archive, "chat")
    expected = {
        "kind": "chat",
        "id": "csdn:1#1",
        "messages": [
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "一个超参数。\n\n- 大了发散"},
        ],
        "model": "wenxin-yiyan",
        "model_version": "4.0",
        "source": URL.format(1),
        "author": "文",
        "licence": "CC 4.0 BY-SA",
    }
    assert json.dumps(record, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_a_sidebar_record_has_every_key_in_its_place(archive):
    records = exported(archive, "sidebar")
    expected = {
        "kind": "sidebar",
        "article_url": URL.format(1),
        "list": "popular",
        "list_title": "热门文章",
        "rank": 1,
        "title": "热门甲",
        "url": URL.format(3),
        "shown_at": None,
        "read_count": 12,
        "read_count_unit": 1,
        "read_count_is_minimum": False,
        "observed_at": "2026-01-02T03:04:05Z",
    }
    assert json.dumps(records[0], ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)
    assert [(record["list"], record["rank"]) for record in records] == [
        ("popular", 1),
        ("popular", 2),
        ("related", 1),
    ]


def test_a_read_count_record_has_every_key_in_its_place(archive):
    own, listed = exported(archive, "read-counts")
    expected = {
        "kind": "read-count",
        "target_key": "csdn:1",
        "url": URL.format(1),
        "title": f"2024-05-11 问AI:{QUESTION}",
        "observed_at": "2026-01-02T03:04:05Z",
        "read_count": 3300,
        "read_count_unit": 100,
        "read_count_is_minimum": False,
        "source": "page",
        "seen_on": "csdn:1",
    }
    assert json.dumps(own, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)
    assert (listed["target_key"], listed["source"], listed["seen_on"]) == ("csdn:3", "popular", "csdn:1")


def test_a_count_that_is_a_minimum_says_so_as_a_boolean(tmp_path):
    listed = entry(
        "popular",
        1,
        "甲",
        read_count=100_000,
        read_count_shown="10w+",
        read_count_unit=10_000,
        read_count_is_minimum=True,
    )
    archive = make_archive(tmp_path, article(1, sidebar=(listed,)))
    (record,) = exported(archive, "sidebar")
    assert record["read_count_is_minimum"] is True


def test_an_article_with_several_questions_gives_a_comparison_for_each(tmp_path):
    archive = make_archive(
        tmp_path,
        article(
            1,
            answer("kimi", "Kimi", "甲"),
            answer("kimi", "Kimi", "乙", question="什么是动量"),
            answer("doubao", "豆包", "丙", question="什么是动量"),
        ),
    )
    records = exported(archive, "comparisons")
    assert [(r["id"], r["question"], len(r["answers"])) for r in records] == [
        ("csdn:1", QUESTION, 1),
        ("csdn:1#2", "什么是动量", 2),
    ]


def test_doubtful_answers_come_where_the_condition_names_confidence(archive):
    assert len(exported(archive, "answers")) == 3
    assert len(exported(archive, "answers", "--where", "confidence >= 0")) == 4
    for kind in ("articles", "comparisons"):
        (record,) = exported(archive, kind, "--where", "Confidence >= 0")
        assert [a["position"] for a in record["answers"]] == [1, 2, 3, 4]


def test_an_article_whose_answers_are_all_doubtful_is_no_comparison(tmp_path):
    archive = make_archive(tmp_path, article(1, answer("kimi", "Kimi", "甲", confidence=0.4)))
    assert exported(archive, "comparisons") == []
    assert len(exported(archive, "comparisons", "--where", "confidence > 0.3")) == 1


def test_chat_says_how_many_answers_it_leaves_out_and_why(archive):
    result = run(archive, "export", "chat")
    assert "left out answers: 1 of unknown models, 1 with a doubtful boundary" in result.stderr


def test_a_condition_is_over_the_keys_of_the_record(archive):
    (record,) = exported(archive, "answers", "--where", "model = 'doubao' -- das豆包")
    assert record["id"] == "csdn:1#3"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("modell = 'doubao'", "no such column: modell"),
        ("1) OR (1", "syntax error"),
        ("1 ORDER BY 1", "syntax error"),
        ("1; DELETE FROM pages", "one statement at a time"),
        ("(DELETE FROM pages)", "syntax error"),
        ("", "syntax error"),
        ("model = :m", "binding"),
        ("model = '", "unrecognized token"),
    ],
)
@pytest.mark.parametrize("kind", ["answers", "chat"])
def test_a_condition_that_is_none_is_a_usage_error_in_sqlites_words(archive, kind, condition, words):
    result = run(archive, "export", kind, "--where", condition)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("kind", KINDS)
def test_since_keeps_what_was_captured_or_observed_then_or_later(archive, kind):
    assert exported(archive, kind, "--since", "2026-01-02T03:04:05Z")
    assert exported(archive, kind, "--since", "2026-01-02T11:04:05+08:00")
    assert not exported(archive, kind, "--since", "2026-01-03")


def test_an_empty_since_is_no_time(archive):
    assert (
        CliRunner().invoke(main, ["export", "chat", "--since", "", "--data", str(archive.root)]).exit_code
        == 2
    )


def test_a_since_that_is_no_time_is_a_usage_error(archive):
    result = run(archive, "export", "answers", "--since", "gestern")
    assert result.exit_code == 2
    assert "gestern" in result.stderr


def test_a_file_and_its_gzip_hold_what_stdout_gets(archive, tmp_path):
    on_stdout = run(archive, "export", "answers").stdout_bytes
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    for target in (plain, packed):
        result = run(archive, "export", "answers", "--to", str(target))
        assert result.stderr.splitlines()[-1] == f"wrote 3 records to {target}"
    assert plain.read_bytes() == gzip.decompress(packed.read_bytes()) == on_stdout
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.jsonl", "a.jsonl.gz"]


def test_another_ending_is_refused_with_the_endings_there_are(archive, tmp_path):
    for name in ("a.csv", ".jsonl", "a.gz"):
        result = run(archive, "export", "answers", "--to", str(tmp_path / name))
        assert result.exit_code == 2
        assert ".jsonl or .jsonl.gz" in result.stderr
        assert not (tmp_path / name).exists()


def test_an_export_never_replaces_the_journal_or_a_warc_file(archive):
    for target in (archive.journal_path, archive.warc_dir / "a.jsonl.gz"):
        result = run(archive, "export", "answers", "--to", str(target))
        assert result.exit_code == 2
        assert "of the archive itself" in result.stderr


def test_a_folder_that_is_not_there_is_a_usage_error(archive, tmp_path):
    result = run(archive, "export", "answers", "--to", str(tmp_path / "none" / "a.jsonl"))
    assert result.exit_code == 2
    assert str(tmp_path / "none" / "a.jsonl") in result.stderr


def test_an_export_that_fails_midway_leaves_the_old_file_and_nothing_else(archive, tmp_path):
    target = tmp_path / "a.jsonl"
    target.write_text("old\n")
    result = run(
        archive, "export", "answers", "--to", str(target), "--where", "json(iif(position > 1, '{', '{}')) > 0"
    )
    assert result.exit_code == 2
    assert "malformed JSON" in result.stderr
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.jsonl"]


@pytest.mark.parametrize("kind", ["articles", "answers", "comparisons", "chat"])
def test_no_character_of_an_answer_is_lost_or_breaks_a_line(tmp_path, kind):
    odd = '"\\ \t a\nb \x01 \x7f \x85 \u2028 \ufeff \U0001f642 </script> \\u0041 {}'
    archive = make_archive(tmp_path, article(1, answer("kimi", "Kimi", odd), answer("doubao", "豆包", "乙")))
    (line, *_) = run(archive, "export", kind).stdout_bytes.split(b"\n")
    record = json.loads(line)
    said = {
        "articles": lambda: record["answers"][0]["text"],
        "answers": lambda: record["text"],
        "comparisons": lambda: record["answers"][0]["text"],
        "chat": lambda: record["messages"][1]["content"],
    }
    assert said[kind]() == odd


def test_what_chat_leaves_out_is_counted_among_what_was_asked_for(archive):
    result = run(archive, "export", "chat", "--where", "model = 'doubao'")
    assert result.stderr.splitlines() == [
        "left out answers: 1 with a doubtful boundary",
        "wrote 0 records to stdout",
    ]


def test_two_exports_to_one_file_do_not_meet(archive, tmp_path):
    target = tmp_path / "a.jsonl"
    target.write_text("old\n")

    def lines():
        yield "{}"
        with pytest.raises(Locked, match=re.escape(str(target))):
            export_to_file(iter(["[]"]), target)

    assert export_to_file(lines(), target) == 1
    assert target.read_text() == "{}\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.jsonl"]


def test_what_a_killed_export_left_is_overwritten(tmp_path):
    target = tmp_path / "a.jsonl"
    (tmp_path / "a.jsonl.part").write_text("half of a rec")
    export_to_file(iter(["{}"]), target)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.jsonl", "{}\n")]


def test_a_full_disk_is_named_and_leaves_the_old_file(tmp_path):
    archive = make_archive(tmp_path / "data", article(1, answer("kimi", "Kimi", "大" * 100_000)))
    target = tmp_path / "a.jsonl"
    target.write_text("old\n")
    process = subprocess.run(
        [*WENCUN, "export", "articles", "--to", str(target), "--data", str(archive.root)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 3
    assert str(target) in process.stderr
    assert len(process.stderr.splitlines()) == 1
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.jsonl"]


def test_the_same_archive_gives_the_same_bytes_whatever_the_environment(tmp_path):
    made = [
        article(
            n, answer("kimi", "Kimi", f"答{n}"), sidebar=(entry("popular", 1, f"甲{n % 3}", read_count=n),)
        )
        for n in range(1, 30)
    ]
    first = make_archive(tmp_path / "first", *made)
    second = make_archive(tmp_path / "second", *reversed(made))
    environments = [
        {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
        {"LC_ALL": "zh_CN.GBK", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
    ]
    for kind in KINDS:
        digests = set()
        for number, environment in enumerate(environments):
            target = tmp_path / f"{number}.jsonl.gz"
            subprocess.run(
                [*WENCUN, "export", kind, "--to", str(target), "--data", str(first.root)],
                env={**os.environ, **environment},
                check=True,
                capture_output=True,
            )
            digests.add(target.read_bytes())
        assert len(digests) == 1, kind
        if kind != "articles":  # their records name WARC offsets, which are of the order of storing
            assert exported(first, kind) == exported(second, kind)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc for the peak")
def test_memory_does_not_grow_with_what_is_exported(tmp_path):
    peaks = []
    for number in (1, 60):
        long = [article(n, answer("kimi", "Kimi", "大" * 150_000)) for n in range(1, number + 1)]
        archive = make_archive(tmp_path / str(number), *long)
        process = subprocess.run(
            [sys.executable, "-c", PEAK, "export", "articles", "--data", str(archive.root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        peaks.append(int(process.stderr.splitlines()[-1]))
    assert peaks[1] - peaks[0] < 25_000  # kB, of 108,000 that were written


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("7d", "2026-02-22T12:00:00Z"),
        ("30m", "2026-03-01T11:30:00Z"),
        ("2026-01-02", "2026-01-02T00:00:00Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+08:00", "2026-01-01T19:04:05Z"),
        ("0900-01-02", "0900-01-02T00:00:00Z"),
    ],
)
def test_since_is_a_day_a_time_or_so_long_ago(given, meant):
    assert parse_since(given, now=datetime(2026, 3, 1, 12, tzinfo=UTC)) == meant


@pytest.mark.parametrize("given", ["", "gestern", "9999999w", "2026-13-01", "0001-01-01T00:00:00+08:00", "7"])
def test_a_since_that_is_no_time_says_how_to_write_one(given):
    with pytest.raises(Usage, match="2026-05-11"):
        parse_since(given, now=datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_records_come_by_url_and_position(tmp_path):
    answers = [answer("kimi", "Kimi", str(n)) for n in range(11)]
    archive = make_archive(tmp_path, article(3, *answers), article(20, *answers[:1]))
    assert [record["id"] for record in exported(archive, "answers")] == [
        "csdn:20#1",
        *(f"csdn:3#{position}" for position in range(1, 12)),
    ]


def test_a_directory_that_is_no_archive_is_named(tmp_path):
    result = CliRunner().invoke(main, ["export", "answers", "--data", str(tmp_path)])
    assert result.exit_code == 4
    assert f"no archive in {tmp_path}; use --data" in result.stderr


def test_what_a_flag_throws_doubt_on_can_be_left_out(tmp_path):
    archive = make_archive(
        tmp_path,
        article(1, answer("kimi", "Kimi", "一"), answer("doubao", "豆包", "二", flags=("instruction_like",))),
        article(2, answer("kimi", "Kimi", "三"), flags=("tag_characters",)),
        article(3, answer("kimi", "Kimi", "四"), flags=("zero_width",)),
    )
    assert [record["text"] for record in exported(archive, "answers", "--exclude-flagged")] == ["一", "四"]
    for kind, left in (("chat", 2), ("articles", 2), ("comparisons", 1)):
        assert len(exported(archive, kind)) > left or kind == "articles"
        assert len(exported(archive, kind, "--exclude-flagged")) == left
    result = run(archive, "export", "answers", "--exclude-flagged")
    assert "left out answers: 2 flagged" in result.stderr
    where = "EXISTS (SELECT 1 FROM json_each(flags) WHERE value = 'zero_width')"
    assert [record["id"] for record in exported(archive, "articles", "--where", where)] == ["csdn:3"]
    refused = run(archive, "export", "read-counts", "--exclude-flagged")
    assert (refused.exit_code, "read-counts carry no flags" in refused.stderr) == (2, True)


def test_ten_thousand_hostile_texts_come_back_from_the_archive_as_they_were_stored(tmp_path):
    chance = random.Random(17)
    hostile = (
        "\0\x01\x1b\x7f\x85\ud800\udfff\u200b\u202e\u2066\u2028\ufeff\ufffe\U000e0041\U0010ffff\"\\\n\r\t'"
    )
    texts = [
        "".join(
            chance.choice(hostile) if chance.random() < 0.5 else chr(chance.randrange(0x110000))
            for _ in range(chance.randint(1, 12))
        )
        for _ in range(10_000)
    ]
    articles = [
        article(number, *(answer("kimi", "Kimi", text) for text in texts[number * 100 : number * 100 + 100]))
        for number in range(100)
    ]
    archive = make_archive(tmp_path, *articles)
    back = {record["id"]: record["text"] for record in exported(archive, "answers")}
    stored = {
        f"csdn:{number}#{said.position}": said.text
        for number, made in enumerate(articles)
        for said in storable(made).answers
    }
    assert back == stored
    assert {record["id"]: record["text"] for record in exported(archive, "articles")} == {
        f"csdn:{number}": storable(made).text for number, made in enumerate(articles)
    }
