//! Keys with which other programs ask: random, kept as hashes, scoped, expiring, revocable.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;

#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub key_id: String,
    pub name: String,
    /// SHA-256 of the key, hex.
    pub token_hash: String,
    /// What the program lets it do: words of its own.
    pub scopes: Vec<String>,
    pub scope: Scope,
    /// The login of whoever made it.
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
}

pub trait ApiKeyLedger: Send + Sync {
    fn create_api_key<'a>(&'a self, key: &'a ApiKey) -> BoxFuture<'a, Result<()>>;
    /// Newest first.
    fn api_keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>>>;
    fn api_key_by_hash<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<Option<ApiKey>>>;
    /// `NotFound` where there is none that was not revoked yet.
    fn revoke_api_key<'a>(&'a self, key_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
    fn see_api_key<'a>(&'a self, key_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
}

type Columns = (String, String, String, String, String, String, String, String, Option<String>, Option<String>);

fn api_key(row: Columns) -> Result<ApiKey> {
    let (key_id, name, token_hash, scopes, communes, created_by, created_at, expires_at, revoked_at, used_at) = row;
    Ok(ApiKey {
        key_id,
        name,
        token_hash,
        scopes: scopes.split_whitespace().map(str::to_owned).collect(),
        scope: Scope::parse(&communes),
        created_by,
        created_at: parse_instant(&created_at)?,
        expires_at: parse_instant(&expires_at)?,
        revoked_at: revoked_at.as_deref().map(parse_instant).transpose()?,
        used_at: used_at.as_deref().map(parse_instant).transpose()?,
    })
}

macro_rules! api_key_ledger {
    ($ledger:ty) => {
        impl ApiKeyLedger for $ledger {
            fn create_api_key<'a>(&'a self, key: &'a ApiKey) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO api_keys (key_id, name, token_hash, scopes, communes, created_by, created_at,
                                               expires_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    )
                    .bind(&key.key_id)
                    .bind(&key.name)
                    .bind(&key.token_hash)
                    .bind(key.scopes.join(" "))
                    .bind(key.scope.to_text())
                    .bind(&key.created_by)
                    .bind(instant(key.created_at))
                    .bind(instant(key.expires_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("making a key"))?;
                    Ok(())
                })
            }

            fn api_keys(&self) -> BoxFuture<'_, Result<Vec<ApiKey>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT key_id, name, token_hash, scopes, communes, created_by, created_at, expires_at,
                                revoked_at, used_at
                         FROM api_keys ORDER BY created_at DESC, key_id",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing keys"))?;
                    rows.into_iter().map(api_key).collect()
                })
            }

            fn api_key_by_hash<'a>(&'a self, token_hash: &'a str) -> BoxFuture<'a, Result<Option<ApiKey>>> {
                Box::pin(async move {
                    let row: Option<Columns> = sqlx::query_as(
                        "SELECT key_id, name, token_hash, scopes, communes, created_by, created_at, expires_at,
                                revoked_at, used_at
                         FROM api_keys WHERE token_hash = $1",
                    )
                    .bind(token_hash)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading a key"))?;
                    row.map(api_key).transpose()
                })
            }

            fn revoke_api_key<'a>(&'a self, key_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let revoked =
                        sqlx::query("UPDATE api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL")
                            .bind(key_id)
                            .bind(instant(at))
                            .execute(&self.pool)
                            .await
                            .map_err(StoreError::sql("revoking a key"))?;
                    match revoked.rows_affected() {
                        0 => Err(StoreError::NotFound { what: "key in use".into() }),
                        _ => Ok(()),
                    }
                })
            }

            fn see_api_key<'a>(&'a self, key_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    sqlx::query("UPDATE api_keys SET used_at = $2 WHERE key_id = $1")
                        .bind(key_id)
                        .bind(instant(at))
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("seeing a key"))?;
                    Ok(())
                })
            }
        }
    };
}

api_key_ledger!(super::SqliteLedger);
api_key_ledger!(super::PostgresLedger);
