//! Findings are a function of what the sources hold: not of faults, not of the order of pages,
//! not of the database.

use crate::postgres::Cluster;
use crate::support::{demo, digest};

const WORLD: [&str; 4] = ["--persons", "3000", "--seed", "5"];

fn with(more: &[&str]) -> String {
    let arguments: Vec<&str> = WORLD.iter().chain(more).copied().collect();
    digest(&demo(&arguments))
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
    assert_ne!(other, with(&["--faults", "0"]));
}
