-- Schema 5: what people ask for is followed: authors' pages, columns, feeds, sitemaps and lists.

-- The page that somebody asked for and that this one is, or is a further page of.
ALTER TABLE pages ADD COLUMN seed_id INTEGER REFERENCES pages (id) ON DELETE SET NULL;
ALTER TABLE pages ADD COLUMN source_kind TEXT;   -- author, column, feed, sitemap, list; NULL for articles
ALTER TABLE pages ADD COLUMN link_match TEXT;    -- what the URLs must hold that are followed from it: a regular expression
ALTER TABLE pages ADD COLUMN every_s INTEGER;    -- seconds between two looks, where somebody pinned them
ALTER TABLE pages ADD COLUMN paused_at TEXT;     -- since when nobody is to look at it
ALTER TABLE hosts ADD COLUMN paused_at TEXT;
CREATE INDEX pages_seed ON pages (seed_id) WHERE seed_id IS NOT NULL;
DROP INDEX pages_discovered_from;
CREATE INDEX pages_discovered_from ON pages (discovered_from, discovered_at) WHERE discovered_from IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('pages', 'pages_discovered_from', '200000 20 2');
ANALYZE sqlite_schema;
