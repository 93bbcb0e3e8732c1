-- When a finding appeared stands in the finding: `first_run` and `first_date`. Its events are what came after.
DELETE FROM finding_events
WHERE event = 'appeared'
  AND EXISTS (SELECT 1 FROM findings f WHERE f.finding_id = finding_events.finding_id
              AND f.first_run = finding_events.run_id AND f.first_date = finding_events.date);

-- The same table with an identity that is an index like the others: on the first night the rows are written first
-- and all indexes afterwards. What is known is read out of the rows, which are short now: an index of it cost more
-- with each change than it saved.
CREATE TABLE findings_again (
    finding_id   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    severity     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    field        TEXT NOT NULL,
    source       TEXT NOT NULL,
    unit         TEXT,
    state        TEXT NOT NULL,
    values_hash  TEXT NOT NULL,
    body_hash    TEXT NOT NULL DEFAULT '',
    first_run    TEXT NOT NULL,
    first_date   TEXT NOT NULL,
    last_run     TEXT NOT NULL,
    last_date    TEXT NOT NULL,
    -- JSON, compressed with a dictionary of this program; JSON as it is where it was written before that
    body         BLOB NOT NULL
);
INSERT INTO findings_again (finding_id, kind, severity, subject, field, source, unit, state, values_hash, body,
                            body_hash, first_run, first_date, last_run, last_date)
SELECT finding_id, kind, severity, subject, field, source, unit, state, values_hash, body,
       body_hash, first_run, first_date, last_run, last_date
FROM findings ORDER BY rowid;
DROP TABLE findings;
ALTER TABLE findings_again RENAME TO findings;
CREATE UNIQUE INDEX findings_by_id ON findings (finding_id);
CREATE INDEX findings_by_subject ON findings (subject);
CREATE INDEX findings_by_state ON findings (state, kind, unit);
CREATE INDEX findings_not_in_last_merge ON findings (finding_id) WHERE last_run <> '' AND state <> 'gone';

-- On their way in, in the order in which they came. Whatever stands there is of an attempt that is over.
DROP TABLE incoming_findings;
CREATE TABLE incoming_findings (
    run_id       TEXT NOT NULL,
    finding_id   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    severity     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    field        TEXT NOT NULL,
    source       TEXT NOT NULL,
    unit         TEXT,
    values_hash  TEXT NOT NULL,
    body         BLOB NOT NULL,
    body_hash    TEXT NOT NULL
);
