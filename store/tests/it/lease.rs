//! Who may write: one holder at a time, and nobody who lost it.

use crate::both::{Opened, RUN, connecting, on_both, open, start};
use crate::postgres::{Cluster, PASSWORD};
use crate::world::{at, finding, lines, page, partition, person, source};
use jiff::SignedDuration;
use jiff::civil::date;
use schemas::{PartitionStatus, RunStatus, Sensitive};
use store::ledger::{KnownFindings, LeaseOutcome};
use store::{StoreError, open_ledger};

on_both!(a_lease_is_held_until_it_is_given_back_or_not_renewed, who_lost_the_lease_writes_nothing_any_more,);

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
    lost(slow.bring_in(RUN, lines(&[finding("f1", "a")])).await);
    lost(slow.add_requests(date(2026, 11, 24), &source("land"), 1).await);
    lost(slow.merge_findings(RUN, date(2026, 11, 24), &KnownFindings::default()).await.map(|_| ()));
    lost(slow.finish_run(RUN, RunStatus::Complete, at("2026-11-24T19:06:00Z"), None, None).await);
    lost(slow.drop_stale_stages("other").await.map(|_| ()));

    let state = quick.partition(RUN, &partition).await.expect("there");
    assert_eq!((state.pages, state.status), (1, PartitionStatus::Running));
    quick
        .commit_page(RUN, &partition, 1, &page(vec![person("k2", 1, "099085000002", "Bình")], None))
        .await
        .expect("the new holder may");
}
