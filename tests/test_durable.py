"""What is to outlive a power cut is synced, and so is the directory that has its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines import durable
from pipelines.archive import Archive
from pipelines.journal import Journal
from pipelines.recovery import mend
from pipelines.warc import WarcWriter


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The paths that were synced, in order, under the names that they had then."""
    paths: list[Path] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return paths


def test_a_new_archive_is_found_again_with_all_its_directories(tmp_path, synced):
    archive = Archive.create(tmp_path / "new" / "archive")
    assert {tmp_path, tmp_path / "new", archive.root} <= set(synced)
    synced.clear()
    Archive.create(archive.root)
    assert synced == []  # nothing was made


def test_an_event_is_on_disk_with_the_name_of_its_file(tmp_path, synced):
    Journal(tmp_path / "journal.jsonl").append({"event": "seed"})
    assert synced == [tmp_path / "journal.jsonl", tmp_path]


def test_a_warc_file_is_synced_before_it_takes_its_name_and_its_directory_after(tmp_path, synced):
    warc = WarcWriter(tmp_path)
    warc.write_resource(url="https://a.test/", body=b"x", content_type="text/plain", headers={})
    (path,) = tmp_path.glob("*.open")
    synced.clear()
    warc.close()
    assert synced == [path, tmp_path]


def test_what_a_killed_run_archived_is_on_disk_before_it_is_stored(tmp_path, synced):
    warc = WarcWriter(tmp_path)
    warc.write_resource(url="https://a.test/", body=b"x", content_type="text/plain", headers={})
    (path,) = tmp_path.glob("*.open")
    synced.clear()
    assert mend(path) is None
    assert synced == [path, tmp_path]


def test_a_torn_tail_is_on_disk_before_it_is_cut_off(tmp_path, synced):
    warc = WarcWriter(tmp_path)
    warc.write_resource(url="https://a.test/", body=b"x", content_type="text/plain", headers={})
    (path,) = tmp_path.glob("*.open")
    os.truncate(path, path.stat().st_size - 1)
    synced.clear()
    assert mend(path)
    torn = path.with_name(path.name.replace(".open", ".torn"))
    assert synced == [torn, tmp_path, path, tmp_path]


def test_a_directory_is_synced_above_the_first_one_that_was_made(tmp_path, synced):
    durable.make_directory(tmp_path / "a" / "b")
    assert synced == [tmp_path / "a", tmp_path]


def test_a_file_that_was_taken_away_does_not_come_back(tmp_path, synced):
    path = tmp_path / "a"
    durable.write(path, b"x")
    synced.clear()
    durable.unlink(path)
    assert synced == [tmp_path]
