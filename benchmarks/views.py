"""How long typical questions take at five million list entries: python benchmarks/views.py DIRECTORY.

Makes a database in DIRECTORY unless it is there, then prints a line for each question, the slowest last.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from pipelines.database import connect_reading, connect_writing, transaction
from pipelines.schema import SCHEMA_VERSION

SIZES = {
    "articles": 100_000,
    "captures": 227_273,
    "per_capture": 22,
    "links": 300_000,
    "questions": 20_000,
}

_MAKE = """
INSERT INTO runs (id, command, started_at, version) VALUES (1, 'crawl', '2024-01-01T00:00:00Z', '0');
INSERT INTO article_rows (id, key, facts_id, content_id, capture_id, version, first_seen_at, last_seen_at,
    gone_at, dated_title)
SELECT i, 'csdn:' || i, i, i, i, 1, '2024-01-01T00:00:00Z', '2024-06-01T00:00:00Z',
    CASE WHEN i % 50 = 0 THEN '2024-03-01T00:00:00Z' END,
    CASE WHEN i % 10 = 0 THEN date('2020-01-01', (i % 2000) || ' days') || ' 问ai题目' || i END
FROM n WHERE i <= :articles;
INSERT INTO article_facts (id, article_id, digest, url, site, layout, language, title, question, question_key,
    question_date, series, author, tags, confidence, flags)
SELECT i, i, CAST(i AS BLOB), 'https://blog.csdn.net/u/article/details/' || i, 'csdn', 'G6', 'zh',
    '题目 ' || i, '问题 ' || (i % :questions), 'key ' || (i % :questions),
    date('2020-01-01', (i % 2000) || ' days'), CASE WHEN i % 10 = 0 THEN '问AI' END,
    '作者' || (i % 5000), '[]', 1.0, '[]'
FROM n WHERE i <= :articles;
INSERT INTO contents (id, article_id, capture_id, content_sha256, char_count, title, markdown, text)
SELECT i, i, i, printf('%064d', i), 800, '题目 ' || i, replace(printf('%400d', i), ' ', '学习'),
    replace(printf('%400d', i), ' ', '学习') FROM n WHERE i <= :articles;
INSERT INTO content_answers (content_id, position, question, question_key, model, label, text_start, text_end,
    markdown_start, markdown_end, rule, confidence, flags)
SELECT i, p, '问题 ' || (i % :questions), 'key ' || (i % :questions),
    CASE (i + p) % 5 WHEN 0 THEN 'doubao' WHEN 1 THEN 'kimi' WHEN 2 THEN 'zhipu-qingyan'
    WHEN 3 THEN 'wenxin-yiyan' END, '标签' || ((i + p) % 5), p * 100, p * 100 + 90, p * 100, p * 100 + 90,
    'paragraph-label', 1.0, '[]'
FROM n JOIN (SELECT column1 AS p FROM (VALUES (1), (2), (3), (4))) WHERE i <= :articles;
INSERT INTO pages (id, url, host, article_id, state)
SELECT i, 'https://blog.csdn.net/u/article/details/' || i, 'blog.csdn.net', i, 'stored'
FROM n WHERE i <= :articles;
INSERT INTO captures (id, page_id, run_id, url, captured_at, captured_at_source, payload_sha256,
    payload_bytes, warc_file, warc_offset, warc_bytes, warc_record_id, outcome, extractor_version,
    recorded_at, observed_at, article_id, content_id, facts_id)
SELECT i, a, 1, 'https://blog.csdn.net/u/article/details/' || a, t, 'fetch', printf('%064d', i), 100000,
    'f', i, 9, '<urn:uuid:' || printf('%036d', i) || '>',
    CASE WHEN i <= :articles THEN 'article' WHEN a % 50 = 0 THEN 'gone' ELSE 'unchanged' END, '1', t, t,
    a, a, a
FROM (SELECT i, (i - 1) % :articles + 1 AS a,
    strftime('%Y-%m-%dT%H:%M:%SZ', 1704067200 + i * 60, 'unixepoch') AS t FROM n WHERE i <= :captures);
INSERT INTO versions (article_id, version, capture_id, content_id, seen_at)
SELECT id, 1, id, id, '2024-01-01T00:00:00Z' FROM article_rows;
INSERT INTO observations (capture_id, article_id, observed_at, read_count, read_count_unit,
    read_count_is_minimum)
SELECT id, article_id, observed_at, id % 9999, 1, 0 FROM captures;
INSERT INTO copies (article_id, earliest_id, score)
SELECT i, i - i % 3, 0.9 FROM n WHERE i BETWEEN 3 AND :articles / 3;
INSERT INTO links (id, url, title, dated_title, digest, target_key, target_article_id, match_score)
SELECT i, 'https://blog.csdn.net/u/article/details/' || i, '题目 ' || i,
    CASE WHEN i % 10 = 0 THEN date('2020-01-01', (i % 2100) || ' days') || ' 问ai题目' || i
    WHEN i % 10 = 1 THEN date('2020-01-01', (i % 2100) || ' days') || ' 周报' || i END, i, 'csdn:' || i,
    CASE WHEN i <= :articles THEN i WHEN i % 50 = 0 THEN i / 3 END,
    CASE WHEN i > :articles AND i % 50 = 0 THEN 0.7 END FROM n WHERE i <= :links;
INSERT INTO lists (id, list, list_title, list_scope) VALUES (1, 'related', '相关推荐', 'article'),
    (2, 'recent', '最新文章', 'author'), (3, 'popular', '热门文章', 'author');
INSERT INTO count_forms (id, number, before, after, unit, is_minimum) VALUES (1, 'plain', '', ' 阅读', 1, 0);
INSERT INTO shown_times (id, shown, shown_at, kind)
SELECT i, '2024-05-12 ' || i, strftime('%Y-%m-%dT%H:%M:%SZ', 1704067200 + i * 60, 'unixepoch'), 'entry'
FROM n WHERE i <= 100000;
DROP INDEX list_entries_link;
INSERT INTO list_entries (capture_id, list_id, rank, link_id, read_count, count_form_id, shown_time_id)
SELECT c.i, 1 + r.i / 9, r.i, 1 + (c.i * 7919 + r.i * 104729) % :links, c.i % 9999, 1,
    1 + (c.i + r.i) % 100000
FROM n AS c JOIN n AS r WHERE c.i <= :captures AND r.i <= :per_capture;
CREATE INDEX list_entries_link ON list_entries (link_id);
INSERT INTO latest_counts (target_key, capture_id, list_id, rank, entry_link_id, read_count,
    read_count_unit, read_count_is_minimum)
SELECT 'csdn:' || i, 1 + i % :captures, 1, 1, i, i % 9999, 1, 0
FROM n WHERE i <= :links
"""

ASKED_SECONDS = 1.0
ASKED = """
SELECT * FROM {view} LIMIT 100
SELECT count(*) FROM articles
SELECT count(*) FROM answers
SELECT * FROM articles WHERE key = 'csdn:5000'
SELECT * FROM articles WHERE url = 'https://blog.csdn.net/u/article/details/5000'
SELECT * FROM articles WHERE question_key = 'key 77'
SELECT key, title FROM articles ORDER BY last_seen_at DESC LIMIT 100
SELECT key, title, read_count FROM articles ORDER BY read_count DESC LIMIT 100
SELECT title FROM articles WHERE author = '作者77'
SELECT * FROM answers WHERE article_id = 5000 ORDER BY position
SELECT * FROM answers WHERE model = 'doubao' LIMIT 100
SELECT model, count(*) FROM answers GROUP BY model
SELECT * FROM answers_full WHERE key = 'csdn:5000'
SELECT * FROM answers_full WHERE question_key = 'key 77'
SELECT * FROM answer_pairs WHERE question_key = 'key 77'
SELECT * FROM answer_pairs WHERE model_a = 'doubao' AND model_b = 'kimi' LIMIT 100
SELECT * FROM questions WHERE question_key = 'key 77'
SELECT * FROM questions ORDER BY articles DESC LIMIT 20
SELECT * FROM comparisons WHERE question_key = 'key 77'
SELECT * FROM comparisons WHERE key = 'csdn:5000'
SELECT * FROM unknown_labels ORDER BY articles DESC
SELECT * FROM article_versions WHERE article_id = 5000
SELECT * FROM answer_versions WHERE article_id = 5000
SELECT * FROM sidebar_items WHERE article_id = 5000
SELECT * FROM sidebar_items WHERE capture_id = 5000 ORDER BY list, rank
SELECT * FROM sidebar_items WHERE target_article_id = 5000 ORDER BY observed_at
SELECT * FROM sidebar_items WHERE url = 'https://blog.csdn.net/u/article/details/5000'
SELECT * FROM sidebar_items WHERE title = '题目 5000'
SELECT * FROM sidebar_items WHERE list = 'popular' LIMIT 100
SELECT * FROM sidebar_items ORDER BY observed_at DESC LIMIT 100
SELECT * FROM sidebar_items ORDER BY read_count DESC LIMIT 100
SELECT list, count(*) FROM sidebar_items GROUP BY list
SELECT count(*) FROM sidebar_items
SELECT * FROM read_counts WHERE target_key = 'csdn:5000' ORDER BY observed_at
SELECT * FROM read_counts WHERE article_id = 5000 ORDER BY observed_at
SELECT * FROM read_counts WHERE url = 'https://blog.csdn.net/u/article/details/5000'
SELECT * FROM read_counts ORDER BY observed_at DESC LIMIT 100
SELECT count(*) FROM read_counts
SELECT * FROM latest_read_counts WHERE target_key = 'csdn:5000'
SELECT * FROM latest_read_counts WHERE article_id = 5000
SELECT * FROM latest_read_counts WHERE url = 'https://blog.csdn.net/u/article/details/5000'
SELECT * FROM latest_read_counts ORDER BY read_count DESC LIMIT 100
SELECT * FROM latest_read_counts ORDER BY observed_at DESC LIMIT 100
SELECT * FROM duplicates WHERE key = 'csdn:5000'
SELECT * FROM duplicates WHERE cluster = 'csdn:4998'
SELECT d.key, o.licence FROM duplicates AS d JOIN articles AS o ON o.key = d.cluster WHERE d.key = 'csdn:5000'
SELECT count(*) FROM duplicates
SELECT cluster, count(*) FROM duplicates GROUP BY cluster ORDER BY count(*) DESC LIMIT 20
SELECT site, count(*) FROM duplicates WHERE key <> cluster GROUP BY site
SELECT * FROM duplicates ORDER BY seen_at LIMIT 100
SELECT * FROM sidebar_items WHERE target_rule = 'title' LIMIT 100
SELECT * FROM series_days WHERE series = '问AI' ORDER BY day, key
SELECT * FROM series_days WHERE day = '2024-05-11'
SELECT state, count(*) FROM series_days GROUP BY state
SELECT * FROM series_entries WHERE day = '2024-05-11'
SELECT * FROM vanished ORDER BY gone_at DESC
SELECT count(*) FROM vanished
SELECT outcome, count(*) FROM captures GROUP BY outcome
SELECT state, count(*) FROM pages GROUP BY state
"""


def make(path: Path) -> None:
    """Fill a new archive database; bulk statements with foreign keys off, as only a benchmark may."""
    with closing(connect_writing(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        with transaction(connection):
            connection.execute("CREATE TABLE n (i INTEGER PRIMARY KEY)")
            connection.executemany("INSERT INTO n VALUES (?)", ((i,) for i in range(1, SIZES["links"] + 1)))
            for statement in _MAKE.split(";\n"):
                connection.execute(statement, SIZES)
            connection.execute("DROP TABLE n")


def ask(connection: sqlite3.Connection, sql: str) -> tuple[float, int]:
    """Return the seconds and the rows of a question."""
    start = time.perf_counter()
    rows = len(connection.execute(sql).fetchall())
    return time.perf_counter() - start, rows


def main(directory: Path) -> None:
    """Make the archive if need be, and print the figures."""
    path = directory / f"views-{SCHEMA_VERSION}.db"
    if not path.exists():
        start = time.perf_counter()
        make(path)
        print(f"made {path.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - start:.0f} s")
    with closing(connect_reading(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name"
        ).fetchall()
        first, *others = ASKED.strip().splitlines()
        of_views = [first.format(view=name) for (name,) in names]
        questions = of_views + others
        figures = sorted((*ask(connection, sql), sql) for sql in questions)
        for seconds, rows, sql in figures:
            print(f"{seconds:8.3f} s {rows:7d} rows  {sql}")
        quick = {sql for seconds, _, sql in figures if seconds <= ASKED_SECONDS}
        quick_views = len(quick.intersection(of_views))
        print(f"views within {ASKED_SECONDS:.0f} s: {quick_views} of {len(of_views)}; asked: all")
        print(f"further questions within it: {len(quick.intersection(others))} of {len(others)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
