//! A few rows out of a Parquet file: by the statistics of its row groups first, then by one column
//! of the group that may have them, and only then the rows themselves.
//!
//! What is known of a file (the extent of each group, where its columns stand) is read once and kept
//! for as long as the file is used: some kilobytes for each group, no value of any person beside the
//! first and the last key. Columns in which nothing stands are left out. Nothing rests on the order
//! of rows: in a file that is not sorted more groups may have a key, and all are looked at.

use super::statistics::{Extent, extent, holds};
use polars::prelude::*;
use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub(super) struct SortedFile {
    path: PathBuf,
    stamp: Stamp,
    groups: Vec<Group>,
    /// Those that hold something, for a frame without rows.
    empty: DataFrame,
}

struct Group {
    /// Of this group alone: a reader with it sees no other.
    metadata: FileMetadataRef,
    /// By the keys' names, in the order in which they were given.
    extents: Vec<Extent>,
}

/// Tells a file from one that was put in its place: a night that is resumed makes its lookup again.
#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    inode: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(file: &File) -> std::io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { bytes: metadata.len(), inode: metadata.ino(), changed: (metadata.mtime(), metadata.mtime_nsec()) })
    }
}

/// What rows are wanted of many: those under any of these values of a key.
pub(super) type AnyOf<'a> = (&'static str, &'a HashSet<&'a str>);

/// What rows are wanted: the value of a key, or that it has none.
pub(super) type Wanted<'a> = (&'static str, Option<&'a str>);

impl SortedFile {
    /// Reads what the file says of itself. `keys`: the columns by which rows will be asked for.
    pub fn open(path: &Path, keys: &[&'static str]) -> PolarsResult<Self> {
        let file = File::open(path)?;
        let stamp = Stamp::of(&file)?;
        let mut reader = ParquetReader::new(file.try_clone()?);
        let whole = reader.get_metadata()?.clone();
        let schema = reader.schema()?;
        let holds = |name: &str| (0..whole.row_groups.len()).any(|group| holds(&whole, group, name));
        // A key by which rows are asked for stands there also where it holds nothing.
        let kept: Vec<PlSmallStr> =
            schema.iter_names().filter(|name| keys.contains(&name.as_str()) || holds(name.as_str())).cloned().collect();
        let small = whole.pruned(&kept, &[])?;
        let groups = small.row_groups.iter().enumerate().map(|(at, group)| {
            let mut metadata = FileMetadata { row_groups: vec![group.clone()], ..small.clone() };
            metadata.num_rows = group.num_rows();
            metadata.footer_buf = Default::default();
            let extents = keys.iter().map(|key| extent(&whole, at, key)).collect();
            Group { metadata: metadata.into(), extents }
        });
        let groups: Vec<Group> = groups.collect();
        let names = kept.iter().map(|name| name.to_string()).collect();
        let empty = ParquetReader::new(file).with_columns(Some(names)).with_slice(Some((0, 0))).finish()?;
        Ok(Self { path: path.to_owned(), stamp, groups, empty })
    }

    /// The rows that fit all of `wanted`, in their order. `keys`: as it was opened with.
    pub fn rows(&self, keys: &[&'static str], wanted: &[Wanted<'_>]) -> PolarsResult<DataFrame> {
        let file = File::open(&self.path)?;
        if Stamp::of(&file)? != self.stamp {
            return Self::open(&self.path, keys)?.rows(keys, wanted);
        }
        let mut found: Option<DataFrame> = None;
        let place = |key: &str| keys.iter().position(|known| *known == key).unwrap_or_default();
        let may_have = |group: &&Group| wanted.iter().all(|(key, value)| group.extents[place(key)].may_have(*value));
        for group in self.groups.iter().filter(may_have) {
            let mut fits = vec![true; group.metadata.num_rows];
            for (key, value) in wanted {
                narrow(&file, group, key, &mut fits, |own| own == *value)?;
            }
            add(&mut found, rows_of(&file, group, &fits)?)?;
        }
        Ok(found.unwrap_or_else(|| self.empty.clone()))
    }

    /// All rows under any of many values, in their order; every group is looked at once.
    pub fn rows_of_any(&self, keys: &[&'static str], (key, values): AnyOf<'_>) -> PolarsResult<DataFrame> {
        let file = File::open(&self.path)?;
        if Stamp::of(&file)? != self.stamp {
            return Self::open(&self.path, keys)?.rows_of_any(keys, (key, values));
        }
        let mut found: Option<DataFrame> = None;
        for group in &self.groups {
            let mut fits = vec![true; group.metadata.num_rows];
            narrow(&file, group, key, &mut fits, |own| own.is_some_and(|own| values.contains(own)))?;
            add(&mut found, rows_of(&file, group, &fits)?)?;
        }
        Ok(found.unwrap_or_else(|| self.empty.clone()))
    }
}

fn add(found: &mut Option<DataFrame>, rows: Option<DataFrame>) -> PolarsResult<()> {
    match (found, rows) {
        (Some(before), Some(rows)) => _ = before.vstack_mut(&rows)?,
        (found, Some(rows)) => *found = Some(rows),
        (_, None) => {}
    }
    Ok(())
}

/// Lets only those fit whose value of `key` fits. Where none is left the column is not read.
fn narrow(
    file: &File,
    group: &Group,
    key: &'static str,
    fits: &mut [bool],
    does_fit: impl Fn(Option<&str>) -> bool,
) -> PolarsResult<()> {
    if fits.contains(&true) {
        let column = reader(file, group)?.with_columns(Some(vec![key.to_owned()])).finish()?;
        let column = column.column(key)?.str()?.rechunk();
        for (fits, own) in fits.iter_mut().zip(column.iter()) {
            *fits = *fits && does_fit(own);
        }
    }
    Ok(())
}

fn rows_of(file: &File, group: &Group, fits: &[bool]) -> PolarsResult<Option<DataFrame>> {
    // Sorted as they are, the rows of a key stand together.
    let (Some(first), Some(last)) = (fits.iter().position(|fits| *fits), fits.iter().rposition(|fits| *fits)) else {
        return Ok(None);
    };
    let rows = reader(file, group)?.with_slice(Some((first, last - first + 1))).finish()?;
    let fits = &fits[first..=last];
    if fits.contains(&false) {
        return rows.filter(&BooleanChunked::from_slice("fits".into(), fits)).map(Some);
    }
    Ok(Some(rows))
}

fn reader(file: &File, group: &Group) -> PolarsResult<ParquetReader<File>> {
    let mut reader = ParquetReader::new(file.try_clone()?).read_parallel(ParallelStrategy::None);
    reader.set_metadata(group.metadata.clone());
    Ok(reader)
}
