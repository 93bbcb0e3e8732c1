//! One citizen at a time, within the quota of the night.
//!
//! Each question ends in exactly one of three counts: found, not found, could not ask. Out of
//! quota, the rest of the questions is counted as could not ask and nothing more is sent; what
//! would hit every question alike (breaker, budget, credentials, stop) ends the page instead, so
//! that the partition parks at its cursor.

use super::soap::{self, Citizens, Purpose};
use crate::connector::{Capabilities, CheckReport, Connector, Lookup, PlanContext, Question, Statistics};
use crate::cursor;
use crate::page::PageBuilder;
use crate::read::{Drift, Problem, key};
use crate::transport::{Payload, Reply, Request, Transport};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Answer, CanonicalRecord, Cursor, Dataset, ErrorClass, Page, Partition, SourceError, SourceId};
use serde::{Deserialize, Serialize};

/// Questions of one page: what is asked again after a crash.
const QUESTIONS_OF_A_PAGE: usize = 20;

pub struct PopulationLookUp {
    source: SourceId,
    transport: Transport,
    purpose: Purpose,
    communes: Vec<String>,
    drift: Drift,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    offset: usize,
}

impl PopulationLookUp {
    pub fn new(source: SourceId, transport: Transport, purpose: Purpose, communes: Vec<String>) -> Self {
        Self { source, transport, purpose, communes, drift: Drift::default() }
    }

    async fn ask(&self, question: &Question) -> Result<Citizens, SourceError> {
        let text = soap::question(question, &self.purpose, &self.transport.nonce());
        let text = text.ok_or_else(|| {
            SourceError::new(ErrorClass::Permanent, "bad_question", "number, name and birth date are needed")
        })?;
        let request = Request::post("/tracuu", Payload::Soap(text));
        let asked = question.personal_id.trim();
        self.transport.ask(&request, |reply| soap::citizens(reply, asked, &self.communes, &self.drift)).await
    }

    /// Asks and counts. Only the outcome counts: rows that cannot be read are no "not found".
    async fn ask_and_count(&self, question: &Question) -> Result<Citizens, SourceError> {
        let outcome = self.ask(question).await;
        let counters = &self.transport.counters;
        match &outcome {
            Ok(found) if found.rows.is_empty() && found.rejects.is_empty() => counters.not_found.add(1),
            Ok(found) if found.rows.is_empty() => counters.could_not_ask.add(1),
            Ok(_) => counters.found.add(1),
            Err(_) => counters.could_not_ask.add(1),
        }
        outcome
    }

    async fn chunk(&self, cursor: Option<&Cursor>, context: &PlanContext) -> Result<Page, SourceError> {
        let Offset { offset } = cursor::read(cursor)?;
        let rest = context.questions.get(offset..).unwrap_or_default();
        let questions = &rest[..rest.len().min(QUESTIONS_OF_A_PAGE)];
        let (mut page, mut as_of): (PageBuilder, Option<Timestamp>) = (PageBuilder::default(), None);
        for (at, question) in questions.iter().enumerate() {
            if self.transport.quota_is_spent() {
                self.transport.counters.could_not_ask.add((questions.len() - at) as u64);
                break;
            }
            match self.ask_and_count(question).await {
                Ok(found) => {
                    as_of = Some(as_of.map_or(found.as_of, |oldest| oldest.min(found.as_of)));
                    for row in found.rows {
                        page.add(Ok(vec![row]), String::new);
                    }
                    for reject in found.rejects {
                        let problem =
                            Problem::new("unreadable_citizen", format!("{}: {}", reject.reason, reject.detail));
                        let problem = problem.of(&key::hashed(question.personal_id.trim()));
                        page.reject(problem, reject.payload.expose().to_owned());
                    }
                }
                Err(error) if ends_the_page(&error) => return Err(error),
                Err(error) => {
                    tracing::warn!(source = %self.source, code = %error.code, "a citizen could not be looked up");
                }
            }
        }
        let next = offset + questions.len();
        let next = if next < context.questions.len() { Some(cursor::write(&Offset { offset: next })?) } else { None };
        let as_of = as_of.unwrap_or_else(|| self.transport.now());
        // No total: how many of the questions have an answer is what the night finds out.
        Ok(page.finish(cursor::guard(cursor, next)?, as_of, None))
    }
}

/// Would the next question fare the same? A spent quota is handled by counting, and attempts that
/// ran out are the misfortune of one question.
fn ends_the_page(error: &SourceError) -> bool {
    match error.class {
        ErrorClass::Stopped | ErrorClass::Authentication => true,
        ErrorClass::Exhausted => !matches!(error.code.as_str(), "quota_exhausted" | "attempts_exhausted"),
        _ => false,
    }
}

impl Lookup for PopulationLookUp {
    fn look_up<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Answer<Vec<CanonicalRecord>>> {
        Box::pin(async move {
            match self.ask_and_count(question).await {
                Ok(Citizens { rows, rejects, as_of }) => match (rows.is_empty(), rejects.is_empty()) {
                    (false, _) => Answer::Found { value: rows, as_of },
                    (true, true) => Answer::NotFound { as_of },
                    (true, false) => Answer::CouldNotAsk { code: "unreadable_citizen".into() },
                },
                Err(error) => Answer::CouldNotAsk { code: error.code },
            }
        })
    }
}

impl Connector for PopulationLookUp {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::Person, Capabilities { lookup: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, _context: &PlanContext) -> Vec<Partition> {
        match dataset {
            Dataset::Person => vec![Partition::new(&self.source, dataset, "lookup")],
            _ => Vec::new(),
        }
    }

    fn page<'a>(
        &'a self,
        _partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(self.chunk(cursor, context))
    }

    fn statistics(&self) -> Statistics {
        self.transport.statistics()
    }

    fn stop(&self) {
        self.transport.stop();
    }

    /// The service answers only about citizens: without a question at hand, a number is asked for
    /// that cannot belong to anybody.
    fn check<'a>(&'a self, context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            let nobody = Question {
                personal_id: "099000000000".into(),
                name: "KIEM TRA".into(),
                birth_date: "1900".into(),
                procedure: None,
            };
            let question = context.questions.first().unwrap_or(&nobody);
            let text = soap::question(question, &self.purpose, &self.transport.nonce());
            let text = text.ok_or_else(|| {
                SourceError::new(ErrorClass::Permanent, "bad_question", "number, name and birth date are needed")
            })?;
            let request = Request::post("/tracuu", Payload::Soap(text));
            let asked = question.personal_id.trim();
            let read = |reply: &Reply| {
                soap::citizens(reply, asked, &self.communes, &self.drift).map(|_| crate::check::clock_of(reply))
            };
            let clock = self.transport.ask(&request, read).await?;
            Ok(clock.report(self.drift.keys()))
        })
    }
}
