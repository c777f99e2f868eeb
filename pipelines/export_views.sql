-- What `wencun export` writes: one view per kind, whose first columns are the record's keys. The columns after
-- the line `for --where` are no part of the record: `--where`, `--since` and the order of the records use them;
-- `article_id` is how the records of one article are asked for.
-- `answers_any` is `answers` with those of confidence under 0.5, for a --where that names `confidence`.
-- They stand on the public views of views.sql and on nothing below these.

-- Columns are the keys of the records that `wencun export articles` writes; so `--where` can name them.
CREATE VIEW export_articles AS
SELECT
    'article' AS kind, a.key AS id, a.url, a.site, a.title, a.question, a.question_date, a.series,
    a.published_at, a.published_date, a.published_shown, a.updated_at, a.imported_at, a.author, a.author_url,
    a.licence, a.licence_spdx, a.original_url, a.category, a.tags, a.read_count, a.like_count,
    a.collect_count, a.comment_count, a.text, a.markdown,
    (
        SELECT json_group_array(json_object(
            'position', position, 'model', model, 'model_version', model_version, 'label', label,
            'question', question, 'markdown', markdown, 'text', text))
        FROM (SELECT * FROM answers WHERE article_id = a.id AND confidence >= 0.5 ORDER BY position)
    ) AS answers,
    (
        SELECT json_group_array(json_object(
            'list', list, 'list_title', list_title, 'rank', rank, 'title', title, 'url', url,
            'shown_at', shown_at, 'read_count', read_count))
        FROM (
            SELECT * FROM sidebar_items WHERE capture_id = a.capture_id
            ORDER BY list = 'other', list, list_title, list_scope, rank
        )
    ) AS sidebar,
    a.version, p.captured_at, a.content_sha256, a.extractor_version,
    json_object(
        'file', p.warc_file, 'offset', p.warc_offset, 'record_id', p.warc_record_id,
        'payload_sha256', p.payload_sha256
    ) AS warc,
    -- for --where
    a.id AS article_id, a.confidence, a.flags,
    (
        SELECT json_group_array(json_object(
            'position', position, 'model', model, 'model_version', model_version, 'label', label,
            'question', question, 'markdown', markdown, 'text', text))
        FROM (SELECT * FROM answers WHERE article_id = a.id ORDER BY position)
    ) AS answers_any
FROM articles AS a
JOIN captures AS p ON p.id = a.capture_id;

-- The records of `wencun export answers`.
CREATE VIEW export_answers AS
SELECT
    'answer' AS kind, a.key || '#' || s.position AS id, a.url AS article_url, a.site, a.author, a.title,
    s.question, a.question_date, s.model, s.model_version, s.label, s.position, s.markdown, s.text,
    s.char_count, s.confidence, a.licence, a.licence_spdx, p.captured_at, s.content_sha256,
    -- for --where
    a.id AS article_id, a.flags, s.flags AS answer_flags
FROM answers AS s
JOIN articles AS a ON a.id = s.article_id
JOIN captures AS p ON p.id = a.capture_id;

-- The records of `wencun export comparisons`: the answers that an article holds to one question; the first of
-- them stands for the question. The id ends in its position where the question is not the article's own.
CREATE VIEW export_comparisons AS
SELECT
    'comparison' AS kind, a.key || iif(f.question IS a.question, '', '#' || f.position) AS id,
    a.url AS article_url, f.question, a.question_date, a.author, a.licence,
    (
        SELECT json_group_array(json_object(
            'position', position, 'model', model, 'model_version', model_version, 'label', label, 'text', text))
        FROM (
            SELECT * FROM answers
            WHERE article_id = a.id AND question IS f.question AND confidence >= 0.5
            ORDER BY position
        )
    ) AS answers,
    -- for --where; `confidence` is the highest of the answers'
    a.id AS article_id,
    (SELECT max(confidence) FROM answers WHERE article_id = a.id AND question IS f.question) AS confidence,
    f.position, a.site, p.captured_at, a.flags,
    (
        SELECT json_group_array(e.value) FROM answers AS n, json_each(n.flags) AS e
        WHERE n.article_id = a.id AND n.question IS f.question
    ) AS answer_flags,
    (
        SELECT json_group_array(json_object(
            'position', position, 'model', model, 'model_version', model_version, 'label', label, 'text', text))
        FROM (SELECT * FROM answers WHERE article_id = a.id AND question IS f.question ORDER BY position)
    ) AS answers_any
FROM answers AS f
JOIN articles AS a ON a.id = f.article_id
JOIN captures AS p ON p.id = a.capture_id
WHERE NOT EXISTS (
    SELECT 1 FROM answers AS e
    WHERE e.article_id = f.article_id AND e.question IS f.question AND e.position < f.position
);

-- The records of `wencun export chat`.
CREATE VIEW export_chat AS
SELECT
    'chat' AS kind, a.key || '#' || s.position AS id,
    json_array(
        json_object('role', 'user', 'content', s.question),
        json_object('role', 'assistant', 'content', s.text)
    ) AS messages,
    s.model, s.model_version, a.url AS source, a.author, a.licence,
    -- for --where
    a.id AS article_id, s.confidence, s.question, s.position, a.site, p.captured_at,
    EXISTS (SELECT 1 FROM json_each(s.flags) WHERE value = 'boundary_doubtful') AS boundary_doubtful,
    a.flags, s.flags AS answer_flags
FROM answers AS s
JOIN articles AS a ON a.id = s.article_id
JOIN captures AS p ON p.id = a.capture_id;

-- The records of `wencun export sidebar`.
CREATE VIEW export_sidebar AS
SELECT
    'sidebar' AS kind, a.url AS article_url, i.list, i.list_title, i.rank, i.title, i.url, i.shown_at,
    i.read_count, i.read_count_unit, i.read_count_is_minimum, i.observed_at,
    -- for --where
    a.id AS article_id, i.list_scope, a.site, p.warc_file, p.warc_offset
FROM sidebar_items AS i
JOIN articles AS a ON a.id = i.article_id
JOIN captures AS p ON p.id = i.capture_id;

-- The records of `wencun export read-counts`.
CREATE VIEW export_read_counts AS
SELECT
    'read-count' AS kind, r.target_key, r.url, r.title, r.observed_at, r.read_count, r.read_count_unit,
    r.read_count_is_minimum, r.source,
    (SELECT key FROM articles WHERE id = r.seen_on_article_id) AS seen_on
FROM read_counts AS r;
