//! How fast the findings of a night come into the ledger, on SQLite and on PostgreSQL: the first
//! night, in which all of them are new, beside psql's own `\copy` of the same rows; and a night in
//! which one of a hundred has changed since the night before. `make bench` prepares the province
//! whose findings they are.

#[path = "../store/tests/support/postgres.rs"]
#[allow(dead_code)]
mod postgres;

use config::Settings;
use doisoat::nightly::{progress::Silent, reconcile};
use doisoat::workspace::Workspace;
use jiff::civil::{Date, date};
use postgres::{Cluster, PASSWORD};
use reconcile::Decisions;
use schemas::{Finding, Sensitive, clock::FixedClock};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::ledger::{Connecting, FindingLine, NewRun};
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
    begin(&*ledger, RUN, date(2026, 11, 24)).await;
    ledger
}

async fn begin(ledger: &dyn Ledger, run_id: &str, date: Date) {
    let run = NewRun {
        run_id: run_id.into(),
        started_at: "2026-11-24T15:00:00Z".parse().expect("an instant"),
        business_date: date,
        province: "08".into(),
        owner: "bench".into(),
    };
    ledger.create_run(&run).await.expect("a run");
}

async fn bring_in(ledger: &dyn Ledger, findings: &[FindingLine]) -> f64 {
    ledger.clear_incoming(RUN).await.expect("cleared");
    let mut seconds = 0.0;
    for chunk in findings.chunks(AT_A_TIME) {
        let chunk = chunk.to_vec();
        let began = Instant::now();
        ledger.bring_in(RUN, chunk).await.expect("brought in");
        seconds += began.elapsed().as_secs_f64();
    }
    seconds
}

fn lines(findings: &[Finding]) -> Vec<FindingLine> {
    findings.iter().map(|finding| FindingLine::of(finding).expect("JSON")).collect()
}

/// From what the ledger has to what it has then. Answers the seconds, and how many had to be brought in.
async fn night(ledger: &dyn Ledger, number: i8, findings: &[FindingLine]) -> (f64, usize) {
    let date = date(2026, 11, number);
    let run_id = format!("night-{number}");
    begin(ledger, &run_id, date).await;
    let began = Instant::now();
    let mut known = ledger.known_findings().await.expect("known");
    let mut news = 0;
    let mut chosen = findings.iter().filter(|line| !known.has(&line.identity, &line.hash)).peekable();
    while chosen.peek().is_some() {
        let chunk: Vec<FindingLine> = chosen.by_ref().take(AT_A_TIME).cloned().collect();
        news += chunk.len();
        ledger.bring_in(&run_id, chunk).await.expect("brought in");
    }
    drop(chosen);
    ledger.merge_findings(&run_id, date, &known).await.expect("merged");
    (began.elapsed().as_secs_f64(), news)
}

/// The same findings, of which one in a hundred is worded otherwise.
fn another_night(findings: &[Finding], night: i8) -> Vec<FindingLine> {
    let mut findings = findings.to_vec();
    for finding in findings.iter_mut().step_by(100) {
        finding.next_step_en = format!("{} {night}", finding.next_step_en);
    }
    lines(&findings)
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
    let all = lines(&findings);
    let (mut ours_sqlite, mut ours, mut copied) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours_sqlite.push(runtime.block_on(bring_in(&*sqlite, &all)));
        ours.push(runtime.block_on(bring_in(&*postgres, &all)));
        if round == 0 {
            psql(&url, &format!("\\copy incoming_findings TO '{}'", rows.display()));
        }
        psql(&url, "DELETE FROM incoming_findings");
        copied.push(psql(&url, &format!("\\copy incoming_findings FROM '{}'", rows.display())));
    }
    for (name, ledger) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        runtime.block_on(ledger.clear_incoming(RUN)).expect("cleared");
        let (first, news) = runtime.block_on(night(&**ledger, 1, &all));
        assert_eq!(news, findings.len());
        // The second night still has to say of each that it is no longer new.
        let (second, _) = runtime.block_on(night(&**ledger, 2, &another_night(&findings, 2)));
        let (mut nights, mut brought) = (Vec::new(), 0);
        for number in (3..).take(ROUNDS) {
            let (seconds, news) = runtime.block_on(night(&**ledger, number, &another_night(&findings, number)));
            nights.push(seconds);
            brought = news;
        }
        let reworded: Vec<Finding> =
            findings.iter().map(|f| Finding { next_step_en: format!("{}.", f.next_step_en), ..f.clone() }).collect();
        let (all_changed, _) = runtime.block_on(night(&**ledger, 20, &lines(&reworded)));
        let rate = |seconds: f64| findings.len() as f64 / seconds;
        println!(
            "{name}: the first night, merged, {:.0} findings/s; the second {:.0}; a night with {brought} changed {:.0}; \
             one in which all have changed {:.0}",
            rate(first),
            rate(second),
            rate(median(nights)),
            rate(all_changed)
        );
    }
    let size = std::fs::metadata(folder.path().join("ledger.sqlite")).map_or(0, |file| file.len());
    println!("the file of SQLite: {:.0} MB", size as f64 / 1e6);
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
