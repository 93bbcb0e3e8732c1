//! The search for cases as Spring slices, oldest change first.
//!
//! A slice has no totals: the end is where the source says `last`. Which slice is asked for, and
//! how the pull survives that the list moves meanwhile, is in [`super::window`].

use super::dossier;
use super::window::{Seen, Window};
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::cursor;
use crate::page::{PageBuilder, refuse_a_flood};
use crate::read::{Drift, Fields, Json, instant};
use crate::transport::{Reply, Request, Transport, classify};
use futures::future::BoxFuture;
use schemas::clock::VIETNAM;
use schemas::{Cursor, Dataset, ErrorClass, Page, Partition, SourceError, SourceId};

pub struct OneStop {
    source: SourceId,
    transport: Transport,
    page_size: u32,
    drift: Drift,
}

impl OneStop {
    pub fn new(source: SourceId, transport: Transport, page_size: u32) -> Self {
        Self { source, transport, page_size, drift: Drift::default() }
    }

    async fn pull(&self, commune: &str, cursor: Option<&Cursor>) -> Result<Page, SourceError> {
        let at: Window = cursor::read(cursor)?;
        let request = request(commune, &at, self.page_size);
        let page = self.transport.ask(&request, |reply| self.read(reply, commune, &at)).await?;
        Ok(Page { next: cursor::guard(cursor, page.next)?, ..page })
    }

    fn read(&self, reply: &Reply, commune: &str, at: &Window) -> Result<Page, SourceError> {
        let contract = |code: &str, detail: &str| SourceError::new(ErrorClass::Contract, code, detail);
        let answer = classify::json(reply)?;
        let frame = Fields::of(&answer).ok_or_else(|| contract("bad_page", "the answer must be an object"))?;
        let number = |name: &str| match frame.integer(name) {
            Ok(number) => Ok(number.and_then(|n| u64::try_from(n).ok())),
            Err(problem) => Err(contract("bad_page", &problem.detail)),
        };
        let content = match frame.get("content") {
            Some(Json::List(content)) => content,
            _ => return Err(contract("bad_page", "the answer has no list of content")),
        };
        refuse_a_flood(content.len())?;
        let slice = at.slice(self.page_size);
        if number("number")?.is_some_and(|page| page != slice.page) {
            return Err(contract("wrong_page", "another page came than was asked for"));
        }
        if number("numberOfElements")?.is_some_and(|count| count != content.len() as u64) {
            return Err(contract("bad_count", "numberOfElements does not agree with the content"));
        }
        let last =
            frame.flag("last").ok_or_else(|| contract("bad_page", "the answer does not say whether it is the last"))?;
        if content.is_empty() && !last {
            return Err(contract("empty_page", "a page is empty although more were promised"));
        }
        let cases: Vec<Seen> = content.iter().map(seen).collect();
        let mut page = PageBuilder::default();
        for (case, seen) in content.iter().zip(&cases) {
            // Counted on the page before.
            if !at.knows(seen) {
                page.add(dossier::row(case, commune, &self.drift).map(|row| vec![row]), || case.to_string());
            }
        }
        let next = if last {
            at.check(&cases)?;
            None
        } else {
            Some(cursor::write(&at.next(slice, &cases)?)?)
        };
        Ok(page.finish(next, reply.served_at(), number("totalElements")?))
    }
}

/// What tells one version of a case from another, as far as it can be read.
fn seen(case: &Json<'_>) -> Seen {
    let fields = Fields::of(case);
    let id = fields.and_then(|case| case.get("id")).unwrap_or(case).to_string();
    let text = fields.and_then(|case| case.trimmed("updatedDate").ok()?);
    Seen { id, updated: text.and_then(|text| instant::instant(&text, "updatedDate").ok()?) }
}

fn request(commune: &str, at: &Window, page_size: u32) -> Request {
    let slice = at.slice(page_size);
    let mut query = vec![
        ("page", slice.page.to_string()),
        ("size", slice.size.to_string()),
        ("spec", "slice".to_owned()),
        ("sort", "updatedDate,asc".to_owned()),
        ("ancestor-agency-id", commune.to_owned()),
    ];
    if let Some(from) = at.from {
        let from = VIETNAM.to_datetime(from).strftime("%Y-%m-%dT%H:%M:%S%.3f+0700");
        query.push(("updated-from", from.to_string()));
    }
    Request::get("/pa/dossier/search", query)
}

impl Connector for OneStop {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        vec![(Dataset::Dossier, Capabilities { pages: true, ..Capabilities::default() })]
    }

    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition> {
        match dataset {
            Dataset::Dossier => {
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
            let (at, commune) = (Window::default(), context.communes.first().map_or("", String::as_str));
            let request = request(commune, &at, 1);
            let read = |reply: &Reply| self.read(reply, commune, &at).map(|_| crate::check::clock_of(reply));
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

    fn read(answer: Value, at: &Window) -> Result<Page, SourceError> {
        let one_stop = OneStop::new(testing::source("one_stop"), testing::unreachable_transport(), 2);
        one_stop.read(&testing::reply(&answer.to_string()), "00691", at)
    }

    #[test]
    fn slices_go_on_until_the_last() {
        let first =
            read(json!({"content": [{"id": "a"}, {"id": "b"}], "number": 0, "last": false}), &Window::default());
        let first = first.expect("a slice");
        let next: Window = cursor::read(first.next.as_ref()).expect("ours");
        assert_eq!((next.read, first.total), (2, None));
        let last = read(json!({"content": [{"id": "c"}], "number": 1, "last": true}), &next).expect("a slice");
        assert_eq!((last.next, last.records.len()), (None, 1));
        assert!(read(json!({"content": [], "last": true}), &next).is_ok());
    }

    #[test]
    fn a_source_that_serves_one_page_for_ever_is_noticed_at_the_second() {
        let content = json!({"content": [{"id": "a"}, {"id": "b"}], "last": false});
        let first = read(content.clone(), &Window::default()).expect("a slice");
        let next: Window = cursor::read(first.next.as_ref()).expect("ours");
        assert_eq!(read(content, &next).map(|_| ()).expect_err("a loop").code, "cursor_loop");
    }

    #[test]
    fn a_slice_that_contradicts_itself_is_a_contract_error() {
        for (answer, code) in [
            (json!({"content": [], "last": false}), "empty_page"),
            (json!({"content": [{"id": "a"}], "number": 3, "last": true}), "wrong_page"),
            (json!({"content": [{"id": "a"}], "numberOfElements": 2, "last": true}), "bad_count"),
            (json!({"content": [{"id": "a"}]}), "bad_page"),
            (json!({"last": true}), "bad_page"),
        ] {
            let error = read(answer, &Window::default()).map(|_| ()).expect_err(code);
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, code));
        }
    }
}
