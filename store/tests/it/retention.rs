//! What is old goes, what must stay stays: kind by kind.

use crate::both::{on_both, open};
use crate::world::{at, finding, lines, page, partition, person, reject};
use jiff::civil::date;
use schemas::{Dataset, RunStatus};
use store::ledger::{
    Aged, BeatRow, Begun, Correction, CorrectionItem, CorrectionState, CorrectionStep, Escalation, EscalationAnswer,
    FindingDecision, FindingFilter, FindingState, IncidentRow, NewRun, Purpose, Removal, Session, SnapshotRow,
};
use store::{Ledger, Scope, StoreError};

on_both!(
    stages_go_but_never_those_of_the_run_that_can_be_resumed,
    a_run_goes_with_all_it_kept_but_not_while_its_snapshot_is_there_nor_the_last_that_ended,
    the_quarantine_forgets_whom_no_young_run_met,
    a_gone_finding_goes_with_its_history_unless_somebody_works_on_it,
    closed_requests_and_answered_questions_go_and_open_ones_stay,
    sessions_links_requests_and_counts_go_by_their_own_time,
    what_is_only_counted_stays,
    nights_and_incidents_grow_old_and_the_newest_good_night_stays,
);

const OLD: &str = "2026-01-10T19:00:00Z";
const LIMIT: &str = "2026-06-01T00:00:00Z";
const YOUNG: &str = "2026-11-24T19:00:00Z";

async fn run(ledger: &dyn Ledger, run_id: &str, started: &str, ended: Option<RunStatus>) {
    let run = NewRun {
        run_id: run_id.into(),
        started_at: at(started),
        business_date: schemas::clock::vietnam_date(at(started)),
        province: "08".into(),
        owner: "here".into(),
    };
    ledger.create_run(&run).await.expect("starts");
    if let Some(status) = ended {
        ledger.finish_run(run_id, status, at(started), None, Some("{}")).await.expect("ends");
    }
}

async fn removed(ledger: &dyn Ledger, what: Aged) -> Removal {
    ledger.remove_aged(what, at(LIMIT), true).await.expect("removed")
}

fn removal(count: u64, oldest: (i16, i8, i8), newest: (i16, i8, i8)) -> Removal {
    let day = |(year, month, day)| Some(date(year, month, day));
    Removal { count, oldest: day(oldest), newest: day(newest) }
}

/// Two pages, one rejected record.
async fn staged(ledger: &dyn Ledger, run_id: &str, payload: &str) {
    let partition = partition("00691");
    ledger.plan_partitions(run_id, &[(partition.clone(), None)]).await.expect("planned");
    let mut first = page(vec![person("k1", 1, "099085000001", "An")], Some("c1"));
    first.rejects = vec![reject("bad_date", payload)];
    first.served += 1;
    ledger.commit_page(run_id, &partition, 0, &first).await.expect("committed");
    let second = page(vec![person("k2", 1, "099085000002", "Bình")], None);
    ledger.commit_page(run_id, &partition, 1, &second).await.expect("committed");
}

async fn pages(ledger: &dyn Ledger, run_id: &str) -> usize {
    ledger.staged_pages(run_id, &partition("00691"), 0, 9).await.expect("read").len()
}

async fn stages_go_but_never_those_of_the_run_that_can_be_resumed(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    for (run_id, started) in [("r1", OLD), ("r2", "2026-02-10T19:00:00Z"), ("r3", "2026-03-10T19:00:00Z")] {
        run(ledger, run_id, started, Some(RunStatus::Failed)).await;
        staged(ledger, run_id, run_id).await;
    }
    // 19:00 in Greenwich is the next day in Vietnam.
    assert_eq!(removed(ledger, Aged::Stages).await, removal(4, (2026, 1, 11), (2026, 2, 11)));
    assert_eq!((pages(ledger, "r1").await, pages(ledger, "r2").await), (0, 0));
    assert_eq!(pages(ledger, "r3").await, 2, "however old: it is the newest, and --resume takes it up");
    run(ledger, "r4", YOUNG, Some(RunStatus::Complete)).await;
    assert_eq!(removed(ledger, Aged::Stages).await.count, 2, "nobody resumes it any more");
    assert_eq!(ledger.partitions("r3").await.expect("read").len(), 1, "where it stood is still told");
}

fn snapshot(run_id: &str) -> SnapshotRow {
    SnapshotRow {
        snapshot_id: format!("{run_id}-s"),
        run_id: run_id.into(),
        source: crate::world::source("population"),
        dataset: Dataset::Person,
        complete: true,
        as_of: at(OLD),
        fetched_at: at(OLD),
        directory: format!("snapshots/{run_id}"),
        manifest: "{}".into(),
    }
}

async fn a_run_goes_with_all_it_kept_but_not_while_its_snapshot_is_there_nor_the_last_that_ended(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    run(ledger, "plain", OLD, Some(RunStatus::Complete)).await;
    staged(ledger, "plain", "x").await;
    ledger.set_run_inputs("plain", "{}").await.expect("kept");
    ledger.set_links("plain", &[], "{}").await.expect("kept");
    run(ledger, "emptied", "2026-01-12T19:00:00Z", Some(RunStatus::Complete)).await;
    ledger.promote(&snapshot("emptied")).await.expect("promoted");
    run(ledger, "serving", "2026-02-10T19:00:00Z", Some(RunStatus::Complete)).await;
    ledger.promote(&snapshot("serving")).await.expect("promoted");
    ledger.mark_removed("emptied-s").await.expect("its files are gone");
    run(ledger, "last", "2026-03-10T19:00:00Z", Some(RunStatus::Incomplete)).await;
    run(ledger, "stopped", "2026-04-10T19:00:00Z", Some(RunStatus::Stopped)).await;
    run(ledger, "hangs", "2026-04-11T19:00:00Z", None).await;
    run(ledger, "newest", "2026-05-10T19:00:00Z", Some(RunStatus::Failed)).await;

    assert_eq!(removed(ledger, Aged::Runs).await, removal(3, (2026, 1, 11), (2026, 4, 11)));
    let left: Vec<String> = ledger.runs(20).await.expect("listed").into_iter().map(|run| run.run_id).collect();
    assert_eq!(left, ["newest", "hangs", "last", "serving"]);
    assert!(matches!(ledger.run("plain").await, Err(StoreError::NotFound { .. })));
    assert!(ledger.partitions("plain").await.expect("read").is_empty());
    assert_eq!(ledger.run_inputs("plain").await.expect("read"), None);
    assert_eq!(ledger.link_model("plain").await.expect("read"), None);
    assert_eq!(ledger.current_snapshots().await.expect("listed").len(), 1);
    assert_eq!(removed(ledger, Aged::Runs).await, Removal::default(), "twice changes nothing");
}

async fn the_quarantine_forgets_whom_no_young_run_met(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    run(ledger, "old", OLD, Some(RunStatus::Complete)).await;
    staged(ledger, "old", "seen once").await;
    ledger.restart_partition("old", &partition("00691"), None).await.expect("restarted");
    staged(ledger, "old", "seen again").await;
    run(ledger, "young", YOUNG, Some(RunStatus::Complete)).await;
    staged(ledger, "young", "seen again").await;
    assert_eq!(removed(ledger, Aged::Quarantine).await, removal(1, (2026, 1, 11), (2026, 1, 11)));
    let left = ledger.quarantined(None, 9).await.expect("listed");
    assert_eq!(left.iter().map(|one| one.payload.expose()).collect::<Vec<_>>(), ["seen again"]);
    assert_eq!(left[0].first_run, "old", "it was met again, so it is not old");
}

/// Brings these in as the findings of a run.
async fn night(ledger: &dyn Ledger, run_id: &str, started: &str, subjects: &[&str]) {
    run(ledger, run_id, started, Some(RunStatus::Complete)).await;
    let findings: Vec<_> = subjects.iter().map(|subject| finding(subject, "An")).collect();
    ledger.bring_in(run_id, lines(&findings)).await.expect("brought in");
    let day = schemas::clock::vietnam_date(at(started));
    let known = ledger.known_findings().await.expect("known");
    ledger.merge_findings(run_id, day, &known).await.expect("merged");
}

fn request(id: &str, finding_subject: &str, unit: &str) -> (Correction, CorrectionItem) {
    let finding = finding(finding_subject, "An");
    let correction = Correction {
        correction_id: id.into(),
        year: 2026,
        number: 0,
        owner: "land".into(),
        unit: Some(unit.into()),
        state: CorrectionState::Draft,
        created_by: "lan".into(),
        created_at: at(OLD),
        sent_at: None,
        due_on: None,
        answered_at: None,
        answer: None,
        closed_at: None,
    };
    (correction, CorrectionItem { finding_id: finding.id(), finding })
}

async fn step(ledger: &dyn Ledger, id: &str, to: CorrectionState, when: &str) {
    let step = CorrectionStep { to, at: at(when), due_on: Some(date(2026, 2, 1)), answer: Some("đã sửa") };
    ledger.step_correction(&Scope::Province, id, &step).await.expect("moved on");
}

fn question(id: &str, finding_id: Option<String>) -> Escalation {
    Escalation {
        escalation_id: id.into(),
        subject: "person:099085000001".into(),
        finding_id,
        unit: Some("00691".into()),
        note: "nhờ hỏi sở".into(),
        ticket: String::new(),
        officer: "lan".into(),
        escalated_at: at(OLD),
        answered: None,
    }
}

async fn answer(ledger: &dyn Ledger, id: &str, when: &str) {
    let answer = EscalationAnswer { text: "xong".into(), officer: "tinh".into(), at: at(when) };
    ledger.answer_escalation(&Scope::Province, id, &answer).await.expect("answered");
}

async fn a_gone_finding_goes_with_its_history_unless_somebody_works_on_it(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    let subjects = ["099085000001", "099085000002", "099085000003", "099085000004", "099085000005"];
    let id = |at: usize| finding(subjects[at], "An").id();
    night(ledger, "r1", OLD, &subjects).await;
    night(ledger, "r2", "2026-02-10T19:00:00Z", &subjects[3..]).await;
    let (fresh, item) = request("c1", subjects[1], "00691");
    ledger.draft_correction(&fresh, &item).await.expect("drafted");
    ledger.escalate(&question("e1", Some(id(2)))).await.expect("escalated");
    night(ledger, "r3", YOUNG, &subjects[4..]).await;
    let decision = FindingDecision {
        decision_id: "d1".into(),
        finding_id: id(0),
        values_hash: "v".into(),
        said: "source_right".into(),
        reason: "typing_error".into(),
        note: String::new(),
        officer: "lan".into(),
        role: store::ledger::Role::Clerk,
        unit: None,
        decided_at: at(OLD),
    };
    ledger.decide_finding(&decision).await.expect("decided");

    assert_eq!(removed(ledger, Aged::Findings).await, removal(1, (2026, 2, 11), (2026, 2, 11)));
    assert!(matches!(ledger.finding(&id(0)).await, Err(StoreError::NotFound { .. })));
    assert!(ledger.decisions_of(&[id(0)]).await.expect("read").is_empty());
    let (drafted, events) = ledger.finding(&id(1)).await.expect("a request is under way");
    assert_eq!((drafted.state, events.len()), (FindingState::Gone, 2));
    ledger.finding(&id(2)).await.expect("a question is open");
    assert_eq!(ledger.finding(&id(3)).await.expect("gone since yesterday").0.state, FindingState::Gone);
    let standing = ledger.findings(&FindingFilter::default()).await.expect("listed");
    assert_eq!(standing.len(), 1, "what stands is never old");

    step(ledger, "c1", CorrectionState::Withdrawn, YOUNG).await;
    answer(ledger, "e1", YOUNG).await;
    assert_eq!(removed(ledger, Aged::Findings).await.count, 2, "nobody works on them any more");
}

async fn closed_requests_and_answered_questions_go_and_open_ones_stay(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    for (id, unit) in [("closed", "00691"), ("young", "00694"), ("sent", "00697"), ("emptied", "00700")] {
        let (fresh, item) = request(id, &format!("0990850{unit}"), unit);
        ledger.draft_correction(&fresh, &item).await.expect("drafted");
    }
    for (id, when) in [("closed", "2026-02-10T19:00:00Z"), ("young", YOUNG)] {
        for to in [CorrectionState::Sent, CorrectionState::Answered, CorrectionState::Closed] {
            step(ledger, id, to, when).await;
        }
    }
    step(ledger, "sent", CorrectionState::Sent, OLD).await;
    ledger.undraft(&request("emptied", "099085000700", "00700").1.finding_id).await.expect("taken out");
    assert_eq!(removed(ledger, Aged::Corrections).await.count, 2);
    let left = ledger.corrections(&Scope::Province).await.expect("listed");
    let mut left: Vec<_> = left.into_iter().map(|(one, items)| (one.correction_id, items)).collect();
    left.sort();
    assert_eq!(left, [("sent".to_owned(), 1), ("young".to_owned(), 1)]);

    for id in ["answered", "young", "open"] {
        ledger.escalate(&question(id, None)).await.expect("escalated");
    }
    answer(ledger, "answered", OLD).await;
    answer(ledger, "young", YOUNG).await;
    assert_eq!(removed(ledger, Aged::Escalations).await, removal(1, (2026, 1, 11), (2026, 1, 11)));
    let left = ledger.escalations(&Scope::Province).await.expect("listed");
    assert_eq!(left.iter().map(|one| one.escalation_id.as_str()).collect::<Vec<_>>(), ["open", "young"]);
}

async fn sessions_links_requests_and_counts_go_by_their_own_time(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    ledger.create_account(&crate::people::account("a1", "lan")).await.expect("made");
    for (token, seen) in [("old", OLD), ("young", YOUNG)] {
        let (token_hash, account_id, csrf) = (token.into(), "a1".into(), "form".into());
        let session = Session { token_hash, account_id, csrf, started_at: at(OLD), seen_at: at(seen) };
        ledger.open_session(&session).await.expect("opened");
        let purpose = match token {
            "old" => Purpose::Setup,
            _ => Purpose::Password { account_id: "a1".into() },
        };
        ledger.put_link(token, &purpose, at(seen)).await.expect("kept");
        ledger.begin_request("k1", token, "d", at(seen)).await.expect("begun");
        let night = schemas::clock::vietnam_date(at(seen));
        ledger.add_requests(night, &crate::world::source("land"), 7).await.expect("counted");
    }
    for what in [Aged::Sessions, Aged::Links, Aged::Requests, Aged::Usage] {
        assert_eq!(removed(ledger, what).await, removal(1, (2026, 1, 11), (2026, 1, 11)), "{what:?}");
    }
    assert!(ledger.session("old").await.expect("read").is_none());
    assert!(ledger.session("young").await.expect("read").is_some());
    assert!(ledger.link("young", at(OLD)).await.expect("read").is_some());
    assert_eq!(ledger.begin_request("k1", "young", "d", at(YOUNG)).await.expect("asked"), Begun::UnderWay);
    let used = ledger.requests_used(date(2026, 11, 25), &crate::world::source("land")).await.expect("read");
    assert_eq!(used, 7);
}

async fn what_is_only_counted_stays(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    run(ledger, "r1", OLD, Some(RunStatus::Failed)).await;
    staged(ledger, "r1", "x").await;
    run(ledger, "r2", YOUNG, Some(RunStatus::Complete)).await;
    for what in Aged::ALL {
        let counted = ledger.remove_aged(what, at(LIMIT), false).await.expect("counted");
        assert_eq!(ledger.remove_aged(what, at(LIMIT), false).await.expect("counted"), counted, "{what:?}");
    }
    assert_eq!(ledger.remove_aged(Aged::Stages, at(LIMIT), false).await.expect("counted").count, 2);
    assert_eq!(ledger.remove_aged(Aged::Runs, at(LIMIT), false).await.expect("counted").count, 1);
    assert_eq!(pages(ledger, "r1").await, 2);
}

async fn nights_and_incidents_grow_old_and_the_newest_good_night_stays(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    for (name, when) in [("old", OLD), ("young", YOUNG)] {
        let beat = BeatRow {
            night: schemas::clock::vietnam_date(at(when)),
            source: "land".into(),
            dataset: "land_right".into(),
            commune: "00691".into(),
            outcome: "good".into(),
            as_of: Some(at(when)),
            records: 7,
            code: None,
        };
        ledger.set_beats(name, &[beat]).await.expect("kept");
        for closed_at in [Some(at(when)), None] {
            let incident = IncidentRow {
                incident_id: format!("{name}-{}", closed_at.is_some()),
                scope: "source".into(),
                name: "land".into(),
                opened_at: at(when),
                closed_at,
                body: "{}".into(),
            };
            ledger.set_incident(&incident).await.expect("kept");
        }
    }
    for what in [Aged::Nights, Aged::Incidents] {
        assert_eq!(removed(ledger, what).await, removal(1, (2026, 1, 11), (2026, 1, 11)), "{what:?}");
    }
    assert_eq!(ledger.beats(date(2026, 1, 1), None).await.expect("read").len(), 1);
    assert_eq!(ledger.last_good().await.expect("read")[0].as_of, at(YOUNG));
    let open = ledger.incidents(at("2027-01-01T00:00:00Z")).await.expect("read");
    assert_eq!(open.len(), 2, "what is open stays, however old");
}
