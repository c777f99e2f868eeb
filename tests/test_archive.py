from pathlib import Path

import pytest

from pipelines.archive import Archive, resolve_root
from pipelines.errors import NoArchive, StorageUnusable


def test_a_directory_without_database_journal_or_warc_file_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    with pytest.raises(NoArchive) as caught:
        Archive.open(tmp_path)
    assert str(caught.value) == f"no archive in {tmp_path}; use --data"
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("name", ["archive.db", "journal.jsonl", "warc/a.warc.gz"])
def test_one_of_database_journal_and_warc_file_makes_an_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / name).touch()
    assert Archive.open(tmp_path).root == tmp_path


def test_the_error_names_the_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoArchive, match=str(tmp_path / "nowhere")):
        Archive.open(Path("nowhere"))


def test_creating_an_archive_twice_changes_nothing(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "a" / "b")
    archive.journal_path.write_text("{}\n")
    assert Archive.create(archive.root) == archive == Archive.open(archive.root)
    assert archive.journal_path.read_text() == "{}\n"


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnusable, match=r"cannot make an archive in .*/file"):
        Archive.create(tmp_path / "file")


def test_the_option_wins_over_the_environment_and_that_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WENCUN_DATA", "from-environment")
    assert resolve_root("given") == tmp_path / "given"
    assert resolve_root(None) == tmp_path / "from-environment"
    monkeypatch.delenv("WENCUN_DATA")
    assert resolve_root(None) == tmp_path / "data"
