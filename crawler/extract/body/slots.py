"""What a paragraph is made of, slot by slot, and the Markdown of it."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

from crawler.extract.body.markdown import code_span, destination, escape, escape_line_start

MarkKind = Literal["strong", "em", "del", "sub", "sup", "link"]
AtomKind = Literal["image", "formula", "display", "marker"]

BREAK = "\n"
_STARS = {"strong": "**", "em": "*"}


class Mark:
    """An emphasis or link around some of the slots."""

    __slots__ = ("closed", "href", "in_page", "kind", "opened", "starred")

    def __init__(self, kind: MarkKind, href: str, in_page: bool) -> None:
        self.kind, self.href, self.in_page = kind, href, in_page
        self.opened = self.closed = -1
        """Indexes of its two slots."""
        self.starred = False
        """Is it written with stars, and not as HTML?"""


class Atom(NamedTuple):
    """A piece with Markdown of its own."""

    kind: AtomKind
    text: str
    markdown: str


class Code(NamedTuple):
    """Inline code."""

    parts: list[str]


class Open(NamedTuple):
    """Where a mark begins."""

    mark: Mark


class Close(NamedTuple):
    """Where a mark ends."""

    mark: Mark


class Blank(NamedTuple):
    """Folded blanks; where they begin with a newline, a line break."""

    shown: str


Slot = str | Blank | Atom | Code | Open | Close
"""A string is text as it is shown, without line breaks."""


def text_of(slot: Slot) -> str:
    """The text that a slot shows."""
    if isinstance(slot, str):
        return slot
    if isinstance(slot, Blank):
        return slot.shown
    if isinstance(slot, Code):
        return "".join(slot.parts)
    return slot.text if isinstance(slot, Atom) else ""


def markdown_of(slots: list[Slot], *, one_line: bool) -> str:
    """The Markdown of a paragraph; in one line, breaks are `<br>` and nothing is at the start of a line."""
    if len(slots) == 1 and isinstance(slots[0], str):
        return plain_markdown(slots[0], one_line=one_line)
    parts: list[str] = []
    at_start, in_link = not one_line, False
    for index, slot in enumerate(slots):
        if isinstance(slot, str):
            part = escape(slot, in_link=in_link)
            if at_start:
                part = escape_line_start(part, continues=index > 0)
            if part.endswith("!") and _opens_bracket(slots, index + 1):
                part = f"{part[:-1]}\\!"
        elif isinstance(slot, Blank):
            part = slot.shown
            if part.startswith(BREAK):
                part = f"<br>{part[1:]}" if one_line else f"\\{part}"
                at_start = part.endswith(BREAK)
                parts.append(part)
                continue
        elif isinstance(slot, Atom):
            part = slot.markdown
        elif isinstance(slot, Code):
            code = "".join(slot.parts)
            part = code_span(code)
            if "]:" in code and parts and parts[0].startswith("["):  # would end the label of a definition
                part = f"<code>{escape(code, in_link=True)}</code>"
        else:
            part = _delimiter(slots, slot)
            if slot.mark.kind == "link":
                in_link = isinstance(slot, Open)
        at_start = False
        parts.append(part)
    return "".join(parts)


def plain_markdown(text: str, *, one_line: bool) -> str:
    """The Markdown of a paragraph that is one line of text."""
    escaped = escape(text)
    return escaped if one_line else escape_line_start(escaped)


def _opens_bracket(slots: list[Slot], index: int) -> bool:
    slot = slots[index] if index < len(slots) else None
    return isinstance(slot, Open) and slot.mark.kind == "link"


def _delimiter(slots: list[Slot], slot: Open | Close) -> str:
    mark, opening = slot.mark, isinstance(slot, Open)
    if mark.kind == "link":
        return "[" if opening else f"]({destination(mark.href)})"
    if opening and mark.kind in _STARS:
        mark.starred = _stars_work(slots, mark)
    if mark.starred:
        return _STARS[mark.kind]
    return f"<{mark.kind}>" if opening else f"</{mark.kind}>"


def _stars_work(slots: list[Slot], mark: Mark) -> bool:
    """Would CommonMark take stars around this mark for emphasis?

    Its flanking rule: a delimiter with punctuation on its inner side needs a blank or punctuation on its
    outer side. Symbols count as punctuation in some versions of it only, so they satisfy neither side.
    """
    before = slots[mark.opened - 1] if mark.opened else None
    after = slots[mark.closed + 1] if mark.closed + 1 < len(slots) else None
    first, last = slots[mark.opened + 1], slots[mark.closed - 1]
    if any(isinstance(near, Open | Close) and near.mark.starred for near in (before, first, last, after)):
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
