//! F9: the process ends like at a power cut, at every named point and at random instants.

use super::province::Province;
use super::scenario::{Dice, Scenario};
use crate::support::{digest, json, stderr};
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

/// Points that one night of this province never reaches: it has no old snapshots and no answers
/// of look-ups (`tests/it/answers.rs` kills there).
const ELSEWHERE: [&str; 3] = ["tidy.removed", "answers.forgotten", "findings.held"];

#[test]
fn f9_killed_at_every_named_point_the_night_ends_the_same() {
    let scenario = Scenario::load("F9");
    let province = Province::serve(scenario.number("persons"), 29, scenario.number("page_size"));
    let (reference, _) = province.reference();
    let (mut runs, mut died) = (0, 0);
    for point in store::failpoint::POINTS {
        let mut reached = false;
        for seed in 1..=scenario.number("times") {
            // The first time for sure, then somewhere later.
            let at = if seed == 1 { 1 } else { 1 + Dice::new(seed).below(scenario.number("spread")) };
            let why = format!("{point}:{at}");
            province.start_over();
            let failed = province.command().env("DOISOAT_FAILPOINT", &why).output().expect("runs");
            reached |= failed.status.code().is_none();
            died += u64::from(failed.status.code().is_none());
            ends_the_same(&province, &reference, &why);
            runs += 1;
        }
        assert!(reached || ELSEWHERE.contains(point), "{point} was never reached");
    }
    let seen = format!(
        "{} points, died in {died} of {runs} runs; invariants 1–4 hold, digest equal",
        store::failpoint::POINTS.len()
    );
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
