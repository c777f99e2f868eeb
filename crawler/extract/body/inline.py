"""One run of inline content, gathered piece by piece, to paragraphs of text and Markdown.

Blanks are held back until content follows, and so are opening marks: thus blanks at the edges of emphasis
move out of it, empty emphasis vanishes, and outer blanks are known apart.

Most runs are one stretch of text without markup, and text comes in thousands of pieces: so a piece is only
kept when it comes, pieces are folded together when something else follows them, and a run that is nothing but
text is a paragraph without the way through slots.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

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
    plain_markdown,
    text_of,
)

_SOURCE_BLANKS = " \t\n\r\f"
_FOLD = re.compile(f"[{_SOURCE_BLANKS}]+")
_BLANKS = re.compile(r"[ \t]+")
_IMAGE_GAPS = re.compile(r"[ \n]{2,}")
"""What is left on both sides of an image, which has no text."""
_LONGEST_BLANK = 1000
"""Held back blanks beyond this are dropped: nobody shows so many, and a hostile page may hold millions."""
_SOFT = "\t"
"""Stands for a blank with a newline or tab of the source code: shown within a line, not at its edges."""
_BROKEN = "\0"
"""Stands for a line break among the pieces of text; no text of a tree holds it."""


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


class Inline:
    """Gathers a run; `finish` gives its paragraphs and begins the next run with the same marks open."""

    def __init__(self) -> None:
        self._active: dict[MarkKind, Mark] = {}
        self._done: list[Prose] = []
        self._raw: list[str] = []
        self.text: Callable[[str], None] = self._raw.append
        """Take in a stretch of text as it stands in the source."""
        self.one_line = False
        """In headings and cells a line break is `<br>`, and several of them split nothing."""
        self.keeps_lines = False
        """Is a newline of the source shown as a line break here?"""
        self._start()

    def _start(self, lead: str = "") -> None:
        self._slots: list[Slot] = []
        self._words: list[str] = []
        self._pending = lead
        self._lead = ""
        self._kinds: set[str] = set()
        self._bold = self._in_page = True
        if self._active:
            self._active = {k: Mark(m.kind, m.href, m.in_page) for k, m in self._active.items()}
        self._waiting: list[Mark] = list(self._active.values())

    # What a run is made of -------------------------------------------------------------------------------

    def line_break(self) -> None:
        """A `<br>`."""
        self._raw.append(_BROKEN)

    def atom(self, kind: AtomKind, text: str, markdown: str) -> None:
        """A piece with Markdown of its own."""
        self._begin(kind)
        self._end_words()
        self._slots.append(Atom(kind, text, markdown))

    def code(self, code: str) -> None:
        """Inline code; right after inline code it joins it, since their fences would run together."""
        self._begin("code")
        self._end_words()
        last = self._slots[-1] if self._slots else None
        if isinstance(last, Code):
            last.parts.append(code)
        else:
            self._slots.append(Code([code]))

    def open(self, kind: MarkKind, *, href: str = "", in_page: bool = False) -> bool:
        """Begin a mark; False, and nothing to close, where one of its kind is open already."""
        if kind in self._active:
            return False
        if self._raw:
            self._settle()
        mark = self._active[kind] = Mark(kind, href, in_page)
        self._waiting.append(mark)
        return True

    def close(self, kind: MarkKind) -> None:
        """End the mark of this kind."""
        if self._raw:
            self._settle()
        mark = self._active.pop(kind)
        if mark in self._waiting:
            self._waiting.remove(mark)
        else:
            self._end(mark)

    def finish(self) -> list[Prose]:
        """The paragraphs of the run; blanks and marks alone are none, and the blanks are dropped."""
        plain = not (self._slots or self._words or self._done)
        if plain and not self._raw:
            self._pending = ""
            return []
        if plain and not (self._pending or self._active):
            raw = "".join(self._raw)
            if not raw or raw.isspace():
                self._raw.clear()
                return []
            if not (_BROKEN in raw or (self.keeps_lines and "\n" in raw)):
                self._raw.clear()
                prose = self._plain(raw)
                return [prose] if prose else []
        if self._raw:
            self._settle()
        if not (self._slots or self._words or self._done):
            self._pending = ""
            return []
        self._end_paragraph(self._pending)
        done, self._done = self._done, []
        self._start()
        return done

    # How it is kept --------------------------------------------------------------------------------------

    def _plain(self, raw: str) -> Prose | None:
        """The paragraph of a run that is nothing but text on one line."""
        raw = without_zero_width(raw)
        core = raw.strip()
        if not core:
            return None
        before = after = ""
        if len(core) != len(raw):
            start = raw.index(core)
            before, after = _shown(raw[:start]), _shown(raw[start + len(core) :])
        core = _folded(core)
        text = core.replace("\xa0", " ")
        markdown = plain_markdown(core, one_line=self.one_line)
        return Prose(text, markdown, f"{before}{text}{after}" if before or after else text)

    def _settle(self) -> None:
        """Fold the pieces of text that came."""
        raw = self._raw[0] if len(self._raw) == 1 else "".join(self._raw)
        self._raw.clear()
        if self.keeps_lines:
            raw = raw.replace("\n", _BROKEN)
        if _BROKEN not in raw:
            if raw:
                self._line(raw)
            return
        for number, line in enumerate(raw.split(_BROKEN)):
            if number and not self._pending.endswith("\n\n") and len(self._pending) < _LONGEST_BLANK:
                self._pending += BREAK
            if line:
                self._line(line)

    def _line(self, raw: str) -> None:
        raw = without_zero_width(raw)
        core = raw.strip()
        if not core:
            self._blank(raw)
            return
        start = 0
        if len(core) != len(raw):
            start = raw.index(core)
            if start:
                self._blank(raw[:start])
        self._content("text")
        self._words.append(_folded(core))
        if start + len(core) != len(raw):
            self._blank(raw[start + len(core) :])

    def _blank(self, raw: str) -> None:
        if raw == " ":
            if not self._pending.endswith((" ", _SOFT)):
                self._pending += raw
        elif raw and len(self._pending) < _LONGEST_BLANK:
            self._pending += _held(raw)

    def _begin(self, kind: str) -> None:
        if self._raw:
            self._settle()
        self._content(kind)

    def _content(self, kind: str) -> None:
        """Get ready for content, now that it comes: its blanks and marks have their places."""
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
            folded = pending if pending == " " else _BLANKS.sub(" ", pending)
            if self._words:
                self._words.append(folded)
            else:
                self._slots.append(Blank(folded))
        elif self.one_line or pending.count(BREAK) == 1:
            self._end_words()
            self._slots.append(Blank(BREAK + _BLANKS.sub(" ", pending.rpartition(BREAK)[2].strip(" \t"))))
        else:
            before, _, rest = pending.partition(BREAK)
            self._end_paragraph(before)
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
        text = "".join([slot if isinstance(slot, str) else text_of(slot) for slot in self._slots])
        if "image" in self._kinds:
            text = _IMAGE_GAPS.sub(lambda gap: BREAK if BREAK in gap[0] else " ", text)
        text = text.replace("\xa0", " ")
        before, after = _edge(self._lead), _edge(trail)
        self._done.append(
            Prose(
                text.strip(),
                markdown_of(self._slots, one_line=self.one_line),
                f"{before}{text}{after}" if before or after else text,
                self._bold,
                _only(self._kinds),
                self._in_page,
            )
        )


def _folded(core: str) -> str:
    """Text without outer blanks, its inner blanks folded."""
    if "\n" in core or "  " in core or "\t" in core or "\r" in core or "\f" in core:
        return _FOLD.sub(" ", core)
    return core


def _held(blanks: str) -> str:
    """Blanks of the source with each run folded to one blank, or _SOFT where it holds more than blanks."""
    if not blanks.strip(_SOURCE_BLANKS):
        return _SOFT if blanks.strip(" ") else " "
    return _FOLD.sub(lambda run: _SOFT if run[0].strip(" ") else " ", blanks)


def _shown(blanks: str) -> str:
    """Blanks of the source at the edge of a block as they are shown."""
    return _edge(_held(blanks)) if blanks else ""


def _only(kinds: set[str]) -> AtomKind | None:
    return "image" if kinds == {"image"} else "display" if kinds == {"display"} else None


def _edge(blanks: str) -> str:
    """Held blanks at the edge of a block as they are shown: without the source's newlines and indentation."""
    if not blanks or blanks == _SOFT:
        return ""
    shown = _BLANKS.sub(lambda run: "" if _SOFT in run[0] else " ", blanks)
    return shown.replace(BREAK, "").replace("\xa0", " ")
