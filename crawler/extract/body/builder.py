"""Blocks in the making: which elements are open, and where a finished block goes."""

from __future__ import annotations

from lxml.etree import _Element as Element

from crawler.extract.blocks import Block, BlockKind, Container
from crawler.extract.body.frames import FlatList, Frame, ListFrame, Piece, QuoteFrame, Sink
from crawler.extract.body.inline import Inline
from crawler.extract.body.junk import is_toc_title
from crawler.extract.body.markdown import heading
from crawler.extract.body.runs import Prose
from crawler.extract.body.tables import CellFrame, TableFrame

_DEEPEST_NESTING = 12
"""Lists, quotes and tables within each other beyond this depth are read as plain paragraphs."""
_DEEPEST_PATH = 64
"""Containers beyond this depth are not told apart: a hostile page nests thousands."""


class BodyBuilder:
    """Takes in what a walk over a body meets, in order, and makes blocks of it."""

    def __init__(self) -> None:
        self.inline = Inline()
        root = Frame("")
        root.path = ()
        self._frames: list[Frame] = [root]
        self._sinks: list[Sink] = []
        self._in_cell = False
        """Is the innermost sink a cell?"""
        self._blocks: list[Block] = []
        self._in_page: list[bool] = []
        self._containers = 0
        self._marker = ""
        """The marker of the list that came last among the blocks, where nothing came after it."""

    def blocks(self) -> tuple[Block, ...]:
        """All blocks but those of tables of contents: a 目录 that holds nothing but links into the page."""
        self.flush(closing=True)
        if True not in self._in_page:
            return tuple(self._blocks)
        kept: list[Block] = []
        dropping = False
        for block, in_page in zip(self._blocks, self._in_page, strict=True):
            if in_page and kept and not dropping and is_toc_title(kept[-1].text):
                kept.pop()
                dropping = True
            dropping = dropping and in_page
            if not dropping:
                kept.append(block)
        return tuple(kept)

    # Elements that open and close ------------------------------------------------------------------------

    def box(
        self, tag: str, classes: str = "", *, leaf: bool = False, level: int = 0, bold: bool = False
    ) -> Frame:
        """Open an element that only holds blocks, or is one paragraph or heading."""
        self.flush()
        around = self._frames[-1]
        if around.level and not level:  # a box inside a heading is part of it
            tag, classes, leaf, level = around.tag, around.classes, True, around.level
        frame = Frame(tag, classes, leaf=leaf, level=level)
        frame.keeps_lines = around.keeps_lines
        self._frames.append(frame)
        self.inline.one_line = self._in_cell or level > 0
        if bold:
            frame.marked = self.inline.open("strong")
        return frame

    def keep_lines(self, frame: Frame) -> None:
        """Show the newlines inside the element that was opened last as line breaks."""
        frame.keeps_lines = self.inline.keeps_lines = True

    def list(self, tag: str, *, start: int) -> Frame:
        """Open an `ol` or `ul`."""
        self.flush()
        return self._push(FlatList(tag, start=start) if self._is_flat else ListFrame(tag, start=start))

    def item(self, classes: str) -> Frame:
        """Open an `li`."""
        around = self._frames[-1]
        frame = self.box("li", classes)
        if isinstance(around, ListFrame):
            around.begin_item()
        elif isinstance(around, FlatList):
            marker = around.next_marker()
            self.inline.atom("marker", marker, marker)
            self.inline.text(" ")
        return frame

    def quote(self, classes: str) -> Frame:
        """Open a `blockquote`."""
        if self._is_flat:
            return self.box("blockquote", classes)
        self.flush()
        return self._push(QuoteFrame("blockquote"))

    def table(self, classes: str, *, layout: bool) -> Frame:
        """Open a table; one that only places what is in it, or stands in a cell itself, is a box."""
        if layout or self._is_flat:
            return self.box("table", classes)
        self.flush()
        return self._push(TableFrame())

    def row(self, classes: str) -> Frame:
        """Open a `tr`."""
        frame = self.box("tr", classes)
        if self._sinks and isinstance(self._sinks[-1], TableFrame):
            self._sinks[-1].begin_row()
        return frame

    def cell(self, element: Element, classes: str) -> Frame:
        """Open a `td` or `th`."""
        if not (self._sinks and isinstance(self._sinks[-1], TableFrame)):
            return self.box("td", classes)
        self.flush()
        return self._push(self._sinks[-1].begin_cell(element))

    def close(self, frame: Frame) -> None:
        """Close the element that was opened last."""
        self.flush(closing=True)
        if frame.marked:
            self.inline.close("strong")
        self._frames.pop()
        around = self._frames[-1]
        if isinstance(frame, Sink):
            self._sinks.pop()
            self._in_cell = bool(self._sinks) and isinstance(self._sinks[-1], CellFrame)
            for piece in frame.compose(self._last_marker()):
                self._emit(piece, tag=frame.tag)
            if isinstance(frame, ListFrame):
                self._set_marker(frame.marker)
        elif frame.filled:
            around.filled = True
        self.inline.keeps_lines = around.keeps_lines
        self.inline.one_line = self._in_cell or around.level > 0

    # Blocks ----------------------------------------------------------------------------------------------

    def block(self, kind: BlockKind, text: str, markdown: str, *, tag: str) -> None:
        """A finished block, such as a listing."""
        self.flush()
        self._emit(Piece(kind, text, markdown), tag=tag)

    def flush(self, *, closing: bool = False) -> None:
        """End the run of text that is being read; `closing` says that its element ends with it."""
        found = self.inline.finish()
        if not found:
            return
        frame = self._frames[-1]
        whole = frame.leaf or (closing and not frame.filled)
        for prose in found:
            self._emit_prose(prose, frame, whole=whole)

    def _emit_prose(self, prose: Prose, frame: Frame, *, whole: bool) -> None:
        kind: BlockKind = "heading" if frame.level else "paragraph"
        markdown = heading(prose.markdown, level=frame.level) if frame.level else prose.markdown
        if prose.only == "image":
            kind, markdown = "image", prose.markdown
        elif prose.only == "display" and not frame.level:
            kind = "formula"
        frame.filled = True
        if self._sinks:
            self._add(Piece(kind, prose.text, markdown, prose.in_page))
            return
        self._marker = ""
        self._in_page.append(prose.in_page)
        self._blocks.append(
            Block(
                kind=kind,
                text=prose.text,
                markdown=markdown,
                shown=prose.shown,
                tag=frame.tag if whole else "",
                level=frame.level if kind == "heading" else 0,
                decoration="bold" if prose.bold and prose.text else "",
                containers=self._path(len(self._frames) - (2 if whole else 1)),
            )
        )

    def _emit(self, piece: Piece, *, tag: str) -> None:
        self._frames[-1].filled = True
        if self._sinks:
            self._add(piece)
            return
        self._marker = ""
        self._in_page.append(piece.in_page)
        self._blocks.append(
            Block(
                kind=piece.kind,
                text=piece.text,
                markdown=piece.markdown,
                shown=piece.text if piece.kind == "paragraph" else "",
                tag=tag,
                containers=self._path(len(self._frames) - 1),
                cells=piece.cells,
            )
        )

    def _add(self, piece: Piece) -> None:
        self._sinks[-1].last_marker = ""
        self._sinks[-1].add(piece)

    # Where we are ----------------------------------------------------------------------------------------

    def _push(self, frame: Frame) -> Frame:
        frame.keeps_lines = self._frames[-1].keeps_lines
        self._frames.append(frame)
        if isinstance(frame, Sink):
            self._sinks.append(frame)
            self._in_cell = isinstance(frame, CellFrame)
        self.inline.one_line = self._in_cell
        return frame

    @property
    def _is_flat(self) -> bool:
        return self._in_cell or len(self._sinks) >= _DEEPEST_NESTING

    def _last_marker(self) -> str:
        return self._sinks[-1].last_marker if self._sinks else self._marker

    def _set_marker(self, marker: str) -> None:
        if self._sinks:
            self._sinks[-1].last_marker = marker
        else:
            self._marker = marker

    def _path(self, depth: int) -> tuple[Container, ...]:
        """The containers down to the frame at `depth`, numbered when the first block in them comes."""
        start = depth = max(0, min(depth, _DEEPEST_PATH))
        while self._frames[start].path is None:
            start -= 1
        path = self._frames[start].path or ()
        for frame in self._frames[start + 1 : depth + 1]:
            path = frame.path = (*path, Container(self._containers, frame.shape))
            self._containers += 1
        return path
