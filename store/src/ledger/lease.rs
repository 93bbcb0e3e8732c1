//! One writer at a time, across machines: a lease with a fencing token.
//!
//! Whoever takes the lease gets a token one higher than any before. A ledger that holds a lease
//! checks it inside every transaction that writes for the run, so a writer that lost its lease (it
//! slept, its clock was wrong, its network was cut) is refused by the database itself, whatever it
//! believes. The times below only decide *when* a lease may be taken over, never who may write.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// A lease as this process holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub name: String,
    pub token: i64,
}

/// What asking for a lease brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseOutcome {
    Taken(Lease),
    /// Somebody else has it, and was seen alive then.
    Held {
        holder: String,
        renewed_at: Timestamp,
    },
}

/// The lease that fences this process's writes, if it has one.
#[derive(Debug, Default)]
pub(crate) struct Fence(Mutex<Option<Lease>>);

impl Fence {
    pub(crate) fn set(&self, lease: Option<Lease>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = lease;
    }

    pub(crate) fn get(&self) -> Option<Lease> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub trait LeaseLedger: Send + Sync {
    /// Takes the lease if nobody has it, if `holder` itself had it (the same place, restarted), or
    /// if it was not renewed for `life`. From then on it fences what this process writes for runs.
    fn take_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        at: Timestamp,
        life: SignedDuration,
    ) -> BoxFuture<'a, Result<LeaseOutcome>>;
    /// Says that the holder lives; `LeaseLost` when somebody else has taken it.
    fn renew_lease(&self, at: Timestamp) -> BoxFuture<'_, Result<()>>;
    /// Gives the lease back, if it is still ours.
    fn release_lease(&self) -> BoxFuture<'_, Result<()>>;
}

macro_rules! lease_ledger {
    ($ledger:ty, $transaction:ty, $share:literal) => {
        impl LeaseLedger for $ledger {
            fn take_lease<'a>(
                &'a self,
                name: &'a str,
                holder: &'a str,
                at: Timestamp,
                life: SignedDuration,
            ) -> BoxFuture<'a, Result<LeaseOutcome>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("taking the lease");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    sqlx::query("INSERT INTO leases (name, token) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING")
                        .bind(name)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    // Without a lock first: whoever is alive is not disturbed.
                    let (holder_now, renewed): (Option<String>, Option<String>) =
                        sqlx::query_as("SELECT holder, renewed_at FROM leases WHERE name = $1")
                            .bind(name)
                            .fetch_one(&self.pool)
                            .await
                            .map_err(failed())?;
                    if let (Some(other), Some(renewed)) = (&holder_now, &renewed)
                        && other != holder
                    {
                        let renewed_at = parse_instant(renewed)?;
                        // A clock that is behind ours by more than the life is as good as dead.
                        if at.duration_since(renewed_at).abs() < life {
                            return Ok(LeaseOutcome::Held { holder: other.clone(), renewed_at });
                        }
                    }
                    let mut transaction = self.lock_lease(name).await?;
                    let (holder_then, token, renewed_then): (Option<String>, i64, Option<String>) =
                        sqlx::query_as("SELECT holder, CAST(token AS BIGINT), renewed_at FROM leases WHERE name = $1")
                            .bind(name)
                            .fetch_one(&mut *transaction)
                            .await
                            .map_err(failed())?;
                    if (&holder_then, &renewed_then) != (&holder_now, &renewed) {
                        // Somebody was quicker.
                        let renewed_at = renewed_then.as_deref().map(parse_instant).transpose()?.unwrap_or(at);
                        return Ok(LeaseOutcome::Held { holder: holder_then.unwrap_or_default(), renewed_at });
                    }
                    let lease = Lease { name: name.to_owned(), token: token + 1 };
                    sqlx::query("UPDATE leases SET holder = $2, token = $3, renewed_at = $4 WHERE name = $1")
                        .bind(name)
                        .bind(holder)
                        .bind(lease.token)
                        .bind(instant(at))
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("lease.taken");
                    self.fence.set(Some(lease.clone()));
                    Ok(LeaseOutcome::Taken(lease))
                })
            }

            fn renew_lease(&self, at: Timestamp) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move {
                    let Some(lease) = self.fence.get() else { return Ok(()) };
                    let renewed = sqlx::query("UPDATE leases SET renewed_at = $3 WHERE name = $1 AND token = $2")
                        .bind(&lease.name)
                        .bind(lease.token)
                        .bind(instant(at))
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("renewing the lease"))?;
                    if renewed.rows_affected() == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
                })
            }

            fn release_lease(&self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move {
                    let Some(lease) = self.fence.get() else { return Ok(()) };
                    self.fence.set(None);
                    sqlx::query("UPDATE leases SET holder = NULL, renewed_at = NULL WHERE name = $1 AND token = $2")
                        .bind(&lease.name)
                        .bind(lease.token)
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("giving the lease back"))?;
                    Ok(())
                })
            }
        }

        impl $ledger {
            /// A transaction that writes for the run: it holds the lease's row until it ends, so
            /// nobody can take the lease over between the check and the commit.
            pub(crate) async fn begin_fenced(&self, operation: &'static str) -> Result<$transaction> {
                let mut transaction = self.begin().await.map_err(StoreError::sql(operation))?;
                if let Some(lease) = self.fence.get() {
                    let token: Option<(i64,)> =
                        sqlx::query_as(concat!("SELECT CAST(token AS BIGINT) FROM leases WHERE name = $1", $share))
                            .bind(&lease.name)
                            .fetch_optional(&mut *transaction)
                            .await
                            .map_err(StoreError::sql(operation))?;
                    if token != Some((lease.token,)) {
                        return Err(StoreError::LeaseLost);
                    }
                }
                Ok(transaction)
            }
        }
    };
}

impl super::SqliteLedger {
    /// SQLite's write transactions exclude each other, and end with their process.
    async fn lock_lease(&self, _name: &str) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        self.begin().await.map_err(StoreError::sql("taking the lease"))
    }
}

impl super::PostgresLedger {
    /// Locks the lease's row. A holder that stopped in the middle of a write still has it, for as
    /// long as its connection lives: its lease has run out, so its sessions are ended.
    async fn lock_lease(&self, name: &str) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        const LOCK_NOT_AVAILABLE: &str = "55P03";
        const TRIES: u32 = 5;
        let failed = || StoreError::sql("taking the lease");
        let mut tried = 0;
        loop {
            tried += 1;
            let mut transaction = self.begin().await.map_err(failed())?;
            sqlx::query("SET LOCAL lock_timeout = '1s'").execute(&mut *transaction).await.map_err(failed())?;
            let locked = sqlx::query("SELECT 1 FROM leases WHERE name = $1 FOR UPDATE")
                .bind(name)
                .execute(&mut *transaction)
                .await;
            let Err(error) = locked else { return Ok(transaction) };
            let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
            drop(transaction);
            if code != LOCK_NOT_AVAILABLE || tried >= TRIES {
                return Err(failed()(error));
            }
            sqlx::query(
                "SELECT pg_terminate_backend(l.pid)
                 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                 WHERE d.datname = current_database() AND l.relation = 'leases'::regclass
                   AND l.granted AND l.pid <> pg_backend_pid()",
            )
            .execute(&self.pool)
            .await
            .map_err(failed())?;
        }
    }
}

// SQLite's write lock is the whole file's. In PostgreSQL the writers of one run share the row; taking
// the lease waits for them, renewing it (no key changes) does not.
lease_ledger!(super::SqliteLedger, sqlx::Transaction<'static, sqlx::Sqlite>, "");
lease_ledger!(super::PostgresLedger, sqlx::Transaction<'static, sqlx::Postgres>, " FOR KEY SHARE");
