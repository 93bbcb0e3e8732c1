-- Findings of one run that rest on answers whose values may no longer be kept: neither seen nor gone.
CREATE TABLE held_findings (
    run_id      TEXT NOT NULL,
    finding_id  TEXT NOT NULL,
    PRIMARY KEY (run_id, finding_id)
);
