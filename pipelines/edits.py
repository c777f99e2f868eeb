"""What lies between two versions of an article: which answers came, went, changed or moved."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from pipelines.versions import Version, VersionAnswer

Status = Literal["added", "removed", "changed", "unchanged"]

_LEAST_LIKENESS = 0.5
_MOST_COMPARED = 20
"""Answers of each version, of those whose label says nothing, that are compared by their texts."""
_SAME: tuple[Callable[[VersionAnswer], Hashable], ...] = (
    lambda answer: (answer.model, answer.label, answer.question_key, _folded(answer.text)),
    lambda answer: (answer.model, answer.label, answer.question_key),
    lambda answer: answer.model and (answer.model, answer.question_key),
    lambda answer: (answer.model, answer.label),
    lambda answer: answer.model,
    lambda answer: answer.label,
    lambda answer: _folded(answer.text),
)
"""What makes answers of two versions one, the surest first; None and no text are shared by none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEdit:
    """One answer in the two versions; None where it is not in one of them."""

    old: VersionAnswer | None
    new: VersionAnswer | None
    is_moved: bool
    """Do answers that stood before it stand behind it now, or the other way round?"""

    @property
    def status(self) -> Status:
        """What became of the answer. White space makes no change, as it makes no version."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        is_same = self.old.label == self.new.label and not differ(self.old.text, self.new.text)
        return "unchanged" if is_same else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Two versions of an article, and their answers by twos."""

    old: Version
    new: Version
    answers: tuple[AnswerEdit, ...]
    """In the order of the new version, then what it does not have."""


def compare(old: Version, new: Version) -> Edit:
    """Match the answers of two versions: by model, label and question, else by what they say."""
    pairs = _pairs(old.answers, new.answers)
    steady = _steady([pairs[place] for place in sorted(pairs)])
    answers = [
        AnswerEdit(
            old=old.answers[pairs[place]] if place in pairs else None,
            new=answer,
            is_moved=place in pairs and pairs[place] not in steady,
        )
        for place, answer in enumerate(new.answers)
    ]
    kept = set(pairs.values())
    answers += [
        AnswerEdit(old=answer, new=None, is_moved=False)
        for place, answer in enumerate(old.answers)
        if place not in kept
    ]
    return Edit(old=old, new=new, answers=tuple(answers))


def differ(old: str, new: str) -> bool:
    """Do two texts differ by more than white space and the way their characters are composed?"""
    return _folded(old) != _folded(new)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _pairs(old: tuple[VersionAnswer, ...], new: tuple[VersionAnswer, ...]) -> dict[int, int]:
    """Return the places of new answers with those of the old ones that they were."""
    pairs: dict[int, int] = {}
    olds, news = list(range(len(old))), list(range(len(new)))
    for same in _SAME:
        waiting = defaultdict[Hashable, deque[int]](deque)
        for place in olds:
            waiting[same(old[place])].append(place)
        for place in news:
            key = same(new[place])
            if key and waiting[key]:
                pairs[place] = waiting[key].popleft()
        olds = _left(olds, pairs.values())
        news = _left(news, pairs)
    pairs.update(_alike(old, new, olds, news))
    return pairs


def _left(places: list[int], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [place for place in places if place not in gone]


def _alike(
    old: tuple[VersionAnswer, ...], new: tuple[VersionAnswer, ...], olds: list[int], news: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield the places of new answers with those of the old ones that say most of the same."""
    waiting = {place: _pairs_of_characters(old[place].text) for place in olds[:_MOST_COMPARED]}
    for place in news[:_MOST_COMPARED]:
        ours = _pairs_of_characters(new[place].text)
        likeness = {one: _likeness(theirs, ours) for one, theirs in waiting.items()}
        best = max(likeness, key=likeness.__getitem__, default=-1)
        if likeness.get(best, 0.0) >= _LEAST_LIKENESS:
            del waiting[best]
            yield place, best


def _pairs_of_characters(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(text))


def _likeness(old: Counter[tuple[str, str]], new: Counter[tuple[str, str]]) -> float:
    """Return the share of pairs of characters that both have."""
    return 2 * (old & new).total() / max(old.total() + new.total(), 1)


def _steady(places: list[int]) -> set[int]:
    """Return those of the places that are still in the order in which they were."""
    blocks = SequenceMatcher(None, sorted(places), places, autojunk=False).get_matching_blocks()
    return {place for block in blocks for place in places[block.b : block.b + block.size]}
