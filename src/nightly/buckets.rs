//! Snapshots read bucket by bucket, on several threads.

use crate::rows::is_forgotten;
use config::SourceKind;
use schemas::Dataset;
use store::snapshots::{RowView, SnapshotReader};

/// A snapshot that a run reads.
pub(super) struct Snapshot {
    /// Index into the context's sources.
    pub source: usize,
    pub kind: SourceKind,
    pub reader: SnapshotReader,
}

impl Snapshot {
    /// May a row be only what is left of an answer? Complete snapshots forget nothing.
    pub fn forgets(&self) -> bool {
        !self.reader.manifest().complete
    }

    pub fn forgot(&self, row: &RowView<'_>) -> bool {
        self.forgets() && is_forgotten(row)
    }

    /// Which columns are read where `columns` are looked at. What a single answer about a person
    /// does not say is looked at in every column.
    pub fn needed(&self, columns: &'static [&'static str]) -> Option<&'static [&'static str]> {
        let manifest = self.reader.manifest();
        (manifest.complete || manifest.dataset != Dataset::Person).then_some(columns)
    }
}

/// Every bucket of some snapshots.
pub(super) fn places(snapshots: &[(usize, &Snapshot)], buckets: u32) -> Vec<(usize, u32)> {
    snapshots.iter().flat_map(|(at, _)| (0..buckets).map(move |bucket| (*at, bucket))).collect()
}
