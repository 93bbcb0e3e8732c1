//! Findings are a function of what the sources hold: not of faults, not of the order of pages,
//! not of the database.

use crate::postgres::Cluster;
use crate::support::{demo, digest};

const WORLD: [&str; 4] = ["--persons", "3000", "--seed", "5"];

/// Of the findings, and of the model that records without a number were linked by.
fn with(more: &[&str]) -> [String; 2] {
    let arguments: Vec<&str> = WORLD.iter().chain(more).copied().collect();
    let report = demo(&arguments);
    let model = report["link_model_digest"].as_str().expect("a digest").to_owned();
    assert_eq!(model.len(), 64, "the province has records without a number");
    [digest(&report), model]
}

#[test]
fn faults_page_order_and_database_do_not_change_the_findings() {
    let reference = with(&["--faults", "0"]);
    assert_eq!(with(&["--faults", "0.3"]), reference, "30 % faults");
    for order in ["1", "2", "3"] {
        assert_eq!(with(&["--faults", "0", "--page-order", order]), reference, "page order {order}");
    }
    let url = Cluster::shared().database();
    assert_eq!(with(&["--faults", "0", "--ledger", &url]), reference, "PostgreSQL");
}

#[test]
fn another_seed_is_another_province() {
    let other = digest(&demo(&["--persons", "3000", "--seed", "6", "--faults", "0"]));
    assert_ne!(other, with(&["--faults", "0"])[0]);
}
