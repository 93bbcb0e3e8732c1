//! Reconciling alone, beside a plain polars full join of two of the same snapshots, with five and with
//! twelve comparisons: ratios of one run on one machine. `make bench` prepares the province and
//! calls this.

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
    let (mut ours, mut five, mut twelve) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let began = Instant::now();
        let result =
            reconcile(&workspace, &current, date(2026, 11, 24), Decisions::new(), 2, &Silent).expect("reconciles");
        ours.push(began.elapsed().as_secs_f64());
        if round == 0 {
            println!(
                "reconcile: {} findings, peak memory {} MiB, first pass {:.2} s of {:.2} s, digest {}",
                result.findings.len(),
                peak_memory_mib().unwrap_or(0),
                result.survey_seconds,
                began.elapsed().as_secs_f64(),
                result.digest
            );
        }
        drop(result);
        for (fields, seconds) in [(&FIELDS[..5], &mut five), (&FIELDS[..], &mut twelve)] {
            let began = Instant::now();
            let (rows, differences) = full_join(&workspace, &current, fields);
            seconds.push(began.elapsed().as_secs_f64());
            if round == 0 {
                println!(
                    "polars full join of population and commune files, {} comparisons: {rows} rows, {differences} differences",
                    fields.len()
                );
            }
        }
    }
    let (ours, five, twelve) = (median(&mut ours), median(&mut five), median(&mut twelve));
    println!(
        "median of {ROUNDS}: reconcile of all sources {ours:.2} s; polars join of two with 12 comparisons {twelve:.2} s, \
         ratio {:.2}; with 5 comparisons {five:.2} s, ratio {:.2}",
        ours / twelve,
        ours / five
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What is compared, the five of an earlier form of this bench first. Both snapshots have all of these
/// columns; what one of them never fills in is decoded and compared all the same.
const FIELDS: [&str; 12] = [
    "name",
    "birth_date",
    "sex",
    "ethnicity",
    "residence_commune",
    "residence_detail",
    "marital_status",
    "father_name",
    "mother_name",
    "father_id",
    "mother_id",
    "old_id",
];

fn frame(workspace: &Workspace, current: &[SnapshotRow], source: &str, fields: &[&str], suffix: &str) -> LazyFrame {
    let row =
        current.iter().find(|r| r.source.as_str() == source && r.dataset.as_str() == "person").expect("a snapshot");
    let folder: PathBuf = workspace.data().join(&row.directory);
    let pattern = folder.join("*.parquet");
    let named = |name: &&str| col(*name).alias(format!("{name}{suffix}"));
    LazyFrame::scan_parquet(PlRefPath::new(pattern.to_string_lossy().as_ref()), ScanArgsParquet::default())
        .expect("files")
        .select([col("personal_id")].into_iter().chain(fields.iter().map(named)).collect::<Vec<_>>())
}

/// A full join by number with a count of differences for each field: no Vietnamese, no rules.
/// Answers the rows and the differences.
fn full_join(workspace: &Workspace, current: &[SnapshotRow], fields: &[&str]) -> (usize, u64) {
    let left = frame(workspace, current, "population", fields, "_a");
    let right = frame(workspace, current, "commune_files", fields, "_b");
    let differs = fields.iter().map(|f| col(format!("{f}_a")).neq(col(format!("{f}_b"))).sum().alias(*f));
    let counted = left
        .join(right, [col("personal_id")], [col("personal_id")], JoinArgs::new(JoinType::Full))
        .select([len().alias("rows")].into_iter().chain(differs).collect::<Vec<_>>())
        .collect()
        .expect("joins");
    let count =
        |name: &str| counted.column(name).and_then(|c| c.get(0)).ok().and_then(|v| v.extract::<u64>()).unwrap_or(0);
    (count("rows") as usize, fields.iter().map(|field| count(field)).sum())
}
