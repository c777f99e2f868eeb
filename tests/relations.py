"""The archive's relations with natural keys in the place of ids, to compare two archives."""

from __future__ import annotations

import sqlite3

_RELATIONS = {
    "articles": """
        SELECT a.*, c.warc_record_id FROM articles AS a JOIN captures AS c ON c.id = a.capture_id
    """,
    "article_versions": """
        SELECT v.*, a.key, c.warc_record_id FROM article_versions AS v
        JOIN article_rows AS a ON a.id = v.article_id JOIN captures AS c ON c.id = v.capture_id
    """,
    "answers": "SELECT n.*, a.key FROM answers AS n JOIN article_rows AS a ON a.id = n.article_id",
    "answer_versions": """
        SELECT n.*, a.key FROM answer_versions AS n JOIN article_rows AS a ON a.id = n.article_id
    """,
    "answers_full": "SELECT * FROM answers_full",
    "answer_pairs": "SELECT * FROM answer_pairs",
    "comparisons": "SELECT * FROM comparisons",
    "questions": "SELECT * FROM questions",
    "unknown_labels": "SELECT * FROM unknown_labels",
    "duplicates": "SELECT * FROM duplicates",
    "series_days": "SELECT * FROM series_days",
    "models": "SELECT * FROM models",
    "sidebar_items": """
        SELECT s.*, a.key, t.key AS target_key, c.warc_record_id FROM sidebar_items AS s
        JOIN captures AS c ON c.id = s.capture_id LEFT JOIN article_rows AS a ON a.id = s.article_id
        LEFT JOIN article_rows AS t ON t.id = s.target_article_id
    """,
    "observations": """
        SELECT o.*, a.key, c.warc_record_id FROM observations AS o
        JOIN captures AS c ON c.id = o.capture_id JOIN article_rows AS a ON a.id = o.article_id
    """,
    "read_counts": """
        SELECT r.*, a.key, s.key AS seen_on_key FROM read_counts AS r
        LEFT JOIN article_rows AS a ON a.id = r.article_id
        LEFT JOIN article_rows AS s ON s.id = r.seen_on_article_id
    """,
    "latest_read_counts": """
        SELECT r.*, a.key, s.key AS seen_on_key FROM latest_read_counts AS r
        LEFT JOIN article_rows AS a ON a.id = r.article_id
        LEFT JOIN article_rows AS s ON s.id = r.seen_on_article_id
    """,
    "captures": """
        SELECT c.*, p.url AS page_url, a.key, t.content_sha256 FROM captures AS c
        JOIN pages AS p ON p.id = c.page_id LEFT JOIN article_rows AS a ON a.id = c.article_id
        LEFT JOIN contents AS t ON t.id = c.content_id
    """,
    "pages": """
        SELECT p.*, a.key, s.url AS seed FROM pages AS p LEFT JOIN article_rows AS a ON a.id = p.article_id
        LEFT JOIN pages AS s ON s.id = p.seed_id
    """,
    "failures": """
        SELECT f.*, p.url, c.warc_record_id FROM failures AS f JOIN captures AS c ON c.id = f.capture_id
        LEFT JOIN pages AS p ON p.id = f.page_id
    """,
}
_LEFT_OUT = {
    # ids
    *("id", "article_id", "page_id", "capture_id", "run_id", "content_id", "facts_id", "seed_id"),
    *("target_article_id", "seen_on_article_id"),
    # what no capture says
    *("lease_run_id", "lease_until", "discovered_at", "discovered_from", "depth", "requested_at"),
}


def relations(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return every public relation, sorted, without ids, leases, and how pages were discovered."""
    return {name: _rows(connection, sql) for name, sql in _RELATIONS.items()}


def _rows(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    cursor = connection.execute(sql)
    kept = [place for place, column in enumerate(cursor.description) if column[0] not in _LEFT_OUT]
    return sorted((tuple(row[place] for place in kept) for row in cursor), key=repr)
