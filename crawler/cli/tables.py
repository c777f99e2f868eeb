"""Rows of a result in the format the reader asked for: a table for eyes, JSON Lines for programs."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_ROWS_PER_TABLE = 500  # a table's widths come from its rows: longer results are several tables
_DRIVING = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""Control characters, changes of writing direction, and halves of characters."""
_NARROWEST_COLUMN = 9  # in terminal cells; with less room for each, a row is shown as lines


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], form: str | None) -> None:
    """Write a result to stdout; `form` None is a table on a terminal and JSON Lines elsewhere."""
    FORMATS[form or ("table" if sys.stdout.isatty() else "jsonl")](columns, rows)


def printable(text: str) -> str:
    """Return `text` without what would drive a terminal: control characters are shown, not sent."""
    return _DRIVING.sub("\ufffd", text)


def console() -> Console:
    """Return a console on stdout as it is now; text is printed as it is, without markup or highlighting.

    What stdout's encoding does not have is escaped, so that a terminal in GBK gets the rest.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return _Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


class _Console(Console):
    """Leaves it to the command line what a reader who hangs up means: rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 -- rich calls it where it has caught the BrokenPipeError


def write_table(target: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a result for eyes: as tables, or a line for each value where a terminal is too narrow."""
    left = iter(rows)
    first = list(islice(left, _ROWS_PER_TABLE))
    if target.is_terminal and len(columns) * _NARROWEST_COLUMN > target.width:
        _write_as_lines(target, columns, chain(first, left))
        return
    while first:
        _print_table(target, columns, first)
        first = list(islice(left, _ROWS_PER_TABLE))


def _print_table(target: Console, columns: Sequence[str], rows: list[Sequence[object]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        numbers = all(isinstance(row[position], int | float | None) for row in rows)
        justify: Any = "right" if numbers else "left"
        table.add_column(Text(printable(column)), no_wrap=True, overflow="ellipsis", justify=justify)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    natural = Measurement.get(target, target.options.update(width=1_000_000), table).maximum
    if not target.is_terminal:  # whoever reads the pipe wants all of it
        target.width = max(natural, 1)
    elif natural > target.width:
        widths = [
            max(cell_len(str(cell)) for cell in (column.header, *column.cells)) for column in table.columns
        ]
        room = target.width - (natural - sum(widths))
        for made, width in zip(table.columns, _shared(widths, room), strict=True):
            made.width = width
    target.print(table)


def _shared(widths: Sequence[int], room: int) -> list[int]:
    """Return `widths` made to fit into `room`: narrow ones stay, the wide share alike what these leave."""
    shared = list(widths)
    by_width = sorted(range(len(widths)), key=widths.__getitem__)
    for position, index in enumerate(by_width):
        shared[index] = min(widths[index], room // (len(widths) - position))
        room -= shared[index]
    return shared


def _write_as_lines(target: Console, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    width = max(len(column) for column in columns)
    for number, row in enumerate(rows, 1):
        target.print(Text(f"── {number}", style="dim"))
        for column, value in zip(columns, row, strict=True):
            target.print(
                Text(f"{printable(column):{width}}  {_cell(value)}"), no_wrap=True, overflow="ellipsis"
            )


def _cell(value: object) -> str:
    return " ".join(printable(_text(value)).split())


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)


def _write_json(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = sys.stdout.buffer
    separator = b"["
    for line in _objects(columns, rows):
        out.write(separator + line.encode())
        separator = b",\n "
    out.write(b"]\n" if separator != b"[" else b"[]\n")


def _write_json_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = sys.stdout.buffer
    for line in _objects(columns, rows):
        out.write(line.encode() + b"\n")


def _objects(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in rows:
        values = map(_json_value, row)
        yield json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no infinity
    return value


def _write_separated(dialect: str) -> Callable[[Sequence[str], Iterable[Sequence[object]]], None]:
    def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        out: IO[bytes] = sys.stdout.buffer
        buffer = io.StringIO()
        writer = csv.writer(buffer, dialect=dialect, lineterminator="\n")
        for row in chain([columns], rows):
            writer.writerow([_text(value) for value in row])
            out.write(buffer.getvalue().encode())
            buffer.seek(0)
            buffer.truncate()

    return write


FORMATS: dict[str, Callable[[Sequence[str], Iterable[Sequence[object]]], None]] = {
    "table": lambda columns, rows: write_table(console(), columns, rows),
    "json": _write_json,
    "jsonl": _write_json_lines,
    "csv": _write_separated("excel"),
    "tsv": _write_separated("excel-tab"),
}
