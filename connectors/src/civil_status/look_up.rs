//! One linked case, as it is now.

use super::poll;
use crate::ask_now::{AskNow, Told};
use crate::connector::{CaseCode, Lookup, Question};
use crate::page::PageBuilder;
use crate::read::Drift;
use crate::transport::{Reply, classify};
use futures::future::BoxFuture;
use schemas::{Answer, CanonicalRecord, ErrorClass, ProvinceCode, SourceError};

/// As the audit trail calls it.
pub const OPERATION: &str = "case_poll";

pub struct CaseLookUp {
    now: AskNow,
    province: ProvinceCode,
    /// Today's communes of the province.
    communes: Vec<String>,
    drift: Drift,
}

impl CaseLookUp {
    pub fn new(now: AskNow, province: ProvinceCode, communes: Vec<String>) -> Self {
        Self { now, province, communes, drift: Drift::default() }
    }

    async fn poll(&self, case: &CaseCode) -> Result<Told, SourceError> {
        let request = poll::request(&[case], &case.module, self.province.as_str());
        self.now.transport.ask(&request, |reply| self.read(reply, case)).await
    }

    /// An answer about another case, or two that contradict each other, is not "not found".
    fn read(&self, reply: &Reply, case: &CaseCode) -> Result<Told, SourceError> {
        let answer = classify::json(reply)?;
        let mut page = PageBuilder::default();
        for value in poll::values(&answer)? {
            let row = poll::row(value, &[case], &self.communes, &self.drift);
            page.add(row.map(|row| vec![row]), String::new);
        }
        if let Some(reject) = page.rejected().first() {
            let detail = format!("{}: {}", reject.reason, reject.detail);
            return Err(SourceError::new(ErrorClass::Contract, "unreadable_case", detail));
        }
        let as_of = reply.served_at();
        Ok(Told { rows: page.finish(None, as_of, None).records, as_of })
    }
}

impl Lookup for CaseLookUp {
    fn look_up<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Answer<Vec<CanonicalRecord>>> {
        Box::pin(async move {
            match question.case.as_ref().filter(|case| !case.code.trim().is_empty()) {
                Some(case) => self.now.answer(question, self.poll(case)).await,
                None => self.now.refuse("needs_a_case"),
            }
        })
    }
}
