//! A source over HTTP, with one record that cannot be read.

use crate::server::{Answer, Asked, Piece, Server};
use crate::subjects::{CANARIES, FEED, LAND, LOOK_UP, ONE_STOP, POLL, REGISTER, Subject, context};
use crate::support::build;
use connectors::conformance::{Bench, Fault};
use connectors::{Connector, PlanContext};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const RECORDS: u32 = 25;
/// The one that cannot be read: of the register a birth.
const SPOILED: usize = 6;

pub struct HttpBench {
    server: Server,
    subject: Subject,
    state: Arc<Mutex<State>>,
}

struct State {
    fault: Fault,
    first: Option<String>,
}

/// `spoil`: what in the text of a record is replaced by what, so that it cannot be read.
fn records(subject: Subject, spoil: (&str, &str)) -> Vec<Value> {
    let mut records = subject.records(RECORDS);
    let spoiled = records[SPOILED].to_string().replace(spoil.0, spoil.1);
    assert_ne!(spoiled, records[SPOILED].to_string(), "{}", subject.name);
    records[SPOILED] = serde_json::from_str(&spoiled).expect("JSON");
    records
}

impl HttpBench {
    async fn new(subject: Subject, answer: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Self {
        let state = Arc::new(Mutex::new(State { fault: Fault::Healthy, first: None }));
        let shared = state.clone();
        let server = Server::start(move |asked| {
            let mut state = shared.lock().expect("not poisoned");
            let body = answer(asked);
            match state.fault {
                Fault::Healthy => Answer::json(body),
                Fault::Cut => {
                    let length = format!("Content-Length: {}\r\n", body.len());
                    Answer::wire(&length, [Piece::Bytes(body.as_bytes()[..body.len() * 2 / 3].to_vec())])
                }
                Fault::Away => Answer::Closed,
                Fault::Silent => Answer::Silent,
                Fault::Stale => Answer::json(state.first.get_or_insert(body).clone()),
            }
        })
        .await;
        Self { server, subject, state }
    }
}

impl Bench for HttpBench {
    fn connector(&self) -> Box<dyn Connector> {
        build(&self.subject.settings(&self.server.url))
    }

    fn context(&self) -> PlanContext {
        context(RECORDS)
    }

    fn canaries(&self) -> Vec<String> {
        CANARIES.map(str::to_owned).into()
    }

    fn behave(&self, fault: Fault) -> BoxFuture<'_, bool> {
        *self.state.lock().expect("not poisoned") = State { fault, first: None };
        Box::pin(async { true })
    }
}

pub async fn population_feed() -> HttpBench {
    let records = records(FEED, ("19850305", "19850230"));
    let deleted: Vec<Value> = (0..12).map(|n| json!({"IdBanGhi": format!("CD-{n}"), "LoaiSuKien": "DELETE"})).collect();
    HttpBench::new(FEED, move |asked| match asked.path.starts_with("/daxoa") {
        true => crate::subjects::feed_page(asked, &deleted),
        false => (FEED.answer)(asked, &records),
    })
    .await
}

pub async fn look_up() -> HttpBench {
    let records = records(LOOK_UP, ("19850305", "19850230"));
    HttpBench::new(LOOK_UP, move |asked| (LOOK_UP.answer)(asked, &records)).await
}

/// One connector, two datasets.
pub async fn civil_status() -> HttpBench {
    let entries = records(REGISTER, ("05.03.2026", "31.02.2026"));
    let cases = records(POLL, ("261124", "251124"));
    HttpBench::new(REGISTER, move |asked| match asked.path.starts_with("/hotich") {
        true => (REGISTER.answer)(asked, &entries),
        false => (POLL.answer)(asked, &cases),
    })
    .await
}

pub async fn land() -> HttpBench {
    let records = records(LAND, ("05/03/1985", "31/02/1985"));
    HttpBench::new(LAND, move |asked| (LAND.answer)(asked, &records)).await
}

pub async fn one_stop() -> HttpBench {
    let records = records(ONE_STOP, ("05/03/1985", "31/02/1985"));
    HttpBench::new(ONE_STOP, move |asked| (ONE_STOP.answer)(asked, &records)).await
}
