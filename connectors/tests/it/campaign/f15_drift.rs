//! F15: every field of a served record is taken away, renamed, retyped, emptied; fields come that
//! nobody knows. Never a panic; the other records of the page stay; new fields are told.

use super::mutations::{Change, changed, fields};
use super::scenario::Scenario;
use crate::server::{Answer, Server};
use crate::subjects::{ALL, CANARIES, LOOK_UP, POLL, Subject, context};
use schemas::{CanonicalRecord, Page};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// The one that is changed stands between others.
const COUNT: u32 = 6;
const AT: usize = 2;

/// A source whose records can be exchanged between two questions.
struct Drifting {
    subject: Subject,
    connector: Box<dyn connectors::Connector>,
    records: Arc<Mutex<Vec<Value>>>,
    _server: Server,
}

impl Drifting {
    async fn new(subject: Subject) -> Self {
        let records = Arc::new(Mutex::new(subject.records(COUNT)));
        let (served, answer) = (records.clone(), subject.answer);
        let server =
            Server::start(move |asked| Answer::json(answer(asked, &served.lock().expect("not poisoned")))).await;
        Self { subject, connector: subject.connector(&server.url), records, _server: server }
    }

    /// With this record at that place.
    async fn page(&self, at: usize, record: Value, what: &str) -> Page {
        self.records.lock().expect("not poisoned")[at] = record;
        let page = self.subject.first_page(&*self.connector, COUNT).await;
        page.unwrap_or_else(|error| panic!("{}: {what}: one record ended the page: {error}", self.subject.name))
    }
}

fn without<'a>(rows: &'a [CanonicalRecord], key: &str) -> Vec<&'a CanonicalRecord> {
    rows.iter().filter(|row| row.envelope.record_key != key).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_a_field_costs_at_most_its_own_record() {
    let scenario = Scenario::load("F15");
    let (mut runs, mut rejected, mut told_apart) = (0, 0, 0);
    for subject in ALL {
        let source = Drifting::new(subject).await;
        // Of the register each kind of entry in turn; elsewhere they differ little.
        for kind in 0..scenario.number("kinds") as u32 {
            let at = AT + kind as usize;
            let good = (subject.record)(at as u32);
            let whole = source.page(at, good.clone(), "unchanged").await;
            assert_eq!((whole.served, whole.rejects.len()), (u64::from(COUNT), 0), "{}", subject.name);
            let key = key_of(&whole, at);
            let all = fields(&good).into_iter().flat_map(|field| Change::ALL.map(|change| (field.clone(), change)));
            for (field, change) in all.skip(kind as usize).step_by(scenario.number("every") as usize) {
                let Some(record) = changed(&good, &field, change) else { continue };
                let what = format!("{}: {change:?} of {}", subject.name, field.join("."));
                let page = source.page(at, record, &what).await;
                assert!(change != Change::Recased || page.records == whole.records, "{what}: the same field");
                // Its key may be gone or another one: then it is another record, or a reject.
                let (others, expected) = (without(&page.records, &key), without(&whole.records, &key));
                assert!(expected.iter().all(|row| others.contains(row)), "{what}: another record of the page is gone");
                assert!(page.rejects.len() <= 1, "{what}: {} rejects", page.rejects.len());
                let parts_0 = page.records.iter().filter(|row| row.envelope.part == 0).count();
                assert_eq!(page.served as usize, parts_0 + page.rejects.len(), "{what}");
                assert!(page.served >= u64::from(COUNT) || subject.name == LOOK_UP.name, "{what}: a record vanished");
                for reject in &page.rejects {
                    let told = format!("{} {}", reject.reason, reject.detail);
                    assert!(CANARIES.iter().all(|canary| !told.contains(canary)), "{what}: {told}");
                    rejected += 1;
                }
                told_apart += u64::from(page.rejects.is_empty() && page.records != whole.records);
                runs += 1;
            }
            source.page(at, good, "as it was").await;
        }
    }
    let seen = format!(
        "{runs} changes of every field of 6 wires (removed, renamed, retyped, null, empty, another code, huge): {rejected} \
         rejects, {told_apart} records that say less or something else, never a panic and never another record lost"
    );
    scenario.passed("every field", runs, &seen);
}

/// By what the record at a place is known.
fn key_of(whole: &Page, at: usize) -> String {
    let mut first = whole.records.iter().filter(|row| row.envelope.part == 0);
    first.nth(at).expect("a record").envelope.record_key.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_field_anywhere_is_tolerated_and_told() {
    let scenario = Scenario::load("F15");
    let mut runs = 0;
    for subject in ALL {
        let source = Drifting::new(subject).await;
        let mut good = (subject.record)(AT as u32);
        let whole = source.page(AT, good.clone(), "unchanged").await;
        with_new_field(subject, &mut good);
        let page = source.page(AT, good, "a new field").await;
        assert!(
            page.records == whole.records && page.rejects.is_empty(),
            "{}: a new field changes nothing",
            subject.name
        );
        // The poll has no check of its own: its source is checked by the register.
        if subject.name != POLL.name {
            let report = source.connector.check(&context(COUNT)).await.expect("a report");
            assert!(report.unknown_keys.iter().any(|key| key.ends_with(".truongMoi")), "{}: {report:?}", subject.name);
        }
        runs += 1;
    }
    scenario.passed("new fields", runs, "a field that nobody knows changes no record and is told by `sources check`");
}

/// Beside the fields that name people and things: where drift shows first.
fn with_new_field(subject: Subject, record: &mut Value) {
    match subject.name {
        "population feed" => record["DuLieuTiepNhan"]["truongMoi"] = json!("x"),
        "land" => record["GiayChungNhan"]["truongMoi"] = json!("x"),
        "civil status register" => {
            let text = record["DuLieuTiepNhan"]["data"].as_str().expect("a text");
            let mut entry: Value = serde_json::from_str(text).expect("JSON");
            entry.as_object_mut().and_then(|map| map.values_mut().next()).expect("an entry")["truongMoi"] = json!("x");
            record["DuLieuTiepNhan"]["data"] = json!(entry.to_string());
        }
        _ => record["truongMoi"] = json!("x"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_of_many_is_one_reject_and_all_bad_are_all_rejects() {
    let scenario = Scenario::load("F15");
    let count = scenario.number("records") as u32;
    let mut runs = 0;
    for subject in crate::subjects::PAGED {
        for bad in [vec![count / 2], (0..count).collect::<Vec<_>>()] {
            let mut records = subject.records(count);
            for n in &bad {
                spoil(subject, &mut records[*n as usize]);
            }
            let answer = subject.answer;
            let server = Server::start(move |asked| Answer::json(answer(asked, &records))).await;
            let mut settings = subject.settings(&server.url);
            (settings.page_size, settings.max_body_bytes) = (2_000, 64 << 20);
            let pulled = subject.pull(&*crate::support::build(&settings), count).await.expect("rejects end no pull");
            let first = pulled.records.iter().filter(|row| row.envelope.part == 0).count();
            assert_eq!((pulled.rejects.len(), first), (bad.len(), count as usize - bad.len()), "{}", subject.name);
            assert!(pulled.rejects.iter().all(|reject| reject.reason == "bad_date"), "{}", subject.name);
            runs += 1;
        }
    }
    let seen = format!(
        "{count} records of each source that pages: one bad one is one reject, {count} bad ones are {count} rejects"
    );
    scenario.passed("bad records", runs, &seen);
}

/// A day that does not exist, in a field that is read.
fn spoil(subject: Subject, record: &mut Value) {
    let bad = json!("2026-02-31T00:00:00");
    match subject.name {
        "land" => record["GiayChungNhan"]["ngayCapNhat"] = bad,
        // A case without a readable time of change keeps its place in the list: another date.
        "one-stop" => record["acceptedDate"] = bad,
        _ => record["TrangThaiDuLieu"]["ThoiGianCapNhat"] = bad,
    }
}
