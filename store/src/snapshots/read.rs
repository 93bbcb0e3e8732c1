//! Reading a snapshot: a bucket at a time, or one link key.

use super::columns::{Frame, LINK_KEY};
use super::groups::{GroupedFile, wanted};
use super::manifest::Manifest;
use super::sorted::{SortedFile, Wanted};
use super::statistics::holds;
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
        let path = self.path(bucket);
        let failed = |source| StoreError::Parquet { operation: "read", path: path.clone(), source };
        let file = File::open(&path).map_err(StoreError::file("opening a snapshot", &path))?;
        let mut reader = ParquetReader::new(file).read_parallel(ParallelStrategy::None);
        let metadata = reader.get_metadata().map_err(failed)?.clone();
        let wanted = wanted(self.manifest.dataset, columns, |name| {
            (0..metadata.row_groups.len()).any(|group| holds(&metadata, group, name))
        });
        let frame = reader.with_columns(Some(wanted)).finish().map_err(failed)?;
        Frame::new(self.manifest.dataset, metadata.num_rows, &frame).map_err(failed)
    }

    /// The files that hold bucket `bucket` of `buckets`: a snapshot may be cut finer.
    pub(super) fn files_of(&self, bucket: u32, buckets: u32) -> impl Iterator<Item = u32> + use<> {
        (bucket..self.manifest.buckets).step_by(buckets as usize)
    }

    /// Of one file.
    pub(super) fn rows_of(&self, file: u32) -> usize {
        let known = self.manifest.files.iter().find(|known| known.bucket == file);
        known.map_or(0, |known| known.rows as usize)
    }

    pub(super) fn grouped(&self, file: u32, columns: Option<&[&str]>) -> Result<GroupedFile> {
        GroupedFile::open(self.path(file), self.manifest.dataset, columns)
    }

    /// The rows of bucket `bucket` of `buckets` in their order, a frame for each group of rows in its
    /// files, which is read when it is asked for.
    pub fn groups<'r>(
        &'r self,
        bucket: u32,
        buckets: u32,
        columns: Option<&'r [&'r str]>,
    ) -> impl Iterator<Item = Result<Frame>> + 'r {
        let mut files = self.files_of(bucket, buckets);
        let mut open: Option<GroupedFile> = None;
        let mut next = move || {
            loop {
                if let Some(frame) = open.as_mut().map(GroupedFile::next_group).transpose()?.flatten() {
                    return Ok(Some(frame));
                }
                let Some(file) = files.next() else { return Ok(None) };
                open = Some(self.grouped(file, columns)?);
            }
        };
        // After an error nothing more is told.
        let mut failed = false;
        std::iter::from_fn(move || {
            let frame = if failed { None } else { next().transpose() };
            failed |= matches!(frame, Some(Err(_)));
            frame
        })
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
