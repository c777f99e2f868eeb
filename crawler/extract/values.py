"""Shown text to values: dates, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time or day that a page prints."""

    at: str | None
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`; None for a bare day."""
    date: str
    """The site's own day, `YYYY-MM-DD`."""
    precision: Literal["second", "minute", "day"]
    shown: str
    """The site's own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of readers, likes, … that a page prints."""

    value: int
    unit: int
    """1 when exact, else what it was rounded to: 100 for `3.3k`, 10000 for `10w+`."""
    is_minimum: bool
    shown: str
