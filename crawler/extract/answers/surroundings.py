"""Whether a question was put right before a block that may hold answers, as a table or a row of tabs."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.answers.evidence import (
    asks,
    is_about_a_product,
    is_about_models,
    is_open_question,
    is_prompt,
    puts_to_models,
)
from crawler.extract.answers.questions import numbers_question, read_heading
from crawler.extract.answers.runs import Title
from crawler.extract.blocks import Body

_PROMPT_REACH = 3
"""Blocks."""
_LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a block."""

    question: str | None
    """The heading or line over it, where it asks."""
    asked: bool
    """Was a question put to the models, so that a block without one in it may hold the answers?"""


def look_around(body: Body, index: int, title: Title) -> Surroundings:
    """Look at the title, and at what stands right before the block at `index`."""
    above = body.blocks[max(0, index - _PROMPT_REACH) : index]
    near = [block for block in above if block.kind in ("heading", "paragraph", "quote")]
    heading = next((block for block in reversed(body.blocks[:index]) if block.kind == "heading"), None)
    texts = [block.text for block in near[-1:]] + ([heading.text] if heading else [])
    question = next((read_heading(text)[0] for text in texts if _puts(text)), None)
    asked = (
        title.facts.series is not None
        or question is not None
        or any(map(is_prompt, near))
        or any(map(is_open_question, near[-1:]))
        or puts_to_models(title.text)
        or asks(title.text)
    )
    return Surroundings(question, asked)


def _puts(text: str) -> bool:
    return len(text) <= _LONGEST_QUESTION and (
        (asks(text) and not is_about_models(text))
        or (numbers_question(text) and not is_about_a_product(text))
    )
