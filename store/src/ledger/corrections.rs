//! Correction requests: drafted for the agency that owns the wrong record, sent, followed by a
//! clock, answered, closed.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::{Timestamp, civil};
use schemas::Finding;
use sqlx::{Postgres, Sqlite};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CorrectionState {
    Draft,
    Sent,
    Answered,
    Closed,
    Withdrawn,
}

impl CorrectionState {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Sent, Self::Answered, Self::Closed, Self::Withdrawn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether a request may go from this state to the next.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Sent | Self::Withdrawn)
                | (Self::Sent, Self::Answered | Self::Withdrawn)
                | (Self::Answered, Self::Closed | Self::Sent)
        )
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Correction {
    pub correction_id: String,
    /// What stands on the paper: `number` of `year`.
    pub year: i16,
    pub number: u32,
    /// A word of the rules.
    pub owner: String,
    pub unit: Option<String>,
    pub state: CorrectionState,
    /// The login.
    pub created_by: String,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// The end of the owner's working days.
    pub due_on: Option<civil::Date>,
    pub answered_at: Option<Timestamp>,
    pub answer: Option<String>,
    pub closed_at: Option<Timestamp>,
}

/// A finding as it was when it was put down. Carries personal values.
#[derive(Clone, PartialEq, Eq)]
pub struct CorrectionItem {
    pub finding_id: String,
    pub finding: Finding,
}

/// A step of a request.
pub struct CorrectionStep<'a> {
    pub to: CorrectionState,
    pub at: Timestamp,
    /// For `Sent`.
    pub due_on: Option<civil::Date>,
    /// For `Answered`.
    pub answer: Option<&'a str>,
}

pub trait CorrectionLedger: Send + Sync {
    /// Puts a finding into the draft of this commune to this owner; makes one, with the next number
    /// of the year, where there is none. Twice changes nothing. Answers the request's id.
    fn draft_correction<'a>(&'a self, fresh: &'a Correction, item: &'a CorrectionItem)
    -> BoxFuture<'a, Result<String>>;
    /// Takes a finding out of its draft, and a draft without findings away.
    fn undraft<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Those under way first, the most urgent first; 500 at most. With how many findings each has.
    fn corrections<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<(Correction, u32)>>>;
    /// `NotFound` where it is none of this scope's.
    fn correction<'a>(
        &'a self,
        scope: &'a Scope,
        correction_id: &'a str,
    ) -> BoxFuture<'a, Result<(Correction, Vec<CorrectionItem>)>>;
    /// How many of this scope were answered, or are overdue.
    fn corrections_to_see<'a>(&'a self, scope: &'a Scope, today: civil::Date) -> BoxFuture<'a, Result<u32>>;
    /// The request that each of these findings is in, where there is one that is not withdrawn.
    fn corrections_of<'a>(&'a self, finding_ids: &'a [String]) -> BoxFuture<'a, Result<Vec<(String, Correction)>>>;
    /// `WrongState` where it may not go there from where it is.
    fn step_correction<'a>(
        &'a self,
        scope: &'a Scope,
        correction_id: &'a str,
        step: &'a CorrectionStep<'a>,
    ) -> BoxFuture<'a, Result<Correction>>;
}

type Columns = (
    String,
    i64,
    i64,
    String,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn correction(row: Columns) -> Result<Correction> {
    let (correction_id, year, number, owner, unit, state, created_by, created, sent, due, answered, answer, closed) =
        row;
    let corrupt = |what| StoreError::Corrupt { what };
    let instant = |text: Option<String>| text.as_deref().map(parse_instant).transpose();
    Ok(Correction {
        correction_id,
        year: i16::try_from(year).map_err(|_| corrupt("year of a correction request"))?,
        number: u32::try_from(number).map_err(|_| corrupt("number of a correction request"))?,
        owner,
        unit,
        state: CorrectionState::parse(&state).ok_or(corrupt("state of a correction request"))?,
        created_by,
        created_at: parse_instant(&created)?,
        sent_at: instant(sent)?,
        due_on: due.map(|day| day.parse()).transpose().map_err(|_| corrupt("clock of a correction request"))?,
        answered_at: instant(answered)?,
        answer,
        closed_at: instant(closed)?,
    })
}

fn item((finding_id, body): (String, String)) -> Result<CorrectionItem> {
    let finding = serde_json::from_str(&body).map_err(|_| StoreError::Corrupt { what: "item of a request" })?;
    Ok(CorrectionItem { finding_id, finding })
}

const COLUMNS: &str = "c.correction_id, c.year, c.number, c.owner, c.unit, c.state, c.created_by, c.created_at,
                       c.sent_at, c.due_on, c.answered_at, c.answer, c.closed_at";

/// One draft at a time is numbered: two that come together must not get one number.
const LOCK_POSTGRES: Option<&str> = Some("LOCK TABLE corrections IN SHARE ROW EXCLUSIVE MODE");

macro_rules! correction_ledger {
    ($ledger:ty, $database:ty, $lock:expr) => {
        impl $ledger {
            async fn correction_in(
                transaction: &mut sqlx::Transaction<'static, $database>,
                scope: &Scope,
                correction_id: &str,
            ) -> Result<Correction> {
                let mut builder = sqlx::QueryBuilder::<$database>::new("SELECT ");
                builder.push(COLUMNS).push(" FROM corrections c WHERE c.correction_id = ");
                builder.push_bind(correction_id.to_owned());
                super::within!(builder, scope, "c.unit");
                let row: Option<Columns> = builder
                    .build_query_as()
                    .fetch_optional(&mut **transaction)
                    .await
                    .map_err(StoreError::sql("reading a correction request"))?;
                correction(row.ok_or(StoreError::NotFound { what: "correction request".into() })?)
            }
        }

        impl CorrectionLedger for $ledger {
            fn draft_correction<'a>(
                &'a self,
                fresh: &'a Correction,
                item: &'a CorrectionItem,
            ) -> BoxFuture<'a, Result<String>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("drafting a correction request");
                    let body =
                        serde_json::to_string(&item.finding).map_err(|_| StoreError::Corrupt { what: "finding" })?;
                    let mut transaction = self.begin().await.map_err(failed())?;
                    let lock: Option<&'static str> = $lock;
                    if let Some(lock) = lock {
                        sqlx::query(lock).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    let known: Option<String> = sqlx::query_scalar(
                        "SELECT correction_id FROM corrections
                         WHERE state = 'draft' AND owner = $1 AND COALESCE(unit, '') = COALESCE($2, '')",
                    )
                    .bind(&fresh.owner)
                    .bind(&fresh.unit)
                    .fetch_optional(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    let correction_id = match known {
                        Some(known) => known,
                        None => {
                            sqlx::query(
                                "INSERT INTO corrections (correction_id, year, number, owner, unit, state, created_by,
                                                          created_at)
                                 VALUES ($1, $2,
                                         (SELECT COALESCE(MAX(number), 0) + 1 FROM corrections WHERE year = $2),
                                         $3, $4, 'draft', $5, $6)",
                            )
                            .bind(&fresh.correction_id)
                            .bind(i64::from(fresh.year))
                            .bind(&fresh.owner)
                            .bind(&fresh.unit)
                            .bind(&fresh.created_by)
                            .bind(instant(fresh.created_at))
                            .execute(&mut *transaction)
                            .await
                            .map_err(failed())?;
                            fresh.correction_id.clone()
                        }
                    };
                    sqlx::query(
                        "INSERT INTO correction_items (correction_id, finding_id, body) VALUES ($1, $2, $3)
                         ON CONFLICT (correction_id, finding_id) DO UPDATE SET body = excluded.body",
                    )
                    .bind(&correction_id)
                    .bind(&item.finding_id)
                    .bind(&body)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    Ok(correction_id)
                })
            }

            fn undraft<'a>(&'a self, finding_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("taking a finding out of a draft");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    sqlx::query(
                        "DELETE FROM correction_items WHERE finding_id = $1
                           AND correction_id IN (SELECT correction_id FROM corrections WHERE state = 'draft')",
                    )
                    .bind(finding_id)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    // Its number stays used: a paper may have been printed.
                    sqlx::query(
                        "UPDATE corrections SET state = 'withdrawn' WHERE state = 'draft'
                           AND NOT EXISTS (SELECT 1 FROM correction_items i
                                           WHERE i.correction_id = corrections.correction_id)",
                    )
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }

            fn corrections<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<(Correction, u32)>>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("listing correction requests");
                    let mut builder = sqlx::QueryBuilder::<$database>::new("SELECT ");
                    builder.push(COLUMNS).push(" FROM corrections c WHERE 1 = 1");
                    super::within!(builder, scope, "c.unit");
                    builder.push(
                        " ORDER BY CASE c.state WHEN 'sent' THEN 0 WHEN 'draft' THEN 1 WHEN 'answered' THEN 2
                                                ELSE 3 END,
                                   COALESCE(c.due_on, '9999'), c.created_at DESC, c.correction_id LIMIT 500",
                    );
                    let rows: Vec<Columns> = builder.build_query_as().fetch_all(&self.pool).await.map_err(failed())?;
                    let mut listed = Vec::with_capacity(rows.len());
                    for row in rows {
                        let count: i64 =
                            sqlx::query_scalar("SELECT COUNT(*) FROM correction_items WHERE correction_id = $1")
                                .bind(&row.0)
                                .fetch_one(&self.pool)
                                .await
                                .map_err(failed())?;
                        listed.push((correction(row)?, u32::try_from(count).unwrap_or(u32::MAX)));
                    }
                    Ok(listed)
                })
            }

            fn correction<'a>(
                &'a self,
                scope: &'a Scope,
                correction_id: &'a str,
            ) -> BoxFuture<'a, Result<(Correction, Vec<CorrectionItem>)>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("reading a correction request");
                    let mut transaction = self.pool.begin().await.map_err(failed())?;
                    let found = Self::correction_in(&mut transaction, scope, correction_id).await?;
                    let rows: Vec<(String, String)> = sqlx::query_as(
                        "SELECT finding_id, body FROM correction_items WHERE correction_id = $1 ORDER BY finding_id",
                    )
                    .bind(correction_id)
                    .fetch_all(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    Ok((found, rows.into_iter().map(item).collect::<Result<_>>()?))
                })
            }

            fn corrections_to_see<'a>(&'a self, scope: &'a Scope, today: civil::Date) -> BoxFuture<'a, Result<u32>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new(
                        "SELECT COUNT(*) FROM corrections
                         WHERE (state = 'answered' OR (state = 'sent' AND due_on < ",
                    );
                    builder.push_bind(today.to_string()).push("))");
                    super::within!(builder, scope, "unit");
                    let count: i64 = builder
                        .build_query_scalar()
                        .fetch_one(&self.pool)
                        .await
                        .map_err(StoreError::sql("counting correction requests"))?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                })
            }

            fn corrections_of<'a>(
                &'a self,
                finding_ids: &'a [String],
            ) -> BoxFuture<'a, Result<Vec<(String, Correction)>>> {
                Box::pin(async move {
                    let mut found = Vec::new();
                    for finding_id in finding_ids {
                        let mut builder = sqlx::QueryBuilder::<$database>::new("SELECT ");
                        builder.push(COLUMNS).push(
                            " FROM corrections c JOIN correction_items i ON i.correction_id = c.correction_id
                              WHERE c.state <> 'withdrawn' AND i.finding_id = ",
                        );
                        builder.push_bind(finding_id.clone()).push(" ORDER BY c.created_at DESC LIMIT 1");
                        let row: Option<Columns> = builder
                            .build_query_as()
                            .fetch_optional(&self.pool)
                            .await
                            .map_err(StoreError::sql("reading correction requests"))?;
                        if let Some(row) = row {
                            found.push((finding_id.clone(), correction(row)?));
                        }
                    }
                    Ok(found)
                })
            }

            fn step_correction<'a>(
                &'a self,
                scope: &'a Scope,
                correction_id: &'a str,
                step: &'a CorrectionStep<'a>,
            ) -> BoxFuture<'a, Result<Correction>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("moving a correction request on");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    let before = Self::correction_in(&mut transaction, scope, correction_id).await?;
                    if !before.state.may_become(step.to) {
                        let state = before.state.as_str().to_owned();
                        return Err(StoreError::WrongState { what: "correction request", state });
                    }
                    let mut builder = sqlx::QueryBuilder::<$database>::new("UPDATE corrections SET state = ");
                    builder.push_bind(step.to.as_str());
                    match step.to {
                        CorrectionState::Sent => {
                            builder.push(", sent_at = ").push_bind(instant(step.at));
                            builder.push(", due_on = ").push_bind(step.due_on.map(|day| day.to_string()));
                        }
                        CorrectionState::Answered => {
                            builder.push(", answered_at = ").push_bind(instant(step.at));
                            builder.push(", answer = ").push_bind(step.answer.map(str::to_owned));
                        }
                        CorrectionState::Closed | CorrectionState::Withdrawn => {
                            builder.push(", closed_at = ").push_bind(instant(step.at));
                        }
                        CorrectionState::Draft => {}
                    }
                    builder.push(" WHERE correction_id = ").push_bind(correction_id.to_owned());
                    builder.push(" AND state = ").push_bind(before.state.as_str());
                    let moved = builder.build().execute(&mut *transaction).await.map_err(failed())?;
                    if moved.rows_affected() == 0 {
                        return Err(StoreError::WrongState { what: "correction request", state: "changed".into() });
                    }
                    let after = Self::correction_in(&mut transaction, scope, correction_id).await?;
                    transaction.commit().await.map_err(failed())?;
                    Ok(after)
                })
            }
        }
    };
}

correction_ledger!(super::SqliteLedger, Sqlite, None);
correction_ledger!(super::PostgresLedger, Postgres, LOCK_POSTGRES);
