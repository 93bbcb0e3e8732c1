//! What is to be told, by which way, and what became of it. Written before it is sent: a process
//! that ends in between tells it at its next start.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The same thing told the same way has the same id: it is kept once.
    pub notification_id: String,
    /// Empty: of no incident, a report.
    pub incident_id: String,
    pub kind: String,
    /// `mail` or `webhook`
    pub channel: String,
    pub at: Timestamp,
    pub subject: String,
    /// The text of a mail, the JSON of a webhook.
    pub body: String,
    pub attempts: i64,
    pub sent_at: Option<Timestamp>,
    pub given_up_at: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
}

pub trait NotificationLedger: Send + Sync {
    /// Answers whether it is new.
    fn add_notification<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Result<bool>>;
    /// Those that may be tried now, oldest first; 100 at most.
    fn due_notifications(&self, now: Timestamp) -> BoxFuture<'_, Result<Vec<Notification>>>;
    fn notification_sent<'a>(&'a self, notification_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
    /// Tried in vain; `next` is when to try again, `None`: no more.
    fn notification_failed<'a>(
        &'a self,
        notification_id: &'a str,
        at: Timestamp,
        error: &'a str,
        next: Option<Timestamp>,
    ) -> BoxFuture<'a, Result<()>>;
    /// Newest first.
    fn notifications(&self, limit: i64) -> BoxFuture<'_, Result<Vec<Notification>>>;
}

type Columns =
    (String, String, String, String, String, String, String, i64, Option<String>, Option<String>, Option<String>);

fn notification(row: Columns) -> Result<Notification> {
    let (notification_id, incident_id, kind, channel, at, subject, body, attempts, sent_at, given_up_at, error) = row;
    let (sent_at, given_up_at) =
        (sent_at.as_deref().map(parse_instant).transpose()?, given_up_at.as_deref().map(parse_instant).transpose()?);
    let at = parse_instant(&at)?;
    Ok(Notification {
        notification_id,
        incident_id,
        kind,
        channel,
        at,
        subject,
        body,
        attempts,
        sent_at,
        given_up_at,
        error,
    })
}

const COLUMNS: &str = "notification_id, incident_id, kind, channel, at, subject, body, CAST(attempts AS BIGINT),
                       sent_at, given_up_at, error";

macro_rules! notification_ledger {
    ($ledger:ty, $database:ty) => {
        impl NotificationLedger for $ledger {
            fn add_notification<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    let added = sqlx::query::<$database>(
                        "INSERT INTO notifications (notification_id, incident_id, kind, channel, at, subject, body,
                                                    next_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $5) ON CONFLICT (notification_id) DO NOTHING",
                    )
                    .bind(&notification.notification_id)
                    .bind(&notification.incident_id)
                    .bind(&notification.kind)
                    .bind(&notification.channel)
                    .bind(instant(notification.at))
                    .bind(&notification.subject)
                    .bind(&notification.body)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("keeping a notification"))?;
                    Ok(added.rows_affected() == 1)
                })
            }

            fn due_notifications(&self, now: Timestamp) -> BoxFuture<'_, Result<Vec<Notification>>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new("SELECT ");
                    builder.push(COLUMNS);
                    builder.push(" FROM notifications WHERE sent_at IS NULL AND given_up_at IS NULL AND next_at <= ");
                    builder.push_bind(instant(now)).push(" ORDER BY at, notification_id LIMIT 100");
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("listing what is to be told"))?;
                    rows.into_iter().map(notification).collect()
                })
            }

            fn notification_sent<'a>(&'a self, notification_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query::<$database>(
                        "UPDATE notifications SET sent_at = $2, attempts = attempts + 1, error = NULL
                         WHERE notification_id = $1",
                    )
                    .bind(notification_id)
                    .bind(instant(at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("noting that something was told"))?;
                    Ok(())
                })
            }

            fn notification_failed<'a>(
                &'a self,
                notification_id: &'a str,
                at: Timestamp,
                error: &'a str,
                next: Option<Timestamp>,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query::<$database>(
                        "UPDATE notifications SET attempts = attempts + 1, error = $2, next_at = COALESCE($3, next_at),
                                given_up_at = CASE WHEN $3 IS NULL THEN $4 ELSE NULL END
                         WHERE notification_id = $1",
                    )
                    .bind(notification_id)
                    .bind(error)
                    .bind(next.map(instant))
                    .bind(instant(at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("noting that something could not be told"))?;
                    Ok(())
                })
            }

            fn notifications(&self, limit: i64) -> BoxFuture<'_, Result<Vec<Notification>>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new("SELECT ");
                    builder.push(COLUMNS).push(" FROM notifications ORDER BY at DESC, notification_id LIMIT ");
                    builder.push_bind(limit);
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("listing notifications"))?;
                    rows.into_iter().map(notification).collect()
                })
            }
        }
    };
}

notification_ledger!(super::SqliteLedger, Sqlite);
notification_ledger!(super::PostgresLedger, Postgres);
