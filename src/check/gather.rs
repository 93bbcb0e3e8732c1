//! The rows of one person or case, from the snapshots in force.

use super::ahead::{Ahead, Entries, OpenBucket};
use super::desk::Desk;
use crate::problem::Problem;
use crate::rows::is_forgotten;
use crate::workspace::Workspace;
use config::SourceKind;
use jiff::Timestamp;
use reconcile::engine::rank;
use reconcile::lookup::moved;
use reconcile::verdict::{AnswerState, SourceAnswer};
use schemas::{CanonicalRecord, Dataset, SourceId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::ledger::SnapshotRow;
use store::snapshots::{LookupEntry, LookupReader, RowView, SnapshotReader};

/// A row of a snapshot, out of it.
#[derive(Clone)]
pub(super) struct Held {
    pub source: SourceId,
    pub kind: SourceKind,
    pub dataset: Dataset,
    /// What the row is true of.
    pub as_of: Timestamp,
    pub record: CanonicalRecord,
}

/// The snapshots in force of the configured sources, and the lookup over them.
pub(super) struct Shelf<'w> {
    workspace: &'w Workspace,
    current: Vec<SnapshotRow>,
    /// Of these, in their order.
    readers: Vec<Arc<SnapshotReader>>,
    lookup: Option<Arc<LookupReader>>,
    /// Read before it is asked for, where many questions are answered.
    ahead: Option<Ahead>,
}

impl<'w> Shelf<'w> {
    pub async fn open(desk: &'w Desk) -> Result<Self, Problem> {
        let workspace = &desk.workspace;
        let mut current = workspace.ledger.current_snapshots().await?;
        current.retain(|row| workspace.settings.sources.get(&row.source).is_some_and(|source| source.enabled));
        let readers = off_worker(|| desk.readers.of(workspace.data(), &current))?;
        let lookup = off_worker(|| desk.readers.lookup(&workspace.lookups()))?;
        Ok(Self { workspace, current, readers, lookup, ahead: None })
    }

    /// Into how many buckets a place can be sorted for [`Self::with_bucket`]; some snapshots may be cut finer.
    pub fn buckets(&self) -> u32 {
        self.readers.iter().map(|reader| reader.manifest().buckets).min().unwrap_or(1)
    }

    /// What stands under many keys of the lookup.
    pub fn entries(&self, keys: impl IntoIterator<Item = String>) -> Result<Arc<Entries>, Problem> {
        let Some(lookup) = &self.lookup else { return Ok(Arc::default()) };
        Ok(Arc::new(lookup.find_all(keys)?))
    }

    /// The same shelf with one bucket of it in memory.
    pub fn with_bucket(&self, bucket: u32, entries: &Arc<Entries>) -> Result<Self, Problem> {
        let bucket = OpenBucket::read(&self.readers, bucket, self.buckets())?;
        Ok(Self {
            workspace: self.workspace,
            current: self.current.clone(),
            readers: self.readers.clone(),
            lookup: self.lookup.clone(),
            ahead: Some(Ahead { entries: entries.clone(), bucket }),
        })
    }

    /// What stands under a key of the lookup; nothing where there is no lookup yet.
    pub fn find(&self, key: &str) -> Result<Vec<LookupEntry>, Problem> {
        if let Some(entries) = self.ahead.as_ref().and_then(|ahead| ahead.entries.get(key)) {
            return Ok(entries.clone());
        }
        let Some(lookup) = &self.lookup else { return Ok(Vec::new()) };
        Ok(off_worker(|| lookup.find(key))?)
    }

    /// All rows of the person with this number of now: those under it, and those that the night
    /// found to be theirs under another number or none.
    pub fn of_person(&self, number: &str) -> Result<Vec<Held>, Problem> {
        off_worker(|| {
            let mut held = Vec::new();
            for (at, (row, reader)) in self.current.iter().zip(&self.readers).enumerate() {
                match self.ahead.as_ref().and_then(|ahead| ahead.bucket.by_link_key(at, number)) {
                    Some(rows) => self.take(row, rows, None, &mut held),
                    None => self.take(row, reader.by_link_key(number)?.iter(), None, &mut held),
                }
            }
            for entry in self.find(&moved(number))? {
                held.extend(self.entry(&entry)?);
            }
            Ok(self.in_order(held))
        })
    }

    /// The row that an entry of the lookup names; gone where the snapshot has changed since.
    pub fn entry(&self, entry: &LookupEntry) -> Result<Vec<Held>, Problem> {
        let mut held = Vec::new();
        let fits = |row: &SnapshotRow| row.source == entry.source && row.dataset == entry.dataset;
        let Some(at) = self.current.iter().position(fits) else { return Ok(held) };
        let (row, reader, place, key) = (&self.current[at], &self.readers[at], &entry.place, &entry.record_key);
        match self.ahead.as_ref().and_then(|ahead| ahead.bucket.by_record(at, place, key)) {
            Some(rows) => self.take(row, rows, Some(entry.part), &mut held),
            None => {
                let frame = off_worker(|| reader.by_record(place, key))?;
                self.take(row, frame.iter(), Some(entry.part), &mut held);
            }
        }
        Ok(held)
    }

    /// These rows, or those of one part.
    fn take<'r>(
        &self,
        from: &SnapshotRow,
        rows: impl IntoIterator<Item = RowView<'r>>,
        part: Option<u16>,
        held: &mut Vec<Held>,
    ) {
        let Some(settings) = self.workspace.settings.sources.get(&from.source) else { return };
        for row in rows.into_iter().filter(|row| part.is_none_or(|part| row.part == part)) {
            // What is left of an answer whose time is up says nothing: nobody knows.
            if !from.complete && is_forgotten(&row) {
                continue;
            }
            held.push(Held {
                source: from.source.clone(),
                kind: settings.system(),
                dataset: from.dataset,
                as_of: row.as_of.parse().unwrap_or(from.as_of),
                record: row.to_record(),
            });
        }
    }

    /// References first, each row once.
    pub fn in_order(&self, mut held: Vec<Held>) -> Vec<Held> {
        held.sort_by(|a, b| {
            let order = |h: &Held| (rank(h.kind), h.source.clone(), h.dataset, h.record.envelope.record_key.clone());
            order(a).cmp(&order(b)).then(a.record.envelope.part.cmp(&b.record.envelope.part))
        });
        let mut seen = BTreeSet::new();
        held.retain(|h| {
            let envelope = &h.record.envelope;
            seen.insert((h.source.clone(), h.dataset, envelope.record_key.clone(), envelope.part))
        });
        held
    }

    /// What each configured source says of the subject of these rows.
    pub fn answers(&self, held: &[Held]) -> Vec<SourceAnswer> {
        let now = self.workspace.clock.now();
        let enabled = self.workspace.settings.sources.iter().filter(|(_, settings)| settings.enabled);
        let answer = |(source, settings): (&SourceId, &config::settings::SourceSettings)| {
            let snapshots: Vec<&SnapshotRow> = self.current.iter().filter(|row| row.source == *source).collect();
            let of_rows = held.iter().filter(|h| h.source == *source).map(|h| h.as_of).min();
            let whole = !snapshots.is_empty() && snapshots.iter().all(|row| row.complete);
            let (state, as_of) = match of_rows {
                Some(as_of) => (AnswerState::Found, Some(as_of)),
                None if whole => (AnswerState::NotFound, snapshots.iter().map(|row| row.as_of).min()),
                // Answers citizen by citizen, or never read: nobody knows.
                None => (AnswerState::CouldNotAsk, None),
            };
            let hours = |as_of: Timestamp| now.duration_since(as_of).as_secs().max(0) / 3600;
            let stale = as_of.is_some_and(|as_of| hours(as_of) >= i64::from(settings.freshness_hours));
            SourceAnswer { source: source.clone(), kind: settings.system(), state, as_of, stale }
        };
        enabled.map(answer).collect()
    }
}

/// Reads files without keeping those waiting who share the thread. Where nobody does, it just reads.
fn off_worker<T>(read: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(read),
        _ => read(),
    }
}
