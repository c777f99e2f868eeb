"""What is whole in a WARC file of ours is found, whatever is wrong beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import pytest

from pipelines.warc.member import HEAD, pack_stored, room_stored
from pipelines.warc.mending import mend_closed
from pipelines.warc.read import RecordRead
from pipelines.warc.record import Record, serialise
from pipelines.warc.scan import Span, scan

_FLAGS = 3
_HAS_EXTRA = 4
"""The bit of a gzip head's flags that says: two bytes of length follow, and so many to be passed over."""
_PASSED_OVER = 0x8001
"""What the first two bytes of stored data, 01 and the low byte of its length 0x80, say as such a length."""


def record(number: int, length: int) -> bytes:
    """A record of so many bytes."""
    for filling in range(length, 0, -1):
        made = serialise(
            Record(
                type="metadata",
                url=None,
                date=datetime(2026, 1, 1, tzinfo=UTC),
                record_id=f"<urn:uuid:{number}>",
                content_type="text/plain",
                body=b"x" * filling,
            )
        )
        if len(made) == length:
            return made
    raise AssertionError(f"no record of {length} bytes")


def members() -> list[bytes]:
    """Four, so long that the first, read with an extra field, goes on with the data of the last."""
    first = pack_stored(record(1, 0x480))
    assert first[10:12] == _PASSED_OVER.to_bytes(2, "little")
    second = pack_stored(record(2, 500))
    begin_of_last = 12 + _PASSED_OVER - len(HEAD)
    third = pack_stored(record(3, room_stored(begin_of_last - len(first) - len(second))))
    return [first, second, third, pack_stored(record(4, 700))]


def read(path: Path) -> list[int | str]:
    """Where records begin, and of what else there is, what it is."""
    return [
        each.reference.offset if isinstance(each, RecordRead) else "tail" if each.is_tail else "span"
        for each in scan(path)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.warc.gz"


def test_a_changed_bit_of_a_gzip_head_swallows_no_other_record(path):
    parts = members()
    whole = b"".join(parts)
    data = bytearray(whole)
    data[_FLAGS] |= _HAS_EXTRA
    path.write_bytes(data)
    _, *others, _ = accumulate(map(len, parts), initial=0)
    assert read(path) == ["span", *others]
    mend_closed(path)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("place", range(len(HEAD)))
def test_each_bit_of_a_gzip_head_is_set_right_again(path, place):
    whole = b"".join(members())
    for bit in range(8):
        data = bytearray(whole)
        data[place] ^= 1 << bit
        path.write_bytes(data)
        mend_closed(path)
        assert path.read_bytes() == whole


def test_damage_in_two_neighbours_is_no_torn_tail_where_a_whole_record_follows(path):
    first, second, third, fourth = members()
    spoiled = first.replace(b"text/plain", b"text/plaim")
    stray = bytearray(second)
    stray[0] = 0
    path.write_bytes(bytes(stray) + spoiled + third + fourth)
    start = len(first) + len(second)
    found = list(scan(path))
    assert [each.is_tail for each in found if isinstance(each, Span)] == [False, False]
    assert read(path)[-2:] == [start, start + len(third)]
