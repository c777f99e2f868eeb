"""One run of inline content, gathered piece by piece, to paragraphs of text and Markdown.

Blanks are held back until content follows, and so are opening marks: thus blanks at the edges of emphasis
move out of it, empty emphasis vanishes, and outer blanks are known apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    text_of,
)

_FOLDABLE = re.compile(r"[\t\n\r\f]|  ")
_FOLD = re.compile(r"[ \t\n\r\f]+")
_BLANKS = re.compile(r"[ \t]+")
_IMAGE_GAPS = re.compile(r"[ \n]{2,}")
"""What is left on both sides of an image, which has no text."""
_LONGEST_BLANK = 1000
"""Held back blanks beyond this are dropped: nobody shows so many, and a hostile page may hold millions."""
_SOFT = "\t"
"""Stands for a blank with a newline or tab of the source code: shown within a line, not at its edges."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph's worth of inline content."""

    text: str
    markdown: str
    shown: str
    bold: bool
    """Is all of it inside strong emphasis?"""
    only: AtomKind | None
    """The kind of the atoms where there is nothing but such atoms."""
    in_page: bool
    """Is all of it the text of links into this very page, as in a table of contents?"""


class Inline:
    """Gathers a run; `finish` gives its paragraphs and begins the next run with the same marks open."""

    def __init__(self) -> None:
        self._active: dict[MarkKind, Mark] = {}
        self._done: list[Prose] = []
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

    def text(self, chunk: str) -> None:
        """A stretch of text as it stands in the source."""
        if self.keeps_lines and "\n" in chunk:
            first, *others = chunk.split("\n")
            self._folded(first)
            for line in others:
                self.line_break()
                self._folded(line)
        else:
            self._folded(chunk)

    def _folded(self, chunk: str) -> None:
        chunk = without_zero_width(chunk)
        core = chunk.strip()
        if not core:
            self._blank(chunk)
            return
        if len(core) != len(chunk):
            before = len(chunk) - len(chunk.lstrip())
            if before:
                self._blank(chunk[:before])
            chunk = chunk[before + len(core) :]
        else:
            chunk = ""
        self._begin("text")
        self._words.append(_FOLD.sub(" ", core) if _FOLDABLE.search(core) else core)
        if chunk:
            self._blank(chunk)

    def line_break(self) -> None:
        """A `<br>`."""
        if not self._pending.endswith("\n\n") and len(self._pending) < _LONGEST_BLANK:
            self._pending += BREAK

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
        mark = self._active[kind] = Mark(kind, href, in_page)
        self._waiting.append(mark)
        return True

    def close(self, kind: MarkKind) -> None:
        """End the mark of this kind."""
        mark = self._active.pop(kind)
        if mark in self._waiting:
            self._waiting.remove(mark)
        else:
            self._end(mark)

    def finish(self) -> list[Prose]:
        """The paragraphs of the run."""
        self._end_paragraph(self._pending)
        done, self._done = self._done, []
        self._start()
        return done

    def restart(self) -> None:
        """Drop the blanks that came, and begin again."""
        self._pending = ""

    @property
    def is_blank(self) -> bool:
        """Has nothing come yet but blanks and marks?"""
        return not (self._slots or self._words or self._done)

    # How it is kept --------------------------------------------------------------------------------------

    def _blank(self, raw: str) -> None:
        if raw == " ":
            if not self._pending.endswith((" ", _SOFT)):
                self._pending += raw
        elif len(self._pending) < _LONGEST_BLANK:
            self._pending += _FOLD.sub(lambda run: _SOFT if run[0].strip(" ") else " ", raw)

    def _begin(self, kind: str) -> None:
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
            folded = _BLANKS.sub(" ", pending)
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
            self._slots.append("".join(self._words))
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
        text = "".join([text_of(slot) for slot in self._slots])
        if "image" in self._kinds:
            text = _IMAGE_GAPS.sub(lambda gap: BREAK if BREAK in gap[0] else " ", text)
        text = text.replace("\xa0", " ")
        self._done.append(
            Prose(
                text=text.strip(),
                markdown=markdown_of(self._slots, one_line=self.one_line),
                shown=f"{_edge(self._lead)}{text}{_edge(trail)}",
                bold=self._bold,
                only=_only(self._kinds),
                in_page=self._in_page,
            )
        )


def _only(kinds: set[str]) -> AtomKind | None:
    return "image" if kinds == {"image"} else "display" if kinds == {"display"} else None


def _edge(blanks: str) -> str:
    """Blanks at the edge of a block as they are shown: without the source's newlines and indentation."""
    shown = _BLANKS.sub(lambda run: "" if _SOFT in run[0] else " ", blanks)
    return shown.replace(BREAK, "").replace("\xa0", " ")
