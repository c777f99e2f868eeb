"""Chinese or English, told by the letters of the text."""

from __future__ import annotations

import re
from string import ascii_letters

from crawler.extract.text.letters import beyond_ascii

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_NO_LATIN = bytes(set(range(128)) - set(ascii_letters.encode()))
_LEAST_LETTERS = 4
_CHINESE_SHARE = 20
"""Chinese is dense, and articles on programming are full of names: one in so many letters will do."""
_KANA_SHARE = 5


def language_of(text: str) -> str | None:
    """Return `zh` or `en`; None for text with hardly a letter, or in another script."""
    beyond = beyond_ascii(text)
    chinese = _letters(_CHINESE, beyond)
    latin = len(text.encode("ascii", "ignore").translate(None, _NO_LATIN))
    if chinese + latin < _LEAST_LETTERS or _letters(_KANA, beyond) * _KANA_SHARE > chinese:
        return None if not latin or chinese else "en"
    if chinese * _CHINESE_SHARE >= chinese + latin:
        return "zh"
    return "en" if latin * 2 > sum(map(str.isalpha, text)) else None


def _letters(script: re.Pattern[str], text: str) -> int:
    """How many letters of a script a text has: counted by runs, which are a fifth as many."""
    return sum(map(len, script.findall(text)))
