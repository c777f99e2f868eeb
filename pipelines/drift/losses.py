"""What a page may lack of what pages like it have: a table, for single pages and for whole runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.extract.lapses import LAPSES
from crawler.extract.shape import ECHOES, FIELDS, LISTS, Shape
from pipelines.drift.norm import Group, by_kind, by_layout, by_owner

_BY_TEMPLATE = ("published", "author", "read_count")
"""Fields that a template prints on every page; the others are up to authors."""
_DETAILS = ("urls", "counts", "times")


@dataclass(frozen=True, slots=True)
class Loss:
    """One way in which a page may be worse than pages like it."""

    field: str
    is_lost: Callable[[Shape], bool | None]
    """None where the question does not arise."""
    group: Group
    stands_alone: bool = False
    """Is one page that is so, where none like it was, not fit to be stored?"""
    margin: float = 0.3
    """By how much more of a run's pages are so than is usual, where that is no chance."""
    is_printed: bool = False
    """Are pages that were seen before so too, where it is the template's doing?"""
    had: str = "had it"
    """What is said of pages where it is not so."""


def _lacks(name: str) -> Callable[[Shape], bool | None]:
    return lambda shape: not shape.has(name) if shape.layout else None


def _lacks_list(place: int) -> Callable[[Shape], bool | None]:
    return lambda shape: shape.lists[place] is None if shape.layout else None


def _lacks_detail(place: int, name: str) -> Callable[[Shape], bool | None]:
    def lacks(shape: Shape) -> bool | None:
        found = shape.lists[place]
        return None if found is None else 2 * getattr(found, name) < found.entries

    return lacks


def _has_foreign(place: int) -> Callable[[Shape], bool | None]:
    def has(shape: Shape) -> bool | None:
        found = shape.lists[place]
        return None if found is None else found.foreign > 0

    return has


def _echoes(name: str) -> Callable[[Shape], bool | None]:
    return lambda shape: shape.echoes_in(name) if shape.layout else None


def _lapses(name: str) -> Callable[[Shape], bool | None]:
    return lambda shape: shape.lapses_in(name) if shape.layout else None


_WITHOUT = {
    "end": "ended with a sentence",
    "repeats": "said little twice",
    "labels": "had no label amid an answer",
}

LOSSES = (
    Loss(
        "article",
        lambda shape: None if shape.is_gone else not shape.layout,
        by_owner,
        margin=0.1,
        had="gave one",
    ),
    *(
        Loss(name, _lacks(name), by_layout, stands_alone=True, margin=0.1)
        if name in _BY_TEMPLATE
        else Loss(name, _lacks(name), by_kind)
        for name in FIELDS
    ),
    Loss(
        "answers",
        lambda shape: not shape.answers if shape.is_series else None,
        by_kind,
        stands_alone=True,
        margin=0.1,
    ),
    *(
        Loss(f"{name} list", _lacks_list(place), by_kind, stands_alone=True, margin=0.1)
        for place, name in enumerate(LISTS)
    ),
    *(
        Loss(f"{name} list: {detail}", _lacks_detail(place, detail), by_kind)
        for place, name in enumerate(LISTS)
        for detail in _DETAILS
    ),
    *(
        Loss(f"{name} list: own entries", _has_foreign(place), by_kind, had="had no others")
        for place, name in enumerate(LISTS)
    ),
    Loss("body", lambda shape: shape.is_cut if shape.layout else None, by_kind, had="had all of it"),
    Loss(
        "labels",
        lambda shape: shape.unknown > 0 if shape.answers else None,
        by_kind,
        had="named known models only",
    ),
    *(
        Loss(f"body: {name}", _lapses(name), by_kind, is_printed=name == "end", had=_WITHOUT[name])
        for name in LAPSES
    ),
    *(Loss(name, _echoes(name), by_kind, had="had one of its own") for name in ECHOES),
)
