//! What each night brought: outcomes by source, dataset and commune, and the newest good one of each.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{Postgres, QueryBuilder, Sqlite};
use std::collections::BTreeMap;

/// One dataset of one source in one commune in one night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeatRow {
    pub night: Date,
    pub source: String,
    pub dataset: String,
    /// Empty: all communes of the province.
    pub commune: String,
    /// A word of the program.
    pub outcome: String,
    /// What the data are true of, where they are in force.
    pub as_of: Option<Timestamp>,
    pub records: i64,
    pub code: Option<String>,
}

/// The newest good night of a dataset in a commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodRow {
    pub source: String,
    pub dataset: String,
    pub commune: String,
    pub night: Date,
    pub as_of: Timestamp,
}

/// What a source was asked in a night.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceNight {
    pub night: Date,
    pub source: String,
    pub requests: i64,
    pub retries: i64,
    pub breaker_openings: i64,
    pub records: i64,
    pub quarantined: i64,
    /// How long its datasets were pulled.
    pub seconds: f64,
}

/// Findings that stand at the end of a night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommuneNight {
    pub night: Date,
    /// Empty: of no commune.
    pub commune: String,
    pub stops: i64,
    pub checks: i64,
    pub notes: i64,
}

/// The word of an outcome that nothing later in the same night makes worse.
const GOOD: &str = "good";

pub trait BeatLedger: Send + Sync {
    /// Keeps what a run brought. A second run of the same night betters it and never worsens it.
    fn set_beats<'a>(&'a self, run_id: &'a str, beats: &'a [BeatRow]) -> BoxFuture<'a, Result<()>>;
    /// From this night on, in the order of night, source, dataset and commune; of one source where
    /// it is named.
    fn beats<'a>(&'a self, from: Date, source: Option<&'a str>) -> BoxFuture<'a, Result<Vec<BeatRow>>>;
    fn last_good(&self) -> BoxFuture<'_, Result<Vec<GoodRow>>>;
    /// Adds an attempt to what the night's earlier ones asked.
    fn add_source_nights<'a>(&'a self, run_id: &'a str, nights: &'a [SourceNight]) -> BoxFuture<'a, Result<()>>;
    fn source_nights(&self, from: Date) -> BoxFuture<'_, Result<Vec<SourceNight>>>;
    /// Counts the findings that stand, commune by commune.
    fn count_commune_night(&self, night: Date) -> BoxFuture<'_, Result<()>>;
    fn commune_nights(&self, from: Date) -> BoxFuture<'_, Result<Vec<CommuneNight>>>;
}

type Columns = (String, String, String, String, String, Option<String>, i64, Option<String>);

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "night" })
}

fn beat_row((night, source, dataset, commune, outcome, as_of, records, code): Columns) -> Result<BeatRow> {
    let as_of = as_of.as_deref().map(parse_instant).transpose()?;
    Ok(BeatRow { night: day(&night)?, source, dataset, commune, outcome, as_of, records, code })
}

const SELECT: &str = "SELECT night, source, dataset, commune, outcome, as_of, CAST(records AS BIGINT), code
                      FROM night_beats WHERE night >= ";

macro_rules! beat_ledger {
    ($ledger:ty, $database:ty) => {
        impl BeatLedger for $ledger {
            fn set_beats<'a>(&'a self, run_id: &'a str, beats: &'a [BeatRow]) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping what the night brought");
                    let mut transaction = self.begin_fenced("keeping what the night brought").await?;
                    let nights: BTreeMap<Date, ()> = beats.iter().map(|beat| (beat.night, ())).collect();
                    let mut good = std::collections::BTreeSet::new();
                    for night in nights.keys() {
                        let known: Vec<(String, String, String)> = sqlx::query_as(
                            "SELECT source, dataset, commune FROM night_beats WHERE night = $1 AND outcome = $2",
                        )
                        .bind(night.to_string())
                        .bind(GOOD)
                        .fetch_all(&mut *transaction)
                        .await
                        .map_err(failed())?;
                        good.extend(known.into_iter().map(|(source, dataset, commune)| (*night, source, dataset, commune)));
                    }
                    let key = |b: &BeatRow| (b.night, b.source.clone(), b.dataset.clone(), b.commune.clone());
                    let better: Vec<&BeatRow> =
                        beats.iter().filter(|beat| beat.outcome == GOOD || !good.contains(&key(beat))).collect();
                    for chunk in better.chunks(1000) {
                        let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                            "INSERT INTO night_beats (night, source, dataset, commune, outcome, as_of, records, code,
                                                      run_id) ",
                        );
                        builder.push_values(chunk, |mut row, beat| {
                            row.push_bind(beat.night.to_string())
                                .push_bind(beat.source.clone())
                                .push_bind(beat.dataset.clone())
                                .push_bind(beat.commune.clone())
                                .push_bind(beat.outcome.clone())
                                .push_bind(beat.as_of.map(instant))
                                .push_bind(beat.records)
                                .push_bind(beat.code.clone())
                                .push_bind(run_id.to_owned());
                        });
                        builder.push(
                            " ON CONFLICT (night, source, dataset, commune) DO UPDATE SET outcome = excluded.outcome,
                                  as_of = excluded.as_of, records = excluded.records, code = excluded.code,
                                  run_id = excluded.run_id",
                        );
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    let dated: Vec<(&BeatRow, Timestamp)> = better
                        .iter()
                        .filter(|beat| beat.outcome == GOOD)
                        .filter_map(|beat| Some((*beat, beat.as_of?)))
                        .collect();
                    for chunk in dated.chunks(1000) {
                        let mut builder: QueryBuilder<$database> =
                            QueryBuilder::new("INSERT INTO last_good (source, dataset, commune, night, as_of) ");
                        builder.push_values(chunk, |mut row, (beat, as_of)| {
                            row.push_bind(beat.source.clone())
                                .push_bind(beat.dataset.clone())
                                .push_bind(beat.commune.clone())
                                .push_bind(beat.night.to_string())
                                .push_bind(instant(*as_of));
                        });
                        builder.push(
                            " ON CONFLICT (source, dataset, commune) DO UPDATE SET night = excluded.night,
                                  as_of = excluded.as_of WHERE excluded.night >= last_good.night",
                        );
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn beats<'a>(&'a self, from: Date, source: Option<&'a str>) -> BoxFuture<'a, Result<Vec<BeatRow>>> {
                Box::pin(async move {
                    let mut builder: QueryBuilder<$database> = QueryBuilder::new(SELECT);
                    builder.push_bind(from.to_string());
                    if let Some(source) = source {
                        builder.push(" AND source = ").push_bind(source.to_owned());
                    }
                    builder.push(" ORDER BY night, source, dataset, commune");
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("reading what the nights brought"))?;
                    rows.into_iter().map(beat_row).collect()
                })
            }

            fn last_good(&self) -> BoxFuture<'_, Result<Vec<GoodRow>>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
                        "SELECT source, dataset, commune, night, as_of FROM last_good
                         ORDER BY source, dataset, commune",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading the newest good nights"))?;
                    let good = |(source, dataset, commune, night, as_of): (String, String, String, String, String)| {
                        Ok(GoodRow { source, dataset, commune, night: day(&night)?, as_of: parse_instant(&as_of)? })
                    };
                    rows.into_iter().map(good).collect()
                })
            }

            fn add_source_nights<'a>(
                &'a self,
                run_id: &'a str,
                nights: &'a [SourceNight],
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping what a source was asked");
                    let mut transaction = self.begin_fenced("keeping what a source was asked").await?;
                    for night in nights {
                        sqlx::query(
                            "INSERT INTO source_nights (night, source, run_id, requests, retries, breaker_openings,
                                                        records, quarantined, seconds)
                             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                             ON CONFLICT (night, source) DO UPDATE SET run_id = excluded.run_id,
                                 requests = source_nights.requests + excluded.requests,
                                 retries = source_nights.retries + excluded.retries,
                                 breaker_openings = source_nights.breaker_openings + excluded.breaker_openings,
                                 records = excluded.records, quarantined = excluded.quarantined,
                                 seconds = source_nights.seconds + excluded.seconds",
                        )
                        .bind(night.night.to_string())
                        .bind(&night.source)
                        .bind(run_id)
                        .bind(night.requests)
                        .bind(night.retries)
                        .bind(night.breaker_openings)
                        .bind(night.records)
                        .bind(night.quarantined)
                        .bind(night.seconds)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn source_nights(&self, from: Date) -> BoxFuture<'_, Result<Vec<SourceNight>>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64, i64, i64, i64, i64, f64)> = sqlx::query_as(
                        "SELECT night, source, CAST(requests AS BIGINT), CAST(retries AS BIGINT),
                                CAST(breaker_openings AS BIGINT), CAST(records AS BIGINT),
                                CAST(quarantined AS BIGINT), seconds
                         FROM source_nights WHERE night >= $1 ORDER BY night, source",
                    )
                    .bind(from.to_string())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading what sources were asked"))?;
                    rows.into_iter()
                        .map(|(night, source, requests, retries, breaker_openings, records, quarantined, seconds)| {
                            Ok(SourceNight {
                                night: day(&night)?,
                                source,
                                requests,
                                retries,
                                breaker_openings,
                                records,
                                quarantined,
                                seconds,
                            })
                        })
                        .collect()
                })
            }

            fn count_commune_night(&self, night: Date) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("counting findings by commune");
                    let mut transaction = self.begin_fenced("counting findings by commune").await?;
                    sqlx::query("DELETE FROM commune_nights WHERE night = $1")
                        .bind(night.to_string())
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    sqlx::query(
                        "INSERT INTO commune_nights (night, commune, stops, checks, notes)
                         SELECT CAST($1 AS TEXT), COALESCE(unit, ''), SUM(CASE severity WHEN 'stop' THEN 1 ELSE 0 END),
                                SUM(CASE severity WHEN 'check' THEN 1 ELSE 0 END),
                                SUM(CASE severity WHEN 'note' THEN 1 ELSE 0 END)
                         FROM findings WHERE state <> 'gone' GROUP BY COALESCE(unit, '')",
                    )
                    .bind(night.to_string())
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }

            fn commune_nights(&self, from: Date) -> BoxFuture<'_, Result<Vec<CommuneNight>>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
                        "SELECT night, commune, CAST(stops AS BIGINT), CAST(checks AS BIGINT), CAST(notes AS BIGINT)
                         FROM commune_nights WHERE night >= $1 ORDER BY night, commune",
                    )
                    .bind(from.to_string())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading findings by commune"))?;
                    rows.into_iter()
                        .map(|(night, commune, stops, checks, notes)| {
                            Ok(CommuneNight { night: day(&night)?, commune, stops, checks, notes })
                        })
                        .collect()
                })
            }
        }
    };
}

beat_ledger!(super::SqliteLedger, Sqlite);
beat_ledger!(super::PostgresLedger, Postgres);
