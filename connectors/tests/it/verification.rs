//! "Is this number there with this name?": yes is little, and no is not "there is no such person".

use crate::server::{Answer, Asked, Server};
use crate::support::{Trail, build, build_audited, context, page, question, settings};
use config::{Operation, SourceKind, SourceMode, SourceSettings};
use connectors::{Dependencies, PlanContext};
use schemas::clock::FixedClock;
use schemas::{Answer as Told, PersonRecord, ProvinceCode, Record, SourceId};
use std::sync::Arc;

fn verify(url: &str) -> SourceSettings {
    let mut settings = settings(SourceKind::Population, url);
    (settings.mode, settings.operation) = (SourceMode::Lookup, Operation::Verify);
    settings
}

fn questions(count: u32) -> PlanContext {
    PlanContext { questions: (0..count).map(question).collect(), ..context() }
}

fn told(exists: &str) -> Answer {
    Answer::json(format!(
        r#"<s:Envelope xmlns:s="x"><s:Body><KetQuaXacThucResponse xmlns="http://dancuquocgia.bca"><TonTai>{exists}</TonTai></KetQuaXacThucResponse></s:Body></s:Envelope>"#
    ))
}

/// Yes to the first citizen, no to the second, a fault that blames the question to the others.
async fn server() -> Server {
    Server::start(|asked: &Asked| match asked.body.split("SoDinhDanh>").nth(1).and_then(|rest| rest.get(..12)) {
        _ if asked.path != "/xacthuc" => Answer::status(404),
        Some("099085000000") => told("true"),
        Some("099085000001") => told("false"),
        _ => Answer::Whole(500, vec![], "<Fault><faultcode>s:Client</faultcode></Fault>".into()),
    })
    .await
}

#[tokio::test]
async fn yes_no_and_no_answer_are_three_counts_and_none_of_them_is_not_found() {
    let server = server().await;
    let audit = Arc::new(Trail::default());
    let connector = build_audited(&verify(&server.url), audit.clone());
    let page = page(&*connector, None, &questions(3)).await.expect("a page");
    let said = connector.statistics();
    assert_eq!((said.found, said.not_found, said.not_confirmed, said.could_not_ask), (1, 0, 1, 1));
    assert_eq!((page.served, page.records.len(), server.count()), (1, 1, 3));
    let lines = audit.lines.lock().expect("not poisoned");
    let opened = "open XacThucThongTinCongDan 2.000986 099080000001 000.01.02.H99 099085000001";
    assert!(lines.contains(&opened.to_owned()), "{lines:?}");
    assert_eq!(lines[3..], ["close found", "close not_confirmed", "close soap_fault"]);
}

#[tokio::test]
async fn a_yes_puts_nothing_into_the_mouth_of_the_source_but_the_number_and_the_name() {
    let server = server().await;
    let connector = build(&verify(&server.url));
    let page = page(&*connector, None, &questions(1)).await.expect("a page");
    let confirmed = PersonRecord {
        personal_id: Some("099085000000".into()),
        name: Some("Nguyễn Văn Mẫu".into()),
        ..PersonRecord::default()
    };
    assert!(page.records[0].record == Record::Person(confirmed));
    assert!(!page.records[0].envelope.record_key.contains("099085"), "the key does not tell the number");
}

#[tokio::test]
async fn a_clerk_who_asks_is_told_that_it_is_not_confirmed_and_not_that_nobody_is_there() {
    let server = server().await;
    let dependencies = Dependencies {
        clock: Arc::new(FixedClock(crate::support::now())),
        seed: 7,
        environment: &|_| Some("099080000001".into()),
        province: ProvinceCode::parse("08").expect("a code"),
        communes: vec![],
        requests_used: 0,
        audit: Arc::new(Trail::default()),
    };
    let source = SourceId::parse("source").expect("a name");
    let lookup = connectors::build_lookup(&source, &verify(&server.url), dependencies).expect("built");
    assert!(matches!(lookup.look_up(&question(0)).await, Told::Found { value, .. } if value.len() == 1));
    assert_eq!(lookup.look_up(&question(1)).await, Told::CouldNotAsk { code: "not_confirmed".into() });
    assert_eq!(lookup.look_up(&question(2)).await, Told::CouldNotAsk { code: "soap_fault".into() });
}

#[tokio::test]
async fn a_check_of_the_source_asks_the_same_operation() {
    let server = server().await;
    let connector = build(&verify(&server.url));
    connector.check(&questions(1)).await.expect("the source answers");
    assert_eq!(*server.seen.lock().expect("not poisoned"), ["POST /xacthuc"]);
}
