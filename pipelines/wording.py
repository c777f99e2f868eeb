"""Numbers with their nouns, for lines that a person reads."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return `1 page` or `2 pages`; `noun` is the word for one, and takes an s for more."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
