//! F9: the process ends like at a power cut, at every named point and at random instants.

use super::province::Province;
use super::scenario::{Dice, Scenario};
use crate::support::{digest, json, stderr};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// After whatever happened: the night goes on, and ends as if nothing had happened.
fn ends_the_same(province: &Province, reference: &str, why: &str) {
    let resumed = province.resume();
    let resumed = match resumed.status.code() {
        // It died before the run was written down, or after it was complete.
        Some(3) if stderr(&resumed).contains("NOTHING_TO_RESUME") => province.run(),
        _ => resumed,
    };
    assert_eq!(digest(&json(&resumed, 0)), reference, "{why}");
    invariants(province, why);
}

/// What must hold whenever a run is complete: design invariants 1 to 4.
fn invariants(province: &Province, why: &str) {
    let runs = province.ask(&["runs", "list"]);
    let id = runs[0]["run_id"].as_str().expect("a run").to_owned();
    let run = province.ask(&["runs", "show", &id]);
    for partition in run["partitions"].as_array().expect("partitions") {
        let count = |key: &str| partition[key].as_i64().expect("a count");
        assert_eq!(partition["status"], "complete", "{why}: {partition}");
        assert_eq!(count("records") + count("quarantined"), count("served"), "{why}: {partition}");
    }
    // Nothing half-made is left: each folder of a snapshot has its manifest.
    for source in std::fs::read_dir(province.data().join("snapshots")).expect("snapshots").flatten() {
        for dataset in std::fs::read_dir(source.path()).expect("datasets").flatten() {
            for snapshot in std::fs::read_dir(dataset.path()).expect("snapshots").flatten() {
                let named = snapshot.file_name().to_string_lossy().starts_with(char::is_numeric);
                assert!(!named || snapshot.path().join("manifest.json").exists(), "{why}: {snapshot:?}");
            }
        }
    }
}

/// Points that no night of this province reaches: it holds no answers of look-ups, and is no backup.
/// `tests/it/answers.rs` and `tests/it/keep` kill there.
const ELSEWHERE: [&str; 7] = [
    "answers.forgotten",
    "findings.held",
    "backup.ledger_copied",
    "backup.files_copied",
    "backup.sealed",
    "restore.staged",
    "restore.database_filled",
];

/// How often one undisturbed run comes by each point.
fn visits(province: &Province) -> BTreeMap<String, u64> {
    let log = province.data().with_file_name("failpoints.log");
    let _ = std::fs::remove_file(&log);
    json(&province.command().env("DOISOAT_FAILPOINT_LOG", &log).output().expect("runs"), 0);
    let mut visits = BTreeMap::new();
    for point in std::fs::read_to_string(&log).expect("points are compiled in").lines() {
        *visits.entry(point.to_owned()).or_default() += 1;
    }
    visits
}

/// The night before the one that is disturbed: what was promoted then is removed in this one.
fn nights_before(province: &Province, nights: u32) {
    province.start_over();
    for night in 0..nights {
        // Before the one that is disturbed: of two snapshots of one instant nobody knows the newer.
        let earlier = format!("2026-11-24T14:{:02}:00Z", 10 * night);
        json(&province.sandbox.run_at(&earlier).output().expect("runs"), 0);
    }
}

#[test]
fn f9_killed_at_every_named_point_the_night_ends_the_same() {
    let scenario = Scenario::load("F9");
    let province = Province::serve(scenario.number("persons"), 29, scenario.number("page_size"));
    province.edit(|settings| {
        let run = settings["run"].as_table_mut().expect("a table");
        run.insert("keep_snapshots".into(), 1.into());
    });
    let (reference, _) = province.reference();
    let (mut runs, mut died) = (0, 0);
    let times = scenario.number("times");
    let first = visits(&province);
    for point in store::failpoint::POINTS.iter().filter(|point| !ELSEWHERE.contains(point)) {
        let nights = if first.contains_key(*point) { 0 } else { scenario.number("nights_before") as u32 };
        nights_before(&province, nights);
        let often = if nights == 0 { first[*point] } else { visits(&province).get(*point).copied().unwrap_or(0) };
        assert!(often > 0, "{point} is never reached");
        for seed in 1..=times {
            // The first time for sure, then any time that such a night comes by.
            let at = if seed == 1 { 1 } else { 1 + Dice::new(seed).below(often) };
            let why = format!("{point}:{at}");
            nights_before(&province, nights);
            let failed = province.command().env("DOISOAT_FAILPOINT", &why).output().expect("runs");
            assert_eq!(failed.status.code(), None, "{why}: it lived; {}", stderr(&failed));
            died += 1;
            ends_the_same(&province, &reference, &why);
            runs += 1;
        }
    }
    let seen = format!("{} points, died in {died} of {runs} runs; invariants 1–4 hold, digest equal", runs / times);
    scenario.passed("points", runs, &seen);
}

#[test]
fn f9_killed_at_random_instants_the_night_ends_the_same() {
    let scenario = Scenario::load("F9");
    let province = Province::serve(scenario.number("persons"), 30, scenario.number("page_size"));
    let (reference, _) = province.reference();
    let began = Instant::now();
    assert_eq!(digest(&json(&province.run(), 0)), reference);
    let whole = began.elapsed();
    let mut died = 0;
    for seed in 1..=scenario.number("instants") {
        province.start_over();
        let share = Dice::new(seed).share();
        let why = format!("killed at {share:.4} of a run, seed {seed}");
        let mut child = province.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        child.kill().expect("kill -9");
        died += u64::from(child.wait().expect("it is gone").code().is_none());
        ends_the_same(&province, &reference, &why);
    }
    let runs = scenario.number("instants");
    scenario.passed("instants", runs, &format!("died in {died} of {runs} runs; invariants 1–4 hold, digest equal"));
}
