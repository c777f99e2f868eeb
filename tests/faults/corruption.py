"""Databases that something broke: bits flipped, tails cut, pages overwritten, other files in their place."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pipelines.schema import SCHEMA_VERSION

_PAGE = 4096
_WRITE_VERSION = 18  # https://sqlite.org/fileformat2.html#the_database_header


def flipped(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 1, 10, 1000))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(1, len(data)) :]


def overwritten(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 5, 50))):
        start = dice.randrange(len(data) // _PAGE) * _PAGE
        data[start : start + _PAGE] = dice.choice((bytes(_PAGE), b"\xff" * _PAGE, dice.randbytes(_PAGE)))


def swapped(data: bytearray, dice: random.Random) -> None:
    here, there = (dice.randrange(1, len(data) // _PAGE) * _PAGE for _ in range(2))
    page = data[here : here + _PAGE]
    data[here : here + _PAGE] = data[there : there + _PAGE]
    data[there : there + _PAGE] = page


def header(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 16))):
        data[dice.randrange(100)] = dice.randrange(256)


def emptied(data: bytearray, _: random.Random) -> None:
    data.clear()


def replaced(data: bytearray, dice: random.Random) -> None:
    other = (
        b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n",
        b"\0" * len(data),
        b"PK\x03\x04",
        b"\n",
    )
    data[:] = dice.choice(other)


def headless(data: bytearray, dice: random.Random) -> None:
    del data[: dice.randrange(1, 100_000)]


WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flipped, flipped, flipped, cut, overwritten, overwritten, swapped, header, header, headless, replaced,
    emptied,
)  # fmt: skip


def is_harmful(path: Path) -> bool:
    """Does SQLite itself find the database broken, or its header say that it is none of this archive's?"""
    if not path.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            connection.execute("SELECT sql FROM sqlite_schema").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # its message may quote what is garbled
        return True
    return verdict != "ok" or application_id != 0x77656E63 or version != SCHEMA_VERSION


def is_sealed(path: Path) -> bool:
    """Does the header ask of who writes what no SQLite can? All of it can be read."""
    return path.read_bytes()[_WRITE_VERSION] > 2
