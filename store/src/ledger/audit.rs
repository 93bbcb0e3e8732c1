//! The audit log's rows. What makes them a chain is in [`crate::audit_chain`].

use crate::audit_chain::{AuditEntry, AuditKey, Broken, ChainedEntry, GENESIS};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;

pub trait AuditLedger: Send + Sync {
    /// Appends in one transaction; answers number and hash of the last entry. Durable when it
    /// returns. Not fenced: who looked at a citizen is written down whoever holds the lease.
    ///
    /// `head`: number and hash of an entry that was written once. Where it is no longer in the log
    /// nothing is appended: new entries would grow over the place where its end was cut off.
    fn append_audit<'a>(
        &'a self,
        key: &'a AuditKey,
        head: Option<&'a (i64, String)>,
        entries: &'a [AuditEntry],
    ) -> BoxFuture<'a, Result<(i64, String)>>;
    /// In their order, from `number` on.
    fn audit_from(&self, number: i64, limit: i64) -> BoxFuture<'_, Result<Vec<ChainedEntry>>>;
}

type Columns = (i64, String, String, String, String, String, String, String);

fn chained(row: Columns) -> ChainedEntry {
    let (number, at, event, actor, subject, request_id, detail, hash) = row;
    ChainedEntry { number, entry: AuditEntry { at, event, actor, subject, request_id, detail }, hash }
}

/// `there`: the hash of the entry that has the number of the head.
fn still_there(there: Option<&String>, (head, of_head): (i64, &String), last: i64) -> Result<()> {
    let broken = match there {
        Some(hash) if hash == of_head => return Ok(()),
        Some(_) => Broken::Head { number: head },
        None => Broken::Cut { last, head },
    };
    Err(StoreError::AuditBroken { source: broken })
}

macro_rules! audit_ledger {
    ($ledger:ty, $lock:expr) => {
        impl AuditLedger for $ledger {
            fn append_audit<'a>(
                &'a self,
                key: &'a AuditKey,
                head: Option<&'a (i64, String)>,
                entries: &'a [AuditEntry],
            ) -> BoxFuture<'a, Result<(i64, String)>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("writing the audit log");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    let lock: Option<&'static str> = $lock;
                    if let Some(lock) = lock {
                        sqlx::query(lock).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    let last: Option<(i64, String)> =
                        sqlx::query_as("SELECT CAST(number AS BIGINT), hash FROM audit ORDER BY number DESC LIMIT 1")
                            .fetch_optional(&mut *transaction)
                            .await
                            .map_err(failed())?;
                    let (mut number, mut hash) = last.unwrap_or((0, GENESIS.to_owned()));
                    if let Some((head, of_head)) = head {
                        // Mostly it is the last entry, unless others write as well.
                        let there = if *head == number {
                            Some(hash.clone())
                        } else {
                            sqlx::query_scalar("SELECT hash FROM audit WHERE number = $1")
                                .bind(head)
                                .fetch_optional(&mut *transaction)
                                .await
                                .map_err(failed())?
                        };
                        still_there(there.as_ref(), (*head, of_head), number)?;
                    }
                    for entry in entries {
                        number += 1;
                        hash = key.link(&hash, number, entry);
                        sqlx::query(
                            "INSERT INTO audit (number, at, event, actor, subject, request_id, detail, hash)
                             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                        )
                        .bind(number)
                        .bind(&entry.at)
                        .bind(&entry.event)
                        .bind(&entry.actor)
                        .bind(&entry.subject)
                        .bind(&entry.request_id)
                        .bind(&entry.detail)
                        .bind(&hash)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())?;
                    Ok((number, hash))
                })
            }

            fn audit_from(&self, number: i64, limit: i64) -> BoxFuture<'_, Result<Vec<ChainedEntry>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT CAST(number AS BIGINT), at, event, actor, subject, request_id, detail, hash
                         FROM audit WHERE number >= $1 ORDER BY number LIMIT $2",
                    )
                    .bind(number)
                    .bind(limit)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading the audit log"))?;
                    Ok(rows.into_iter().map(chained).collect())
                })
            }
        }
    };
}

// SQLite's write transactions exclude each other already.
audit_ledger!(super::SqliteLedger, None);
audit_ledger!(super::PostgresLedger, Some("LOCK TABLE audit IN EXCLUSIVE MODE"));
