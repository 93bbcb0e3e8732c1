//! Pages with their checkpoints, rejects, and the run that they belong to.

use crate::both::{Opened, RUN, on_both, open, start};
use crate::world::{at, page, partition, person, reject, source};
use jiff::civil::date;
use schemas::{Cursor, PartitionStatus, RunStatus};
use store::StoreError;
use store::ledger::Committed;

on_both!(
    a_page_and_its_checkpoint_commit_together_and_only_once,
    a_page_that_claims_a_place_already_taken_by_another_is_refused,
    a_run_is_stopped_resumed_and_ended,
    the_same_reject_keeps_its_identity_over_the_nights,
    requests_of_a_night_are_counted_over_its_attempts,
);

async fn a_page_and_its_checkpoint_commit_together_and_only_once(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, RUN, "2026-11-24T02:00:00Z").await;
    let part = partition("all");
    ledger.plan_partitions(RUN, &[(part.clone(), Some(Cursor("c0".into())))]).await.unwrap();
    ledger.plan_partitions(RUN, &[(part.clone(), None)]).await.expect("planning twice is harmless");
    let first = page(vec![person("a", 1, "099085000001", "An"), person("b", 1, "099085000002", "Bình")], Some("c1"));
    assert_eq!(ledger.commit_page(RUN, &part, 0, &first).await.unwrap(), Committed::Written);
    assert_eq!(ledger.commit_page(RUN, &part, 0, &first).await.unwrap(), Committed::AlreadyThere);
    let state = ledger.partition(RUN, &part).await.unwrap();
    assert_eq!((state.pages, state.served, state.records), (1, 2, 2));
    assert_eq!((state.cursor, state.status), (Some(Cursor("c1".into())), PartitionStatus::Running));
    let last = page(vec![person("c", 1, "099085000003", "Cúc")], None);
    ledger.commit_page(RUN, &part, 1, &last).await.unwrap();
    let state = ledger.partition(RUN, &part).await.unwrap();
    assert_eq!((state.pages, state.served, state.status), (2, 3, PartitionStatus::Complete));
    assert_eq!(state.cursor, Some(Cursor("c1".into())), "the last cursor that was asked for stays");
    let pages = ledger.staged_pages(RUN, &part, 0, 10).await.unwrap();
    assert_eq!(pages.iter().map(|p| p.rows.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(pages[0].rows, first.records);
}

async fn a_page_that_claims_a_place_already_taken_by_another_is_refused(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, RUN, "2026-11-24T02:00:00Z").await;
    let part = partition("all");
    ledger.plan_partitions(RUN, &[(part.clone(), None)]).await.unwrap();
    ledger.commit_page(RUN, &part, 0, &page(vec![person("a", 1, "099085000001", "An")], Some("c1"))).await.unwrap();
    let other = page(vec![person("z", 1, "099085000009", "Dũng")], Some("c1"));
    for place in [0, 5] {
        let refused = ledger.commit_page(RUN, &part, place, &other).await;
        assert!(matches!(refused, Err(StoreError::CheckpointMoved { .. })), "at {place}: {refused:?}");
    }
    assert_eq!(ledger.partition(RUN, &part).await.unwrap().records, 1);
}

async fn a_run_is_stopped_resumed_and_ended(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, RUN, "2026-11-24T02:00:00Z").await;
    let (done, parked) = (partition("done"), partition("parked"));
    ledger.plan_partitions(RUN, &[(done.clone(), None), (parked.clone(), None)]).await.unwrap();
    ledger.commit_page(RUN, &done, 0, &page(vec![], None)).await.unwrap();
    ledger.set_partition_status(RUN, &parked, PartitionStatus::Parked, Some(("budget_exhausted", "…"))).await.unwrap();
    assert!(!ledger.heartbeat(RUN, at("2026-11-24T02:00:05Z")).await.unwrap());
    assert_eq!(ledger.request_stop().await.unwrap(), [RUN]);
    assert!(ledger.heartbeat(RUN, at("2026-11-24T02:00:10Z")).await.unwrap());
    ledger.finish_run(RUN, RunStatus::Stopped, at("2026-11-24T02:00:11Z"), Some(("STOPPED", "…")), None).await.unwrap();
    assert_eq!(ledger.run(RUN).await.unwrap().status, RunStatus::Stopped);
    assert_eq!(ledger.request_stop().await.unwrap(), Vec::<String>::new());
    ledger.reopen_run(RUN, "here", at("2026-11-24T03:00:00Z")).await.unwrap();
    let statuses: Vec<_> = ledger.partitions(RUN).await.unwrap().iter().map(|p| p.status).collect();
    assert_eq!(statuses, [PartitionStatus::Complete, PartitionStatus::Pending]);
    ledger.finish_run(RUN, RunStatus::Complete, at("2026-11-24T03:10:00Z"), None, Some("{}")).await.unwrap();
    let run = ledger.run(RUN).await.unwrap();
    assert_eq!((run.status, run.stage.as_str(), run.report.as_deref()), (RunStatus::Complete, "done", Some("{}")));
    assert!(matches!(ledger.run("r0").await, Err(StoreError::NotFound { .. })));
}

async fn the_same_reject_keeps_its_identity_over_the_nights(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let part = partition("all");
    for (run, started) in [("r1", "2026-11-24T02:00:00Z"), ("r2", "2026-11-25T02:00:00Z")] {
        start(ledger, run, started).await;
        ledger.plan_partitions(run, &[(part.clone(), None)]).await.unwrap();
        let mut bad = page(vec![person("a", 1, "099085000001", "An")], None);
        bad.served = 2;
        bad.rejects = vec![reject("bad_date", "{\"ngay\":\"31.02.2020\"}")];
        ledger.commit_page(run, &part, 0, &bad).await.unwrap();
    }
    let kept = ledger.quarantined(None, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].first_run.as_str(), kept[0].last_run.as_str()), ("r1", "r2"));
    assert_eq!(kept[0].payload.expose(), "{\"ngay\":\"31.02.2020\"}");
    assert_eq!(ledger.quarantined(Some("r1"), 10).await.unwrap().len(), 0);
    assert_eq!(ledger.quarantined_one(&kept[0].quarantine_id).await.unwrap().reason, "bad_date");
}

async fn requests_of_a_night_are_counted_over_its_attempts(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let night = date(2026, 11, 24);
    assert_eq!(ledger.requests_used(night, &source("land")).await.expect("an answer"), 0);
    ledger.add_requests(night, &source("land"), 7).await.expect("adds");
    ledger.add_requests(night, &source("land"), 5).await.expect("adds");
    assert_eq!(ledger.requests_used(night, &source("land")).await.expect("an answer"), 12);
    assert_eq!(ledger.requests_used(date(2026, 11, 25), &source("land")).await.expect("an answer"), 0);
}
