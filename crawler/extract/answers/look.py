"""One cheap look at a body: does any line of it begin as a label would?"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.extract.blocks import Body
from crawler.extract.labels import MAX_LENGTH
from crawler.extract.models import may_name_model

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
            if "\n" in block.text:
                yield from (line[:MAX_LENGTH] for line in block.text.split("\n"))
            else:
                yield block.text[:MAX_LENGTH]
