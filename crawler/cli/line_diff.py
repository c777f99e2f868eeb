"""Two texts compared by line, and changed lines by their characters, in time that has a bound.

What is beyond the bound counts as changed: the result is still right, and says more than need be.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import takewhile
from operator import itemgetter
from typing import Literal

_CONTEXT = 3
_STEPS = 2_000_000
"""How often two equal lines or characters may be looked at: about a second."""
_STEPS_PER_LINE = 50
"""What it takes to begin with a line, in the same measure."""
_TOKEN = re.compile("[^\\W\u2e80-\U0010ffff]+|.", re.DOTALL)
"""A word, or a character of a script that puts no blanks between words."""
_LEAST_RUN = 2
"""Characters; what is left of a shorter run between two changes is chance."""
_LEAST_SHARE = 0.25
"""Lines of which less is left are other lines, and nothing in them is told apart."""

_Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
_Span = tuple[int, int]
_FIRST, _LAST = itemgetter(0), itemgetter(1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a unified diff."""

    mark: str
    """`-`, `+`, or a blank where both texts have it."""
    text: str
    changed: tuple[_Span, ...] = ()
    """Where in it the characters stand that the other text does not have, where only some of it changed."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes that stand near each other, with the lines around them."""

    head: str
    lines: tuple[Line, ...]


class Differ:
    """Compares texts, all of them together within one bound."""

    def __init__(self, steps: int = _STEPS) -> None:
        self._steps = steps
        self.is_spent = False
        """Was the bound reached, so that more may be marked as changed than has?"""

    def may_take(self, steps: int) -> bool:
        """Is there room for so many more steps? They are taken then."""
        if steps > self._steps:
            self.is_spent = True
            return False
        self._steps -= steps
        return True

    def hunks(self, old: str, new: str) -> Iterator[Hunk]:
        """Yield what differs, in the order of the texts; an empty text has no lines."""
        ours, theirs = (text.split("\n") if text else [] for text in (old, new))
        for group in _Matcher(ours, theirs, self).get_grouped_opcodes(_CONTEXT):
            (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
            head = f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@"
            lines = (
                line
                for kind, first, last, new_first, new_last in group
                for line in self._lines(kind, ours[first:last], theirs[new_first:new_last])
            )
            yield Hunk(head, tuple(lines))

    def _lines(self, kind: str, ours: list[str], theirs: list[str]) -> Iterator[Line]:
        """Yield the lines of one opcode; as many new lines as old ones are compared one by one."""
        if kind == "equal":
            yield from (Line(" ", text) for text in ours)
            return
        groups = [(ours, theirs)]
        if len(ours) == len(theirs):
            groups = [([one], [other]) for one, other in zip(ours, theirs, strict=True)]
        spans = [self._changed("\n".join(one), "\n".join(other)) for one, other in groups]
        for (lines, _), (removed, _) in zip(groups, spans, strict=True):
            yield from _marked("-", lines, removed)
        for (_, lines), (_, added) in zip(groups, spans, strict=True):
            yield from _marked("+", lines, added)

    def _changed(self, old: str, new: str) -> tuple[Sequence[_Span], Sequence[_Span]]:
        """Return which characters of each text the other does not have; none where hardly any are left."""
        if old == new or not self.may_take(_STEPS_PER_LINE):
            return (), ()
        ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
        removed, added = [], []
        old_at = new_at = kept = 0
        opcodes = _Matcher(ours, theirs, self).get_opcodes()
        for place, (kind, old_start, old_end, new_start, new_end) in enumerate(opcodes):
            old_size = sum(map(len, ours[old_start:old_end]))
            new_size = sum(map(len, theirs[new_start:new_end]))
            is_chance = old_size < _LEAST_RUN and 0 < place < len(opcodes) - 1
            if kind == "equal" and not is_chance:
                kept += old_size
            else:
                removed.append((old_at, old_at + old_size))
                added.append((new_at, new_at + new_size))
            old_at, new_at = old_at + old_size, new_at + new_size
        if 2 * kept < _LEAST_SHARE * (len(old) + len(new)):
            return (), ()
        return removed, added


class _Matcher(SequenceMatcher[str]):
    """Sets both ends apart, where they are the same, and stops looking once the differ's steps are spent."""

    def __init__(self, old: Sequence[str], new: Sequence[str], differ: Differ) -> None:
        self._differ = differ
        self._head = _common(old, new)
        self._tail = _common(old[self._head :][::-1], new[self._head :][::-1])
        self._old = old[self._head : len(old) - self._tail]
        self._new = new[self._head : len(new) - self._tail]
        super().__init__(None, self._old, self._new)
        places = self.b2j  # type: ignore[attr-defined]  # documented, and missing in the stubs
        self._rivals = {token: len(found) for token, found in places.items()}

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest run that both have there, or an empty one once the steps are spent."""
        tokens = self._old[alo:ahi]
        if not self._differ.may_take(len(tokens) + sum(self._rivals.get(token, 0) for token in tokens)):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)

    def get_opcodes(self) -> list[_Opcode]:
        """Return what makes the new sequence of the old one, both ends included."""
        head, tail = self._head, self._tail
        found: list[_Opcode] = [("equal", 0, head, 0, head)] if head else []
        for kind, *bounds in super().get_opcodes():
            old_start, old_end, new_start, new_end = (place + head for place in bounds)
            found.append((kind, old_start, old_end, new_start, new_end))
        if tail:
            old_end, new_end = head + len(self._old), head + len(self._new)
            found.append(("equal", old_end, old_end + tail, new_end, new_end + tail))
        return found


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many first elements are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _range(start: int, end: int) -> str:
    """As unified diffs count lines: from 1; one needs no number, and none stand behind the line before."""
    size = end - start
    return str(end) if size == 1 else f"{start + (size > 0)},{size}"


def _marked(mark: str, lines: Sequence[str], changed: Sequence[_Span]) -> Iterator[Line]:
    """Yield lines with the part of `changed` in each; it counts characters from the first line on."""
    start = 0
    for text in lines:
        end = start + len(text)
        within = changed[bisect_right(changed, start, key=_LAST) : bisect_left(changed, end, key=_FIRST)]
        spans = ((max(first, start) - start, min(last, end) - start) for first, last in within)
        yield Line(mark, text, tuple((first, last) for first, last in spans if first < last))
        start = end + 1
