"""Traditional characters folded to Simplified ones: for keys and comparisons, not for text that is shown."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


def simplified(text: str) -> str:
    """Return `text` in Simplified characters, of the same length where each stands for one.

    Words decide where a character has several forms (乾燥 is 干燥, 乾坤 stays). What is no Chinese stays;
    a lone surrogate becomes `?`.
    """
    if text.isascii():
        return text
    try:
        folded: str = _converter().convert(text)
    except UnicodeEncodeError:
        folded = _converter().convert(text.encode(errors="replace").decode())
    return folded


def folded(text: str) -> str:
    """Return the letters and digits of `text` as copies of it have them: NFKC, case-folded, Simplified.

    Blanks, punctuation and symbols are left out, whichever a mirror made of them.
    """
    return _NEITHER_LETTER_NOR_DIGIT.sub("", simplified(unicodedata.normalize("NFKC", text).casefold()))


@cache
def _converter() -> Any:
    """OpenCC with its dictionaries, loaded on first use: 12 ms that most commands need not pay."""
    import opencc  # noqa: PLC0415

    return opencc.OpenCC("t2s")
