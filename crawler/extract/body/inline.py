"""Gathers a run of inline content, and makes the paragraphs of the common runs at once.

A page has thousands of pieces of text, and most runs are one stretch of it, or one emphasis or link. So a
piece is only kept when it comes, and what a run shows is made when it ends: the common ones are paragraphs by
a few string operations, the others go through the slots of `runs.py`. Both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.extract.body.junk import without_zero_width
from crawler.extract.body.markdown import destination, escape, escape_line_start
from crawler.extract.body.runs import (
    BROKEN,
    ENDS,
    SOURCE_BLANKS,
    Content,
    End,
    Prose,
    compose,
    folded,
    only_kind,
    shown_at_edge,
)
from crawler.extract.body.slots import STARS, Atom, AtomKind, Code, Mark, MarkKind

_BLANK_LINES = f"{SOURCE_BLANKS}\xa0{BROKEN}"
_WHOLE = frozenset(["link", *STARS])
"""Marks that are written in Markdown's own way where they are around all of a paragraph."""


class Inline:
    """Gathers a run; `finish` gives its paragraphs and begins the next run with the same marks open."""

    def __init__(self) -> None:
        self._pieces: list[Content] = []
        self.text: Callable[[str], None] = self._pieces.append
        """Take in a stretch of text as it stands in the source."""
        self._others = 0
        """How many of the pieces are no text."""
        self._active: dict[MarkKind, Mark] = {}
        self._carried: tuple[Mark, ...] = ()
        """The marks that were open when the run began."""
        self.one_line = False
        """In headings and cells a line break is `<br>`, and several of them split nothing."""
        self.keeps_lines = False
        """Is a newline of the source shown as a line break here?"""

    def line_break(self) -> None:
        """A `<br>`."""
        self._pieces.append(BROKEN)

    def atom(self, kind: AtomKind, text: str, markdown: str) -> None:
        """A piece with Markdown of its own."""
        self._others += 1
        self._pieces.append(Atom(kind, text, markdown))

    def code(self, code: str) -> None:
        """Inline code."""
        self._others += 1
        self._pieces.append(Code([code]))

    def open(self, kind: MarkKind, *, href: str = "", in_page: bool = False) -> bool:
        """Begin a mark; False, and nothing to close, where one of its kind is open already."""
        if kind in self._active:
            return False
        self._active[kind] = mark = Mark(kind, href, in_page)
        self._others += 1
        self._pieces.append(mark)
        return True

    def close(self, kind: MarkKind) -> None:
        """End the mark of this kind."""
        del self._active[kind]
        if self._pieces:
            self._others += 1
            self._pieces.append(ENDS[kind])
        else:
            self._carried = tuple(self._active.values())

    def finish(self) -> Sequence[Prose]:
        """The paragraphs of the run; blanks and marks alone are none, and the blanks are dropped."""
        pieces = self._pieces
        if not pieces:
            return ()
        found: Sequence[Prose] | None = None
        if not self._carried:
            if not self._others:
                raw = "".join(pieces)  # type: ignore[arg-type]  # all of them are text
                found = () if not raw or raw.isspace() else self._plain(raw)
            elif self._others == 1:
                found = self._alone()
            elif self._others == 2:  # noqa: PLR2004 -- a mark begins and ends
                found = self._marked()
        if found is None:
            found = compose(pieces, self._carried, one_line=self.one_line, keeps_lines=self.keeps_lines)
        pieces.clear()
        self._others = 0
        self._carried = tuple(self._active.values()) if self._active else ()
        return found

    # The common runs; each gives None for a run of another kind ------------------------------------------

    def _plain(self, raw: str) -> Sequence[Prose] | None:
        """Nothing but text."""
        if self.keeps_lines and "\n" in raw:
            return None
        if BROKEN in raw:
            return self._lines(raw)
        raw = without_zero_width(raw)
        core = raw.strip()
        if not core:
            return ()
        text = folded(core)
        markdown = escape(text)
        if not self.one_line:
            markdown = escape_line_start(markdown)
        text = text.replace("\xa0", " ")
        return (Prose(text, markdown, text if core == raw else _with_edges(text, raw, core)),)

    def _lines(self, raw: str) -> Sequence[Prose] | None:
        """Lines of text, of which none is empty, and none but the first begins with a blank that is shown."""
        if not raw.strip(_BLANK_LINES):
            return ()
        raw = without_zero_width(raw)
        lines = raw.split(BROKEN)
        texts: list[str] = []
        for line in lines:
            core = line.strip()
            if not core or (texts and line[0].isspace() and line[: line.index(core)].strip(SOURCE_BLANKS)):
                return None
            texts.append(folded(core))
        text = "\n".join(texts).replace("\xa0", " ")
        if self.one_line:
            markdown = "<br>".join(map(escape, texts))
        else:
            markdown = "\\\n".join(
                [escape_line_start(escape(line), continues=number > 0) for number, line in enumerate(texts)]
            )
        return (Prose(text, markdown, _with_edges(text, raw, raw.strip())),)

    def _alone(self) -> Sequence[Prose] | None:
        """An image or formula between blanks."""
        blanks = ""
        for piece in self._pieces:
            if isinstance(piece, Atom):
                atom, before, blanks = piece, blanks, ""
            elif isinstance(piece, str) and piece.isspace():
                blanks += piece
            else:
                return None
        text = atom.text.replace("\xa0", " ")
        shown = f"{shown_at_edge(before)}{text}{shown_at_edge(blanks)}"
        return (Prose(text.strip(), atom.markdown, shown, only=only_kind({atom.kind})),)

    def _marked(self) -> Sequence[Prose] | None:
        """Text that is wholly strong, emphasised or one link."""
        begin, end = [place for place, piece in enumerate(self._pieces) if type(piece) is not str]
        mark = self._pieces[begin]
        if type(mark) is not Mark or mark.kind not in _WHOLE or type(self._pieces[end]) is not End:
            return None
        texts = self._pieces[:begin], self._pieces[begin + 1 : end], self._pieces[end + 1 :]
        before, inside, after = map("".join, texts)  # type: ignore[arg-type]  # all of them are text
        raw = f"{before}{inside}{after}"
        if (before and not before.isspace()) or (after and not after.isspace()) or BROKEN in inside:
            return None
        if self.keeps_lines and "\n" in raw:
            return None
        raw = without_zero_width(raw)
        core = raw.strip()
        if not core:
            return ()
        text = folded(core)
        if mark.kind == "link":
            markdown = f"[{escape(text, in_link=True)}]({destination(mark.href)})"
        else:
            markdown = f"{STARS[mark.kind]}{escape(text)}{STARS[mark.kind]}"
        text = text.replace("\xa0", " ")
        shown = text if core == raw else _with_edges(text, raw, core)
        return (Prose(text, markdown, shown, bold=mark.kind == "strong", in_page=mark.in_page),)


def _with_edges(text: str, raw: str, core: str) -> str:
    """A text with the blanks around it that are shown: `core` of `raw` is what it was folded from."""
    start = raw.index(core)
    return f"{shown_at_edge(raw[:start])}{text}{shown_at_edge(raw[start + len(core) :])}"
