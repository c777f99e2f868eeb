-- Schema 3: list entries are tied by their titles where their URL leads to nothing known, and copies are found.

-- Entries without URL are told apart by the host that shows them: what it recommends is most likely its own.
ALTER TABLE links ADD COLUMN host TEXT;          -- of the page that shows the entry; NULL where it has a URL
ALTER TABLE links ADD COLUMN dated_title TEXT;   -- lossy_titles.dated_title() of its title
ALTER TABLE links ADD COLUMN rivals TEXT;        -- JSON, other articles of that title; `match_score` is the best
CREATE INDEX links_dated_title ON links (dated_title) WHERE dated_title IS NOT NULL;
CREATE INDEX links_tied_by_title ON links (match_score) WHERE match_score IS NOT NULL;
ALTER TABLE article_rows ADD COLUMN dated_title TEXT;
CREATE INDEX article_rows_dated_title ON article_rows (dated_title) WHERE dated_title IS NOT NULL;

-- What copies of an article's text are found by, of its newest version.
CREATE TABLE fingerprints (
    article_id INTEGER PRIMARY KEY
        REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    content_id INTEGER NOT NULL,         -- what it is of, to see whether that changed: may be gone by then
    host TEXT NOT NULL,
    title TEXT NOT NULL,                 -- folded
    sketch BLOB                          -- copies.sketch(); NULL for a text that is too short
) STRICT;

-- The bands of each sketch. Without a foreign key: an index for it would double what is found by `sketch`.
CREATE TABLE fingerprint_bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;

-- The articles that have copies, each with the earliest of them.
CREATE TABLE copies (
    article_id INTEGER PRIMARY KEY
        REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    earliest_id INTEGER NOT NULL REFERENCES article_rows (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    score REAL NOT NULL                  -- copies.likeness() to the earliest
) STRICT;
CREATE INDEX copies_earliest ON copies (earliest_id);
