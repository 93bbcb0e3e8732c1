//! Sessions and one-time links. Only hashes of their tokens are here: who reads the database
//! cannot come in with what stands in it.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;

/// A session as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    pub account_id: String,
    /// What a form must bring along.
    pub csrf: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}

/// What a one-time link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Making the first account.
    Setup,
    /// Setting the password of an account.
    Password { account_id: String },
}

pub trait SessionLedger: Send + Sync {
    fn open_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<()>>;
    fn session<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<Option<Session>>>;
    fn see_session<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
    fn end_session<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<()>>;
    fn end_sessions_of<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Removes sessions that began before `started` or were last seen before `seen`.
    fn sweep_sessions(&self, started: Timestamp, seen: Timestamp) -> BoxFuture<'_, Result<u64>>;
    /// A setup link replaces every earlier one, a password link those of the same account.
    fn put_link<'a>(
        &'a self,
        token_hash: &'a str,
        purpose: &'a Purpose,
        expires_at: Timestamp,
    ) -> BoxFuture<'a, Result<()>>;
    /// What an unused link is for and until when it works, while it has time left.
    fn link<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<Option<(Purpose, Timestamp)>>>;
    /// Uses a link up. Of two who come at once one hears `true`.
    fn use_link<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<bool>>;
}

type Columns = (String, String, String, String, String);

fn session((token_hash, account_id, csrf, started_at, seen_at): Columns) -> Result<Session> {
    let (started_at, seen_at) = (parse_instant(&started_at)?, parse_instant(&seen_at)?);
    Ok(Session { token_hash, account_id, csrf, started_at, seen_at })
}

fn purpose((purpose, account_id, expires_at): (String, Option<String>, String)) -> Result<(Purpose, Timestamp)> {
    let purpose = match (purpose.as_str(), account_id) {
        ("setup", None) => Purpose::Setup,
        ("password", Some(account_id)) => Purpose::Password { account_id },
        _ => return Err(StoreError::Corrupt { what: "one-time link" }),
    };
    Ok((purpose, parse_instant(&expires_at)?))
}

macro_rules! session_ledger {
    ($ledger:ty) => {
        impl SessionLedger for $ledger {
            fn open_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO sessions (token_hash, account_id, csrf, started_at, seen_at)
                         VALUES ($1, $2, $3, $4, $5)",
                    )
                    .bind(&session.token_hash)
                    .bind(&session.account_id)
                    .bind(&session.csrf)
                    .bind(instant(session.started_at))
                    .bind(instant(session.seen_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("opening a session"))?;
                    Ok(())
                })
            }

            fn session<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<Option<Session>>> {
                Box::pin(async move {
                    let row: Option<Columns> = sqlx::query_as(
                        "SELECT token_hash, account_id, csrf, started_at, seen_at FROM sessions WHERE token_hash = $1",
                    )
                    .bind(token_hash)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading a session"))?;
                    row.map(session).transpose()
                })
            }

            fn see_session<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1")
                        .bind(token_hash)
                        .bind(instant(at))
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("seeing a session"))?;
                    Ok(())
                })
            }

            fn end_session<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
                        .bind(token_hash)
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("ending a session"))?;
                    Ok(())
                })
            }

            fn end_sessions_of<'a>(&'a self, account_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query("DELETE FROM sessions WHERE account_id = $1")
                        .bind(account_id)
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("ending sessions"))?;
                    Ok(())
                })
            }

            fn sweep_sessions(&self, started: Timestamp, seen: Timestamp) -> BoxFuture<'_, Result<u64>> {
                Box::pin(async move {
                    let swept = sqlx::query("DELETE FROM sessions WHERE started_at < $1 OR seen_at < $2")
                        .bind(instant(started))
                        .bind(instant(seen))
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("sweeping sessions"))?;
                    Ok(swept.rows_affected())
                })
            }

            fn put_link<'a>(
                &'a self,
                token_hash: &'a str,
                purpose: &'a Purpose,
                expires_at: Timestamp,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping a one-time link");
                    let (word, account_id) = match purpose {
                        Purpose::Setup => ("setup", None),
                        Purpose::Password { account_id } => ("password", Some(account_id.as_str())),
                    };
                    let mut transaction = self.begin().await.map_err(failed())?;
                    sqlx::query(
                        "DELETE FROM one_time_links
                         WHERE purpose = $1 AND COALESCE(account_id, '') = COALESCE($2, '') AND used_at IS NULL",
                    )
                    .bind(word)
                    .bind(account_id)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    sqlx::query(
                        "INSERT INTO one_time_links (token_hash, purpose, account_id, expires_at)
                         VALUES ($1, $2, $3, $4)",
                    )
                    .bind(token_hash)
                    .bind(word)
                    .bind(account_id)
                    .bind(instant(expires_at))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }

            fn link<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<Option<(Purpose, Timestamp)>>> {
                Box::pin(async move {
                    let row: Option<(String, Option<String>, String)> = sqlx::query_as(
                        "SELECT purpose, account_id, expires_at FROM one_time_links
                         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
                    )
                    .bind(token_hash)
                    .bind(instant(at))
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading a one-time link"))?;
                    row.map(purpose).transpose()
                })
            }

            fn use_link<'a>(&'a self, token_hash: &'a str, at: Timestamp) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    let used = sqlx::query(
                        "UPDATE one_time_links SET used_at = $2
                         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
                    )
                    .bind(token_hash)
                    .bind(instant(at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("using a one-time link"))?;
                    Ok(used.rows_affected() == 1)
                })
            }
        }
    };
}

session_ledger!(super::SqliteLedger);
session_ledger!(super::PostgresLedger);
