-- Schema 6: the shape of each fetched page, by which a site's template is watched. Derived from the page.

CREATE TABLE shapes (
    capture_id INTEGER PRIMARY KEY REFERENCES captures (id) ON DELETE CASCADE,
    host TEXT NOT NULL,                   -- as in pages.host
    shape TEXT NOT NULL                   -- JSON array: what the template gave, without what the page says
) STRICT;
CREATE INDEX shapes_host ON shapes (host, capture_id);
