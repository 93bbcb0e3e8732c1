//! What officers taught the resolver: which hamlet of a split commune went where.
//!
//! The newest answer for a hamlet counts. Importing what is known already changes nothing, so a
//! list can be shared between communes and taken in twice.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::CommuneCode;

/// One answer of one officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedUnit {
    /// Code of the commune that was split.
    pub old_commune: CommuneCode,
    /// The hamlet's name, folded.
    pub hamlet_key: String,
    /// As the officer wrote it.
    pub hamlet: String,
    /// Code of the commune it belongs to today.
    pub new_commune: CommuneCode,
    /// The officer's account, never a personal number.
    pub officer: String,
    pub learned_at: Timestamp,
    pub note: Option<String>,
}

pub trait LearnedLedger: Send + Sync {
    /// Takes answers in; answers how many were new or newer than what was known.
    fn learn<'a>(&'a self, answers: &'a [LearnedUnit]) -> BoxFuture<'a, Result<u64>>;
    /// All answers, in the order of commune and hamlet.
    fn learned(&self) -> BoxFuture<'_, Result<Vec<LearnedUnit>>>;
    /// Forgets one answer; says whether there was one.
    fn forget<'a>(&'a self, old_commune: &'a str, hamlet_key: &'a str) -> BoxFuture<'a, Result<bool>>;
}

type Columns = (String, String, String, String, String, String, Option<String>);

fn learned_unit(row: Columns) -> Result<LearnedUnit> {
    let code = |text: &str| CommuneCode::parse(text).map_err(|_| StoreError::Corrupt { what: "commune code" });
    Ok(LearnedUnit {
        old_commune: code(&row.0)?,
        hamlet_key: row.1,
        hamlet: row.2,
        new_commune: code(&row.3)?,
        officer: row.4,
        learned_at: parse_instant(&row.5)?,
        note: row.6,
    })
}

macro_rules! learned_ledger {
    ($ledger:ty) => {
        impl LearnedLedger for $ledger {
            fn learn<'a>(&'a self, answers: &'a [LearnedUnit]) -> BoxFuture<'a, Result<u64>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("learning a hamlet");
                    let mut transaction = self.begin().await.map_err(failed())?;
                    let mut changed = 0;
                    for answer in answers {
                        changed += sqlx::query(
                            "INSERT INTO learned_units
                                 (old_commune, hamlet_key, hamlet, new_commune, officer, learned_at, note)
                             VALUES ($1, $2, $3, $4, $5, $6, $7)
                             ON CONFLICT (old_commune, hamlet_key) DO UPDATE SET
                                 hamlet = excluded.hamlet, new_commune = excluded.new_commune,
                                 officer = excluded.officer, learned_at = excluded.learned_at, note = excluded.note
                             WHERE excluded.learned_at > learned_units.learned_at",
                        )
                        .bind(answer.old_commune.as_str())
                        .bind(&answer.hamlet_key)
                        .bind(&answer.hamlet)
                        .bind(answer.new_commune.as_str())
                        .bind(&answer.officer)
                        .bind(instant(answer.learned_at))
                        .bind(&answer.note)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?
                        .rows_affected();
                    }
                    transaction.commit().await.map_err(failed())?;
                    Ok(changed)
                })
            }

            fn learned(&self) -> BoxFuture<'_, Result<Vec<LearnedUnit>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT old_commune, hamlet_key, hamlet, new_commune, officer, learned_at, note
                         FROM learned_units ORDER BY old_commune, hamlet_key",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing what was learned"))?;
                    rows.into_iter().map(learned_unit).collect()
                })
            }

            fn forget<'a>(&'a self, old_commune: &'a str, hamlet_key: &'a str) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    let gone = sqlx::query("DELETE FROM learned_units WHERE old_commune = $1 AND hamlet_key = $2")
                        .bind(old_commune)
                        .bind(hamlet_key)
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("forgetting a hamlet"))?
                        .rows_affected();
                    Ok(gone > 0)
                })
            }
        }
    };
}

learned_ledger!(super::SqliteLedger);
learned_ledger!(super::PostgresLedger);
