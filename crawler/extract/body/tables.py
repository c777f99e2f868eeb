"""Tables to rows of cells, and those to text and to a Markdown table."""

from __future__ import annotations

from itertools import chain

from lxml.etree import _Element as Element

from crawler.extract.blocks import Cell, Span
from crawler.extract.body.frames import Piece, Sink
from crawler.extract.body.markdown import code_span

_WIDEST_SPAN = 64
_TALLEST_SPAN = 1000
_FILLED_PER_CELL = 20
"""Spans fill at most so many empty cells for each real one: a hostile page spans thousands by thousands."""
_LONGEST_SPAN = 5
"""Digits."""
_ROW_GROUPS = frozenset(["thead", "tbody", "tfoot"])


class CellFrame(Sink):
    """An open `td` or `th`; what is in it is flattened to one line."""

    __slots__ = ("columns", "is_header", "pieces", "rows")

    def __init__(self, element: Element | None = None) -> None:
        super().__init__("td")
        self.pieces: list[Piece] = []
        self.columns = self.rows = 1
        self.is_header = False
        if element is not None:
            self.is_header = element.tag == "th"
            self.columns = _span(element.get("colspan"), most=_WIDEST_SPAN)
            self.rows = _span(element.get("rowspan"), most=_TALLEST_SPAN)

    def add(self, piece: Piece) -> None:
        """Take in a piece of the cell; a rule has no Markdown within a line."""
        if piece.kind != "rule":
            self.pieces.append(piece)

    def compose(self, after: str) -> list[Piece]:
        """Nothing: the cell stays with its table."""
        return []

    @property
    def text(self) -> str:
        """The cell's text on one line."""
        return " ".join(p.text for p in self.pieces if p.text).replace("\n", " ").replace("\t", " ")

    @property
    def markdown(self) -> str:
        """The cell's Markdown on one line."""
        return "<br>".join(_one_line(piece) for piece in self.pieces).replace("|", "\\|")


class TableFrame(Sink):
    """An open table of more than one cell."""

    __slots__ = ("before", "rows")

    def __init__(self) -> None:
        super().__init__("table")
        self.before: list[Piece] = []
        """The caption, and whatever else stands before the first row."""
        self.rows: list[list[CellFrame]] = []

    def begin_row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def begin_cell(self, element: Element) -> CellFrame:
        """Begin a cell of the present row."""
        if not self.rows:
            self.begin_row()
        cell = CellFrame(element)
        self.rows[-1].append(cell)
        return cell

    def add(self, piece: Piece) -> None:
        """Take in what stands outside the cells: the caption, or a stray text that gets a row of its own."""
        if not self.rows:
            self.before.append(piece)
            return
        stray = CellFrame()
        stray.add(piece)
        self.rows += [[stray], []]

    def compose(self, after: str) -> list[Piece]:
        """The caption and the table."""
        rows = [row for row in self._spanned() if any(cell and cell.pieces for cell in row)]
        if not rows:
            return self.before
        width = max(map(len, rows))
        shown = [[cell.text if cell else "" for cell in row] for row in rows]
        lines = [[cell.markdown if cell else "" for cell in row] for row in rows]
        if not all(cell is None or cell.is_header for cell in rows[0]):
            lines.insert(0, [])
        lines[0] += [""] * (width - len(lines[0]))
        lines.insert(1, ["---"] * width)
        text = "\n".join("\t".join(row).rstrip("\t") for row in shown)
        markdown = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return [*self.before, Piece("table", text, markdown, cells=_placed(rows, shown, lines))]

    def _spanned(self) -> list[list[CellFrame | None]]:
        """The rows with None for each place that a cell of an earlier row or column reaches into."""
        spare = _FILLED_PER_CELL * sum(map(len, self.rows))
        rows: list[list[CellFrame | None]] = []
        reaching: dict[int, int] = {}
        for cells in filter(None, self.rows):
            row: list[CellFrame | None] = []
            still: dict[int, int] = {}
            for cell in chain(cells, [None]):
                while spare > 0 and reaching.get(len(row), 0):
                    still[len(row)] = reaching.pop(len(row)) - 1
                    row.append(None)
                    spare -= 1
                if cell is None:
                    break
                for column in range(cell.columns if spare > 0 else 1):
                    if cell.rows > 1:
                        still[len(row)] = cell.rows - 1
                    row.append(None if column else cell)
                    spare -= 1 if column else 0
            reaching = {c: left for c, left in chain(reaching.items(), still.items()) if left > 0 < spare}
            rows.append(row)
        return rows


def _placed(
    rows: list[list[CellFrame | None]], shown: list[list[str]], lines: list[list[str]]
) -> tuple[tuple[Cell | None, ...], ...]:
    """Where the cells of each row stand in the table's text and Markdown.

    `lines` holds the delimiter row too, and an empty row over it where the table has no head.
    """
    placed: list[tuple[Cell | None, ...]] = []
    headless = len(lines) - len(rows) - 1
    text_start = markdown_start = 0
    for number, line in enumerate(lines):
        markdown_at = markdown_start + len("| ")
        markdown_start += sum(map(len, line)) + len(" | ") * len(line) + len("|\n")
        if number == 1 or (headless and not number):
            continue
        row = rows[len(placed)]
        texts = shown[len(placed)]
        text_end = text_start + len("\t".join(texts).rstrip("\t"))
        at, cells = text_start, []
        for cell, text, markdown in zip(row, texts, line, strict=False):
            start = min(at, text_end)
            spans = Span(start, start + len(text)), Span(markdown_at, markdown_at + len(markdown))
            cells.append(Cell(*spans, is_header=cell.is_header) if cell else None)
            at += len(text) + 1
            markdown_at += len(markdown) + len(" | ")
        placed.append(tuple(cells))
        text_start = text_end + 1
    return tuple(placed)


def is_layout(table: Element) -> bool:
    """Has the table at most one cell, so that it only places what is in it?"""
    cells = 0
    for child in table:
        rows = child if child.tag in _ROW_GROUPS else (child,)
        for row in rows:
            if row.tag in ("td", "th"):
                cells += 1
            elif row.tag == "tr":
                cells += sum(1 for cell in row if cell.tag in ("td", "th"))
            if cells > 1:
                return False
    return True


def _span(shown: str | None, *, most: int) -> int:
    shown = (shown or "").strip()
    return (
        min(max(int(shown), 1), most)
        if shown.isascii() and shown.isdigit() and len(shown) <= _LONGEST_SPAN
        else 1
    )


def _one_line(piece: Piece) -> str:
    if piece.kind == "code":
        return "<br>".join(code_span(line) for line in piece.text.split("\n") if line.strip())
    return piece.markdown.replace("\\\n", "<br>").replace("\n", " ")
