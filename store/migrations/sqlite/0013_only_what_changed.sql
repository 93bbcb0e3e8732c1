-- A night writes only findings that are new, changed or gone: of the others nothing is touched.

-- A hash of the body: what a night found is compared by it. Empty: not known, so the next night writes it.
ALTER TABLE findings ADD COLUMN body_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE incoming_findings ADD COLUMN body_hash TEXT NOT NULL DEFAULT '';
-- With the state in it, so that SQLite reads nothing else.
CREATE INDEX findings_known ON findings (finding_id, state, body_hash);

-- The newest run that was merged. A finding with an empty `last_run` was there in it.
CREATE TABLE last_merge (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    run_id  TEXT NOT NULL,
    date    TEXT NOT NULL
);
INSERT INTO last_merge (one, run_id, date)
SELECT 1, last_run, last_date FROM findings ORDER BY last_date DESC, last_run DESC LIMIT 1;
-- Those that were there in an earlier one and are not gone: held.
CREATE INDEX findings_not_in_last_merge ON findings (finding_id) WHERE last_run <> '' AND state <> 'gone';

-- What the ledger has and a run did not find: on its way to be gone.
CREATE TABLE unseen_findings (
    run_id      TEXT NOT NULL,
    finding_id  TEXT NOT NULL,
    PRIMARY KEY (run_id, finding_id)
);
