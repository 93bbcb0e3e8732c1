//! Reading a snapshot: a bucket at a time, or one link key.

use super::columns::{ENVELOPE, Frame, LINK_KEY, record_columns};
use super::manifest::Manifest;
use super::sorted::{SortedFile, Wanted};
use crate::error::{Result, StoreError};
use polars::prelude::*;
use schemas::bucket_of;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// By these columns single rows are asked for.
const KEYS: [&str; 2] = [LINK_KEY, "record_key"];

pub struct SnapshotReader {
    folder: PathBuf,
    manifest: Manifest,
    /// Of the buckets from which single rows were asked for.
    files: Vec<OnceLock<SortedFile>>,
}

impl SnapshotReader {
    /// Opens the snapshot in `folder` by its manifest.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("manifest.json");
        let text = std::fs::read(&path).map_err(StoreError::file("reading the manifest", &path))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|_| StoreError::Corrupt { what: "snapshot manifest" })?;
        let files = (0..manifest.buckets).map(|_| OnceLock::new()).collect();
        Ok(Self { folder: folder.to_owned(), manifest, files })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn path(&self, bucket: u32) -> PathBuf {
        self.folder.join(super::build::bucket_name(bucket))
    }

    /// All rows of one bucket; `columns`: those wanted besides `record_key`, or all. A column that
    /// holds nothing there is not decoded: most columns of most buckets are such.
    pub fn bucket(&self, bucket: u32, columns: Option<&[&str]>) -> Result<Frame> {
        let (frame, rows) = self.read(bucket, columns)?;
        Frame::new(self.manifest.dataset, rows, &frame).map_err(self.unreadable(bucket))
    }

    fn unreadable(&self, bucket: u32) -> impl Fn(PolarsError) -> StoreError {
        let path = self.path(bucket);
        move |source| StoreError::Parquet { operation: "read", path: path.clone(), source }
    }

    /// A bucket as it stands in its file, and how many rows it has.
    fn read(&self, bucket: u32, columns: Option<&[&str]>) -> Result<(DataFrame, usize)> {
        let path = self.path(bucket);
        let failed = self.unreadable(bucket);
        let file = File::open(&path).map_err(StoreError::file("opening a snapshot", &path))?;
        let mut reader = ParquetReader::new(file).read_parallel(ParallelStrategy::None);
        let metadata = reader.get_metadata().map_err(&failed)?.clone();
        let is_empty = |name: &str| {
            metadata.row_groups.iter().all(|group| {
                group.columns_under_root_iter(name).into_iter().flatten().all(|chunk| {
                    let statistics = chunk.statistics(&metadata.footer_buf).and_then(|read| read.ok());
                    statistics.and_then(|known| known.null_count()) == Some(chunk.num_values())
                })
            })
        };
        let is_wanted = |name: &str| name == "record_key" || columns.is_none_or(|columns| columns.contains(&name));
        let known = ENVELOPE.iter().chain(record_columns(self.manifest.dataset));
        let wanted = known.filter(|name| **name != LINK_KEY && is_wanted(name) && !is_empty(name));
        let wanted = wanted.map(|name| (*name).to_owned()).collect();
        let frame = reader.with_columns(Some(wanted)).finish().map_err(failed)?;
        Ok((frame, metadata.num_rows))
    }

    /// The frames that hold bucket `bucket` of `buckets`, in the order of its rows: one for each group
    /// of rows in its files. A snapshot may be cut finer.
    pub fn coarse_bucket(&self, bucket: u32, buckets: u32, columns: Option<&[&str]>) -> Result<Vec<Frame>> {
        let fine = (bucket..self.manifest.buckets).step_by(buckets as usize);
        let mut frames = Vec::new();
        for fine in fine {
            let (frame, rows) = self.read(fine, columns)?;
            frames.extend(Frame::each(self.manifest.dataset, rows, &frame).map_err(self.unreadable(fine))?);
        }
        Ok(frames)
    }

    /// The rows that stand under one link key.
    pub fn by_link_key(&self, key: &str) -> Result<Frame> {
        self.matching(key, &[(LINK_KEY, Some(key))])
    }

    /// The rows of one record. `place`: its link key, or the record key where it has none.
    pub fn by_record(&self, place: &str, record_key: &str) -> Result<Frame> {
        let under = self.matching(place, &[(LINK_KEY, Some(place)), ("record_key", Some(record_key))])?;
        if !under.is_empty() {
            return Ok(under);
        }
        self.matching(place, &[(LINK_KEY, None), ("record_key", Some(record_key))])
    }

    /// What fits in the bucket of `place`.
    fn matching(&self, place: &str, wanted: &[Wanted<'_>]) -> Result<Frame> {
        let bucket = bucket_of(place, self.manifest.buckets);
        let path = self.path(bucket);
        let failed = |source| StoreError::Parquet { operation: "searched", path: path.clone(), source };
        let corrupt = StoreError::Corrupt { what: "snapshot manifest" };
        let kept = self.files.get(bucket as usize).ok_or(corrupt)?;
        let file = match kept.get() {
            Some(file) => file,
            None => {
                let file = SortedFile::open(&path, &KEYS).map_err(failed)?;
                // Another request may have been first.
                kept.get_or_init(|| file)
            }
        };
        let frame = file.rows(&KEYS, wanted).map_err(failed)?;
        Frame::new(self.manifest.dataset, frame.height(), &frame).map_err(failed)
    }
}
