//! The rows of a bucket, a group of them at a time: a bucket of a large province does not have to be
//! in memory at once.

use super::columns::{ENVELOPE, Frame, LINK_KEY, record_columns};
use super::statistics::{extent, holds};
use crate::error::{Result, StoreError};
use polars::prelude::*;
use schemas::Dataset;
use std::fs::File;
use std::path::{Path, PathBuf};

/// One file, of which the groups of rows are read one after the other.
pub(super) struct GroupedFile {
    path: PathBuf,
    file: File,
    dataset: Dataset,
    metadata: FileMetadataRef,
    /// Those wanted besides `record_key`; all where nothing is said.
    columns: Option<Vec<String>>,
    /// The next group, and the number of its first row.
    next: usize,
    row: usize,
}

impl GroupedFile {
    pub fn open(path: PathBuf, dataset: Dataset, columns: Option<&[&str]>) -> Result<Self> {
        let file = File::open(&path).map_err(StoreError::file("opening a snapshot", &path))?;
        let metadata = same(&file)
            .and_then(|same| ParquetReader::new(same).get_metadata().cloned())
            .map_err(|source| unreadable(&path, source))?;
        let columns = columns.map(|columns| columns.iter().map(|name| (*name).to_owned()).collect());
        Ok(Self { path, file, dataset, metadata, columns, next: 0, row: 0 })
    }

    /// The next group; `None`: there is no more. A column that holds nothing in it is not decoded:
    /// most columns of most groups are such.
    pub fn next_group(&mut self) -> Result<Option<Frame>> {
        let Some(group) = self.metadata.row_groups.get(self.next) else { return Ok(None) };
        let rows = group.num_rows();
        let read = || {
            let mut reader = ParquetReader::new(same(&self.file)?).read_parallel(ParallelStrategy::None);
            reader.set_metadata(self.metadata.clone());
            let columns: Option<Vec<&str>> = self.columns.as_ref().map(|all| all.iter().map(String::as_str).collect());
            let wanted = wanted(self.dataset, columns.as_deref(), |name| holds(&self.metadata, self.next, name));
            let frame = reader.with_columns(Some(wanted)).with_slice(Some((self.row, rows))).finish()?;
            Frame::new(self.dataset, rows, &frame)
        };
        let frame = read().map_err(|source| unreadable(&self.path, source))?;
        self.next += 1;
        self.row += rows;
        Ok(Some(frame))
    }

    /// Does the next group begin with a link key after `key`, as far as the file says? Also where there
    /// is none.
    pub fn begins_after(&self, key: Option<&str>) -> bool {
        self.is_at_its_end() || extent(&self.metadata, self.next, LINK_KEY).begins_after(key)
    }

    pub fn is_at_its_end(&self) -> bool {
        self.next == self.metadata.row_groups.len()
    }
}

/// Which columns are read where `columns` are asked for, or all: `record_key`, and those that hold
/// something. What the link key says another column says, too.
pub(super) fn wanted(dataset: Dataset, columns: Option<&[&str]>, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let is_asked_for = |name: &str| name == "record_key" || columns.is_none_or(|columns| columns.contains(&name));
    let known = ENVELOPE.iter().chain(record_columns(dataset)).copied();
    known.filter(|name| *name != LINK_KEY && is_asked_for(name) && holds(name)).map(str::to_owned).collect()
}

/// The same file once more, for a reader that takes it.
fn same(file: &File) -> PolarsResult<File> {
    Ok(file.try_clone()?)
}

fn unreadable(path: &Path, source: PolarsError) -> StoreError {
    StoreError::Parquet { operation: "read", path: path.to_owned(), source }
}
