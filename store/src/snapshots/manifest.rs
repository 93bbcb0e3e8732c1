//! What is in a snapshot, written beside it and into the ledger.

use crate::invariants::Tally;
use jiff::Timestamp;
use schemas::{Cursor, Dataset, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1
    pub format: u32,
    pub snapshot_id: String,
    pub source: SourceId,
    pub dataset: Dataset,
    /// `false`: a mosaic of single answers.
    pub complete: bool,
    /// The oldest instant the data are true of, by the source's clock.
    pub as_of: Timestamp,
    pub buckets: u32,
    pub records: u64,
    pub rows: u64,
    pub tally: Tally,
    /// Where the next night's feed begins, by partition.
    #[serde(default)]
    pub resume: BTreeMap<String, Cursor>,
    pub files: Vec<BucketFile>,
    /// SHA-256 over the digests of the files: equal snapshots have equal digests.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketFile {
    pub bucket: u32,
    pub rows: u64,
    pub bytes: u64,
    pub sha256: String,
}
