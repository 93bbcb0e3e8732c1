//! Findings through the nights: new, still there, gone, reopened.
//!
//! A finding that rests on an answer whose values were removed when their time was up is *held*:
//! nobody can look whether it is still there, so its state stays as it was.
//!
//! What a run found and the ledger has already, just so, is only noted as seen
//! ([`KnownFindings`]). The others are first brought in beside the table (`incoming_findings`) and
//! then merged by set-based statements in one transaction: a run that dies between the two leaves
//! the last night's findings untouched, and merging the same run again changes nothing. So a night
//! costs by what has changed since the night before.

use super::findings::{Columns, FindingCounts, FindingLedger, FindingState, StoredFinding, columns, stored};
use super::incoming::{BringIn, ROWS_A_STATEMENT};
use super::known::{KnownFindings, body_hash};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::civil;
use schemas::Finding;
use sqlx::{Postgres, QueryBuilder, Sqlite};

/// Removes values from a finding that rests on forgotten answers; answers whether it does.
pub type Forget<'a> = &'a (dyn Fn(&mut StoredFinding) -> bool + Sync);

pub trait MergeLedger: Send + Sync {
    /// Forgets what an interrupted attempt of the run brought in.
    fn clear_incoming<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<()>>;
    /// What is not gone, to tell what a run need not bring in.
    fn known_findings(&self) -> BoxFuture<'_, Result<KnownFindings>>;
    /// New findings, and known ones that have changed. What a run brings in of the others is merged
    /// all the same: it only costs.
    fn bring_in<'a>(&'a self, run_id: &'a str, findings: &'a [Finding]) -> BoxFuture<'a, Result<()>>;
    /// Shows `forget` every finding there is. What it answers true for has its values removed as
    /// `forget` did. Those of them that are not gone keep their state when the run is merged, also
    /// where the run brought in the same finding on lesser evidence. Answers how many.
    fn hold_findings<'a>(&'a self, run_id: &'a str, forget: Forget<'a>) -> BoxFuture<'a, Result<u64>>;
    /// Merges what the run brought in. `known`: as it was before, with what the run has seen of it;
    /// what was neither seen nor brought in is gone.
    fn merge_findings<'a>(
        &'a self,
        run_id: &'a str,
        date: civil::Date,
        known: &'a KnownFindings,
    ) -> BoxFuture<'a, Result<FindingCounts>>;
}

macro_rules! merge_ledger {
    ($ledger:ty, $database:ty, $ranges:expr) => {
        impl MergeLedger for $ledger {
            fn clear_incoming<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("clearing incoming findings").await?;
                    for statement in CLEAR {
                        sqlx::query(*statement)
                            .bind(run_id)
                            .execute(&mut *transaction)
                            .await
                            .map_err(StoreError::sql("clearing incoming findings"))?;
                    }
                    transaction.commit().await.map_err(StoreError::sql("clearing incoming findings"))
                })
            }

            fn bring_in<'a>(&'a self, run_id: &'a str, findings: &'a [Finding]) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("bringing findings in").await?;
                    <$database as BringIn>::bring_in(&mut transaction, run_id, findings).await?;
                    transaction.commit().await.map_err(StoreError::sql("bringing findings in"))?;
                    failpoint::hit("findings.brought_in");
                    Ok(())
                })
            }

            fn hold_findings<'a>(&'a self, run_id: &'a str, forget: Forget<'a>) -> BoxFuture<'a, Result<u64>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("holding findings");
                    let mut transaction = self.begin_fenced("holding findings").await?;
                    let (mut held, mut after) = (0, String::new());
                    loop {
                        let page = concat!(columns!(), "f.finding_id > $1 ORDER BY f.finding_id LIMIT 5000");
                        let rows: Vec<Columns> =
                            sqlx::query_as(page).bind(&after).fetch_all(&mut *transaction).await.map_err(failed())?;
                        let Some(last) = rows.last() else { break };
                        after = last.0.clone();
                        for row in rows {
                            let before = row.2.clone();
                            let mut found = stored(row)?;
                            if !forget(&mut found) {
                                continue;
                            }
                            let body = serde_json::to_string(&found.finding)
                                .map_err(|_| StoreError::Corrupt { what: "finding" })?;
                            if body != before {
                                sqlx::query("UPDATE findings SET body = $2, body_hash = $3 WHERE finding_id = $1")
                                    .bind(&found.finding_id)
                                    .bind(&body)
                                    .bind(hex::encode(body_hash(body.as_bytes())))
                                    .execute(&mut *transaction)
                                    .await
                                    .map_err(failed())?;
                            }
                            if found.state == FindingState::Gone {
                                continue;
                            }
                            held += 1;
                            for statement in HOLD {
                                sqlx::query(*statement)
                                    .bind(run_id)
                                    .bind(&found.finding_id)
                                    .execute(&mut *transaction)
                                    .await
                                    .map_err(failed())?;
                            }
                        }
                    }
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("findings.held");
                    Ok(held)
                })
            }

            fn known_findings(&self) -> BoxFuture<'_, Result<KnownFindings>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("reading known findings");
                    let mut known = KnownFindings::default();
                    // Many in one row: rows cost more than what is in them.
                    for range in $ranges.windows(2) {
                        let list: Option<String> = sqlx::query_scalar(KNOWN)
                            .bind(range[0])
                            .bind(range[1])
                            .fetch_one(&self.pool)
                            .await
                            .map_err(failed())?;
                        known.add_list(&list.unwrap_or_default())?;
                    }
                    Ok(known.in_order())
                })
            }

            fn merge_findings<'a>(
                &'a self,
                run_id: &'a str,
                date: civil::Date,
                known: &'a KnownFindings,
            ) -> BoxFuture<'a, Result<FindingCounts>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("merging findings");
                    let date = date.to_string();
                    let mut transaction = self.begin_fenced("merging findings").await?;
                    for some in known.unseen().chunks(ROWS_A_STATEMENT) {
                        let mut builder: QueryBuilder<$database> =
                            QueryBuilder::new("INSERT INTO unseen_findings (run_id, finding_id) ");
                        builder.push_values(some, |mut values, id| {
                            values.push_bind(run_id).push_bind(id);
                        });
                        builder.push(" ON CONFLICT (run_id, finding_id) DO NOTHING");
                        builder.build().execute(&mut *transaction).await.map_err(failed())?;
                    }
                    for statement in MERGE {
                        sqlx::query(*statement)
                            .bind(run_id)
                            .bind(&date)
                            .execute(&mut *transaction)
                            .await
                            .map_err(failed())?;
                    }
                    failpoint::hit("merge.inside");
                    for statement in SETTLE.iter().chain(CLEAR) {
                        sqlx::query(*statement).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    sqlx::query(MERGED).bind(run_id).bind(&date).execute(&mut *transaction).await.map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("merge.done");
                    self.finding_counts().await
                })
            }
        }
    };
}

/// Identity and hash of the body of what is not gone, `$1` the first identity and `$2` the end.
const KNOWN: &str = "SELECT string_agg(finding_id || ':' || body_hash, ',') FROM findings
                     WHERE finding_id >= $1 AND finding_id < $2 AND state <> 'gone'";

/// `$1`: the run, `$2`: the finding.
const HOLD: &[&str] = &[
    "INSERT INTO held_findings (run_id, finding_id) VALUES ($1, $2) ON CONFLICT (run_id, finding_id) DO NOTHING",
    "DELETE FROM incoming_findings WHERE run_id = $1 AND finding_id = $2",
];

/// `$1`: the run.
const CLEAR: &[&str] = &[
    "DELETE FROM incoming_findings WHERE run_id = $1",
    "DELETE FROM unseen_findings WHERE run_id = $1",
    "DELETE FROM held_findings WHERE run_id = $1",
];

/// Not seen, not brought in and not held by the run `$1`.
macro_rules! is_gone {
    () => {
        "f.state <> 'gone'
         AND f.finding_id IN (SELECT u.finding_id FROM unseen_findings u WHERE u.run_id = $1)
         AND NOT EXISTS (SELECT 1 FROM incoming_findings i WHERE i.run_id = $1 AND i.finding_id = f.finding_id)
         AND NOT EXISTS (SELECT 1 FROM held_findings h WHERE h.run_id = $1 AND h.finding_id = f.finding_id)"
    };
}

/// `$1`: the run, `$2`: its date. The order matters: events look at the state before the merge.
const MERGE: &[&str] = &[
    "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
     SELECT i.finding_id, $1, 'appeared', $2, i.values_hash FROM incoming_findings i
     WHERE i.run_id = $1 AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.finding_id = i.finding_id)
     ON CONFLICT (finding_id, run_id, event) DO NOTHING",
    "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
     SELECT i.finding_id, $1, CASE WHEN f.state = 'gone' THEN 'reopened' ELSE 'changed' END, $2, i.values_hash
     FROM incoming_findings i JOIN findings f ON f.finding_id = i.finding_id
     WHERE i.run_id = $1 AND (f.state = 'gone' OR f.values_hash <> i.values_hash)
     ON CONFLICT (finding_id, run_id, event) DO NOTHING",
    concat!(
        "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
         SELECT f.finding_id, $1, 'gone', $2, f.values_hash FROM findings f WHERE ",
        is_gone!(),
        " ON CONFLICT (finding_id, run_id, event) DO NOTHING"
    ),
    concat!("UPDATE findings AS f SET state = 'gone', last_run = $1, last_date = $2 WHERE ", is_gone!()),
    "INSERT INTO findings (finding_id, kind, severity, subject, field, source, unit, state, values_hash, body,
                           body_hash, first_run, first_date, last_run, last_date)
     SELECT i.finding_id, i.kind, i.severity, i.subject, i.field, i.source, i.unit, 'new', i.values_hash, i.body,
            i.body_hash, $1, $2, '', ''
     FROM incoming_findings i WHERE i.run_id = $1
     ON CONFLICT (finding_id) DO UPDATE SET
         severity = excluded.severity, unit = excluded.unit, values_hash = excluded.values_hash, body = excluded.body,
         body_hash = excluded.body_hash,
         state = CASE WHEN findings.state = 'gone' THEN 'reopened' ELSE findings.state END,
         last_run = '', last_date = ''",
];

/// `$1`: the run. What is neither new nor gone, without touching what stays as it was.
const SETTLE: &[&str] = &[
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
       AND NOT EXISTS (SELECT 1 FROM held_findings h WHERE h.run_id = $1 AND h.finding_id = findings.finding_id)
       AND NOT EXISTS (SELECT 1 FROM finding_events e
                       WHERE e.finding_id = findings.finding_id AND e.run_id = $1 AND e.event <> 'changed')",
];

/// `$1`: the run, `$2`: its date.
const MERGED: &str = "INSERT INTO last_merge (one, run_id, date) VALUES (1, $1, $2)
                      ON CONFLICT (one) DO UPDATE SET run_id = excluded.run_id, date = excluded.date";

/// Where identities begin, and the end of the last.
const FIRST_DIGITS: [&str; 17] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f", "g"];

merge_ledger!(super::SqliteLedger, Sqlite, FIRST_DIGITS);
// It would read the whole table for each of many ranges.
merge_ledger!(super::PostgresLedger, Postgres, ["0", "g"]);
