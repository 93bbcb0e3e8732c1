//! How fast the findings of a night are brought into the ledger, on SQLite and on PostgreSQL, beside
//! psql's own `\copy` of the same rows: ratios of one run on one machine. `make bench` prepares the
//! province whose findings they are.

#[path = "../store/tests/support/postgres.rs"]
#[allow(dead_code)]
mod postgres;

use config::Settings;
use doisoat::nightly::{progress::Silent, reconcile};
use doisoat::workspace::Workspace;
use jiff::civil::date;
use postgres::{Cluster, PASSWORD};
use reconcile::Decisions;
use schemas::{Finding, Sensitive, clock::FixedClock};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::ledger::{Connecting, NewRun};
use store::{Ledger, open_ledger};

const ROUNDS: usize = 5;
/// As a nightly run does.
const AT_A_TIME: usize = 20_000;
const RUN: &str = "bench";

async fn open(url: &str, folder: &Path) -> Arc<dyn Ledger> {
    let connecting = Connecting { connections: 2, patience: Duration::from_secs(15) };
    let ledger = open_ledger(url, Some(&Sensitive::new(PASSWORD)), folder, connecting).await.expect("opens");
    ledger.migrate().await.expect("migrated");
    let now = "2026-11-24T15:00:00Z".parse().expect("an instant");
    ledger.take_lease("run", "bench", now, jiff::SignedDuration::from_hours(24)).await.expect("the lease");
    let run = NewRun {
        run_id: RUN.into(),
        started_at: now,
        business_date: date(2026, 11, 24),
        province: "08".into(),
        owner: "bench".into(),
    };
    ledger.create_run(&run).await.expect("a run");
    ledger
}

async fn bring_in(ledger: &dyn Ledger, findings: &[Finding]) -> f64 {
    ledger.clear_incoming(RUN).await.expect("cleared");
    let began = Instant::now();
    for chunk in findings.chunks(AT_A_TIME) {
        ledger.bring_in(RUN, chunk).await.expect("brought in");
    }
    began.elapsed().as_secs_f64()
}

fn psql(url: &str, command: &str) -> f64 {
    let began = Instant::now();
    let status = Command::new("psql")
        .args([url, "-q", "-v", "ON_ERROR_STOP=1", "-c", command])
        .env("PGPASSWORD", PASSWORD)
        .status()
        .expect("psql runs");
    assert!(status.success(), "{command}");
    began.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let Ok(settings) = std::env::var("DOISOAT_BENCH_CONFIG") else {
        println!("set DOISOAT_BENCH_CONFIG to the settings of a province that was run: see scripts/bench.sh");
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clock = Arc::new(FixedClock("2026-11-24T15:00:00Z".parse().expect("an instant")));
    let settings = Settings::load(Path::new(&settings)).expect("settings");
    let workspace = runtime.block_on(Workspace::open(settings, clock, 1)).expect("a workspace");
    let current = runtime.block_on(workspace.ledger.current_snapshots()).expect("snapshots");
    let found = reconcile(&workspace, &current, date(2026, 11, 24), Decisions::new(), 2, &Silent).expect("reconciles");
    let findings: Vec<Finding> = found.findings.iter().collect::<Result<_, _>>().expect("findings");
    let bytes: usize = findings.iter().map(|f| serde_json::to_string(f).map_or(0, |text| text.len())).sum();
    let folder = tempfile::tempdir().expect("a folder");
    let url = Cluster::shared().database();
    let sqlite = runtime.block_on(open("sqlite", folder.path()));
    let postgres = runtime.block_on(open(&url, folder.path()));
    let rows = folder.path().join("rows");
    let (mut ours_sqlite, mut ours, mut copied) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours_sqlite.push(runtime.block_on(bring_in(&*sqlite, &findings)));
        ours.push(runtime.block_on(bring_in(&*postgres, &findings)));
        if round == 0 {
            psql(&url, &format!("\\copy incoming_findings TO '{}'", rows.display()));
        }
        psql(&url, "DELETE FROM incoming_findings");
        copied.push(psql(&url, &format!("\\copy incoming_findings FROM '{}'", rows.display())));
    }
    let count = findings.len() as f64;
    let rate = |seconds: f64| count / seconds;
    let (sqlite, ours, copied) = (median(ours_sqlite), median(ours), median(copied));
    println!(
        "{} findings of {:.0} bytes each, median of {ROUNDS} interleaved rounds",
        findings.len(),
        bytes as f64 / count
    );
    println!("SQLite {:.0} rows/s, {:.1} MB/s", rate(sqlite), bytes as f64 / sqlite / 1e6);
    println!("PostgreSQL {:.0} rows/s, psql's copy {:.0} rows/s, ratio {:.2}", rate(ours), rate(copied), copied / ours);
}
