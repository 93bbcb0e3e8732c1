//! What a run tells while it is under way.

use crate::sync::PullEvents;
use schemas::{Dataset, SourceId};

/// Receives the events of a run; the command line draws them.
pub trait Progress: PullEvents {
    /// `connect`, `pull`, `promote`, `reconcile`, `publish`
    fn stage(&self, stage: &str);
    /// A dataset is about to be pulled; `done` of its `partitions` were complete before.
    fn dataset(&self, source: &SourceId, dataset: Dataset, partitions: u64, done: u64);
    /// Buckets reconciled so far.
    fn buckets(&self, done: u64, all: u64);
}

/// Says nothing.
pub struct Silent;

impl PullEvents for Silent {
    fn page(&self, _: &schemas::Partition, _: u64) {}
    fn partition_ended(&self, _: &schemas::Partition, _: schemas::PartitionStatus) {}
}

impl Progress for Silent {
    fn stage(&self, _: &str) {}
    fn dataset(&self, _: &SourceId, _: Dataset, _: u64, _: u64) {}
    fn buckets(&self, _: u64, _: u64) {}
}
