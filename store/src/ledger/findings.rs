//! Findings as people read them. How a night's are brought in and merged is [`super::merging`]'s.

use super::body::KeepsBodies;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
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

pub trait FindingLedger: Send + Sync {
    fn finding_counts(&self) -> BoxFuture<'_, Result<FindingCounts>>;
    /// Gravest first, then by kind and identity.
    fn findings<'a>(&'a self, filter: &'a FindingFilter) -> BoxFuture<'a, Result<Vec<StoredFinding>>>;
    /// One finding, by its identity or an unambiguous beginning of it.
    fn finding<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<(StoredFinding, Vec<FindingEvent>)>>;
}

/// A finding that was there in the last merge says so by an empty `last_run`: a night in which
/// nothing changed writes nothing.
macro_rules! columns {
    () => {
        "SELECT f.finding_id, f.state, f.body, f.first_run, f.first_date,
                CASE WHEN f.last_run = '' THEN COALESCE(m.run_id, '') ELSE f.last_run END,
                CASE WHEN f.last_run = '' THEN COALESCE(m.date, '') ELSE f.last_date END
         FROM findings f LEFT JOIN last_merge m ON m.one = 1 WHERE "
    };
}
pub(super) use columns;

pub(super) type Columns<D> = (String, String, <D as KeepsBodies>::Kept, String, String, String, String);

pub(super) fn stored<D: KeepsBodies>(row: Columns<D>) -> Result<StoredFinding> {
    Ok(StoredFinding {
        finding_id: row.0,
        state: FindingState::parse(&row.1).ok_or(StoreError::Corrupt { what: "finding state" })?,
        finding: serde_json::from_slice(&D::json(row.2)?).map_err(|_| StoreError::Corrupt { what: "finding" })?,
        first_run: row.3,
        first_date: row.4,
        last_run: row.5,
        last_date: row.6,
    })
}

macro_rules! finding_ledger {
    ($ledger:ty, $database:ty) => {
        impl FindingLedger for $ledger {
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
                    let mut builder: QueryBuilder<$database> = QueryBuilder::new(columns!());
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
                    let rows: Vec<Columns<$database>> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("listing findings"))?;
                    rows.into_iter().map(stored::<$database>).collect()
                })
            }

            fn finding<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<(StoredFinding, Vec<FindingEvent>)>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("reading a finding");
                    let mut rows: Vec<Columns<$database>> =
                        sqlx::query_as(concat!(columns!(), "substr(f.finding_id, 1, $2) = $1 LIMIT 2"))
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
                    let found = stored::<$database>(row)?;
                    let events: Vec<(String, String, String)> = sqlx::query_as(
                        "SELECT e.run_id, e.event, e.date FROM finding_events e
                         LEFT JOIN runs r ON r.run_id = e.run_id
                         WHERE e.finding_id = $1 ORDER BY e.date, r.started_at, e.event",
                    )
                    .bind(&found.finding_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(failed())?;
                    // When it appeared stands in itself: most findings never have another event.
                    let appeared = (found.first_run.clone(), "appeared".to_owned(), found.first_date.clone());
                    let events = std::iter::once(appeared)
                        .chain(events)
                        .map(|(run_id, event, date)| FindingEvent { run_id, event, date })
                        .collect();
                    Ok((found, events))
                })
            }
        }
    };
}

finding_ledger!(super::SqliteLedger, Sqlite);
finding_ledger!(super::PostgresLedger, Postgres);
