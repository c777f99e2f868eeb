"""Reads the answers of models off a body: what stands under model labels of one shape, as slices of its text.

Confidence: 1.0 where a question was put (series mark, question in the title or in a heading above, prompt,
回答 in a label); 0.7 for labels on lines of their own without such evidence; 0.3 for bare headings without
it, and for labels on pages that write about models. Under 0.5 is kept, and left out of exports.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.answers.cutting import Cutting
from crawler.extract.answers.delimiters import find_sets, read_marks
from crawler.extract.answers.label_lines import take_apart
from crawler.extract.answers.look import may_name_models
from crawler.extract.answers.parts import Part
from crawler.extract.answers.questions import read_title
from crawler.extract.answers.runs import UNPROVEN, Run, Title
from crawler.extract.answers.tables import read_table_answers
from crawler.extract.answers.tabs import read_tab_answers
from crawler.extract.blocks import Body, Span
from crawler.extract.items import Answer


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read off one body."""

    answers: tuple[Answer, ...]
    flags: tuple[str, ...]
    """`answers_unproven` where nothing shows that a question was put."""


def read_answers(body: Body, *, title: str) -> Reading:
    """Return the answers in page order, as slices of `body.text` that do not overlap.

    Raises nothing; a body without a set of labels gives no answers.
    """
    if not may_name_models(body):
        return Reading((), ())
    about = Title(title, read_title(title))
    body = take_apart(body)
    apart = [*read_table_answers(body, about), *read_tab_answers(body, about)]
    parts = _together(_under_labels(body, about), apart)
    answers = tuple(part.cut(body, position) for position, part in enumerate(parts, start=1))
    unproven = any(answer.confidence == UNPROVEN for answer in answers)
    return Reading(answers, ("answers_unproven",) if unproven else ())


def _under_labels(body: Body, title: Title) -> list[Part]:
    marks = read_marks(body.blocks)
    sets = find_sets(body.blocks, marks) if marks else []
    parts: list[Part] = []
    for labels in sets:
        limit = min((other.first for other in sets if other.first > labels.last), default=len(body.blocks))
        parts += Run(body, Cutting(body.blocks, marks, labels, limit=limit), title).parts()
    return sorted(parts, key=_place)


def _together(parts: list[Part], apart: list[Part]) -> list[Part]:
    """Answers under labels, and in tables and tabs; where they overlap, a proven set counts more."""
    if not apart:
        return parts
    proven = [part for part in parts if part.confidence > UNPROVEN]
    free = [one for one in apart if not any(_overlap(one, part) for part in proven)]
    kept = [part for part in parts if part in proven or not any(_overlap(part, one) for one in free)]
    return sorted([*kept, *free], key=_place)


def _overlap(one: Part, other: Part) -> bool:
    return _meet(one.text, other.text) or _meet(one.markdown, other.markdown)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _place(part: Part) -> tuple[int, int]:
    return part.text.start, part.markdown.start
