//! What officers said of findings. A decision holds until a compared value changes, and can be
//! undone until the correction that rests on it was sent.

use super::{Role, instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

#[derive(Clone, PartialEq, Eq)]
pub struct FindingDecision {
    pub decision_id: String,
    pub finding_id: String,
    /// Of the values that the officer saw.
    pub values_hash: String,
    /// `source_right`, `source_wrong` or `not_enough`.
    pub said: String,
    /// A word of the list of reasons.
    pub reason: String,
    pub note: String,
    /// The login.
    pub officer: String,
    pub role: Role,
    pub unit: Option<String>,
    pub decided_at: Timestamp,
}

pub trait DecisionLedger: Send + Sync {
    fn decide_finding<'a>(&'a self, decision: &'a FindingDecision) -> BoxFuture<'a, Result<()>>;
    /// Of each of these findings the newest that is not undone, whatever values it was about.
    fn decisions_of<'a>(&'a self, finding_ids: &'a [String]) -> BoxFuture<'a, Result<Vec<FindingDecision>>>;
    /// `WrongState` where the correction that rests on it was sent, or where it is undone already.
    fn undo_decision<'a>(
        &'a self,
        decision_id: &'a str,
        officer: &'a str,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<FindingDecision>>;
}

type Columns = (String, String, String, String, String, String, String, String, Option<String>, String);

fn decision(row: Columns) -> Result<FindingDecision> {
    let (decision_id, finding_id, values_hash, said, reason, note, officer, role, unit, decided_at) = row;
    let role = Role::parse(&role).ok_or(StoreError::Corrupt { what: "role of a decision" })?;
    let decided_at = parse_instant(&decided_at)?;
    Ok(FindingDecision { decision_id, finding_id, values_hash, said, reason, note, officer, role, unit, decided_at })
}

const SELECT: &str = "SELECT decision_id, finding_id, values_hash, said, reason, note, officer, role, unit, decided_at
                      FROM finding_decisions WHERE undone_at IS NULL AND ";

macro_rules! decision_ledger {
    ($ledger:ty, $database:ty) => {
        impl DecisionLedger for $ledger {
            fn decide_finding<'a>(&'a self, decision: &'a FindingDecision) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO finding_decisions
                             (decision_id, finding_id, values_hash, said, reason, note, officer, role, unit, decided_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    )
                    .bind(&decision.decision_id)
                    .bind(&decision.finding_id)
                    .bind(&decision.values_hash)
                    .bind(&decision.said)
                    .bind(&decision.reason)
                    .bind(&decision.note)
                    .bind(&decision.officer)
                    .bind(decision.role.as_str())
                    .bind(&decision.unit)
                    .bind(instant(decision.decided_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("keeping a decision"))?;
                    Ok(())
                })
            }

            fn decisions_of<'a>(&'a self, finding_ids: &'a [String]) -> BoxFuture<'a, Result<Vec<FindingDecision>>> {
                Box::pin(async move {
                    let mut newest: Vec<FindingDecision> = Vec::new();
                    for ids in finding_ids.chunks(500) {
                        let mut builder = sqlx::QueryBuilder::<$database>::new(SELECT);
                        let mut list = builder.push("finding_id IN (").separated(", ");
                        ids.iter().for_each(|id| {
                            list.push_bind(id.clone());
                        });
                        builder.push(") ORDER BY finding_id, decided_at, decision_id");
                        let rows: Vec<Columns> = builder
                            .build_query_as()
                            .fetch_all(&self.pool)
                            .await
                            .map_err(StoreError::sql("reading decisions"))?;
                        for row in rows {
                            let decision = decision(row)?;
                            match newest.last_mut() {
                                Some(last) if last.finding_id == decision.finding_id => *last = decision,
                                _ => newest.push(decision),
                            }
                        }
                    }
                    Ok(newest)
                })
            }

            fn undo_decision<'a>(
                &'a self,
                decision_id: &'a str,
                officer: &'a str,
                at: Timestamp,
            ) -> BoxFuture<'a, Result<FindingDecision>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("undoing a decision");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    let row: Option<Columns> = sqlx::QueryBuilder::<$database>::new(SELECT)
                        .push("decision_id = ")
                        .push_bind(decision_id.to_owned())
                        .push(" AND officer = ")
                        .push_bind(officer.to_owned())
                        .build_query_as()
                        .fetch_optional(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    let Some(row) = row else {
                        return Err(StoreError::NotFound { what: "decision of yours that stands".into() });
                    };
                    let decision = decision(row)?;
                    let sent: i64 = sqlx::query_scalar(
                        "SELECT COUNT(*) FROM correction_items i JOIN corrections c ON c.correction_id = i.correction_id
                         WHERE i.finding_id = $1 AND c.state IN ('sent', 'answered')",
                    )
                    .bind(&decision.finding_id)
                    .fetch_one(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    if sent > 0 {
                        return Err(StoreError::WrongState { what: "correction request", state: "sent".into() });
                    }
                    let undone = sqlx::query(
                        "UPDATE finding_decisions SET undone_at = $2 WHERE decision_id = $1 AND undone_at IS NULL",
                    )
                    .bind(decision_id)
                    .bind(instant(at))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    if undone.rows_affected() == 0 {
                        return Err(StoreError::WrongState { what: "decision", state: "undone".into() });
                    }
                    transaction.commit().await.map_err(failed())?;
                    Ok(decision)
                })
            }
        }
    };
}

decision_ledger!(super::SqliteLedger, Sqlite);
decision_ledger!(super::PostgresLedger, Postgres);
