-- Rows without a usable number, as the newest run linked them: the people they were given to, and
-- the pairs in doubt, for officers to look at.
CREATE TABLE link_pairs (
    run_id         TEXT NOT NULL,
    source         TEXT NOT NULL,
    dataset        TEXT NOT NULL,
    record_key     TEXT NOT NULL,
    part           BIGINT NOT NULL,
    person         TEXT NOT NULL,
    -- linked or doubt
    state          TEXT NOT NULL,
    probability    DOUBLE PRECISION NOT NULL,
    -- hex, of the compared values
    values_digest  TEXT NOT NULL,
    -- the weights by field, JSON
    steps          TEXT NOT NULL,
    PRIMARY KEY (source, dataset, record_key, part, person)
);
CREATE INDEX link_pairs_by_state ON link_pairs (state, source);

-- What officers said of a pair: it holds until a compared value changes.
CREATE TABLE link_decisions (
    source         TEXT NOT NULL,
    dataset        TEXT NOT NULL,
    record_key     TEXT NOT NULL,
    part           BIGINT NOT NULL,
    person         TEXT NOT NULL,
    -- same or not_same
    said           TEXT NOT NULL,
    officer        TEXT NOT NULL,
    reason         TEXT NOT NULL,
    decided_at     TEXT NOT NULL,
    values_digest  TEXT NOT NULL,
    PRIMARY KEY (source, dataset, record_key, part, person)
);

-- What was learned in each run: JSON without a value of any record.
CREATE TABLE link_models (
    run_id  TEXT PRIMARY KEY,
    model   TEXT NOT NULL
);
