"""What today's extractor would change in what is stored, field by field; nothing is written."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines import ledger
from pipelines.database import connect_writing
from pipelines.records import Captured
from pipelines.store import store_capture
from pipelines.store.contents import FACTS

SAMPLES = 3
"""Captures shown of each field that changes."""
NEW = "capture"
"""Field of a record that is not stored yet."""
_COUNTS = ("read_count", "read_count_shown", "like_count", "collect_count", "comment_count")
_ANSWER = ("label", "model", "model_version", "question", "rule", "confidence", "flags")
_ENTRY = ("list", "list_title", "list_scope", "title", "url", "shown_at", "shown_at_kind", "read_count")
_CONTENT = ("text", "markdown", "answers.text", "answers.markdown", *(f"answers.{name}" for name in _ANSWER))
_SLICES = ("text", "markdown")
_EXCERPT = 60
"""Characters of a value that are shown, from just before the first one that differs."""
_BEFORE_DIFFERENCE = 15

Value = str | int | float | None


def _slice(name: str) -> str:
    return f"substr(t.{name}, n.{name}_start + 1, n.{name}_end - n.{name}_start)"


def _of_answers(expression: str) -> str:
    return (
        f"(SELECT json_group_array({expression}) FROM (SELECT * FROM content_answers"  # noqa: S608 -- ours
        " WHERE content_id = c.content_id ORDER BY position) AS n)"
    )


def _of_entries(name: str) -> str:
    return (
        f"(SELECT json_group_array({name}) FROM (SELECT {name} FROM sidebar_items"  # noqa: S608 -- ours
        " WHERE capture_id = c.id ORDER BY list, list_scope, list_title, rank))"
    )


_FIELDS = {
    "outcome": "CASE c.outcome WHEN 'unchanged' THEN 'article' ELSE c.outcome END",
    "error": "(SELECT error FROM failures WHERE capture_id = c.id)",
    "message": "(SELECT message FROM failures WHERE capture_id = c.id)",
    "encoding": "c.encoding",
    "key": "a.key",
    "url": "c.url",
    **{name: f"f.{name}" for name in FACTS},
    **{name: f"o.{name}" for name in _COUNTS},
    **{name: f"t.{name}" for name in _SLICES},
    **{f"answers.{name}": _of_answers(f"n.{name}") for name in _ANSWER},
    **{f"answers.{name}": _of_answers(_slice(name)) for name in _SLICES},
    **{f"sidebar.{name}": _of_entries(name) for name in _ENTRY},
}
_STORED = f"""
    SELECT {", ".join(_FIELDS.values())}, t.content_sha256, t.capture_id = c.id
    FROM captures AS c
    LEFT JOIN article_rows AS a ON a.id = c.article_id
    LEFT JOIN article_facts AS f ON f.id = c.facts_id
    LEFT JOIN contents AS t ON t.id = c.content_id
    LEFT JOIN observations AS o ON o.capture_id = c.id
    WHERE c.warc_record_id = ?
"""  # noqa: S608 -- names of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One capture in which a field would change."""

    capture_id: int | None
    """None for a record that is not stored yet."""
    url: str
    before: Value
    """Cut to where it differs, as `after` is."""
    after: Value


@dataclass(slots=True)
class Changes:
    """What would change, over all captures that were looked at."""

    captures: int = 0
    """How many were looked at."""
    changed: int = 0
    """In how many something would change."""
    counts: Counter[str] = field(default_factory=Counter)
    """Captures in which a field would change, by field."""
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    """The first three of each field."""

    def add(self, samples: Iterable[tuple[str, Sample]]) -> None:
        """Count one capture, with what would change in it."""
        self.captures += 1
        found = list(samples)
        self.changed += bool(found)
        for name, sample in found:
            self.counts[name] += 1
            if self.counts[name] <= SAMPLES:
                self.samples.setdefault(name, []).append(sample)


class Comparer:
    """Stores each capture in a scratch database, so that it can be asked in the same words as the archive."""

    def __init__(self, archive: sqlite3.Connection, scratch: sqlite3.Connection) -> None:
        self._archive = archive
        self._scratch = scratch

    def compare(self, captured: Captured) -> Iterator[tuple[str, Sample]]:
        """Yield the fields of a capture that would change."""
        record_id = captured.reference.record_id
        before = self._archive.execute(_STORED, (record_id,)).fetchone()
        after = self._made(captured, record_id)
        (capture_id,) = self._archive.execute(
            "SELECT max(id) FROM captures WHERE warc_record_id = ?", (record_id,)
        ).fetchone()
        url = captured.processed.url
        if before is None:
            yield NEW, Sample(capture_id=None, url=url, before=None, after=captured.processed.outcome)
            return
        is_reworded = before[-2] != after[-2] or before[-1]  # else another capture gave the wording
        for name, old, new in zip(_FIELDS, before, after, strict=False):
            if old != new and (is_reworded or name not in _CONTENT):
                shown = _excerpts(old, new)
                yield name, Sample(capture_id=capture_id, url=url, before=shown[0], after=shown[1])

    def _made(self, captured: Captured, record_id: str) -> tuple[Value, ...]:
        self._scratch.execute("BEGIN")
        try:
            store_capture(self._scratch, captured)
            row: tuple[Value, ...] = self._scratch.execute(_STORED, (record_id,)).fetchone()
            return row
        finally:
            self._scratch.execute("ROLLBACK")


@contextmanager
def comparing(archive: sqlite3.Connection) -> Iterator[Comparer]:
    """Make a Comparer for an archive's database, which is only read; its scratch database goes afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="wencun-") as directory,
        closing(connect_writing(Path(directory) / "scratch.db")) as scratch,
    ):
        erased = archive.execute("SELECT url FROM pages WHERE state = 'erased'").fetchall()
        ledger.entomb(scratch, [digest for (digest,) in erased])
        yield Comparer(archive, scratch)


def _excerpts(before: Value, after: Value) -> tuple[Value, Value]:
    """Both values, of long texts only the part from just before where they begin to differ."""
    if not isinstance(before, str) or not isinstance(after, str):
        return _cut(before, 0), _cut(after, 0)
    same = next(
        (place for place, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), None
    )
    start = min(len(before), len(after)) if same is None else same
    start = max(0, start - _BEFORE_DIFFERENCE) if max(len(before), len(after)) > _EXCERPT else 0
    return _cut(before, start), _cut(after, start)


def _cut(value: Value, start: int) -> Value:
    if not isinstance(value, str):
        return value
    end = start + _EXCERPT
    return ("…" if start else "") + value[start:end] + ("…" if end < len(value) else "")
