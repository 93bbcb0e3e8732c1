//! One suite for both databases: what the ledger promises, whichever it is.

use crate::both::{Opened, connecting, on_both, open};
use crate::postgres::{Cluster, PASSWORD};
use crate::world::{at, finding, page, partition, person, reject, source};
use jiff::SignedDuration;
use jiff::civil::date;
use schemas::{Band, CommuneCode, Cursor, Dataset, PartitionStatus, RunStatus, Sensitive};
use store::audit_chain::{AuditEntry, AuditKey, Verifier};
use store::ledger::{
    Committed, FindingFilter, FindingState, LearnedUnit, LeaseOutcome, LinkDecision, LinkFilter, LinkKey, LinkPair,
    LinkState, NewRun, QualityRow, SnapshotRow, StaleCount,
};
use store::{Ledger, StoreError, open_ledger};

const RUN: &str = "r1";

async fn start(ledger: &dyn Ledger, run_id: &str, started: &str) {
    let run = NewRun {
        run_id: run_id.into(),
        started_at: at(started),
        business_date: date(2026, 11, 24),
        province: "08".into(),
        owner: "here".into(),
    };
    ledger.create_run(&run).await.expect("starts");
}

on_both!(
    a_page_and_its_checkpoint_commit_together_and_only_once,
    a_lease_is_held_until_it_is_given_back_or_not_renewed,
    who_lost_the_lease_writes_nothing_any_more,
    requests_of_a_night_are_counted_over_its_attempts,
    audit_entries_form_one_chain_however_many_write,
    nothing_is_appended_to_an_audit_log_without_the_entry_that_was_last,
    a_page_that_claims_a_place_already_taken_by_another_is_refused,
    a_run_is_stopped_resumed_and_ended,
    the_same_reject_keeps_its_identity_over_the_nights,
    promotion_swaps_one_row_and_clears_the_stage,
    old_snapshots_are_listed_for_removal_but_never_the_current_one,
    a_finding_is_new_then_open_then_gone_then_reopened,
    merging_a_run_twice_changes_nothing,
    a_held_finding_is_neither_seen_nor_gone_and_loses_its_values,
    migrating_twice_is_harmless,
    a_thousand_findings_come_back_as_they_went_in,
    pairs_of_a_run_replace_those_of_the_run_before_and_the_newest_decision_counts,
    stale_counts_of_a_run_are_replaced_by_its_next_attempt,
    the_quality_of_a_run_is_replaced_by_its_next_attempt_and_may_have_no_figure,
    the_inputs_of_a_run_are_kept_as_its_last_attempt_had_them,
    what_an_officer_teaches_is_kept_the_newest_answer_counts_and_sharing_twice_changes_nothing,
);

async fn a_lease_is_held_until_it_is_given_back_or_not_renewed(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let life = SignedDuration::from_secs(60);
    let take = |holder: &'static str, when: &str| {
        let (ledger, when) = (ledger.clone(), at(when));
        async move { ledger.take_lease("nightly", holder, when, life).await.expect("an answer") }
    };
    let taken = |outcome| match outcome {
        LeaseOutcome::Taken(lease) => lease.token,
        LeaseOutcome::Held { holder, .. } => panic!("held by {holder}"),
    };
    assert_eq!(taken(take("a", "2026-11-24T19:00:00Z").await), 1);
    ledger.renew_lease(at("2026-11-24T19:00:30Z")).await.expect("ours");
    let held = LeaseOutcome::Held { holder: "a".into(), renewed_at: at("2026-11-24T19:00:30Z") };
    assert_eq!(take("b", "2026-11-24T19:01:29Z").await, held);
    assert_eq!(taken(take("a", "2026-11-24T19:01:29Z").await), 2, "the same place, restarted");
    assert_eq!(taken(take("b", "2026-11-24T19:02:30Z").await), 3, "not renewed for its life");
    ledger.release_lease().await.expect("given back");
    assert_eq!(taken(take("c", "2026-11-24T19:02:31Z").await), 4);
}

async fn who_lost_the_lease_writes_nothing_any_more(kind: &str) {
    let folder = tempfile::tempdir().unwrap();
    let url = if kind == "postgres" { Cluster::shared().database() } else { "sqlite".to_owned() };
    let instance =
        async || open_ledger(&url, Some(&Sensitive::new(PASSWORD)), folder.path(), connecting(4)).await.expect("opens");
    let (slow, quick) = (instance().await, instance().await);
    slow.migrate().await.expect("migrates");
    let life = SignedDuration::from_secs(60);
    let taken = |outcome| assert!(matches!(outcome, LeaseOutcome::Taken(_)), "{outcome:?}");
    taken(slow.take_lease("nightly", "a", at("2026-11-24T19:00:00Z"), life).await.expect("an answer"));
    start(&*slow, RUN, "2026-11-24T19:00:00Z").await;
    let partition = partition("00691");
    slow.plan_partitions(RUN, &[(partition.clone(), None)]).await.expect("plans");
    slow.commit_page(RUN, &partition, 0, &page(vec![person("k1", 1, "099085000001", "An")], Some("c1")))
        .await
        .expect("holds the lease");
    taken(quick.take_lease("nightly", "b", at("2026-11-24T19:05:00Z"), life).await.expect("an answer"));

    let lost = |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::LeaseLost)), "{result:?}");
    lost(slow.renew_lease(at("2026-11-24T19:05:01Z")).await);
    lost(
        slow.commit_page(RUN, &partition, 1, &page(vec![person("k2", 1, "099085000002", "Bình")], None))
            .await
            .map(|_| ()),
    );
    lost(slow.set_partition_status(RUN, &partition, PartitionStatus::Failed, None).await);
    lost(slow.plan_partitions(RUN, &[]).await);
    lost(slow.restart_partition(RUN, &partition, None).await);
    lost(slow.set_stage(RUN, "publish").await);
    lost(slow.bring_in(RUN, &[finding("f1", "a")]).await);
    lost(slow.add_requests(date(2026, 11, 24), &source("land"), 1).await);
    lost(slow.merge_findings(RUN, date(2026, 11, 24)).await.map(|_| ()));
    lost(slow.finish_run(RUN, RunStatus::Complete, at("2026-11-24T19:06:00Z"), None, None).await);
    lost(slow.drop_stale_stages("other").await.map(|_| ()));

    let state = quick.partition(RUN, &partition).await.expect("there");
    assert_eq!((state.pages, state.status), (1, PartitionStatus::Running));
    quick
        .commit_page(RUN, &partition, 1, &page(vec![person("k2", 1, "099085000002", "Bình")], None))
        .await
        .expect("the new holder may");
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

async fn audit_entries_form_one_chain_however_many_write(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let key = AuditKey::parse(&"1f".repeat(32)).expect("a key");
    let entry = |writer: usize, at: usize| AuditEntry { request_id: format!("{writer}-{at}"), ..AuditEntry::default() };
    let writers = (0..4).map(|writer| {
        let (ledger, key) = (ledger.clone(), key.clone());
        tokio::spawn(async move {
            for at in 0..10 {
                ledger.append_audit(&key, None, &[entry(writer, at), entry(writer, at + 100)]).await.expect("appends");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("lives");
    }
    let (last, hash) = ledger.append_audit(&key, None, &[]).await.expect("the head");
    let mut verifier = Verifier::new(&key, Some((last, hash)));
    for chained in ledger.audit_from(1, 1_000).await.expect("reads") {
        verifier.next(&chained).expect("unbroken");
    }
    assert_eq!(verifier.finish(), Ok(80));
}

async fn nothing_is_appended_to_an_audit_log_without_the_entry_that_was_last(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let key = AuditKey::parse(&"1f".repeat(32)).expect("a key");
    let entry = [AuditEntry { event: "check.open".into(), ..AuditEntry::default() }];
    let first = ledger.append_audit(&key, None, &entry).await.expect("appends");
    let second = ledger.append_audit(&key, Some(&first), &entry).await.expect("behind the last one");
    ledger.append_audit(&key, Some(&first), &entry).await.expect("behind what others wrote meanwhile");
    for gone in [(4, second.1.clone()), (2, first.1.clone()), (3, first.1)] {
        let refused = ledger.append_audit(&key, Some(&gone), &entry).await;
        assert!(matches!(refused, Err(StoreError::AuditBroken { .. })), "{} is not there so", gone.0);
    }
    assert_eq!(ledger.audit_from(1, 10).await.expect("reads").len(), 3, "who was refused has written nothing");
}

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

async fn merge(ledger: &dyn Ledger, run: &str, day: i8, findings: &[schemas::Finding]) -> store::ledger::FindingCounts {
    ledger.clear_incoming(run).await.unwrap();
    ledger.bring_in(run, findings).await.unwrap();
    ledger.merge_findings(run, date(2026, 11, day)).await.unwrap()
}

async fn a_finding_is_new_then_open_then_gone_then_reopened(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let subject = "099085000001";
    let nights: [(&str, i8, Vec<schemas::Finding>, FindingState); 5] = [
        ("r1", 20, vec![finding(subject, "An")], FindingState::New),
        ("r2", 21, vec![finding(subject, "An")], FindingState::Open),
        ("r3", 22, vec![], FindingState::Gone),
        ("r4", 23, vec![finding(subject, "Ân")], FindingState::Reopened),
        ("r5", 24, vec![finding(subject, "Ẩn")], FindingState::Open),
    ];
    for (run, day, findings, expected) in &nights {
        start(ledger, run, &format!("2026-11-{day}T02:00:00Z")).await;
        merge(ledger, run, *day, findings).await;
        let (stored, _) = ledger.finding(&finding(subject, "").id()).await.unwrap();
        assert_eq!(stored.state, *expected, "after {run}");
    }
    let id = finding(subject, "").id();
    let (stored, events) = ledger.finding(&id[..8]).await.unwrap();
    assert_eq!((stored.first_run.as_str(), stored.last_date.as_str()), ("r1", "2026-11-24"));
    let history: Vec<_> = events.iter().map(|e| (e.run_id.as_str(), e.event.as_str())).collect();
    assert_eq!(history, [("r1", "appeared"), ("r3", "gone"), ("r4", "reopened"), ("r5", "changed")]);
}

async fn merging_a_run_twice_changes_nothing(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, "r1", "2026-11-24T02:00:00Z").await;
    let findings = [finding("099085000001", "An"), finding("099085000002", "Bình")];
    let once = merge(ledger, "r1", 24, &findings).await;
    ledger.bring_in("r1", &findings).await.unwrap();
    ledger.bring_in("r1", &findings).await.expect("bringing in twice is harmless");
    let twice = ledger.merge_findings("r1", date(2026, 11, 24)).await.unwrap();
    assert_eq!(once, twice);
    assert_eq!(twice.by_state.get("new"), Some(&2));
}

async fn a_held_finding_is_neither_seen_nor_gone_and_loses_its_values(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let [held, seen, gone] = ["099085000001", "099085000002", "099085000003"].map(|id| finding(id, "An"));
    start(ledger, "r1", "2026-11-20T02:00:00Z").await;
    merge(ledger, "r1", 20, &[held.clone(), seen.clone(), gone.clone()]).await;
    start(ledger, "r2", "2026-11-21T02:00:00Z").await;
    merge(ledger, "r2", 21, &[held.clone(), seen.clone()]).await;

    start(ledger, "r3", "2026-11-22T02:00:00Z").await;
    ledger.clear_incoming("r3").await.unwrap();
    // The lesser evidence of tonight does not replace what is held.
    let lesser = schemas::Finding { explanation_vi: Sensitive::new("ít hơn"), ..held.clone() };
    ledger.bring_in("r3", &[lesser, seen.clone()]).await.unwrap();
    let forgotten = [held.subject.clone(), gone.subject.clone()];
    let forget = |found: &mut store::ledger::StoredFinding| {
        let source = found.finding.values[0].source.clone();
        forgotten.contains(&found.finding.subject) && found.finding.forget(&source, |_| true)
    };
    for _ in 0..2 {
        assert_eq!(ledger.hold_findings("r3", &forget).await.unwrap(), 1, "doing it twice changes nothing");
    }
    ledger.merge_findings("r3", date(2026, 11, 22)).await.unwrap();
    for (finding, state, last, events, values) in [
        (&held, FindingState::Open, "2026-11-21", 1, false),
        (&seen, FindingState::Open, "2026-11-22", 1, true),
        (&gone, FindingState::Gone, "2026-11-21", 2, false),
    ] {
        let (stored, history) = ledger.finding(&finding.id()).await.unwrap();
        let subject = &finding.subject;
        assert_eq!((stored.state, stored.last_date.as_str(), history.len()), (state, last, events), "{subject:?}");
        assert_eq!(stored.finding.values.iter().any(|v| v.value.is_some()), values, "{subject:?}");
        assert!(!stored.finding.explanation_vi.expose().contains("ít hơn"));
    }
    // The source answers again.
    start(ledger, "r4", "2026-11-23T02:00:00Z").await;
    merge(ledger, "r4", 23, &[held.clone(), seen.clone()]).await;
    let (stored, history) = ledger.finding(&held.id()).await.unwrap();
    assert_eq!((stored.state, stored.finding, history.len()), (FindingState::Open, held, 1), "as if nothing had been");
}

async fn migrating_twice_is_harmless(kind: &str) {
    let opened = open(kind).await;
    opened.ledger.migrate().await.expect("a second migration finds nothing to do");
}

async fn a_thousand_findings_come_back_as_they_went_in(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, RUN, "2026-11-24T02:00:00Z").await;
    let findings: Vec<_> = (0..4500).map(|n| finding(&format!("09908500{n:04}"), "An")).collect();
    let counts = merge(ledger, RUN, 24, &findings).await;
    assert_eq!(counts.by_kind.get("NAME_DIFF"), Some(&4500));
    let mut back: Vec<_> =
        ledger.findings(&FindingFilter::default()).await.unwrap().into_iter().map(|s| s.finding).collect();
    back.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    assert_eq!(back, findings);
    let subjects = vec!["person:099085000042".into(), "person:099085000043".into(), "person:nobody".into()];
    let several = FindingFilter { subjects, ..FindingFilter::default() };
    assert_eq!(ledger.findings(&several).await.unwrap().len(), 2);
}

async fn what_an_officer_teaches_is_kept_the_newest_answer_counts_and_sharing_twice_changes_nothing(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let answer = |new: &str, day: &str| LearnedUnit {
        old_commune: CommuneCode::parse("02497").unwrap(),
        hamlet_key: "thon 5".into(),
        hamlet: "Thôn 5".into(),
        new_commune: CommuneCode::parse(new).unwrap(),
        officer: "clerk".into(),
        learned_at: at(&format!("2026-11-{day}T02:00:00Z")),
        note: None,
    };
    assert_eq!(ledger.learn(&[answer("02215", "20")]).await.unwrap(), 1);
    assert_eq!(ledger.learn(&[answer("02215", "20")]).await.unwrap(), 0);
    assert_eq!(ledger.learn(&[answer("02509", "21")]).await.unwrap(), 1);
    assert_eq!(ledger.learn(&[answer("02215", "19")]).await.unwrap(), 0, "an older answer does not come back");
    assert_eq!(ledger.learned().await.unwrap(), [answer("02509", "21")]);
    assert!(ledger.forget("02497", "thon 5").await.unwrap());
    assert!(!ledger.forget("02497", "thon 5").await.unwrap());
}

async fn pairs_of_a_run_replace_those_of_the_run_before_and_the_newest_decision_counts(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let key = |record: &str, part, person: &str| LinkKey {
        source: source("land"),
        dataset: Dataset::LandRight,
        record_key: record.into(),
        part,
        person: person.into(),
    };
    let pair = |run: &str, record: &str, part, person: &str, state, probability| LinkPair {
        key: key(record, part, person),
        run_id: run.into(),
        state,
        probability,
        values_digest: "ab".into(),
        steps: "[]".into(),
    };
    let first = pair("r1", "g1", 0, "099085000123", LinkState::Doubt, 0.5);
    ledger.set_links("r1", std::slice::from_ref(&first), "{}").await.unwrap();
    let all = LinkFilter::default();
    assert_eq!(ledger.link_pairs(&all).await.unwrap(), [first]);
    let doubt = pair("r2", "g1", 1, "099085000124", LinkState::Doubt, 0.25);
    let other = pair("r2", "g1", 1, "099085000125", LinkState::Doubt, 0.75);
    let linked = pair("r2", "g2", 0, "099085000126", LinkState::Linked, 0.9999);
    let pairs = [doubt.clone(), other.clone(), linked.clone()];
    ledger.set_links("r2", &pairs, "{\"version\":1}").await.unwrap();
    ledger.set_links("r2", &pairs, "{\"version\":1}").await.unwrap();
    assert_eq!(ledger.link_pairs(&all).await.unwrap(), [linked, other.clone(), doubt.clone()]);
    let in_doubt = LinkFilter { state: Some(LinkState::Doubt), ..LinkFilter::default() };
    assert_eq!(ledger.link_pairs(&in_doubt).await.unwrap(), [other.clone(), doubt]);
    let one = LinkFilter { record_key: Some("g1".into()), limit: Some(1), ..LinkFilter::default() };
    assert_eq!(ledger.link_pairs(&one).await.unwrap(), [other]);
    let elsewhere = LinkFilter { source: Some("files".into()), ..LinkFilter::default() };
    assert!(ledger.link_pairs(&elsewhere).await.unwrap().is_empty());
    assert_eq!(ledger.link_model("r2").await.unwrap().as_deref(), Some("{\"version\":1}"));
    assert_eq!(ledger.link_model("r3").await.unwrap(), None);

    let decision = |same, day: &str| LinkDecision {
        key: key("g1", 1, "099085000124"),
        same,
        officer: "clerk".into(),
        reason: "the papers".into(),
        decided_at: at(&format!("2026-11-{day}T02:00:00Z")),
        values_digest: "ab".into(),
    };
    assert!(ledger.decide_link(&decision(true, "20")).await.unwrap());
    assert!(ledger.decide_link(&decision(false, "21")).await.unwrap());
    assert!(!ledger.decide_link(&decision(true, "19")).await.unwrap(), "an older answer does not come back");
    assert_eq!(ledger.link_decisions().await.unwrap(), [decision(false, "21")]);
}

async fn the_quality_of_a_run_is_replaced_by_its_next_attempt_and_may_have_no_figure(kind: &str) {
    let opened = open(kind).await;
    let row = |source: &str, commune: &str, dqi: Option<i64>| QualityRow {
        source: source.into(),
        commune: commune.into(),
        rows: 40,
        dqi,
        band: dqi.map(|points| if points > 8_000 { Band::Green } else { Band::Red }),
        measured: "{}".into(),
    };
    let first = [row("land", "00691", Some(9_875)), row("land", "00700", Some(10_000))];
    opened.ledger.set_quality("r1", &first).await.unwrap();
    assert_eq!(opened.ledger.quality("r1").await.unwrap(), first);
    let second = [row("land", "", None), row("one_stop", "00691", Some(7_001))];
    opened.ledger.set_quality("r1", &second).await.unwrap();
    assert_eq!(opened.ledger.quality("r1").await.unwrap(), second);
    assert!(opened.ledger.quality("r2").await.unwrap().is_empty());
}

async fn stale_counts_of_a_run_are_replaced_by_its_next_attempt(kind: &str) {
    let opened = open(kind).await;
    let count = |commune: &str, stale| StaleCount {
        source: "land".into(),
        commune: commune.into(),
        addresses: 10,
        stale,
        split: 1,
    };
    opened.ledger.set_stale_counts("r1", &[count("00691", 3), count("00700", 4)]).await.unwrap();
    opened.ledger.set_stale_counts("r1", &[count("00691", 5)]).await.unwrap();
    assert_eq!(opened.ledger.stale_counts("r1").await.unwrap(), [count("00691", 5)]);
    assert!(opened.ledger.stale_counts("r2").await.unwrap().is_empty());
}

async fn the_inputs_of_a_run_are_kept_as_its_last_attempt_had_them(kind: &str) {
    let opened = open(kind).await;
    opened.ledger.set_run_inputs("r1", "{\"a\": 1}").await.unwrap();
    opened.ledger.set_run_inputs("r1", "{\"a\": 2}").await.unwrap();
    assert_eq!(opened.ledger.run_inputs("r1").await.unwrap().as_deref(), Some("{\"a\": 2}"));
    assert_eq!(opened.ledger.run_inputs("r2").await.unwrap(), None);
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_database_have_codes_of_their_own() {
    let url = Cluster::shared().database();
    let folder = tempfile::tempdir().unwrap();
    let open = |url: String, password: &'static str| {
        let folder = folder.path().to_owned();
        async move {
            open_ledger(&url, Some(&Sensitive::new(password)), &folder, connecting(2))
                .await
                .map(|_| ())
                .unwrap_err()
                .code()
        }
    };
    assert_eq!(open(url.clone(), "wrong").await, "LEDGER_PASSWORD");
    assert_eq!(open(format!("{url}_missing"), PASSWORD).await, "LEDGER_MISSING");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(open(format!("postgres://doisoat@127.0.0.1:{free}/x"), PASSWORD).await, "LEDGER_UNREACHABLE");
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_named_corrupt_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.sqlite");
    let content = "this is a letter, not a database; ".repeat(100);
    std::fs::write(&file, &content).unwrap();
    let error = open_ledger("sqlite", None, folder.path(), connecting(1)).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "LEDGER_CORRUPT", "{error:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
}
