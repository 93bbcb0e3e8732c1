//! What many questions will ask for, read once: a bucket of all snapshots, and entries of the lookup.
//!
//! Whatever is not in here is read as for a single question, so the answers are the same.

use crate::problem::Problem;
use crate::rows::engine_row;
use schemas::bucket_of;
use std::collections::HashMap;
use std::sync::Arc;
use store::snapshots::{Frame, LookupEntry, RowView, SnapshotReader};

/// Entries by the keys that were asked for, also of those that have none.
pub(super) type Entries = HashMap<String, Vec<LookupEntry>>;

pub(super) struct Ahead {
    /// For all buckets.
    pub entries: Arc<Entries>,
    pub bucket: OpenBucket,
}

/// The rows of one bucket of each snapshot, found by their keys.
pub(super) struct OpenBucket {
    bucket: u32,
    buckets: u32,
    snapshots: Vec<OpenSnapshot>,
}

struct OpenSnapshot {
    frames: Vec<Frame>,
    /// Frame and row under each link key.
    under: HashMap<String, Vec<(usize, usize)>>,
    /// The same of rows that have none, by their record key.
    without: HashMap<String, Vec<(usize, usize)>>,
}

impl OpenBucket {
    pub fn read(readers: &[Arc<SnapshotReader>], bucket: u32, buckets: u32) -> Result<Self, Problem> {
        let open = |reader: &Arc<SnapshotReader>| {
            let frames = reader.groups(bucket, buckets, None).collect::<Result<_, _>>()?;
            Ok(OpenSnapshot::of(frames))
        };
        let snapshots = readers.iter().map(open).collect::<Result<Vec<_>, Problem>>()?;
        Ok(Self { bucket, buckets, snapshots })
    }

    /// The rows of the snapshot at `at` under a link key; `None` where they stand in another bucket.
    pub fn by_link_key(&self, at: usize, key: &str) -> Option<Vec<RowView<'_>>> {
        let snapshot = self.snapshot(at, key)?;
        Some(snapshot.rows(snapshot.under.get(key)).collect())
    }

    /// See [`SnapshotReader::by_record`].
    pub fn by_record(&self, at: usize, place: &str, record_key: &str) -> Option<Vec<RowView<'_>>> {
        let snapshot = self.snapshot(at, place)?;
        let under = snapshot.rows(snapshot.under.get(place)).filter(|row| row.record_key == record_key);
        let under: Vec<_> = under.collect();
        Some(if under.is_empty() { snapshot.rows(snapshot.without.get(record_key)).collect() } else { under })
    }

    fn snapshot(&self, at: usize, place: &str) -> Option<&OpenSnapshot> {
        (bucket_of(place, self.buckets) == self.bucket).then(|| self.snapshots.get(at))?
    }
}

impl OpenSnapshot {
    fn of(frames: Vec<Frame>) -> Self {
        let mut open = Self { frames, under: HashMap::new(), without: HashMap::new() };
        for (at, frame) in open.frames.iter().enumerate() {
            for (row, view) in frame.iter().enumerate() {
                let engine = engine_row(0, &view);
                let (map, key) = match engine.link_key() {
                    Some(key) => (&mut open.under, key),
                    None => (&mut open.without, view.record_key),
                };
                match map.get_mut(key) {
                    Some(places) => places.push((at, row)),
                    None => _ = map.insert(key.to_owned(), vec![(at, row)]),
                }
            }
        }
        open
    }

    fn rows<'f>(&'f self, places: Option<&'f Vec<(usize, usize)>>) -> impl Iterator<Item = RowView<'f>> {
        places.into_iter().flatten().map(|(frame, row)| self.frames[*frame].row(*row))
    }
}
