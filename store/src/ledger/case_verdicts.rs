//! The cases of today and tomorrow with the verdicts that the night came to.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

/// One case. Carries personal values.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseVerdict {
    pub case_code: String,
    pub source: String,
    /// The commune whose case it is, in today's codes.
    pub unit: Option<String>,
    /// ISO day.
    pub due_on: String,
    pub procedure: Option<String>,
    /// 12 digits.
    pub person: Option<String>,
    pub applicant: Option<String>,
    /// `proceed`, `proceed_with_note`, `stop` or `cannot_conclude`.
    pub conclusion: String,
    pub conflicts: u32,
    pub notes: u32,
    /// The gravest thing, in one sentence.
    pub reason_vi: String,
    pub reason_en: String,
    pub judged_at: Timestamp,
    /// An officer has decided something about it since the night.
    pub worked_on: bool,
}

pub trait CaseVerdictLedger: Send + Sync {
    /// Puts the verdicts of a run in place of those before.
    fn set_case_verdicts<'a>(&'a self, run_id: &'a str, verdicts: &'a [CaseVerdict]) -> BoxFuture<'a, Result<()>>;
    /// A case that was judged anew after an officer decided. Does nothing where it is not in the list.
    fn rejudge_case<'a>(&'a self, verdict: &'a CaseVerdict) -> BoxFuture<'a, Result<()>>;
    /// Worst first, then by the day they are due and their code.
    fn case_verdicts<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<CaseVerdict>>>;
}

type Columns = (
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    i64,
    i64,
    String,
    String,
    String,
    i64,
);

fn case_verdict(row: Columns) -> Result<CaseVerdict> {
    let (
        case_code,
        source,
        unit,
        due_on,
        procedure,
        person,
        applicant,
        conclusion,
        conflicts,
        notes,
        vi,
        en,
        at,
        worked,
    ) = row;
    let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    Ok(CaseVerdict {
        case_code,
        source,
        unit,
        due_on,
        procedure,
        person,
        applicant,
        conclusion,
        conflicts: count(conflicts),
        notes: count(notes),
        reason_vi: vi,
        reason_en: en,
        judged_at: parse_instant(&at)?,
        worked_on: worked != 0,
    })
}

macro_rules! case_verdict_ledger {
    ($ledger:ty, $database:ty) => {
        impl CaseVerdictLedger for $ledger {
            fn set_case_verdicts<'a>(
                &'a self,
                run_id: &'a str,
                verdicts: &'a [CaseVerdict],
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping verdicts");
                    let mut transaction = self.begin_fenced("keeping verdicts").await?;
                    sqlx::query("DELETE FROM case_verdicts").execute(&mut *transaction).await.map_err(failed())?;
                    for chunk in verdicts.chunks(500) {
                        let mut builder = sqlx::QueryBuilder::<$database>::new(
                            "INSERT INTO case_verdicts (case_code, run_id, source, unit, due_on, procedure, person,
                                 applicant, conclusion, conflicts, notes, reason_vi, reason_en, judged_at) ",
                        );
                        builder.push_values(chunk, |mut row, verdict| {
                            row.push_bind(verdict.case_code.clone())
                                .push_bind(run_id.to_owned())
                                .push_bind(verdict.source.clone())
                                .push_bind(verdict.unit.clone())
                                .push_bind(verdict.due_on.clone())
                                .push_bind(verdict.procedure.clone())
                                .push_bind(verdict.person.clone())
                                .push_bind(verdict.applicant.clone())
                                .push_bind(verdict.conclusion.clone())
                                .push_bind(i64::from(verdict.conflicts))
                                .push_bind(i64::from(verdict.notes))
                                .push_bind(verdict.reason_vi.clone())
                                .push_bind(verdict.reason_en.clone())
                                .push_bind(instant(verdict.judged_at));
                        });
                        // Two sources may know one case: the first one's stays.
                        builder.push(" ON CONFLICT (case_code) DO NOTHING");
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn rejudge_case<'a>(&'a self, verdict: &'a CaseVerdict) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE case_verdicts SET conclusion = $2, conflicts = $3, notes = $4, reason_vi = $5,
                                reason_en = $6, judged_at = $7, worked_on = 1
                         WHERE case_code = $1",
                    )
                    .bind(&verdict.case_code)
                    .bind(&verdict.conclusion)
                    .bind(i64::from(verdict.conflicts))
                    .bind(i64::from(verdict.notes))
                    .bind(&verdict.reason_vi)
                    .bind(&verdict.reason_en)
                    .bind(instant(verdict.judged_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("judging a case anew"))?;
                    Ok(())
                })
            }

            fn case_verdicts<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<CaseVerdict>>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new(
                        "SELECT case_code, source, unit, due_on, procedure, person, applicant, conclusion, conflicts,
                                notes, reason_vi, reason_en, judged_at, worked_on
                         FROM case_verdicts WHERE 1 = 1",
                    );
                    super::within!(builder, scope, "unit");
                    builder.push(
                        " ORDER BY CASE conclusion WHEN 'stop' THEN 0 WHEN 'cannot_conclude' THEN 1
                                                   WHEN 'proceed_with_note' THEN 2 ELSE 3 END,
                                   due_on, case_code",
                    );
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("reading verdicts"))?;
                    rows.into_iter().map(case_verdict).collect()
                })
            }
        }
    };
}

case_verdict_ledger!(super::SqliteLedger, Sqlite);
case_verdict_ledger!(super::PostgresLedger, Postgres);
