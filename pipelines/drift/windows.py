"""Which looks are compared with which: a run's alone, and with those before it, so that small runs add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.drift.counting import Finding
from pipelines.drift.norm import Look, Norm, newest_of
from pipelines.drift.run_check import compare

_PAGES = (8, 20)
"""As many as values that differ from page to page need to say something, and a drift may take."""


@dataclass(frozen=True, slots=True)
class Window:
    """The looks of a run, maybe of earlier ones too, in what they are other, and than what."""

    looks: Sequence[Look]
    """Newest first, each page once."""
    findings: tuple[Finding, ...]
    """Those that the run itself shows."""
    is_other: bool
    """Are the run and the few looks before it other than the norm, be it by what those show?"""


def look_through(
    run: Sequence[Look], norm: Norm, drifting: Sequence[tuple[Look, ...]] | None = None
) -> Window:
    """Return the shortest window with a finding that the run shows, or the longest.

    What goes before the run is good runs, which are no part of the norm then, or `drifting`, where a drift
    lasts: the runs since it began, newest first.
    """
    own, is_other = {look.capture_id for look in run}, False
    for place, (looks, known) in enumerate(_windows(newest_of(run), norm, drifting)):
        findings = compare(looks, known)
        shown = tuple(finding for finding in findings if own.intersection(finding.samples))
        is_other |= bool(findings) and place < len(_PAGES)
        if shown:
            break
    return Window(looks, shown, is_other)


def _windows(
    looks: Sequence[Look], norm: Norm, drifting: Sequence[tuple[Look, ...]] | None
) -> Iterator[tuple[Sequence[Look], Norm]]:
    yield looks, norm
    earlier = list(norm.runs if drifting is None else drifting)
    for pages in _PAGES:
        if len(looks) < pages and earlier:
            while len(looks) < pages and earlier:
                looks = newest_of([*looks, *earlier.pop(0)])
            yield looks, Norm(tuple(earlier)) if drifting is None else norm
