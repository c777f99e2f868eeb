"""Whether texts under models' names speak of what was asked, or of one thing, as answers do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crawler.extract.answers.evidence import topic_of
from crawler.extract.text.folding import folded

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z0-9+#.]+")
_REACH = 400
"""How much of a text is looked at."""
_STUB = 2
"""Letters: so short a text says nothing of its subject."""
_SHARED = 2
_SHORT = 12
"""Characters: in so short a text one shared word says as much as two."""
_FEW = 2
_LETTERS = re.compile(r"[^\W_]")


def speak_of(texts: Sequence[str], questions: Sequence[str]) -> bool:
    """Do half of the texts, both of two, share words with a question, or several with another text?

    Texts of a letter or two count for nothing. Where there are no others, or the questions have no subject
    (你是谁), nothing speaks against them.
    """
    told = [folded(text[:_REACH]).lower() for text in texts if len(_LETTERS.findall(text)) > _STUB]
    topics = set().union(*(_words(topic_of(question)) for question in questions))
    if not told or not topics:
        return True
    found = [_words(text) for text in told]
    often = Counter(word for words in found for word in words if not _is_common(word))
    single = [word for word in topics if len(word) == 1]
    fitting = 0
    for text, words in zip(told, found, strict=True):
        mutual = sum(often[word] > 1 for word in words)
        enough = mutual >= (_SHARED if len(text) > _SHORT else 1)
        fitting += enough or bool(topics & words) or any(word in text for word in single)
    return fitting == len(told) if len(told) <= _FEW else 2 * fitting >= len(told)


def _words(text: str) -> set[str]:
    """Latin words, and all pairs of neighbouring Chinese characters; a character that stands alone."""
    words = set(_WORD.findall(text))
    for run in _HAN.findall(text):
        words |= {run[i : i + 2] for i in range(len(run) - 1)} if len(run) > 1 else {run}
    return words


def _is_common(word: str) -> bool:
    return len(word) == 1 or not topic_of(word).strip()
