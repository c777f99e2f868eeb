"""Takes paragraphs apart at their line breaks on pages where lines of theirs name models."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from crawler.extract.blocks import LINE_BREAK, Block, Body
from crawler.extract.models import match_label

_MOST_BREAKS = 5_000
"""Of lines in paragraphs; a page with more is made to hurt."""


def take_apart(body: Body) -> Body:
    """Return `body` with each line of its paragraphs as a block, if one of those lines is a label.

    Text and Markdown stay the same, character for character.
    """
    if sum(block.text.count("\n") for block in body.blocks if block.kind == "paragraph") > _MOST_BREAKS:
        return body
    labelled = False
    blocks: list[Block] = []
    for block in body.blocks:
        lines = _lines(block)
        labels = [match_label(line.text) is not None for line in lines] if len(lines) > 1 else []
        # Names with nothing between them are a list, and no labels over answers.
        listed = any(one and other for one, other in pairwise(labels))
        blocks += [block] if listed else lines
        labelled = labelled or (any(labels) and not listed)
    return Body(tuple(blocks)) if labelled else body


def _lines(block: Block) -> tuple[Block, ...]:
    """The lines of a paragraph; a block whose text and Markdown break at different places stays whole."""
    if block.kind != "paragraph" or "\n" not in block.text:
        return (block,)
    texts, markdowns = block.text.split("\n"), block.markdown.split(LINE_BREAK)
    apart = len(texts) == len(markdowns) and all(texts)
    if not apart or any(markdown.count("**") % 2 for markdown in markdowns):
        return (block,)
    return tuple(
        replace(block, text=text, markdown=markdown, shown=text, decoration="", continues=number > 0)
        for number, (text, markdown) in enumerate(zip(texts, markdowns, strict=True))
    )
