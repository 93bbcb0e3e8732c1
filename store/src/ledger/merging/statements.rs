//! What merging is in SQL. `$1` is the run, `$2` its date.

/// `$2`: the finding.
pub(super) const HOLD: &str =
    "INSERT INTO held_findings (run_id, finding_id) VALUES ($1, $2) ON CONFLICT (run_id, finding_id) DO NOTHING";

/// Of whatever run: there is one at a time, and what another brought in is of an attempt that is over.
pub(super) const EMPTY: &str = "DELETE FROM incoming_findings";

pub(super) const CLEAR: &[&str] =
    &["DELETE FROM unseen_findings WHERE run_id = $1", "DELETE FROM held_findings WHERE run_id = $1"];

/// What is held is not replaced by what was brought in.
pub(super) const KEEP_HELD: &str = "DELETE FROM incoming_findings
     WHERE run_id = $1 AND EXISTS (SELECT 1 FROM held_findings g WHERE g.run_id = $1)
       AND finding_id IN (SELECT h.finding_id FROM held_findings h WHERE h.run_id = $1)";

/// What nobody noted as seen, and was brought in or is held, is there.
pub(super) const NOT_UNSEEN: &str = "DELETE FROM unseen_findings
     WHERE run_id = $1 AND finding_id IN (SELECT i.finding_id FROM incoming_findings i WHERE i.run_id = $1
                                          UNION SELECT h.finding_id FROM held_findings h WHERE h.run_id = $1)";

macro_rules! is_gone {
    () => {
        "f.state <> 'gone' AND f.finding_id IN (SELECT u.finding_id FROM unseen_findings u WHERE u.run_id = $1)"
    };
}

/// The order matters: events look at the state before.
pub(super) const GONE: &[&str] = &[
    concat!(
        "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
         SELECT f.finding_id, $1, 'gone', $2, f.values_hash FROM findings f WHERE ",
        is_gone!(),
        " ON CONFLICT (finding_id, run_id, event) DO NOTHING"
    ),
    concat!("UPDATE findings AS f SET state = 'gone', last_run = $1, last_date = $2 WHERE ", is_gone!()),
];

macro_rules! brought_in {
    () => {
        "INSERT INTO findings (finding_id, kind, severity, subject, field, source, unit, state, values_hash, body,
                               body_hash, first_run, first_date, last_run, last_date)
         SELECT i.finding_id, i.kind, i.severity, i.subject, i.field, i.source, i.unit, 'new', i.values_hash, i.body,
                i.body_hash, $1, $2, '', ''
         FROM incoming_findings i WHERE i.run_id = $1"
    };
}

/// Into a table in which there is nothing yet, not even an index.
pub(super) const FILL: &str = brought_in!();

/// The order matters: events look at the state before. When a finding appeared stands in itself.
pub(super) const MERGE: &[&str] = &[
    "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
     SELECT i.finding_id, $1, CASE WHEN f.state = 'gone' THEN 'reopened' ELSE 'changed' END, $2, i.values_hash
     FROM incoming_findings i JOIN findings f ON f.finding_id = i.finding_id
     WHERE i.run_id = $1 AND (f.state = 'gone' OR f.values_hash <> i.values_hash)
     ON CONFLICT (finding_id, run_id, event) DO NOTHING",
    concat!(
        brought_in!(),
        " ON CONFLICT (finding_id) DO UPDATE SET
             severity = excluded.severity, unit = excluded.unit, values_hash = excluded.values_hash,
             body = excluded.body, body_hash = excluded.body_hash,
             state = CASE WHEN findings.state = 'gone' THEN 'reopened' ELSE findings.state END,
             last_run = '', last_date = ''"
    ),
];

/// What is neither new nor gone, without touching what stays as it was.
pub(super) const SETTLE: &[&str] = &[
    // Held: last seen in the run before.
    "UPDATE findings SET last_run = (SELECT m.run_id FROM last_merge m), last_date = (SELECT m.date FROM last_merge m)
     WHERE last_run = '' AND finding_id IN (SELECT h.finding_id FROM held_findings h WHERE h.run_id = $1)
       AND EXISTS (SELECT 1 FROM last_merge m WHERE m.run_id <> $1)",
    // No longer held.
    "UPDATE findings SET last_run = '', last_date = ''
     WHERE last_run <> '' AND state <> 'gone'
       AND NOT EXISTS (SELECT 1 FROM held_findings h WHERE h.run_id = $1 AND h.finding_id = findings.finding_id)",
    // New or back in an earlier run, and still there.
    "UPDATE findings SET state = 'open'
     WHERE state IN ('new', 'reopened')
       AND CASE WHEN state = 'new' THEN first_run <> $1
                ELSE NOT EXISTS (SELECT 1 FROM finding_events e WHERE e.finding_id = findings.finding_id
                                 AND e.run_id = $1 AND e.event = 'reopened') END
       AND NOT EXISTS (SELECT 1 FROM held_findings h WHERE h.run_id = $1 AND h.finding_id = findings.finding_id)",
];

pub(super) const MERGED: &str = "INSERT INTO last_merge (one, run_id, date) VALUES (1, $1, $2)
                                 ON CONFLICT (one) DO UPDATE SET run_id = excluded.run_id, date = excluded.date";
