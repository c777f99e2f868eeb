"""Lines of a plain-text rendering to blocks: paragraphs, lists, fenced code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extract.blocks import Block
from crawler.extract.body.markdown import escape_paragraph

_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<number>\d{1,4})[.)]|(?P<bullet>[-*+•◦▪]))[ \t\xa0]+(?P<text>\S.*)"
)
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[^`]*")
_FOLD = re.compile(r"[ \t\r\f]+")
_SENTENCE_END = re.compile(r"[。！？.!?，,；;…、]$")
_FIXED_BLANK: Final = "\xa0"
"""Shown as a blank, and kept in Markdown alone."""
_SHORT: Final = 20
_FEW_GROUPS: Final = 3
_LINES_PER_GROUP: Final = 8
_TAB: Final = 4


@dataclass(frozen=True, slots=True)
class _Item:
    indent: int
    number: int | None
    """None of a bulleted item."""
    paragraphs: tuple[str, ...]


def read_blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """Return the blocks of a text: blank lines part paragraphs, or line ends where there are hardly any."""
    return _Reader(lines).blocks()


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.at = 0
        self.found: list[Block] = []
        self.second = False
        """Has the last list the second kind of marks?"""
        self.last_fence = {"`": -1, "~": -1}
        for number, line in enumerate(lines):
            if fence := _FENCE.fullmatch(line):
                self.last_fence[fence["fence"][0]] = number
        shown = [bool(line.strip()) for line in lines]
        groups = sum(now and not before for before, now in zip([False, *shown], shown, strict=False))
        self.spaced = groups >= _FEW_GROUPS and groups * _LINES_PER_GROUP >= sum(shown)

    def blocks(self) -> tuple[Block, ...]:
        while self.at < len(self.lines):
            if not self.lines[self.at].strip():
                self.at += 1
            elif not (self._fenced() or self._list()):
                self._paragraph()
        return tuple(self.found)

    def _fenced(self) -> bool:
        opening = _FENCE.fullmatch(self.lines[self.at])
        if opening is None:
            return False
        fence = opening["fence"]
        if self.last_fence[fence[0]] <= self.at:
            return False
        for end in range(self.at + 1, len(self.lines)):
            line = self.lines[end].strip()
            if line.startswith(fence) and not line.strip(fence[0]):
                code = "\n".join(line.rstrip() for line in self.lines[self.at : end + 1])
                self.found.append(Block(kind="code", text=code.strip(), markdown=code))
                self.at = end + 1
                return True
        self.last_fence[fence[0]] = -1
        return False

    def _list(self) -> bool:
        first = _ITEM.fullmatch(self.lines[self.at])
        if first is None or not self._begins_list(first):
            return False
        items, end = self._items(self.at)
        numbers = [item.number for item in items if item.indent == items[0].indent]
        if None not in numbers and numbers != list(range(numbers[0] or 0, (numbers[0] or 0) + len(numbers))):
            return False
        self.second = bool(self.found) and self.found[-1].kind == "list" and not self.second
        self.found.append(_list_block(items, second=self.second))
        self.at = end
        return True

    def _begins_list(self, first: re.Match[str]) -> bool:
        """A single item at the margin may be a heading, and without blank lines every line stands alone."""
        if first["indent"] or first["bullet"] == "•":
            return True
        following = self.at + 1
        return (
            self.spaced and following < len(self.lines) and _ITEM.fullmatch(self.lines[following]) is not None
        )

    def _items(self, start: int) -> tuple[list[_Item], int]:
        items: list[_Item] = []
        end = at = start
        blank = False
        while at < len(self.lines):
            line = self.lines[at]
            if not line.strip():
                blank = True
                at += 1
                continue
            item = _item(line)
            if item is not None and (not items or self._continues(items, item)):
                items.append(item)
            elif items and _width(line) > items[-1].indent + 1:
                items[-1] = _extended(items[-1], line.strip(), apart=blank)
            else:
                break
            blank = False
            at += 1
            end = at
        return items, end

    def _continues(self, items: list[_Item], item: _Item) -> bool:
        if item.indent > items[0].indent:
            return True
        last = next(one for one in reversed(items) if one.indent <= items[0].indent)
        if item.number is None or last.number is None:
            return item.number is None and last.number is None
        return item.number == last.number + 1

    def _paragraph(self) -> None:
        lines = [self.lines[self.at]]
        self.at += 1
        while self.spaced and self.at < len(self.lines) and not _stands_alone(lines[-1]):
            line = self.lines[self.at]
            item = _ITEM.fullmatch(line)
            if (
                not line.strip()
                or _FENCE.fullmatch(line)
                or _stands_alone(line)
                or (item and self._begins_list(item))
            ):
                break
            lines.append(line)
            self.at += 1
        text = "\n".join(_folded(line) for line in lines)
        self.found.append(
            Block(
                kind="paragraph",
                text=text.replace(_FIXED_BLANK, " "),
                markdown=escape_paragraph(text),
                shown="\n".join(lines).replace(_FIXED_BLANK, " "),
            )
        )


def _stands_alone(line: str) -> bool:
    """Is a line short and no sentence, as headings and labels are?"""
    text = line.strip()
    return len(text) <= _SHORT and _SENTENCE_END.search(text) is None


def _folded(line: str) -> str:
    return _FOLD.sub(" ", line.strip())


def _width(line: str) -> int:
    return len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())


def _item(line: str) -> _Item | None:
    found = _ITEM.fullmatch(line)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else None
    return _Item(_width(line), number, (_folded(found["text"]),))


def _extended(item: _Item, text: str, *, apart: bool) -> _Item:
    """An item with one more line: a paragraph of its own after a blank line."""
    text = _folded(text)
    if apart:
        return _Item(item.indent, item.number, (*item.paragraphs, text))
    return _Item(item.indent, item.number, (*item.paragraphs[:-1], f"{item.paragraphs[-1]}\n{text}"))


def _list_block(items: Sequence[_Item], *, second: bool) -> Block:
    """One list; `second` of two that follow each other has other marks, or Markdown would make them one."""
    texts, marked = [], []
    open_items: list[tuple[int, int]] = []
    for item in items:
        while open_items and open_items[-1][0] >= item.indent:
            open_items.pop()
        depth = open_items[-1][1] if open_items else 0
        marker = "- " if item.number is None else f"{item.number}. "
        mark = marker
        if second:
            mark = "+ " if item.number is None else f"{item.number}) "
        indent, inner = " " * depth, " " * (depth + len(marker))
        texts.append(indent + marker + "\n".join(item.paragraphs).replace("\n", f"\n{inner}"))
        paragraphs = [escape_paragraph(text).replace("\n", f"\n{inner}") for text in item.paragraphs]
        marked.append(indent + mark + f"\n\n{inner}".join(paragraphs))
        open_items.append((item.indent, len(inner)))
    text = "\n".join(texts).replace(_FIXED_BLANK, " ")
    return Block(kind="list", text=text, markdown="\n".join(marked))
