//! What a commune handed up to the province, and the answer.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

#[derive(Clone, PartialEq, Eq)]
pub struct Escalation {
    pub escalation_id: String,
    /// As in findings: `person:…` or `case:…`.
    pub subject: String,
    pub finding_id: Option<String>,
    /// The commune that hands it up.
    pub unit: Option<String>,
    pub note: String,
    /// The hotline's number; may be empty.
    pub ticket: String,
    /// The login.
    pub officer: String,
    pub escalated_at: Timestamp,
    /// `None`: open.
    pub answered: Option<EscalationAnswer>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct EscalationAnswer {
    pub text: String,
    pub officer: String,
    pub at: Timestamp,
}

pub trait EscalationLedger: Send + Sync {
    fn escalate<'a>(&'a self, escalation: &'a Escalation) -> BoxFuture<'a, Result<()>>;
    /// Open ones first, then the newest first; 500 at most.
    fn escalations<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Escalation>>>;
    fn open_escalations<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<u32>>;
    fn escalations_of<'a>(&'a self, scope: &'a Scope, subject: &'a str) -> BoxFuture<'a, Result<Vec<Escalation>>>;
    /// `NotFound` where there is no open one of this scope.
    fn answer_escalation<'a>(
        &'a self,
        scope: &'a Scope,
        escalation_id: &'a str,
        answer: &'a EscalationAnswer,
    ) -> BoxFuture<'a, Result<()>>;
}

type Columns = (
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn escalation(row: Columns) -> Result<Escalation> {
    let (escalation_id, subject, finding_id, unit, note, ticket, officer, escalated_at, answer, by, at) = row;
    let answered = match (answer, by, at) {
        (Some(text), Some(officer), Some(at)) => Some(EscalationAnswer { text, officer, at: parse_instant(&at)? }),
        _ => None,
    };
    let escalated_at = parse_instant(&escalated_at)?;
    Ok(Escalation { escalation_id, subject, finding_id, unit, note, ticket, officer, escalated_at, answered })
}

const SELECT: &str = "SELECT escalation_id, subject, finding_id, unit, note, ticket, officer, escalated_at, answer,
                             answered_by, answered_at
                      FROM escalations WHERE 1 = 1";

macro_rules! escalation_ledger {
    ($ledger:ty, $database:ty) => {
        impl $ledger {
            async fn escalations_where(&self, scope: &Scope, subject: Option<&str>) -> Result<Vec<Escalation>> {
                let mut builder = sqlx::QueryBuilder::<$database>::new(SELECT);
                if let Some(subject) = subject {
                    builder.push(" AND subject = ").push_bind(subject.to_owned());
                }
                super::within!(builder, scope, "unit");
                builder.push(" ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, escalated_at DESC, escalation_id");
                builder.push(" LIMIT 500");
                let rows: Vec<Columns> = builder
                    .build_query_as()
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing escalations"))?;
                rows.into_iter().map(escalation).collect()
            }
        }

        impl EscalationLedger for $ledger {
            fn escalate<'a>(&'a self, escalation: &'a Escalation) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO escalations (escalation_id, subject, finding_id, unit, note, ticket, state,
                                                  officer, escalated_at)
                         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8)",
                    )
                    .bind(&escalation.escalation_id)
                    .bind(&escalation.subject)
                    .bind(&escalation.finding_id)
                    .bind(&escalation.unit)
                    .bind(&escalation.note)
                    .bind(&escalation.ticket)
                    .bind(&escalation.officer)
                    .bind(instant(escalation.escalated_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("escalating"))?;
                    Ok(())
                })
            }

            fn escalations<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Escalation>>> {
                Box::pin(self.escalations_where(scope, None))
            }

            fn open_escalations<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<u32>> {
                Box::pin(async move {
                    let mut builder =
                        sqlx::QueryBuilder::<$database>::new("SELECT COUNT(*) FROM escalations WHERE state = 'open'");
                    super::within!(builder, scope, "unit");
                    let count: i64 = builder
                        .build_query_scalar()
                        .fetch_one(&self.pool)
                        .await
                        .map_err(StoreError::sql("counting escalations"))?;
                    Ok(u32::try_from(count).unwrap_or(u32::MAX))
                })
            }

            fn escalations_of<'a>(
                &'a self,
                scope: &'a Scope,
                subject: &'a str,
            ) -> BoxFuture<'a, Result<Vec<Escalation>>> {
                Box::pin(self.escalations_where(scope, Some(subject)))
            }

            fn answer_escalation<'a>(
                &'a self,
                scope: &'a Scope,
                escalation_id: &'a str,
                answer: &'a EscalationAnswer,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut builder =
                        sqlx::QueryBuilder::<$database>::new("UPDATE escalations SET state = 'answered', answer = ");
                    builder.push_bind(answer.text.clone());
                    builder.push(", answered_by = ").push_bind(answer.officer.clone());
                    builder.push(", answered_at = ").push_bind(instant(answer.at));
                    builder.push(" WHERE state = 'open' AND escalation_id = ").push_bind(escalation_id.to_owned());
                    super::within!(builder, scope, "unit");
                    let answered = builder
                        .build()
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("answering an escalation"))?;
                    match answered.rows_affected() {
                        0 => Err(StoreError::NotFound { what: "open escalation".into() }),
                        _ => Ok(()),
                    }
                })
            }
        }
    };
}

escalation_ledger!(super::SqliteLedger, Sqlite);
escalation_ledger!(super::PostgresLedger, Postgres);
