"""WARC files made whole again; nothing of them is lost: what is taken out lies beside the file.

Whole records stay at the bytes where they are, so that whatever names them goes on to find them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from pipelines import durable
from pipelines.warc.anew import Part, write_anew
from pipelines.warc.filler import filler
from pipelines.warc.read import OPEN
from pipelines.warc.scan import Span, scan
from pipelines.wording import counted

TORN = ".torn"
"""What the name of a cut-off tail ends with; a number follows where there are several."""
DAMAGED = ".damaged"
"""What the name of a damaged file ends with that was written anew."""
_MENDING = ".mending"


def mend(path: Path, stored: int = 0) -> str | None:
    """Finish a file that a dead run left open; what is no whole record is kept beside it as `.torn`.

    Damage before byte `stored` is left where whole records follow, for the database knows those. Returns what
    was cut off, for the user; None where nothing was.
    """
    spans = (each for each in scan(path) if isinstance(each, Span) and each.cure is None)
    cut = next((each.offset for each in spans if each.is_tail or each.offset >= stored), None)
    final = path.with_name(path.name.removesuffix(OPEN))
    account = None if cut is None else _cut(path, cut)
    if path.stat().st_size:
        durable.sync(path)  # a run that was killed left it to the system when its records reach the disk
        durable.rename(path, final)
    else:
        durable.unlink(path)
    return account


def mend_closed(path: Path) -> str | None:
    """Make a finished file whole; return what was done, for the user; None where it was whole.

    A torn tail is cut off and kept as `.torn`. A file with damage before that is written anew and the old one
    kept as `.damaged`: what shows how it was is so again, other bytes give way to a record about them.
    """
    spans = [each for each in scan(path) if isinstance(each, Span)]
    if not spans:
        return None
    if len(spans) > 1 or not spans[0].is_tail or spans[0].cure is not None:
        return _rewrite(path, spans)
    account = _cut(path, spans[0].offset)
    if path.stat().st_size:
        durable.sync(path)
    else:
        durable.unlink(path)
    return account


def mend_all_closed(directory: Path) -> Iterator[str]:
    """Make every finished file whole; yield a line for each that was not."""
    for path in sorted(directory.glob("*.warc.gz")):
        account = mend_closed(path)
        if account is not None:
            yield account


def was_cut_to_nothing(directory: Path, name: str) -> bool:
    """Is a missing file one of which no record was whole, so that all of it lies in its `.torn`?"""
    return (directory / (name + TORN)).exists() and not (directory / name).exists()


def _cut(path: Path, offset: int) -> str:
    final = path.with_name(path.name.removesuffix(OPEN))
    with path.open("r+b") as file:
        file.seek(offset)
        tail = file.read()
        torn = _keep(final, TORN, tail)
        file.truncate(offset)
    return f"{final.name}: cut off a torn record of {len(tail)} bytes, kept in {torn.name}"


def _keep(final: Path, ending: str, data: bytes) -> Path:
    """Write `data` beside a file under a name that is free, unless a run that was killed here did."""
    for target in _names(final, ending):
        if not target.exists():
            durable.write(target, data)
            return target
        if target.stat().st_size == len(data) and target.read_bytes() == data:
            return target
    raise AssertionError("numbers do not end")


def _names(final: Path, ending: str) -> Iterable[Path]:
    yield final.with_name(final.name + ending)
    for number in count(2):
        yield final.with_name(f"{final.name}{ending}.{number}")


def _rewrite(path: Path, spans: list[Span]) -> str:
    kept = next(target for target in _names(path, DAMAGED) if not target.exists())
    parts = (Part(span.offset, span.end, _instead(span, kept.name)) for span in spans)
    anew = write_anew(path, _MENDING, parts)
    os.link(path, kept)
    durable.rename(anew, path)
    lost = sum(span.length for span in spans if span.cure is None)
    cured = sum(span.cure is not None for span in spans)
    told = [f"took out {counted(lost, 'damaged byte')}"] if lost else []
    told += [f"set the changed bits of {counted(cured, 'record')} right"] if cured else []
    return f"{path.name}: {' and '.join(told)}; the file as it was is kept in {kept.name}"


def _instead(span: Span, kept: str) -> bytes:
    """Return what takes the place of a span: as many bytes as it has, where that can be."""
    if span.cure is not None:
        return span.cure
    told = f"bytes {span.offset} to {span.end} of this file were damaged ({span.what}); {kept} holds them\r\n"
    return b"" if span.is_tail else filler(span.length, told)
