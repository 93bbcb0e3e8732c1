//! Incidents as they were last seen, and what is to be told of them.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

/// An incident; `body` is the program's own JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    pub incident_id: String,
    pub scope: String,
    /// The interconnect or the source.
    pub name: String,
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub body: String,
}

pub trait IncidentLedger: Send + Sync {
    /// Keeps an incident in place of what was known of it.
    fn set_incident<'a>(&'a self, incident: &'a IncidentRow) -> BoxFuture<'a, Result<()>>;
    /// Open ones, and those that were closed since, in the order of their opening.
    fn incidents(&self, closed_since: Timestamp) -> BoxFuture<'_, Result<Vec<IncidentRow>>>;
}

type Columns = (String, String, String, String, Option<String>, String);

fn incident_row((incident_id, scope, name, opened_at, closed_at, body): Columns) -> Result<IncidentRow> {
    let closed_at = closed_at.as_deref().map(parse_instant).transpose()?;
    Ok(IncidentRow { incident_id, scope, name, opened_at: parse_instant(&opened_at)?, closed_at, body })
}

macro_rules! incident_ledger {
    ($ledger:ty, $database:ty) => {
        impl IncidentLedger for $ledger {
            fn set_incident<'a>(&'a self, incident: &'a IncidentRow) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query::<$database>(
                        "INSERT INTO incidents (incident_id, scope, name, opened_at, closed_at, body)
                         VALUES ($1, $2, $3, $4, $5, $6)
                         ON CONFLICT (incident_id) DO UPDATE SET closed_at = excluded.closed_at, body = excluded.body",
                    )
                    .bind(&incident.incident_id)
                    .bind(&incident.scope)
                    .bind(&incident.name)
                    .bind(instant(incident.opened_at))
                    .bind(incident.closed_at.map(instant))
                    .bind(&incident.body)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("keeping an incident"))?;
                    Ok(())
                })
            }

            fn incidents(&self, closed_since: Timestamp) -> BoxFuture<'_, Result<Vec<IncidentRow>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT incident_id, scope, name, opened_at, closed_at, body FROM incidents
                         WHERE closed_at IS NULL OR closed_at >= $1 ORDER BY opened_at, incident_id",
                    )
                    .bind(instant(closed_since))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing incidents"))?;
                    rows.into_iter().map(incident_row).collect()
                })
            }
        }
    };
}

incident_ledger!(super::SqliteLedger, Sqlite);
incident_ledger!(super::PostgresLedger, Postgres);
