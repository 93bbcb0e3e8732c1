//! After publishing: the cases that are due in the next days, each with its verdict, so that a centre
//! begins its day with what it has to see to.
//!
//! A run of the evening is for the next morning, one of Friday for Monday: more days are judged than
//! a page shows.

use crate::check::{CaseJudge, CaseOf, Desk, case_row};
use crate::problem::Problem;
use crate::rows::engine_row;
use crate::workspace::Workspace;
use jiff::ToSpan;
use jiff::civil::Date;
use schemas::Dataset;
use std::collections::BTreeMap;
use store::ledger::{CaseVerdict, SnapshotRow};
use store::snapshots::{RecordView, SnapshotReader};
use store::threads::on_threads;

/// A case, where it comes from and when it is due.
struct Due {
    code: String,
    source: String,
    day: String,
    /// Of whose it is, as the case says it.
    link_key: Option<String>,
    record_key: String,
}

/// What is looked at to find them.
const COLUMNS: &[&str] = &["code", "due_at", "status", "personal_id"];

/// Days from that of the run: over a weekend with a holiday before it.
const DAYS: i8 = 4;

/// Judges them all and puts them in place of those of the night before. Answers how many.
pub(super) async fn judge(
    workspace: &Workspace,
    run_id: &str,
    current: &[SnapshotRow],
    date: Date,
    workers: usize,
) -> Result<usize, Problem> {
    let cases = due(workspace, current, date)?;
    let desk = Desk::new(workspace.clone())?;
    let named = cases.iter().map(|case| CaseOf { code: &case.code, link_key: case.link_key.as_deref() });
    let judge = CaseJudge::open(&desk, named).await?;
    let verdicts = tokio::task::block_in_place(|| judged(&desk, &judge, &cases, workers.max(1)))?;
    workspace.ledger.set_case_verdicts(run_id, &verdicts).await?;
    Ok(verdicts.len())
}

/// Open cases of the one-stop systems that are due in these days; one that two know stands once.
fn due(workspace: &Workspace, current: &[SnapshotRow], date: Date) -> Result<Vec<Due>, Problem> {
    let (first, last) = (date.to_string(), date.saturating_add(DAYS.days()).to_string());
    let mut cases: BTreeMap<String, Due> = BTreeMap::new();
    for row in current.iter().filter(|row| row.dataset == Dataset::Dossier) {
        let is_one_stop = workspace
            .settings
            .sources
            .get(&row.source)
            .is_some_and(|source| source.enabled && source.system() != config::SourceKind::CivilStatus);
        if !is_one_stop {
            continue;
        }
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        for bucket in 0..reader.manifest().buckets {
            let frame = reader.bucket(bucket, Some(COLUMNS))?;
            for entry in frame.iter() {
                let RecordView::Dossier(case) = entry.record else { continue };
                let link_key = engine_row(0, &entry).link_key().map(str::to_owned);
                let open = !matches!(case.status, Some("done" | "refused" | "cancelled"));
                let day = case.due_at.and_then(|due| due.get(..10)).unwrap_or_default();
                let (Some(code), true) = (case.code, open && (first.as_str()..=last.as_str()).contains(&day)) else {
                    continue;
                };
                let (code, source, day) = (code.to_owned(), row.source.to_string(), day.to_owned());
                let record_key = entry.record_key.to_owned();
                cases.entry(code.clone()).or_insert(Due { code, source, day, link_key, record_key });
            }
        }
    }
    Ok(cases.into_values().collect())
}

/// In the order of the cases, on so many threads, each with a bucket in memory.
fn judged(desk: &Desk, judge: &CaseJudge<'_>, cases: &[Due], workers: usize) -> Result<Vec<CaseVerdict>, Problem> {
    let runtime = tokio::runtime::Handle::current();
    let mut buckets: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let place = case.link_key.as_ref().unwrap_or(&case.record_key);
        buckets.entry(judge.bucket_of(place)).or_default().push(at);
    }
    let buckets: Vec<(u32, Vec<usize>)> = buckets.into_iter().collect();
    let done = on_threads(&buckets, workers, Vec::new, |done, (bucket, places)| {
        let judge = judge.of_bucket(*bucket)?;
        for at in places {
            let case = &cases[*at];
            let checked = runtime.block_on(judge.judge(&case.code))?;
            done.push((*at, case_row(desk, &checked, &case.source, &case.day)));
        }
        Ok::<_, Problem>(())
    })?;
    let mut rows: Vec<_> = done.into_iter().flatten().collect();
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
