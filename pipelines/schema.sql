-- The archive's tables, version 1. Public names (interfaces) are the views in views.sql and the tables
-- marked PUBLIC; everything else may change by a migration. Times are UTC text, YYYY-MM-DDTHH:MM:SSZ.

-- PUBLIC. One row per model that wencun knows, from crawler/extract/models.toml.
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

-- The newest good capture's view of each article; text lies in contents.
CREATE TABLE article_rows (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
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
    tags TEXT NOT NULL DEFAULT '[]',
    read_count INTEGER,
    read_count_shown TEXT,
    read_count_unit INTEGER,
    read_count_is_minimum INTEGER NOT NULL DEFAULT 0,
    like_count INTEGER,
    collect_count INTEGER,
    comment_count INTEGER,
    truncated TEXT,
    confidence REAL NOT NULL,
    flags TEXT NOT NULL DEFAULT '[]',
    opt_out TEXT,
    version INTEGER NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents (id) DEFERRABLE INITIALLY DEFERRED,
    capture_id INTEGER NOT NULL REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    extractor_version TEXT NOT NULL,
    first_seen_at TEXT,
    last_seen_at TEXT,
    gone_at TEXT
) STRICT;
CREATE INDEX article_rows_url ON article_rows (url);
CREATE INDEX article_rows_question ON article_rows (question_key) WHERE question_key IS NOT NULL;

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
    depth INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pages_due ON pages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX pages_lease ON pages (lease_run_id) WHERE lease_run_id IS NOT NULL;
CREATE INDEX pages_article ON pages (article_id) WHERE article_id IS NOT NULL;

-- PUBLIC. One row per response, revisit, resource or conversion record of a page.
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages (id) DEFERRABLE INITIALLY DEFERRED,
    article_id INTEGER REFERENCES article_rows (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    run_id INTEGER REFERENCES runs (id),
    url TEXT NOT NULL,
    captured_at TEXT,
    captured_at_source TEXT CHECK (captured_at_source IN ('fetch', 'warc', 'given')),
    recorded_at TEXT NOT NULL,            -- WARC-Date of the record
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
    content_sha256 TEXT,
    extractor_version TEXT NOT NULL,
    robots_signals TEXT
) STRICT;
CREATE INDEX captures_page ON captures (page_id);
CREATE INDEX captures_article ON captures (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX captures_payload ON captures (payload_sha256);

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

-- What an article said: once, however many captures and versions say it. `capture_id` gave this wording.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    content_sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    markdown TEXT NOT NULL,
    text TEXT NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (article_id, content_sha256)
) STRICT;

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
    flags TEXT NOT NULL DEFAULT '[]',
    content_sha256 TEXT NOT NULL,
    UNIQUE (content_id, position)
) STRICT;
CREATE INDEX content_answers_model ON content_answers (model);
CREATE INDEX content_answers_question ON content_answers (question_key) WHERE question_key IS NOT NULL;

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

-- PUBLIC. A page's own counts at each capture, changed or not.
CREATE TABLE observations (
    capture_id INTEGER PRIMARY KEY REFERENCES captures (id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    observed_at TEXT,
    read_count INTEGER,
    read_count_shown TEXT,
    read_count_unit INTEGER,
    read_count_is_minimum INTEGER NOT NULL DEFAULT 0,
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
    match_score REAL
) STRICT;
CREATE UNIQUE INDEX links_entry ON links (title, coalesce(url, ''));
CREATE INDEX links_target_key ON links (target_key) WHERE target_key IS NOT NULL;
CREATE INDEX links_target_article ON links (target_article_id) WHERE target_article_id IS NOT NULL;

CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL CHECK (list IN ('popular', 'recent', 'related', 'other')),
    list_title TEXT,
    list_scope TEXT NOT NULL CHECK (list_scope IN ('article', 'author', 'site'))
) STRICT;
CREATE UNIQUE INDEX lists_name ON lists (list, coalesce(list_title, ''), list_scope);

CREATE TABLE count_forms (
    id INTEGER PRIMARY KEY,
    form TEXT NOT NULL,                   -- the text beside the entry, `{}` standing for the plain number
    unit INTEGER NOT NULL,
    is_minimum INTEGER NOT NULL,
    UNIQUE (form, unit, is_minimum)
) STRICT;

CREATE TABLE shown_times (
    id INTEGER PRIMARY KEY,
    shown_at TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('page', 'entry')),
    shown TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX shown_times_shown ON shown_times (shown, kind, coalesce(shown_at, ''));

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

-- The newest count of each target, maintained as captures are stored.
-- `target` is the target's key, or `title:` and the title of an entry without URL.
CREATE TABLE latest_counts (
    target TEXT PRIMARY KEY,
    target_key TEXT,
    url TEXT,
    title TEXT NOT NULL,
    observed_at TEXT,
    read_count INTEGER NOT NULL,
    read_count_unit INTEGER NOT NULL,
    read_count_is_minimum INTEGER NOT NULL,
    source TEXT NOT NULL,                 -- `page`, or the list it was seen in
    seen_on_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each WARC file is accounted for: records past committed_bytes are processed at the next start.
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY,
    committed_bytes INTEGER NOT NULL DEFAULT 0,
    closed_at TEXT
) STRICT, WITHOUT ROWID;
