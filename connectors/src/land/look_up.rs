//! The certificates of one owner, in the whole province, as they are now.

use super::certificate;
use super::position::Start;
use super::search::{Frame, Wanted, request};
use crate::ask_now::{AskNow, Told};
use crate::connector::{Lookup, Question};
use crate::read::{Drift, Problem};
use crate::transport::{Reply, classify};
use futures::future::BoxFuture;
use schemas::{Answer, CanonicalRecord, ErrorClass, PersonalId, ProvinceCode, SourceError};

/// As the audit trail calls it.
pub const OPERATION: &str = "land_search";

/// No person has more: where a source has, it did not understand the question, or the number is an
/// organisation's.
const MOST_CERTIFICATES: u64 = 200;
/// Certificates asked for at once, where the settings do not allow fewer.
const LONGEST_PAGE: u32 = 100;
/// With those that a moving list makes read again.
const MOST_PAGES: u32 = 10;

pub struct LandLookUp {
    now: AskNow,
    page_size: u32,
    province: ProvinceCode,
    /// Today's communes of the province.
    communes: Vec<String>,
    drift: Drift,
}

impl LandLookUp {
    pub fn new(now: AskNow, page_size: u32, province: ProvinceCode, communes: Vec<String>) -> Self {
        Self { now, page_size: page_size.min(LONGEST_PAGE), province, communes, drift: Drift::default() }
    }

    async fn search(&self, owner: &str) -> Result<Told, SourceError> {
        let (mut at, mut told): (Start, Option<Told>) = (Start::default(), None);
        for _ in 0..MOST_PAGES {
            let request = request(self.province, Wanted::Owner(owner), &at, self.page_size);
            let (page, next) = self.now.transport.ask(&request, |reply| self.read(reply, owner, &at)).await?;
            // What came before a list that is read again comes again.
            let before = told.filter(|_| !at.is_first());
            let whole = joined(before, page);
            let Some(next) = next else { return Ok(Told { rows: newest(whole.rows), ..whole }) };
            (at, told) = (next, Some(whole));
        }
        Err(too_many())
    }

    fn read(&self, reply: &Reply, owner: &str, at: &Start) -> Result<(Told, Option<Start>), SourceError> {
        let answer = classify::json(reply)?;
        let frame = Frame::read(&answer, at, self.page_size)?;
        if frame.total > MOST_CERTIFICATES {
            return Err(too_many());
        }
        let mut rows = Vec::new();
        for entry in frame.fresh(at) {
            rows.extend(certificate::rows_of(entry, owner, &self.communes, &self.drift).map_err(unreadable)?);
        }
        let next = frame.next(at, self.page_size)?;
        Ok((Told { rows, as_of: reply.served_at() }, next))
    }
}

/// As old as the oldest page.
fn joined(before: Option<Told>, page: Told) -> Told {
    let Some(mut all) = before else { return page };
    all.rows.extend(page.rows);
    Told { as_of: all.as_of.min(page.as_of), rows: all.rows }
}

/// Each row once, in its highest version.
fn newest(mut rows: Vec<CanonicalRecord>) -> Vec<CanonicalRecord> {
    rows.sort_by(|a, b| {
        let (a, b) = (&a.envelope, &b.envelope);
        (&a.record_key, a.part, b.version).cmp(&(&b.record_key, b.part, a.version))
    });
    rows.dedup_by(|a, b| (&a.envelope.record_key, a.envelope.part) == (&b.envelope.record_key, b.envelope.part));
    rows
}

fn too_many() -> SourceError {
    SourceError::new(ErrorClass::Contract, "too_many", "more certificates than one person can have")
}

/// An answer with a gap would take a certificate out of the clerk's sight: it is none.
fn unreadable(problem: Problem) -> SourceError {
    let detail = format!("{}: {}", problem.reason, problem.detail);
    SourceError::new(ErrorClass::Contract, "unreadable_certificate", detail)
}

impl Lookup for LandLookUp {
    fn look_up<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Answer<Vec<CanonicalRecord>>> {
        Box::pin(async move {
            match PersonalId::parse(question.personal_id.trim()) {
                Ok(owner) => self.now.answer(question, self.search(owner.as_str())).await,
                Err(_) => self.now.refuse("bad_question"),
            }
        })
    }
}
