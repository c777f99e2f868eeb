"""Characters that no reader sees: named, and taken out of what is read.

They come from copying, and from people who hide text in text. Joiners and variation selectors stay where they
make an emoji or belong to a script that needs them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace

from crawler.extract.blocks import Block, Body, Cell, Span
from crawler.extract.text.letters import beyond_ascii

_JOINED = "\u0600-\u1fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\U000e007f"
"""Scripts and signs that a joiner may stand between."""
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_KINDS = {
    "zero_width": "[\u00ad\u180e\u200b\u2060-\u2064\ufeff]"
    f"|[\u200c\u200d](?:(?<![{_JOINED}].)|(?![{_JOINED}]))|[{_SELECTORS}](?<=[{_SELECTORS}].)",
    "bidi": "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    "tag_characters": "[\U000e0001\U000e0020-\U000e007f]",
    "control_characters": "[\x80-\x9f\u206a-\u206f\ufff9-\ufffb]",
}
"""By the flag they give: regular expressions of one character each."""
_FLAG_OF_A_COUNTRY = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""England's, Scotland's, …: tag characters that make an emoji."""
_INVISIBLE = re.compile(
    f"(?P<shown>{_FLAG_OF_A_COUNTRY})|" + "|".join(f"(?P<{flag}>{kind})" for flag, kind in _KINDS.items())
)
_RARE = re.compile(
    f"[\x80-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb{_SELECTORS}"
    "\U000e0001\U000e0020-\U000e007f]"
)
_TAG = 0xE0000


def visible(text: str) -> str:
    """Return `text` without the characters that no reader sees."""
    if text.isascii() or not _RARE.search(text):
        return text
    return _INVISIBLE.sub(_shown, text)


def kinds_in(text: str) -> Iterator[str]:
    """Yield the flags of the invisible characters in `text`, one for each."""
    if not text.isascii() and _RARE.search(beyond_ascii(text)):
        for found in _INVISIBLE.finditer(text):
            if found.lastgroup and found.lastgroup != "shown":
                yield found.lastgroup


def tagged_text(text: str) -> str:
    """Return what is spelt in tag characters, as letters: a model reads it, and no reader sees it."""
    return "".join(
        chr(ord(found[0]) - _TAG) for found in _INVISIBLE.finditer(text) if found["tag_characters"]
    )


def visible_body(body: Body) -> Body:
    """Return the body without invisible characters; the very same where there are none."""
    if not (_RARE.search(beyond_ascii(body.text)) or _RARE.search(beyond_ascii(body.markdown))):
        return body
    return Body(tuple(map(_visible_block, body.blocks)))


def _visible_block(block: Block) -> Block:
    text, in_text = _moved(block.text)
    markdown, in_markdown = _moved(block.markdown)
    if text == block.text and markdown == block.markdown:
        return replace(block, shown=visible(block.shown))
    cells = tuple(
        tuple(cell and _moved_cell(cell, in_text, in_markdown) for cell in row) for row in block.cells
    )
    return replace(block, text=text, markdown=markdown, shown=visible(block.shown), cells=cells)


def _moved_cell(cell: Cell, in_text: Callable[[int], int], in_markdown: Callable[[int], int]) -> Cell:
    return replace(
        cell,
        text=Span(in_text(cell.text.start), in_text(cell.text.end)),
        markdown=Span(in_markdown(cell.markdown.start), in_markdown(cell.markdown.end)),
    )


def _moved(text: str) -> tuple[str, Callable[[int], int]]:
    """The visible text, and where each place of the text is in it."""
    lost = [found.start() for found in _INVISIBLE.finditer(text) if not found["shown"]]
    return visible(text), lambda place: place - bisect_left(lost, place)


def _shown(found: re.Match[str]) -> str:
    return found["shown"] or ""
