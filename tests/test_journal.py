from pathlib import Path

import pytest

from pipelines.errors import Damaged
from pipelines.journal import Journal

SEED = {"at": "2024-05-12T01:02:01Z", "event": "seed", "url": "https://example.org/学习"}
URL = {"at": "2024-05-12T01:02:02Z", "event": "url", "urn": "urn:sha256:00", "url": "https://example.org/"}


def test_events_come_back_as_they_were_appended(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    assert list(journal.read()) == []
    journal.append(SEED)
    journal.append(URL)
    assert list(journal.read()) == [SEED, URL]


@pytest.mark.parametrize("torn", [b'{"at": "20', b'{"url":"\xe5\xad', b"\x00\x00\x00", b"12"])
def test_a_torn_last_line_is_passed_over_and_never_glued_to(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(SEED)
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(torn)
    assert list(journal.read()) == [SEED]
    journal.append(URL)
    assert list(journal.read()) == [SEED, URL]


def test_a_whole_last_line_without_line_feed_counts(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append(SEED)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert list(journal.read()) == [SEED]
    journal.append(URL)
    assert list(journal.read()) == [SEED, URL]


def test_a_broken_line_between_others_is_damage_and_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"event":"seed"}\nnonsense\n{"event":"seed"}\n')
    with pytest.raises(Damaged, match="line 2"):
        list(Journal(path).read())


def test_text_that_no_encoding_knows_survives(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append({"url": "\ud800"})
    assert list(journal.read()) == [{"url": "\ud800"}]


def test_events_that_are_written_together_are_all_there_in_their_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(SEED, URL)
    journal.append(SEED)
    assert list(journal.read()) == [SEED, URL, SEED]
