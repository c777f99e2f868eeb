"""Takes paragraphs apart on pages where lines of theirs, or the beginnings of lines, name models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from crawler.extract.answers.words import closes, is_namelike
from crawler.extract.blocks import LINE_BREAK, Block, Body
from crawler.extract.models import match_label, match_line
from crawler.extract.models.labels import MAX_LENGTH, read_line

_MOST_BREAKS = 5_000
"""Of lines in paragraphs; a page with more is made to hurt."""
_COLON = re.compile("[:：]")
_MOST_COLONS = 3
"""Of the first so many colons of a line, one may end a label: `模型：豆包：…`."""
OPENING = "【[［「『〖"
"""What a label with the text right behind it may stand in."""
_CLOSING = "】]］」』〗"
_MARKUP = re.compile(r"\\|\*{1,3}|</?(?:strong|em|b|i)>")


def take_apart(body: Body) -> Body:
    """Return `body` with lines of its paragraphs, and labels with text behind them, as blocks of their own.

    Only where one of those lines, or two of those beginnings, are labels. Text and Markdown stay the same,
    character for character.
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
    # Lines that only continue a paragraph stay in it unless one of them is a label.
    split = _split_labels(blocks)
    if split is not None:
        return Body(split)
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


def _split_labels(blocks: list[Block]) -> tuple[Block, ...] | None:
    """The blocks with `豆包：` and the text behind it apart; None where too few lines begin so."""
    ends: dict[int, int] = {}
    known: set[tuple[str, str | None]] = set()
    says_answer = False
    for index, block in enumerate(blocks):
        end = _label_end(block) if block.kind == "paragraph" else 0
        if not end:
            continue
        ends[index] = end
        label = match_label(_name(block.text[:end]))
        if label is not None:
            known.add((label.model, label.version))
            says_answer = says_answer or label.says_answer
    if len(known) < 2 and not says_answer:  # noqa: PLR2004 -- what makes a set
        return None
    return tuple(part for index, block in enumerate(blocks) for part in _split(block, ends.get(index, 0)))


def _label_end(block: Block) -> int:
    """Where the label ends that a line begins with, behind its colon and blanks; 0 where it has none."""
    for end in _possible_ends(block.text):
        rest = block.text[end:]
        line = read_line(_name(block.text[:end]))
        if line is None or not rest.strip():
            continue
        if match_line(line) is not None or closes(line) or is_namelike(line):
            return end + len(rest) - len(rest.lstrip())
    return 0


def _possible_ends(text: str) -> Iterator[int]:
    for count, colon in enumerate(_COLON.finditer(text, 0, MAX_LENGTH)):
        if count == _MOST_COLONS:
            break
        yield colon.end()
    if text and text[0] in OPENING:
        end = text.find(_CLOSING[OPENING.index(text[0])], 1, MAX_LENGTH) + 1
        if end:
            yield end


def _name(printed: str) -> str:
    return printed.rstrip().rstrip(":：")


def _split(block: Block, end: int) -> tuple[Block, ...]:
    place = _place_in_markdown(block, end) if end else None
    if place is None:
        return (block,)
    label, text = block.text[:end], block.text[end:]
    return (
        replace(block, text=label, markdown=block.markdown[:place], shown=label, decoration=""),
        replace(
            block,
            text=text,
            markdown=block.markdown[place:],
            shown=text,
            decoration="",
            glued=True,
            continues=False,
        ),
    )


def _place_in_markdown(block: Block, end: int) -> int | None:
    """Where the text behind a label begins in Markdown; None where an emphasis goes on through that place."""
    markdown, at = block.markdown, 0
    for character in block.text[:end]:
        while markdown[at : at + 1] != character:
            markup = _MARKUP.match(markdown, at)
            if markup is None:
                return None
            at = markup.end()
        at += 1
    closing = re.compile(r"(?:\*{1,3}|</(?:strong|em)>)\s*").match(markdown, at)
    if closing and _is_open(markdown[:at]):
        at = closing.end()
    return None if _is_open(markdown[:at]) else at


def _is_open(markdown: str) -> bool:
    return bool(
        markdown.count("**") % 2
        or markdown.replace("**", "").replace("\\*", "").count("*") % 2
        or markdown.count("<strong>") != markdown.count("</strong>")
    )
