"""One cheap look at a body: does any line of it begin as a label would?"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.extract.answers.label_lines import OPENING
from crawler.extract.blocks import Body
from crawler.extract.models import may_name_model
from crawler.extract.models.labels import MAX_LENGTH

_TABLE_REACH = 2_000
"""Characters of a table in which its models are named."""


def may_name_models(body: Body) -> bool:
    """False where no label can be found, at a small part of the price of looking for one."""
    return may_name_model("\n".join(_beginnings(body)))


def _beginnings(body: Body) -> Iterator[str]:
    for block in body.blocks:
        if block.kind == "table":
            yield block.text[:_TABLE_REACH]
        elif block.kind in ("heading", "paragraph", "list"):
            lines = block.text.split("\n") if "\n" in block.text else (block.text,)
            yield from (line[:MAX_LENGTH] for line in lines if len(line) <= MAX_LENGTH or _goes_on(line))


def _goes_on(line: str) -> bool:
    """May text stand in a label's own line?"""
    return line[0] in OPENING or ":" in line[:MAX_LENGTH] or "：" in line[:MAX_LENGTH]
