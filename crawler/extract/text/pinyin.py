"""The pronunciation that some copies of articles put behind single characters, as in 深度學(xué)習(xí)."""

from __future__ import annotations

import re
from typing import Final

_VOWELS: Final = "aāáǎàeēéěèiīíǐìoōóǒòuūúǔùüǖǘǚǜ"
_SYLLABLE: Final = rf"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?[{_VOWELS}]{{1,3}}(?:ng|n|r)?"
_INSERTED = re.compile(rf"(?<=[一-鿿])\({_SYLLABLE}\)")
_BRACKETED = re.compile(rf"(?<=[一-鿿])\([a-z{_VOWELS}]{{1,12}}\)")
_LEAST: Final = 6
"""So many times it is no author's note on how a word is read."""
_NEARLY_ALL: Final = 0.9


def has_pinyin(text: str) -> bool:
    """Stands pinyin behind characters of a text again and again, and hardly a word in brackets else?"""
    inserted = sum(1 for _ in _INSERTED.finditer(text))
    return inserted >= _LEAST and inserted >= _NEARLY_ALL * sum(1 for _ in _BRACKETED.finditer(text))


def without_pinyin(text: str) -> str:
    """Return a text without the pinyin behind its characters; call it where `has_pinyin` says so."""
    return _INSERTED.sub("", text)
