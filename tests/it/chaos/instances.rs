//! F23: two instances at once, on two machines that share the database and nothing else.

use super::province::Province;
use super::scenario::Scenario;
use crate::postgres::Cluster;
use crate::support::{digest, doisoat, json, stderr, text};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

#[test]
fn f23_of_two_instances_the_one_that_lost_its_lease_writes_nothing() {
    let scenario = Scenario::load("F23");
    let province = Province::serve(scenario.number("persons"), 33, scenario.number("page_size"));
    let (reference, _) = province.reference();
    for round in 1..=scenario.number("rounds") {
        province.start_over();
        let url = Cluster::shared().database();
        province.edit(|settings| {
            let mut ledger = toml::Table::new();
            ledger.insert("url".into(), url.clone().into());
            let mut secret = toml::Table::new();
            secret.insert("env".into(), "DOISOAT_LEDGER_PASSWORD".into());
            ledger.insert("password".into(), secret.into());
            settings.insert("ledger".into(), ledger.into());
        });
        // The second machine: the same settings, a data folder of its own.
        let other = province.sandbox.folder.path().join("s/other.toml");
        let settings = std::fs::read_to_string(province.sandbox.settings()).expect("settings");
        std::fs::write(&other, settings.replace("directory = \"data\"", &format!("directory = \"data-{round}\"")))
            .expect("settings");
        let second = |as_if: &str| {
            doisoat().args(["run", "--json", "--config", text(&other), "--as-if", as_if]).output().expect("runs")
        };
        let slow = province.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let deadline = Instant::now() + Duration::from_secs(60);
        while province.requests() < 20 * round {
            assert!(Instant::now() < deadline, "it never asked");
            std::thread::sleep(Duration::from_millis(5));
        }
        // The first one is held up: a machine that swaps, a virtual machine that is moved.
        signal(&slow, "-STOP");
        let refused = second("2026-11-24T15:00:30Z");
        assert!(stderr(&refused).contains("[RUN_UNDER_WAY]"), "{}", stderr(&refused));
        let whole = json(&second("2026-11-24T15:05:00Z"), 0);
        assert_eq!(digest(&whole), reference);
        let before = dump(&url);
        signal(&slow, "-CONT");
        let lost = slow.wait_with_output().expect("it ends");
        assert_eq!(lost.status.code(), Some(3));
        assert!(stderr(&lost).contains("[LEASE_LOST]"), "{}", stderr(&lost));
        assert_eq!(dump(&url), before, "the loser wrote something");
    }
    let rounds = scenario.number("rounds");
    let seen = "the second is refused while the first is alive and takes over when it is not; the first comes back, \
                is refused by the database and writes nothing (dump of the ledger equal)";
    scenario.passed("lease", rounds, seen);
}

/// The whole ledger as text.
fn dump(url: &str) -> String {
    let output = Cluster::shared().dump(url);
    // The random token that newer versions of pg_dump put around their output.
    output.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n")
}
