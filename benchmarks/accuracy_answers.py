"""How many answers of made-up pages are found with the right bounds, for `accuracy.py`.

The pages are those of `tests/test_answer_forms.py`: every form and dressing, each as an article of CSDN, with
prose before it, and on an aggregator.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accuracy_pages import ROOT

sys.path.insert(0, str(ROOT / "tests"))

import test_answer_forms as forms
from answer_forms import DRESSINGS, MODELS, Told, ask, by_model, cell_text, tell


@dataclass(frozen=True, slots=True)
class Bounds:
    """Answers on the pages, found on them, and found with the right model and text."""

    pages: int
    told: int
    found: int
    right: int


def bounds() -> Bounds:
    """Read every page."""
    pages, told, found, right = 0, 0, 0, 0
    for title, content, expected in _pages():
        wanted = Counter((one.model, one.text) for one in expected)
        for article in forms.in_frames(title, content):
            got = Counter((answer.model, answer.text) for answer in article.answers)
            pages, told, found = pages + 1, told + wanted.total(), found + got.total()
            right += (got & wanted).total()
    return Bounds(pages, told, found, right)


def _pages() -> Iterator[tuple[str, str, Sequence[Told]]]:
    """Title, content, and what it holds."""
    for form, made in (forms.FLAT | forms.BOXED).items():
        for dressing, dress in DRESSINGS.items():
            if dressing == "mixed" and ("line" in form or form == "literal bold"):
                continue  # labels of one set share one shape
            asked = ask([forms.ONE], MODELS[:5], dress)
            yield forms.SERIES, made(asked), tell(asked)
    for made in forms.SAME_LINE.values():
        asked = ask([forms.ONE], MODELS[:5], DRESSINGS["bare"])
        yield forms.SERIES, made(asked), tell(asked)
    asked = ask(forms.THREE, MODELS[:4], DRESSINGS["bare"])
    for order, told in ((forms.QUESTIONS_ABOVE, tell(asked)), (forms.QUESTIONS_UNDER, by_model(asked))):
        for form, made in order.items():
            in_cells = [Told(t.label, t.model, t.version, t.question, cell_text(t)) for t in told]
            yield forms.SEVERAL, made(asked), in_cells if "table" in form else told
