//! Findings through the nights: new, still there, gone, reopened.
//!
//! A finding that rests on an answer whose values were removed when their time was up is *held*:
//! nobody can look whether it is still there, so its state stays as it was.
//!
//! A run's findings are first brought in beside the table (`incoming_findings`) and then merged by
//! set-based statements in one transaction: a run that dies between the two leaves the last
//! night's findings untouched, and merging the same run again changes nothing.

use super::incoming::BringIn;
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::civil;
use schemas::{Finding, FindingKind, Severity};
use sqlx::{Postgres, QueryBuilder, Sqlite};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingState {
    /// First seen in the newest run that looked.
    New,
    /// Seen before and still there.
    Open,
    /// Was gone, is back.
    Reopened,
    /// Not seen in the newest run.
    Gone,
}

impl FindingState {
    pub const ALL: [Self; 4] = [Self::New, Self::Open, Self::Reopened, Self::Gone];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::Gone => "gone",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

#[derive(Debug, Clone)]
pub struct StoredFinding {
    pub finding_id: String,
    pub state: FindingState,
    pub finding: Finding,
    pub first_run: String,
    pub first_date: String,
    pub last_run: String,
    pub last_date: String,
}

/// Which findings to list. Empty: all that are not gone.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    pub kind: Option<FindingKind>,
    pub severity: Option<Severity>,
    pub unit: Option<String>,
    pub source: Option<String>,
    /// Any of these subjects; empty: whatever the subject.
    pub subjects: Vec<String>,
    pub state: Option<FindingState>,
    /// 0: no limit.
    pub limit: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Not gone, by kind.
    pub by_kind: BTreeMap<String, i64>,
    /// By state, gone included.
    pub by_state: BTreeMap<String, i64>,
}

/// One line of a finding's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    pub run_id: String,
    /// `appeared`, `changed`, `gone`, `reopened`
    pub event: String,
    pub date: String,
}

/// Removes values from a finding that rests on forgotten answers; answers whether it does.
pub type Forget<'a> = &'a (dyn Fn(&mut StoredFinding) -> bool + Sync);

pub trait FindingLedger: Send + Sync {
    /// Forgets what an interrupted attempt of the run brought in.
    fn clear_incoming<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<()>>;
    fn bring_in<'a>(&'a self, run_id: &'a str, findings: &'a [Finding]) -> BoxFuture<'a, Result<()>>;
    /// Shows `forget` every finding there is. What it answers true for has its values removed as
    /// `forget` did. Those of them that are not gone keep their state when the run is merged, also
    /// where the run brought in the same finding on lesser evidence. Answers how many.
    fn hold_findings<'a>(&'a self, run_id: &'a str, forget: Forget<'a>) -> BoxFuture<'a, Result<u64>>;
    /// Merges what the run brought in.
    fn merge_findings<'a>(&'a self, run_id: &'a str, date: civil::Date) -> BoxFuture<'a, Result<FindingCounts>>;
    fn finding_counts(&self) -> BoxFuture<'_, Result<FindingCounts>>;
    /// Gravest first, then by kind and identity.
    fn findings<'a>(&'a self, filter: &'a FindingFilter) -> BoxFuture<'a, Result<Vec<StoredFinding>>>;
    /// One finding, by its identity or an unambiguous beginning of it.
    fn finding<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<(StoredFinding, Vec<FindingEvent>)>>;
}

type Columns = (String, String, String, String, String, String, String);

fn stored(row: Columns) -> Result<StoredFinding> {
    Ok(StoredFinding {
        finding_id: row.0,
        state: FindingState::parse(&row.1).ok_or(StoreError::Corrupt { what: "finding state" })?,
        finding: serde_json::from_str(&row.2).map_err(|_| StoreError::Corrupt { what: "finding" })?,
        first_run: row.3,
        first_date: row.4,
        last_run: row.5,
        last_date: row.6,
    })
}

macro_rules! finding_ledger {
    ($ledger:ty, $database:ty) => {
        impl FindingLedger for $ledger {
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
                        let rows: Vec<Columns> = sqlx::query_as(
                            "SELECT f.finding_id, f.state, f.body, f.first_run, f.first_date, f.last_run, f.last_date
                             FROM findings f WHERE f.finding_id > $1
                             ORDER BY f.finding_id LIMIT 5000",
                        )
                        .bind(&after)
                        .fetch_all(&mut *transaction)
                        .await
                        .map_err(failed())?;
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
                                sqlx::query("UPDATE findings SET body = $2 WHERE finding_id = $1")
                                    .bind(&found.finding_id)
                                    .bind(&body)
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

            fn merge_findings<'a>(
                &'a self,
                run_id: &'a str,
                date: civil::Date,
            ) -> BoxFuture<'a, Result<FindingCounts>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("merging findings");
                    let date = date.to_string();
                    let mut transaction = self.begin_fenced("merging findings").await?;
                    for statement in MERGE {
                        sqlx::query(*statement)
                            .bind(run_id)
                            .bind(&date)
                            .execute(&mut *transaction)
                            .await
                            .map_err(failed())?;
                    }
                    failpoint::hit("merge.inside");
                    for statement in CLEAR {
                        sqlx::query(*statement).bind(run_id).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("merge.done");
                    self.finding_counts().await
                })
            }

            fn finding_counts(&self) -> BoxFuture<'_, Result<FindingCounts>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64)> = sqlx::query_as(
                        "SELECT kind, state, CAST(COUNT(*) AS BIGINT) FROM findings GROUP BY kind, state",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("counting findings"))?;
                    let mut counts = FindingCounts::default();
                    for (kind, state, count) in rows {
                        if state != FindingState::Gone.as_str() {
                            *counts.by_kind.entry(kind).or_default() += count;
                        }
                        *counts.by_state.entry(state).or_default() += count;
                    }
                    Ok(counts)
                })
            }

            fn findings<'a>(&'a self, filter: &'a FindingFilter) -> BoxFuture<'a, Result<Vec<StoredFinding>>> {
                Box::pin(async move {
                    let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                        "SELECT finding_id, state, body, first_run, first_date, last_run, last_date
                         FROM findings WHERE ",
                    );
                    match filter.state {
                        Some(state) => builder.push("state = ").push_bind(state.as_str()),
                        None => builder.push("state <> 'gone'"),
                    };
                    for (column, value) in [
                        (" AND kind = ", filter.kind.map(|k| k.as_str().to_owned())),
                        (" AND severity = ", filter.severity.map(|s| s.as_str().to_owned())),
                        (" AND unit = ", filter.unit.clone()),
                        (" AND source = ", filter.source.clone()),
                    ] {
                        if let Some(value) = value {
                            builder.push(column).push_bind(value);
                        }
                    }
                    if !filter.subjects.is_empty() {
                        let mut list = builder.push(" AND subject IN (").separated(", ");
                        filter.subjects.iter().for_each(|subject| {
                            list.push_bind(subject.clone());
                        });
                        builder.push(")");
                    }
                    builder.push(
                        " ORDER BY CASE severity WHEN 'stop' THEN 0 WHEN 'check' THEN 1 ELSE 2 END, kind, finding_id",
                    );
                    if filter.limit > 0 {
                        builder.push(" LIMIT ").push_bind(filter.limit);
                    }
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("listing findings"))?;
                    rows.into_iter().map(stored).collect()
                })
            }

            fn finding<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<(StoredFinding, Vec<FindingEvent>)>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("reading a finding");
                    let mut rows: Vec<Columns> = sqlx::query_as(
                        "SELECT finding_id, state, body, first_run, first_date, last_run, last_date
                         FROM findings WHERE substr(finding_id, 1, $2) = $1 LIMIT 2",
                    )
                    .bind(finding_id)
                    .bind(finding_id.len() as i32)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(failed())?;
                    let row = match rows.len() {
                        1 => rows.remove(0),
                        0 => return Err(StoreError::NotFound { what: format!("finding {finding_id}") }),
                        _ => {
                            return Err(StoreError::NotFound {
                                what: format!("single finding that begins with {finding_id}"),
                            });
                        }
                    };
                    let found = stored(row)?;
                    let events: Vec<(String, String, String)> = sqlx::query_as(
                        "SELECT e.run_id, e.event, e.date FROM finding_events e
                         LEFT JOIN runs r ON r.run_id = e.run_id
                         WHERE e.finding_id = $1 ORDER BY e.date, r.started_at, e.event",
                    )
                    .bind(&found.finding_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(failed())?;
                    let events =
                        events.into_iter().map(|(run_id, event, date)| FindingEvent { run_id, event, date }).collect();
                    Ok((found, events))
                })
            }
        }
    };
}

/// `$1`: the run, `$2`: the finding.
const HOLD: &[&str] = &[
    "INSERT INTO held_findings (run_id, finding_id) VALUES ($1, $2) ON CONFLICT (run_id, finding_id) DO NOTHING",
    "DELETE FROM incoming_findings WHERE run_id = $1 AND finding_id = $2",
];

/// `$1`: the run.
const CLEAR: &[&str] =
    &["DELETE FROM incoming_findings WHERE run_id = $1", "DELETE FROM held_findings WHERE run_id = $1"];

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
    "INSERT INTO finding_events (finding_id, run_id, event, date, values_hash)
     SELECT f.finding_id, $1, 'gone', $2, f.values_hash FROM findings f
     WHERE f.state <> 'gone'
       AND NOT EXISTS (SELECT 1 FROM incoming_findings i WHERE i.run_id = $1 AND i.finding_id = f.finding_id)
       AND NOT EXISTS (SELECT 1 FROM held_findings h WHERE h.run_id = $1 AND h.finding_id = f.finding_id)
     ON CONFLICT (finding_id, run_id, event) DO NOTHING",
    "UPDATE findings SET state = 'gone', last_run = $1, last_date = $2
     WHERE state <> 'gone'
       AND NOT EXISTS (SELECT 1 FROM incoming_findings i
                       WHERE i.run_id = $1 AND i.finding_id = findings.finding_id)
       AND NOT EXISTS (SELECT 1 FROM held_findings h
                       WHERE h.run_id = $1 AND h.finding_id = findings.finding_id)",
    "INSERT INTO findings (finding_id, kind, severity, subject, field, source, unit, state, values_hash, body,
                           first_run, first_date, last_run, last_date)
     SELECT i.finding_id, i.kind, i.severity, i.subject, i.field, i.source, i.unit, 'new', i.values_hash, i.body,
            $1, $2, $1, $2
     FROM incoming_findings i WHERE i.run_id = $1
     ON CONFLICT (finding_id) DO UPDATE SET
         severity = excluded.severity, unit = excluded.unit, values_hash = excluded.values_hash, body = excluded.body,
         state = CASE WHEN findings.state = 'gone' THEN 'reopened'
                      WHEN findings.last_run = excluded.last_run THEN findings.state
                      ELSE 'open' END,
         last_run = excluded.last_run, last_date = excluded.last_date",
];

finding_ledger!(super::SqliteLedger, Sqlite);
finding_ledger!(super::PostgresLedger, Postgres);
