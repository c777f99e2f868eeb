"""Bodies for tests, written down block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from crawler.extract.blocks import Block, Body, Container


@dataclass(frozen=True)
class Box:
    """A container with what stands in it."""

    shape: str
    items: tuple[Block | Box, ...]


def h(level: int, text: str) -> Block:
    return Block(
        kind="heading",
        text=text.strip(),
        markdown="#" * level + " " + text.strip(),
        shown=text,
        tag=f"h{level}",
        level=level,
    )


def p(text: str, tag: str = "p") -> Block:
    return Block(kind="paragraph", text=text.strip(), markdown=text.strip(), shown=text, tag=tag)


def line(text: str) -> Block:
    return p(text, tag="")


def bold(text: str) -> Block:
    return replace(p(text), decoration="bold", markdown=f"**{text.strip()}**")


def items(*texts: str) -> Block:
    text = "\n".join(f"- {item}" for item in texts)
    return Block(kind="list", text=text, markdown=text, tag="ul")


def quote(text: str) -> Block:
    return Block(kind="quote", text=text, markdown=f"> {text}", tag="blockquote")


def table(*cells: str) -> Block:
    return Block(kind="table", text="\t".join(cells), markdown="| " + " | ".join(cells) + " |", tag="table")


def code(text: str) -> Block:
    return Block(kind="code", text=text, markdown=f"```\n{text}\n```", tag="pre")


def image(name: str = "a.png") -> Block:
    return Block(kind="image", text="", markdown=f"![](https://example.org/{name})", tag="img")


def rule() -> Block:
    return Block(kind="rule", text="", markdown="---", tag="hr")


def box(shape: str, *inside: Block | Box) -> Box:
    return Box(shape, inside)


def body(*contents: Block | Box) -> Body:
    numbers = count()
    blocks: list[Block] = []

    def add(item: Block | Box, path: tuple[Container, ...]) -> None:
        if isinstance(item, Block):
            blocks.append(replace(item, containers=path))
            return
        inner = (*path, Container(next(numbers), item.shape))
        for part in item.items:
            add(part, inner)

    for item in contents:
        add(item, ())
    return Body(tuple(blocks))


def page(source: str) -> Body:
    """A body from lines: `## h2`, `**bold**`, `- list`, `> quote`, `| table`, `` ` code``, `!` picture.

    A line that begins with a backslash is literal; `{div.a` opens a box and `}` closes it.
    """
    stack: list[tuple[str, list[Block | Box]]] = [("", [])]
    for text in source.strip().splitlines():
        sign, _, rest = text.strip().partition(" ")
        if text.strip().startswith("{"):
            stack.append((text.strip()[1:], []))
        elif text.strip() == "}":
            shape, inside = stack.pop()
            stack[-1][1].append(box(shape, *inside))
        else:
            stack[-1][1].append(_block(text.strip(), sign, rest))
    return body(*stack[0][1])


def _block(text: str, sign: str, rest: str) -> Block:
    if sign.strip("#") == "" and sign:
        return h(len(sign), rest)
    made = {"-": items, ">": quote, "|": table, "`": code}.get(sign)
    if made:
        return made(rest)
    if text == "!":
        return image()
    if text.startswith("**") and text.endswith("**"):
        return bold(text.strip("*"))
    return p(text.removeprefix("\\"))
