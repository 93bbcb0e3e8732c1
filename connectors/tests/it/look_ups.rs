//! Four answers, never two: whatever happens, nobody is "not found" who was not asked for.

use crate::server::{Answer, Asked, Server};
use crate::support::{Trail, build, build_audited, context, page, question, settings};
use config::{SourceKind, SourceMode, SourceSettings};
use connectors::PlanContext;
use schemas::{ErrorClass, Record};
use std::sync::Arc;

fn look_up(url: &str) -> SourceSettings {
    let mut settings = settings(SourceKind::Population, url);
    settings.mode = SourceMode::Lookup;
    settings
}

fn questions(count: u32) -> PlanContext {
    PlanContext { questions: (0..count).map(question).collect(), ..context() }
}

fn collection(citizens: &[String]) -> Answer {
    let body: String =
        citizens.iter().map(|number| format!("<CongDan><SoDinhDanh>{number}</SoDinhDanh></CongDan>")).collect();
    Answer::json(format!(
        r#"<Envelope><Body><CongdanCollection SoCongDan="{}">{body}</CongdanCollection></Body></Envelope>"#,
        citizens.len()
    ))
}

/// The number that was asked for.
fn number(asked: &Asked) -> String {
    let (_, after) = asked.body.split_once("SoDinhDanh>").expect("a number");
    after.chars().take(12).collect()
}

#[tokio::test]
async fn each_question_ends_in_exactly_one_count() {
    let server = Server::start(|asked: &Asked| match number(asked).as_str() {
        "099085000000" => collection(&["099085000000".into()]),
        "099085000001" => collection(&[]),
        _ => Answer::Whole(500, vec![], "<Fault><faultcode>s:Client</faultcode></Fault>".into()),
    })
    .await;
    let connector = build(&look_up(&server.url));
    let page = page(&*connector, None, &questions(3)).await.expect("a page");
    let statistics = connector.statistics();
    assert_eq!((statistics.found, statistics.not_found, statistics.could_not_ask), (1, 1, 1));
    assert_eq!((page.served, page.records.len(), page.next), (1, 1, None));
    assert_eq!(server.count(), 3, "a fault of the question is not tried again");
    let Record::Person(person) = &page.records[0].record else { panic!("a person") };
    assert_eq!(person.personal_id.as_deref(), Some("099085000000"));
    assert!(!page.records[0].envelope.record_key.contains("099085"), "the key does not tell the number");
}

#[tokio::test]
async fn a_spent_quota_counts_the_rest_as_could_not_ask_without_asking() {
    let server = Server::start(|_: &Asked| collection(&[])).await;
    let mut settings = look_up(&server.url);
    settings.nightly_quota = 2;
    let connector = build(&settings);
    let context = questions(25);
    let first = page(&*connector, None, &context).await.expect("what was asked");
    let next = first.next.expect("more questions");
    assert_eq!(next.0, r#"{"offset":20}"#);
    let second = page(&*connector, Some(&next), &context).await.expect("nothing was asked");
    assert_eq!((second.served, second.next), (0, None));
    let statistics = connector.statistics();
    assert_eq!((statistics.not_found, statistics.could_not_ask, server.count()), (2, 23, 2));
}

#[tokio::test]
async fn a_source_that_is_down_parks_at_the_cursor_and_nobody_is_not_found() {
    let server = Server::start(|_: &Asked| Answer::status(503)).await;
    let mut settings = look_up(&server.url);
    settings.breaker.failures = 2;
    settings.breaker.pause_ms = 1;
    let connector = build(&settings);
    let error = page(&*connector, None, &questions(3)).await.expect_err("parked");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "breaker_open"));
    assert_eq!(connector.statistics().not_found, 0);
}

#[tokio::test]
async fn a_document_type_in_an_answer_is_refused() {
    let server = Server::start(|_: &Asked| Answer::json("<!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>")).await;
    let connector = build(&look_up(&server.url));
    let page = page(&*connector, None, &questions(1)).await.expect("a page without answers");
    assert_eq!((page.served, connector.statistics().could_not_ask), (0, 1));
    let check = connector.check(&questions(1)).await.expect_err("refused");
    assert_eq!((check.class, check.code.as_str()), (ErrorClass::Contract, "doctype_refused"));
}

#[tokio::test]
async fn a_retry_of_a_question_bears_the_same_request_number() {
    let bodies = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = bodies.clone();
    let recorder = Server::start(move |asked: &Asked| {
        seen.lock().expect("not poisoned").push(asked.body.clone());
        if asked.number == 0 { Answer::status(503) } else { collection(&[]) }
    })
    .await;
    let connector = build(&look_up(&recorder.url));
    page(&*connector, None, &questions(2)).await.expect("a page");
    let bodies = bodies.lock().expect("not poisoned");
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[1..].iter().filter(|body| **body == bodies[0]).count(), 1, "the first one, again");
}

#[tokio::test]
async fn every_look_is_written_down_before_it_is_made_and_its_outcome_after() {
    let audit = Arc::new(Trail::default());
    let seen = audit.clone();
    let server = Server::start(move |asked: &Asked| {
        let lines = seen.lines.lock().expect("not poisoned");
        assert!(lines.iter().any(|line| line.ends_with(&number(asked))), "asked before it was written down");
        if number(asked) == "099085000000" { collection(&["099085000000".into()]) } else { collection(&[]) }
    })
    .await;
    let connector = build_audited(&look_up(&server.url), audit.clone());
    let mut context = questions(2);
    context.questions[1].procedure = Some("1.001193".into());
    page(&*connector, None, &context).await.expect("a page");
    let lines = audit.lines.lock().expect("not poisoned");
    let opened = |procedure: &str, number: &str| {
        format!("open TraCuuThongTinCongDan {procedure} 099080000001 000.01.02.H99 {number}")
    };
    assert_eq!(
        *lines,
        [
            opened("2.000986", "099085000000"),
            opened("1.001193", "099085000001"),
            "close found".to_owned(),
            "close not_found".to_owned()
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_asked() {
    let server = Server::start(|_: &Asked| collection(&[])).await;
    let audit = Arc::new(Trail { broken: true, ..Trail::default() });
    let connector = build_audited(&look_up(&server.url), audit);
    let error = page(&*connector, None, &questions(3)).await.expect_err("parks");
    assert_eq!((error.class, error.code.as_str(), server.count()), (ErrorClass::Exhausted, "audit_failed", 0));
    assert!(connector.check(&questions(1)).await.is_err());
    assert_eq!(server.count(), 0);
}
