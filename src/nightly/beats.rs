//! What the night brought, source by source and commune by commune: the beats of the province's page.

use super::plan::SourceTask;
use super::run::states;
use super::summary::{Done, Night};
use crate::problem::Problem;
use crate::sync::{Making, Outcome as Promotion};
use crate::workspace::Workspace;
use health::Outcome;
use jiff::{Span, Timestamp};
use schemas::{Dataset, PartitionStatus, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use store::ledger::{BeatRow, PartitionState, SourceNight};

/// All communes of the province: data that are not pulled by commune.
pub const PROVINCE: &str = "";
/// A commune that had records within so many nights and has none now did not lose them all by itself.
const MEMORY: i64 = 30;
/// What was read whole and must not be believed.
const DISTRUSTED: [&str; 3] = ["COUNTS_DISAGREE", "TOO_MANY_UNREADABLE", "DELETIONS_NEED_APPROVAL"];

/// Keeps what this attempt brought. Nights of which nothing is kept were missed.
pub(super) async fn write(workspace: &Workspace, night: &Night<'_>, communes: &[String]) -> Result<(), Problem> {
    let Night { run_id, date, tasks, done, .. } = *night;
    let current = workspace.ledger.current_snapshots().await?;
    let from = date.saturating_sub(Span::new().days(MEMORY));
    let before = workspace.ledger.beats(from, None).await?;
    let known = had_records(&before);
    let communes: BTreeSet<&str> = communes.iter().map(String::as_str).collect();
    let mut rows = Vec::new();
    let mut asked: BTreeMap<&SourceId, SourceNight> = BTreeMap::new();
    for (task, done) in tasks.iter().zip(done) {
        let states = states(workspace, run_id, task).await?;
        let serving = current.iter().find(|row| row.source == task.source && row.dataset == task.dataset);
        let in_force = serving.map(|row| row.as_of);
        let all: i64 = states.iter().map(|state| state.records).sum();
        let row = |commune: &str, brought: Brought| BeatRow {
            night: date,
            source: task.source.to_string(),
            dataset: task.dataset.to_string(),
            commune: commune.to_owned(),
            outcome: brought.outcome.as_str().to_owned(),
            as_of: brought.as_of,
            records: brought.records,
            code: brought.code,
        };
        for (commune, states) in by_commune(&states, &communes) {
            let had = known.contains(&(task.source.as_str(), task.dataset, commune));
            let parts = states.into_iter().map(|state| brought(task, done.as_ref(), state, in_force, had || all == 0));
            if let Some(worst) = parts.max_by_key(|brought| brought.outcome) {
                rows.push(row(commune, worst));
            }
        }
        if states.is_empty() || task.making() == Making::Deliveries {
            // Who brings nothing tonight was not expected to.
            rows.push(row(PROVINCE, Brought { outcome: Outcome::Quiet, as_of: None, records: 0, code: None }));
        }
        count(&mut asked, task, done.as_ref(), &states, date);
    }
    workspace.ledger.set_beats(run_id, &rows).await?;
    workspace.ledger.add_source_nights(run_id, &asked.into_values().collect::<Vec<_>>()).await?;
    workspace.ledger.count_commune_night(date).await?;
    Ok(())
}

/// What one partition brought.
struct Brought {
    outcome: Outcome,
    as_of: Option<Timestamp>,
    records: i64,
    code: Option<String>,
}

/// `expected`: there were records before, or there are none in the whole dataset.
fn brought(
    task: &SourceTask,
    done: Option<&Done>,
    state: &PartitionState,
    in_force: Option<Timestamp>,
    expected: bool,
) -> Brought {
    let (outcome, code) = match state.status {
        PartitionStatus::Complete => complete(task, done, state, expected),
        PartitionStatus::Parked => (Outcome::Parked, state.error_code.clone()),
        PartitionStatus::Failed => (Outcome::Failed, state.error_code.clone()),
        PartitionStatus::Pending | PartitionStatus::Running => (Outcome::Parked, Some("not_pulled".to_owned())),
    };
    let as_of = (outcome == Outcome::Good).then(|| state.as_of.or(in_force)).flatten();
    Brought { outcome, as_of, records: state.records, code }
}

fn complete(
    task: &SourceTask,
    done: Option<&Done>,
    state: &PartitionState,
    expected: bool,
) -> (Outcome, Option<String>) {
    let held = || (Outcome::Held, Some("HELD".to_owned()));
    let Some(done) = done else { return held() };
    let answers = done.statistics;
    let answered = answers.found + answers.not_found + answers.not_confirmed;
    match &done.outcome {
        Promotion::Kept { code, .. } if DISTRUSTED.contains(&code.as_str()) => (Outcome::Failed, Some(code.clone())),
        Promotion::Kept { .. } => held(),
        Promotion::Delivered { kept, .. } => match kept.iter().find(|kept| kept.partition == state.partition) {
            Some(kept) => (Outcome::Failed, Some(kept.code.clone())),
            None => (Outcome::Good, None),
        },
        Promotion::Promoted(_) | Promotion::AlreadyPromoted if task.making() == Making::Mosaic => {
            match (answered, answers.could_not_ask) {
                (0, 0) => (Outcome::Quiet, None),
                (0, _) => (Outcome::Parked, Some("NOTHING_ANSWERED".to_owned())),
                _ => (Outcome::Good, None),
            }
        }
        Promotion::Promoted(_) | Promotion::AlreadyPromoted if state.records == 0 && expected => {
            (Outcome::Empty, Some("EMPTY".to_owned()))
        }
        Promotion::Promoted(_) | Promotion::AlreadyPromoted => (Outcome::Good, None),
    }
}

/// Partitions by the commune that their key begins with; the others are the province's.
fn by_commune<'s>(
    states: &'s [PartitionState],
    communes: &BTreeSet<&str>,
) -> BTreeMap<&'s str, Vec<&'s PartitionState>> {
    let mut grouped: BTreeMap<&str, Vec<&PartitionState>> = BTreeMap::new();
    for state in states {
        let key = state.partition.key.as_str();
        let digits = key.len() - key.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let commune = key.get(..digits).filter(|code| communes.contains(code)).unwrap_or(PROVINCE);
        grouped.entry(commune).or_default().push(state);
    }
    grouped
}

fn had_records(beats: &[BeatRow]) -> BTreeSet<(&str, Dataset, &str)> {
    let some = beats.iter().filter(|beat| beat.records > 0);
    some.filter_map(|beat| Some((beat.source.as_str(), beat.dataset.parse().ok()?, beat.commune.as_str()))).collect()
}

fn count<'t>(
    asked: &mut BTreeMap<&'t SourceId, SourceNight>,
    task: &'t SourceTask,
    done: Option<&Done>,
    states: &[PartitionState],
    night: jiff::civil::Date,
) {
    let entry = asked.entry(&task.source).or_insert_with(|| SourceNight {
        night,
        source: task.source.to_string(),
        requests: 0,
        retries: 0,
        breaker_openings: 0,
        records: 0,
        quarantined: 0,
        seconds: 0.0,
    });
    entry.records += states.iter().map(|state| state.records).sum::<i64>();
    entry.quarantined += states.iter().map(|state| state.rejects).sum::<i64>();
    if let Some(done) = done {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        entry.requests += whole(done.statistics.requests);
        entry.retries += whole(done.statistics.retries);
        entry.breaker_openings += whole(done.statistics.breaker_openings);
        entry.seconds += done.seconds;
    }
}
