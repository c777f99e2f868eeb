"""Flags for what is doubtful about the characters and words of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.extract.blocks import Body
from crawler.extract.document.charsets import is_garbled
from crawler.extract.document.decoding import Decoded
from crawler.extract.items import Answer
from crawler.extract.text.instructions import gives_orders
from crawler.extract.text.invisible import kinds_in, tagged_text

_ORDER = "instruction_like"
_LEFTOVERS = "\u200b\u2060\ufeff"
"""What is dropped while a body is read, so that only the page's markup shows it."""


def doubts(body: Body, decoded: Decoded, orders: list[int]) -> Iterator[str]:
    """Yield the flags of an article, some of them more than once.

    `body` is as it was read, invisible characters included; `orders` is where its text gives orders.
    """
    if decoded.is_doubtful or is_garbled(body.text):
        yield "encoding_doubtful"
    if decoded.controls:
        yield "control_characters"
    if any(leftover in decoded.text for leftover in _LEFTOVERS):
        yield "zero_width"
    kinds = tuple(dict.fromkeys(kinds_in(body.markdown)))
    yield from kinds
    if orders:
        yield _ORDER
    unseen = body.unseen + (tagged_text(body.markdown) if "tag_characters" in kinds else "")
    if unseen and gives_orders(unseen):
        yield "hidden_instruction"


def with_orders(answers: Iterable[Answer], orders: list[int]) -> Iterator[Answer]:
    """Yield the answers, with a flag where an order stands in one."""
    for answer in answers:
        if any(answer.start <= order < answer.end for order in orders):
            yield replace(answer, flags=(*answer.flags, _ORDER))
        else:
            yield answer
