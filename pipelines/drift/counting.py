"""On how many pages of a run something is so, beside how many it was on before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extract.shape import Shape
from pipelines.drift.norm import Group, Look, Norm
from pipelines.drift.tails import tail

ENOUGH: Final = 10
"""Looks at pages like a page that must be known before it counts."""
SOME: Final = 3
"""Pages that a run must have before its share says something."""
BY_CHANCE: Final = 1e-4
_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing in which a run is other than those before it."""

    field: str
    expected: str
    seen: str
    samples: tuple[int, ...]
    """Captures that show it, three at most."""

    @property
    def message(self) -> str:
        """Return it as a sentence."""
        return f"{self.field}: {self.seen}, before {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """On how many of the run's pages something is so, and on how many it was."""

    odd: int
    pages: int
    rate: float
    """The share of pages like them on which it was so, a little more where few are known."""
    most: float
    """The largest share that a good run had."""
    before: tuple[int, int]
    """Looks at pages like them on which it was so, of how many."""
    samples: tuple[int, ...]

    @property
    def share(self) -> float:
        """Return on what share of them, from 0 to 1."""
        return self.odd / self.pages if self.pages else 0.0

    def is_odd(self, *, margin: float, by_chance: float = BY_CHANCE) -> bool:
        """Is it so on more pages than chance, a margin above the usual share, and any good run explain?"""
        return (
            self.share > max(self.most, self.rate + margin)
            and tail(self.odd, self.pages, self.rate) <= by_chance
        )

    def finding(self, name: str, words: str, *, is_negated: bool = False) -> Finding:
        """Return it in words; negated where they say of how many pages it is not so."""
        (odd, known), now = self.before, self.odd
        if is_negated:
            odd, now = known - odd, self.pages - now
        return Finding(
            field=name,
            expected=words.format(f"{odd} of {known} pages"),
            seen=f"{now} of {self.pages}",
            samples=self.samples,
        )


def count(looks: Sequence[Look], norm: Norm, group: Group, is_odd: Callable[[Shape], bool | None]) -> Counted:
    """Return on how many of a run's pages something is so; None is where the question does not arise.

    `group`: which pages of the norm a page is compared with; it counts where enough of them are known.
    """
    known: dict[Hashable, tuple[int, int]] = {}
    odd, rates = [], []
    for look in looks:
        answer = is_odd(look.shape)
        if answer is None:
            continue
        key = group(look.shape)
        if key not in known:
            answers = [a for other in norm.like(look.shape, group) if (a := is_odd(other.shape)) is not None]
            known[key] = sum(answers), len(answers)
        if known[key][1] < ENOUGH:
            continue
        rates.append((known[key][0] + 1) / (known[key][1] + 2))
        if answer:
            odd.append(look)
    groups = {key for key, (_, asked) in known.items() if asked >= ENOUGH}
    return Counted(
        odd=len(odd),
        pages=len(rates),
        rate=sum(rates) / len(rates) if rates else 1.0,
        most=max((_share(run, groups, group, is_odd) for run in norm.runs), default=0.0),
        before=(sum(known[key][0] for key in groups), sum(known[key][1] for key in groups)),
        samples=samples_of(odd),
    )


def _share(
    run: Sequence[Look], groups: set[Hashable], group: Group, is_odd: Callable[[Shape], bool | None]
) -> float:
    answers = [
        answer for look in run if group(look.shape) in groups and (answer := is_odd(look.shape)) is not None
    ]
    return sum(answers) / len(answers) if len(answers) >= SOME else 0.0


def samples_of(looks: Sequence[Look]) -> tuple[int, ...]:
    """Return the captures that a finding names, of those that show it."""
    return tuple(look.capture_id for look in looks[:_SAMPLES])
