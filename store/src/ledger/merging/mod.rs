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

mod reads_known;
mod statements;
mod takes_in;

use super::body::KeepsBodies;
use super::findings::{Columns, FindingCounts, FindingLedger, FindingState, StoredFinding, columns, stored};
use super::incoming::{BringIn, FindingLine, ROWS_A_STATEMENT};
use super::known::{KnownFindings, body_hash};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::civil;
use reads_known::ReadsKnown;
use sqlx::{Postgres, QueryBuilder, Sqlite};
use statements::{CLEAR, EMPTY, GONE, HOLD, KEEP_HELD, MERGED, NOT_UNSEEN, SETTLE};
use takes_in::TakesIn;

/// Removes values from a finding that rests on forgotten answers; answers whether it does.
pub type Forget<'a> = &'a (dyn Fn(&mut StoredFinding) -> bool + Sync);

pub trait MergeLedger: Send + Sync {
    /// Forgets what an interrupted attempt brought in, of this run or of one before.
    fn clear_incoming<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<()>>;
    /// What is not gone, to tell what a run need not bring in.
    fn known_findings(&self) -> BoxFuture<'_, Result<KnownFindings>>;
    /// New findings, and known ones that have changed. What a run brings in of the others is merged
    /// all the same: it only costs.
    fn bring_in<'a>(&'a self, run_id: &'a str, findings: Vec<FindingLine>) -> BoxFuture<'a, Result<()>>;
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
    ($ledger:ty, $database:ty) => {
        impl MergeLedger for $ledger {
            fn clear_incoming<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("clearing incoming findings").await?;
                    let failed = || StoreError::sql("clearing incoming findings");
                    sqlx::query(EMPTY).execute(&mut *transaction).await.map_err(failed())?;
                    for statement in CLEAR {
                        sqlx::query(*statement).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn bring_in<'a>(&'a self, run_id: &'a str, findings: Vec<FindingLine>) -> BoxFuture<'a, Result<()>> {
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
                        let rows: Vec<Columns<$database>> =
                            sqlx::query_as(page).bind(&after).fetch_all(&mut *transaction).await.map_err(failed())?;
                        let Some(last) = rows.last() else { break };
                        after = last.0.clone();
                        for row in rows {
                            let mut found = stored::<$database>(row)?;
                            let before = found.finding.clone();
                            if !forget(&mut found) {
                                continue;
                            }
                            if found.finding != before {
                                let body = serde_json::to_vec(&found.finding)
                                    .map_err(|_| StoreError::Corrupt { what: "finding" })?;
                                let hash = hex::encode(body_hash(&body));
                                sqlx::query("UPDATE findings SET body = $2, body_hash = $3 WHERE finding_id = $1")
                                    .bind(&found.finding_id)
                                    .bind(<$database>::kept(body)?)
                                    .bind(hash)
                                    .execute(&mut *transaction)
                                    .await
                                    .map_err(failed())?;
                            }
                            if found.state == FindingState::Gone {
                                continue;
                            }
                            held += 1;
                            sqlx::query(HOLD)
                                .bind(run_id)
                                .bind(&found.finding_id)
                                .execute(&mut *transaction)
                                .await
                                .map_err(failed())?;
                        }
                    }
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("findings.held");
                    Ok(held)
                })
            }

            fn known_findings(&self) -> BoxFuture<'_, Result<KnownFindings>> {
                Box::pin(async move {
                    let mut known = KnownFindings::default();
                    <$database>::read_known(&self.pool, &mut known).await?;
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
                    <$database>::with_room(&mut transaction, true).await?;
                    sqlx::query(KEEP_HELD).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                    let unseen = known.unseen();
                    for some in unseen.chunks(ROWS_A_STATEMENT) {
                        let mut builder: QueryBuilder<$database> =
                            QueryBuilder::new("INSERT INTO unseen_findings (run_id, finding_id) ");
                        builder.push_values(some, |mut values, id| {
                            values.push_bind(run_id).push_bind(id);
                        });
                        builder.push(" ON CONFLICT (run_id, finding_id) DO NOTHING");
                        builder.build().execute(&mut *transaction).await.map_err(failed())?;
                    }
                    if !unseen.is_empty() {
                        sqlx::query(NOT_UNSEEN).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                        for statement in GONE {
                            let query = sqlx::query(*statement).bind(run_id).bind(&date);
                            query.execute(&mut *transaction).await.map_err(failed())?;
                        }
                    }
                    let was_empty = <$database>::take_in(&mut transaction, run_id, &date).await?;
                    failpoint::hit("merge.inside");
                    let settle = if was_empty { &[] } else { SETTLE };
                    for statement in settle.iter().chain(CLEAR) {
                        sqlx::query(*statement).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    sqlx::query(EMPTY).execute(&mut *transaction).await.map_err(failed())?;
                    sqlx::query(MERGED).bind(run_id).bind(&date).execute(&mut *transaction).await.map_err(failed())?;
                    <$database>::with_room(&mut transaction, false).await?;
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("merge.done");
                    self.finding_counts().await
                })
            }
        }
    };
}

merge_ledger!(super::SqliteLedger, Sqlite);
merge_ledger!(super::PostgresLedger, Postgres);
