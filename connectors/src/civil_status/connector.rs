//! Two datasets of one source: events by commune (a feed), cases by module (a poll).

use super::{poll, refusal, register};
use crate::connector::{Capabilities, CaseCode, CheckReport, Connector, PlanContext, Statistics};
use crate::cursor;
use crate::feed_cursor::{FeedCursor, Stage};
use crate::page::PageBuilder;
use crate::read::Drift;
use crate::read::envelope::{self, FeedPage};
use crate::transport::{Reply, Request, Transport, classify};
use futures::future::BoxFuture;
use schemas::{Cursor, Dataset, ErrorClass, Page, Partition, ProvinceCode, SourceError, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Partitions of the poll: `poll-LTKS`, `poll-LTKT`, `poll-LTKH`.
const POLL: &str = "poll-";

pub struct CivilStatus {
    source: SourceId,
    transport: Transport,
    page_size: u32,
    province: ProvinceCode,
    drift: Drift,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    offset: usize,
}

impl CivilStatus {
    pub fn new(source: SourceId, transport: Transport, page_size: u32, province: ProvinceCode) -> Self {
        Self { source, transport, page_size, province, drift: Drift::default() }
    }

    async fn events(&self, commune: &str, cursor: Option<&Cursor>, context: &PlanContext) -> Result<Page, SourceError> {
        let at = FeedCursor::begin(cursor, context.resume_from.get(commune))?;
        if at.stage != Stage::Changes {
            return Ok(at.end_page(self.transport.now()));
        }
        let request = register_request(commune, &at, self.page_size);
        let page = self.transport.ask(&request, |reply| self.read_events(reply, commune, &at)).await?;
        Ok(Page { next: cursor::guard(cursor, page.next)?, ..page })
    }

    fn read_events(&self, reply: &Reply, commune: &str, at: &FeedCursor) -> Result<Page, SourceError> {
        let answer = classify::json(reply)?;
        let served = envelope::feed_page(&answer, at.page)?;
        let FeedPage { entries, total, as_of, .. } = served;
        let as_of = as_of.unwrap_or_else(|| reply.served_at());
        let mut page = PageBuilder::default();
        for entry in entries {
            page.add(register::rows(entry, commune, &self.drift), || entry.to_string());
        }
        Ok(page.finish(Some(cursor::write(&at.next(&served, Stage::End, as_of)?)?), as_of, total))
    }

    async fn cases(&self, module: &str, cursor: Option<&Cursor>, context: &PlanContext) -> Result<Page, SourceError> {
        let Offset { offset } = cursor::read(cursor)?;
        let all: Vec<&CaseCode> = context.case_codes.iter().filter(|case| case.module == module).collect();
        let rest = all.get(offset..).unwrap_or_default();
        let asked = &rest[..rest.len().min(poll::MOST_CODES).min(self.page_size as usize)];
        if asked.is_empty() {
            return Ok(PageBuilder::default().finish(None, self.transport.now(), None));
        }
        let next = offset + asked.len();
        let next = if next < all.len() { Some(cursor::write(&Offset { offset: next })?) } else { None };
        let request = poll::request(asked, module, self.province.as_str());
        let (page, found) = self.transport.ask(&request, |reply| self.read_cases(reply, asked, context)).await?;
        let (asked, counters) = (asked.len() as u64, self.transport.counters());
        counters.found.add(found.min(asked));
        counters.not_found.add(asked.saturating_sub(found));
        Ok(Page { next: cursor::guard(cursor, next)?, ..page })
    }

    fn read_cases(
        &self,
        reply: &Reply,
        asked: &[&CaseCode],
        context: &PlanContext,
    ) -> Result<(Page, u64), SourceError> {
        let answer = classify::json(reply)?;
        let values = poll::values(&answer)?;
        let mut page = PageBuilder::default();
        for value in values {
            let row = poll::row(value, asked, &context.communes, &self.drift).map(|row| vec![row]);
            page.add(row, || value.to_string());
        }
        Ok((page.finish(None, reply.served_at(), None), values.len() as u64))
    }
}

fn register_request(commune: &str, at: &FeedCursor, page_size: u32) -> Request {
    let mut query = vec![("maXa", commune.to_owned())];
    query.extend(at.query(page_size));
    Request { refusal: Some(refusal::read), ..Request::get("/hotich/1.0/thaydoi", query) }
}

impl Connector for CivilStatus {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![
            (Dataset::CivilEvent, Capabilities { feed: true, deletions: true, ..Capabilities::default() }),
            (Dataset::Dossier, Capabilities { lookup: true, ..Capabilities::default() }),
        ]
    }

    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition> {
        let partition = |key: String| Partition::new(&self.source, dataset, key);
        match dataset {
            Dataset::CivilEvent => context.communes.iter().cloned().map(partition).collect(),
            Dataset::Dossier => {
                let modules: BTreeSet<&str> = context.case_codes.iter().map(|case| case.module.as_str()).collect();
                modules.into_iter().map(|module| partition(format!("{POLL}{module}"))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(async move {
            match (partition.dataset, partition.key.strip_prefix(POLL)) {
                (Dataset::Dossier, Some(module)) => self.cases(module, cursor, context).await,
                (Dataset::CivilEvent, None) => self.events(&partition.key, cursor, context).await,
                _ => Err(SourceError::new(ErrorClass::Contract, "bad_partition", "this source has no such partition")),
            }
        })
    }

    fn resume_cursor(&self, last: &Cursor) -> Option<Cursor> {
        FeedCursor::resume(last)
    }

    fn statistics(&self) -> Statistics {
        self.transport.statistics()
    }

    fn stop(&self) {
        self.transport.stop();
    }

    fn check<'a>(&'a self, context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            let (at, commune) = (FeedCursor::default(), context.communes.first().map_or("", String::as_str));
            let request = register_request(commune, &at, 1);
            let read = |reply: &Reply| self.read_events(reply, commune, &at).map(|_| crate::check::clock_of(reply));
            let clock = self.transport.ask(&request, read).await?;
            Ok(clock.report(self.drift.keys()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use serde_json::json;

    fn civil_status() -> CivilStatus {
        let province = ProvinceCode::parse("08").expect("a code");
        CivilStatus::new(testing::source("civil_status"), testing::unreachable_transport(), 500, province)
    }

    #[test]
    fn the_last_page_leads_to_an_end_that_tells_where_the_next_night_begins() {
        let connector = civil_status();
        let answer = json!({"thoiDiemDuLieu": "2026-11-24T02:00:00", "data": [],
            "pagination": {"page": 0, "totalPages": 0, "totalElements": 0}});
        let page = connector
            .read_events(&testing::reply(&answer.to_string()), "00691", &FeedCursor::default())
            .expect("a page");
        let next = page.next.expect("the end");
        assert!(next.0.contains(r#""stage":"end""#), "{}", next.0);
        let resume = connector.resume_cursor(&next).expect("a beginning");
        assert!(resume.0.starts_with(r#"{"from":"2026-11-24T02:00:00""#), "{}", resume.0);
    }

    #[tokio::test]
    async fn the_end_needs_no_request_and_ends_the_partition() {
        let connector = civil_status();
        let partition = Partition::new(&connector.source, Dataset::CivilEvent, "00691");
        let cursor = Cursor(r#"{"from":"","to":"2026-11-24T02:00:00","page":0,"stage":"end"}"#.into());
        let page = connector.page(&partition, Some(&cursor), &PlanContext::default()).await.expect("the end");
        assert_eq!((page.served, page.next, page.as_of.to_string().as_str()), (0, None, "2026-11-23T19:00:00Z"));
        assert_eq!(connector.statistics().requests, 0);
    }

    #[tokio::test]
    async fn nothing_to_poll_needs_no_request() {
        let connector = civil_status();
        let partition = Partition::new(&connector.source, Dataset::Dossier, "poll-LTKS");
        let page = connector.page(&partition, None, &PlanContext::default()).await.expect("an empty page");
        assert_eq!((page.served, page.next), (0, None));
        assert_eq!(connector.statistics().requests, 0);
    }

    #[test]
    fn cases_are_polled_by_module() {
        let case = |module: &str| CaseCode { module: module.into(), code: "H99".into() };
        let context = PlanContext { case_codes: vec![case("LTKT"), case("LTKS"), case("LTKT")], ..Default::default() };
        let partitions = civil_status().partitions(Dataset::Dossier, &context);
        assert_eq!(partitions.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), ["poll-LTKS", "poll-LTKT"]);
    }
}
