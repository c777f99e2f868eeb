"""A body that a page carries as Markdown in its data, as blocks: what is Markdown already stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from crawler.extract.blocks import Block, Body
from crawler.extract.values import squash

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[^`]*")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_RULE = re.compile(r" {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*")
_BOLD = re.compile(r"(?:\*\*|__)(?P<text>[^*_\n]{1,300})(?:\*\*|__)[:：]?")
_TABLE_LINE = re.compile(r"(?>(?:[\s:|]|-(?!--))*)---[\s:|-]*+")
_STARTS: Final[tuple[tuple[re.Pattern[str], Literal["list", "quote", "table"]], ...]] = (
    (re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)])[ \t]"), "list"),
    (re.compile(r" {0,3}>"), "quote"),
    (re.compile(r" {0,3}\|"), "table"),
)
_INLINE: Final = (
    (re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,2000}\)"), ""),
    (re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__)([^*_\n]{1,1000})\1"), r"\2"),
    (re.compile(r"`([^`\n]{1,1000})`"), r"\1"),
    (re.compile(r"<br ?/?>", re.IGNORECASE), "\n"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
"""Of the marks within a line: images, links, emphasis, code, breaks, escapes."""


def read_markdown(markdown: str) -> Body:
    """Return the blocks of Markdown; raises nothing, whatever it is."""
    return Body(tuple(_blocks(markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"))))


def _blocks(lines: list[str]) -> Iterator[Block]:
    waiting: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        fence, heading = _FENCE.fullmatch(line), _HEADING.fullmatch(line)
        if not (fence or heading or _RULE.fullmatch(line)) and line.strip():
            waiting.append(line)
            continue
        yield from _chunk(waiting)
        waiting = []
        if fence:
            end = _fence_end(lines, at, fence["fence"])
            yield Block(
                kind="code",
                text="\n".join(lines[at:end]),
                markdown="\n".join(lines[at - 1 : end + 1]),
                tag="pre",
            )
            at = end + 1
        elif heading and _plain(heading["text"]):
            level = len(heading["marks"])
            text = _plain(heading["text"])
            yield Block(
                kind="heading", text=text, markdown=line.strip(), shown=text, tag=f"h{level}", level=level
            )
        elif line.strip() and not heading:
            yield Block(kind="rule", text="", markdown="***", tag="hr")
    yield from _chunk(waiting)


def _fence_end(lines: list[str], start: int, fence: str) -> int:
    """The line that closes a listing; the last one where none does."""
    closing = (n for n in range(start, len(lines)) if lines[n].strip().startswith(fence))
    return next((n for n in closing if not lines[n].strip().strip(fence[0])), len(lines))


def _chunk(lines: list[str]) -> Iterator[Block]:
    """The block of lines without a blank one between them."""
    if not lines:
        return
    kind = next((kind for start, kind in _STARTS if start.match(lines[0])), None)
    shown = [line for line in lines if kind != "table" or not _TABLE_LINE.fullmatch(line)]
    text = "\n".join(filter(None, (_line(line, kind) for line in shown)))
    bold = kind is None and len(lines) == 1 and _BOLD.fullmatch(lines[0].strip()) is not None
    markdown = "\n".join(lines)
    yield Block(
        kind=kind or ("paragraph" if text else "image"),
        text=text,
        markdown=markdown if kind else markdown.strip(),
        shown=text if kind is None else "",
        tag="" if kind else "p",
        decoration="bold" if bold else "",
    )


def _line(line: str, kind: str | None) -> str:
    if kind == "quote":
        line = line.lstrip().removeprefix(">")
    if kind == "table":
        return "\t".join(_plain(cell) for cell in line.strip().strip("|").split("|"))
    indent = line[: len(line) - len(line.lstrip())] if kind == "list" else ""
    return indent + _plain(line) if line.strip() else ""


def _plain(markdown: str) -> str:
    for pattern, shown in _INLINE:
        markdown = pattern.sub(shown, markdown)
    return "\n".join(squash(line) for line in markdown.split("\n"))
