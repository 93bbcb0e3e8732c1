//! Every connector that exists goes through the conformance suite, and a few that are broken on
//! purpose show that it can fail.

mod files_bench;
mod flaws;
mod http_bench;
mod sql_bench;
mod switch;
mod toys;

use crate::servers::{MariaDb, Postgres};
use crate::sql_support::Server;
use connectors::conformance::{Bench, Fault, check};

async fn conforms(bench: &dyn Bench, faults: &[Fault]) {
    let report = check(bench).await;
    assert!(report.broken.is_empty(), "{}\n{report:?}", report.verdict());
    assert_eq!(report.faults, faults, "{report:?}");
    assert!(report.records > 0, "{report:?}");
}

const ALL: [Fault; 4] = [Fault::Cut, Fault::Away, Fault::Stale, Fault::Silent];

#[tokio::test(flavor = "multi_thread")]
async fn the_population_feed_conforms() {
    conforms(&http_bench::population_feed().await, &ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_up_conforms() {
    conforms(&http_bench::look_up().await, &ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_civil_status_register_and_its_poll_conform() {
    conforms(&http_bench::civil_status().await, &ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_land_system_conforms() {
    conforms(&http_bench::land().await, &ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_stop_system_conforms() {
    conforms(&http_bench::one_stop().await, &ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commune_files_conform() {
    conforms(&files_bench::Folder::new(), &[Fault::Cut, Fault::Away]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_of_postgresql_conform() {
    let bench = sql_bench::View::new(Server::Postgres(Postgres::shared())).await;
    conforms(&bench, &[Fault::Cut, Fault::Away, Fault::Silent]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_of_mariadb_conform() {
    let bench = sql_bench::View::new(Server::MariaDb(MariaDb::shared())).await;
    conforms(&bench, &[Fault::Cut, Fault::Away, Fault::Silent]).await;
}
