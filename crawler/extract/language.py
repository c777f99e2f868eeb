"""Chinese or English, told by the letters of the text."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]")
_LEAST_LETTERS = 4
_CHINESE_SHARE = 20
"""Chinese is dense, and articles on programming are full of names: one in so many letters will do."""
_KANA_SHARE = 5


def language_of(text: str) -> str | None:
    """Return `zh` or `en`; None for text with hardly a letter, or in another script."""
    chinese, latin = len(_CHINESE.findall(text)), len(_LATIN.findall(text))
    if chinese + latin < _LEAST_LETTERS or len(_KANA.findall(text)) * _KANA_SHARE > chinese:
        return None if not latin or chinese else "en"
    if chinese * _CHINESE_SHARE >= chinese + latin:
        return "zh"
    return "en" if latin * 2 > sum(map(str.isalpha, text)) else None
