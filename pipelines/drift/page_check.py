"""Whether one page is fit to be stored, by what pages like it have: pure."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.extract.shape import Shape
from pipelines.drift.losses import LOSSES
from pipelines.drift.norm import Norm, by_kind, by_owner

_ENOUGH = 20
"""Pages that must be known before one that is unlike them all is held back."""
_HARDLY_EVER = 0.01
_FRACTION = 4
"""A text that is so many times shorter than the shortest one known is cut off."""


def judge(shape: Shape, norm: Norm) -> str | None:
    """Return what is wrong with a page that gave an article; None where it is fit to be stored."""
    return next(_wrong(shape, norm), None)


def _wrong(shape: Shape, norm: Norm) -> Iterator[str]:
    known = [other for other in norm.pages_like(shape, by_owner) if other.layout]
    if len(known) >= _ENOUGH and _is_rare(sum(other.layout == shape.layout for other in known), len(known)):
        usual = max((other.layout for other in known), key=[other.layout for other in known].count)
        yield f"layout: it is read as {shape.layout}, {len(known)} pages like it as {usual}"
    for loss in LOSSES:
        if loss.stands_alone and loss.is_lost(shape):
            answers = [loss.is_lost(other) for other in norm.pages_like(shape, loss.group)]
            asked = [answer for answer in answers if answer is not None]
            if len(asked) >= _ENOUGH and _is_rare(sum(asked), len(asked)):
                yield f"{loss.field}: {len(asked) - sum(asked)} of {len(asked)} pages like it {loss.had}"
    lengths = [other.chars for other in norm.pages_like(shape, by_kind)]
    if len(lengths) >= _ENOUGH and _FRACTION * shape.chars < min(lengths):
        yield f"body: it has {shape.chars} characters, {len(lengths)} pages like it {min(lengths)} at least"


def _is_rare(seen: int, pages: int) -> bool:
    return seen <= _HARDLY_EVER * pages
