//! Reconciling alone, beside plain polars full joins with twelve comparisons: of two dense registers
//! (`scripts/bench_compare_data.py`; the yardstick of the aim), and of two of the same snapshots, most
//! of whose compared columns are empty. Ratios of one run on one machine, rounds interleaved; each
//! job is a process of its own, so that none finds memory that another one has warmed. `make bench`
//! prepares the province and calls this.

use config::Settings;
use doisoat::nightly::{peak_memory_mib, progress::Silent, reconcile};
use doisoat::workspace::Workspace;
use jiff::civil::date;
use polars::prelude::*;
use reconcile::Decisions;
use schemas::clock::FixedClock;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use store::ledger::SnapshotRow;
use store::snapshots::SnapshotReader;

const ROUNDS: usize = 5;

/// Before the name of the job that a process is for.
const JOB: &str = "--job";
const ALL: &str = "reconcile of all sources";
/// As the aim says it: without one-stop.
const FOUR: &str = "reconcile of four sources";

fn main() {
    let Ok(settings) = std::env::var("DOISOAT_BENCH_CONFIG") else {
        println!("set DOISOAT_BENCH_CONFIG to the settings of a province that was run: see scripts/bench.sh");
        return;
    };
    tracing_subscriber::fmt()
        .with_env_filter(std::env::var("RUST_LOG").unwrap_or_default())
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clock = Arc::new(FixedClock("2026-11-24T15:00:00Z".parse().expect("an instant")));
    let settings = Settings::load(Path::new(&settings)).expect("settings");
    let workspace = runtime.block_on(Workspace::open(settings, clock, 1)).expect("a workspace");
    let current = runtime.block_on(workspace.ledger.current_snapshots()).expect("snapshots");
    let joins = Join::all(&workspace, &current);
    if let Some(name) = std::env::args().skip_while(|argument| argument != JOB).nth(1) {
        match joins.iter().find(|join| join.name == name) {
            Some(join) => join.run(),
            None if name == ALL => ours(&workspace, &current),
            None if name == FOUR => ours(
                &workspace,
                &current.into_iter().filter(|row| row.source.as_str() != "one_stop").collect::<Vec<_>>(),
            ),
            None => panic!("no job {name}"),
        }
        return;
    }
    let names: Vec<&str> = [ALL, FOUR].into_iter().chain(joins.iter().map(|join| join.name)).collect();
    let mut seconds: Vec<Vec<f64>> = names.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for (name, seconds) in names.iter().zip(&mut seconds) {
            let (took, said) = in_a_process(name);
            seconds.push(took);
            if round == 0 {
                println!("{name}: {said}");
            }
        }
    }
    let seconds: Vec<f64> = seconds.iter_mut().map(|seconds| median(seconds)).collect();
    for (name, took) in names.iter().zip(&seconds) {
        let beside = |ours: f64| ours / took;
        println!(
            "{name}: median of {ROUNDS} {took:.2} s; beside it all sources {:.2}, four {:.2}",
            beside(seconds[0]),
            beside(seconds[1])
        );
    }
}

/// Seconds, and what else the job says.
fn in_a_process(job: &str) -> (f64, String) {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).args([JOB, job]).stderr(Stdio::inherit()).output().expect("a process");
    assert!(output.status.success(), "{job}");
    let text = String::from_utf8(output.stdout).expect("text");
    let (seconds, said) = text.trim().split_once(' ').expect("seconds");
    (seconds.parse().expect("seconds"), said.to_owned())
}

fn ours(workspace: &Workspace, current: &[SnapshotRow]) {
    let records = |row: &SnapshotRow| {
        SnapshotReader::open(&workspace.data().join(&row.directory)).expect("a snapshot").manifest().rows
    };
    let records: u64 = current.iter().map(records).sum();
    let began = Instant::now();
    let result = reconcile(workspace, current, date(2026, 11, 24), Decisions::new(), 2, &Silent).expect("reconciles");
    println!(
        "{} {records} rows, {} findings, first pass {:.2} s, peak memory {} MiB, digest {}",
        began.elapsed().as_secs_f64(),
        result.findings.len(),
        result.survey_seconds,
        peak_memory_mib().unwrap_or(0),
        result.digest
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What is compared in two snapshots. Both have all of these columns; what one of them never fills in
/// is decoded and compared all the same.
const SNAPSHOT_FIELDS: [&str; 12] = [
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

/// What is compared in two registers: filled in nearly everywhere.
const REGISTER_FIELDS: [&str; 12] = [
    "ho_ten",
    "ngay_sinh",
    "gioi_tinh",
    "dan_toc",
    "ho_ten_cha",
    "ho_ten_me",
    "ho_ten_vo_chong",
    "tinh_trang_hon_nhan",
    "dia_chi",
    "so_cmnd",
    "so_ho_khau",
    "quan_he_chu_ho",
];

/// A full join by number with a count of differences for each of twelve fields: no Vietnamese, no
/// rules.
struct Join {
    name: &'static str,
    /// Patterns of Parquet files.
    sides: [PathBuf; 2],
    key: &'static str,
    fields: &'static [&'static str],
}

impl Join {
    fn all(workspace: &Workspace, current: &[SnapshotRow]) -> Vec<Self> {
        let snapshot = |source: &str| {
            let row = current.iter().find(|r| r.source.as_str() == source && r.dataset.as_str() == "person");
            workspace.data().join(&row.expect("a snapshot").directory).join("*.parquet")
        };
        let sides = [snapshot("population"), snapshot("commune_files")];
        let mut joins =
            vec![Self { name: "polars join of two snapshots", sides, key: "personal_id", fields: &SNAPSHOT_FIELDS }];
        if let Ok(folder) = std::env::var("DOISOAT_BENCH_REGISTERS") {
            let sides = ["left.parquet", "right.parquet"].map(|file| Path::new(&folder).join(file));
            joins.push(Self {
                name: "polars join of two registers",
                sides,
                key: "so_dinh_danh",
                fields: &REGISTER_FIELDS,
            });
        }
        joins
    }

    fn side(&self, side: usize, suffix: &str) -> LazyFrame {
        let named = |name: &&str| col(*name).alias(format!("{name}{suffix}"));
        let pattern = self.sides[side].to_string_lossy();
        LazyFrame::scan_parquet(PlRefPath::new(pattern.as_ref()), ScanArgsParquet::default())
            .expect("files")
            .select([col(self.key)].into_iter().chain(self.fields.iter().map(named)).collect::<Vec<_>>())
    }

    fn run(&self) {
        let began = Instant::now();
        let differs = self.fields.iter().map(|f| col(format!("{f}_a")).neq(col(format!("{f}_b"))).sum().alias(*f));
        let counted = self
            .side(0, "_a")
            .join(self.side(1, "_b"), [col(self.key)], [col(self.key)], JoinArgs::new(JoinType::Full))
            .select([len().alias("rows")].into_iter().chain(differs).collect::<Vec<_>>())
            .collect()
            .expect("joins");
        let count =
            |name: &str| counted.column(name).and_then(|c| c.get(0)).ok().and_then(|v| v.extract::<u64>()).unwrap_or(0);
        let differences: u64 = self.fields.iter().map(|field| count(field)).sum();
        println!(
            "{} {} rows, {differences} differences, peak memory {} MiB",
            began.elapsed().as_secs_f64(),
            count("rows"),
            peak_memory_mib().unwrap_or(0)
        );
    }
}
