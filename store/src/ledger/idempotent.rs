//! Requests that change something and may come twice: the second hears what the first was told.

use super::instant;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;

/// What is known of a request key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Never seen: it is this caller's to do.
    Now,
    /// The same request is under way, or was cut off in the middle.
    UnderWay,
    /// Done before: status and body.
    Done { status: u16, body: String },
    /// The key was used for another request.
    OtherRequest,
}

pub trait IdempotentLedger: Send + Sync {
    fn begin_request<'a>(
        &'a self,
        asker: &'a str,
        request_key: &'a str,
        request_digest: &'a str,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<Begun>>;
    fn finish_request<'a>(
        &'a self,
        asker: &'a str,
        request_key: &'a str,
        status: u16,
        body: &'a str,
    ) -> BoxFuture<'a, Result<()>>;
    /// For a request that changed nothing after all: it may be made again.
    fn abandon_request<'a>(&'a self, asker: &'a str, request_key: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Removes answers that were begun before `at`.
    fn sweep_requests(&self, at: Timestamp) -> BoxFuture<'_, Result<u64>>;
}

macro_rules! idempotent_ledger {
    ($ledger:ty) => {
        impl IdempotentLedger for $ledger {
            fn begin_request<'a>(
                &'a self,
                asker: &'a str,
                request_key: &'a str,
                request_digest: &'a str,
                at: Timestamp,
            ) -> BoxFuture<'a, Result<Begun>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("beginning a request");
                    let new = sqlx::query(
                        "INSERT INTO idempotent_answers (asker, request_key, request_digest, at)
                         VALUES ($1, $2, $3, $4) ON CONFLICT (asker, request_key) DO NOTHING",
                    )
                    .bind(asker)
                    .bind(request_key)
                    .bind(request_digest)
                    .bind(instant(at))
                    .execute(&self.pool)
                    .await
                    .map_err(failed())?;
                    if new.rows_affected() == 1 {
                        return Ok(Begun::Now);
                    }
                    let known: Option<(String, Option<i64>, Option<String>)> = sqlx::query_as(
                        "SELECT request_digest, status, body FROM idempotent_answers
                         WHERE asker = $1 AND request_key = $2",
                    )
                    .bind(asker)
                    .bind(request_key)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(failed())?;
                    Ok(match known {
                        Some((digest, _, _)) if digest != request_digest => Begun::OtherRequest,
                        Some((_, Some(status), Some(body))) => {
                            Begun::Done { status: u16::try_from(status).unwrap_or(500), body }
                        }
                        _ => Begun::UnderWay,
                    })
                })
            }

            fn finish_request<'a>(
                &'a self,
                asker: &'a str,
                request_key: &'a str,
                status: u16,
                body: &'a str,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE idempotent_answers SET status = $3, body = $4 WHERE asker = $1 AND request_key = $2",
                    )
                    .bind(asker)
                    .bind(request_key)
                    .bind(i64::from(status))
                    .bind(body)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("finishing a request"))?;
                    Ok(())
                })
            }

            fn abandon_request<'a>(&'a self, asker: &'a str, request_key: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "DELETE FROM idempotent_answers WHERE asker = $1 AND request_key = $2 AND status IS NULL",
                    )
                    .bind(asker)
                    .bind(request_key)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("abandoning a request"))?;
                    Ok(())
                })
            }

            fn sweep_requests(&self, at: Timestamp) -> BoxFuture<'_, Result<u64>> {
                Box::pin(async move {
                    let swept = sqlx::query("DELETE FROM idempotent_answers WHERE at < $1")
                        .bind(instant(at))
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("sweeping requests"))?;
                    Ok(swept.rows_affected())
                })
            }
        }
    };
}

idempotent_ledger!(super::SqliteLedger);
idempotent_ledger!(super::PostgresLedger);
