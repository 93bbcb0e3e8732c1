//! Snapshots read bucket by bucket, on several threads.

use crate::problem::Problem;
use crate::rows::is_forgotten;
use config::SourceKind;
use schemas::Dataset;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::snapshots::{Frame, RowView, SnapshotReader};

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

/// The frames of a snapshot that hold bucket `bucket` of `buckets`; a snapshot may be cut finer.
pub(super) fn frames(
    snapshot: &Snapshot,
    bucket: u32,
    buckets: u32,
    columns: Option<&[&str]>,
) -> Result<Vec<Frame>, Problem> {
    (bucket..snapshot.reader.manifest().buckets)
        .step_by(buckets as usize)
        .map(|fine| Ok(snapshot.reader.bucket(fine, columns)?))
        .collect()
}

/// Every bucket of some snapshots.
pub(super) fn places(snapshots: &[(usize, &Snapshot)], buckets: u32) -> Vec<(usize, u32)> {
    snapshots.iter().flat_map(|(at, _)| (0..buckets).map(move |bucket| (*at, bucket))).collect()
}

/// Calls `work` with every place (snapshot, bucket), each once and in no certain order, on
/// `workers` threads with a state each; answers the states, or the first problem.
pub(super) fn on_threads<S: Send>(
    places: &[(usize, u32)],
    workers: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize, u32) -> Result<(), Problem> + Sync,
) -> Result<Vec<S>, Problem> {
    let next = AtomicUsize::new(0);
    let one = || {
        let mut state = state();
        while let Some((at, bucket)) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut state, *at, *bucket).inspect_err(|_| next.store(places.len(), Ordering::Relaxed))?;
        }
        Ok(state)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.max(1)).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Buckets read so far ahead of the one that is looked at.
const BUCKETS_AHEAD: usize = 2;

/// Reads the frames of some snapshots, bucket by bucket in no certain order, on `workers` threads
/// while `look` works on those read before.
pub(super) fn each_bucket(
    snapshots: &[(usize, &Snapshot)],
    buckets: u32,
    columns: Option<&[&str]>,
    workers: usize,
    mut look: impl FnMut(usize, u32, &[Frame]),
) -> Result<(), Problem> {
    std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::sync_channel(BUCKETS_AHEAD);
        let reading = scope.spawn(move || {
            let of = |at: usize| snapshots.iter().find(|(place, _)| *place == at).map(|(_, snapshot)| *snapshot);
            on_threads(
                &places(snapshots, buckets),
                workers,
                || send.clone(),
                |send, at, bucket| {
                    let Some(snapshot) = of(at) else { return Ok(()) };
                    // Nobody listens any more only where the listener has panicked.
                    let _ = send.send((at, bucket, frames(snapshot, bucket, buckets, columns)?));
                    Ok(())
                },
            )
            // The senders must go here, or nobody would know that all is read.
            .map(drop)
        });
        for (at, bucket, read) in receive {
            look(at, bucket, &read);
        }
        reading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
