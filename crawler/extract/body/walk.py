"""One walk over a body's tree: a loop and no recursion, because hostile pages nest thousands deep."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract.body.builder import BodyBuilder
from crawler.extract.body.frames import Frame
from crawler.extract.body.slots import MarkKind

Action = Frame | MarkKind | None
"""What the end of an element asks for: the closing of a frame or of a mark, or nothing."""


class Walk:
    """A walk, with what its elements may do to it."""

    def __init__(self, root: Element, base_url: str | None) -> None:
        self.base_url = base_url
        self.page = (base_url or "").partition("#")[0]
        self.build = BodyBuilder()
        self.inline = self.build.inline
        self._root = root
        self._events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        self._skipped = False

    def run(self, enter: Callable[[Walk, Element], Action]) -> None:
        """Hand every element below the root to `enter`, and all text to the run that is being read."""
        actions: list[Action] = []
        root, text = self._root, self.inline.text
        for event, node in self._events:
            if event == "start":
                self._skipped = False
                actions.append(enter(self, node) if node is not root else None)
                if node.text and not self._skipped:
                    text(node.text)
                continue
            if event == "end":
                action = actions.pop()
                if action is not None:
                    self._leave(action)
            if node is not root and node.tail:
                text(node.tail)

    def skip(self) -> Action:
        """Leave out the element at hand with all that is in it."""
        self._skipped = True
        self._events.skip_subtree()
        return None

    def _leave(self, action: Frame | MarkKind) -> None:
        if isinstance(action, Frame):
            self.build.close(action)
        else:
            self.inline.close(action)
