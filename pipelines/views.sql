-- The public views. They are made again when a database is opened for writing and one of them differs.
-- Outer joins on unique keys are left out by SQLite where a question needs none of their columns.

-- One row per article: its newest good version, with the counts of the capture that gave it.
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

-- What each article said over time: one row per run of captures with the same content.
CREATE VIEW article_versions AS
SELECT v.article_id, v.version, v.capture_id, t.content_sha256, t.title, t.markdown, t.text, v.seen_at
FROM versions AS v
LEFT JOIN contents AS t ON t.id = v.content_id;

-- One row per model and question of each article's newest version, in page order; `text` is a slice of
-- the article's.
CREATE VIEW answers AS
SELECT
    n.id, a.id AS article_id, a.version, n.position, n.question, n.question_key, n.model, n.model_version,
    n.label, substr(t.markdown, n.markdown_start + 1, n.markdown_end - n.markdown_start) AS markdown,
    substr(t.text, n.text_start + 1, n.text_end - n.text_start) AS text,
    n.text_end - n.text_start AS char_count, n.rule, n.confidence, n.flags, t.content_sha256
FROM content_answers AS n
JOIN article_rows AS a ON a.content_id = n.content_id
LEFT JOIN contents AS t ON t.id = n.content_id;

-- The same for every version of every article, with the time it was first seen.
CREATE VIEW answer_versions AS
SELECT
    n.id, v.article_id, v.version, n.position, n.question, n.question_key, n.model, n.model_version,
    n.label, substr(t.markdown, n.markdown_start + 1, n.markdown_end - n.markdown_start) AS markdown,
    substr(t.text, n.text_start + 1, n.text_end - n.text_start) AS text,
    n.text_end - n.text_start AS char_count, n.rule, n.confidence, n.flags, t.content_sha256, v.seen_at
FROM content_answers AS n
JOIN versions AS v ON v.content_id = n.content_id
LEFT JOIN contents AS t ON t.id = n.content_id;

-- Articles that are gone from their sites: the last good copy stays. `evidence` is a JSON array of the looks that did
-- not find the article since it was last there, at least four over six days: `{"at", "url", "status", "reason"}`. Walls,
-- failures and outages are none, and neither are looks while nothing else at the host was there, for a month.
CREATE VIEW vanished AS
SELECT
    a.key, f.title, a.last_seen_at AS last_good_at, a.gone_at,
    (
        SELECT json_group_array(json_object(
            'at', look.at, 'url', look.url, 'status', look.status, 'reason', look.reason))
        FROM (
            SELECT
                coalesce(c.captured_at, c.recorded_at) AS at, c.url, c.status,
                (SELECT error FROM failures WHERE capture_id = c.id) AS reason
            FROM pages AS p
            JOIN captures AS c ON c.page_id = p.id
            WHERE p.article_id = a.id AND c.outcome = 'gone' AND coalesce(c.captured_at, c.recorded_at) >= a.gone_at
            ORDER BY c.capture_order
        ) AS look
    ) AS evidence
FROM article_rows AS a
LEFT JOIN article_facts AS f ON f.id = a.facts_id
WHERE a.gone_at IS NOT NULL;

-- Every entry of every list of other articles, of every capture. `target_article_id` is the known article that it
-- names; `target_rule` tells how it was found: `url`, `site_id` (the site's own id in the URL), or `title`, for
-- titles that begin with a day and may have lost characters. `target_score` is the share of the article's title
-- that the entry shows, and `target_rivals` a JSON array of `{"key", "score"}`: further articles that it may name.
-- Between equal ones there is no target.
CREATE VIEW sidebar_items AS
SELECT  -- what nobody looks entries up by stands in subqueries, so that counting entries need not fetch it
    c.article_id, e.capture_id, (SELECT list FROM lists WHERE id = e.list_id) AS list,
    (SELECT list_title FROM lists WHERE id = e.list_id) AS list_title,
    (SELECT list_scope FROM lists WHERE id = e.list_id) AS list_scope, e.rank, k.title, k.url,
    (SELECT shown_at FROM shown_times WHERE id = e.shown_time_id) AS shown_at,
    (SELECT kind FROM shown_times WHERE id = e.shown_time_id) AS shown_at_kind,
    (SELECT shown FROM shown_times WHERE id = e.shown_time_id) AS shown_at_shown, e.read_count,
    (
        SELECT CASE number
            WHEN 'plain' THEN before || e.read_count || after
            WHEN 'grouped' THEN before || printf('%,d', e.read_count) || after
            WHEN 'within' THEN before
        END
        FROM count_forms WHERE id = e.count_form_id
    ) AS read_count_shown,
    (SELECT unit FROM count_forms WHERE id = e.count_form_id) AS read_count_unit,
    coalesce((SELECT is_minimum FROM count_forms WHERE id = e.count_form_id), 0) AS read_count_is_minimum,
    c.observed_at, k.target_article_id,
    CASE
        WHEN k.match_score IS NOT NULL THEN 'title'
        WHEN k.target_article_id IS NULL THEN NULL
        WHEN k.target_key LIKE 'sha256:%' THEN 'url'
        ELSE 'site_id'
    END AS target_rule,
    coalesce(k.match_score, iif(k.target_article_id IS NULL, NULL, 1.0)) AS target_score,
    coalesce(k.rivals, '[]') AS target_rivals
FROM list_entries AS e
JOIN captures AS c ON c.id = e.capture_id
JOIN links AS k ON k.id = e.link_id;

-- Every count ever seen of any article: its own (`source` is `page`) or one printed in a list.
CREATE VIEW read_counts AS
SELECT  -- both halves give columns of the same affinity: else SQLite would not look into them for an index
    o.article_id, a.key AS target_key, f.url, f.title, c.observed_at, o.read_count, o.read_count_unit,
    o.read_count_is_minimum, CAST('page' AS TEXT) AS source, o.article_id AS seen_on_article_id
FROM observations AS o
JOIN captures AS c ON c.id = o.capture_id
JOIN article_rows AS a ON a.id = o.article_id
LEFT JOIN article_facts AS f ON f.id = a.facts_id
WHERE o.read_count IS NOT NULL
UNION ALL
SELECT
    k.target_article_id, k.target_key, k.url, k.title, c.observed_at, e.read_count,
    (SELECT unit FROM count_forms WHERE id = e.count_form_id),
    CAST(coalesce((SELECT is_minimum FROM count_forms WHERE id = e.count_form_id), 0) AS INTEGER),
    (SELECT list FROM lists WHERE id = e.list_id), c.article_id
FROM list_entries AS e
JOIN captures AS c ON c.id = e.capture_id
JOIN links AS k ON k.id = e.link_id
WHERE e.read_count IS NOT NULL AND (k.match_score IS NULL OR k.url IS NULL)
UNION ALL
SELECT  -- tied by its title, though it has a URL: the count is that of a copy which is not known
    CAST(NULL AS INTEGER), k.target_key, k.url, k.title, c.observed_at, e.read_count,
    (SELECT unit FROM count_forms WHERE id = e.count_form_id),
    CAST(coalesce((SELECT is_minimum FROM count_forms WHERE id = e.count_form_id), 0) AS INTEGER),
    (SELECT list FROM lists WHERE id = e.list_id), c.article_id
FROM links AS k
JOIN list_entries AS e ON e.link_id = k.id
JOIN captures AS c ON c.id = e.capture_id
WHERE e.read_count IS NOT NULL AND k.match_score IS NOT NULL AND k.url IS NOT NULL;

-- The newest count of each article that any page shows, exact before rounded.
CREATE VIEW latest_read_counts AS
SELECT
    a.id AS article_id, n.target_key, coalesce(k.url, f.url) AS url, coalesce(k.title, f.title) AS title,
    c.observed_at, n.read_count, n.read_count_unit, n.read_count_is_minimum,
    coalesce(l.list, 'page') AS source, c.article_id AS seen_on_article_id
FROM latest_counts AS n
LEFT JOIN links AS k ON k.id = n.entry_link_id
LEFT JOIN lists AS l ON l.id = n.list_id
LEFT JOIN captures AS c ON c.id = n.capture_id
LEFT JOIN article_rows AS a ON a.key = n.target_key
LEFT JOIN article_facts AS f ON f.id = a.facts_id;

-- The answers with what is known of their article.
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

-- Every two models that answered one question on one page.
CREATE VIEW answer_pairs AS
SELECT
    x.question_key, a.key AS article_key, x.model AS model_a, y.model AS model_b,
    substr(t.text, x.text_start + 1, x.text_end - x.text_start) AS text_a,
    substr(t.text, y.text_start + 1, y.text_end - y.text_start) AS text_b
FROM content_answers AS x
JOIN content_answers AS y ON y.content_id = x.content_id AND y.question_key IS x.question_key
JOIN article_rows AS a ON a.content_id = x.content_id
LEFT JOIN contents AS t ON t.id = x.content_id
WHERE x.model < y.model AND x.confidence >= 0.5 AND y.confidence >= 0.5;

-- One row per question, however it is spelled, with how often and when it was put.
CREATE VIEW questions AS
SELECT
    n.question_key, min(n.question) AS question, count(DISTINCT a.id) AS articles,
    count(DISTINCT coalesce(f.question_date, f.published_date)) AS days, count(DISTINCT n.model) AS models,
    min(coalesce(f.question_date, f.published_date)) AS first_date,
    max(coalesce(f.question_date, f.published_date)) AS last_date
FROM content_answers AS n
JOIN article_rows AS a ON a.content_id = n.content_id
LEFT JOIN article_facts AS f ON f.id = a.facts_id
WHERE n.question_key IS NOT NULL AND n.confidence >= 0.5
GROUP BY n.question_key;

-- One row per article and question, with all answers to it as a JSON array.
CREATE VIEW comparisons AS
SELECT
    a.id AS article_id, a.key, f.url, f.site, f.title, n.question_key, n.question, f.question_date, f.author,
    f.licence,
    (
        SELECT json_group_array(json_object(
            'position', b.position, 'model', b.model, 'model_version', b.model_version, 'label', b.label,
            'text', b.text))
        FROM (
            SELECT
                m.position, m.model, m.model_version, m.label,
                substr(t.text, m.text_start + 1, m.text_end - m.text_start) AS text
            FROM content_answers AS m
            JOIN contents AS t ON t.id = m.content_id
            WHERE m.content_id = n.content_id AND m.question IS n.question AND m.confidence >= 0.5
            ORDER BY m.position
        ) AS b
    ) AS answers
FROM content_answers AS n
JOIN article_rows AS a ON a.content_id = n.content_id
LEFT JOIN article_facts AS f ON f.id = a.facts_id
WHERE n.confidence >= 0.5 AND NOT EXISTS (
    SELECT 1 FROM content_answers AS p
    WHERE p.content_id = n.content_id AND p.position < n.position AND p.question IS n.question
        AND p.confidence >= 0.5
);

-- Labels that stand where a model's name should and name none that is known.
CREATE VIEW unknown_labels AS
SELECT n.label, count(DISTINCT a.id) AS articles, min(a.key) AS example_key
FROM content_answers AS n
JOIN article_rows AS a ON a.content_id = n.content_id
WHERE n.model IS NULL
GROUP BY n.label;

-- Articles that are copies of one another, wherever they stand; nothing is dropped for it. `cluster` is the key of
-- the earliest: the one with the first `seen_at`, which is when it says it was published, else imported, else when
-- it was first captured. `score` is the share of the text of the earliest that the copy holds, or of the copy's
-- that the earliest holds, by runs of four letters. The licence of the earliest may be what the copy left out:
-- `SELECT d.key, o.licence, o.author FROM duplicates AS d JOIN articles AS o ON o.key = d.cluster`.
CREATE VIEW duplicates AS
SELECT
    e.key AS cluster, a.key, f.site,
    coalesce(f.published_at, f.published_date, f.imported_at, a.first_seen_at) AS seen_at, d.score
FROM copies AS d
JOIN article_rows AS e ON e.id = d.earliest_id
JOIN article_rows AS a ON a.id = d.article_id
LEFT JOIN article_facts AS f ON f.id = a.facts_id;

-- Entries of lists that name a day of a series: the title begins with the day and the series mark, or with what lossy
-- lists leave of the mark: `AI:` of `问AI:`. Days before 2000 or after tomorrow are misprints, and what no list names
-- any more is left out. `article_id` is the
-- captured article that the entry is tied to, by URL or title; between equal ones, the first of them.
CREATE VIEW series_entries AS
SELECT
    m.series, substr(k.dated_title, 1, 10) AS day, k.title, k.url, k.target_key,
    coalesce(
        k.target_article_id, (SELECT id FROM article_rows WHERE key = json_extract(k.rivals, '$[0].key'))
    ) AS article_id,
    k.id AS link_id, k.dated_title
FROM links AS k
JOIN (
    SELECT '问AI' AS series, '问ai' AS mark, '*' AS shown
    UNION ALL SELECT '问AI', 'ai', '*[Aa][Ii][:：]*'  -- else AI绘画 would be of it too
) AS m ON substr(k.dated_title, 12, length(m.mark)) = m.mark AND replace(k.title, ' ', '') GLOB m.shown
WHERE k.dated_title IS NOT NULL AND day >= '2000' AND day < date('now', '+2 days')
    AND EXISTS (SELECT 1 FROM list_entries WHERE link_id = k.id);

-- The days of each dated series, such as 问AI, from the first to the last that is known. A day is `captured` where an
-- article of it is stored, by the day in its title; `seen` where a list names one that is not; else `missing`. A day
-- with several articles has a row for each: mirrors on several hosts are one series, and their `key` tells them
-- apart. `key` of what was seen is that of its URL, null where the entries have none: they are then one row.
-- `models` is a JSON array of who answered, in page order; null where nothing is captured.
CREATE VIEW series_days AS
WITH RECURSIVE
captured (series, day, article_id) AS MATERIALIZED (
    SELECT f.series, coalesce(f.question_date, substr(a.dated_title, 1, 10)) AS day, a.id
    FROM article_facts AS f
    JOIN article_rows AS a ON a.facts_id = f.id
    WHERE f.series IS NOT NULL AND day >= '2000' AND day < date('now', '+2 days')
    UNION
    SELECT series, day, article_id FROM series_entries WHERE article_id IS NOT NULL
),
seen (series, day, key) AS MATERIALIZED (
    SELECT DISTINCT series, day, coalesce(target_key, max(target_key) OVER (PARTITION BY series, day))
    FROM series_entries WHERE article_id IS NULL
),
known (series, day) AS MATERIALIZED (
    SELECT series, day FROM captured UNION SELECT series, day FROM seen
),
calendar (series, day, last) AS (
    SELECT series, min(day), max(day) FROM known GROUP BY series
    UNION ALL
    SELECT series, date(day, '+1 day'), last FROM calendar WHERE day < last
)
SELECT
    c.series, c.day, 'captured' AS state, a.key,
    (
        SELECT json_group_array(model) FROM (
            SELECT model FROM content_answers
            WHERE content_id = a.content_id AND model IS NOT NULL AND confidence >= 0.5
            GROUP BY model ORDER BY min(position)
        )
    ) AS models
FROM captured AS c
JOIN article_rows AS a ON a.id = c.article_id
UNION ALL
SELECT series, day, 'seen', key, NULL FROM seen
UNION ALL
SELECT c.series, c.day, 'missing', NULL, NULL
FROM calendar AS c
WHERE NOT EXISTS (SELECT 1 FROM known AS k WHERE k.series = c.series AND k.day = c.day);
