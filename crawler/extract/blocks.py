"""The body of an article as a row of blocks, from which text, Markdown and answers are all sliced.

HTML (`body.py`) and plain-text renderings (`rendering.py`) both end here, so that what reads answers knows
nothing of either. Invariant, tested over every page there is: the texts of the blocks, in order, hold every
character of the visible body once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list", "quote", "table", "code", "formula", "image", "rule"]
SEPARATOR = "\n\n"
"""What stands between two blocks, in text and in Markdown."""
LINE_BREAK = "\\\n"
"""What breaks a line within a paragraph, in Markdown; in text it is a newline."""


@dataclass(frozen=True, slots=True)
class Container:
    """An element around a block, such as a `div` that holds one model's section."""

    number: int
    """Tells one element from another within a page; from 0, in document order."""
    shape: str
    """Tag and classes: like siblings share it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: where it stands in its block's text and Markdown."""

    text: Span
    markdown: Span
    is_header: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph, list, quote, table, code listing, formula, image or rule."""

    kind: BlockKind
    text: str
    """Visible text, trimmed, white space folded as a browser folds it; "" for images and rules.

    List items carry their marker (`1. `, `- `); formulas stand once, as `$LaTeX$`."""
    markdown: str
    shown: str = ""
    """Of a heading or paragraph: the text as the page shows it, with its outer blanks."""
    tag: str = ""
    """Name of the element; "" for a bare run of text or a line of a text rendering."""
    level: int = 0
    """1 to 6 of a heading, else 0."""
    decoration: str = ""
    """`bold` where the whole of the block is emphasised, else ""."""
    containers: tuple[Container, ...] = ()
    """Elements around it within the body, outermost first; the last is its parent."""
    continues: bool = False
    """Is it a further line of the paragraph whose line before it is the block before it?"""
    glued: bool = False
    """Does it go on in the line of the block before it, with nothing between the two?"""
    cells: tuple[tuple[Cell | None, ...], ...] = ()
    """Of a table: its rows; None where a cell of an earlier row or column reaches into."""


@dataclass(frozen=True)
class Body:
    """The blocks of one article, with the article's text and Markdown made from them."""

    blocks: tuple[Block, ...]
    unseen: str = ""
    """The text of elements that are hidden from readers, of which no block holds anything."""

    @cached_property
    def text(self) -> str:
        """The visible text of all blocks; blocks without text leave no gap."""
        return _joined(self._texts)

    @cached_property
    def markdown(self) -> str:
        """The Markdown of all blocks."""
        return _joined(self._markdowns)

    @cached_property
    def text_spans(self) -> tuple[Span, ...]:
        """Where each block's text stands in `text`; empty, at its place, for a block without text."""
        return _spans(self._texts)

    @cached_property
    def markdown_spans(self) -> tuple[Span, ...]:
        """Where each block's Markdown stands in `markdown`."""
        return _spans(self._markdowns)

    @property
    def _texts(self) -> list[tuple[str, str]]:
        return [(_before(block, "\n"), block.text) for block in self.blocks]

    @property
    def _markdowns(self) -> list[tuple[str, str]]:
        return [(_before(block, LINE_BREAK), block.markdown) for block in self.blocks]


def _before(block: Block, line_break: str) -> str:
    """What parts a block from the one before it."""
    return "" if block.glued else line_break if block.continues else SEPARATOR


def _joined(parts: list[tuple[str, str]]) -> str:
    """The parts, each but the first with what stands before it."""
    filled = [(before, part) for before, part in parts if part]
    return "".join(before + part if number else part for number, (before, part) in enumerate(filled))


def _spans(parts: list[tuple[str, str]]) -> tuple[Span, ...]:
    spans = []
    end = 0
    for before, part in parts:
        start = end + (len(before) if end and part else 0)
        end = start + len(part) if part else end
        spans.append(Span(start if part else end, end))
    return tuple(spans)
