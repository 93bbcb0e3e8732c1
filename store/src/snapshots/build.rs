//! Building a snapshot from pulled pages and, for feeds and mosaics, from the previous snapshot.

use super::columns::FrameBuilder;
use super::fold::{Entry, Folded};
use super::manifest::{BucketFile, Manifest};
use super::winner::Winner;
use crate::error::{Result, StoreError};
use crate::failpoint;
use crate::invariants::{Tally, nothing_lost};
use crate::spill::Spill;
use crate::threads::on_threads;
use jiff::Timestamp;
use polars::prelude::*;
use schemas::{CanonicalRecord, Cursor, Dataset, SourceId, bucket_of};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of records held in memory, before they are folded and behind that, until they are put on the
/// disk.
const HELD: usize = 32 << 20;
/// Records are folded in so many pieces for each bucket, for they are large while they are.
const FINER: u32 = 8;
/// Every row group begins each column anew, with its dictionary: a night reads small ones a seventh
/// slower. One person is found without decoding a whole bucket all the same, for pages in which none
/// of its rows stands are passed over.
const ROW_GROUP: usize = 16_384;
/// Bytes of a page: some thousand rows.
const PAGE: usize = 1 << 16;

/// The file of a bucket.
pub fn bucket_name(bucket: u32) -> String {
    format!("bucket-{bucket:04}.parquet")
}

pub struct SnapshotBuilder {
    /// The folder of all snapshots of this (source, dataset).
    home: PathBuf,
    work: PathBuf,
    dataset: Dataset,
    buckets: u32,
    by_key: Mutex<Spill>,
    tally: Tally,
    order: u64,
    workers: usize,
}

impl SnapshotBuilder {
    /// `home` is the folder of all snapshots of this (source, dataset). Whatever an interrupted
    /// attempt left under the same identity is removed.
    pub fn new(home: &Path, snapshot_id: &str, dataset: Dataset, buckets: u32) -> Result<Self> {
        let work = home.join(format!(".{snapshot_id}.building"));
        for leftover in [work.clone(), home.join(snapshot_id)] {
            if leftover.exists() {
                std::fs::remove_dir_all(&leftover).map_err(StoreError::file("removing a leftover", &leftover))?;
            }
        }
        std::fs::create_dir_all(&work).map_err(StoreError::file("making the folder", &work))?;
        let by_key = Mutex::new(Spill::new(&work, buckets * FINER, HELD));
        let (home, tally) = (home.to_owned(), Tally::default());
        Ok(Self { home, work, dataset, buckets, by_key, tally, order: 0, workers: 1 })
    }

    /// Threads that [`Self::finish`] uses; the files are the same with any number.
    pub fn use_threads(&mut self, workers: usize) {
        self.workers = workers;
    }

    /// One staged page.
    pub fn add_page(&mut self, rows: Vec<CanonicalRecord>, as_of: Timestamp) -> Result<()> {
        self.order += 1;
        let as_of = as_of.to_string();
        for row in rows {
            self.add(Entry { order: self.order, as_of: as_of.clone(), row: Some(row), key: None })?;
        }
        Ok(())
    }

    /// Counts of the pull that the rows do not show.
    pub fn add_counts(&mut self, served: u64, rejected: u64) {
        self.tally.served += served;
        self.tally.rejected += rejected;
    }

    /// A row of the previous snapshot that stays unless the source says otherwise.
    pub fn add_carried(&mut self, row: CanonicalRecord, as_of: &str) -> Result<()> {
        self.add(Entry { order: 0, as_of: as_of.to_owned(), row: Some(row), key: None })
    }

    /// A record that the previous snapshot had: only counted, to see what is gone.
    pub fn add_known(&mut self, record_key: &str) -> Result<()> {
        self.add(Entry { order: 0, as_of: String::new(), row: None, key: Some(record_key.to_owned()) })
    }

    fn add(&mut self, entry: Entry) -> Result<()> {
        let piece = bucket_of(entry.key(), self.buckets * FINER);
        locked(&self.by_key).push(piece, |buffer| write_json(buffer, &entry))
    }

    /// Folds versions, sorts, writes and syncs the files, then gives the folder its name.
    pub fn finish(
        mut self,
        snapshot_id: &str,
        source: &SourceId,
        complete: bool,
        as_of: Timestamp,
        resume: BTreeMap<String, Cursor>,
    ) -> Result<Manifest> {
        failpoint::hit("snapshot.begun");
        let buckets: Vec<u32> = (0..self.buckets).collect();
        let pieces: Vec<u32> = (0..self.buckets * FINER).collect();
        let by_link = Mutex::new(Spill::new(&self.work, self.buckets, HELD));
        let begin = || Folded::new(self.buckets);
        let folded = on_threads(&pieces, self.workers, begin, |folded, piece| {
            let bytes = locked(&self.by_key).take(*piece)?;
            folded.fold(bytes)?;
            let mut by_link = locked(&by_link);
            for (bucket, rows) in (0..).zip(&mut folded.winners) {
                by_link.append(bucket, rows)?;
                rows.clear();
            }
            Ok::<_, StoreError>(())
        })?;
        let records = folded.iter().map(|folded| folded.records).sum();
        self.tally = folded.into_iter().fold(self.tally, |tally, folded| tally.and(folded.tally));
        nothing_lost(&self.tally)?;
        let files = on_threads(&buckets, self.workers, Vec::new, |files, bucket| {
            let bytes = locked(&by_link).take(*bucket)?;
            files.push(self.write_bucket(*bucket, &bytes)?);
            Ok::<_, StoreError>(())
        })?;
        let mut files: Vec<BucketFile> = files.into_iter().flatten().collect();
        files.sort_by_key(|file| file.bucket);
        let rows = files.iter().map(|file| file.rows).sum();
        failpoint::hit("snapshot.buckets_written");
        let mut digest = Sha256::new();
        for file in &files {
            digest.update(file.sha256.as_bytes());
        }
        let manifest = Manifest {
            format: 1,
            snapshot_id: snapshot_id.to_owned(),
            source: source.clone(),
            dataset: self.dataset,
            complete,
            as_of,
            buckets: self.buckets,
            records,
            rows,
            tally: self.tally,
            resume,
            files,
            digest: hex::encode(digest.finalize()),
        };
        self.publish(snapshot_id, &manifest)?;
        failpoint::hit("snapshot.finished");
        Ok(manifest)
    }

    fn write_bucket(&self, bucket: u32, bytes: &[u8]) -> Result<BucketFile> {
        let path = self.work.join(bucket_name(bucket));
        let failed = |source| StoreError::Parquet { operation: "written", path: path.clone(), source };
        let rows = Winner::sorted(bytes)?;
        let mut frame = FrameBuilder::new(self.dataset, rows.len());
        for row in &rows {
            let (record, as_of) = row.record()?;
            frame.add(&record, &as_of);
        }
        let encoded = encoded(&mut frame.finish().map_err(failed)?, ROW_GROUP).map_err(failed)?;
        write_synced(&path, &encoded)?;
        Ok(BucketFile {
            bucket,
            rows: rows.len() as u64,
            bytes: encoded.len() as u64,
            sha256: hex::encode(Sha256::digest(&encoded)),
        })
    }

    fn publish(&self, snapshot_id: &str, manifest: &Manifest) -> Result<()> {
        let text =
            serde_json::to_vec_pretty(manifest).map_err(|_| StoreError::Corrupt { what: "snapshot manifest" })?;
        write_synced(&self.work.join("manifest.json"), &text)?;
        sync_folder(&self.work)?;
        let place = self.home.join(snapshot_id);
        std::fs::rename(&self.work, &place).map_err(StoreError::file("naming the snapshot", &place))?;
        sync_folder(&self.home)
    }
}

/// A frame as the bytes of its file. `group`: rows in a row group.
pub(super) fn encoded(frame: &mut DataFrame, group: usize) -> PolarsResult<Vec<u8>> {
    let mut encoded = Vec::new();
    ParquetWriter::new(&mut encoded)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::full())
        .with_row_group_size(Some(group))
        .with_data_page_size(Some(PAGE))
        .set_parallel(false)
        .finish(frame)?;
    Ok(encoded)
}

impl Drop for SnapshotBuilder {
    /// An abandoned build leaves nothing behind.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.work);
    }
}

/// A thread that panicked ends the build: nobody goes on with what it left.
pub(super) fn locked(spill: &Mutex<Spill>) -> MutexGuard<'_, Spill> {
    spill.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn write_json(buffer: &mut Vec<u8>, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(buffer, value).map_err(|_| StoreError::Corrupt { what: "record" })
}

pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    File::create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(StoreError::file("writing", path))
}

/// A name in a folder is on disk only when the folder is.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(StoreError::file("syncing the folder", folder))
}
