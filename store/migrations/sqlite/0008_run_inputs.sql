-- What the findings of a run are a function of, as JSON: the day, the snapshots, the rules, the
-- decisions. With it and the snapshots' files an old verdict is given again.
CREATE TABLE run_inputs (
    run_id  TEXT PRIMARY KEY,
    inputs  TEXT NOT NULL
);
