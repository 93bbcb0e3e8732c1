//! The change feed of the population database: first what changed, then what was deleted.
//!
//! Each version of a record is a record of its own; the store folds them, the highest counts. One
//! partition, `all`: the feed does not know communes.

use super::person;
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::cursor;
use crate::feed_cursor::{FeedCursor, Stage};
use crate::page::PageBuilder;
use crate::read::envelope::{self, FeedPage};
use crate::read::{Drift, Json, Problem};
use crate::transport::{Reply, Request, Transport, classify};
use futures::future::BoxFuture;
use schemas::{CanonicalRecord, Cursor, Dataset, Page, Partition, PersonRecord, Record, SourceError, SourceId};

/// The data type of a citizen's record.
const CITIZENS: &str = "G02_001";

pub struct PopulationFeed {
    source: SourceId,
    transport: Transport,
    page_size: u32,
    drift: Drift,
}

impl PopulationFeed {
    pub fn new(source: SourceId, transport: Transport, page_size: u32) -> Self {
        Self { source, transport, page_size, drift: Drift::default() }
    }

    async fn pull(&self, key: &str, cursor: Option<&Cursor>, context: &PlanContext) -> Result<Page, SourceError> {
        let at = FeedCursor::begin(cursor, context.resume_from.get(key))?;
        let path = match at.stage {
            Stage::Changes => "/thaydoi",
            Stage::Deleted => "/daxoa",
            Stage::End => return Ok(at.end_page(self.transport.now())),
        };
        let page = self
            .transport
            .ask(&self.request(path, &at, self.page_size), |reply| self.read(reply, &at, context))
            .await?;
        Ok(Page { next: cursor::guard(cursor, page.next)?, ..page })
    }

    fn request(&self, path: &str, at: &FeedCursor, page_size: u32) -> Request {
        let mut query = vec![("type", CITIZENS.to_owned())];
        query.extend(at.query(page_size));
        Request::get(path, query)
    }

    fn read(&self, reply: &Reply, at: &FeedCursor, context: &PlanContext) -> Result<Page, SourceError> {
        let answer = classify::json(reply)?;
        let served = envelope::feed_page(&answer, at.page)?;
        let FeedPage { entries, total, as_of, .. } = served;
        let as_of = as_of.unwrap_or_else(|| reply.served_at());
        let mut page = PageBuilder::default();
        for entry in entries {
            page.add(self.record(entry, at.stage, context), || entry.to_string());
        }
        let next = at.next(&served, if at.stage == Stage::Deleted { Stage::End } else { Stage::Deleted }, as_of)?;
        let next = if next.stage == Stage::End { None } else { Some(cursor::write(&next)?) };
        // The total of a partition is that of its changes; deletions come on top.
        Ok(page.finish(next, as_of, total.filter(|_| at.stage == Stage::Changes)))
    }

    fn record(&self, entry: &Json<'_>, stage: Stage, context: &PlanContext) -> Result<Vec<CanonicalRecord>, Problem> {
        let entry = envelope::entry(entry)?;
        let mut envelope = entry.envelope;
        envelope.deleted |= stage == Stage::Deleted;
        if envelope.deleted {
            return Ok(vec![CanonicalRecord { envelope, record: Record::Person(PersonRecord::default()) }]);
        }
        let person = person::read(entry.record, &self.drift).map_err(|problem| problem.of(&envelope.record_key))?;
        envelope.commune = person::commune(&person, &context.communes);
        Ok(vec![CanonicalRecord { envelope, record: Record::Person(person) }])
    }
}

impl Connector for PopulationFeed {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::Person, Capabilities { feed: true, deletions: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, _context: &PlanContext) -> Vec<Partition> {
        match dataset {
            Dataset::Person => vec![Partition::new(&self.source, dataset, "all")],
            _ => Vec::new(),
        }
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(self.pull(&partition.key, cursor, context))
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
            let at = FeedCursor::default();
            let request = self.request("/thaydoi", &at, 1);
            let read = |reply: &Reply| self.read(reply, &at, context).map(|_| crate::check::clock_of(reply));
            let clock = self.transport.ask(&request, read).await?;
            Ok(clock.report(self.drift.keys()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use serde_json::{Value, json};

    fn feed() -> PopulationFeed {
        PopulationFeed::new(testing::source("population"), testing::unreachable_transport(), 2)
    }

    fn read(feed: &PopulationFeed, answer: Value, at: &FeedCursor) -> Result<Page, SourceError> {
        feed.read(&testing::reply(&answer.to_string()), at, &PlanContext::default())
    }

    fn entry(key: &str, version: i64, event: &str) -> Value {
        json!({
            "NguonDuLieu": {"MaLoaiDuLieu": "G02_001", "IdNguonDuLieu": "C06"},
            "DuLieuTiepNhan": {"IdBanGhi": key, "SoDinhDanh": "099085000123", "HoVaTen": {"Ten": "MẪU"}},
            "TrangThaiDuLieu": {"LoaiSuKien": event, "PhienBan": version, "ThoiGianCapNhat": "2026-10-07T08:00:00"}
        })
    }

    fn answer(entries: Value, page: u64, pages: u64) -> Value {
        json!({"totalRecords": 9, "thoiDiemDuLieu": "2026-11-24T02:00:00", "data": entries,
            "pagination": {"page": page, "pageSize": 2, "totalPages": pages, "totalElements": 9}})
    }

    #[test]
    fn each_version_is_a_record_and_a_deletion_carries_no_values() {
        let entries = json!([entry("a", 1, "NEW"), entry("a", 2, "UPDATE"), entry("b", 3, "DELETE"), "x"]);
        let page = read(&feed(), answer(entries, 0, 1), &FeedCursor::default()).expect("a page");
        assert_eq!((page.served, page.records.len(), page.rejects.len()), (4, 3, 1));
        assert!(page.records[2].envelope.deleted);
        assert!(page.records[2].record == Record::Person(PersonRecord::default()));
        assert_eq!(page.as_of.to_string(), "2026-11-23T19:00:00Z");
        assert_eq!(page.total, Some(9));
    }

    #[test]
    fn changes_lead_to_deletions_and_deletions_to_the_end() {
        let feed = feed();
        let first = read(&feed, answer(json!([entry("a", 1, "NEW")]), 0, 2), &FeedCursor::default()).expect("a page");
        let expected = r#"{"from":"","to":"2026-11-24T02:00:00","page":1,"stage":"changes","#;
        assert!(first.next.as_ref().is_some_and(|next| next.0.starts_with(expected)));
        let second: FeedCursor = cursor::read(first.next.as_ref()).expect("ours");
        let second = read(&feed, answer(json!([entry("b", 1, "NEW")]), 1, 2), &second).expect("a page");
        let deleted: FeedCursor = cursor::read(second.next.as_ref()).expect("ours");
        assert_eq!((deleted.stage, deleted.page), (Stage::Deleted, 0));
        let gone = json!([{"IdBanGhi": "a", "LoaiSuKien": "DELETE"}]);
        let last = read(&feed, answer(gone, 0, 1), &deleted).expect("a page");
        assert!(last.next.is_none() && last.records[0].envelope.deleted && last.total.is_none());
        let resume = feed.resume_cursor(&second.next.expect("the last cursor")).expect("a beginning");
        assert!(resume.0.contains(r#""from":"2026-11-24T02:00:00""#), "{}", resume.0);
    }

    #[test]
    fn an_empty_feed_goes_on_to_the_deletions() {
        let page = read(&feed(), answer(json!([]), 0, 0), &FeedCursor::default()).expect("a page");
        assert!(page.next.is_some_and(|next| next.0.contains("deleted")));
    }
}
