-- Who may write for a run: the token rises with every new holder.
CREATE TABLE leases (
    name        TEXT PRIMARY KEY,
    holder      TEXT,
    token       INTEGER NOT NULL,
    renewed_at  TEXT
);

-- Requests sent to a source in one night, over all attempts of its run: the quota counts these.
CREATE TABLE source_usage (
    night     TEXT NOT NULL,
    source    TEXT NOT NULL,
    requests  INTEGER NOT NULL,
    PRIMARY KEY (night, source)
);
