//! What a Parquet file says of the groups of its rows.

use polars::prelude::FileMetadata;

/// Between what the values of a column lie; without bounds where the file does not say.
#[derive(Default)]
pub(super) struct Extent {
    first: Option<Vec<u8>>,
    last: Option<Vec<u8>>,
    has_nulls: bool,
}

impl Extent {
    pub fn may_have(&self, wanted: Option<&str>) -> bool {
        let Some(value) = wanted.map(str::as_bytes) else { return self.has_nulls };
        let begins = self.first.as_deref().is_none_or(|first| first <= value);
        begins && self.last.as_deref().is_none_or(|last| value <= last)
    }

    /// Are all values certainly after `key`? What is no value comes before every other.
    pub fn begins_after(&self, key: Option<&str>) -> bool {
        let begins = self.first.as_deref().is_some_and(|first| Some(first) > key.map(str::as_bytes));
        !self.has_nulls && begins
    }
}

/// Does a column hold anything in a group, as far as the file says?
pub(super) fn holds(metadata: &FileMetadata, group: usize, column: &str) -> bool {
    !metadata.row_groups[group].columns_under_root_iter(column).into_iter().flatten().all(|chunk| {
        let statistics = chunk.statistics(&metadata.footer_buf).and_then(|read| read.ok());
        statistics.and_then(|known| known.null_count()) == Some(chunk.num_values())
    })
}

/// Of a column that is asked for by its values.
pub(super) fn extent(whole: &FileMetadata, group: usize, key: &str) -> Extent {
    let chunk = whole.row_groups[group].columns_under_root_iter(key).into_iter().flatten().next();
    let known = chunk.and_then(|chunk| chunk.statistics(&whole.footer_buf)).and_then(|read| read.ok());
    match known.and_then(|known| known.into_binary()) {
        Some(known) => Extent { has_nulls: known.null_count != Some(0), first: known.min_value, last: known.max_value },
        None => Extent { has_nulls: true, ..Extent::default() },
    }
}
