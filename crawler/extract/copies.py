"""Whether two articles are copies of one: found by sketches of their texts, judged by the texts themselves.

Texts are compared as their folded letters and digits, in shingles of four. A sketch holds, for each of 96
bins, the least hash among the shingles that fall in it (one-permutation MinHash). Copies share a band of
three values: 95% of those that have 45% of all their shingles in common, 99.9% at 60%; 1 in 4,000 at 2%.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Final

from crawler.extract.text.simplified import folded

LEAST_AGREEMENT: Final = 0.2
"""Of the sketches of copies; texts whose sketches agree less need not be compared."""
_LEAST_CHARACTERS = 100  # what shorter texts share may be all that such pages say
_MOST_CHARACTERS = 50_000
_SHINGLE = 4
_STRETCH = 48
_BINS = 96
_ROWS = 3
_VALUE_BYTES = 2
_VALUE_MASK = 0xFFFF
_SCATTER = 0x9E3779B1  # CRC-32 is linear: a product's upper digits are in another order
_MASK = 2**32 - 1
_EMPTY = 2**32
_NUMBERS = re.compile("[0-9]+")
_LEAST_TITLE = 4
_MOST_TIMES_LONGER = 2  # beyond it, the one is a part of the other: a compilation, a digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article's title and text, folded, as copies are compared by them."""

    title: str
    numbers: Counter[str]
    """Those in the title: 第3章 and 第4章 are two articles, and so are two days."""
    body: str
    shingles: frozenset[str]

    @classmethod
    def of(cls, title: str, text: str) -> Text:
        """Fold an article's title and the text of its body."""
        body = folded(text[:_MOST_CHARACTERS])
        return cls(
            title=folded(title),
            numbers=Counter(_NUMBERS.findall(title)),
            body=body,
            shingles=frozenset(_shingles(body)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """What the texts of copies must have in common, given how alike their titles are."""

    title: float
    """Least share of the shorter title's pairs of characters that the other holds."""
    share: float
    """Least share of one text's shingles that the other holds."""
    most_missing: int = _STRETCH
    """Of any stretch of them: replaced words lie scattered, another text in the same frame in one place."""


_ON_ONE_HOST = (_Demand(title=1.0, share=0.9, most_missing=16),)
"""Pages of one host share what stands on all of them."""
_ON_TWO_HOSTS = (
    _Demand(title=1.0, share=0.6),
    _Demand(title=0.7, share=0.55, most_missing=34),
    _Demand(title=0.0, share=0.85, most_missing=24),
)


def sketch(text: Text) -> bytes | None:
    """Return what texts like this one are found by; None for one too short to be compared."""
    if len(text.body) < _LEAST_CHARACTERS:
        return None
    least = [_EMPTY] * _BINS
    for shingle in text.shingles:
        value, place = divmod(zlib.crc32(shingle.encode("utf-8", "surrogatepass")) * _SCATTER & _MASK, _BINS)
        if value < least[place]:  # noqa: PLR1730 -- min() takes three times as long
            least[place] = value
    return b"".join(_filled(least, place).to_bytes(_VALUE_BYTES, "big") for place in range(_BINS))


def bands(sketched: bytes) -> list[int]:
    """Return the numbers, below 2^32, of which copies share at least one."""
    size = _ROWS * _VALUE_BYTES
    return [zlib.crc32(sketched[place : place + size], place) for place in range(0, len(sketched), size)]


def agreement(one: bytes, other: bytes) -> float:
    """Return the share of all shingles of two texts that both have, as their sketches tell it."""
    pairs = zip(memoryview(one).cast("H"), memoryview(other).cast("H"), strict=True)
    return sum(a == b for a, b in pairs) / _BINS


def likeness(one: Text, other: Text) -> float:
    """Return the share of the shingles of one text that stand in the other: of the one with fewer."""
    common = len(one.shingles & other.shingles)
    return round(common / (min(len(one.shingles), len(other.shingles)) or 1), 4)


def are_copies(one: Text, other: Text, *, on_one_host: bool) -> bool:
    """Are the two articles copies of one, or the one of the other?"""
    lengths = sorted((len(one.body), len(other.body)))
    if lengths[1] > _MOST_TIMES_LONGER * lengths[0] or not _numbers_agree(one, other):
        return False
    title = _title_likeness(one.title, other.title)
    return any(
        title >= demand.title and (_stands_in(one, other, demand) or _stands_in(other, one, demand))
        for demand in (_ON_ONE_HOST if on_one_host else _ON_TWO_HOSTS)
    )


def _stands_in(one: Text, other: Text, demand: _Demand) -> bool:
    if len(one.shingles & other.shingles) < demand.share * len(one.shingles):
        return False
    is_missing = [shingle not in other.shingles for shingle in _shingles(one.body)]
    missing = most = sum(is_missing[:_STRETCH])
    for entering, leaving in zip(is_missing[_STRETCH:], is_missing, strict=False):
        missing += entering - leaving
        most = max(most, missing)
    return most <= demand.most_missing


def _numbers_agree(one: Text, other: Text) -> bool:
    """Does the one title hold all numbers of the other? A mirror may have lost some, or added its own."""
    return one.numbers <= other.numbers or other.numbers <= one.numbers


def _title_likeness(one: str, other: str) -> float:
    if min(len(one), len(other)) < _LEAST_TITLE:
        return 0.0
    pairs = [{title[place : place + 2] for place in range(len(title) - 1)} for title in (one, other)]
    return len(pairs[0] & pairs[1]) / min(map(len, pairs))


def _filled(least: list[int], place: int) -> int:
    """The value of a bin; an empty one takes that of the next that is not, told apart by its distance."""
    distance = 0
    while least[(place + distance) % _BINS] == _EMPTY:
        distance += 1
    return (least[(place + distance) % _BINS] + distance * _SCATTER) & _VALUE_MASK


def _shingles(body: str) -> list[str]:
    return [body[place : place + _SHINGLE] for place in range(max(1, len(body) - _SHINGLE + 1))]
