//! One citizen at a time, within the quota of the night.
//!
//! Each question is written into the audit log before anything is sent, and its outcome after.
//! Each question ends in exactly one of four counts: found, not found, not confirmed (what a
//! verification says instead, which is no word on whether the citizen exists), could not ask. Out
//! of quota, the rest of the questions is counted as could not ask and nothing more is sent; what
//! would hit every question alike (breaker, budget, credentials, stop) ends the page instead, so
//! that the partition parks at its cursor.

use super::citizens::{Citizens, Nobody};
use super::service::Service;
use crate::audit::{AuditTrail, Looks, Opening};
use crate::connector::{Capabilities, CheckReport, Connector, Lookup, PlanContext, Question, Statistics};
use crate::cursor;
use crate::page::PageBuilder;
use crate::read::{Problem, key};
use crate::transport::{Reply, Request, Transport};
use futures::StreamExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Answer, CanonicalRecord, Cursor, Dataset, ErrorClass, Page, Partition, SourceError, SourceId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Questions of one page: what is asked again after a crash.
const QUESTIONS_OF_A_PAGE: usize = 20;

/// The outcome of a verification that says no.
const NOT_CONFIRMED: &str = "not_confirmed";

pub struct PopulationLookUp {
    source: SourceId,
    transport: Transport,
    service: Service,
    looks: Looks,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    offset: usize,
}

impl PopulationLookUp {
    pub fn new(source: SourceId, transport: Transport, service: Service, audit: Arc<dyn AuditTrail>) -> Self {
        let looks = Looks::new(source.clone(), audit);
        Self { source, transport, service, looks }
    }

    /// What is written down before the question is sent; `None` when the service would refuse it.
    fn prepare(&self, question: &Question) -> Option<Prepared> {
        let request_id = self.transport.nonce();
        let request = self.service.request(question, &request_id)?;
        let opening = self.looks.opening(question, &self.service.purpose, self.service.operation(), request_id);
        Some(Prepared { request, question: question.clone(), opening })
    }

    async fn send(&self, prepared: &Prepared) -> Result<Citizens, SourceError> {
        let read = |reply: &Reply| self.service.read(reply, &prepared.question);
        self.transport.ask(&prepared.request, read).await
    }

    fn send_if_any<'a>(&'a self, prepared: Option<&'a Prepared>) -> BoxFuture<'a, Result<Citizens, SourceError>> {
        match prepared {
            Some(prepared) => Box::pin(self.send(prepared)),
            None => Box::pin(async { Err(bad_question()) }),
        }
    }

    /// Writes down that these questions are asked, asks them, counts and writes down the outcomes:
    /// in the order of the questions, as many at once as the source bears.
    async fn ask_all(&self, questions: &[Question]) -> Result<Vec<Result<Citizens, SourceError>>, SourceError> {
        let prepared: Vec<Option<Prepared>> = questions.iter().map(|question| self.prepare(question)).collect();
        let openings: Vec<Opening> = prepared.iter().flatten().map(|prepared| prepared.opening.clone()).collect();
        self.looks.open(&openings).await?;
        // A list of futures first: the compiler cannot see through a closure that borrows.
        let asks: Vec<BoxFuture<'_, Result<Citizens, SourceError>>> =
            prepared.iter().map(|prepared| self.send_if_any(prepared.as_ref())).collect();
        let outcomes: Vec<_> = futures::stream::iter(asks).buffered(QUESTIONS_OF_A_PAGE).collect().await;
        let closings = prepared
            .iter()
            .zip(&outcomes)
            .filter_map(|(prepared, outcome)| Some((&prepared.as_ref()?.opening, self.count(outcome))))
            .collect();
        let never_sent = prepared.iter().filter(|prepared| prepared.is_none()).count() as u64;
        self.transport.counters().could_not_ask.add(never_sent);
        self.looks.close(closings).await?;
        Ok(outcomes)
    }

    /// Only the outcome counts: rows that cannot be read are no "not found".
    fn count(&self, outcome: &Result<Citizens, SourceError>) -> String {
        let counters = self.transport.counters();
        let (counter, word) = match outcome {
            Ok(found) if found.rows.is_empty() && found.rejects.is_empty() => match found.nobody {
                Nobody::NotFound => (&counters.not_found, "not_found"),
                Nobody::NotConfirmed => (&counters.not_confirmed, NOT_CONFIRMED),
            },
            Ok(found) if found.rows.is_empty() => (&counters.could_not_ask, "unreadable_citizen"),
            Ok(_) => (&counters.found, "found"),
            Err(error) => (&counters.could_not_ask, error.code.as_str()),
        };
        counter.add(1);
        word.to_owned()
    }

    async fn chunk(&self, cursor: Option<&Cursor>, context: &PlanContext) -> Result<Page, SourceError> {
        let Offset { offset } = cursor::read(cursor)?;
        let rest = context.questions.get(offset..).unwrap_or_default();
        let questions = &rest[..rest.len().min(QUESTIONS_OF_A_PAGE)];
        let (mut page, mut as_of): (PageBuilder, Option<Timestamp>) = (PageBuilder::default(), None);
        let outcomes = if self.transport.quota_is_spent() {
            self.transport.counters().could_not_ask.add(questions.len() as u64);
            Vec::new()
        } else {
            self.ask_all(questions).await?
        };
        for (question, outcome) in questions.iter().zip(outcomes) {
            match outcome {
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

/// A question ready to be sent, and what is written down about it.
struct Prepared {
    request: Request,
    question: Question,
    opening: Opening,
}

fn bad_question() -> SourceError {
    SourceError::new(ErrorClass::Permanent, "bad_question", "number, name and birth date are needed")
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
            let asked = self.ask_all(std::slice::from_ref(question)).await;
            match asked.map(|mut outcomes| outcomes.remove(0)).unwrap_or_else(Err) {
                Ok(Citizens { rows, rejects, as_of, nobody }) => match (rows.is_empty(), rejects.is_empty(), nobody) {
                    (false, ..) => Answer::Found { value: rows, as_of },
                    (true, true, Nobody::NotFound) => Answer::NotFound { as_of },
                    // The contract has no word for it, and "not found" would say too much.
                    (true, true, Nobody::NotConfirmed) => Answer::CouldNotAsk { code: NOT_CONFIRMED.into() },
                    (true, false, _) => Answer::CouldNotAsk { code: "unreadable_citizen".into() },
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
                case: None,
            };
            let question = context.questions.first().unwrap_or(&nobody);
            let prepared = self.prepare(question).ok_or_else(bad_question)?;
            let read =
                |reply: &Reply| self.service.read(reply, &prepared.question).map(|_| crate::check::clock_of(reply));
            let ask = self.transport.ask(&prepared.request, read);
            let word = |outcome: &Result<_, SourceError>| match outcome {
                Ok(_) => "checked".to_owned(),
                Err(error) => error.code.clone(),
            };
            let clock = self.looks.around(&prepared.opening, ask, word).await?;
            Ok(clock.report(self.service.drift.keys()))
        })
    }
}
