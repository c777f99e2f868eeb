"""Traditional characters folded to Simplified ones: for keys and comparisons, not for text that is shown."""

from __future__ import annotations

from functools import cache
from typing import Any


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


@cache
def _converter() -> Any:
    """OpenCC with its dictionaries, loaded on first use: 12 ms that most commands need not pay."""
    import opencc  # noqa: PLC0415

    return opencc.OpenCC("t2s")
