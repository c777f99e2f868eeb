-- Schema 4: hosts may rest. What is not derived from captures: how a host has answered lately.

CREATE TABLE hosts (
    host TEXT PRIMARY KEY,                -- as in pages.host
    rests_until TEXT,                     -- nothing is asked of it before
    rest_reason TEXT CHECK (rest_reason IN ('rate_limited', 'blocked', 'failing')),
    strikes INTEGER NOT NULL DEFAULT 0,   -- how many times in a row it was put to rest for that reason
    robots_url TEXT,                      -- the robots.txt that was had last, and what it said
    robots_status INTEGER,
    robots_body BLOB,
    robots_fetched_at TEXT
) STRICT, WITHOUT ROWID;
