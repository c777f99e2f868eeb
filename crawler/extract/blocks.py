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


@dataclass(frozen=True, slots=True)
class Container:
    """An element around a block, such as a `div` that holds one model's section."""

    number: int
    """Tells one element from another within a page; from 0, in document order."""
    shape: str
    """Tag and classes: like siblings share it."""


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


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Body:
    """The blocks of one article, with the article's text and Markdown made from them."""

    blocks: tuple[Block, ...]

    @cached_property
    def text(self) -> str:
        """The visible text of all blocks; blocks without text leave no gap."""
        return SEPARATOR.join(block.text for block in self.blocks if block.text)

    @cached_property
    def markdown(self) -> str:
        """The Markdown of all blocks."""
        return SEPARATOR.join(block.markdown for block in self.blocks if block.markdown)

    @cached_property
    def text_spans(self) -> tuple[Span, ...]:
        """Where each block's text stands in `text`; empty, at its place, for a block without text."""
        return _spans([block.text for block in self.blocks])

    @cached_property
    def markdown_spans(self) -> tuple[Span, ...]:
        """Where each block's Markdown stands in `markdown`."""
        return _spans([block.markdown for block in self.blocks])


def _spans(parts: list[str]) -> tuple[Span, ...]:
    spans = []
    end = 0
    for part in parts:
        start = end + (len(SEPARATOR) if end and part else 0)
        end = start + len(part) if part else end
        spans.append(Span(start if part else end, end))
    return tuple(spans)
