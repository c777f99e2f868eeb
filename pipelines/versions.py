"""What an article said in one of its versions: each answer, and the text around them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_VERSIONS = "SELECT version FROM article_versions WHERE article_id = ? ORDER BY version"
_VERSION = (
    "SELECT version, seen_at, capture_id, title, text FROM article_versions"
    " WHERE article_id = ? AND version = ?"
)
_ANSWERS = (
    "SELECT n.position, n.question_key, n.model, n.label, n.text_start, n.text_end FROM content_answers AS n"
    " JOIN versions AS v ON v.content_id = n.content_id WHERE v.article_id = ? AND v.version = ?"
    " ORDER BY n.text_start, n.position"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAnswer:
    """One answer of a version."""

    position: int
    question_key: str | None
    model: str | None
    label: str
    """As the page shows it, but for blanks around and between its words."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A run of captures that said the same."""

    version: int
    seen_at: str | None
    capture_id: int
    """The first of the captures."""
    title: str
    answers: tuple[VersionAnswer, ...]
    """In page order."""
    rest: str
    """The text outside of the answers and their labels."""


def version_numbers(connection: sqlite3.Connection, article_id: int) -> list[int]:
    """Return which versions an article has, the oldest first."""
    return [number for (number,) in connection.execute(_VERSIONS, (article_id,))]


def read_version(connection: sqlite3.Connection, article_id: int, number: int) -> Version:
    """Return a version that there is."""
    version, seen_at, capture_id, title, text = connection.execute(_VERSION, (article_id, number)).fetchone()
    answers, around, end = [], [], 0
    for position, question_key, model, label, first, last in connection.execute(
        _ANSWERS, (article_id, number)
    ):
        around.append(text[end:first].rstrip().removesuffix(label.strip()).strip())
        answers.append(
            VersionAnswer(
                position=position,
                question_key=question_key,
                model=model,
                label=" ".join(label.split()),
                text=text[first:last],
            )
        )
        end = last
    around.append(text[end:].strip())
    return Version(
        version=version,
        seen_at=seen_at,
        capture_id=capture_id,
        title=title,
        answers=tuple(answers),
        rest="\n\n".join(filter(None, around)),
    )
