-- How much of what a source says still uses abolished units, commune by commune, in each run.
CREATE TABLE stale_rates (
    run_id     TEXT NOT NULL,
    source     TEXT NOT NULL,
    commune    TEXT NOT NULL,
    addresses  BIGINT NOT NULL,
    stale      BIGINT NOT NULL,
    split      BIGINT NOT NULL,
    PRIMARY KEY (run_id, source, commune)
);
