//! Building a snapshot from pulled pages and, for feeds and mosaics, from the previous snapshot.

use super::columns::to_frame;
use super::manifest::{BucketFile, Manifest};
use crate::error::{Result, StoreError};
use crate::failpoint;
use crate::invariants::{Tally, nothing_lost};
use crate::spill::Spill;
use crate::threads::on_threads;
use jiff::Timestamp;
use polars::prelude::*;
use schemas::{CanonicalRecord, Cursor, Dataset, Record, SourceId, bucket_of};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of pages held in memory before they spill.
const MEMORY_LIMIT: usize = 64 << 20;
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

/// One line of the first spill, sorted by record key.
#[derive(Serialize, Deserialize)]
struct Entry {
    /// Which page it came in, from 1; 0: carried over from the previous snapshot.
    #[serde(rename = "o")]
    order: u64,
    #[serde(rename = "a")]
    as_of: String,
    /// `None`: only says that the previous snapshot had this record.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    row: Option<CanonicalRecord>,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Entry {
    fn key(&self) -> &str {
        self.row.as_ref().map(|r| r.envelope.record_key.as_str()).or(self.key.as_deref()).unwrap_or_default()
    }

    /// A deletion that does not say of which version it is deletes every version.
    fn version(&self) -> i64 {
        match &self.row {
            Some(row) if row.envelope.deleted && row.envelope.version == 0 => i64::MAX,
            Some(row) => row.envelope.version,
            None => i64::MIN,
        }
    }
}

/// One line of the second spill, sorted by link key.
#[derive(Serialize, Deserialize)]
struct Winner {
    #[serde(rename = "a")]
    as_of: String,
    #[serde(rename = "r")]
    row: CanonicalRecord,
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

/// What one thread has folded.
struct Folded {
    tally: Tally,
    records: u64,
    /// Lines of winners, by the bucket of their link key: until the bucket that is folded is done.
    winners: Vec<Vec<u8>>,
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
        let by_key = Mutex::new(Spill::new(&work, buckets, MEMORY_LIMIT));
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
        let bucket = bucket_of(entry.key(), self.buckets);
        locked(&self.by_key).push(bucket, |buffer| write_json(buffer, &entry))
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
        let by_link = Mutex::new(Spill::new(&self.work, self.buckets, MEMORY_LIMIT));
        let folded = on_threads(
            &buckets,
            self.workers,
            || Folded { tally: Tally::default(), records: 0, winners: vec![Vec::new(); buckets.len()] },
            |folded, bucket| {
                let bytes = locked(&self.by_key).take(*bucket)?;
                self.fold(bytes, folded)?;
                let mut by_link = locked(&by_link);
                for (bucket, lines) in (0..).zip(&mut folded.winners) {
                    by_link.append(bucket, lines)?;
                    lines.clear();
                }
                Ok::<_, StoreError>(())
            },
        )?;
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

    /// Takes the newest version of each record of one key bucket.
    fn fold(&self, bytes: Vec<u8>, folded: &mut Folded) -> Result<()> {
        let mut entries: Vec<Entry> = Vec::new();
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            entries.push(serde_json::from_slice(line).map_err(|_| StoreError::Corrupt { what: "spilled record" })?);
        }
        drop(bytes);
        // Newest version first; of equal versions the one just pulled before the carried one, and
        // among pulled ones the first page. Pages may come in any order, so copies that claim one
        // version must not decide by order alone: the content breaks the tie.
        entries.sort_by(|a, b| {
            a.key()
                .cmp(b.key())
                .then_with(|| b.version().cmp(&a.version()))
                .then_with(|| (a.order == 0).cmp(&(b.order == 0)))
                .then_with(|| a.row.as_ref().map(|r| r.envelope.part).cmp(&b.row.as_ref().map(|r| r.envelope.part)))
                .then_with(|| content(a).cmp(&content(b)))
        });
        let mut rest = entries.as_mut_slice();
        while !rest.is_empty() {
            let same = rest.iter().take_while(|e| e.key() == rest[0].key()).count();
            let (group, others) = rest.split_at_mut(same);
            rest = others;
            if self.keep(group, folded)? {
                folded.records += 1;
            }
        }
        Ok(())
    }

    /// Decides over all entries of one record; answers whether the record is in the snapshot.
    fn keep(&self, group: &mut [Entry], folded: &mut Folded) -> Result<bool> {
        let version = group[0].version();
        let winner_is_pulled = group[0].order > 0;
        let winner_is_deleted = group[0].row.as_ref().is_some_and(|r| r.envelope.deleted);
        let in_previous = group.iter().any(|e| e.order == 0);
        let mut copies = 0u64;
        for entry in group.iter().filter(|e| e.order > 0 && e.row.as_ref().is_some_and(|r| r.envelope.part == 0)) {
            if entry.version() == version { copies += 1 } else { folded.tally.superseded += 1 }
        }
        if group[0].row.is_none() {
            folded.tally.gone += 1;
            return Ok(false);
        }
        if winner_is_deleted {
            folded.tally.deletions += copies;
            folded.tally.gone += u64::from(in_previous);
            return Ok(false);
        }
        if winner_is_pulled {
            folded.tally.kept += 1;
            folded.tally.repeated += copies.saturating_sub(1);
        } else {
            folded.tally.carried += 1;
            folded.tally.repeated += copies;
        }
        let former = former_ids(group, version);
        let mut parts = BTreeSet::new();
        for entry in group.iter_mut() {
            if entry.version() != version || (entry.order > 0) != winner_is_pulled {
                continue;
            }
            let Some(mut row) = entry.row.take() else { continue };
            if !parts.insert(row.envelope.part) {
                continue;
            }
            if let Record::Person(person) = &mut row.record {
                person.former_ids = former.clone();
            }
            let bucket = bucket_of(row.record.link_key().unwrap_or(&row.envelope.record_key), self.buckets);
            let winner = Winner { as_of: std::mem::take(&mut entry.as_of), row };
            let lines = &mut folded.winners[bucket as usize];
            write_json(lines, &winner)?;
            lines.push(b'\n');
        }
        Ok(true)
    }

    fn write_bucket(&self, bucket: u32, bytes: &[u8]) -> Result<BucketFile> {
        let mut rows = Vec::new();
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            let winner: Winner =
                serde_json::from_slice(line).map_err(|_| StoreError::Corrupt { what: "spilled record" })?;
            rows.push((winner.row, winner.as_of));
        }
        rows.sort_by(|(a, _), (b, _)| {
            let order = |r: &CanonicalRecord| {
                (r.record.link_key().map(str::to_owned), r.envelope.record_key.clone(), r.envelope.part)
            };
            match a.record.link_key().cmp(&b.record.link_key()) {
                std::cmp::Ordering::Equal => order(a).cmp(&order(b)),
                unequal => unequal,
            }
        });
        let path = self.work.join(bucket_name(bucket));
        let failed = |source| StoreError::Parquet { operation: "written", path: path.clone(), source };
        let mut frame = to_frame(self.dataset, &rows).map_err(failed)?;
        let encoded = encoded(&mut frame, ROW_GROUP).map_err(failed)?;
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

fn content(entry: &Entry) -> Vec<u8> {
    entry.row.as_ref().and_then(|r| serde_json::to_vec(&r.record).ok()).unwrap_or_default()
}

/// Numbers that earlier versions of the person had and the newest has not, sorted, joined by `;`.
fn former_ids(group: &[Entry], version: i64) -> Option<String> {
    let mut former = BTreeSet::new();
    let mut current = None;
    for entry in group {
        let Some(CanonicalRecord { record: Record::Person(person), envelope }) = &entry.row else { continue };
        if entry.version() == version && current.is_none() {
            current = person.personal_id.clone();
        } else if !envelope.deleted {
            former.extend(person.personal_id.clone());
        }
        former.extend(person.former_ids.iter().flat_map(|list| list.split(';')).map(str::to_owned));
    }
    former.retain(|id| !id.is_empty() && Some(id) != current.as_ref());
    (!former.is_empty()).then(|| former.into_iter().collect::<Vec<_>>().join(";"))
}

fn write_json(buffer: &mut Vec<u8>, value: &impl Serialize) -> Result<()> {
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
