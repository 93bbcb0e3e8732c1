//! The folder as a source: a partition for each commune and kind of table that a file brings.

use super::folder::{Delivery, Folder};
use super::mark::Mark;
use super::read::read_partition;
use super::settle::{self, Held, Settled};
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::transport::Stop;
use config::TableSettings;
use futures::future::BoxFuture;
use schemas::{Clock, Cursor, Dataset, ErrorClass, Page, Partition, SourceError, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub struct CommuneFiles {
    source: SourceId,
    folder: Arc<Folder>,
    communes: Vec<String>,
    clock: Arc<dyn Clock>,
    stop: Stop,
}

impl CommuneFiles {
    pub fn new(
        source: SourceId,
        folder: PathBuf,
        max_bytes: u64,
        tables: Vec<TableSettings>,
        communes: Vec<String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let folder = Arc::new(Folder::new(folder, max_bytes, tables));
        Self { source, folder, communes, clock, stop: Stop::default() }
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.folder.deliveries(&self.communes, self.clock.now()).unwrap_or_else(|error| {
            tracing::warn!(source = %self.source, kind = %error.kind(), "the folder cannot be read");
            Vec::new()
        })
    }

    /// The file that each partition of a dataset takes tonight: the newest one that it has not
    /// taken before.
    fn chosen(&self, dataset: Dataset, context: &PlanContext) -> BTreeMap<String, Delivery> {
        let mut chosen: BTreeMap<String, Delivery> = BTreeMap::new();
        for delivery in self.deliveries() {
            let Ok(brings) = &delivery.brings else { continue };
            for brought in brings.iter().filter(|brought| brought.dataset == dataset) {
                let taken = mark(context, &brought.partition).taken.contains(&delivery.sha256);
                let newer = |other: &Delivery| (delivery.stamp, &delivery.name) > (other.stamp, &other.name);
                if !taken && chosen.get(&brought.partition).is_none_or(newer) {
                    chosen.insert(brought.partition.clone(), delivery.clone());
                }
            }
        }
        chosen
    }
}

fn mark(context: &PlanContext, partition: &str) -> Mark {
    context.resume_from.get(partition).and_then(|cursor| Mark::parse(cursor).ok()).unwrap_or_default()
}

fn unreadable(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Transient, code, detail)
}

impl Connector for CommuneFiles {
    fn source(&self) -> &SourceId {
        &self.source
    }

    /// Residents always; other kinds as soon as there is a file with them.
    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        let mut datasets = BTreeSet::from([Dataset::Person]);
        for delivery in self.deliveries() {
            datasets.extend(delivery.brings.iter().flatten().map(|brought| brought.dataset));
        }
        let capabilities = Capabilities { pages: true, deliveries: true, ..Capabilities::default() };
        datasets.into_iter().map(|dataset| (dataset, capabilities)).collect()
    }

    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition> {
        self.chosen(dataset, context).into_keys().map(|key| Partition::new(&self.source, dataset, key)).collect()
    }

    fn start_cursor(&self, partition: &Partition, context: &PlanContext) -> Option<Cursor> {
        let delivery = self.chosen(partition.dataset, context).remove(&partition.key)?;
        let mark = Mark { file: Some(delivery.sha256), ..mark(context, &partition.key) };
        Some(mark.cursor())
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        _context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(async move {
            let cursor = cursor.ok_or_else(|| {
                SourceError::new(ErrorClass::Contract, "bad_cursor", "a file is taken by the name of its content")
            })?;
            let wanted = Mark::parse(cursor)?.file.unwrap_or_default();
            let (folder, communes, partition) = (self.folder.clone(), self.communes.clone(), partition.clone());
            let now = self.clock.now();
            let work = move || {
                let found = folder
                    .deliveries(&communes, now)
                    .map_err(|_| unreadable("folder_unreadable", "the folder cannot be read"))?
                    .into_iter()
                    .find(|delivery| delivery.sha256 == wanted);
                let gone = || unreadable("file_changed", "the file that was planned is gone or has changed");
                let read = read_partition(&folder, &found.ok_or_else(gone)?, &communes, &partition)?;
                Ok(read.page)
            };
            let done = self.stop.guard(tokio::task::spawn_blocking(work)).await?;
            let ended = |_| SourceError::new(ErrorClass::Contract, "bad_file", "reading the file came to a sudden end");
            done.map_err(ended)?
        })
    }

    fn resume_cursor(&self, last: &Cursor) -> Option<Cursor> {
        Mark::parse(last).ok().map(|mark| mark.after().cursor())
    }

    /// A key begins with the partition's name.
    fn partition_of<'a>(&self, record_key: &'a str) -> Option<&'a str> {
        record_key.split_once('/').map(|(partition, _)| partition)
    }

    fn settle(&self, held: &Held) -> Result<Settled, SourceError> {
        settle::settle(&self.folder, &self.communes, self.clock.now(), held)
            .map_err(|error| unreadable("folder_unwritable", &format!("files cannot be moved: {}", error.kind())))
    }

    fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    fn stop(&self) {
        self.stop.request();
    }

    fn check<'a>(&'a self, _context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            std::fs::read_dir(&self.folder.path)
                .map_err(|_| unreadable("folder_unreadable", "the folder cannot be read"))?;
            Ok(CheckReport { source_time: None, clock_skew_ms: None, unknown_keys: Default::default() })
        })
    }
}
