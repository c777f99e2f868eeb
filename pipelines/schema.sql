-- The archive's tables, version 1. Public names (interfaces) are the views in views.sql and the tables
-- marked PUBLIC; everything else may change by a migration. Times are UTC text, YYYY-MM-DDTHH:MM:SSZ.
-- All but runs, leases, requests and network failures derives from captures, in whatever order they came.

-- PUBLIC. One row per model that wencun knows, from crawler/extract/models/models.toml.
CREATE TABLE models (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    vendor TEXT,
    aliases TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;

-- PUBLIC. One row per command that wrote to the archive.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    arguments TEXT NOT NULL DEFAULT '[]',
    started_at TEXT NOT NULL,
    heartbeat_at TEXT,
    finished_at TEXT,
    outcome TEXT,
    exit_code INTEGER,
    counts TEXT NOT NULL DEFAULT '{}',
    version TEXT NOT NULL
) STRICT;

-- What became of the pages that a run leased: `leased` is the sum of the others and of the leases it holds.
CREATE TABLE run_pages (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- `leased`, `released`, or what ended the lease
    pages INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- One row per article. All but `key` is filled by derive() before the transaction that made the row ends.
CREATE TABLE article_rows (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    facts_id INTEGER REFERENCES article_facts (id) DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER REFERENCES contents (id) DEFERRABLE INITIALLY DEFERRED,
    capture_id INTEGER REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    version INTEGER,
    first_seen_at TEXT,
    last_seen_at TEXT,
    gone_at TEXT
) STRICT;
CREATE INDEX article_rows_facts ON article_rows (facts_id);
CREATE INDEX article_rows_content ON article_rows (content_id);
CREATE INDEX article_rows_capture ON article_rows (capture_id);

-- What captures say of an article apart from its content and counts: once, however many say the same.
CREATE TABLE article_facts (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    digest BLOB NOT NULL,                 -- of the columns below but `url`
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    layout TEXT NOT NULL,
    kind TEXT,
    language TEXT,
    title TEXT NOT NULL,
    question TEXT,
    question_key TEXT,
    question_date TEXT,
    series TEXT,
    published_at TEXT,
    published_date TEXT,
    published_precision TEXT,
    published_shown TEXT,
    updated_at TEXT,
    updated_date TEXT,
    updated_shown TEXT,
    imported_at TEXT,
    author TEXT,
    author_url TEXT,
    licence TEXT,
    licence_spdx TEXT,
    original_url TEXT,
    category TEXT,
    tags TEXT NOT NULL,
    truncated TEXT,
    confidence REAL NOT NULL,
    flags TEXT NOT NULL,
    opt_out TEXT,
    UNIQUE (article_id, digest, url)
) STRICT;
CREATE INDEX article_facts_url ON article_facts (url);
CREATE INDEX article_facts_question ON article_facts (question_key) WHERE question_key IS NOT NULL;

-- PUBLIC. The ledger: one row per URL that is known to be a page.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    article_id INTEGER REFERENCES article_rows (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    site TEXT,
    kind TEXT,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN (
        'pending', 'stored', 'source', 'skipped', 'gone', 'blocked', 'robots', 'failed', 'quarantined',
        'paused', 'erased')),
    reason TEXT,
    due_at TEXT,
    interval_s INTEGER,
    lease_run_id INTEGER REFERENCES runs (id),
    lease_until TEXT,
    fetched_at TEXT,
    changed_at TEXT,
    etag TEXT,
    last_modified TEXT,
    fetch_count INTEGER NOT NULL DEFAULT 0,
    change_count INTEGER NOT NULL DEFAULT 0,
    failure_count INTEGER NOT NULL DEFAULT 0,
    discovered_at TEXT,
    discovered_from INTEGER REFERENCES pages (id) ON DELETE SET NULL,
    depth INTEGER NOT NULL DEFAULT 0,
    host TEXT NOT NULL,                   -- of the URL, with its port; empty for a URN
    requested_at TEXT                     -- the latest time that somebody asked for it to be fetched at
) STRICT;
CREATE INDEX pages_due ON pages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX pages_waiting ON pages (host, due_at) WHERE due_at IS NOT NULL AND lease_run_id IS NULL;
CREATE INDEX pages_lease ON pages (lease_run_id) WHERE lease_run_id IS NOT NULL;
CREATE INDEX pages_article ON pages (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX pages_discovered_from ON pages (discovered_from) WHERE discovered_from IS NOT NULL;

-- PUBLIC. One row per response, revisit, resource or conversion record of a page.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages (id) DEFERRABLE INITIALLY DEFERRED,
    run_id INTEGER REFERENCES runs (id),
    url TEXT NOT NULL,
    captured_at TEXT,
    captured_at_source TEXT CHECK (captured_at_source IN ('fetch', 'warc', 'given')),
    status INTEGER,
    media_type TEXT,
    encoding TEXT,
    encoding_declared TEXT,
    payload_sha256 TEXT NOT NULL,
    payload_bytes INTEGER NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_bytes INTEGER NOT NULL,
    warc_record_id TEXT NOT NULL UNIQUE,
    warc_payload_digest TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN (
        'article', 'unchanged', 'source', 'redirect', 'robots', 'not_article', 'blocked', 'gone',
        'quarantined', 'failed')),
    extractor_version TEXT NOT NULL,
    robots_signals TEXT,
    recorded_at TEXT NOT NULL,            -- WARC-Date of the record
    observed_at TEXT,                     -- of its counts: captured_at, else the page's imported_at
    article_id INTEGER REFERENCES article_rows (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER REFERENCES contents (id) DEFERRABLE INITIALLY DEFERRED,
    facts_id INTEGER REFERENCES article_facts (id) DEFERRABLE INITIALLY DEFERRED,
    capture_order TEXT NOT NULL AS (      -- captures of a page or article are in this order; unknown first
        coalesce(captured_at, '') || ' ' || recorded_at || ' ' || warc_file || ' '
        || printf('%019d', warc_offset)) VIRTUAL
) STRICT;
CREATE INDEX captures_page ON captures (page_id);
CREATE INDEX captures_article ON captures (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX captures_content ON captures (content_id) WHERE content_id IS NOT NULL;
CREATE INDEX captures_facts ON captures (facts_id) WHERE facts_id IS NOT NULL;
CREATE INDEX captures_payload ON captures (payload_sha256);
CREATE INDEX captures_observed ON captures (observed_at);
CREATE INDEX captures_captured ON captures (captured_at);

-- PUBLIC. Why a page, a capture or an ingested file gave nothing.
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    capture_id INTEGER REFERENCES captures (id) ON DELETE CASCADE,
    page_id INTEGER REFERENCES pages (id) ON DELETE SET NULL,
    run_id INTEGER REFERENCES runs (id),
    error TEXT NOT NULL,
    message TEXT NOT NULL,
    failed_at TEXT NOT NULL
) STRICT;
CREATE INDEX failures_capture ON failures (capture_id) WHERE capture_id IS NOT NULL;
CREATE INDEX failures_page ON failures (page_id) WHERE page_id IS NOT NULL;

-- What an article said: once, however many captures and versions say it. The first capture that said it,
-- `capture_id`, gave the wording.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    capture_id INTEGER REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    content_sha256 TEXT NOT NULL,
    char_count INTEGER NOT NULL,
    title TEXT NOT NULL,
    markdown TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (article_id, content_sha256)
) STRICT;
CREATE INDEX contents_capture ON contents (capture_id);

-- A model's answer as a slice of its content, in code points from 0, end excluded.
CREATE TABLE content_answers (
    id INTEGER PRIMARY KEY,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    question TEXT,
    question_key TEXT,
    model TEXT REFERENCES models (id),
    model_version TEXT,
    label TEXT NOT NULL,
    text_start INTEGER NOT NULL,
    text_end INTEGER NOT NULL,
    markdown_start INTEGER NOT NULL,
    markdown_end INTEGER NOT NULL,
    rule TEXT NOT NULL,
    confidence REAL NOT NULL,
    flags TEXT NOT NULL,
    UNIQUE (content_id, position)
) STRICT;
CREATE INDEX content_answers_model ON content_answers (model);
CREATE INDEX content_answers_unknown ON content_answers (label, content_id) WHERE model IS NULL;
CREATE INDEX content_answers_question ON content_answers (question_key, content_id, model, confidence)
    WHERE question_key IS NOT NULL;

-- A version is a run of captures with one content, in the order of captured_at.
CREATE TABLE versions (
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER NOT NULL REFERENCES contents (id) DEFERRABLE INITIALLY DEFERRED,
    seen_at TEXT,
    PRIMARY KEY (article_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_content ON versions (content_id);
CREATE INDEX versions_capture ON versions (capture_id);

-- PUBLIC. A page's own counts at each capture, changed or not.
CREATE TABLE observations (
    capture_id INTEGER PRIMARY KEY REFERENCES captures (id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    observed_at TEXT,
    read_count INTEGER,
    read_count_shown TEXT,
    read_count_unit INTEGER,
    read_count_is_minimum INTEGER NOT NULL,
    like_count INTEGER,
    collect_count INTEGER,
    comment_count INTEGER
) STRICT;
CREATE INDEX observations_article ON observations (article_id);

-- Lists are kept narrow: whatever repeats from entry to entry and from capture to capture is stored once.
CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    url TEXT,
    title TEXT NOT NULL,
    target_key TEXT,                      -- key of the URL; NULL without one
    target_article_id INTEGER REFERENCES article_rows (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    match_score REAL,
    digest INTEGER NOT NULL               -- of URL and title: an index over themselves would double them
) STRICT;
CREATE INDEX links_digest ON links (digest);
CREATE INDEX links_target_key ON links (target_key) WHERE target_key IS NOT NULL;
CREATE INDEX links_target_article ON links (target_article_id) WHERE target_article_id IS NOT NULL;

CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL CHECK (list IN ('popular', 'recent', 'related', 'other')),
    list_title TEXT,
    list_scope TEXT NOT NULL CHECK (list_scope IN ('article', 'author', 'site'))
) STRICT;
CREATE UNIQUE INDEX lists_name ON lists (list, list_scope, coalesce(list_title, ''), list_title IS NULL);

-- How counts are written beside entries: `before`, the number, `after`. The number is `plain` (1234),
-- `grouped` (1,234), `within` (`before` holds it all: 3.3k), or `unshown` (no text stands for the count).
CREATE TABLE count_forms (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL CHECK (number IN ('plain', 'grouped', 'within', 'unshown')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    unit INTEGER,
    is_minimum INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX count_forms_form ON count_forms (before, after, number, coalesce(unit, -1), is_minimum);

CREATE TABLE shown_times (
    id INTEGER PRIMARY KEY,
    shown TEXT,
    shown_at TEXT,
    kind TEXT CHECK (kind IN ('page', 'entry'))
) STRICT;
CREATE UNIQUE INDEX shown_times_shown ON shown_times (
    coalesce(shown, ''), coalesce(shown_at, ''), coalesce(kind, ''), shown IS NULL);

CREATE TABLE list_entries (
    capture_id INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    list_id INTEGER NOT NULL REFERENCES lists (id),
    rank INTEGER NOT NULL,
    link_id INTEGER NOT NULL REFERENCES links (id),
    read_count INTEGER,
    count_form_id INTEGER REFERENCES count_forms (id),
    shown_time_id INTEGER REFERENCES shown_times (id),
    PRIMARY KEY (capture_id, list_id, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_entries_link ON list_entries (link_id);

-- The newest count of each target, maintained as captures are stored. A target is a key, or, for entries
-- without URL, their link. `list_id`, `rank` and `entry_link_id` name the entry; NULL for a page's own count.
CREATE TABLE latest_counts (
    id INTEGER PRIMARY KEY,
    target_key TEXT,
    target_link_id INTEGER REFERENCES links (id),
    capture_id INTEGER NOT NULL REFERENCES captures (id) ON DELETE CASCADE,
    list_id INTEGER REFERENCES lists (id),
    rank INTEGER,
    entry_link_id INTEGER REFERENCES links (id),
    read_count INTEGER NOT NULL,
    read_count_unit INTEGER,
    read_count_is_minimum INTEGER NOT NULL,
    CHECK ((target_key IS NULL) <> (target_link_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX latest_counts_key ON latest_counts (target_key) WHERE target_key IS NOT NULL;
CREATE UNIQUE INDEX latest_counts_link ON latest_counts (target_link_id) WHERE target_link_id IS NOT NULL;
CREATE INDEX latest_counts_capture ON latest_counts (capture_id);
CREATE INDEX latest_counts_read ON latest_counts (read_count);

-- How far each WARC file is accounted for: records past committed_bytes are processed at the next start.
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY,
    committed_bytes INTEGER NOT NULL DEFAULT 0,
    closed_at TEXT
) STRICT, WITHOUT ROWID;

-- What ANALYZE finds in an archive of five million list entries (benchmarks/views.py). Given from the start, so
-- that the plans of questions are those that were measured, in small archives and in growing ones.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('article_facts', 'article_facts_question', '100000 5'),
    ('article_facts', 'article_facts_url', '100000 1'),
    ('article_facts', 'sqlite_autoindex_article_facts_1', '100000 1 1 1'),
    ('article_rows', 'article_rows_capture', '100000 1'),
    ('article_rows', 'article_rows_content', '100000 1'),
    ('article_rows', 'article_rows_facts', '100000 1'),
    ('article_rows', 'sqlite_autoindex_article_rows_1', '100000 1'),
    ('captures', 'captures_article', '227273 3'),
    ('captures', 'captures_captured', '227273 1'),
    ('captures', 'captures_content', '227273 3'),
    ('captures', 'captures_facts', '227273 3'),
    ('captures', 'captures_observed', '227273 1'),
    ('captures', 'captures_page', '227273 3'),
    ('captures', 'captures_payload', '227273 1'),
    ('captures', 'sqlite_autoindex_captures_1', '227273 1'),
    ('content_answers', 'content_answers_model', '400000 80000'),
    ('content_answers', 'content_answers_question', '400000 20 4 1 1'),
    ('content_answers', 'content_answers_unknown', '80000 800 1'),
    ('content_answers', 'sqlite_autoindex_content_answers_1', '400000 4 1'),
    ('contents', 'contents_capture', '100000 1'),
    ('contents', 'sqlite_autoindex_contents_1', '100000 1 1'),
    ('count_forms', 'count_forms_form', '100 1 1 1 1 1'),
    ('latest_counts', 'latest_counts_capture', '300000 2'),
    ('latest_counts', 'latest_counts_key', '300000 1'),
    ('latest_counts', 'latest_counts_link', '30000 1'),
    ('latest_counts', 'latest_counts_read', '300000 31'),
    ('links', 'links_digest', '300000 1'),
    ('links', 'links_target_article', '100000 1'),
    ('links', 'links_target_key', '300000 1'),
    ('list_entries', 'list_entries', '5000006 22 8 1'),
    ('list_entries', 'list_entries_link', '5000006 17'),
    ('lists', 'lists_name', '20 5 2 1 1'),
    ('observations', 'observations_article', '227273 3'),
    ('pages', 'pages_article', '100000 1'),
    ('pages', 'sqlite_autoindex_pages_1', '200000 1'),
    ('shown_times', 'shown_times_shown', '100000 1 1 1 1'),
    ('versions', 'versions', '100000 1 1'),
    ('versions', 'versions_capture', '100000 1'),
    ('versions', 'versions_content', '100000 1');
ANALYZE sqlite_schema;
