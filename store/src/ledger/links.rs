//! Rows without a usable number: whom the newest run gave them to, what is in doubt, and what
//! officers decided.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Dataset, SourceId};
use sqlx::{Postgres, QueryBuilder, Sqlite};

/// A row of a source and a person of the population.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkKey {
    pub source: SourceId,
    pub dataset: Dataset,
    pub record_key: String,
    pub part: u16,
    /// 12 digits.
    pub person: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// The row counts as one of this person.
    Linked,
    /// People should look.
    Doubt,
}

impl LinkState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Doubt => "doubt",
        }
    }
}

/// A pair of the newest run.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkPair {
    pub key: LinkKey,
    pub run_id: String,
    pub state: LinkState,
    /// 0 to 1.
    pub probability: f64,
    /// Hex, of the compared values.
    pub values_digest: String,
    /// JSON: the weights by field. Of pairs in doubt it carries personal values.
    pub steps: String,
}

/// What an officer said of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkDecision {
    pub key: LinkKey,
    /// `same` or `not_same`.
    pub same: bool,
    /// The officer's account, never a personal number.
    pub officer: String,
    pub reason: String,
    pub decided_at: Timestamp,
    /// Of the values that the officer saw: another value, and the decision no longer holds.
    pub values_digest: String,
}

/// Which pairs.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    pub state: Option<LinkState>,
    pub source: Option<String>,
    pub record_key: Option<String>,
    pub limit: Option<i64>,
}

pub trait LinkLedger: Send + Sync {
    /// Puts the pairs of a run in place of those of the run before, and keeps its model.
    fn set_links<'a>(&'a self, run_id: &'a str, pairs: &'a [LinkPair], model: &'a str) -> BoxFuture<'a, Result<()>>;
    /// The likeliest first, then in the order of their keys.
    fn link_pairs<'a>(&'a self, filter: &'a LinkFilter) -> BoxFuture<'a, Result<Vec<LinkPair>>>;
    /// What was learned in a run; `None` where no row was without a number.
    fn link_model<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Option<String>>>;
    /// Takes a decision in; the newest about a pair counts. Says whether it is the newest.
    fn decide_link<'a>(&'a self, decision: &'a LinkDecision) -> BoxFuture<'a, Result<bool>>;
    /// In the order of their keys.
    fn link_decisions(&self) -> BoxFuture<'_, Result<Vec<LinkDecision>>>;
}

type KeyColumns = (String, String, String, i64, String);
type PairColumns = (String, String, String, i64, String, String, String, f64, String, String);
type DecisionColumns = (String, String, String, i64, String, String, String, String, String, String);

fn key((source, dataset, record_key, part, person): KeyColumns) -> Result<LinkKey> {
    let corrupt = |what| StoreError::Corrupt { what };
    Ok(LinkKey {
        source: SourceId::parse(&source).map_err(|_| corrupt("source of a link"))?,
        dataset: dataset.parse::<Dataset>().map_err(|_| corrupt("dataset of a link"))?,
        record_key,
        part: u16::try_from(part).map_err(|_| corrupt("part of a link"))?,
        person,
    })
}

fn pair(row: PairColumns) -> Result<LinkPair> {
    let (source, dataset, record_key, part, person, run_id, state, probability, values_digest, steps) = row;
    let key = key((source, dataset, record_key, part, person))?;
    let state = match state.as_str() {
        "linked" => LinkState::Linked,
        "doubt" => LinkState::Doubt,
        _ => return Err(StoreError::Corrupt { what: "state of a link" }),
    };
    Ok(LinkPair { key, run_id, state, probability, values_digest, steps })
}

fn decision(row: DecisionColumns) -> Result<LinkDecision> {
    let (source, dataset, record_key, part, person, said, officer, reason, decided_at, values_digest) = row;
    let key = key((source, dataset, record_key, part, person))?;
    let same = match said.as_str() {
        "same" => true,
        "not_same" => false,
        _ => return Err(StoreError::Corrupt { what: "decision about a link" }),
    };
    Ok(LinkDecision { key, same, officer, reason, decided_at: parse_instant(&decided_at)?, values_digest })
}

macro_rules! link_ledger {
    ($ledger:ty, $database:ty) => {
        impl LinkLedger for $ledger {
            fn set_links<'a>(
                &'a self,
                run_id: &'a str,
                pairs: &'a [LinkPair],
                model: &'a str,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping links");
                    let mut transaction = self.begin_fenced("keeping links").await?;
                    sqlx::query("DELETE FROM link_pairs").execute(&mut *transaction).await.map_err(failed())?;
                    sqlx::query("DELETE FROM link_models WHERE run_id = $1")
                        .bind(run_id)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    for chunk in pairs.chunks(1000) {
                        let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                            "INSERT INTO link_pairs (run_id, source, dataset, record_key, part, person, state,
                                                     probability, values_digest, steps) ",
                        );
                        builder.push_values(chunk, |mut row, pair| {
                            row.push_bind(run_id.to_owned())
                                .push_bind(pair.key.source.to_string())
                                .push_bind(pair.key.dataset.as_str())
                                .push_bind(pair.key.record_key.clone())
                                .push_bind(i64::from(pair.key.part))
                                .push_bind(pair.key.person.clone())
                                .push_bind(pair.state.as_str())
                                .push_bind(pair.probability)
                                .push_bind(pair.values_digest.clone())
                                .push_bind(pair.steps.clone());
                        });
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    if !model.is_empty() {
                        sqlx::query("INSERT INTO link_models (run_id, model) VALUES ($1, $2)")
                            .bind(run_id)
                            .bind(model)
                            .execute(&mut *transaction)
                            .await
                            .map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn link_pairs<'a>(&'a self, filter: &'a LinkFilter) -> BoxFuture<'a, Result<Vec<LinkPair>>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("listing links");
                    let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                        "SELECT source, dataset, record_key, CAST(part AS BIGINT), person, run_id, state, probability,
                                values_digest, steps FROM link_pairs WHERE 1 = 1",
                    );
                    if let Some(state) = filter.state {
                        builder.push(" AND state = ").push_bind(state.as_str());
                    }
                    if let Some(source) = &filter.source {
                        builder.push(" AND source = ").push_bind(source.clone());
                    }
                    if let Some(record_key) = &filter.record_key {
                        builder.push(" AND record_key = ").push_bind(record_key.clone());
                    }
                    builder.push(" ORDER BY probability DESC, source, dataset, record_key, part, person");
                    if let Some(limit) = filter.limit {
                        builder.push(" LIMIT ").push_bind(limit);
                    }
                    let rows: Vec<PairColumns> =
                        builder.build_query_as().fetch_all(&self.pool).await.map_err(failed())?;
                    rows.into_iter().map(pair).collect()
                })
            }

            fn link_model<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Option<String>>> {
                Box::pin(async move {
                    sqlx::query_scalar("SELECT model FROM link_models WHERE run_id = $1")
                        .bind(run_id)
                        .fetch_optional(&self.pool)
                        .await
                        .map_err(StoreError::sql("reading a link model"))
                })
            }

            fn decide_link<'a>(&'a self, decision: &'a LinkDecision) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    let said = if decision.same { "same" } else { "not_same" };
                    let changed = sqlx::query(
                        "INSERT INTO link_decisions (source, dataset, record_key, part, person, said, officer, reason,
                                                     decided_at, values_digest)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                         ON CONFLICT (source, dataset, record_key, part, person) DO UPDATE SET
                             said = excluded.said, officer = excluded.officer, reason = excluded.reason,
                             decided_at = excluded.decided_at, values_digest = excluded.values_digest
                         WHERE excluded.decided_at >= link_decisions.decided_at",
                    )
                    .bind(decision.key.source.to_string())
                    .bind(decision.key.dataset.as_str())
                    .bind(&decision.key.record_key)
                    .bind(i64::from(decision.key.part))
                    .bind(&decision.key.person)
                    .bind(said)
                    .bind(&decision.officer)
                    .bind(&decision.reason)
                    .bind(instant(decision.decided_at))
                    .bind(&decision.values_digest)
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("keeping a decision about a link"))?
                    .rows_affected();
                    Ok(changed > 0)
                })
            }

            fn link_decisions(&self) -> BoxFuture<'_, Result<Vec<LinkDecision>>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("listing decisions about links");
                    let rows: Vec<DecisionColumns> = sqlx::query_as(
                        "SELECT source, dataset, record_key, CAST(part AS BIGINT), person, said, officer, reason,
                                decided_at, values_digest
                         FROM link_decisions ORDER BY source, dataset, record_key, part, person",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(failed())?;
                    rows.into_iter().map(decision).collect()
                })
            }
        }
    };
}

link_ledger!(super::SqliteLedger, Sqlite);
link_ledger!(super::PostgresLedger, Postgres);
