//! Findings through the nights.

use crate::both::{RUN, connecting, on_both, open, start};
use crate::postgres::{Cluster, PASSWORD};
use crate::world::{finding, lines};
use jiff::civil::date;
use schemas::Sensitive;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use store::ledger::{FindingFilter, FindingState};
use store::{Ledger, open_ledger};

on_both!(
    a_finding_is_new_then_open_then_gone_then_reopened,
    merging_a_run_twice_changes_nothing,
    a_held_finding_is_neither_seen_nor_gone_and_loses_its_values,
    what_has_not_changed_is_not_brought_in_and_was_there_all_the_same,
    a_finding_that_is_held_for_nights_was_last_seen_before_them,
    a_ledger_of_before_bodies_had_hashes_writes_all_once_and_tells_nothing_new,
    a_thousand_findings_come_back_as_they_went_in,
);

/// A ledger of these migrations with the findings of a run `r1`.
macro_rules! as_it_was {
    ($pool:expr, $migrations:expr, $findings:expr) => {
        let migrator = sqlx::migrate::Migrator::new($migrations.path()).await.expect("migrations");
        migrator.run(&$pool).await.expect("migrates");
        for finding in &$findings {
            sqlx::query(
                "INSERT INTO findings (finding_id, kind, severity, subject, field, source, state, values_hash, body,
                                       first_run, first_date, last_run, last_date)
                 VALUES ($1, $2, $3, $4, $5, $6, 'new', $7, $8, 'r1', '2026-11-20', 'r1', '2026-11-20')",
            )
            .bind(finding.id())
            .bind(finding.kind.as_str())
            .bind(finding.severity.as_str())
            .bind(finding.subject.as_str())
            .bind(&finding.field)
            .bind(finding.source.as_str())
            .bind(finding.values_hash())
            .bind(serde_json::to_string(finding).expect("JSON"))
            .execute(&$pool)
            .await
            .expect("written");
        }
        $pool.close().await;
    };
}

/// As a night does it: only what the ledger does not have just so is brought in. Answers how many.
pub async fn bring_in(
    ledger: &dyn Ledger,
    run: &str,
    findings: &[schemas::Finding],
) -> (store::ledger::KnownFindings, usize) {
    let mut known = ledger.known_findings().await.unwrap();
    let news: Vec<_> = findings.iter().filter(|f| !is_known(&mut known, f)).cloned().collect();
    ledger.bring_in(run, lines(&news)).await.unwrap();
    (known, news.len())
}

fn is_known(known: &mut store::ledger::KnownFindings, finding: &schemas::Finding) -> bool {
    let (kind, subject, field, source) = finding.sort_key();
    let id = schemas::Finding::identity([kind, subject, field, source].map(str::as_bytes));
    known.has(&id, &store::ledger::body_hash(&serde_json::to_vec(finding).expect("JSON")))
}

async fn merge(ledger: &dyn Ledger, run: &str, day: i8, findings: &[schemas::Finding]) -> store::ledger::FindingCounts {
    ledger.clear_incoming(run).await.unwrap();
    let (known, _) = bring_in(ledger, run, findings).await;
    ledger.merge_findings(run, date(2026, 11, day), &known).await.unwrap()
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
    ledger.bring_in("r1", lines(&findings)).await.unwrap();
    ledger.bring_in("r1", lines(&findings)).await.expect("bringing in twice is harmless");
    let known = ledger.known_findings().await.unwrap();
    let twice = ledger.merge_findings("r1", date(2026, 11, 24), &known).await.unwrap();
    assert_eq!(once, twice, "what was brought in is not gone, though nobody noted it as seen");
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
    let (known, brought) = bring_in(ledger, "r3", &[lesser, seen.clone()]).await;
    assert_eq!(brought, 1);
    let forgotten = [held.subject.clone(), gone.subject.clone()];
    let forget = |found: &mut store::ledger::StoredFinding| {
        let source = found.finding.values[0].source.clone();
        forgotten.contains(&found.finding.subject) && found.finding.forget(&source, |_| true)
    };
    for _ in 0..2 {
        assert_eq!(ledger.hold_findings("r3", &forget).await.unwrap(), 1, "doing it twice changes nothing");
    }
    ledger.merge_findings("r3", date(2026, 11, 22), &known).await.unwrap();
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

async fn what_has_not_changed_is_not_brought_in_and_was_there_all_the_same(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let before = ["099085000001", "099085000002", "099085000003", "099085000004"].map(|id| finding(id, "An"));
    start(ledger, "r1", "2026-11-20T02:00:00Z").await;
    merge(ledger, "r1", 20, &before).await;
    let [still, _, milder, gone] = before;
    start(ledger, "r2", "2026-11-21T02:00:00Z").await;
    let changed = finding("099085000002", "Ân");
    let milder = schemas::Finding { severity: schemas::Severity::Check, ..milder };
    let tonight = [still.clone(), changed.clone(), milder.clone()];
    let (known, brought) = bring_in(ledger, "r2", &tonight).await;
    assert_eq!(brought, 2, "the one that has not changed is not brought in");
    ledger.merge_findings("r2", date(2026, 11, 21), &known).await.unwrap();
    let (known, brought) = bring_in(ledger, "r2", &tonight).await;
    assert_eq!(brought, 0, "a run that is merged again finds its own");
    ledger.merge_findings("r2", date(2026, 11, 21), &known).await.unwrap();
    for (finding, state, history) in [
        (still, FindingState::Open, vec!["appeared"]),
        (changed, FindingState::Open, vec!["appeared", "changed"]),
        (milder, FindingState::Open, vec!["appeared"]),
        (gone, FindingState::Gone, vec!["appeared", "gone"]),
    ] {
        let (stored, events) = ledger.finding(&finding.id()).await.unwrap();
        let last = (stored.last_run.as_str(), stored.last_date.as_str());
        assert_eq!((stored.state, last), (state, ("r2", "2026-11-21")), "{:?}", finding.subject);
        assert_eq!(stored.finding, finding);
        assert_eq!(events.iter().map(|e| e.event.as_str()).collect::<Vec<_>>(), history, "{:?}", finding.subject);
    }
}

async fn a_finding_that_is_held_for_nights_was_last_seen_before_them(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    let [held, seen] = ["099085000001", "099085000002"].map(|id| finding(id, "An"));
    let last = async |finding: &schemas::Finding| {
        let (stored, _) = ledger.finding(&finding.id()).await.unwrap();
        (stored.state, stored.last_run, stored.last_date)
    };
    let at = |state, run: &str, date: &str| (state, run.to_owned(), date.to_owned());
    start(ledger, "r1", "2026-11-20T02:00:00Z").await;
    merge(ledger, "r1", 20, &[held.clone(), seen.clone()]).await;
    for (run, day) in [("r2", 21), ("r3", 22)] {
        start(ledger, run, &format!("2026-11-{day}T02:00:00Z")).await;
        ledger.clear_incoming(run).await.unwrap();
        let (known, _) = bring_in(ledger, run, std::slice::from_ref(&seen)).await;
        let forget = |found: &mut store::ledger::StoredFinding| found.finding.subject == held.subject;
        assert_eq!(ledger.hold_findings(run, &forget).await.unwrap(), 1);
        ledger.merge_findings(run, date(2026, 11, day), &known).await.unwrap();
        assert_eq!(last(&held).await, at(FindingState::New, "r1", "2026-11-20"), "after {run}");
        assert_eq!(last(&seen).await, at(FindingState::Open, run, &format!("2026-11-{day}")));
    }
    start(ledger, "r4", "2026-11-23T02:00:00Z").await;
    merge(ledger, "r4", 23, &[held.clone(), seen.clone()]).await;
    assert_eq!(last(&held).await, at(FindingState::Open, "r4", "2026-11-23"));
    assert_eq!(last(&seen).await, at(FindingState::Open, "r4", "2026-11-23"));
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

async fn a_ledger_of_before_bodies_had_hashes_writes_all_once_and_tells_nothing_new(kind: &str) {
    let folder = tempfile::tempdir().unwrap();
    let before = migrations_before("0013", kind);
    let findings = [finding("099085000001", "An"), finding("099085000002", "Bình")];
    let url = if kind == "postgres" {
        let url = Cluster::shared().database();
        let options: PgConnectOptions = url.parse().expect("an address");
        let pool = sqlx::PgPool::connect_with(options.password(PASSWORD)).await.expect("opens");
        as_it_was!(pool, before, findings);
        url
    } else {
        let options = SqliteConnectOptions::new().filename(folder.path().join("ledger.sqlite")).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.expect("opens");
        as_it_was!(pool, before, findings);
        "sqlite".to_owned()
    };
    let ledger = open_ledger(&url, Some(&Sensitive::new(PASSWORD)), folder.path(), connecting(4)).await.expect("opens");
    ledger.migrate().await.expect("is brought up");
    for finding in &findings {
        let (stored, _) = ledger.finding(&finding.id()).await.unwrap();
        assert_eq!((stored.state, stored.last_run.as_str()), (FindingState::New, "r1"), "as it was");
    }
    for (run, day, news) in [("r2", 21, 2), ("r3", 22, 0)] {
        start(&*ledger, run, &format!("2026-11-{day}T02:00:00Z")).await;
        let (known, brought) = bring_in(&*ledger, run, &findings).await;
        assert_eq!(brought, news, "{run}");
        ledger.merge_findings(run, date(2026, 11, day), &known).await.unwrap();
        for finding in &findings {
            let (stored, events) = ledger.finding(&finding.id()).await.unwrap();
            assert_eq!((stored.state, stored.last_run.as_str(), events.len()), (FindingState::Open, run, 1));
            assert_eq!(stored.finding, *finding);
        }
    }
}

/// The migrations that a ledger of that time had had.
pub fn migrations_before(number: &str, kind: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(format!("{}/migrations/{kind}", env!("CARGO_MANIFEST_DIR"))).expect("migrations") {
        let entry = entry.expect("a file");
        if entry.file_name().to_str().is_some_and(|name| name < number) {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
        }
    }
    folder
}
