"""Whether the pages of a run, together, are other than those of the last good runs: pure.

Each thing that may be worse on a page is counted over the run. It is drift where far more pages are so than
is usual, where chance does not explain it, and where no good run had as many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.extract.shape import LINE_BITS, LISTS, Shape
from pipelines.drift.losses import LOSSES
from pipelines.drift.norm import Group, Look, Norm, by_kind, by_owner, newest_of, quantile
from pipelines.drift.tails import tail

_ENOUGH = 10
"""Looks at pages like a page that must be known before it counts."""
_BY_CHANCE = 1e-4
_BY_CHANCE_OF_MANY = 1e-6
"""Where so many things are asked at once that one of them is often odd."""
_SOME = 3
"""Pages that a run must have before its share says something."""
_MANY = 8
"""The same where values differ from page to page anyway."""
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


def compare(looks: Sequence[Look], norm: Norm) -> tuple[Finding, ...]:
    """Return in what a run's looks, newest first, are other than the norm; nothing where all is as before."""
    looks = newest_of(looks)
    found = (*_losses(looks, norm), *_levels(looks, norm), *_alike(looks, norm), *_changes(looks, norm))
    return (*found, *(() if found else _new_lines(looks, norm)))


# -- what pages lack -------------------------------------------------------------------------------------


def _losses(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    for loss in LOSSES:
        counted = _count(looks, norm, loss.group, loss.is_lost)
        if counted.is_odd(margin=loss.margin):
            yield counted.finding(loss.field, f"{{}} {loss.had}", is_negated=True)
    counted = _count(looks, norm, by_owner, _has_new_layout(norm))
    if counted.is_odd(margin=0.1):
        yield counted.finding("layout", "{} had a known layout", is_negated=True)


def _has_new_layout(norm: Norm) -> Callable[[Shape], bool | None]:
    known = Counter(look.shape.layout for look in norm.latest.values())
    usual = {layout for layout, pages in known.items() if pages > 0.01 * len(norm.latest)}
    return lambda shape: shape.layout not in usual if shape.layout else None


# -- how long and how many -------------------------------------------------------------------------------


def _entries(place: int) -> Callable[[Shape], int | None]:
    def entries(shape: Shape) -> int | None:
        found = shape.lists[place]
        return None if found is None else found.entries

    return entries


_LEVELS: dict[str, Callable[[Shape], int | None]] = {
    "body length": lambda shape: shape.chars if shape.layout else None,
    "answers per page": lambda shape: len(shape.answers) or None,
    "answer length": lambda shape: sorted(shape.answers)[len(shape.answers) // 2] if shape.answers else None,
    "shortest answer": lambda shape: min(shape.answers, default=None),
    "longest answer": lambda shape: max(shape.answers, default=None),
    **{f"{name} list entries": _entries(place) for place, name in enumerate(LISTS)},
}


def _levels(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield where a run has more than its share of what is lower, or higher, than nearly all pages were."""
    for name, level in _LEVELS.items():
        usual: dict[Hashable, tuple[int, int] | None] = {}
        for look in looks:
            if by_kind(look.shape) not in usual:
                usual[by_kind(look.shape)] = _ends(norm, look.shape, level)
        for sign, side in ((-1, 0), (1, 1)):

            def is_out(shape: Shape) -> bool | None:
                value, end = level(shape), usual.get(by_kind(shape))  # noqa: B023 -- used in this turn
                return None if value is None or end is None else sign * (value - end[side]) > 0  # noqa: B023

            counted = _count(looks, norm, by_kind, is_out)
            if counted.pages >= _MANY and counted.is_odd(margin=0.4):
                values = sorted(v for look in looks if (v := level(look.shape)) is not None)
                end = next(found for found in usual.values() if found is not None)
                yield Finding(
                    field=name,
                    expected=f"nearly always from {end[0]} to {end[1]}",
                    seen=f"{values[len(values) // 2]} in the middle of {len(values)} pages",
                    samples=counted.samples,
                )


def _ends(norm: Norm, shape: Shape, level: Callable[[Shape], int | None]) -> tuple[int, int] | None:
    values = [value for look in norm.like(shape, by_kind) if (value := level(look.shape)) is not None]
    return (quantile(values, 0.1), quantile(values, 0.9)) if values else None


# -- what differs from page to page, and does so no more -------------------------------------------------

_VALUES: dict[str, Callable[[Shape], Any]] = {
    "published": lambda shape: shape.published,
    "author": lambda shape: shape.author,
    "title": lambda shape: shape.title,
    "title's end": lambda shape: shape.ending,
    "read_count": lambda shape: shape.reads,
}


def _alike(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield the values that most pages of the run share and hardly one had before."""
    for name, value in _VALUES.items():
        known = [look for look in looks if len(norm.like(look.shape, by_kind)) >= _ENOUGH]
        given = Counter(v for look in known if (v := value(look.shape)))
        if not given or given.total() < _MANY:
            continue
        ((common, _),) = given.most_common(1)

        def is_common(shape: Shape) -> bool | None:
            found = value(shape)  # noqa: B023 -- used in this turn
            return found == common if found else None  # noqa: B023

        counted = _count(known, norm, by_kind, is_common)
        before = max((_most_alike(run, value) for run in norm.runs), default=1.0)
        if counted.is_odd(margin=0.5) and counted.share >= before + 0.3:
            yield counted.finding(name, "{} had the value that it has now")


def _most_alike(run: Sequence[Look], value: Callable[[Shape], Any]) -> float:
    """Return the largest share of a run's pages that have one value."""
    given = Counter(v for look in run if (v := value(look.shape)))
    return max(given.values()) / given.total() if given.total() >= _SOME else 0.0


# -- what a page had when it was seen before -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    field: str
    is_so: Callable[[Shape, Shape], bool | None]
    """Of a page's shape before and now; None where the question does not arise."""
    rate: float
    """On what share of pages authors, readers and sites do so themselves."""


def _differs(name: str) -> Callable[[Shape, Shape], bool | None]:
    def differs(before: Shape, now: Shape) -> bool | None:
        old, new = getattr(before, name), getattr(now, name)
        return old != new if old and new else None

    return differs


def _reads_jumped(before: Shape, now: Shape) -> bool | None:
    if before.reads is None or now.reads is None:
        return None
    return now.reads < before.reads or now.reads > 8 * before.reads + 500


_CHANGES = (
    _Change("published", _differs("published"), 0.02),
    _Change("author", _differs("author"), 0.02),
    _Change("title", _differs("title"), 0.1),
    _Change("read_count", _reads_jumped, 0.05),
    _Change("body length", lambda before, now: 10 * now.chars < 7 * before.chars, 0.1),
    _Change(
        "answers per page",
        lambda old, new: len(new.answers) < len(old.answers) if old.answers else None,
        0.05,
    ),
)


def _changes(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield what is other on most of the pages that were seen before."""
    pairs = [
        (norm.latest[look.page_id].shape, look)
        for look in looks
        if look.page_id in norm.latest and look.shape.layout
    ]
    for change in _CHANGES:
        asked = [(look, is_so) for old, look in pairs if (is_so := change.is_so(old, look.shape)) is not None]
        odd = [look for look, is_so in asked if is_so]
        if len(odd) >= 0.5 * len(asked) and tail(len(odd), len(asked), change.rate) <= _BY_CHANCE:
            yield Finding(
                field=change.field,
                expected="what these pages themselves had",
                seen=f"another on {len(odd)} of {len(asked)} pages that were seen before",
                samples=_samples(odd),
            )


# -- what was put into all texts -------------------------------------------------------------------------


def _new_lines(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield that most texts of the run have a line in common that texts had not before."""
    common = Counter(bit for look in looks for bit in _bits_of(look.shape.lines))
    for bit, pages in common.most_common():
        if pages < max(_MANY - 2, 0.6 * len(looks)):
            return
        counted = _count(looks, norm, by_kind, lambda shape, bit=bit: bool(shape.lines >> bit & 1))  # type: ignore[misc]
        if counted.is_odd(margin=0.5, by_chance=_BY_CHANCE_OF_MANY):
            yield counted.finding("text", "{} had a line that is in most texts now")
            return


def _bits_of(lines: int) -> Iterator[int]:
    return (bit for bit in range(LINE_BITS) if lines >> bit & 1)


# -- counting --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
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
        return self.odd / self.pages if self.pages else 0.0

    def is_odd(self, *, margin: float, by_chance: float = _BY_CHANCE) -> bool:
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


def _count(
    looks: Sequence[Look], norm: Norm, group: Group, is_odd: Callable[[Shape], bool | None]
) -> _Counted:
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
        if known[key][1] < _ENOUGH:
            continue
        rates.append((known[key][0] + 1) / (known[key][1] + 2))
        if answer:
            odd.append(look)
    groups = {key for key, (_, asked) in known.items() if asked >= _ENOUGH}
    return _Counted(
        odd=len(odd),
        pages=len(rates),
        rate=sum(rates) / len(rates) if rates else 1.0,
        most=max((_share(run, groups, group, is_odd) for run in norm.runs), default=0.0),
        before=(sum(known[key][0] for key in groups), sum(known[key][1] for key in groups)),
        samples=_samples(odd),
    )


def _share(
    run: Sequence[Look], groups: set[Hashable], group: Group, is_odd: Callable[[Shape], bool | None]
) -> float:
    answers = [
        answer for look in run if group(look.shape) in groups and (answer := is_odd(look.shape)) is not None
    ]
    return sum(answers) / len(answers) if len(answers) >= _SOME else 0.0


def _samples(looks: Sequence[Look]) -> tuple[int, ...]:
    return tuple(look.capture_id for look in looks[:_SAMPLES])
