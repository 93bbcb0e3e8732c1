//! What a real night leaves behind for the province's page.

use crate::support::{Sandbox, doisoat, json, run, stdout, text};
use serde_json::Value;

const WORLD: [&str; 8] = ["--persons", "3000", "--seed", "4", "--defects", "5", "--faults", "0"];

fn health(sandbox: &Sandbox, at: &str, code: i32) -> Value {
    let config = sandbox.settings();
    json(&run(&["health", "--json", "--config", text(&config), "--as-if", at]), code)
}

fn count(health: &Value, source: &str, state: &str) -> usize {
    let communes = health["communes"].as_array().expect("communes");
    let of = |commune: &Value| {
        commune["sources"]
            .as_array()
            .is_some_and(|all| all.iter().any(|s| s["source"] == source && s["state"] == state))
    };
    communes.iter().filter(|commune| of(commune)).count()
}

#[test]
fn a_good_night_is_on_time_and_what_it_read_ages_by_its_own_time() {
    let sandbox = Sandbox::serve(&WORLD);
    json(&sandbox.run().output().expect("runs"), 0);
    let morning = health(&sandbox, "2026-11-24T23:00:00Z", 0);
    assert_eq!(morning["communes"].as_array().map(Vec::len), Some(124));
    for source in ["population", "civil_status", "land", "one_stop"] {
        assert_eq!(count(&morning, source, "on_time"), 124, "{source}");
    }
    assert_eq!(morning["communes"][0]["verified_through"], "2026-11-24");
    let findings: i64 = morning["communes"]
        .as_array()
        .expect("communes")
        .iter()
        .flat_map(|c| ["stop", "check", "note"].map(|s| c["findings"][s].as_i64().unwrap_or(0)))
        .sum();
    assert!(findings > 0, "the findings of the night are counted by commune");
    // Nothing ran since: two days later it is late, four days later it failed, whatever the last run was.
    assert_eq!(count(&health(&sandbox, "2026-11-26T20:00:00Z", 2), "land", "late"), 124);
    assert_eq!(count(&health(&sandbox, "2026-11-28T20:00:00Z", 2), "land", "failed"), 124);
}

#[test]
fn a_night_without_its_sources_keeps_the_last_good_one_and_says_what_is_wrong() {
    let mut sandbox = Sandbox::serve(&WORLD);
    json(&sandbox.run().output().expect("runs"), 0);
    sandbox.stop();
    let config = sandbox.settings();
    let night = ["run", "--json", "--config", text(&config), "--as-if", "2026-11-24T22:00:00Z"];
    json(&run(&night), 2);
    let after = health(&sandbox, "2026-11-25T00:00:00Z", 0);
    let land = after["communes"][0]["sources"].as_array().expect("sources").iter().find(|s| s["source"] == "land");
    let land = land.expect("land");
    assert_eq!(land["state"], "on_time", "the data of the night before are within their budget");
    assert!(land["code"].as_str().is_some_and(|code| !code.is_empty()), "and the trouble is told: {land}");
    assert_eq!(after["communes"][0]["verified_through"], "2026-11-24");
    let words = stdout(
        &doisoat()
            .args(["health", "--config", text(&config), "--as-if", "2026-11-26T23:00:00Z"])
            .output()
            .expect("runs"),
    );
    assert!(words.starts_with("0/124 xã, phường đúng hạn · 124 lỗi"), "{words}");
}

#[test]
fn the_table_for_other_tools_has_a_row_for_each_commune_and_source() {
    let sandbox = Sandbox::serve(&WORLD);
    json(&sandbox.run().output().expect("runs"), 0);
    let config = sandbox.settings();
    for ending in ["csv", "xlsx", "parquet"] {
        let out = sandbox.folder.path().join(format!("tinh-trang.{ending}"));
        let told = run(&["health", "--config", text(&config), "--as-if", "2026-11-24T23:00:00Z", "--out", text(&out)]);
        assert_eq!(told.status.code(), Some(0));
        let bytes = std::fs::read(&out).expect("written");
        match ending {
            "csv" => {
                let lines = String::from_utf8(bytes).expect("text");
                assert_eq!(lines.lines().count(), 1 + 124 * 5);
                assert!(lines.starts_with("day,commune,commune_name,commune_state,source,state,as_of,age_hours"));
            }
            "xlsx" => assert!(bytes.starts_with(b"PK")),
            _ => assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")),
        }
    }
    let weekly = sandbox.folder.path().join("tuan");
    let told = run(&["weekly", "--config", text(&config), "--out", text(&weekly)]);
    assert_eq!(told.status.code(), Some(0), "{}", stdout(&told));
    let books = std::fs::read_dir(&weekly).expect("a folder").count();
    assert!(books > 10 && stdout(&told).starts_with(&books.to_string()), "{books}: {}", stdout(&told));
}
