//! Reconciling alone, beside a plain polars full join of two of the same snapshots: ratios of one
//! run on one machine. `make bench` prepares the province and calls this.

use config::Settings;
use doisoat::nightly::{peak_memory_mib, progress::Silent, reconcile};
use doisoat::workspace::Workspace;
use jiff::civil::date;
use polars::prelude::*;
use reconcile::Decisions;
use schemas::clock::FixedClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use store::ledger::SnapshotRow;

const ROUNDS: usize = 5;

fn main() {
    let Ok(settings) = std::env::var("DOISOAT_BENCH_CONFIG") else {
        println!("set DOISOAT_BENCH_CONFIG to the settings of a province that was run: see scripts/bench.sh");
        return;
    };
    tracing_subscriber::fmt().with_env_filter(std::env::var("RUST_LOG").unwrap_or_default()).init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clock = Arc::new(FixedClock("2026-11-24T15:00:00Z".parse().expect("an instant")));
    let settings = Settings::load(Path::new(&settings)).expect("settings");
    let workspace = runtime.block_on(Workspace::open(settings, clock, 1)).expect("a workspace");
    let current = runtime.block_on(workspace.ledger.current_snapshots()).expect("snapshots");
    let mut ours = Vec::new();
    let mut join = Vec::new();
    for round in 0..ROUNDS {
        let began = Instant::now();
        let result =
            reconcile(&workspace, &current, date(2026, 11, 24), Decisions::new(), 2, &Silent).expect("reconciles");
        ours.push(began.elapsed().as_secs_f64());
        if round == 0 {
            println!(
                "reconcile: {} findings, peak memory {} MiB, first pass {:.2} s of {:.2} s",
                result.findings.len(),
                peak_memory_mib().unwrap_or(0),
                result.survey_seconds,
                began.elapsed().as_secs_f64()
            );
        }
        let began = Instant::now();
        let rows = full_join(&workspace, &current);
        join.push(began.elapsed().as_secs_f64());
        if round == 0 {
            println!("polars full join of population and commune files, 5 comparisons: {rows} rows");
        }
    }
    let (ours, join) = (median(&mut ours), median(&mut join));
    println!(
        "median of {ROUNDS}: reconcile of all sources {ours:.2} s, polars join of two {join:.2} s, ratio {:.2}",
        ours / join
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn frame(workspace: &Workspace, current: &[SnapshotRow], source: &str, suffix: &str) -> LazyFrame {
    let row =
        current.iter().find(|r| r.source.as_str() == source && r.dataset.as_str() == "person").expect("a snapshot");
    let folder: PathBuf = workspace.data().join(&row.directory);
    let pattern = folder.join("*.parquet");
    let named = |name: &str| col(name).alias(format!("{name}{suffix}"));
    LazyFrame::scan_parquet(PlRefPath::new(pattern.to_string_lossy().as_ref()), ScanArgsParquet::default())
        .expect("files")
        .select([col("personal_id")].into_iter().chain(FIELDS.iter().map(|f| named(f))).collect::<Vec<_>>())
}

const FIELDS: [&str; 5] = ["name", "birth_date", "sex", "ethnicity", "residence_commune"];

/// A full join by number with a count of differences for each field: no Vietnamese, no rules.
fn full_join(workspace: &Workspace, current: &[SnapshotRow]) -> usize {
    let left = frame(workspace, current, "population", "_a");
    let right = frame(workspace, current, "commune_files", "_b");
    let differs = FIELDS.iter().map(|f| col(format!("{f}_a")).neq(col(format!("{f}_b"))).sum().alias(*f));
    let counted = left
        .join(right, [col("personal_id")], [col("personal_id")], JoinArgs::new(JoinType::Full))
        .select([len().alias("rows")].into_iter().chain(differs).collect::<Vec<_>>())
        .collect()
        .expect("joins");
    counted.column("rows").and_then(|c| c.get(0).map(|v| v.extract::<usize>().unwrap_or(0))).unwrap_or(0)
}
