//! Every connector that speaks HTTP, each with a well-behaved source of made-up records: what the
//! campaigns and the conformance suite then break.

mod civil_status;
mod land;
mod one_stop;
mod population;
mod xml;

use crate::server::{Answer, Asked, Server};
use crate::support::{self, COMMUNE, question};
use config::{SourceKind, SourceMode, SourceSettings};
use connectors::{CaseCode, Connector, PlanContext};
use schemas::{CanonicalRecord, Cursor, Dataset, Page, Partition, Reject, SourceError};
use serde_json::Value;

#[derive(Clone, Copy)]
pub struct Subject {
    pub name: &'static str,
    pub kind: SourceKind,
    pub mode: SourceMode,
    pub dataset: Dataset,
    /// The n-th good record, with every field that the connector reads.
    pub record: fn(u32) -> Value,
    /// The body of the answer to a question, when the source holds these records.
    pub answer: fn(&Asked, &[Value]) -> String,
    /// The list of records in that body, for whoever wants to spoil its order.
    pub list: &'static str,
}

/// Parts of made-up personal values: none of them may turn up where no record belongs.
pub const CANARIES: [&str; 4] = ["099085", "990000", "Mẫu", "MẪU"];

pub use population::feed_page;

pub const FEED: Subject = population::FEED;
pub const LOOK_UP: Subject = population::LOOK_UP;
pub const REGISTER: Subject = civil_status::REGISTER;
pub const POLL: Subject = civil_status::POLL;
pub const LAND: Subject = land::LAND;
pub const ONE_STOP: Subject = one_stop::ONE_STOP;
pub const ALL: [Subject; 6] = [FEED, LOOK_UP, REGISTER, POLL, LAND, ONE_STOP];
/// Those whose source pages; of the others the pages are our own lists of questions.
pub const PAGED: [Subject; 4] = [FEED, REGISTER, LAND, ONE_STOP];

impl Subject {
    pub fn records(&self, count: u32) -> Vec<Value> {
        (0..count).map(self.record).collect()
    }

    pub fn settings(&self, url: &str) -> SourceSettings {
        let mut settings = support::settings(self.kind, url);
        settings.mode = self.mode;
        settings.retry.budget = 1_000_000;
        settings
    }

    pub fn connector(&self, url: &str) -> Box<dyn Connector> {
        support::build(&self.settings(url))
    }

    /// A source that behaves, with so many records.
    pub async fn server(&self, count: u32) -> Server {
        let (records, answer) = (self.records(count), self.answer);
        Server::start(move |asked| Answer::json(answer(asked, &records))).await
    }

    pub async fn first_page(&self, connector: &dyn Connector, count: u32) -> Result<Page, SourceError> {
        let context = context(count);
        connector.page(&self.partition(connector, &context), None, &context).await
    }

    pub fn partition(&self, connector: &dyn Connector, context: &PlanContext) -> Partition {
        connector.partitions(self.dataset, context).remove(0)
    }

    pub async fn pull(&self, connector: &dyn Connector, count: u32) -> Result<Pulled, SourceError> {
        let context = context(count);
        let partition = self.partition(connector, &context);
        let (mut pulled, mut cursor): (Pulled, Option<Cursor>) = Default::default();
        // Nothing that ends needs so many pages.
        for _ in 0..10_000 {
            let page = connector.page(&partition, cursor.as_ref(), &context).await?;
            assert_eq!(page.served, (parts_0(&page.records) + page.rejects.len()) as u64, "each record counts once");
            pulled.served += page.served;
            pulled.total = page.total.or(pulled.total);
            pulled.records.extend(page.records);
            pulled.rejects.extend(page.rejects);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(pulled),
            }
        }
        panic!("{}: the pull does not end", self.name);
    }
}

/// What a whole pull brought.
#[derive(Default)]
pub struct Pulled {
    pub records: Vec<CanonicalRecord>,
    pub rejects: Vec<Reject>,
    pub served: u64,
    /// What the source said last.
    pub total: Option<u64>,
}

fn parts_0(records: &[CanonicalRecord]) -> usize {
    records.iter().filter(|row| row.envelope.part == 0).count()
}

/// So many citizens and cases to ask about.
pub fn context(count: u32) -> PlanContext {
    PlanContext {
        communes: vec![COMMUNE.into()],
        questions: (0..count).map(question).collect(),
        case_codes: (0..count).map(|n| CaseCode { module: "LTKS".into(), code: civil_status::code(n) }).collect(),
        ..PlanContext::default()
    }
}

/// A parameter of the query or of the form.
pub fn parameter(asked: &Asked, name: &str) -> String {
    let query = asked.path.split_once('?').map_or(asked.body.as_str(), |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.unwrap_or_default().replace("%3A", ":").replace("%2B", "+")
}

pub fn number(asked: &Asked, name: &str) -> usize {
    parameter(asked, name).parse().unwrap_or(0)
}

/// Page `page` of `size`: the records, and how many pages there are.
fn slice<T>(records: &[T], page: usize, size: usize) -> (&[T], usize) {
    let size = size.max(1);
    let begin = (page * size).min(records.len());
    (&records[begin..(begin + size).min(records.len())], records.len().div_ceil(size))
}

/// An instant so many minutes after the first, in Vietnamese time.
fn minute(n: u32, format: &str) -> String {
    let at = jiff::Timestamp::from_second(1_795_000_000 + i64::from(n) * 300).expect("an instant");
    schemas::clock::VIETNAM.to_datetime(at).strftime(format).to_string()
}
