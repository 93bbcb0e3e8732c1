//! Snapshots in Parquet: complete, immutable, readable by any engine.
//!
//! Format 1: a folder `<source>/<dataset>/<snapshot id>/` with `bucket-NNNN.parquet`, one for each
//! bucket of [`schemas::bucket_of`] over the link key, rows sorted by (link key, record key, part),
//! and `manifest.json`. Columns: `link_key, record_key, part, commune, version, updated_at, as_of`
//! and those of the dataset's record, all text but `part` and `version`.
//!
//! A builder takes records in any order, keeps the newest version of each and spills to disk, so
//! that its memory does not grow with the source. The folder appears under its name only when
//! every file in it is whole and on disk.

mod build;
mod columns;
mod fold;
mod groups;
mod lookup;
mod manifest;
mod read;
mod slices;
mod sorted;
mod statistics;
mod winner;

pub use build::{SnapshotBuilder, bucket_name};
pub use columns::{Frame, RecordView, RowView};
pub use lookup::{LookupBuilder, LookupEntry, LookupLines, LookupReader};
pub use manifest::{BucketFile, Manifest};
pub use read::SnapshotReader;
pub use slices::{Rows, Slice, Slices};
