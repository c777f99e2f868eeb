"""JSON that a page carries in its scripts, read so that nothing written there can hurt."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Final

from crawler.extract.document.decoding import clean
from crawler.extract.values import SHANGHAI, Count, Moment, moment_at, squash

DEEPEST: Final = 100
"""Levels; what is nested deeper is made to hurt."""
MOST_EXACT: Final = 2**53
"""Up to here every reader of JSON agrees on an integer; a larger one is an id, and stays text."""
_LONGEST_INTEGER: Final = 18
_FIRST_SECOND: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
_LAST_SECOND: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


def read_json(text: str | None) -> object:
    """Return what `text` says; None where it is broken or nested deeper than DEEPEST.

    Integers beyond 2^53 come as text, numbers that are none (NaN, Infinity, 1e999) as None; of two values
    under one name the last counts, as in a browser.
    """
    try:
        value = json.loads(
            text or "", strict=False, parse_int=_integer, parse_float=_float, parse_constant=lambda _: None
        )
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(value) else value


def within(value: object, *path: str) -> object:
    """Return what stands under the names of `path`, one in the other; None where nothing does."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text_within(value: object, *path: str) -> str | None:
    """Return the text under `path`, squashed; None where there is none, or something else."""
    found = within(value, *path)
    return (squash(clean(found)) or None) if isinstance(found, str) else None


def count_within(value: object, *path: str) -> Count | None:
    """Return the number of readers, likes, … under `path`; None where there is none, or something else."""
    found = within(value, *path)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        return None
    return Count(value=found, unit=1, is_minimum=False, shown=str(found))


def moment_within(value: object, *path: str) -> Moment | None:
    """Return the time under `path`, in seconds since 1970; None where there is none, or it cannot be."""
    found = within(value, *path)
    if isinstance(found, bool) or not isinstance(found, int) or not _FIRST_SECOND <= found < _LAST_SECOND:
        return None
    when = datetime.fromtimestamp(found, SHANGHAI)
    return moment_at(when, precision="second", shown=str(found))


def _integer(digits: str) -> int | str:
    if len(digits) > _LONGEST_INTEGER:
        return digits
    number = int(digits)
    return number if -MOST_EXACT <= number <= MOST_EXACT else digits


def _float(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
