"""The archive's records as JSON texts, built by the database and given row by row in one order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Usage
from pipelines.queries import is_mistake

LEAST_CONFIDENCE = 0.5
"""Answers under it are left out, unless the user's condition names `confidence`."""

_DOUBTED = "'encoding_doubtful', 'hidden_instruction', 'tag_characters', 'bidi'"
"""Flags of an article that throw doubt on all that is in it."""
_HAS_FLAG = "EXISTS (SELECT 1 FROM json_each(flags) WHERE value IN ({}))"
_DOUBTED_ARTICLE = _HAS_FLAG.format(f"{_DOUBTED}, 'instruction_like'")
_DOUBTED_ANSWER = f"(json_array_length(answer_flags) OR {_HAS_FLAG.format(_DOUBTED)})"

_ARTICLES = "SELECT id FROM articles ORDER BY url, key"
_SURE = f"confidence >= {LEAST_CONFIDENCE}"
_NAMES_CONFIDENCE = re.compile(r"\bconfidence\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """How the records of one kind are made from its view `export_<kind>`."""

    view: str
    keys: tuple[str, ...]
    """The record's keys, in order: the view's columns of these names."""
    order: str
    """SQL of an order without ties, of the records of one article where they come by article."""
    identity: tuple[str, ...] = ("id",)
    """Keys that together tell a record from the others of its kind."""
    by_article: bool = True
    """Do the records come by their articles' URLs? Then each article is asked for on its own: SQLite sorts by
    holding whole records, and those with texts can be long."""
    json_keys: frozenset[str] = frozenset()
    """Keys whose columns hold JSON text."""
    boolean_keys: frozenset[str] = frozenset()
    time: str = "captured_at"
    """The column that `since` is compared with."""
    condition: str = "1"
    """SQL of what is exported, unless the user's condition names `confidence`."""
    left_out: tuple[tuple[str, str], ...] = ()
    """What is never exported but counted: words for the user, SQL; the first that holds counts."""
    flagged: str | None = None
    """SQL of what a flag throws doubt on; None where records carry no texts that could be flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records of a kind are wanted."""

    where: str | None = None
    """SQL over the columns of the kind's view."""
    since: str | None = None
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`: records captured or observed then or later."""

    exclude_flagged: bool = False
    """Leave out what a flag throws doubt on?"""

    @property
    def doubtful_too(self) -> bool:
        """Does the user's condition decide on its own which confidence is enough?"""
        return self.where is not None and _NAMES_CONFIDENCE.search(self.where) is not None


EXPORTERS: dict[str, Exporter] = {
    "articles": Exporter(
        view="export_articles",
        keys=(
            *("kind", "id", "url", "site", "title", "question", "question_date", "series"),
            *("published_at", "published_date", "published_shown", "updated_at", "imported_at"),
            *("author", "author_url", "licence", "licence_spdx", "original_url", "category", "tags"),
            *("read_count", "like_count", "collect_count", "comment_count", "text", "markdown"),
            *("answers", "sidebar", "version", "captured_at", "content_sha256", "extractor_version", "warc"),
        ),
        json_keys=frozenset({"tags", "answers", "sidebar", "warc"}),
        order="id",
        flagged=_DOUBTED_ARTICLE,
    ),
    "answers": Exporter(
        view="export_answers",
        keys=(
            *("kind", "id", "article_url", "site", "author", "title", "question", "question_date"),
            *("model", "model_version", "label", "position", "markdown", "text", "char_count", "confidence"),
            *("licence", "licence_spdx", "captured_at", "content_sha256"),
        ),
        order="position, id",
        condition=_SURE,
        flagged=_DOUBTED_ANSWER,
    ),
    "comparisons": Exporter(
        view="export_comparisons",
        keys=("kind", "id", "article_url", "question", "question_date", "author", "licence", "answers"),
        json_keys=frozenset({"answers"}),
        order="position, id",
        condition=_SURE,
        flagged=_DOUBTED_ANSWER,
    ),
    "chat": Exporter(
        view="export_chat",
        keys=("kind", "id", "messages", "model", "model_version", "source", "author", "licence"),
        json_keys=frozenset({"messages"}),
        order="position, id",
        condition=_SURE,
        flagged=_DOUBTED_ANSWER,
        left_out=(
            ("of unknown models", "model IS NULL"),
            ("with a doubtful boundary", "boundary_doubtful"),
            ("without a question", "question IS NULL"),
        ),
    ),
    "sidebar": Exporter(
        view="export_sidebar",
        keys=(
            *("kind", "article_url", "list", "list_title", "rank", "title", "url", "shown_at"),
            *("read_count", "read_count_unit", "read_count_is_minimum", "observed_at"),
        ),
        boolean_keys=frozenset({"read_count_is_minimum"}),
        order=("observed_at, warc_file, warc_offset, list = 'other', list, list_title, list_scope, rank"),
        time="observed_at",
        identity=("article_url", "list", "list_title", "rank", "observed_at"),
    ),
    "read-counts": Exporter(
        view="export_read_counts",
        keys=(
            *("kind", "target_key", "url", "title", "observed_at"),
            *("read_count", "read_count_unit", "read_count_is_minimum", "source", "seen_on"),
        ),
        boolean_keys=frozenset({"read_count_is_minimum"}),
        by_article=False,
        order=(
            "target_key, observed_at, title, url, source, seen_on,"
            " read_count, read_count_unit, read_count_is_minimum"
        ),
        time="observed_at",
        identity=("target_key", "observed_at", "source", "seen_on"),
    ),
}


def records(connection: sqlite3.Connection, kind: str, selection: Selection) -> Iterator[str]:
    """Yield the records of `kind` as JSON texts, in the kind's order.

    Raises Usage with SQLite's words where the selection's condition is none over the kind's view.
    """
    exporter = EXPORTERS[kind]
    check_condition(connection, exporter, selection)
    conditions = [f"NOT ({sql})" for _, sql in _left_out(kind, selection)]
    if exporter.by_article:
        conditions.insert(0, "article_id = :article_id")
    sql = (
        f"SELECT {_json_object(exporter, selection)} FROM {exporter.view}"  # noqa: S608 -- names of our own
        f" WHERE {_wanted(exporter, selection, *conditions)} ORDER BY {exporter.order}"
    )
    with _as_usage():
        for (article_id,) in connection.execute(_ARTICLES) if exporter.by_article else [(None,)]:
            values = {"article_id": article_id, "since": selection.since}
            for (record,) in connection.execute(sql, values):
                yield record


def count_left_out(connection: sqlite3.Connection, kind: str, selection: Selection) -> dict[str, int]:
    """Return how many selected rows `records` passes over, by reason; reasons without rows are not in it."""
    exporter = EXPORTERS[kind]
    left_out = _left_out(kind, selection)
    if not left_out:
        return {}
    check_condition(connection, exporter, selection)
    cases = " ".join(f"WHEN {sql} THEN '{words}'" for words, sql in left_out)
    sql = (
        f"SELECT CASE {cases} END AS reason, count(*) FROM {exporter.view}"  # noqa: S608
        f" WHERE {_wanted(exporter, selection)} GROUP BY reason HAVING reason IS NOT NULL"
    )
    with _as_usage():
        counts = dict(connection.execute(sql, {"since": selection.since}))
    return {words: counts[words] for words, _ in left_out if words in counts}


def _left_out(kind: str, selection: Selection) -> tuple[tuple[str, str], ...]:
    exporter = EXPORTERS[kind]
    if not selection.exclude_flagged:
        return exporter.left_out
    if exporter.flagged is None:
        raise Usage(
            f"{kind} carry no flags; --exclude-flagged is for articles, answers, comparisons and chat"
        )
    return (*exporter.left_out, ("flagged", exporter.flagged))


def check_condition(connection: sqlite3.Connection, exporter: Exporter, selection: Selection) -> None:
    """Raise Usage unless the selection's condition is one SQL expression over the view.

    Asked both bare and in brackets: `1) OR (1` and `1 ORDER BY url` each pass one of the two alone.
    """
    if selection.where is None:
        return
    with _as_usage():
        for condition in (selection.where, _bracketed(selection.where)):
            connection.execute(f"SELECT 1 FROM {exporter.view} WHERE {condition}\n LIMIT 0")  # noqa: S608


def article_record(connection: sqlite3.Connection, key: str) -> str | None:
    """Return the record of the article with `key`, as `records` gives it; None where there is none."""
    exporter = EXPORTERS["articles"]
    sql = f"SELECT {_json_object(exporter, Selection())} FROM {exporter.view} WHERE id = ?"  # noqa: S608
    row = connection.execute(sql, (key,)).fetchone()
    return row and str(row[0])


def records_like(
    connection: sqlite3.Connection, kind: str, record: Mapping[str, Any], selection: Selection
) -> Iterator[str]:
    """Yield the records of `kind` that have the identity of a given one, as `records` gives them."""
    exporter = EXPORTERS[kind]
    values = {key: record.get(key) for key in exporter.identity}
    conditions = [f"{key} IS :{key}" for key in exporter.identity]
    if exporter.identity == ("id",):
        values["stem"] = str(record.get("id")).rpartition("#")[0]
        conditions.append("article_id IN (SELECT id FROM articles WHERE key IN (:id, :stem))")
    sql = (
        f"SELECT {_json_object(exporter, selection)} FROM {exporter.view}"  # noqa: S608 -- names of our own
        f" WHERE {' AND '.join(conditions)}"
    )
    for (text,) in connection.execute(sql, values):
        yield text


def _json_object(exporter: Exporter, selection: Selection) -> str:
    pairs = []
    for key in exporter.keys:
        column = "answers_any" if key == "answers" and selection.doubtful_too else key
        if key in exporter.json_keys:
            column = f"json({column})"
        elif key in exporter.boolean_keys:
            column = f"json(iif({column}, 'true', 'false'))"
        pairs.append(f"'{key}', {column}")
    return f"json_object({', '.join(pairs)})"


def _wanted(exporter: Exporter, selection: Selection, *conditions: str) -> str:
    parts = list(conditions)
    if selection.where is not None:
        parts.append(_bracketed(selection.where))
    if not selection.doubtful_too:
        parts.append(exporter.condition)
    if selection.since is not None:
        parts.append(f"{exporter.time} >= :since")
    return " AND ".join(parts) or "1"


def _bracketed(condition: str) -> str:
    return f"({condition}\n)"  # the line's end ends a comment in it


@contextmanager
def _as_usage() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        if is_mistake(error):
            raise Usage(f"--where: {error}") from error
        raise
