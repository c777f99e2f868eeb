import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.database import connect_writing

COLUMNS = {
    "articles": """id, key, url, site, layout, kind, language, title, question, question_key, question_date,
        series, published_at, published_date, published_precision, published_shown, updated_at, updated_date,
        updated_shown, imported_at, author, author_url, licence, licence_spdx, original_url, category, tags,
        read_count, read_count_shown, read_count_unit, read_count_is_minimum, like_count, collect_count,
        comment_count, markdown, text, char_count, truncated, confidence, flags, opt_out, content_sha256,
        version, capture_id, extractor_version, first_seen_at, last_seen_at, gone_at""",
    "answers": """id, article_id, version, position, question, question_key, model, model_version, label,
        markdown, text, char_count, rule, confidence, flags, content_sha256""",
    "answer_versions": """id, article_id, version, position, question, question_key, model, model_version,
        label, markdown, text, char_count, rule, confidence, flags, content_sha256, seen_at""",
    "article_versions": "article_id, version, capture_id, content_sha256, title, markdown, text, seen_at",
    "sidebar_items": """article_id, capture_id, list, list_title, list_scope, rank, title, url, shown_at,
        shown_at_kind, shown_at_shown, read_count, read_count_shown, read_count_unit, read_count_is_minimum,
        observed_at, target_article_id, target_rule, target_score, target_rivals""",
    "read_counts": """article_id, target_key, url, title, observed_at, read_count, read_count_unit,
        read_count_is_minimum, source, seen_on_article_id""",
    "latest_read_counts": """article_id, target_key, url, title, observed_at, read_count, read_count_unit,
        read_count_is_minimum, source, seen_on_article_id""",
    "answers_full": """id, article_id, version, position, question, question_key, model, model_version, label,
        markdown, text, char_count, rule, confidence, flags, content_sha256, key, url, site, title,
        question_date, published_date, author, licence""",
    "answer_pairs": "question_key, article_key, model_a, model_b, text_a, text_b",
    "questions": "question_key, question, articles, days, models, first_date, last_date",
    "unknown_labels": "label, articles, example_key",
    "duplicates": "cluster, key, site, seen_at, score",
    "series_entries": "series, day, title, url, target_key, article_id, link_id, dated_title",
    "series_days": "series, day, state, key, models",
    "models": "id, name, vendor, aliases",
    "observations": """capture_id, article_id, observed_at, read_count, read_count_shown, read_count_unit,
        read_count_is_minimum, like_count, collect_count, comment_count""",
    "failures": "id, capture_id, page_id, run_id, error, message, failed_at",
}
FIRST_COLUMNS = {
    "captures": """id, page_id, run_id, url, captured_at, captured_at_source, status, media_type, encoding,
        encoding_declared, payload_sha256, payload_bytes, warc_file, warc_offset, warc_bytes, warc_record_id,
        warc_payload_digest, outcome, extractor_version, robots_signals""",
    "pages": """id, url, article_id, site, kind, state, reason, due_at, interval_s, lease_run_id, lease_until,
        fetched_at, changed_at, etag, last_modified, fetch_count, change_count, failure_count, discovered_at,
        discovered_from, depth""",
    "runs": """id, command, arguments, started_at, heartbeat_at, finished_at, outcome, exit_code, counts,
        version""",
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writing(tmp_path / "archive.db")) as connection:
        yield connection


@pytest.mark.parametrize("name", sorted(COLUMNS | FIRST_COLUMNS))
def test_a_public_name_has_the_columns_that_users_hold_on_to(
    connection: sqlite3.Connection, name: str
) -> None:
    found = [column[0] for column in connection.execute(f"SELECT * FROM {name}").description]
    expected = [column.strip() for column in (COLUMNS | FIRST_COLUMNS)[name].split(",")]
    assert found[: len(expected)] == expected
    assert name in FIRST_COLUMNS or found == expected


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM sidebar_items WHERE article_id = 1",
        "SELECT * FROM sidebar_items WHERE capture_id = 1 ORDER BY list, rank",
        "SELECT * FROM sidebar_items WHERE target_article_id = 1 ORDER BY observed_at",
        "SELECT * FROM sidebar_items WHERE url = 'u'",
        "SELECT * FROM sidebar_items ORDER BY observed_at DESC LIMIT 100",
        "SELECT * FROM read_counts WHERE target_key = 'k' ORDER BY observed_at",
        "SELECT * FROM read_counts WHERE article_id = 1",
        "SELECT * FROM read_counts ORDER BY observed_at DESC LIMIT 100",
        "SELECT s.rank FROM sidebar_items AS s JOIN articles AS a ON a.id = s.article_id WHERE a.key = 'k'",
    ],
)
def test_no_question_with_an_index_reads_every_list_entry(
    connection: sqlite3.Connection, question: str
) -> None:
    plan = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + question)]
    assert [step for step in plan if step.startswith(("SCAN e", "SCAN o"))] == []
    assert any(step.startswith("SEARCH e") for step in plan)


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("SELECT * FROM articles WHERE question_key = 'k'", "article_facts_question"),
        ("SELECT * FROM articles WHERE url = 'u'", "article_facts_url"),
        ("SELECT * FROM answers WHERE model = 'kimi' LIMIT 100", "content_answers_model"),
        ("SELECT * FROM comparisons WHERE question_key = 'k'", "content_answers_question"),
        ("SELECT * FROM questions LIMIT 100", "content_answers_question"),
        ("SELECT * FROM latest_read_counts ORDER BY read_count DESC LIMIT 100", "latest_counts_read"),
    ],
)
def test_a_common_question_starts_from_its_index(
    connection: sqlite3.Connection, question: str, index: str
) -> None:
    plan = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + question)]
    assert any(index in step for step in plan), plan
