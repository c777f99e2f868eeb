"""What an article says and what is known of it, each stored once however many captures agree."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable

from crawler.extract.answers.questions import question_key
from crawler.extract.items import Answer, Article
from crawler.extract.text.digest import content_sha256
from pipelines.store import linking

FACTS = (
    "site", "layout", "kind", "language", "title", "question", "question_key", "question_date", "series",
    "published_at", "published_date", "published_precision", "published_shown", "updated_at", "updated_date",
    "updated_shown", "imported_at", "author", "author_url", "licence", "licence_spdx", "original_url",
    "category", "tags", "truncated", "confidence", "flags", "opt_out",
)  # fmt: skip
_ANSWER = (
    "content_id", "position", "question", "question_key", "model", "model_version", "label", "text_start",
    "text_end", "markdown_start", "markdown_end", "rule", "confidence", "flags",
)  # fmt: skip


def find_or_add_article(connection: sqlite3.Connection, key: str) -> int:
    """Return the id of the article with this key; links that lead to a new one are told."""
    row = connection.execute("SELECT id FROM article_rows WHERE key = ?", (key,)).fetchone()
    if row is None:
        row = connection.execute("INSERT INTO article_rows (key) VALUES (?) RETURNING id", (key,)).fetchone()
        linking.claim(connection, row[0], key)
    return int(row[0])


def facts_id(connection: sqlite3.Connection, article_id: int, article: Article) -> int:
    """Return the id of what `article` says of itself apart from content and counts; added if it is new."""
    values = [_fact(article, name) for name in FACTS]
    digest = hashlib.sha256(json.dumps(values).encode("ascii")).digest()[:16]
    row = connection.execute(
        "SELECT id FROM article_facts WHERE article_id = ? AND digest = ? AND url = ?",
        (article_id, digest, article.url),
    ).fetchone()
    if row is None:
        row = connection.execute(
            insert("article_facts", ("article_id", "digest", "url", *FACTS)) + " RETURNING id",
            (article_id, digest, article.url, *values),
        ).fetchone()
    return int(row[0])


def find_or_add_content(connection: sqlite3.Connection, article_id: int, article: Article) -> int:
    """Return the id of the content that `article` has, with this wording if it is new."""
    digest = content_sha256(article.title, article.text)
    row = connection.execute(
        "SELECT id FROM contents WHERE article_id = ? AND content_sha256 = ?", (article_id, digest)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO contents (article_id, content_sha256, char_count, title, markdown, text)"
            " VALUES (?, ?, 0, '', '', '') RETURNING id",
            (article_id, digest),
        ).fetchone()
    return int(row[0])


def give_wording(connection: sqlite3.Connection, content_id: int, capture_id: int, article: Article) -> None:
    """Word a content as this capture does, if it is the first in order to have it."""
    (first,) = connection.execute(
        "SELECT id FROM captures WHERE content_id = ? ORDER BY capture_order LIMIT 1", (content_id,)
    ).fetchone()
    if first != capture_id:
        return
    connection.execute(
        "UPDATE contents SET capture_id = ?, char_count = ?, title = ?, markdown = ?, text = ? WHERE id = ?",
        (capture_id, len(article.text), article.title, article.markdown, article.text, content_id),
    )
    connection.execute("DELETE FROM content_answers WHERE content_id = ?", (content_id,))
    connection.executemany(
        insert("content_answers", _ANSWER), [(content_id, *_answer(answer)) for answer in article.answers]
    )


def insert(table: str, columns: Iterable[str]) -> str:
    """Return the statement that inserts one row, for names of our own."""
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608


def as_json(texts: tuple[str, ...]) -> str:
    """Return texts as the archive writes a JSON array."""
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _fact(article: Article, name: str) -> str | float | None:
    if name == "question_key":
        return question_key(article.question) if article.question is not None else None
    value: str | float | tuple[str, ...] | None = getattr(article, name)
    return as_json(value) if isinstance(value, tuple) else value


def _answer(answer: Answer) -> tuple[str | int | float | None, ...]:
    return (
        answer.position,
        answer.question,
        question_key(answer.question) if answer.question is not None else None,
        answer.model,
        answer.model_version,
        answer.label,
        answer.start,
        answer.end,
        answer.markdown_start,
        answer.markdown_end,
        answer.rule,
        answer.confidence,
        as_json(answer.flags),
    )
