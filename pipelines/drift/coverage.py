"""On what share of a run's pages there was what a page may have: for those who draw it over time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from crawler.extract.shape import FIELDS, LISTS, Shape

_SHAPES = """
    SELECT s.host, s.shape FROM captures AS c CROSS JOIN shapes AS s ON s.capture_id = c.id
    WHERE c.run_id = :run AND c.captured_at >= (SELECT started_at FROM runs WHERE id = :run)
    ORDER BY count(*) OVER (PARTITION BY s.host) DESC, s.host
"""
"""By the time at which the run began, for which there is an index."""


def coverage(connection: sqlite3.Connection, run_id: int, *, most: int) -> dict[tuple[str, str], float]:
    """Return the shares of the pages that a run fetched, from 0 to 1, by host and field.

    The hosts are those of which it fetched most, as many as `most`. Pages that were held back count; such as
    gave no article lack that field, and count for no other; such as are gone count for none.
    """
    pages: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    hosts: dict[str, None] = {}
    for host, text in connection.execute(_SHAPES, {"run": run_id}):
        if host not in hosts and len(hosts) == most:
            break
        hosts[host] = None
        for field, is_there in _fields(Shape.from_text(text)):
            pages[host, field] += 1
            found[host, field] += is_there
    return {key: found[key] / pages[key] for key in pages}


def _fields(shape: Shape) -> Iterator[tuple[str, bool]]:
    if shape.is_gone:
        return
    yield "article", bool(shape.layout)
    if shape.layout:
        yield from ((name, shape.has(name)) for name in FIELDS)
        yield "answers", bool(shape.answers)
        yield from (
            (f"{name} list", entries is not None) for name, entries in zip(LISTS, shape.lists, strict=True)
        )
