-- A database of schema 3 with two articles, as the wencun of then made it.
PRAGMA application_id = 2003136099;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'wencun','tables','2026-11-22 23:05:26.692815+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'wencun','following','2026-11-22 23:05:26.694425+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'wencun','linking','2026-11-22 23:05:26.696151+00:00');
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
INSERT INTO "article_facts" VALUES(1,1,X'CEC8D9AFB9B8A9A1BCE357D91E2DEABC','https://blog.csdn.net/wen/article/details/1','csdn','G7','original','zh','2024-05-11 问AI:什么是学习率','什么是学习率','什么是学习率','2024-05-11','问AI','2024-05-11T02:00:00Z','2024-05-11','second','2024-05-11 10:00:00',NULL,NULL,NULL,NULL,'文','https://blog.csdn.net/wen','CC 4.0 BY-SA','CC-BY-SA-4.0',NULL,'问AI','["人工智能"]',NULL,1.0,'[]',NULL);
INSERT INTO "article_facts" VALUES(2,2,X'CEC8D9AFB9B8A9A1BCE357D91E2DEABC','https://blog.csdn.net/wen/article/details/2','csdn','G7','original','zh','2024-05-11 问AI:什么是学习率','什么是学习率','什么是学习率','2024-05-11','问AI','2024-05-11T02:00:00Z','2024-05-11','second','2024-05-11 10:00:00',NULL,NULL,NULL,NULL,'文','https://blog.csdn.net/wen','CC 4.0 BY-SA','CC-BY-SA-4.0',NULL,'问AI','["人工智能"]',NULL,1.0,'[]',NULL);
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
, dated_title TEXT) STRICT;
INSERT INTO "article_rows" VALUES(1,'csdn:1',1,1,1,1,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',NULL,'2024-05-11 问ai什么是学习率');
INSERT INTO "article_rows" VALUES(2,'csdn:2',2,2,2,1,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',NULL,'2024-05-11 问ai什么是学习率');
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
INSERT INTO "captures" VALUES(1,1,NULL,'https://blog.csdn.net/wen/article/details/1','2026-01-02T03:04:05Z','fetch',200,'text/html','utf-8','utf-8','80a1e65f12934ffd7a3a669145230c88e9aa0aa07075d7030ee5dbfe0b1c83ae',124,'wencun-20260102T030405Z-e412b-00000.warc.gz',434,449,'<urn:uuid:00000000-0000-4000-8000-000000000000>','sha1:ZBW5YEMVUWJON3E2WEJRQ75AQ2HI2IKH','article','1',NULL,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',1,1,1);
INSERT INTO "captures" VALUES(2,2,NULL,'https://blog.csdn.net/wen/article/details/2','2026-01-02T03:04:05Z','fetch',200,'text/html','utf-8','utf-8','c490f7b95ef900b1501e7bfca024a55a8437020cf36721e4bd55f4f35c7ebe48',94,'wencun-20260102T030405Z-e412b-00000.warc.gz',1209,435,'<urn:uuid:00000000-0000-4000-8000-000000000003>','sha1:RX6LXCB6DMWEDK4PT6C47F7NVPZJGO5O','article','1',NULL,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',2,2,2);
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
INSERT INTO "content_answers" VALUES(1,1,1,'什么是学习率','什么是学习率','doubao',NULL,'豆包 ',14,21,17,24,'heading-label',1.0,'[]');
INSERT INTO "content_answers" VALUES(2,1,2,'什么是学习率','什么是学习率','kimi',NULL,'Kimi',29,35,35,41,'heading-label',1.0,'[]');
INSERT INTO "content_answers" VALUES(3,2,1,'什么是学习率','什么是学习率','wenxin-yiyan',NULL,'文心一言',15,19,18,22,'heading-label',1.0,'[]');
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
INSERT INTO "contents" VALUES(1,1,1,'64c681fcbe938768cfb63401cdb93751b9000115c74ec0b41e3d042ce8cb0f0e',35,'2024-05-11 问AI:什么是学习率','问了几个模型。

## 豆包 

学习率是步长。

## Kimi

一个超参数。','问了几个模型。

豆包 

学习率是步长。

Kimi

一个超参数。');
INSERT INTO "contents" VALUES(2,2,2,'930a57645df09da740c42f4dbe6dc8300e6c1cfc043e2087de2fbcdc8c2afe19',19,'2024-05-11 问AI:什么是学习率','问了几个模型。

## 文心一言

注意力。','问了几个模型。

文心一言

注意力。');
CREATE TABLE copies (
    article_id INTEGER PRIMARY KEY
        REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    earliest_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    score REAL NOT NULL                  -- copies.likeness() to the earliest
) STRICT;
CREATE TABLE count_forms (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL CHECK (number IN ('plain', 'grouped', 'within', 'unshown')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    unit INTEGER,
    is_minimum INTEGER NOT NULL
) STRICT;
INSERT INTO "count_forms" VALUES(1,'plain','',' 阅读',1,0);
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    capture_id INTEGER REFERENCES captures (id) ON DELETE CASCADE,
    page_id INTEGER REFERENCES pages (id) ON DELETE SET NULL,
    run_id INTEGER REFERENCES runs (id),
    error TEXT NOT NULL,
    message TEXT NOT NULL,
    failed_at TEXT NOT NULL
) STRICT;
CREATE TABLE fingerprint_bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE fingerprints (
    article_id INTEGER PRIMARY KEY
        REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER NOT NULL,         -- what it is of, to see whether that changed: may be gone by then
    host TEXT NOT NULL,
    title TEXT NOT NULL,                 -- folded
    sketch BLOB                          -- copies.sketch(); NULL for a text that is too short
) STRICT;
INSERT INTO "fingerprints" VALUES(1,1,'blog.csdn.net','20240511问ai什么是学习率',NULL);
INSERT INTO "fingerprints" VALUES(2,2,'blog.csdn.net','20240511问ai什么是学习率',NULL);
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
INSERT INTO "latest_counts" VALUES(1,'csdn:1',NULL,1,NULL,NULL,NULL,3300,100,0);
INSERT INTO "latest_counts" VALUES(2,'csdn:2',NULL,1,2,1,2,7,1,0);
INSERT INTO "latest_counts" VALUES(3,NULL,1,1,1,1,1,12,1,0);
CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    url TEXT,
    title TEXT NOT NULL,
    target_key TEXT,                      -- key of the URL; NULL without one
    target_article_id INTEGER REFERENCES article_rows (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    match_score REAL,
    digest INTEGER NOT NULL               -- of URL and title: an index over themselves would double them
, host TEXT, dated_title TEXT, rivals TEXT) STRICT;
INSERT INTO "links" VALUES(1,NULL,'2024-04-04 AI: 微调什么',NULL,NULL,NULL,-1080325885748344074,'blog.csdn.net','2024-04-04 ai微调什么',NULL);
INSERT INTO "links" VALUES(2,'https://blog.csdn.net/wen/article/details/2','注意力机制','csdn:2',2,NULL,1608310504653275177,NULL,NULL,NULL);
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
INSERT INTO "list_entries" VALUES(1,1,1,1,12,1,NULL);
INSERT INTO "list_entries" VALUES(1,2,1,2,7,1,NULL);
CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL CHECK (list IN ('popular', 'recent', 'related', 'other')),
    list_title TEXT,
    list_scope TEXT NOT NULL CHECK (list_scope IN ('article', 'author', 'site'))
) STRICT;
INSERT INTO "lists" VALUES(1,'related','相关推荐','author');
INSERT INTO "lists" VALUES(2,'popular','热门文章','author');
CREATE TABLE models (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    vendor TEXT,
    aliases TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
INSERT INTO "models" VALUES('doubao','豆包','字节跳动','["豆包", "Doubao", "云雀", "云雀大模型", "Skylark"]');
INSERT INTO "models" VALUES('kimi','Kimi','月之暗面','["Kimi", "Kimi Chat", "月之暗面", "Moonshot", "Moonshot AI"]');
INSERT INTO "models" VALUES('wenxin-yiyan','文心一言','百度','["文心一言", "文心", "文小言", "ERNIE Bot", "ERNIE", "Wenxin Yiyan", "Wenxin"]');
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
INSERT INTO "observations" VALUES(1,1,'2026-01-02T03:04:05Z',3300,'3.3k',100,0,3,0,NULL);
INSERT INTO "observations" VALUES(2,2,'2026-01-02T03:04:05Z',3300,'3.3k',100,0,3,0,NULL);
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
, follow TEXT) STRICT;
INSERT INTO "pages" VALUES(1,'https://blog.csdn.net/wen/article/details/1',1,'csdn','article','stored',NULL,'2026-01-09T03:04:05Z',604800,NULL,NULL,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',NULL,NULL,1,0,0,NULL,NULL,0,'blog.csdn.net',NULL,NULL);
INSERT INTO "pages" VALUES(2,'https://blog.csdn.net/wen/article/details/2',2,'csdn','article','stored',NULL,'2026-01-09T03:04:05Z',604800,NULL,NULL,'2026-01-02T03:04:05Z','2026-01-02T03:04:05Z',NULL,NULL,1,0,0,NULL,NULL,0,'blog.csdn.net',NULL,NULL);
INSERT INTO "pages" VALUES(3,'https://blog.csdn.net/wen/article/details/9',NULL,NULL,NULL,'pending',NULL,'2026-01-02T03:04:05Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,'2026-01-02T03:04:05Z',NULL,0,'blog.csdn.net',NULL,NULL);
CREATE TABLE run_pages (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- `leased`, `released`, or what ended the lease
    pages INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
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
, follow TEXT) STRICT;
INSERT INTO "runs" VALUES(1,'crawl','[]','2026-01-02T03:04:05Z',NULL,NULL,NULL,NULL,'{}','0.1.0',NULL);
CREATE TABLE shown_times (
    id INTEGER PRIMARY KEY,
    shown TEXT,
    shown_at TEXT,
    kind TEXT CHECK (kind IN ('page', 'entry'))
) STRICT;
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('article_facts','article_facts_question','100000 5');
INSERT INTO "sqlite_stat1" VALUES('article_facts','article_facts_url','100000 1');
INSERT INTO "sqlite_stat1" VALUES('article_facts','sqlite_autoindex_article_facts_1','100000 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('article_rows','article_rows_capture','100000 1');
INSERT INTO "sqlite_stat1" VALUES('article_rows','article_rows_content','100000 1');
INSERT INTO "sqlite_stat1" VALUES('article_rows','article_rows_facts','100000 1');
INSERT INTO "sqlite_stat1" VALUES('article_rows','sqlite_autoindex_article_rows_1','100000 1');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_article','227273 3');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_captured','227273 1');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_content','227273 3');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_facts','227273 3');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_observed','227273 1');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_page','227273 3');
INSERT INTO "sqlite_stat1" VALUES('captures','captures_payload','227273 1');
INSERT INTO "sqlite_stat1" VALUES('captures','sqlite_autoindex_captures_1','227273 1');
INSERT INTO "sqlite_stat1" VALUES('content_answers','content_answers_model','400000 80000');
INSERT INTO "sqlite_stat1" VALUES('content_answers','content_answers_question','400000 20 4 1 1');
INSERT INTO "sqlite_stat1" VALUES('content_answers','content_answers_unknown','80000 800 1');
INSERT INTO "sqlite_stat1" VALUES('content_answers','sqlite_autoindex_content_answers_1','400000 4 1');
INSERT INTO "sqlite_stat1" VALUES('contents','contents_capture','100000 1');
INSERT INTO "sqlite_stat1" VALUES('contents','sqlite_autoindex_contents_1','100000 1 1');
INSERT INTO "sqlite_stat1" VALUES('count_forms','count_forms_form','100 1 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('latest_counts','latest_counts_capture','300000 2');
INSERT INTO "sqlite_stat1" VALUES('latest_counts','latest_counts_key','300000 1');
INSERT INTO "sqlite_stat1" VALUES('latest_counts','latest_counts_link','30000 1');
INSERT INTO "sqlite_stat1" VALUES('latest_counts','latest_counts_read','300000 31');
INSERT INTO "sqlite_stat1" VALUES('links','links_digest','300000 1');
INSERT INTO "sqlite_stat1" VALUES('links','links_target_article','100000 1');
INSERT INTO "sqlite_stat1" VALUES('links','links_target_key','300000 1');
INSERT INTO "sqlite_stat1" VALUES('list_entries','list_entries','5000006 22 8 1');
INSERT INTO "sqlite_stat1" VALUES('list_entries','list_entries_link','5000006 17');
INSERT INTO "sqlite_stat1" VALUES('lists','lists_name','20 5 2 1 1');
INSERT INTO "sqlite_stat1" VALUES('observations','observations_article','227273 3');
INSERT INTO "sqlite_stat1" VALUES('pages','pages_article','100000 1');
INSERT INTO "sqlite_stat1" VALUES('pages','sqlite_autoindex_pages_1','200000 1');
INSERT INTO "sqlite_stat1" VALUES('shown_times','shown_times_shown','100000 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('versions','versions','100000 1 1');
INSERT INTO "sqlite_stat1" VALUES('versions','versions_capture','100000 1');
INSERT INTO "sqlite_stat1" VALUES('versions','versions_content','100000 1');
CREATE TABLE versions (
    article_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES captures (id) DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER NOT NULL REFERENCES contents (id) DEFERRABLE INITIALLY DEFERRED,
    seen_at TEXT,
    PRIMARY KEY (article_id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO "versions" VALUES(1,1,1,1,'2026-01-02T03:04:05Z');
INSERT INTO "versions" VALUES(2,1,2,2,'2026-01-02T03:04:05Z');
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY,
    committed_bytes INTEGER NOT NULL DEFAULT 0,
    closed_at TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX article_rows_facts ON article_rows (facts_id);
CREATE INDEX article_rows_content ON article_rows (content_id);
CREATE INDEX article_rows_capture ON article_rows (capture_id);
CREATE INDEX article_facts_url ON article_facts (url);
CREATE INDEX article_facts_question ON article_facts (question_key) WHERE question_key IS NOT NULL;
CREATE INDEX pages_due ON pages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX pages_waiting ON pages (host, due_at) WHERE due_at IS NOT NULL AND lease_run_id IS NULL;
CREATE INDEX pages_lease ON pages (lease_run_id) WHERE lease_run_id IS NOT NULL;
CREATE INDEX pages_article ON pages (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX pages_discovered_from ON pages (discovered_from) WHERE discovered_from IS NOT NULL;
CREATE INDEX captures_page ON captures (page_id);
CREATE INDEX captures_article ON captures (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX captures_content ON captures (content_id) WHERE content_id IS NOT NULL;
CREATE INDEX captures_facts ON captures (facts_id) WHERE facts_id IS NOT NULL;
CREATE INDEX captures_payload ON captures (payload_sha256);
CREATE INDEX captures_observed ON captures (observed_at);
CREATE INDEX captures_captured ON captures (captured_at);
CREATE INDEX failures_capture ON failures (capture_id) WHERE capture_id IS NOT NULL;
CREATE INDEX failures_page ON failures (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX contents_capture ON contents (capture_id);
CREATE INDEX content_answers_model ON content_answers (model);
CREATE INDEX content_answers_unknown ON content_answers (label, content_id) WHERE model IS NULL;
CREATE INDEX content_answers_question ON content_answers (question_key, content_id, model, confidence)
    WHERE question_key IS NOT NULL;
CREATE INDEX versions_content ON versions (content_id);
CREATE INDEX versions_capture ON versions (capture_id);
CREATE INDEX observations_article ON observations (article_id);
CREATE INDEX links_digest ON links (digest);
CREATE INDEX links_target_key ON links (target_key) WHERE target_key IS NOT NULL;
CREATE INDEX links_target_article ON links (target_article_id) WHERE target_article_id IS NOT NULL;
CREATE UNIQUE INDEX lists_name ON lists (list, list_scope, coalesce(list_title, ''), list_title IS NULL);
CREATE UNIQUE INDEX count_forms_form ON count_forms (before, after, number, coalesce(unit, -1), is_minimum);
CREATE UNIQUE INDEX shown_times_shown ON shown_times (
    coalesce(shown, ''), coalesce(shown_at, ''), coalesce(kind, ''), shown IS NULL);
CREATE INDEX list_entries_link ON list_entries (link_id);
CREATE UNIQUE INDEX latest_counts_key ON latest_counts (target_key) WHERE target_key IS NOT NULL;
CREATE UNIQUE INDEX latest_counts_link ON latest_counts (target_link_id) WHERE target_link_id IS NOT NULL;
CREATE INDEX latest_counts_capture ON latest_counts (capture_id);
CREATE INDEX latest_counts_read ON latest_counts (read_count);
CREATE INDEX links_dated_title ON links (dated_title) WHERE dated_title IS NOT NULL;
CREATE INDEX links_tied_by_title ON links (match_score) WHERE match_score IS NOT NULL;
CREATE INDEX article_rows_dated_title ON article_rows (dated_title) WHERE dated_title IS NOT NULL;
CREATE INDEX copies_earliest ON copies (earliest_id);
CREATE VIEW articles AS
SELECT
    a.id, a.key, f.url, f.site, f.layout, f.kind, f.language, f.title, f.question, f.question_key,
    f.question_date, f.series, f.published_at, f.published_date, f.published_precision, f.published_shown,
    f.updated_at, f.updated_date, f.updated_shown, f.imported_at, f.author, f.author_url, f.licence,
    f.licence_spdx, f.original_url, f.category, f.tags, o.read_count, o.read_count_shown, o.read_count_unit,
    o.read_count_is_minimum, o.like_count, o.collect_count, o.comment_count, t.markdown, t.text, t.char_count,
    f.truncated, f.confidence, f.flags, f.opt_out, t.content_sha256, a.version, a.capture_id,
    c.extractor_version, a.first_seen_at, a.last_seen_at, a.gone_at
FROM article_rows AS a
LEFT JOIN article_facts AS f ON f.id = a.facts_id
LEFT JOIN contents AS t ON t.id = a.content_id
LEFT JOIN observations AS o ON o.capture_id = a.capture_id
LEFT JOIN captures AS c ON c.id = a.capture_id;
CREATE VIEW answers_full AS
SELECT
    n.id, a.id AS article_id, a.version, n.position, n.question, n.question_key, n.model, n.model_version,
    n.label, substr(t.markdown, n.markdown_start + 1, n.markdown_end - n.markdown_start) AS markdown,
    substr(t.text, n.text_start + 1, n.text_end - n.text_start) AS text,
    n.text_end - n.text_start AS char_count, n.rule, n.confidence, n.flags, t.content_sha256,
    a.key, f.url, f.site, f.title, f.question_date, f.published_date, f.author, f.licence
FROM content_answers AS n
JOIN article_rows AS a ON a.content_id = n.content_id
LEFT JOIN contents AS t ON t.id = n.content_id
LEFT JOIN article_facts AS f ON f.id = a.facts_id;
COMMIT;
