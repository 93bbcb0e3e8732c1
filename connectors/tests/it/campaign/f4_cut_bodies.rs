//! F4: a body that is cut anywhere gives no record, and the whole page comes at the next try.

use super::scenario::{Dice, Scenario};
use crate::server::{Answer, Piece, Server};
use crate::subjects::{LOOK_UP, ONE_STOP, Subject};
use crate::support::{build, question};
use connectors::Connector;
use schemas::Page;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

const PAGE_BYTES: usize = 4_096;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Framing {
    Length,
    Chunked,
    UntilClose,
}

/// What stands on the wire behind the head, and the head's line that says how it is framed.
fn framed(body: &[u8], framing: Framing) -> (String, Vec<u8>) {
    match framing {
        Framing::Length => (format!("Content-Length: {}\r\n", body.len()), body.to_vec()),
        Framing::UntilClose => (String::new(), body.to_vec()),
        Framing::Chunked => {
            let mut wire = Vec::new();
            for chunk in body.chunks(500) {
                wire.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                wire.extend_from_slice(chunk);
                wire.extend_from_slice(b"\r\n");
            }
            wire.extend_from_slice(b"0\r\n\r\n");
            ("Transfer-Encoding: chunked\r\n".into(), wire)
        }
    }
}

/// A source that cuts its next answer where it is told, and sends whole ones otherwise.
struct Cutter {
    server: Server,
    connector: Box<dyn Connector>,
    cut: Arc<Mutex<Option<usize>>>,
    wire_bytes: usize,
    subject: Subject,
}

impl Cutter {
    async fn new(subject: Subject, body: &str, framing: Framing) -> Self {
        let (headers, wire) = framed(body.as_bytes(), framing);
        let (cut, wire_bytes) = (Arc::new(Mutex::new(None)), wire.len());
        let next = cut.clone();
        let server = Server::start(move |_| {
            let end = next.lock().expect("not poisoned").take().unwrap_or(wire.len());
            Answer::wire(&headers, [Piece::Bytes(wire[..end].to_vec())])
        })
        .await;
        let mut settings = subject.settings(&server.url);
        (settings.page_size, settings.max_body_bytes) = (10_000, 4 << 20);
        let connector = build(&settings);
        Self { server, connector, cut, wire_bytes, subject }
    }

    /// The page that comes in the end, and how many requests it took.
    async fn page(&self, cut: Option<usize>) -> (Page, usize) {
        *self.cut.lock().expect("not poisoned") = cut;
        let before = self.server.count();
        let page = self.subject.first_page(&*self.connector, 1).await;
        let page = page.unwrap_or_else(|error| panic!("{}: cut at {cut:?}: {error}", self.subject.name));
        (page, self.server.count() - before)
    }
}

/// The body of a page of several records, with white space inside and behind it: a cut in the last
/// part leaves text that parses.
fn padded(subject: Subject, records: u32, bytes: usize) -> (String, RangeInclusive<usize>) {
    let asked = asked();
    let body = match subject.list {
        "" => several_citizens(&(subject.answer)(&asked, &subject.records(1)), records),
        _ => (subject.answer)(&asked, &subject.records(records)),
    };
    let missing = bytes.checked_sub(body.len()).expect("the page is smaller than that");
    let inside = missing / 2;
    let (head, tail) = body.split_at(body.rfind(['}', '<']).expect("an end"));
    let body = format!("{head}{}{tail}{}", " ".repeat(inside), "\n".repeat(missing - inside));
    let parses_from = body.trim_end().len();
    (body, parses_from..=bytes)
}

fn asked() -> crate::server::Asked {
    let path = "/?page=0&size=10000&pageSize=10000".to_owned();
    let body = format!("<SoDinhDanh>{}</SoDinhDanh>", question(0).personal_id);
    crate::server::Asked { number: 0, path, head: String::new(), body }
}

/// The one citizen of an answer, so many times.
fn several_citizens(body: &str, count: u32) -> String {
    let begin = body.find("<n:CongDan>").expect("a citizen");
    let end = body.rfind("</n:CongdanCollection>").expect("its end");
    let (head, tail) = (body[..begin].replace("\"1\"", &format!("\"{count}\"")), &body[end..]);
    format!("{head}{}{tail}", body[begin..end].repeat(count as usize))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_cut_at_any_byte_gives_no_record_and_comes_whole_the_next_time() {
    let scenario = Scenario::load("F4");
    let step = scenario.number("step") as usize;
    let (mut cuts, mut complete) = (0, 0);
    for (subject, records) in [(ONE_STOP, 4), (LOOK_UP, 2)] {
        let (body, parses) = padded(subject, records, PAGE_BYTES);
        for framing in [Framing::Length, Framing::Chunked, Framing::UntilClose] {
            let cutter = Cutter::new(subject, &body, framing).await;
            let (whole, requests) = cutter.page(None).await;
            assert_eq!((whole.records.len() as u32, whole.rejects.len(), requests), (records, 0, 1));
            let places = (0..cutter.wire_bytes).step_by(step).chain([cutter.wire_bytes - 1]);
            for cut in places {
                let (page, requests) = cutter.page(Some(cut)).await;
                let place = format!("{} {framing:?} cut at {cut}", subject.name);
                assert!(page.records == whole.records && page.rejects.is_empty(), "{place}: another page");
                // Only where nothing tells the length may a document that is complete be taken.
                let may_be_taken = match framing {
                    Framing::Length => false,
                    Framing::Chunked => cut + 2 >= cutter.wire_bytes,
                    Framing::UntilClose => parses.contains(&cut),
                };
                let expected = if may_be_taken && requests == 1 { 1 } else { 2 };
                assert_eq!(requests, expected, "{place}: the cut was not noticed");
                cuts += 1;
                complete += u64::from(requests == 1);
            }
        }
    }
    scenario.passed(
        "every byte",
        cuts,
        &format!(
            "{cuts} cuts of a page of 4 KiB (JSON and SOAP; with a length, chunked, until close): never a record of a cut \
             page, whole at the next try; {complete} cuts fell behind the end of a document without a length and lost nothing"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_page_cut_anywhere_gives_no_record() {
    let scenario = Scenario::load("F4");
    let (bytes, cuts) = (scenario.number("large_kib") as usize * 1_024, scenario.number("large_cuts"));
    let mut tried = 0;
    for seed in scenario.seeds() {
        let mut dice = Dice::new(seed);
        for subject in [ONE_STOP, LOOK_UP] {
            let (body, _) = padded(subject, (bytes / 1_500) as u32, bytes);
            for framing in [Framing::Length, Framing::Chunked, Framing::UntilClose] {
                let cutter = Cutter::new(subject, &body, framing).await;
                let (whole, _) = cutter.page(None).await;
                for _ in 0..cuts {
                    let cut = dice.below(cutter.wire_bytes as u64) as usize;
                    let (page, _) = cutter.page(Some(cut)).await;
                    let place = format!("{} {framing:?} cut at {cut}; {}", subject.name, scenario.replay(seed));
                    assert!(page.records == whole.records && page.rejects.is_empty(), "{place}");
                    tried += 1;
                }
            }
        }
    }
    let seen = format!("{tried} random cuts of a page of {} KiB: never a record of a cut page", bytes / 1_024);
    scenario.passed("large page", tried, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_document_that_is_complete_is_no_page_when_the_rest_is_missing() {
    // Two documents one behind the other: each would be a page, both together are none.
    let empty = crate::support::EMPTY_SLICE;
    let body = format!("{empty}\n{empty}");
    for framing in [Framing::Length, Framing::Chunked] {
        let (headers, wire) = framed(body.as_bytes(), framing);
        for cut in [empty.len(), empty.len() + 1, wire.len() - 3, wire.len()] {
            let (headers, wire) = (headers.clone(), wire[..cut].to_vec());
            let server = Server::start(move |_| Answer::wire(&headers, [Piece::Bytes(wire.clone())])).await;
            let outcome = ONE_STOP.first_page(&*ONE_STOP.connector(&server.url), 1).await;
            assert!(outcome.is_err(), "{framing:?}: a part of the body was taken for the whole, cut at {cut}");
        }
    }
}
