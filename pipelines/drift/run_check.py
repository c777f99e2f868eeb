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
from pipelines.drift.counting import BY_CHANCE, ENOUGH, SOME, Finding, count, samples_of
from pipelines.drift.losses import LOSSES
from pipelines.drift.norm import Look, Norm, by_kind, by_owner, newest_of, quantile
from pipelines.drift.tails import tail

_BY_CHANCE_OF_MANY = 1e-6
"""Where so many things are asked at once that one of them is often odd."""
_MANY = 8
"""Pages that a run must have to say something of values that differ from page to page anyway."""


def compare(looks: Sequence[Look], norm: Norm) -> tuple[Finding, ...]:
    """Return in what a run's looks, newest first, are other than the norm; nothing where all is as before."""
    looks = newest_of(looks)
    found = (*_losses(looks, norm), *_levels(looks, norm), *_alike(looks, norm), *_changes(looks, norm))
    return (*found, *(() if found else _new_lines(looks, norm)))


# -- what pages lack -------------------------------------------------------------------------------------


def _losses(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    for loss in LOSSES:
        counted = count(looks, norm, loss.group, loss.is_lost)
        if loss.is_printed and _is_of_new_pages(looks, norm, loss.is_lost):
            continue
        if counted.is_odd(margin=loss.margin):
            yield counted.finding(loss.field, f"{{}} {loss.had}", is_negated=True)
    counted = count(looks, norm, by_owner, _has_new_layout(norm))
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


@dataclass(frozen=True, slots=True)
class _Level:
    field: str
    of: Callable[[Shape], int | None]
    fewer: int = 1
    """How many times less than the middle it may be by its author's will alone."""
    more: int = 1
    """How many times more."""


_LEVELS = (
    _Level("body length", lambda shape: shape.chars if shape.layout else None, 2, 4),
    _Level("answers per page", lambda shape: len(shape.answers) or None, 2, 2),
    _Level("answer length", lambda shape: _middle(shape.answers) if shape.answers else None, 3, 4),
    _Level("shortest answer", lambda shape: min(shape.answers, default=None), 3, 4),
    _Level("longest answer", lambda shape: max(shape.answers, default=None), 3, 4),
    *(_Level(f"{name} list entries", _entries(place)) for place, name in enumerate(LISTS)),
)
"""How much is written, and by how many models, is up to authors, and all new pages may be so at once, single
answers most of all; lists are the template's. What a template swallows or adds shows in LOSSES too, and on
pages that were seen before.
"""


def _middle(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]


def _levels(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield where a run has more than its share of what is lower, or higher, than nearly all pages were."""
    for level in _LEVELS:
        usual: dict[Hashable, tuple[int, int] | None] = {}
        for look in looks:
            if by_kind(look.shape) not in usual:
                usual[by_kind(look.shape)] = _ends(norm, look.shape, level)
        for sign, side in ((-1, 0), (1, 1)):

            def is_out(shape: Shape) -> bool | None:
                value, end = level.of(shape), usual.get(by_kind(shape))  # noqa: B023 -- used in this turn
                return None if value is None or end is None else sign * (value - end[side]) > 0  # noqa: B023

            counted = count(looks, norm, by_kind, is_out)
            if counted.pages >= _MANY and counted.is_odd(margin=0.4):
                values = [v for look in looks if (v := level.of(look.shape)) is not None]
                end = next(found for found in usual.values() if found is not None)
                yield Finding(
                    field=level.field,
                    expected=f"nearly always from {end[0]} to {end[1]}",
                    seen=f"{_middle(values)} in the middle of {len(values)} pages",
                    samples=counted.samples,
                )


def _ends(norm: Norm, shape: Shape, level: _Level) -> tuple[int, int] | None:
    values = [value for look in norm.like(shape, by_kind) if (value := level.of(look.shape)) is not None]
    if not values:
        return None
    low, high = -(-_middle(values) // level.fewer), level.more * _middle(values)
    return min(quantile(values, 0.1), low), max(quantile(values, 0.9), high)


# -- what differs from page to page, and does so no more -------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Value:
    field: str
    of: Callable[[Shape], Any]
    is_alike_by_nature: bool = True
    """May a run have many pages with one, such as those that one author wrote on one day?"""
    is_of_owner: bool = False
    """Is it one for all pages of an owner, so that only those of several tell of drift?"""
    is_printed: bool = False
    """Does a template that puts it there put it on all pages, those that were seen before too?"""


_VALUES = (
    _Value("published", lambda shape: shape.published),
    _Value("author", lambda shape: shape.author, is_of_owner=True),
    _Value("title", lambda shape: shape.title, is_alike_by_nature=False),
    _Value("title's end", lambda shape: shape.ending, is_printed=True),
    _Value("read_count", lambda shape: shape.reads),
)


def _alike(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield the values that most pages of the run share and hardly one had before."""
    for value in _VALUES:
        known = [look for look in looks if len(norm.like(look.shape, by_kind)) >= ENOUGH]
        given = Counter(v for look in known if (v := value.of(look.shape)))
        if not given or given.total() < _MANY:
            continue
        ((common, _),) = given.most_common(1)
        owners = {look.shape.owner for look in known if value.of(look.shape) == common}
        if value.is_of_owner and len(owners) == 1:
            continue

        def is_common(shape: Shape) -> bool | None:
            found = value.of(shape)  # noqa: B023 -- used in this turn
            return found == common if found else None  # noqa: B023

        if value.is_printed and _is_of_new_pages(known, norm, is_common):
            continue
        counted = count(known, norm, by_kind, is_common)
        before = max((_most_alike(run, value) for run in norm.runs if value.is_alike_by_nature), default=0.0)
        if counted.is_odd(margin=0.5) and counted.share >= before + 0.3:
            yield counted.finding(value.field, "{} had the value that it has now")


def _is_of_new_pages(looks: Sequence[Look], norm: Norm, is_so: Callable[[Shape], bool | None]) -> bool:
    """Do most pages that were seen before not have what new ones have, as their authors wrote it there?"""
    answers = (is_so(look.shape) for look in looks if look.page_id in norm.latest)
    asked = [answer for answer in answers if answer is not None]
    return len(asked) >= SOME and 2 * sum(asked) < len(asked)


def _most_alike(run: Sequence[Look], value: _Value) -> float:
    """Return the largest share of a run's pages that have one value."""
    given = Counter(v for look in run if (v := value.of(look.shape)))
    return max(given.values()) / given.total() if given.total() >= SOME else 0.0


# -- what a page had when it was seen before -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    field: str
    is_so: Callable[[Shape, Shape], bool | None]
    """Of a page's shape before and now; None where the question does not arise."""
    rate: float
    """On what share of pages authors, readers and sites do so themselves."""
    now: str = "another"
    """What there is then."""
    most: float = 0.5
    """Up to which share of a run's pages an author may change himself at one time."""


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
    _Change("title", _differs("title"), 0.1, most=0.8),
    _Change("read_count", _reads_jumped, 0.05),
    _Change("body length", lambda old, new: 10 * new.chars < 7 * old.chars if new.layout else None, 0.1),
    _Change(
        "body length", lambda old, new: 7 * new.chars > 10 * old.chars if new.layout else None, 0.1, most=0.8
    ),
    _Change(
        "answers per page",
        lambda old, new: len(new.answers) < len(old.answers) if old.answers and new.layout else None,
        0.05,
    ),
    _Change("article", lambda _, new: new.is_gone, 0.3, now="a notice that it is not there"),
)


def _changes(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield what is other on most of the pages that were seen before."""
    pairs = [(norm.latest[look.page_id].shape, look) for look in looks if look.page_id in norm.latest]
    for change in _CHANGES:
        asked = [(look, is_so) for old, look in pairs if (is_so := change.is_so(old, look.shape)) is not None]
        odd = [look for look, is_so in asked if is_so]
        if len(odd) >= change.most * len(asked) and tail(len(odd), len(asked), change.rate) <= BY_CHANCE:
            yield Finding(
                field=change.field,
                expected="what these pages themselves had",
                seen=f"{change.now} on {len(odd)} of {len(asked)} pages that were seen before",
                samples=samples_of(odd),
            )


# -- what was put into all texts -------------------------------------------------------------------------


def _new_lines(looks: Sequence[Look], norm: Norm) -> Iterator[Finding]:
    """Yield that most texts of the run have a line in common that texts had not before."""
    common = Counter(bit for look in looks for bit in _bits_of(look.shape.lines))
    # Long texts have many bits, of which some are alike by chance.
    full = common.total() / (LINE_BITS * len(looks)) if looks else 0.0
    for bit, pages in common.most_common():
        if pages < max(_MANY - 2, 0.6 * len(looks)):
            return

        def has_it(shape: Shape, bit: int = bit) -> bool:
            return bool(shape.lines >> bit & 1)

        if tail(pages, len(looks), full) > _BY_CHANCE_OF_MANY or _is_of_new_pages(looks, norm, has_it):
            continue
        counted = count(looks, norm, by_kind, has_it)
        if counted.is_odd(margin=0.5, by_chance=_BY_CHANCE_OF_MANY):
            yield counted.finding("text", "{} had a line that is in most texts now")
            return


def _bits_of(lines: int) -> Iterator[int]:
    return (bit for bit in range(LINE_BITS) if lines >> bit & 1)
