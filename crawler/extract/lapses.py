"""What authors do not leave in a text, and a template that is read wrongly does."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from crawler.extract.items import Article
from crawler.extract.models import fold_name, in_use

LAPSES: Final = ("end", "repeats", "labels")
"""In the order of the bits of `Shape.lapses`; only ever added to."""
_OPEN = "，、,：:（([“‘《-"
_INNER = re.compile(r"[。！？；，、：]|[.!?;,:]\s")
"""What stands in a sentence or between two: a last line without it may be a name, a link or a signature."""
_LONG = 8
"""Characters of a line that does not stand in a text twice by chance."""
_MUCH = 0.4
_BESIDE = 8
"""Characters that may stand beside a model's name in a line over its answer."""


def lapses_of(article: Article) -> tuple[bool, ...]:
    """Return which of LAPSES the text of an article has."""
    return (
        _stops_amid_a_sentence(article.text),
        _says_much_twice(article.text),
        _has_a_label_in_an_answer(article),
    )


def _stops_amid_a_sentence(text: str) -> bool:
    line = text.rstrip().rpartition("\n")[2]
    if not _INNER.search(line):
        return False
    return line[-1] in _OPEN or unicodedata.category(line[-1]).startswith("L")


def _says_much_twice(text: str) -> bool:
    lines = [line for line in map(str.strip, text.splitlines()) if len(line) >= _LONG]
    return sum(map(len, lines)) - sum(map(len, set(lines))) > _MUCH * len(text)


def _has_a_label_in_an_answer(article: Article) -> bool:
    """Does a line in an answer consist of hardly more than the name of a model that gave none?"""
    models, answered = in_use(), {answer.model for answer in article.answers}
    longest = models.longest + _BESIDE
    for answer in article.answers:
        for line in map(str.strip, answer.text.splitlines()):
            named = models.mention.search(line.lower()) if len(line) <= longest else None
            if named is not None and len(line) - len(named[0]) <= _BESIDE:
                known = models.known.get(fold_name(named[0]))
                if known is not None and known.model.id not in answered:
                    return True
    return False
