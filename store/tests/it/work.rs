//! Decisions, correction requests, escalations and the cases of a morning.

use crate::both::{on_both, open};
use crate::world::{at, finding};
use jiff::civil::date;
use store::ledger::{
    CaseVerdict, Correction, CorrectionItem, CorrectionState, CorrectionStep, Escalation, EscalationAnswer,
    FindingDecision, Role,
};
use store::{Scope, StoreError};

on_both!(
    the_newest_decision_that_stands_counts,
    a_decision_is_undone_by_its_officer_until_the_request_is_sent,
    findings_for_one_agency_share_a_draft_and_numbers_never_come_twice,
    a_request_goes_only_where_it_may,
    another_communes_request_is_not_found,
    an_escalation_is_answered_once,
    a_morning_replaces_the_one_before_worst_first,
);

fn own() -> Scope {
    Scope::parse("00691")
}

fn other() -> Scope {
    Scope::parse("00694")
}

fn decision(id: &str, finding_id: &str, said: &str, hour: u8) -> FindingDecision {
    FindingDecision {
        decision_id: id.into(),
        finding_id: finding_id.into(),
        values_hash: "v1".into(),
        said: said.into(),
        reason: "typing_error".into(),
        note: String::new(),
        officer: "lan".into(),
        role: Role::Clerk,
        unit: Some("00691".into()),
        decided_at: at(&format!("2026-11-24T{hour:02}:00:00Z")),
    }
}

fn draft(id: &str, owner: &str) -> Correction {
    Correction {
        correction_id: id.into(),
        year: 2026,
        number: 0,
        owner: owner.into(),
        unit: Some("00691".into()),
        state: CorrectionState::Draft,
        created_by: "lan".into(),
        created_at: at("2026-11-24T01:00:00Z"),
        sent_at: None,
        due_on: None,
        answered_at: None,
        answer: None,
        closed_at: None,
    }
}

fn item(finding_id: &str) -> CorrectionItem {
    CorrectionItem { finding_id: finding_id.into(), finding: finding("099085000123", "Nguyễn Văn Mẫu") }
}

fn step(to: CorrectionState) -> CorrectionStep<'static> {
    let due_on = (to == CorrectionState::Sent).then(|| date(2026, 12, 8));
    let answer = (to == CorrectionState::Answered).then_some("đã sửa");
    CorrectionStep { to, at: at("2026-11-24T04:00:00Z"), due_on, answer }
}

async fn the_newest_decision_that_stands_counts(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    for (id, finding, said, hour) in
        [("d1", "f1", "not_enough", 1), ("d2", "f1", "source_right", 2), ("d3", "f2", "source_wrong", 1)]
    {
        ledger.decide_finding(&decision(id, finding, said, hour)).await.expect("decided");
    }
    let ids = ["f1".to_owned(), "f2".to_owned(), "f3".to_owned()];
    let said = |all: Vec<FindingDecision>| all.into_iter().map(|d| (d.finding_id, d.said)).collect::<Vec<_>>();
    let now = said(ledger.decisions_of(&ids).await.expect("read"));
    assert_eq!(now, [("f1".into(), "source_right".into()), ("f2".into(), "source_wrong".into())]);
    ledger.undo_decision("d2", "lan", at("2026-11-24T03:00:00Z")).await.expect("undone");
    let now = said(ledger.decisions_of(&ids).await.expect("read"));
    assert_eq!(now[0], ("f1".into(), "not_enough".into()), "what was said before stands again");
}

async fn a_decision_is_undone_by_its_officer_until_the_request_is_sent(kind: &str) {
    let opened = open(kind).await;
    let (ledger, now) = (opened.ledger.as_ref(), at("2026-11-24T03:00:00Z"));
    ledger.decide_finding(&decision("d1", "f1", "source_wrong", 1)).await.expect("decided");
    assert!(matches!(ledger.undo_decision("d1", "hoa", now).await, Err(StoreError::NotFound { .. })));
    let id = ledger.draft_correction(&draft("c1", "land"), &item("f1")).await.expect("drafted");
    ledger.step_correction(&own(), &id, &step(CorrectionState::Sent)).await.expect("sent");
    assert!(matches!(ledger.undo_decision("d1", "lan", now).await, Err(StoreError::WrongState { .. })));
    ledger.step_correction(&own(), &id, &step(CorrectionState::Withdrawn)).await.expect("withdrawn");
    ledger.undo_decision("d1", "lan", now).await.expect("undone");
    assert!(matches!(ledger.undo_decision("d1", "lan", now).await, Err(StoreError::NotFound { .. })));
}

async fn findings_for_one_agency_share_a_draft_and_numbers_never_come_twice(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    let first = ledger.draft_correction(&draft("c1", "land"), &item("f1")).await.expect("drafted");
    let again = ledger.draft_correction(&draft("c2", "land"), &item("f2")).await.expect("drafted");
    ledger.draft_correction(&draft("c3", "land"), &item("f2")).await.expect("twice changes nothing");
    let civil = ledger.draft_correction(&draft("c4", "civil_status"), &item("f3")).await.expect("drafted");
    assert_eq!((first.as_str(), again.as_str(), civil.as_str()), ("c1", "c1", "c4"));
    let (_, items) = ledger.correction(&own(), "c1").await.expect("read");
    assert_eq!(items.iter().map(|item| item.finding_id.as_str()).collect::<Vec<_>>(), ["f1", "f2"]);
    assert!(items[0] == item("f1"), "the finding comes back as it was put down");
    ledger.undraft("f3").await.expect("taken out");
    let (empty, _) = ledger.correction(&own(), "c4").await.expect("read");
    assert_eq!(empty.state, CorrectionState::Withdrawn);
    let next = ledger.draft_correction(&draft("c5", "civil_status"), &item("f3")).await.expect("drafted");
    let (next, _) = ledger.correction(&own(), &next).await.expect("read");
    assert_eq!((next.number, next.year), (3, 2026), "the number of a draft that was emptied stays used");
    let of = ledger.corrections_of(&["f1".into(), "f3".into(), "f9".into()]).await.expect("read");
    assert_eq!(
        of.iter().map(|(f, c)| (f.as_str(), c.correction_id.as_str())).collect::<Vec<_>>(),
        [("f1", "c1"), ("f3", "c5")]
    );
}

async fn a_request_goes_only_where_it_may(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    ledger.draft_correction(&draft("c1", "land"), &item("f1")).await.expect("drafted");
    for to in [CorrectionState::Answered, CorrectionState::Closed, CorrectionState::Draft] {
        let refused = ledger.step_correction(&own(), "c1", &step(to)).await;
        assert!(matches!(refused, Err(StoreError::WrongState { .. })), "{to:?}");
    }
    let sent = ledger.step_correction(&own(), "c1", &step(CorrectionState::Sent)).await.expect("sent");
    assert_eq!((sent.state, sent.due_on), (CorrectionState::Sent, Some(date(2026, 12, 8))));
    let count = |day| ledger.corrections_to_see(&Scope::Province, day);
    assert_eq!(count(date(2026, 12, 8)).await.expect("counted"), 0);
    assert_eq!(count(date(2026, 12, 9)).await.expect("counted"), 1, "overdue the day after");
    let answered = ledger.step_correction(&own(), "c1", &step(CorrectionState::Answered)).await.expect("answered");
    assert_eq!(answered.answer.as_deref(), Some("đã sửa"));
    assert_eq!(count(date(2026, 11, 24)).await.expect("counted"), 1, "an answer is news");
    let closed = ledger.step_correction(&own(), "c1", &step(CorrectionState::Closed)).await.expect("closed");
    assert_eq!(closed.closed_at, Some(at("2026-11-24T04:00:00Z")));
    let listed = ledger.corrections(&own()).await.expect("listed");
    assert_eq!(listed.iter().map(|(c, items)| (c.state, *items)).collect::<Vec<_>>(), [(CorrectionState::Closed, 1)]);
}

async fn another_communes_request_is_not_found(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    ledger.draft_correction(&draft("c1", "land"), &item("f1")).await.expect("drafted");
    assert!(matches!(ledger.correction(&other(), "c1").await, Err(StoreError::NotFound { .. })));
    let refused = ledger.step_correction(&other(), "c1", &step(CorrectionState::Sent)).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    assert!(ledger.corrections(&other()).await.expect("listed").is_empty());
    assert!(ledger.corrections(&Scope::parse("")).await.expect("listed").is_empty());
    assert_eq!(ledger.corrections(&Scope::Province).await.expect("listed").len(), 1);
}

async fn an_escalation_is_answered_once(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    let escalation = Escalation {
        escalation_id: "e1".into(),
        subject: "person:099085000123".into(),
        finding_id: None,
        unit: Some("00691".into()),
        note: "nhờ hỏi sở".into(),
        ticket: "1022-77".into(),
        officer: "lan".into(),
        escalated_at: at("2026-11-24T01:00:00Z"),
        answered: None,
    };
    ledger.escalate(&escalation).await.expect("escalated");
    assert!(ledger.escalations(&other()).await.expect("listed").is_empty());
    assert_eq!(ledger.open_escalations(&own()).await.expect("counted"), 1);
    assert!(ledger.escalations_of(&own(), "person:099085000123").await.expect("listed")[0] == escalation);
    let answer = EscalationAnswer { text: "xong".into(), officer: "tinh".into(), at: at("2026-11-24T02:00:00Z") };
    assert!(matches!(ledger.answer_escalation(&other(), "e1", &answer).await, Err(StoreError::NotFound { .. })));
    ledger.answer_escalation(&Scope::Province, "e1", &answer).await.expect("answered");
    assert!(matches!(
        ledger.answer_escalation(&Scope::Province, "e1", &answer).await,
        Err(StoreError::NotFound { .. })
    ));
    let all = ledger.escalations(&own()).await.expect("listed");
    assert!(all[0].answered == Some(answer));
    assert_eq!(ledger.open_escalations(&own()).await.expect("counted"), 0);
}

fn verdict(code: &str, unit: &str, due_on: &str, conclusion: &str) -> CaseVerdict {
    CaseVerdict {
        case_code: code.into(),
        source: "one_stop".into(),
        unit: Some(unit.into()),
        due_on: due_on.into(),
        procedure: Some("1.000894".into()),
        person: Some("099085000123".into()),
        applicant: Some("Nguyễn Văn Mẫu".into()),
        conclusion: conclusion.into(),
        conflicts: 1,
        notes: 0,
        reason_vi: "vì".into(),
        reason_en: "why".into(),
        judged_at: at("2026-11-24T01:00:00Z"),
        worked_on: false,
    }
}

async fn a_morning_replaces_the_one_before_worst_first(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    ledger.set_case_verdicts("r0", &[verdict("old", "00691", "2026-11-23", "stop")]).await.expect("kept");
    let night = [
        verdict("a", "00691", "2026-11-24", "proceed"),
        verdict("b", "00691", "2026-11-25", "stop"),
        verdict("c", "00691", "2026-11-24", "stop"),
        verdict("d", "00694", "2026-11-24", "cannot_conclude"),
        verdict("a", "00694", "2026-11-24", "stop"),
    ];
    ledger.set_case_verdicts("r1", &night).await.expect("kept");
    let codes = |all: Vec<CaseVerdict>| all.into_iter().map(|v| v.case_code).collect::<Vec<_>>();
    assert_eq!(codes(ledger.case_verdicts(&Scope::Province).await.expect("read")), ["c", "b", "d", "a"]);
    assert_eq!(codes(ledger.case_verdicts(&other()).await.expect("read")), ["d"]);
    let anew = CaseVerdict { conclusion: "proceed_with_note".into(), conflicts: 0, ..verdict("c", "00691", "", "") };
    ledger.rejudge_case(&anew).await.expect("judged anew");
    let of_own = ledger.case_verdicts(&own()).await.expect("read");
    let c = of_own.iter().find(|v| v.case_code == "c").expect("there");
    assert_eq!(
        (c.conclusion.as_str(), c.conflicts, c.worked_on, c.due_on.as_str()),
        ("proceed_with_note", 0, true, "2026-11-24")
    );
}
