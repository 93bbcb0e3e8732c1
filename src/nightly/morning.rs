//! After publishing: the cases that are due in the next days, each with its verdict, so that a centre
//! begins its day with what it has to see to.
//!
//! A run of the evening is for the next morning, one of Friday for Monday: more days are judged than
//! a page shows.

use crate::check::{CaseJudge, Desk, case_row};
use crate::problem::Problem;
use crate::workspace::Workspace;
use jiff::ToSpan;
use jiff::civil::Date;
use schemas::Dataset;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::ledger::{CaseVerdict, SnapshotRow};
use store::snapshots::{RecordView, SnapshotReader};

/// A case, where it comes from and when it is due.
struct Due {
    code: String,
    source: String,
    day: String,
}

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
    let judge = CaseJudge::open(&desk).await?;
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
            let frame = reader.bucket(bucket, Some(&["code", "due_at", "status"]))?;
            for entry in frame.iter() {
                let RecordView::Dossier(case) = entry.record else { continue };
                let open = !matches!(case.status, Some("done" | "refused" | "cancelled"));
                let day = case.due_at.and_then(|due| due.get(..10)).unwrap_or_default();
                let (Some(code), true) = (case.code, open && (first.as_str()..=last.as_str()).contains(&day)) else {
                    continue;
                };
                let (code, source, day) = (code.to_owned(), row.source.to_string(), day.to_owned());
                cases.entry(code.clone()).or_insert(Due { code, source, day });
            }
        }
    }
    Ok(cases.into_values().collect())
}

/// In the order of the cases, on so many threads.
fn judged(desk: &Desk, judge: &CaseJudge<'_>, cases: &[Due], workers: usize) -> Result<Vec<CaseVerdict>, Problem> {
    let runtime = tokio::runtime::Handle::current();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(cases.len()));
    let work = || -> Result<(), Problem> {
        while let Some((at, case)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, cases.get(at)?)))
        {
            let checked = runtime.block_on(judge.judge(&case.code))?;
            let row = case_row(desk, &checked, &case.source, &case.day);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, row));
        }
        Ok(())
    };
    let outcomes: Vec<Result<(), Problem>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    outcomes.into_iter().collect::<Result<(), _>>()?;
    let mut rows = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
