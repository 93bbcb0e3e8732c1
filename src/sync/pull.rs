//! One partition, from its checkpoint to its end.
//!
//! What a source answers decides the partition's state and nothing else: an error of a source
//! never ends the run, an error of the ledger always does.

use crate::problem::Problem;
use connectors::connector::{Connector, PlanContext};
use schemas::{Cursor, ErrorClass, Page, Partition, PartitionStatus, SourceError, SourceId};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::Ledger;
use store::ledger::EncodedPage;
use tokio::task::JoinSet;

/// What the progress display wants to know.
pub trait PullEvents: Send + Sync {
    fn page(&self, partition: &Partition, records: u64);
    fn partition_ended(&self, partition: &Partition, status: PartitionStatus);
}

/// What the partitions of one source have in common.
pub struct Pull {
    pub ledger: Arc<dyn Ledger>,
    pub run_id: String,
    pub connector: Arc<dyn Connector>,
    pub context: Arc<PlanContext>,
    pub events: Arc<dyn PullEvents>,
    pub said: Said,
}

/// What was logged already: one line for one trouble of a source, not one for each commune.
#[derive(Default)]
pub struct Said(Mutex<BTreeSet<(SourceId, String)>>);

impl Said {
    fn is_news(&self, source: &SourceId, code: &str) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert((source.clone(), code.to_owned()))
    }
}

/// Pulls partitions of one source, `concurrency` requests at a time, to their ends.
///
/// One partition more than that is under way, each a task of its own: while the page of one is read
/// or committed, another asks. How many requests the source is asked at once is for its connector
/// to hold to. The first failure of the ledger ends all; so does dropping the future.
pub async fn pull_partitions(pull: Pull, partitions: Vec<Partition>, concurrency: u32) -> Result<(), Problem> {
    let (pull, mut partitions) = (Arc::new(pull), partitions.into_iter());
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() <= concurrency as usize
            && let Some(partition) = partitions.next()
        {
            let pull = pull.clone();
            under_way.spawn(async move { pull_partition(&pull, &partition).await });
        }
        match under_way.join_next().await {
            None => return Ok(()),
            Some(Ok(ended)) => ended.map(|_| ())?,
            Some(Err(error)) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => return Err(Problem::failed("STOPPED", error.to_string())),
            },
        }
    }
}

/// Pulls until the partition is complete, or until its source cannot go on tonight.
///
/// While a page is encoded and committed the next one is asked for and read already: encoding has a
/// thread of its own. Only what is committed counts: a run that dies in between asks for that page
/// once more.
pub async fn pull_partition(pull: &Pull, partition: &Partition) -> Result<PartitionStatus, Problem> {
    let state = pull.ledger.partition(&pull.run_id, partition).await?;
    if state.status == PartitionStatus::Complete {
        pull.events.partition_ended(partition, PartitionStatus::Complete);
        return Ok(PartitionStatus::Complete);
    }
    let mut pages = state.pages;
    let mut answer = ask(pull, partition, state.cursor.as_ref()).await;
    loop {
        let page = match answer {
            Ok(page) => page,
            Err(error) => return stopped(pull, partition, &error).await,
        };
        let (next, served) = (page.next.clone(), page.served);
        let following = async {
            match &next {
                Some(cursor) => Some(ask(pull, partition, Some(cursor)).await),
                None => None,
            }
        };
        // The request is under way before the page is made ready to be written.
        let (following, committed) = futures::join!(following, commit(pull, partition, pages, page));
        committed?;
        pages += 1;
        pull.events.page(partition, served);
        match following {
            Some(next) => answer = next,
            None => {
                pull.events.partition_ended(partition, PartitionStatus::Complete);
                return Ok(PartitionStatus::Complete);
            }
        }
    }
}

async fn commit(pull: &Pull, partition: &Partition, at: i64, page: Page) -> Result<(), Problem> {
    let encoded = tokio::task::spawn_blocking(move || EncodedPage::of(&page))
        .await
        .map_err(|error| Problem::failed("LEDGER", error.to_string()))??;
    pull.ledger.commit_encoded(&pull.run_id, partition, at, &encoded).await?;
    Ok(())
}

async fn ask(pull: &Pull, partition: &Partition, cursor: Option<&Cursor>) -> Result<Page, SourceError> {
    let page = pull.connector.page(partition, cursor, &pull.context).await?;
    check(page, partition, cursor)
}

/// The source cannot go on: what is committed stays.
async fn stopped(pull: &Pull, partition: &Partition, error: &SourceError) -> Result<PartitionStatus, Problem> {
    let status = status_after(error.class);
    if pull.said.is_news(&partition.source, &error.code) {
        tracing::warn!(
            source = %partition.source, dataset = %partition.dataset, partition = %partition.key,
            code = %error.code, status = %status, detail = %error.detail,
            "a partition stopped at its checkpoint; others that stop for the same reason are in the report"
        );
    }
    pull.ledger.set_partition_status(&pull.run_id, partition, status, Some((&error.code, &error.detail))).await?;
    pull.events.partition_ended(partition, status);
    Ok(status)
}

/// What holds for every page, whatever the connector: it accounts for every record it was served
/// (invariant 1), and it moves on.
fn check(page: Page, partition: &Partition, cursor: Option<&schemas::Cursor>) -> Result<Page, SourceError> {
    let contract = |code: &str, detail: String| SourceError::new(ErrorClass::Contract, code, detail);
    let records = page.records.iter().filter(|row| row.envelope.part == 0).count() as u64;
    let rejects = page.rejects.len() as u64;
    if records + rejects != page.served {
        return Err(contract(
            "page_count",
            format!("{partition}: {} records served, {records} read and {rejects} rejected", page.served),
        ));
    }
    if page.next.is_some() && page.next.as_ref() == cursor {
        return Err(contract("cursor_loop", format!("{partition}: the next cursor is the current one")));
    }
    Ok(page)
}

fn status_after(class: ErrorClass) -> PartitionStatus {
    match class {
        ErrorClass::Stopped => PartitionStatus::Pending,
        ErrorClass::Transient | ErrorClass::Throttled | ErrorClass::Exhausted => PartitionStatus::Parked,
        ErrorClass::Authentication | ErrorClass::Contract | ErrorClass::Permanent => PartitionStatus::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::{Dataset, SourceId};

    fn partition() -> Partition {
        Partition::new(&SourceId::parse("land").expect("a name"), Dataset::LandRight, "00691")
    }

    fn page(served: u64, next: Option<&str>) -> Page {
        Page {
            served,
            records: vec![],
            rejects: vec![],
            next: next.map(|c| Cursor(c.into())),
            as_of: jiff::Timestamp::UNIX_EPOCH,
            total: None,
        }
    }

    #[test]
    fn a_page_that_lost_a_record_is_a_contract_error() {
        let error = check(page(1, None), &partition(), None).expect_err("one record is nowhere");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, "page_count"));
    }

    #[test]
    fn a_cursor_that_stands_still_is_a_contract_error() {
        let error = check(page(0, Some("c")), &partition(), Some(&Cursor("c".into()))).expect_err("a loop");
        assert_eq!(error.code, "cursor_loop");
    }
}
