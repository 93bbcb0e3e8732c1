//! Everything is pulled from a healthy source, each page asked for twice.

use super::secrets::Canaries;
use super::{Bench, Part, Report, Rule};
use crate::connector::{Connector, PlanContext};
use schemas::{
    CanonicalRecord, CivilEventRecord, Cursor, DossierRecord, ErrorClass, LandRightRecord, Page, PersonRecord, Record,
    SourceError,
};

/// A bench is small: whoever needs more pages does not end.
const MOST_PAGES: usize = 2_000;

/// Cursors that no connector writes.
const FOREIGN: [&str; 8] = [
    "",
    "nonsense",
    "7",
    "[]",
    "[1]",
    "null",
    r#"{"made_up_by_the_suite":1}"#,
    r#"{"offset":-1,"page":"x","start":[]}"#,
];

/// What a partition brought.
#[derive(Default)]
pub struct Pull {
    pub records: Vec<CanonicalRecord>,
    pub rejects: usize,
    pages: usize,
    last: Option<Cursor>,
}

pub async fn check(bench: &dyn Bench, parts: &[Part], report: &mut Report) -> Vec<Pull> {
    let (context, canaries, connector) = (bench.context(), Canaries(bench.canaries()), bench.connector());
    let mut pulls = Vec::new();
    for part in parts {
        let before = connector.statistics().requests;
        let pull = checked_pull(&*connector, part, &context, &canaries, report).await;
        if !part.capabilities.deliveries && connector.statistics().requests <= before {
            report.breaks(Rule::Running(3), "a partition was pulled and the count of requests did not rise");
        }
        check_resume(&*connector, part, pull.last.as_ref(), &canaries, report);
        report.pages += pull.pages;
        report.records += pull.records.len();
        pulls.push(pull);
    }
    if report.records == 0
        || parts.iter().zip(&pulls).all(|(part, pull)| !part.capabilities.deliveries && pull.pages < 2)
    {
        report.breaks(Rule::Running(2), "the bench must serve records, in two pages at least");
    }
    pulls
}

async fn checked_pull(
    connector: &dyn Connector,
    part: &Part,
    context: &PlanContext,
    canaries: &Canaries,
    report: &mut Report,
) -> Pull {
    let (mut pull, mut cursor) = (Pull::default(), part.start.clone());
    while pull.pages < MOST_PAGES {
        let ask = || connector.page(&part.partition, cursor.as_ref(), context);
        let page = match ask().await {
            Ok(page) => page,
            Err(error) => {
                canaries.check_error(&error, report);
                report.breaks(Rule::Running(2), format!("a healthy source ends in {}", error.code));
                return pull;
            }
        };
        let again = ask().await;
        check_page(&page, cursor.as_ref(), canaries, report);
        if !again.is_ok_and(|again| is_same(&page, &again)) {
            report.breaks(Rule::Cursors(2), "one cursor, asked twice, gives two pages");
        }
        pull.pages += 1;
        pull.records.extend(page.records);
        pull.rejects += page.rejects.len();
        pull.last = cursor.clone();
        match page.next {
            Some(next) => cursor = Some(next),
            None => return pull,
        }
    }
    report.breaks(Rule::Running(2), format!("the pull has not ended after {MOST_PAGES} pages"));
    pull
}

fn is_same(page: &Page, again: &Page) -> bool {
    let keys = |page: &Page| -> Vec<_> { page.rejects.iter().map(|reject| reject.record_key.clone()).collect() };
    page.records == again.records && page.next == again.next && page.served == again.served && keys(page) == keys(again)
}

fn check_page(page: &Page, cursor: Option<&Cursor>, canaries: &Canaries, report: &mut Report) {
    canaries.check_page(page, report);
    let records = page.records.iter().filter(|row| row.envelope.part == 0).count() + page.rejects.len();
    if page.served != records as u64 {
        report.breaks(Rule::Pages(2), "served is not the number of rows with part 0 and of rejects");
    }
    if page.next.is_some() && page.next.as_ref() == cursor {
        report.breaks(Rule::Cursors(3), "the next cursor is the current one");
    }
    if page.next.as_ref().is_some_and(|next| serde_json::from_str::<serde_json::Value>(&next.0).is_err()) {
        report.breaks(Rule::Cursors(1), "a cursor is no JSON");
    }
    for reject in &page.rejects {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if reject.reason.is_empty() || !is_word(&reject.reason) {
            report.breaks(Rule::Pages(4), "the reason of a reject is no stable word");
        }
    }
    for row in &page.records {
        if row.envelope.record_key.is_empty() {
            report.breaks(Rule::Pages(6), "a record has no key");
        }
        if row.envelope.deleted && !is_empty(&row.record) {
            report.breaks(Rule::Pages(8), "a deleted row has values");
        }
    }
}

fn is_empty(record: &Record) -> bool {
    *record
        == match record {
            Record::Person(_) => Record::Person(PersonRecord::default()),
            Record::CivilEvent(_) => Record::CivilEvent(CivilEventRecord::default()),
            Record::LandRight(_) => Record::LandRight(LandRightRecord::default()),
            Record::Dossier(_) => Record::Dossier(DossierRecord::default()),
        }
}

/// A feed, and a delivery, tell where the next night begins; what is pulled whole does not.
fn check_resume(
    connector: &dyn Connector,
    part: &Part,
    last: Option<&Cursor>,
    canaries: &Canaries,
    report: &mut Report,
) {
    let resume = last.and_then(|last| connector.resume_cursor(last));
    let wanted = part.capabilities.feed || part.capabilities.deliveries;
    if wanted != resume.is_some() {
        let told = if wanted { "does not tell" } else { "is no feed and tells" };
        report.breaks(Rule::Cursors(4), format!("a source {told} where the next night begins"));
    }
    canaries.check("a resume cursor", resume.as_ref().map_or("", |cursor| &cursor.0), Rule::Cursors(1), report);
}

pub async fn check_foreign_cursors(bench: &dyn Bench, parts: &[Part], report: &mut Report) {
    let (context, canaries, connector) = (bench.context(), Canaries(bench.canaries()), bench.connector());
    let long = " ".repeat(100_000);
    for part in parts {
        for text in FOREIGN.into_iter().chain([long.as_str()]) {
            let cursor = Cursor(text.to_owned());
            let outcome: Result<Page, SourceError> = connector.page(&part.partition, Some(&cursor), &context).await;
            match outcome {
                Ok(_) => report.breaks(Rule::Cursors(3), format!("the foreign cursor {} gives a page", shown(text))),
                Err(error) => {
                    canaries.check_error(&error, report);
                    if (error.class, error.code.as_str()) != (ErrorClass::Contract, "bad_cursor") {
                        let detail = format!("the foreign cursor {} ends in {}", shown(text), error.code);
                        report.breaks(Rule::Cursors(3), detail);
                    }
                }
            }
        }
    }
}

fn shown(text: &str) -> String {
    if text.len() > 60 { "of 100,000 spaces".to_owned() } else { format!("{text:?}") }
}
