//! The search for certificates, as the land system's own pages use it: `start` and `length`, by
//! commune, until as many came as the source says it has.
//! How the pull survives that the list moves meanwhile is in [`super::position`].

use super::certificate::{self, Place};
use super::position::Start;
use super::search::{self, Frame, Wanted};
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::cursor;
use crate::page::PageBuilder;
use crate::read::Drift;
use crate::transport::{Reply, Request, Transport, classify};
use futures::future::BoxFuture;
use schemas::{Cursor, Dataset, Page, Partition, ProvinceCode, SourceError, SourceId};

pub struct Land {
    source: SourceId,
    transport: Transport,
    page_size: u32,
    province: ProvinceCode,
    drift: Drift,
}

impl Land {
    pub fn new(source: SourceId, transport: Transport, page_size: u32, province: ProvinceCode) -> Self {
        Self { source, transport, page_size, province, drift: Drift::default() }
    }

    async fn pull(&self, commune: &str, cursor: Option<&Cursor>) -> Result<Page, SourceError> {
        let at: Start = cursor::read(cursor)?;
        let request = self.request(commune, &at, self.page_size);
        let page = self.transport.ask(&request, |reply| self.read(reply, commune, &at, self.page_size)).await?;
        Ok(Page { next: cursor::guard(cursor, page.next)?, ..page })
    }

    fn request(&self, commune: &str, at: &Start, length: u32) -> Request {
        search::request(self.province, Wanted::Commune(commune), at, length)
    }

    fn read(&self, reply: &Reply, commune: &str, at: &Start, length: u32) -> Result<Page, SourceError> {
        let answer = classify::json(reply)?;
        let frame = Frame::read(&answer, at, length)?;
        let (mut page, total) = (PageBuilder::default(), frame.total);
        for entry in frame.fresh(at) {
            match certificate::records(entry, Place::Commune(commune), &self.drift) {
                Ok(records) => records.into_iter().for_each(|rows| page.add(Ok(rows), || entry.to_string())),
                Err(problem) => page.reject(problem, entry.to_string()),
            }
        }
        let next = frame.next(at, length)?.map(|next| cursor::write(&next)).transpose()?;
        Ok(page.finish(next, reply.served_at(), Some(total)))
    }
}

impl Connector for Land {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::LandRight, Capabilities { pages: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition> {
        match dataset {
            Dataset::LandRight => {
                context.communes.iter().map(|code| Partition::new(&self.source, dataset, code.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        _context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(self.pull(&partition.key, cursor))
    }

    fn statistics(&self) -> Statistics {
        self.transport.statistics()
    }

    fn stop(&self) {
        self.transport.stop();
    }

    fn check<'a>(&'a self, context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            let (at, commune) = (Start::default(), context.communes.first().map_or("", String::as_str));
            let request = self.request(commune, &at, 1);
            let read = |reply: &Reply| self.read(reply, commune, &at, 1).map(|_| crate::check::clock_of(reply));
            let clock = self.transport.ask(&request, read).await?;
            Ok(clock.report(self.drift.keys()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::key;
    use crate::testing;
    use schemas::ErrorClass;
    use serde_json::{Value, json};

    fn land() -> Land {
        let province = ProvinceCode::parse("08").expect("a code");
        Land::new(testing::source("land"), testing::unreachable_transport(), 2, province)
    }

    fn read(answer: Value, start: u64) -> Result<Page, SourceError> {
        land().read(&testing::reply(&answer.to_string()), "00691", &Start { start, ..Start::default() }, 2)
    }

    fn certificate(id: u32) -> Value {
        json!({"GiayChungNhan": {"giayChungNhanId": id, "xaId": "691"}, "ChuSoHuu": [], "TaiSan": [{"thuaDatId": id}]})
    }

    #[test]
    fn pages_go_on_by_what_came_until_the_total() {
        let page = read(json!({"draw": 1, "recordsTotal": "3", "data": [certificate(1), certificate(2)]}), 0);
        let page = page.expect("a page");
        let next: Start = cursor::read(page.next.as_ref()).expect("ours");
        // The next page begins with the last certificate of this one.
        assert_eq!((next.start, next.known, page.total, page.served), (1, key::hashed("2"), Some(3), 2));
        let last = read(json!({"draw": "2", "recordsTotal": 3, "data": [certificate(3)]}), 2).expect("a page");
        assert_eq!((last.next, last.as_of.to_string().as_str()), (None, "2026-11-23T19:30:00Z"));
    }

    #[test]
    fn a_page_that_contradicts_itself_is_a_contract_error() {
        for (answer, start, code) in [
            (json!({"draw": 1, "recordsTotal": 3, "data": []}), 0, "empty_page"),
            (json!({"draw": 9, "recordsTotal": 3, "data": [certificate(1)]}), 0, "wrong_page"),
            (json!({"data": [certificate(1)]}), 0, "bad_page"),
            (json!({"recordsTotal": 3}), 0, "bad_page"),
        ] {
            let error = read(answer, start).map(|_| ()).expect_err(code);
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, code));
        }
    }
}
