"""`wencun verify FILE`: exported records are what the archive gives, or what differs is named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from crawling import Ended, wencun
from saved_pages import csdn_page, url_of
from warc_files import fetch

from pipelines.archive import Archive
from pipelines.exporters import EXPORTERS
from pipelines.recovery import writing
from pipelines.warc import WarcWriter


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive.create(tmp_path_factory.mktemp("export") / "archive")
    warc = WarcWriter(archive.warc_dir)
    for number in range(3):
        fetch(warc, number)
    warc.close()
    with writing(archive, "test"):
        pass
    return archive


def exported(archive: Archive, kind: str) -> list[str]:
    ended = wencun("export", kind, "--data", archive.root)
    assert ended.code == 0
    return ended.out.splitlines(keepends=True)


def ask(archive: Archive, file: Path) -> Ended:
    return wencun("verify", str(file), "--data", archive.root)


@pytest.mark.parametrize("kind", EXPORTERS)
def test_what_was_just_exported_is_whole(archive, tmp_path, kind):
    lines = exported(archive, kind)
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress("".join(lines).encode()))
    ended = ask(archive, file)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("title", "another", "title differ"),
        ("id", "another", "the archive gives no such record"),
        ("warc", {"file": "no.warc.gz", "offset": 0}, "warc leads to no whole record"),
    ],
)
def test_a_record_that_differs_is_named_by_line_and_key(archive, tmp_path, key, value, said):
    first, second, *_ = exported(archive, "articles")
    file = tmp_path / "a.jsonl"
    spoiled = json.dumps({**json.loads(second), key: value}, ensure_ascii=False)
    file.write_text(first + spoiled + "\n", encoding="utf-8")
    ended = ask(archive, file)
    assert ended.code == 5
    assert "a.jsonl: record: line 2, article " in ended.out
    assert said in ended.out


def test_a_file_that_is_missing_is_exit_2_and_a_line_that_is_no_record_exit_4(archive, tmp_path):
    file = tmp_path / "a.jsonl"
    assert ask(archive, file).code == 2
    file.write_text('{"kind":"article","id"\n', encoding="utf-8")
    ended = ask(archive, file)
    assert ended.code == 4
    assert "line 1: no record" in ended.err


def test_a_record_of_an_earlier_version_is_told_as_older_and_is_no_damage(tmp_path):
    archive = Archive.create(tmp_path / "archive")
    pages = [csdn_page(0), csdn_page(0).replace(b"</p>", "，更多</p>".encode())]
    file = tmp_path / "a.jsonl"
    for page in pages:
        warc = WarcWriter(archive.warc_dir)
        headers = [("Content-Type", "text/html")]
        warc.write_response(url=url_of(0), status=200, headers=headers, body=page)
        warc.close()
        with writing(archive, "test"):
            pass
        if not file.exists():
            file.write_text("".join(exported(archive, "articles")), encoding="utf-8")
    ended = ask(archive, file)
    assert ended.code == 0
    assert "a.jsonl: older: line 1, article " in ended.out
    assert "of version 1 of the article" in ended.out
