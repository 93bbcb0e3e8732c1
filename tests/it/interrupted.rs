//! A run that is killed, stopped or doubled loses nothing and repeats nothing.

use crate::support::{Sandbox, digest, json, run, stderr, text};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A small generator, so that the ten moments are the same every time.
fn moments(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1u64 << 31) as f64
        })
        .collect()
}

#[test]
fn killed_at_ten_random_moments_and_resumed_it_ends_with_the_same_findings() {
    let sandbox = Sandbox::serve(&["--persons", "2000", "--seed", "3", "--faults", "0.1"]);
    let began = Instant::now();
    let reference = digest(&json(&sandbox.run().output().expect("runs"), 0));
    let whole = began.elapsed();
    for moment in moments(11, 10) {
        sandbox.start_over();
        let mut child = sandbox.run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        std::thread::sleep(whole.mul_f64(moment));
        child.kill().expect("kill -9");
        child.wait().expect("it is gone");
        let resumed = sandbox.run().arg("--resume").output().expect("runs");
        let resumed = match resumed.status.code() {
            // Killed before the run began, or after it was complete.
            Some(3) if stderr(&resumed).contains("NOTHING_TO_RESUME") => sandbox.run().output().expect("runs"),
            _ => resumed,
        };
        assert_eq!(digest(&json(&resumed, 0)), reference, "killed at {moment:.3} of the run");
    }
}

#[test]
fn a_stopped_run_stands_at_its_checkpoints_and_goes_on_from_there() {
    let sandbox = Sandbox::serve(&["--persons", "4000", "--seed", "4", "--faults", "0.3"]);
    let settings = sandbox.settings();
    let slow = std::fs::read_to_string(&settings)
        .expect("settings")
        .replace("requests_per_second = 100000", "requests_per_second = 20");
    std::fs::write(&settings, slow).expect("settings");
    let child = sandbox.run().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let config = text(&settings).to_owned();
    // Wait until it has pulled something, then ask it to stop.
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let runs = run(&["runs", "list", "--json", "--config", &config]);
        let text = String::from_utf8_lossy(&runs.stdout).into_owned();
        if text.contains("\"pull\"") {
            break;
        }
        assert!(Instant::now() < deadline, "the run never began to pull: {text}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let asked = Instant::now();
    let stopped = run(&["runs", "stop", "--config", &config]);
    assert_eq!(stopped.status.code(), Some(0));
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(3), "{}", stderr(&ended));
    assert!(stderr(&ended).contains("[STOPPED]"), "{}", stderr(&ended));
    println!("stopped after {:?}", asked.elapsed());
    let fast = std::fs::read_to_string(&settings)
        .expect("settings")
        .replace("requests_per_second = 20\n", "requests_per_second = 100000\n");
    std::fs::write(&settings, fast).expect("settings");
    let resumed = json(&sandbox.run().arg("--resume").output().expect("runs"), 0);
    sandbox.start_over();
    let fresh = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(digest(&resumed), digest(&fresh));
}

#[test]
fn a_second_run_in_the_same_folder_is_refused_while_the_first_goes_on() {
    let sandbox = Sandbox::serve(&["--persons", "1000", "--seed", "4", "--faults", "0"]);
    let settings = sandbox.settings();
    let slow = std::fs::read_to_string(&settings)
        .expect("settings")
        .replace("requests_per_second = 100000", "requests_per_second = 5");
    std::fs::write(&settings, slow).expect("settings");
    let mut first = sandbox.run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let lock = sandbox.folder.path().join("s/data/run.lock");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !lock.exists() {
        assert!(Instant::now() < deadline, "the first run never began");
        std::thread::sleep(Duration::from_millis(50));
    }
    let second = sandbox.run().output().expect("runs");
    assert_eq!(second.status.code(), Some(3));
    assert!(stderr(&second).contains("[RUN_UNDER_WAY]"), "{}", stderr(&second));
    first.kill().expect("kill");
    first.wait().expect("gone");
}

#[test]
fn the_second_night_pulls_only_the_changes_of_the_feeds_and_finds_the_same() {
    let sandbox = Sandbox::serve(&["--persons", "1000", "--seed", "9", "--faults", "0"]);
    let first = json(&sandbox.run().output().expect("runs"), 0);
    let second = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(digest(&first), digest(&second));
    let population = |report: &serde_json::Value| {
        report["sources"].as_array().and_then(|s| s.iter().find(|s| s["name"] == "population").cloned()).expect("it")
    };
    assert!(population(&first)["records"].as_u64() > Some(900));
    assert_eq!(population(&second)["records"], 0, "nothing changed since");
    assert_eq!(population(&second)["snapshot_records"], population(&first)["snapshot_records"]);
    assert_eq!(second["finding_states"]["new"], serde_json::Value::Null);
    assert!(second["finding_states"]["open"].as_u64() > Some(10));
}

#[test]
fn a_source_that_is_down_parks_costs_no_other_source_and_comes_back_on_resume() {
    let sandbox = Sandbox::serve(&["--persons", "1000", "--seed", "9", "--faults", "0"]);
    let settings = sandbox.settings();
    let good = std::fs::read_to_string(&settings).expect("settings");
    let land = good.lines().skip_while(|l| *l != "[sources.land]").find(|l| l.starts_with("base_url")).expect("land");
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    let broken = good.replace(land, &format!("base_url = \"http://127.0.0.1:{free}\""));
    std::fs::write(&settings, broken).expect("settings");
    let down = json(&sandbox.run().output().expect("runs"), 2);
    let status = |report: &serde_json::Value, name: &str| {
        let sources = report["sources"].as_array().cloned().unwrap_or_default();
        sources.iter().find(|s| s["name"] == name).map(|s| s["status"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(down["status"], "incomplete");
    assert_eq!(status(&down, "land").as_deref(), Some("never"));
    assert_eq!(status(&down, "population").as_deref(), Some("complete"));
    std::fs::write(&settings, &good).expect("settings");
    let resumed = json(&sandbox.run().arg("--resume").output().expect("runs"), 0);
    assert_eq!(status(&resumed, "land").as_deref(), Some("complete"));
    assert_eq!(resumed["run_id"], down["run_id"]);
}
