//! F18: an answer with status 200 that is not the answer. Whatever it is, it never makes an empty
//! source, a "not found", or records of another commune.

use super::scenario::Scenario;
use crate::server::{Answer, Server};
use crate::subjects::{ALL, CANARIES, FEED, LAND, LOOK_UP, ONE_STOP, POLL, REGISTER, Subject};
use crate::support::COMMUNE;
use schemas::{ErrorClass, SourceError};
use serde_json::{Value, json};

/// Another commune of the same province.
const ELSEWHERE: &str = "00694";

/// Bodies that are no answer of any of the systems.
fn wrong_contents() -> Vec<(&'static str, String)> {
    let form = "<form action=\"/login\"><input name=\"MẪU\"></form>";
    [
        ("login page", format!("<!DOCTYPE html><html>{form}</html>")),
        ("login page, no type", format!("<html>{form}</html>")),
        ("login page, capitals", format!("<HTML>{form}</HTML>")),
        ("login page, white space", format!("\r\n\t  <!doctype HTML>\n<html>{form}</html>")),
        ("login page, mark", format!("\u{feff}<!DOCTYPE html><html>{form}</html>")),
        ("login page, comment", format!("<!-- portal --><html>{form}</html>")),
        ("login page, XHTML", format!("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">{form}</html>")),
        ("a redirect by script", "<script>location='/login'</script>".into()),
        ("plain text", "Phiên làm việc của MẪU đã hết hạn".into()),
        ("nothing", String::new()),
        ("white space", " \r\n ".into()),
        ("null", "null".into()),
        ("an empty object", "{}".into()),
        ("an empty list", "[]".into()),
        ("an empty text", "\"\"".into()),
        ("zero", "0".into()),
        ("an empty element", "<a/>".into()),
        ("an empty envelope", "<e:Envelope xmlns:e=\"x\"><e:Body/></e:Envelope>".into()),
        ("error_code", json!({"error_code": 7, "message": "MẪU 099085000123"}).to_string()),
        ("error_code, text", json!({"error_code": "E7", "data": [], "content": []}).to_string()),
        ("errorCode", json!({"errorCode": "MẪU quá hạn", "errorDescription": "099085000123"}).to_string()),
        ("Result 0", json!({"Result": 0, "Message": "MẪU", "data": []}).to_string()),
        ("success false", json!({"status": {"success": false, "code": 7, "message": "MẪU"}, "data": []}).to_string()),
        ("transient error", json!({"error_code": 503, "message": "MẪU"}).to_string()),
        ("problem document", json!({"type": "about:blank", "title": "Lỗi", "status": 500, "detail": "MẪU"}).to_string()),
        ("Spring error", json!({"timestamp": "2026-11-24", "status": 500, "error": "Lỗi", "path": "/MẪU"}).to_string()),
        ("a SOAP fault", "<e:Envelope xmlns:e=\"x\"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>MẪU</faultstring></e:Fault></e:Body></e:Envelope>".into()),
    ]
    .into()
}

fn assert_silent(case: &str, error: &SourceError) {
    let told = format!("{error} {error:?}");
    assert!(CANARIES.iter().all(|canary| !told.contains(canary)), "{case}: {told}");
}

/// Asks a source that answers every question with this body.
async fn refused(subject: Subject, name: &str, body: String) {
    let case = format!("{}: {name}", subject.name);
    let server = Server::start(move |_| Answer::json(body.clone())).await;
    let connector = subject.connector(&server.url);
    let outcome = subject.first_page(&*connector, 1).await;
    let statistics = connector.statistics();
    assert_eq!((statistics.found, statistics.not_found), (0, 0), "{case}: taken for an answer");
    // Bounded: once, four times for what may be a cut body, or our attempts.
    assert!(server.count() <= 5, "{case}: {} requests", server.count());
    match outcome {
        Ok(page) if subject.name == LOOK_UP.name => {
            assert_eq!((page.served, statistics.could_not_ask), (0, 1), "{case}");
        }
        Ok(page) => panic!("{case}: a page of {}", page.served),
        Err(error) => {
            assert!(matches!(error.class, ErrorClass::Contract | ErrorClass::Exhausted), "{case}: {error}");
            assert_silent(&case, &error);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connector_takes_another_content_for_its_answer() {
    let scenario = Scenario::load("F18");
    let mut runs = 0;
    for subject in ALL {
        for (name, body) in wrong_contents() {
            refused(subject, name, body).await;
            runs += 1;
        }
    }
    let seen = format!(
        "{} contents (login pages, nothing, empty values, error objects, a fault) × 6 connectors: contract error or parked, \
         never an empty source or \"not found\"; no value told",
        runs / ALL.len() as u64
    );
    scenario.passed("contents", runs, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_good_answer_of_another_system_is_none() {
    let scenario = Scenario::load("F18");
    let mut runs = 0;
    for subject in ALL {
        // The two feeds share their frame: their entries are told apart by their contents, below.
        let others = ALL.into_iter().filter(|other| other.name != subject.name);
        for other in others.filter(|other| !(is_feed(&subject) && is_feed(other))) {
            let path = "/?page=0&size=10&pageSize=10&start=0&length=10&draw=1".to_owned();
            let asked = crate::server::Asked { number: 0, path, head: String::new(), body: String::new() };
            refused(subject, other.name, (other.answer)(&asked, &other.records(3))).await;
            runs += 1;
        }
    }
    scenario.passed("other systems", runs, &format!("{runs} pairs: the page of one system is never a page of another"));
}

fn is_feed(subject: &Subject) -> bool {
    matches!(subject.name, "population feed" | "civil status register")
}

/// The same record as of another commune, wherever the wire names one.
fn elsewhere(record: &Value) -> Value {
    let text = record.to_string();
    let moved = text.replace(&format!("\"{COMMUNE}\""), &format!("\"{ELSEWHERE}\""));
    let moved = moved.replace("\"xaId\":691", "\"xaId\":694").replace("\\\"691\\\"", "\\\"694\\\"");
    assert_ne!(moved, text, "the record names its commune");
    serde_json::from_str(&moved).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_another_commune_never_become_ours() {
    let scenario = Scenario::load("F18");
    let count = scenario.number("pages") as u32 * 10;
    let mut runs = 0;
    for subject in [FEED, LOOK_UP, REGISTER, POLL, LAND, ONE_STOP] {
        // Every third record is another commune's; then all are.
        for every in [3, 1] {
            let is_foreign = move |n: usize| n.is_multiple_of(every);
            let records: Vec<Value> = subject
                .records(count)
                .iter()
                .enumerate()
                .map(|(n, record)| if is_foreign(n) { elsewhere(record) } else { record.clone() })
                .collect();
            let foreign = (0..count as usize).filter(|n| is_foreign(*n)).count();
            let answer = subject.answer;
            let server = Server::start(move |asked| Answer::json(answer(asked, &records))).await;
            let connector = subject.connector(&server.url);
            let pulled = subject.pull(&*connector, count).await.expect("a record of another commune ends no pull");
            let (first, others): (Vec<_>, Vec<_>) = pulled
                .records
                .iter()
                .filter(|row| row.envelope.part == 0)
                .partition(|row| row.envelope.commune.as_deref() == Some(COMMUNE));
            assert_eq!(first.len(), count as usize - foreign, "{}: ours", subject.name);
            // Where the partition is a commune it is a reject; where it is not, the record has no commune of ours.
            let rejected = pulled.rejects.iter().filter(|reject| reject.reason == "wrong_commune").count();
            assert_eq!((rejected + others.len(), pulled.rejects.len()), (foreign, rejected), "{}", subject.name);
            if [REGISTER.name, LAND.name, ONE_STOP.name].contains(&subject.name) {
                assert_eq!(rejected, foreign, "{}: the commune was asked for", subject.name);
            }
            runs += 1;
        }
    }
    let seen = format!(
        "6 connectors, {count} records, a third or all of another commune: rejects where the commune was asked for, without a \
         commune elsewhere; ours all kept"
    );
    scenario.passed("communes", runs, &seen);
}
