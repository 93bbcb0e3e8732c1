-- How good the data of each source are, commune by commune, in each run.
CREATE TABLE quality (
    run_id     TEXT NOT NULL,
    source     TEXT NOT NULL,
    -- empty: records that name no commune
    commune    TEXT NOT NULL,
    row_count  BIGINT NOT NULL,
    -- hundredths of a percent; NULL: nothing could be evaluated
    dqi        BIGINT,
    -- green, yellow or red
    band       TEXT,
    -- what was counted by criterion and error group, JSON
    measured   TEXT NOT NULL,
    PRIMARY KEY (run_id, source, commune)
);
