//! What is old enough to go, kind by kind.
//!
//! A kind is measured and removed in one transaction, so what is reported is what went. What must
//! stay whatever its age (the run that can be resumed, what a person still works on) stands in the
//! statements themselves: no caller can ask for it to go.

use super::instant;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::{Timestamp, civil};
use schemas::clock::vietnam_date;

/// What grows old in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aged {
    /// Pages of runs that nobody can resume any more.
    Stages,
    /// Partitions, reports, inputs and figures of runs. Snapshots that are still there keep theirs.
    Runs,
    /// Requests that were counted against a night's quota.
    Usage,
    /// Records that could not be read, by the last run that met them.
    Quarantine,
    /// Findings that are gone, with their history and what was decided about them.
    Findings,
    /// Correction requests that are closed or withdrawn.
    Corrections,
    /// Questions to the province that were answered.
    Escalations,
    /// Sessions, by when they were last seen.
    Sessions,
    /// One-time links, by the end of their time.
    Links,
    /// What was answered to requests that may come twice.
    Requests,
    /// What nights brought, source by source; the newest good one of each stays.
    Nights,
    /// Incidents that are over.
    Incidents,
    /// What was told, and what could not be told.
    Notifications,
}

impl Aged {
    /// In the order in which they are removed: what holds others back comes before them.
    pub const ALL: [Self; 13] = [
        Self::Stages,
        Self::Corrections,
        Self::Escalations,
        Self::Findings,
        Self::Quarantine,
        Self::Usage,
        Self::Sessions,
        Self::Links,
        Self::Requests,
        Self::Nights,
        Self::Incidents,
        Self::Notifications,
        Self::Runs,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Runs => "runs",
            Self::Usage => "usage",
            Self::Quarantine => "quarantine",
            Self::Findings => "findings",
            Self::Corrections => "corrections",
            Self::Escalations => "escalations",
            Self::Sessions => "sessions",
            Self::Links => "links",
            Self::Requests => "requests",
            Self::Nights => "nights",
            Self::Incidents => "incidents",
            Self::Notifications => "notifications",
        }
    }

    /// Days stand in the ledger as ISO days, everything else as instants.
    fn limit(self, before: Timestamp) -> String {
        match self {
            Self::Findings | Self::Usage | Self::Nights => vietnam_date(before).to_string(),
            _ => instant(before),
        }
    }

    /// Count, oldest and newest of what would go; then what makes it go, children first. `$1`: the limit.
    fn statements(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Stages => STAGES,
            Self::Runs => RUNS,
            Self::Usage => USAGE,
            Self::Quarantine => QUARANTINE,
            Self::Findings => FINDINGS,
            Self::Corrections => CORRECTIONS,
            Self::Escalations => ESCALATIONS,
            Self::Sessions => SESSIONS,
            Self::Links => LINKS,
            Self::Requests => REQUESTS,
            Self::Nights => NIGHTS,
            Self::Incidents => INCIDENTS,
            Self::Notifications => NOTIFICATIONS,
        }
    }
}

/// What was removed of one kind, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    pub count: u64,
    /// Vietnamese days.
    pub oldest: Option<civil::Date>,
    pub newest: Option<civil::Date>,
}

pub trait RetentionLedger: Send + Sync {
    /// Removes what is of this kind and older than `before`. Not `really`: only counts it.
    fn remove_aged(&self, what: Aged, before: Timestamp, really: bool) -> BoxFuture<'_, Result<Removal>>;
}

type Statements = (&'static str, &'static [&'static str]);

macro_rules! measured {
    ($rows:expr) => {
        concat!("SELECT CAST(COUNT(*) AS BIGINT), MIN(day), MAX(day) FROM (", $rows, ") AS aged")
    };
}

/// A run that has ended, began before the limit, and is not the one that `--resume` takes up.
macro_rules! over {
    () => {
        "r.started_at < $1 AND r.status <> 'running'
         AND r.run_id <> (SELECT n.run_id FROM runs n ORDER BY n.started_at DESC, n.run_id DESC LIMIT 1)"
    };
}

/// Of those: nothing rests on it any more, and it is not the last that came to its end.
macro_rules! old_runs {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM runs r WHERE ",
            over!(),
            " AND r.run_id NOT IN (SELECT s.run_id FROM snapshots s WHERE s.removed = 0)
              AND r.run_id <> COALESCE((SELECT w.run_id FROM runs w WHERE w.status IN ('complete', 'incomplete')
                                        ORDER BY w.started_at DESC, w.run_id DESC LIMIT 1), '')"
        )
    };
}

macro_rules! of_runs {
    ($table:literal, $runs:expr) => {
        concat!("DELETE FROM ", $table, " WHERE run_id IN (", $runs, ")")
    };
}

macro_rules! over_runs {
    () => {
        concat!("SELECT r.run_id FROM runs r WHERE ", over!())
    };
}

const STAGES: Statements = (
    measured!(concat!(
        "SELECT r.started_at AS day FROM staged_pages p JOIN runs r ON r.run_id = p.run_id WHERE ",
        over!()
    )),
    &[
        of_runs!("staged_pages", over_runs!()),
        of_runs!("incoming_findings", over_runs!()),
        of_runs!("unseen_findings", over_runs!()),
        of_runs!("held_findings", over_runs!()),
    ],
);

const RUNS: Statements = (
    measured!(old_runs!("r.started_at AS day")),
    &[
        of_runs!("staged_pages", old_runs!("r.run_id")),
        of_runs!("partitions", old_runs!("r.run_id")),
        of_runs!("quality", old_runs!("r.run_id")),
        of_runs!("stale_rates", old_runs!("r.run_id")),
        of_runs!("run_inputs", old_runs!("r.run_id")),
        of_runs!("link_models", old_runs!("r.run_id")),
        of_runs!("snapshots", old_runs!("r.run_id")),
        of_runs!("runs", old_runs!("r.run_id")),
    ],
);

const USAGE: Statements = (
    measured!("SELECT night AS day FROM source_usage WHERE night < $1"),
    &["DELETE FROM source_usage WHERE night < $1"],
);

/// A record whose run is known no longer is older than any limit.
macro_rules! old_quarantine {
    () => {
        " FROM quarantine WHERE last_run NOT IN (SELECT r.run_id FROM runs r WHERE r.started_at >= $1)"
    };
}

const QUARANTINE: Statements = (
    measured!(concat!(
        "SELECT (SELECT r.started_at FROM runs r WHERE r.run_id = quarantine.last_run) AS day",
        old_quarantine!()
    )),
    &[concat!("DELETE", old_quarantine!())],
);

/// A request that is under way, or an open question, keeps its finding.
macro_rules! old_findings {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM findings f WHERE f.state = 'gone' AND f.last_date < $1
              AND NOT EXISTS (SELECT 1 FROM correction_items i JOIN corrections c ON c.correction_id = i.correction_id
                              WHERE i.finding_id = f.finding_id AND c.state IN ('draft', 'sent', 'answered'))
              AND NOT EXISTS (SELECT 1 FROM escalations e
                              WHERE e.finding_id = f.finding_id AND e.state = 'open')"
        )
    };
}

const FINDINGS: Statements = (
    measured!(old_findings!("f.last_date AS day")),
    &[
        concat!("DELETE FROM finding_events WHERE finding_id IN (", old_findings!("f.finding_id"), ")"),
        concat!("DELETE FROM finding_decisions WHERE finding_id IN (", old_findings!("f.finding_id"), ")"),
        concat!("DELETE FROM findings WHERE finding_id IN (", old_findings!("f.finding_id"), ")"),
    ],
);

/// A draft that was emptied never got an end: its beginning counts.
macro_rules! old_corrections {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM corrections c WHERE c.state IN ('closed', 'withdrawn') AND COALESCE(c.closed_at, c.created_at) < $1"
        )
    };
}

const CORRECTIONS: Statements = (
    measured!(old_corrections!("COALESCE(c.closed_at, c.created_at) AS day")),
    &[
        concat!("DELETE FROM correction_items WHERE correction_id IN (", old_corrections!("c.correction_id"), ")"),
        concat!("DELETE FROM corrections WHERE correction_id IN (", old_corrections!("c.correction_id"), ")"),
    ],
);

const ESCALATIONS: Statements = (
    measured!("SELECT answered_at AS day FROM escalations WHERE state = 'answered' AND answered_at < $1"),
    &["DELETE FROM escalations WHERE state = 'answered' AND answered_at < $1"],
);

const SESSIONS: Statements =
    (measured!("SELECT seen_at AS day FROM sessions WHERE seen_at < $1"), &["DELETE FROM sessions WHERE seen_at < $1"]);

const LINKS: Statements = (
    measured!("SELECT expires_at AS day FROM one_time_links WHERE expires_at < $1"),
    &["DELETE FROM one_time_links WHERE expires_at < $1"],
);

const REQUESTS: Statements = (
    measured!("SELECT at AS day FROM idempotent_answers WHERE at < $1"),
    &["DELETE FROM idempotent_answers WHERE at < $1"],
);

const NIGHTS: Statements = (
    measured!("SELECT night AS day FROM night_beats WHERE night < $1"),
    &[
        "DELETE FROM night_beats WHERE night < $1",
        "DELETE FROM source_nights WHERE night < $1",
        "DELETE FROM commune_nights WHERE night < $1",
    ],
);

const INCIDENTS: Statements = (
    measured!("SELECT closed_at AS day FROM incidents WHERE closed_at < $1"),
    &["DELETE FROM incidents WHERE closed_at < $1"],
);

const NOTIFICATIONS: Statements = (
    measured!("SELECT at AS day FROM notifications WHERE at < $1 AND (sent_at IS NOT NULL OR given_up_at IS NOT NULL)"),
    &["DELETE FROM notifications WHERE at < $1 AND (sent_at IS NOT NULL OR given_up_at IS NOT NULL)"],
);

/// An instant or a day of the ledger as a Vietnamese day.
fn day(text: Option<String>) -> Result<Option<civil::Date>> {
    let Some(text) = text else { return Ok(None) };
    let day = text.parse::<Timestamp>().map(vietnam_date).or_else(|_| text.parse());
    day.map(Some).map_err(|_| StoreError::Corrupt { what: "instant" })
}

macro_rules! retention_ledger {
    ($ledger:ty) => {
        impl RetentionLedger for $ledger {
            fn remove_aged(&self, what: Aged, before: Timestamp, really: bool) -> BoxFuture<'_, Result<Removal>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("removing what is old");
                    let (measure, removals) = what.statements();
                    let limit = what.limit(before);
                    let mut transaction = self.begin_fenced("removing what is old").await?;
                    let (count, oldest, newest): (i64, Option<String>, Option<String>) =
                        sqlx::query_as(measure).bind(&limit).fetch_one(&mut *transaction).await.map_err(failed())?;
                    if really {
                        for removal in removals {
                            sqlx::query(*removal).bind(&limit).execute(&mut *transaction).await.map_err(failed())?;
                        }
                    }
                    transaction.commit().await.map_err(failed())?;
                    Ok(Removal { count: count as u64, oldest: day(oldest)?, newest: day(newest)? })
                })
            }
        }
    };
}

retention_ledger!(super::SqliteLedger);
retention_ledger!(super::PostgresLedger);
