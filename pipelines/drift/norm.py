"""How the pages of a host looked in its last good runs: what later ones are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crawler.extract.shape import Shape

Group = Callable[[Shape], Hashable]
"""Which pages are like a page: what is usual is a matter of these alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """One capture of a page, with the shape that it had."""

    page_id: int
    capture_id: int
    shape: Shape


@dataclass(frozen=True)
class Norm:
    """The looks of good runs, newest first, each page once in a run."""

    runs: tuple[tuple[Look, ...], ...] = ()
    _groups: dict[Group, dict[Hashable, tuple[Look, ...]]] = field(default_factory=dict)

    @cached_property
    def latest(self) -> dict[int, Look]:
        """The newest look at each page that gave an article."""
        found: dict[int, Look] = {}
        for run in self.runs:
            for look in run:
                if look.shape.layout:
                    found.setdefault(look.page_id, look)
        return found

    @cached_property
    def site(self) -> str:
        """Whose layouts most pages have; "" where there are none."""
        sites = Counter(look.shape.site for look in self.latest.values())
        return max(sites, key=lambda name: (sites[name], name), default="")

    def like(self, shape: Shape, group: Group) -> tuple[Look, ...]:
        """Return all looks at pages that are like a page."""
        if group not in self._groups:
            by_group: dict[Hashable, list[Look]] = {}
            for run in self.runs:
                for look in run:
                    by_group.setdefault(group(look.shape), []).append(look)
            self._groups[group] = {key: tuple(looks) for key, looks in by_group.items()}
        return self._groups[group].get(group(shape), ())

    def pages_like(self, shape: Shape, group: Group) -> list[Shape]:
        """Return the shapes of pages that are like a page, each page's newest."""
        newest: dict[int, Shape] = {}
        for look in self.like(shape, group):
            newest.setdefault(look.page_id, look.shape)
        return list(newest.values())


def newest_of(looks: Iterable[Look]) -> list[Look]:
    """Return one look at each page, of those that come newest first the first."""
    found: dict[int, Look] = {}
    for look in looks:
        found.setdefault(look.page_id, look)
    return list(found.values())


def by_owner(shape: Shape) -> Hashable:
    """Pages under one beginning of their paths: one author's, or one kind of page."""
    return shape.owner


def by_layout(shape: Shape) -> Hashable:
    """Pages of one layout."""
    return shape.layout


def by_kind(shape: Shape) -> Hashable:
    """Pages of one layout and owner, series apart from others: what authors decide is alike there."""
    return shape.layout, shape.owner, shape.is_series


def quantile(values: Sequence[int], share: float) -> int:
    """Return the value below which this share of the values lies."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
