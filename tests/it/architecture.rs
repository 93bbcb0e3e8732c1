//! The arrows of the house point down only.

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Which room may use which.
const ARROWS: &[(&str, &[&str])] = &[
    ("doisoat-schemas", &[]),
    ("doisoat-config", &["doisoat-schemas"]),
    ("doisoat-health", &["doisoat-schemas"]),
    ("doisoat-connectors", &["doisoat-schemas", "doisoat-config"]),
    ("doisoat-store", &["doisoat-schemas", "doisoat-config"]),
    ("doisoat-reconcile", &["doisoat-schemas", "doisoat-config"]),
    ("doisoat-sandbox", &["doisoat-schemas", "doisoat-config"]),
];

/// What a pure room may not reach: clocks, randomness, files of others, network, async.
const IMPURE: &[&str] = &["tokio", "reqwest", "rand", "rand_chacha", "sqlx", "polars", "axum", "futures", "tracing"];

fn packages() -> BTreeMap<String, Vec<(String, bool)>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("its JSON");
    let name = |v: &Value| v["name"].as_str().expect("a name").to_owned();
    let dependencies = |package: &Value| -> Vec<(String, bool)> {
        let list = package["dependencies"].as_array().expect("dependencies");
        list.iter().map(|d| (name(d), d["kind"].is_null())).collect()
    };
    let list = metadata["packages"].as_array().expect("packages");
    list.iter().map(|p| (name(p), dependencies(p))).collect()
}

#[test]
fn every_room_uses_only_the_rooms_below_it() {
    let packages = packages();
    assert_eq!(packages.len(), ARROWS.len() + 1, "a new room needs its arrows here");
    for (room, allowed) in ARROWS {
        for (dependency, normal) in &packages[*room] {
            let ours = dependency.starts_with("doisoat");
            assert!(!ours || !normal || allowed.contains(&dependency.as_str()), "{room} must not use {dependency}");
        }
    }
}

#[test]
fn reconcile_and_what_it_stands_on_have_no_clock_no_randomness_and_no_network() {
    let packages = packages();
    for room in ["doisoat-reconcile", "doisoat-health", "doisoat-config", "doisoat-schemas"] {
        for (dependency, normal) in &packages[room] {
            assert!(!normal || !IMPURE.contains(&dependency.as_str()), "{room} must not use {dependency}");
        }
    }
}

#[test]
fn the_pure_rooms_never_ask_for_the_time_or_a_file() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("reconcile/src"), root.join("health/src")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let code = std::fs::read_to_string(&path).expect("a source file");
            read += 1;
            for forbidden in
                ["Timestamp::now", "Zoned::now", "SystemTime", "Instant::now", "std::fs", "std::net", "std::env"]
            {
                assert!(!code.contains(forbidden), "{} uses {forbidden}", path.display());
            }
        }
    }
    assert!(read > 10, "the room was really read");
}
