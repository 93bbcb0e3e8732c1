//! From what a clerk has in hand to where the records are: cancelled numbers, CMNDs, case codes,
//! serials, names with birth dates, and rows that stand under another number than their person's.
//!
//! Format 1: a folder `<id>/` with `bucket-NNNN.parquet`, one for each bucket of
//! [`schemas::bucket_of`] over the key, rows sorted, columns `key, source, dataset, place,
//! record_key, part, person`, and `manifest.json`. Made anew every night: it says nothing that the
//! snapshots do not, and whoever lost it loses only time. It holds personal values.

use super::build::{bucket_name, encoded, locked, write_synced};
use super::sorted::SortedFile;
use crate::error::{Result, StoreError};
use crate::spill::Spill;
use crate::threads::on_threads;
use polars::prelude::*;
use schemas::{Dataset, SourceId, bucket_of};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

const BUCKETS: u32 = 64;
/// Rows in a row group: small, for nothing but single keys is looked for.
const ROW_GROUP: usize = 4096;
/// Bytes held before they go to disk.
const MEMORY_LIMIT: usize = 32 << 20;
/// How many are kept: whoever reads an older one while the next is put in place may finish.
const KEPT: usize = 2;

/// One row of a snapshot, under one of the keys by which it is found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LookupEntry {
    #[serde(rename = "k")]
    pub key: String,
    #[serde(rename = "s")]
    pub source: SourceId,
    #[serde(rename = "d")]
    pub dataset: Dataset,
    /// Its link key, or its record key where it has none: this tells the bucket.
    #[serde(rename = "b")]
    pub place: String,
    #[serde(rename = "r")]
    pub record_key: String,
    #[serde(rename = "p")]
    pub part: u16,
    /// The 12-digit number of the person, where the key is one's.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

impl std::fmt::Debug for LookupEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{} {}#{}", self.source, self.dataset, self.record_key, self.part)
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    buckets: u32,
    entries: u64,
}

/// Writes a lookup. Its folder appears under its name only when every file in it is whole.
pub struct LookupBuilder {
    home: PathBuf,
    work: PathBuf,
    id: String,
    entries: Mutex<Spill>,
}

/// Entries that one thread has made, until they are added.
pub struct LookupLines {
    by_bucket: Vec<Vec<u8>>,
}

impl Default for LookupLines {
    fn default() -> Self {
        Self { by_bucket: vec![Vec::new(); BUCKETS as usize] }
    }
}

impl LookupLines {
    pub fn push(&mut self, entry: &LookupEntry) -> Result<()> {
        let lines = &mut self.by_bucket[bucket_of(&entry.key, BUCKETS) as usize];
        serde_json::to_writer(&mut *lines, entry).map_err(|_| StoreError::Corrupt { what: "lookup entry" })?;
        lines.push(b'\n');
        Ok(())
    }
}

impl LookupBuilder {
    /// `home` is the folder of all lookups; what interrupted attempts left is removed.
    pub fn new(home: &Path, id: &str) -> Result<Self> {
        let work = home.join(format!(".{id}.building"));
        let leftovers = names(home)?.into_iter().filter(|name| name.starts_with('.') || name == id);
        for leftover in leftovers.map(|name| home.join(name)) {
            std::fs::remove_dir_all(&leftover).map_err(StoreError::file("removing a leftover", &leftover))?;
        }
        std::fs::create_dir_all(&work).map_err(StoreError::file("making the folder", &work))?;
        let entries = Mutex::new(Spill::new(&work, BUCKETS, MEMORY_LIMIT));
        Ok(Self { home: home.to_owned(), work, id: id.to_owned(), entries })
    }

    /// Takes these entries out of `lines`; threads may do it side by side.
    pub fn add(&self, lines: &mut LookupLines) -> Result<()> {
        let mut entries = locked(&self.entries);
        for (bucket, lines) in (0..).zip(&mut lines.by_bucket) {
            entries.append(bucket, lines)?;
            lines.clear();
        }
        Ok(())
    }

    /// Sorts, writes and syncs the files on up to `workers` threads, gives the folder its name and
    /// removes old ones. Answers how many entries there are.
    pub fn finish(self, workers: usize) -> Result<u64> {
        let buckets: Vec<u32> = (0..BUCKETS).collect();
        let counts = on_threads(
            &buckets,
            workers,
            || 0,
            |count, bucket| {
                let bytes = locked(&self.entries).take(*bucket)?;
                *count += self.write(*bucket, &bytes)?;
                Ok::<_, StoreError>(())
            },
        )?;
        let entries = counts.iter().sum();
        let head = Head { format: 1, buckets: BUCKETS, entries };
        let text = serde_json::to_vec(&head).map_err(|_| StoreError::Corrupt { what: "lookup manifest" })?;
        write_synced(&self.work.join("manifest.json"), &text)?;
        let place = self.home.join(&self.id);
        std::fs::rename(&self.work, &place).map_err(StoreError::file("naming the lookup", &place))?;
        let mut all = ids(&self.home)?;
        all.truncate(all.len().saturating_sub(KEPT));
        for old in all {
            let place = self.home.join(old);
            std::fs::remove_dir_all(&place).map_err(StoreError::file("removing an old lookup", &place))?;
        }
        Ok(entries)
    }

    /// Answers how many entries were added to the bucket.
    fn write(&self, bucket: u32, bytes: &[u8]) -> Result<u64> {
        let read = |line| serde_json::from_slice(line).map_err(|_| StoreError::Corrupt { what: "lookup entry" });
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut entries: Vec<LookupEntry> = lines.map(read).collect::<Result<_>>()?;
        let added = entries.len() as u64;
        entries.sort_unstable();
        entries.dedup();
        let path = self.work.join(bucket_name(bucket));
        let failed = |source| StoreError::Parquet { operation: "written", path: path.clone(), source };
        let text = |of: fn(&LookupEntry) -> Option<&str>| entries.iter().map(of).collect::<Vec<_>>();
        let columns = vec![
            Column::new("key".into(), text(|e| Some(&e.key))),
            Column::new("source".into(), text(|e| Some(e.source.as_str()))),
            Column::new("dataset".into(), text(|e| Some(e.dataset.as_str()))),
            Column::new("place".into(), text(|e| Some(&e.place))),
            Column::new("record_key".into(), text(|e| Some(&e.record_key))),
            Column::new("part".into(), entries.iter().map(|e| u32::from(e.part)).collect::<Vec<_>>()),
            Column::new("person".into(), text(|e| e.person.as_deref())),
        ];
        let mut frame = DataFrame::new(entries.len(), columns).map_err(failed)?;
        write_synced(&path, &encoded(&mut frame, ROW_GROUP).map_err(failed)?)?;
        Ok(added)
    }
}

impl Drop for LookupBuilder {
    /// An abandoned build leaves nothing behind.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.work);
    }
}

/// Everything in the folder of all lookups; nothing where it is not there yet.
fn names(home: &Path) -> Result<Vec<String>> {
    if !home.exists() {
        return Ok(Vec::new());
    }
    let list = || std::fs::read_dir(home)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
    let names: std::io::Result<Vec<String>> = list();
    names.map_err(StoreError::file("listing lookups", home))
}

/// The whole lookups, the oldest first.
fn ids(home: &Path) -> Result<Vec<String>> {
    let mut ids: Vec<String> = names(home)?.into_iter().filter(|name| !name.starts_with('.')).collect();
    ids.sort();
    Ok(ids)
}

/// By this column entries are asked for.
const KEYS: [&str; 1] = ["key"];

pub struct LookupReader {
    id: String,
    folder: PathBuf,
    /// Of the buckets that were asked.
    files: Vec<OnceLock<SortedFile>>,
}

impl LookupReader {
    /// The name of the newest lookup of a folder; `None` where there is none yet.
    pub fn newest_id(home: &Path) -> Result<Option<String>> {
        Ok(ids(home)?.pop())
    }

    /// The newest lookup of a folder; `None` where there is none yet.
    pub fn newest(home: &Path) -> Result<Option<Self>> {
        Self::newest_id(home)?.map(|id| Self::open(home, id)).transpose()
    }

    pub fn open(home: &Path, id: String) -> Result<Self> {
        let folder = home.join(&id);
        let path = folder.join("manifest.json");
        let text = std::fs::read(&path).map_err(StoreError::file("reading a lookup", &path))?;
        let head: Head = serde_json::from_slice(&text).map_err(|_| StoreError::Corrupt { what: "lookup manifest" })?;
        Ok(Self { id, folder, files: (0..head.buckets).map(|_| OnceLock::new()).collect() })
    }

    /// The name of this lookup.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The entries under a key, in order.
    pub fn find(&self, key: &str) -> Result<Vec<LookupEntry>> {
        self.in_bucket(self.bucket_of(key), |file| file.rows(&KEYS, &[("key", Some(key))]))
    }

    /// The entries under each of many keys: every file is read once.
    pub fn find_all(&self, keys: impl IntoIterator<Item = String>) -> Result<HashMap<String, Vec<LookupEntry>>> {
        let mut found: HashMap<String, Vec<LookupEntry>> = keys.into_iter().map(|key| (key, Vec::new())).collect();
        let mut entries = Vec::new();
        let mut buckets: BTreeMap<u32, HashSet<&str>> = BTreeMap::new();
        for key in found.keys() {
            buckets.entry(self.bucket_of(key)).or_default().insert(key);
        }
        for (bucket, keys) in buckets {
            entries.extend(self.in_bucket(bucket, |file| file.rows_of_any(&KEYS, ("key", &keys)))?);
        }
        for entry in entries {
            if let Some(under) = found.get_mut(&entry.key) {
                under.push(entry);
            }
        }
        Ok(found)
    }

    fn bucket_of(&self, key: &str) -> u32 {
        bucket_of(key, u32::try_from(self.files.len()).unwrap_or(BUCKETS))
    }

    fn in_bucket(
        &self,
        bucket: u32,
        search: impl FnOnce(&SortedFile) -> PolarsResult<DataFrame>,
    ) -> Result<Vec<LookupEntry>> {
        let path = self.folder.join(bucket_name(bucket));
        let failed = |source| StoreError::Parquet { operation: "searched", path: path.clone(), source };
        let kept = self.files.get(bucket as usize).ok_or(StoreError::Corrupt { what: "lookup manifest" })?;
        let file = match kept.get() {
            Some(file) => file,
            None => {
                let file = SortedFile::open(&path, &KEYS).map_err(failed)?;
                kept.get_or_init(|| file)
            }
        };
        let frame = search(file).map_err(failed)?;
        read(&frame).map_err(failed)?.ok_or(StoreError::Corrupt { what: "lookup entry" })
    }
}

/// `None` where a value is none of ours.
fn read(frame: &DataFrame) -> PolarsResult<Option<Vec<LookupEntry>>> {
    // Without rows there may be no columns either.
    if frame.height() == 0 {
        return Ok(Some(Vec::new()));
    }
    let text = |name: &str| frame.column(name)?.str();
    let (key, source, dataset, place) = (text("key")?, text("source")?, text("dataset")?, text("place")?);
    let record = text("record_key")?;
    // In a file where no key is a person's the column is not there.
    let person = frame.column("person").ok().map(|column| column.str()).transpose()?;
    let part = frame.column("part")?.u32()?;
    let entry = |at: usize| {
        Some(LookupEntry {
            key: key.get(at)?.to_owned(),
            source: SourceId::parse(source.get(at)?).ok()?,
            dataset: dataset.get(at)?.parse().ok()?,
            place: place.get(at)?.to_owned(),
            record_key: record.get(at)?.to_owned(),
            part: u16::try_from(part.get(at)?).ok()?,
            person: person.and_then(|person| person.get(at)).map(str::to_owned),
        })
    };
    Ok((0..frame.height()).map(entry).collect())
}
