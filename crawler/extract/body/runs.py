"""One run of inline content, piece by piece, to paragraphs of text and Markdown.

Blanks are held back until content follows, and so are opening marks: thus blanks at the edges of emphasis
move out of it, empty emphasis vanishes, and outer blanks are known apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, get_args

from crawler.extract.body.junk import without_zero_width
from crawler.extract.body.slots import (
    BREAK,
    Atom,
    AtomKind,
    Blank,
    Close,
    Code,
    Mark,
    MarkKind,
    Open,
    Slot,
    markdown_of,
)

SOURCE_BLANKS = " \t\n\r\f"
"""What source code is laid out with; shown as one blank."""
BROKEN = "\0"
"""Stands for a line break among the pieces of text; no text of a tree holds it."""
_FOLD = re.compile(f"[{SOURCE_BLANKS}]+")
_BLANKS = re.compile(r"[ \t]+")
_IMAGE_GAPS = re.compile(r"[ \n]{2,}")
"""What is left on both sides of an image, which has no text."""
_LONGEST_BLANK = 1000
"""Held back blanks beyond this are dropped: nobody shows so many, and a hostile page may hold millions."""
_SOFT = "\t"
"""Stands for a blank with a newline or tab of the source code: shown within a line, not at its edges."""


class End(NamedTuple):
    """Where the mark of a kind ends."""

    kind: MarkKind


ENDS: dict[MarkKind, End] = {kind: End(kind) for kind in get_args(MarkKind)}
Content = str | Mark | End | Atom | Code
"""A string is text as it stands in the source, or BROKEN; a mark stands where it begins."""


class Prose(NamedTuple):
    """One paragraph's worth of inline content."""

    text: str
    markdown: str
    shown: str
    bold: bool = False
    """Is all of it inside strong emphasis?"""
    only: AtomKind | None = None
    """The kind of the atoms where there is nothing but such atoms."""
    in_page: bool = False
    """Is all of it the text of links into this very page, as in a table of contents?"""


def compose(
    pieces: Iterable[Content], carried: Iterable[Mark], *, one_line: bool, keeps_lines: bool
) -> list[Prose]:
    """The paragraphs of a run; `carried` are the marks that were open when it began."""
    run = _Run(carried, one_line=one_line, keeps_lines=keeps_lines)
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            run.text(texts[0] if len(texts) == 1 else "".join(texts))
            texts.clear()
        if isinstance(piece, Mark):
            run.open(piece)
        elif isinstance(piece, End):
            run.close(piece.kind)
        else:
            run.content(piece)
    if texts:
        run.text("".join(texts))
    return run.finish()


class _Run:
    __slots__ = (
        *("_active", "_bold", "_done", "_in_page", "_keeps_lines", "_kinds", "_lead", "_one_line"),
        *("_pending", "_slots", "_waiting", "_words"),
    )

    def __init__(self, carried: Iterable[Mark], *, one_line: bool, keeps_lines: bool) -> None:
        self._one_line, self._keeps_lines = one_line, keeps_lines
        self._active = {mark.kind: mark.afresh() for mark in carried}
        self._done: list[Prose] = []
        self._start("")

    def _start(self, lead: str) -> None:
        self._slots: list[Slot] = []
        self._words: list[str] = []
        self._pending = lead
        self._lead = ""
        self._kinds: set[str] = set()
        self._bold = self._in_page = True
        self._waiting = list(self._active.values())

    # What a run is made of -------------------------------------------------------------------------------

    def text(self, raw: str) -> None:
        if self._keeps_lines:
            raw = raw.replace("\n", BROKEN)
        raw = without_zero_width(raw)
        if BROKEN not in raw:
            self._line(raw)
            return
        for number, line in enumerate(raw.split(BROKEN)):
            if number and not self._pending.endswith("\n\n") and len(self._pending) < _LONGEST_BLANK:
                self._pending += BREAK
            if line:
                self._line(line)

    def content(self, piece: Atom | Code) -> None:
        self._begin("code" if isinstance(piece, Code) else piece.kind)
        self._end_words()
        last = self._slots[-1] if self._slots else None
        if isinstance(piece, Code) and isinstance(last, Code):
            last.parts.extend(piece.parts)  # their fences would run together
        else:
            self._slots.append(piece)

    def open(self, mark: Mark) -> None:
        self._active[mark.kind] = mark
        self._waiting.append(mark)

    def close(self, kind: MarkKind) -> None:
        mark = self._active.pop(kind)
        if self._waiting and mark in self._waiting:
            self._waiting.remove(mark)
        else:
            self._end(mark)

    def finish(self) -> list[Prose]:
        self._end_paragraph(self._pending)
        return self._done

    # How it is kept --------------------------------------------------------------------------------------

    def _line(self, raw: str) -> None:
        core = raw.strip()
        if not core:
            self._blank(raw)
            return
        if len(core) == len(raw):
            self._begin("text")
            self._words.append(folded(core))
            return
        start = raw.index(core)
        end = start + len(core)
        if start:
            self._blank(raw[:start])
        self._begin("text")
        self._words.append(folded(core))
        if end < len(raw):
            self._blank(raw[end:])

    def _blank(self, raw: str) -> None:
        if raw == " ":
            if not self._pending.endswith((" ", _SOFT)):
                self._pending += raw
        elif raw and len(self._pending) < _LONGEST_BLANK:
            self._pending += _held(raw)

    def _begin(self, kind: str) -> None:
        """Get ready for content: its blanks and marks have their places now."""
        if self._pending:
            self._place_blanks()
        if self._waiting:
            self._place_marks()
        self._kinds.add(kind)
        if self._bold and "strong" not in self._active:
            self._bold = False
        if self._in_page and not ("link" in self._active and self._active["link"].in_page):
            self._in_page = False

    def _place_blanks(self) -> None:
        pending, self._pending = self._pending, ""
        if not (self._slots or self._words):
            self._lead = pending
        elif BREAK not in pending:
            shown = pending if pending == " " else _BLANKS.sub(" ", pending)
            if self._words:
                self._words.append(shown)
            else:
                self._slots.append(Blank(shown))
        elif self._one_line or pending.count(BREAK) == 1:
            self._end_words()
            self._slots.append(Blank(BREAK + _BLANKS.sub(" ", pending.rpartition(BREAK)[2].strip(" \t"))))
        else:
            before, _, rest = pending.partition(BREAK)
            self._end_paragraph(before)
            self._active = {kind: mark.afresh() for kind, mark in self._active.items()}
            self._start(rest.rpartition(BREAK)[2])
            self._lead, self._pending = self._pending, ""

    def _place_marks(self) -> None:
        self._end_words()
        for mark in self._waiting:
            last = self._slots[-1] if self._slots else None
            if isinstance(last, Close) and last.mark.kind == mark.kind != "link":
                self._slots.pop()  # <b>a</b><b>b</b> is one emphasis
                self._active[mark.kind] = last.mark
            else:
                mark.opened = len(self._slots)
                self._slots.append(Open(mark))
        self._waiting.clear()

    def _end_words(self) -> None:
        if self._words:
            self._slots.append(self._words[0] if len(self._words) == 1 else "".join(self._words))
            self._words = []

    def _end(self, mark: Mark) -> None:
        self._end_words()
        mark.closed = len(self._slots)
        self._slots.append(Close(mark))

    def _end_paragraph(self, trail: str) -> None:
        self._end_words()
        if not self._slots:
            return
        for mark in reversed(self._active.values()):
            if mark not in self._waiting:
                self._end(mark)
        text = "".join([slot if isinstance(slot, str) else slot.text for slot in self._slots])
        if "image" in self._kinds:
            text = _IMAGE_GAPS.sub(lambda gap: BREAK if BREAK in gap[0] else " ", text)
        text = text.replace("\xa0", " ")
        markdown = markdown_of(self._slots, one_line=self._one_line)
        shown = f"{_edge(self._lead)}{text}{_edge(trail)}"
        only = only_kind(self._kinds)
        self._done.append(Prose(text.strip(), markdown, shown, self._bold, only, self._in_page))


def folded(core: str) -> str:
    """Text without outer blanks, its inner blanks folded."""
    if "\n" in core or "  " in core or "\t" in core or "\r" in core or "\f" in core:
        return _FOLD.sub(" ", core)
    return core


def shown_at_edge(blanks: str) -> str:
    """What is shown of blanks of the source at the edge of a block."""
    return _edge(_held(blanks)) if blanks else ""


def _held(blanks: str) -> str:
    """Blanks of the source with each run folded to one blank, or _SOFT where it holds more than blanks."""
    if not blanks.strip(SOURCE_BLANKS):
        return _SOFT if blanks.strip(" ") else " "
    return _FOLD.sub(lambda run: _SOFT if run[0].strip(" ") else " ", blanks)


def _edge(held: str) -> str:
    """Held blanks at the edge of a block as they are shown: without the source's newlines and indentation."""
    if not held or held == _SOFT:
        return ""
    shown = _BLANKS.sub(lambda run: "" if _SOFT in run[0] else " ", held)
    return shown.replace(BREAK, "").replace("\xa0", " ")


def only_kind(kinds: set[str]) -> AtomKind | None:
    """The kind of content that stands alone as a block of its own kind, where there is nothing else."""
    return "image" if kinds == {"image"} else "display" if kinds == {"display"} else None
