"""The elements around what is being read: boxes that only hold blocks, and lists and quotes in the making."""

from __future__ import annotations

from typing import NamedTuple

from crawler.extract.blocks import BlockKind, Cell, Container


class Piece(NamedTuple):
    """A finished block inside a list, quote or table."""

    kind: BlockKind
    text: str
    markdown: str
    in_page: bool = False
    """Is all of it links into this very page?"""
    cells: tuple[tuple[Cell | None, ...], ...] = ()
    """Of a table: its rows."""


class Frame:
    """An open block element."""

    __slots__ = ("classes", "filled", "keeps_lines", "leaf", "level", "marked", "path", "tag")

    def __init__(self, tag: str, classes: str = "", *, leaf: bool = False, level: int = 0) -> None:
        self.tag, self.classes = tag, classes
        self.leaf = leaf
        """Do runs of text inside it carry its name, whatever stands beside them?"""
        self.level = level
        self.filled = False
        """Has a block come out of it yet?"""
        self.marked = False
        """Was an emphasis opened with it, to be closed with it?"""
        self.keeps_lines = False
        """Are newlines of the source shown as line breaks inside it?"""
        self.path: tuple[Container, ...] | None = None
        """The containers down to this one, once a block inside has asked for them."""

    @property
    def shape(self) -> str:
        """Tag and sorted classes."""
        return ".".join([self.tag, *sorted(set(self.classes.split()))])


class FlatList(Frame):
    """An open list whose items are read as plain lines."""

    __slots__ = ("number",)

    def __init__(self, tag: str, *, start: int) -> None:
        super().__init__(tag)
        self.number = start

    def next_marker(self) -> str:
        """The marker of the item that begins."""
        self.number += 1
        return f"{self.number - 1}." if self.tag == "ol" else "-"


class Sink(Frame):
    """An open list, quote, table or cell: it takes in pieces and becomes pieces itself."""

    __slots__ = ("last_marker",)

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.last_marker = ""
        """The marker of the list that came last, where nothing came after it."""

    def add(self, piece: Piece) -> None:
        """Take in a finished piece."""
        raise NotImplementedError

    def compose(self, after: str) -> list[Piece]:
        """What it is as a whole; `after` is the marker of a list right before it."""
        raise NotImplementedError


class ListFrame(Sink):
    """An open `ol` or `ul`."""

    __slots__ = ("items", "marker", "number")

    def __init__(self, tag: str, *, start: int) -> None:
        super().__init__(tag)
        self.number = start
        self.items: list[list[Piece]] = []
        self.marker = ""
        """What its items are marked with in Markdown, once composed."""

    def begin_item(self) -> None:
        """What comes now belongs to the next item."""
        self.items.append([])
        self.last_marker = ""

    def add(self, piece: Piece) -> None:
        """Take in a piece of the present item."""
        if not self.items:
            self.begin_item()
        self.items[-1].append(piece)

    def compose(self, after: str) -> list[Piece]:
        """One list; right after another its markers differ, or Markdown would make one of the two."""
        if not any(self.items):
            return []
        ordered = self.tag == "ol"
        self.marker = next(marker for marker in (".)" if ordered else "-+") if marker != after)
        texts, markdowns = [], []
        for number, pieces in enumerate(self.items, start=self.number):
            if not ordered and not pieces:
                continue
            shown = f"{number}. " if ordered else "- "
            written = f"{number}{self.marker} " if ordered else f"{self.marker} "
            texts.append(_indented("\n".join(piece.text for piece in pieces if piece.text), shown))
            markdowns.append(_indented(_item_markdown(pieces), written))
        in_page = all(piece.in_page for pieces in self.items for piece in pieces)
        return [Piece("list", "\n".join(texts), "\n".join(markdowns), in_page)]


class QuoteFrame(Sink):
    """An open `blockquote`."""

    __slots__ = ("pieces",)

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.pieces: list[Piece] = []

    def add(self, piece: Piece) -> None:
        """Take in a piece of the quote."""
        self.pieces.append(piece)

    def compose(self, after: str) -> list[Piece]:
        """One quote."""
        if not self.pieces:
            return []
        markdown = "\n\n".join(piece.markdown for piece in self.pieces)
        quoted = "\n".join(f"> {line}" if line else ">" for line in markdown.split("\n"))
        return [Piece("quote", "\n".join(piece.text for piece in self.pieces if piece.text), quoted)]


def _item_markdown(pieces: list[Piece]) -> str:
    """The pieces of a list item: a list follows its paragraph at once, so that the item stays tight."""
    parts: list[str] = []
    for index, piece in enumerate(pieces):
        if index:
            follows = piece.kind == "list" and pieces[index - 1].kind == "paragraph"
            parts.append("\n" if follows and piece.markdown.startswith(("- ", "1. ")) else "\n\n")
        parts.append(piece.markdown)
    return "".join(parts)


def _indented(body: str, marker: str) -> str:
    if "\n" in body:
        indent = "\n" + " " * len(marker)
        body = indent.join(line if line.strip(" ") else "" for line in body.split("\n"))
        body = body.replace(f"{indent}\n", "\n\n") if f"{indent}\n" in body else body
    return (marker + body).rstrip(" ")
