-- How much of what a source says still uses abolished units, commune by commune, in each run.
CREATE TABLE stale_rates (
    run_id     TEXT NOT NULL,
    source     TEXT NOT NULL,
    commune    TEXT NOT NULL,
    addresses  INTEGER NOT NULL,
    stale      INTEGER NOT NULL,
    split      INTEGER NOT NULL,
    PRIMARY KEY (run_id, source, commune)
);
