"""What a paragraph is made of, slot by slot, and the Markdown of it."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

from crawler.extract.body.markdown import code_span, destination, escape, escape_line_start

MarkKind = Literal["strong", "em", "del", "sub", "sup", "link"]
AtomKind = Literal["image", "formula", "display", "marker"]

BREAK = "\n"
STARS = {"strong": "**", "em": "*"}


class Mark:
    """An emphasis or link around some of the slots."""

    __slots__ = ("closed", "href", "in_page", "kind", "opened", "starred")

    def __init__(self, kind: MarkKind, href: str, in_page: bool) -> None:
        self.kind, self.href, self.in_page = kind, href, in_page
        self.opened = self.closed = -1
        """Indexes of its two slots."""
        self.starred = False
        """Is it written with stars, and not as HTML?"""

    def afresh(self) -> Mark:
        """The same mark for another paragraph."""
        return Mark(self.kind, self.href, self.in_page)


class Atom(NamedTuple):
    """A piece with Markdown of its own."""

    kind: AtomKind
    text: str
    markdown: str


class Code(NamedTuple):
    """Inline code."""

    parts: list[str]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)


class _Delimiter:
    """Where a mark begins or ends."""

    __slots__ = ("mark",)
    text = ""
    """Marks show nothing of their own."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark


class Open(_Delimiter):
    """Where a mark begins."""

    __slots__ = ()


class Close(_Delimiter):
    """Where a mark ends."""

    __slots__ = ()


class Blank:
    """Folded blanks; where they begin with a newline, a line break."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Slot = str | Blank | Atom | Code | Open | Close
"""A string is text as it is shown, without line breaks."""


def markdown_of(slots: list[Slot], *, one_line: bool) -> str:
    """The Markdown of a paragraph; in one line, breaks are `<br>` and nothing is at the start of a line."""
    parts: list[str] = []
    at_start, in_link = not one_line, False
    for index, slot in enumerate(slots):
        if isinstance(slot, str):
            part = escape(slot, in_link=in_link)
            if at_start:
                part = escape_line_start(part, continues=index > 0)
            if part[-1] == "!" and _opens_bracket(slots, index + 1):
                part = f"{part[:-1]}\\!"
        elif isinstance(slot, Open):
            in_link = in_link or slot.mark.kind == "link"
            part = _opening(slots, slot.mark)
        elif isinstance(slot, Close):
            in_link = in_link and slot.mark.kind != "link"
            part = _closing(slot.mark)
        elif isinstance(slot, Blank):
            part = slot.text
            if part.startswith(BREAK):
                parts.append(f"<br>{part[1:]}" if one_line else f"\\{part}")
                at_start = not one_line and part == BREAK
                continue
        elif isinstance(slot, Atom):
            part = slot.markdown
        else:
            part = code_span(slot.text)
            if "]:" in slot.text and parts and parts[0].startswith("["):  # would end a definition's label
                part = f"<code>{escape(slot.text, in_link=True)}</code>"
        at_start = False
        parts.append(part)
    return "".join(parts)


def _opens_bracket(slots: list[Slot], index: int) -> bool:
    slot = slots[index] if index < len(slots) else None
    return isinstance(slot, Open) and slot.mark.kind == "link"


def _opening(slots: list[Slot], mark: Mark) -> str:
    if mark.kind == "link":
        return "["
    if mark.kind in STARS:
        mark.starred = _stars_work(slots, mark)
    return STARS[mark.kind] if mark.starred else f"<{mark.kind}>"


def _closing(mark: Mark) -> str:
    if mark.kind == "link":
        return f"]({destination(mark.href)})"
    return STARS[mark.kind] if mark.starred else f"</{mark.kind}>"


def _stars_work(slots: list[Slot], mark: Mark) -> bool:
    """Would CommonMark take stars around this mark for emphasis?

    Its flanking rule: a delimiter with punctuation on its inner side needs a blank or punctuation on its
    outer side. Symbols count as punctuation in some versions of it only, so they satisfy neither side.
    """
    before = slots[mark.opened - 1] if mark.opened else None
    after = slots[mark.closed + 1] if mark.closed + 1 < len(slots) else None
    first, last = slots[mark.opened + 1], slots[mark.closed - 1]
    for near in (before, first, last, after):
        if isinstance(near, _Delimiter) and near.mark.starred:
            return False  # runs of three stars pair otherwise than one expects
    return (_class(first, 0) == "letter" or _class(before, -1) in ("blank", "punctuation")) and (
        _class(last, -1) == "letter" or _class(after, 0) in ("blank", "punctuation")
    )


def _class(slot: Slot | None, index: int) -> Literal["blank", "letter", "punctuation", "symbol"]:
    if slot is None or isinstance(slot, Blank):
        return "blank"
    if not isinstance(slot, str):
        return "punctuation"
    character = slot[index]
    if character.isspace():
        return "blank"
    if character.isascii():
        return "letter" if character.isalnum() else "punctuation"
    category = unicodedata.category(character)[0]
    return "punctuation" if category == "P" else "symbol" if category == "S" else "letter"
