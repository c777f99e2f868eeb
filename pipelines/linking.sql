-- Schema 3: list entries are tied by their titles where their URL leads to nothing known, and copies are found.

-- Entries without URL are told apart by the site that shows them: what it recommends is most likely its own.
ALTER TABLE links ADD COLUMN host TEXT;          -- of the page that shows the entry; NULL where it has a URL
ALTER TABLE links ADD COLUMN dated_title TEXT;   -- lossy_titles.dated_title() of its title
ALTER TABLE links ADD COLUMN rivals TEXT;        -- JSON, other articles of that title; `match_score` is the best
CREATE INDEX links_dated_title ON links (dated_title) WHERE dated_title IS NOT NULL;
CREATE INDEX links_tied_by_title ON links (match_score) WHERE match_score IS NOT NULL;
ALTER TABLE article_rows ADD COLUMN dated_title TEXT;
CREATE INDEX article_rows_dated_title ON article_rows (dated_title) WHERE dated_title IS NOT NULL;
