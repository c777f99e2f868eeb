"""Closed WARC files in a cold place: read from there; offline while it is away, and lost where it is not."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from crawling import Ended, wencun
from saved_pages import csdn_page, url_of
from warc_files import fetch

from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.originals import find_original
from pipelines.recovery import writing
from pipelines.settings import BadSettings, read_archive_settings
from pipelines.verify import verify
from pipelines.warc import WarcWriter
from pipelines.warc.places import FileAway, Places


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of two closed files: three pages, and one of them again as a revisit."""
    archive = Archive.create(tmp_path / "archive")
    (tmp_path / "cold").mkdir()
    archive.settings_path.write_text(f'[crawl]\ncontact = "me"\n[archive]\ncold = ["{tmp_path / "cold"}"]\n')
    warc = WarcWriter(archive.warc_dir)
    for number in range(3):
        fetch(warc, number)
    warc.close()
    with writing(archive, "test"):
        pass
    warc = WarcWriter(archive.warc_dir)
    warc.write_response(
        url=url_of(0),
        status=200,
        headers=[("Content-Type", "text/html")],
        body=csdn_page(0),
        original=find_original(archive, url_of(0), csdn_page(0)),
    )
    warc.close()
    with writing(archive, "test"):
        pass
    return archive


@pytest.fixture
def cold(archive: Archive) -> Path:
    """The cold place of that archive, to which the file of three pages was moved."""
    place = archive.root.parent / "cold"
    shutil.move(sorted(archive.warc_dir.iterdir())[0], place)
    return place


def run(archive: Archive, *arguments: str | Path) -> Ended:
    return wencun(*arguments, "--data", archive.root)


def kinds(archive: Archive) -> list[str]:
    return [finding.kind for finding in verify(archive, lambda _: None).findings]


def test_what_lies_in_a_cold_place_is_read_from_there(archive: Archive, cold: Path, tmp_path: Path) -> None:
    checked = run(archive, "verify")
    assert (checked.code, "4 captures: all whole" in checked.out) == (0, True)
    for number in range(3):
        assert run(archive, "show", url_of(number), "--raw").out == csdn_page(number).decode()
    assert run(archive, "fixture", url_of(1), "--to", tmp_path / "fixtures").code == 0
    assert find_original(archive, url_of(2), csdn_page(2)) is not None
    assert run(archive, "status", "--check").out.splitlines()[1:] == []


def test_a_database_is_made_anew_of_both_places(archive: Archive, cold: Path) -> None:
    archive.database_path.unlink()
    assert run(archive, "reextract").code == 0
    with closing(connect_reading(archive.database_path)) as connection:
        assert connection.execute("SELECT count(*) FROM captures").fetchone() == (4,)
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert kinds(archive) == []


@pytest.mark.parametrize("is_absent", [True, False])
def test_while_the_place_is_away_its_files_are_offline_and_not_damaged(
    archive: Archive, cold: Path, *, is_absent: bool
) -> None:
    away = cold.with_name("unmounted")
    cold.rename(away)
    if not is_absent:
        cold.mkdir()  # a mount point stays
    checked = run(archive, "verify")
    assert checked.code == 0
    assert f"offline: {next(away.iterdir()).name} is not in {archive.warc_dir}; mount {cold}" in checked.out
    assert checked.out.splitlines()[-1].endswith("all whole, 1 file offline")
    told = run(archive, "status", "--check")
    assert (told.code, told.out.splitlines()[1].startswith("reminder  1 WARC file offline")) == (0, True)
    for number in range(2):  # the revisit's original is away as well
        shown = run(archive, "show", url_of(number), "--raw")
        assert (shown.code, f"mount {cold}" in shown.err) == (7, True)
    assert find_original(archive, url_of(2), csdn_page(2)) is None
    again = run(archive, "reextract", "--all")
    assert (again.code, f"{cold} is not there" in again.err) == (0, True)
    assert run(archive, "repair").code == 0
    shutil.rmtree(cold, ignore_errors=True)
    away.rename(cold)
    assert run(archive, "verify").out.splitlines()[-1].endswith("4 captures: all whole")


def test_what_is_in_neither_place_is_lost(archive: Archive, cold: Path) -> None:
    (cold / "lost+found").mkdir()
    next(cold.glob("*.warc.gz")).unlink()
    assert sorted(kinds(archive)) == ["missing", "no_original"]
    assert run(archive, "verify").code == 5
    told = run(archive, "status", "--check")
    assert (told.code, "alarm     1 WARC file missing" in told.out) == (9, True)


def test_a_damaged_file_in_a_cold_place_is_named_by_its_path_and_left_as_it_is(
    archive: Archive, cold: Path
) -> None:
    path = next(cold.iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    checked = run(archive, "verify")
    assert (checked.code, f"{path}, byte" in checked.out) == (5, True)
    assert run(archive, "repair").code == 5
    assert path.read_bytes() == whole[:-9]
    path.write_bytes(whole)
    assert kinds(archive) == []


def test_exported_records_of_offline_files_are_no_damage(
    archive: Archive, cold: Path, tmp_path: Path
) -> None:
    assert run(archive, "export", "articles", "--to", tmp_path / "all.jsonl").code == 0
    assert run(archive, "verify", tmp_path / "all.jsonl").code == 0
    cold.rename(tmp_path / "unmounted")
    checked = run(archive, "verify", tmp_path / "all.jsonl")
    assert (checked.code, checked.out.count(": offline: ")) == (0, 3)


def test_a_file_in_both_places_is_that_in_warc(tmp_path: Path) -> None:
    places = Places(tmp_path / "warc", (tmp_path / "cold",))
    for place in (places.directory, *places.cold):
        place.mkdir()
        (place / "a.warc.gz").touch()
    assert places.finished() == [tmp_path / "warc" / "a.warc.gz"]
    assert places.find("a.warc.gz") == tmp_path / "warc" / "a.warc.gz"
    (places.directory / "a.warc.gz").unlink()
    assert places.finished() == [places.find("a.warc.gz")] == [tmp_path / "cold" / "a.warc.gz"]
    (tmp_path / "cold" / "a.warc.gz").unlink()
    with pytest.raises(FileAway, match="mount"):
        places.find("a.warc.gz")


@pytest.mark.parametrize("value", ['"/mnt"', '["cold"]', "[1]"])
def test_a_cold_place_is_an_absolute_directory(tmp_path: Path, value: str) -> None:
    (tmp_path / "wencun.toml").write_text(f"[archive]\ncold = {value}\n")
    with pytest.raises(BadSettings, match="cold"):
        read_archive_settings(tmp_path / "wencun.toml")
