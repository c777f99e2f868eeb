"""Whether a plain text is the rendering of an article, or a log, source code, a table, data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

_LOG_LINE = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d(?::\d\d)?\S*\s+\S|\S+ - - \["
    r"|(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )"
    r"|\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b|<\d{1,3}>"
)
_CODE_LINE = re.compile(
    r"(?:(?:def|class|import|from|return|if|for|while|else|elif|try|except|public|private|static|const|let|var"
    r"|function|func|package|using|namespace|void|int|fn|struct|impl|use|pub|end|local|SELECT|INSERT|CREATE)\b[^。，！？]*"
    r"|#include\b.*|[@}\])].*|//.*|/\*.*|\*.*|#!.*|[^。，！？]*(?:[{};]|=>|\\|\)|:=.*))"
)
_SETTING = re.compile(
    r"(?:- )?[\"']?[A-Za-z_][\w.\- ]{0,60}[\"']?\s?[:=]|\[[\w.\- ]+\]$|#|- [\w.-]+$", re.ASCII
)
_SENTENCE = re.compile(r"[。！？!?：:；…]|\.(?:\s|$)")
_CJK = re.compile(r"[一-鿿]")
_LEAST_PROSE: Final = 60
"""Characters of Chinese, or a third of so many of another script, that make an article."""
_CJK_WEIGHT: Final = 3
_CODE_WIDTH: Final = 200
_LEAST_ROWS: Final = 3
_MOST: Final = 0.5
_NEARLY_ALL: Final = 0.9


def why_no_article(lines: Sequence[str]) -> str | None:
    """Return what a text is where it is plainly no article, else None."""
    shown = [line for line in lines if line.strip()]
    return next((what for what, holds in _KINDS if holds(shown)), None)


def prose(lines: Sequence[str]) -> int:
    """Return how much of a text is sentences: Chinese characters, and a third of the others."""
    total = 0
    for line in lines:
        text = line.strip()
        if _SENTENCE.search(text):
            chinese = len(_CJK.findall(text))
            total += chinese + (len(text) - chinese) // _CJK_WEIGHT
    return total


def is_prose(lines: Sequence[str]) -> bool:
    """Is there as much of sentences as an article has at least?"""
    return prose(lines) >= _LEAST_PROSE


def _json(lines: Sequence[str]) -> bool:
    if not lines or lines[0].lstrip()[0] not in '{["':
        return False
    for text in ("\n".join(lines), lines[0]):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return isinstance(value, dict | list)
    return False


def _log(lines: Sequence[str]) -> bool:
    return (
        len(lines) >= _LEAST_ROWS
        and sum(_LOG_LINE.match(line) is not None for line in lines) > len(lines) * _MOST
    )


def _table(lines: Sequence[str]) -> bool:
    if len(lines) < _LEAST_ROWS:
        return False
    for separator in ",\t;|":
        counts = Counter(line.count(separator) for line in lines)
        count, often = counts.most_common(1)[0]
        if count and often >= len(lines) * _NEARLY_ALL and not is_prose(lines):
            return True
    return False


def _code(lines: Sequence[str]) -> bool:
    return (
        len(lines) >= _LEAST_ROWS
        and sum(_CODE_LINE.fullmatch(line.strip()[:_CODE_WIDTH]) is not None for line in lines)
        > len(lines) * _MOST
    )


def _settings(lines: Sequence[str]) -> bool:
    found = sum(_SETTING.match(line.strip()) is not None for line in lines)
    return len(lines) >= _LEAST_ROWS and found > len(lines) * _NEARLY_ALL


_KINDS: Final[tuple[tuple[str, Callable[[Sequence[str]], bool]], ...]] = (
    ("empty", lambda lines: not lines),
    ("JSON data", _json),
    ("a log", _log),
    ("a table of values", _table),
    ("source code", _code),
    ("a file of settings", _settings),
)
