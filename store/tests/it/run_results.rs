//! What else a run leaves: pairs, counts, quality, inputs; and what officers teach.

use crate::both::{Opened, on_both, open};
use crate::world::{at, source};
use schemas::{Band, CommuneCode, Dataset};
use store::ledger::{LearnedUnit, LinkDecision, LinkFilter, LinkKey, LinkPair, LinkState, QualityRow, StaleCount};

on_both!(
    pairs_of_a_run_replace_those_of_the_run_before_and_the_newest_decision_counts,
    stale_counts_of_a_run_are_replaced_by_its_next_attempt,
    the_quality_of_a_run_is_replaced_by_its_next_attempt_and_may_have_no_figure,
    the_inputs_of_a_run_are_kept_as_its_last_attempt_had_them,
    what_an_officer_teaches_is_kept_the_newest_answer_counts_and_sharing_twice_changes_nothing,
);

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

async fn the_inputs_of_a_run_are_kept_as_its_last_attempt_had_them(kind: &str) {
    let opened = open(kind).await;
    opened.ledger.set_run_inputs("r1", "{\"a\": 1}").await.unwrap();
    opened.ledger.set_run_inputs("r1", "{\"a\": 2}").await.unwrap();
    assert_eq!(opened.ledger.run_inputs("r1").await.unwrap().as_deref(), Some("{\"a\": 2}"));
    assert_eq!(opened.ledger.run_inputs("r2").await.unwrap(), None);
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
