//! A connector in memory that does everything right, or breaks one rule on purpose.

use crate::support::now;
use connectors::conformance::Fault;
use connectors::connector::Capabilities;
use connectors::transport::Stop;
use connectors::{CheckReport, Connector, PlanContext, Statistics};
use futures::future::BoxFuture;
use schemas::{
    CanonicalRecord, Cursor, Dataset, Envelope, ErrorClass, Page, Partition, PersonRecord, Record, Reject, Sensitive,
    SourceError, SourceId,
};
use std::sync::atomic::{AtomicU64, Ordering};

pub const NUMBER: &str = "099085000123";
const PAGES: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flaw {
    None,
    PlansAnew,
    PlansTwins,
    PlansByNumber,
    Miscounts,
    TakesCutBodies,
    IsItsOwnKey,
    QuotesInDetails,
    GivesSentencesAsReasons,
    KeepsValuesOfDeleted,
    NamesInCursors,
    WritesNoJson,
    Forgets,
    TakesAnyCursor,
    StandsStill,
    NeverEnds,
    DoesNotResume,
    BelievesACache,
    IsEmptyWhenAway,
    CountsAbsenceAsNotFound,
    GivesUpOpenly,
    BlamesTheContract,
    QuotesInErrors,
    CountsNothing,
    IsDeaf,
    StopsAsExhausted,
}

pub struct Toy {
    source: SourceId,
    flaw: Flaw,
    fault: Fault,
    stop: Stop,
    asked: AtomicU64,
}

fn error(class: ErrorClass, code: &str, detail: &str) -> SourceError {
    SourceError::new(class, code, detail)
}

impl Toy {
    pub fn new(flaw: Flaw, fault: Fault) -> Self {
        let source = SourceId::parse("toy").expect("a name");
        Self { source, flaw, fault, stop: Stop::default(), asked: AtomicU64::new(0) }
    }

    fn number_of(&self, cursor: Option<&Cursor>) -> Result<u64, SourceError> {
        let Some(Cursor(text)) = cursor else { return Ok(0) };
        let number = text.trim_start_matches("{\"page\":").trim_end_matches('}');
        match number.split(',').next().unwrap_or_default().trim_start_matches("page=").parse() {
            Ok(number) if text.contains("page") => Ok(number),
            _ if self.flaw == Flaw::TakesAnyCursor => Ok(0),
            _ => Err(error(ErrorClass::Contract, "bad_cursor", "not ours")),
        }
    }

    async fn pull(&self, cursor: Option<&Cursor>) -> Result<Page, SourceError> {
        let mut number = self.number_of(cursor)?;
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let quoted = if self.flaw == Flaw::QuotesInErrors { NUMBER } else { "gone" };
        match self.fault {
            Fault::Healthy => {}
            Fault::Cut if self.flaw == Flaw::TakesCutBodies => {}
            Fault::Away if matches!(self.flaw, Flaw::IsEmptyWhenAway) => return Ok(self.page(PAGES, asked)),
            Fault::Away if self.flaw == Flaw::BlamesTheContract => return Err(error(ErrorClass::Contract, "bad", "")),
            Fault::Cut | Fault::Away if self.flaw == Flaw::GivesUpOpenly => {
                return Err(error(ErrorClass::Transient, "connect", ""));
            }
            Fault::Cut | Fault::Away => return Err(error(ErrorClass::Exhausted, "attempts_exhausted", quoted)),
            Fault::Silent if self.flaw == Flaw::IsDeaf => std::future::pending().await,
            Fault::Silent => {
                let stopped = self.stop.guard(std::future::pending::<()>()).await;
                let class =
                    if self.flaw == Flaw::StopsAsExhausted { ErrorClass::Exhausted } else { ErrorClass::Stopped };
                return Err(SourceError { class, ..stopped.expect_err("only a stop ends it") });
            }
            Fault::Stale if self.flaw == Flaw::BelievesACache => {
                let mut page = self.page(if number < PAGES { 0 } else { number }, asked);
                page.next = self.page(number, asked).next;
                return Ok(page);
            }
            Fault::Stale if number > 0 => return Err(error(ErrorClass::Contract, "wrong_page", "another page")),
            Fault::Stale => {}
        }
        if self.flaw == Flaw::Forgets {
            number += asked % 2;
        }
        Ok(self.page(number, asked))
    }

    fn page(&self, number: u64, asked: u64) -> Page {
        let key = |n: u64| if self.flaw == Flaw::IsItsOwnKey { NUMBER.to_owned() } else { format!("k{number}-{n}") };
        let row = |n: u64, deleted: bool| {
            let named = !deleted || self.flaw == Flaw::KeepsValuesOfDeleted;
            let personal_id = named.then(|| NUMBER.to_owned());
            CanonicalRecord {
                envelope: Envelope {
                    record_key: key(n),
                    part: 0,
                    commune: None,
                    version: 1,
                    updated_at: None,
                    deleted,
                },
                record: Record::Person(PersonRecord { personal_id, ..PersonRecord::default() }),
            }
        };
        let quoted = if self.flaw == Flaw::QuotesInDetails { NUMBER } else { "no such day" };
        let reason = if self.flaw == Flaw::GivesSentencesAsReasons { "The date is wrong." } else { "bad_date" };
        let reject = Reject {
            record_key: Some(format!("r{number}")),
            reason: reason.into(),
            detail: quoted.into(),
            payload: Sensitive::new(NUMBER),
        };
        let records = if number < PAGES { vec![row(0, false), row(1, true)] } else { Vec::new() };
        let rejects = if number < PAGES { vec![reject] } else { Vec::new() };
        let next = match self.flaw {
            Flaw::NeverEnds => Some(format!("{{\"page\":{}}}", asked + 1)),
            Flaw::StandsStill if number == 1 => Some("{\"page\":1}".to_owned()),
            _ if number >= PAGES => None,
            Flaw::NamesInCursors => Some(format!("{{\"page\":{},\"last\":\"{NUMBER}\"}}", number + 1)),
            Flaw::WritesNoJson => Some(format!("page={}", number + 1)),
            _ => Some(format!("{{\"page\":{}}}", number + 1)),
        };
        Page {
            served: (records.len() + rejects.len()) as u64 + u64::from(self.flaw == Flaw::Miscounts),
            records,
            rejects,
            next: next.map(Cursor),
            as_of: now(),
            total: None,
        }
    }
}

impl Connector for Toy {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::Person, Capabilities { feed: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, _: &PlanContext) -> Vec<Partition> {
        let mut keys = vec!["all".to_owned()];
        match self.flaw {
            Flaw::PlansAnew => keys.push(self.asked.fetch_add(1, Ordering::SeqCst).to_string()),
            Flaw::PlansTwins => keys.push("all".to_owned()),
            Flaw::PlansByNumber => keys.push(NUMBER.to_owned()),
            _ => {}
        }
        keys.into_iter().map(|key| Partition::new(&self.source, dataset, key)).collect()
    }

    fn page<'a>(
        &'a self,
        _: &'a Partition,
        cursor: Option<&'a Cursor>,
        _: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(self.pull(cursor))
    }

    fn resume_cursor(&self, last: &Cursor) -> Option<Cursor> {
        (self.flaw != Flaw::DoesNotResume).then(|| last.clone())
    }

    fn statistics(&self) -> Statistics {
        let requests = if self.flaw == Flaw::CountsNothing { 0 } else { self.asked.load(Ordering::SeqCst) };
        let is_lost = self.fault == Fault::Away && self.flaw == Flaw::CountsAbsenceAsNotFound;
        Statistics { requests, not_found: u64::from(is_lost), ..Statistics::default() }
    }

    fn stop(&self) {
        self.stop.request();
    }

    fn check<'a>(&'a self, _: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async { Err(error(ErrorClass::Permanent, "toy", "a toy has nobody to ask")) })
    }
}
