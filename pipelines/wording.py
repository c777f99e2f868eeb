"""Numbers with their nouns, for lines that a person reads."""

from __future__ import annotations

from collections import Counter

_NOUNS = {"article", "redirect", "source"}
"""Outcomes that are things; the others say what became of a page."""


def counted(number: int, noun: str) -> str:
    """Return `1 page` or `2 pages`; `noun` is the word for one, and takes an s for more."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def told(outcomes: Counter[str]) -> list[str]:
    """Return `12 articles`, `1 not article`, … for counts of outcomes, the most frequent first."""
    return [
        counted(count, name) if name in _NOUNS else f"{count} {name.replace('_', ' ')}"
        for name, count in outcomes.most_common()
    ]
