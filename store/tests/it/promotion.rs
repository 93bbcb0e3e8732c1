//! Which snapshot is in force.

use crate::both::{RUN, on_both, open, start};
use crate::world::{at, page, partition, person, source};
use schemas::Dataset;
use store::ledger::SnapshotRow;

on_both!(promotion_swaps_one_row_and_clears_the_stage, old_snapshots_are_listed_for_removal_but_never_the_current_one,);

fn snapshot(id: &str, run: &str, fetched: &str) -> SnapshotRow {
    SnapshotRow {
        snapshot_id: id.into(),
        run_id: run.into(),
        source: source("population"),
        dataset: Dataset::Person,
        complete: true,
        as_of: at("2026-11-24T02:00:00Z"),
        fetched_at: at(fetched),
        directory: format!("snapshots/population/person/{id}"),
        manifest: "{}".into(),
    }
}

async fn promotion_swaps_one_row_and_clears_the_stage(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, RUN, "2026-11-24T02:00:00Z").await;
    let part = partition("all");
    ledger.plan_partitions(RUN, &[(part.clone(), None)]).await.unwrap();
    ledger.commit_page(RUN, &part, 0, &page(vec![person("a", 1, "099085000001", "An")], None)).await.unwrap();
    for id in ["s1", "s2", "s2"] {
        ledger.promote(&snapshot(id, RUN, "2026-11-24T02:10:00Z")).await.unwrap();
    }
    let current = ledger.current_snapshots().await.unwrap();
    assert_eq!(current.iter().map(|s| s.snapshot_id.as_str()).collect::<Vec<_>>(), ["s2"]);
    assert!(ledger.staged_pages(RUN, &part, 0, 10).await.unwrap().is_empty());
}

async fn old_snapshots_are_listed_for_removal_but_never_the_current_one(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    for (id, day) in [("s1", 21), ("s2", 22), ("s3", 23)] {
        ledger.promote(&snapshot(id, RUN, &format!("2026-11-{day}T02:00:00Z"))).await.unwrap();
    }
    ledger.promote(&snapshot("s1", RUN, "2026-11-21T02:00:00Z")).await.unwrap();
    let old: Vec<_> = ledger.superseded_snapshots(1).await.unwrap().into_iter().map(|s| s.snapshot_id).collect();
    assert_eq!(old, ["s2"]);
    ledger.mark_removed("s2").await.unwrap();
    assert!(ledger.superseded_snapshots(1).await.unwrap().is_empty());
}
