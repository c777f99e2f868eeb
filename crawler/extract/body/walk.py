"""One walk over a body's tree: a loop and no recursion, because hostile pages nest thousands deep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from lxml.etree import XPath
from lxml.etree import _Element as Element

from crawler.extract.body.builder import BodyBuilder
from crawler.extract.body.frames import Frame
from crawler.extract.body.slots import MarkKind
from crawler.extract.hiding import hides, is_out_of_sight


class Skip:
    """Says that an element is to be left out."""


SKIP: Final = Skip()
Action = Frame | MarkKind | Skip | None
"""What an element asks for: at its end the closing of a frame or of a mark; to be left out; or nothing."""
Attributes = Mapping[str, str]
NO_ATTRIBUTES: Attributes = {}

_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)
_WEIGHTS = {
    **dict.fromkeys(["bold", "bolder", "600", "700", "800", "900"], "bold"),
    **dict.fromkeys(["normal", "lighter", "100", "200", "300", "400", "500"], "plain"),
}
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)


_STRING = XPath("string()", smart_strings=False)
_MOST_UNSEEN = 50
_LONGEST_UNSEEN = 1_000


class Style(NamedTuple):
    """What an element's own `style` says that shows in text."""

    hidden: bool = False
    tiny: bool = False
    """Is its own text too small to be seen, or out of the window? What is in it may be otherwise."""
    weight: str = ""
    """`bold` or `plain`, "" where it says nothing."""
    keeps_lines: bool = False
    """Are newlines of the source shown as line breaks?"""


class Walk:
    """A walk, with what its elements may do to it."""

    def __init__(self, root: Element, base_url: str | None) -> None:
        self.base_url = base_url
        self.page = (base_url or "").partition("#")[0]
        self.build = BodyBuilder()
        self.inline = self.build.inline
        self.styles: dict[str | None, Style] = {None: Style()}
        """Those read already: a page repeats a few of them on all its elements."""
        self.unseen: list[str] = []
        """The beginnings of texts that are hidden from readers."""
        self._root = root

    def run(self, handlers: Mapping[Any, Handler], enter: Handler) -> None:  # noqa: PLR0912 -- as its docstring says
        """Hand every element below the root to its tag's handler, and all text to the run that is being read.

        Elements with attributes, which may say more than the tag, go through `enter` first. A body has
        thousands of elements: what is done for each is written out here, and no call for its own sake.
        """
        text = self.inline.text
        around: list[tuple[Iterator[Element], Action, str | None]] = []
        children: Iterator[Element] = iter(self._root)
        if self._root.text:
            text(self._root.text)
        while True:
            for node in children:
                attributes: Any = node.items()
                if attributes:
                    action = enter(self, node, dict(attributes))
                else:
                    handler = handlers.get(node.tag)
                    action = handler(self, node, NO_ATTRIBUTES) if handler else None
                tail = node.tail
                if action is not SKIP:
                    inner = node.text
                    if inner:
                        text(inner)
                    if len(node):
                        around.append((children, action, tail))
                        children = iter(node)
                        break
                    if action is not None:
                        self._leave(action)
                if tail:
                    text(tail)
            else:
                if not around:
                    return
                children, action, tail = around.pop()
                if action is not None:
                    self._leave(action)
                if tail:
                    text(tail)

    def _leave(self, action: Action) -> None:
        if isinstance(action, Frame):
            self.build.close(action)
        elif isinstance(action, str):
            self.inline.close(action)

    def hide(self, element: Element) -> Skip:
        """Leave an element out that no reader sees, and remember what it says."""
        if len(self.unseen) < _MOST_UNSEEN:
            self.unseen.append(str(_STRING(element))[:_LONGEST_UNSEEN])
        return SKIP

    def style(self, written: str | None) -> Style:
        """What a `style` attribute says."""
        style = self.styles.get(written)
        if style is None:
            assert written is not None
            style = self.styles[written] = _read_style(written)
        return style


Handler = Callable[[Walk, Element, Attributes], Action]


def _read_style(written: str) -> Style:
    weight = _WEIGHT.search(written)
    return Style(
        hidden=hides(written),
        tiny=is_out_of_sight(written),
        weight="" if weight is None else _WEIGHTS.get(weight[1].lower(), ""),
        keeps_lines=_KEEPS_LINES.search(written) is not None,
    )
