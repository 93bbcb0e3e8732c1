//! Snapshots read bucket by bucket, on several threads.

use crate::problem::Problem;
use crate::rows::{Framed, is_forgotten};
use config::SourceKind;
use reconcile::engine::Table;
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

    /// Shows every row of a bucket but those that are only what is left of an answer.
    pub fn each_row(
        &self,
        (bucket, buckets): (u32, u32),
        columns: Option<&[&str]>,
        mut show: impl FnMut(&Table<'_, Framed>, usize),
    ) -> Result<(), Problem> {
        let dataset = self.reader.manifest().dataset;
        for frame in self.reader.groups(bucket, buckets, columns) {
            let frame = Framed(frame?);
            let table = Table { source: self.source, dataset, columns: &frame, without: Vec::new() };
            let is_shown = |row: &usize| !(self.forgets() && is_forgotten(&frame.0.row(*row)));
            (0..frame.0.len()).filter(is_shown).for_each(|row| show(&table, row));
        }
        Ok(())
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
