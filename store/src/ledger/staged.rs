//! A page as it lies in the ledger: its rows compressed, with a digest of what it says.

use super::parse_instant;
use crate::error::{Result, StoreError};
use jiff::Timestamp;
use schemas::{CanonicalRecord, Cursor, Page, Reject};
use sha2::{Digest, Sha256};

/// A page as it was staged.
#[derive(Debug, Clone)]
pub struct StagedPage {
    pub as_of: Timestamp,
    pub rows: Vec<CanonicalRecord>,
}

/// A page as it will be written: nothing is left to do for it but the transaction.
#[derive(Debug, Clone)]
pub struct EncodedPage {
    pub(super) as_of: Timestamp,
    pub(super) served: i64,
    pub(super) records: i64,
    pub(super) rejects: Vec<Reject>,
    pub(super) next: Option<Cursor>,
    pub(super) total: Option<i64>,
    pub(super) payload: Vec<u8>,
    pub(super) digest: String,
}

impl EncodedPage {
    /// Encodes, compresses and digests: milliseconds of pure work for a large page, which is why a
    /// caller that has something else to do meanwhile does it on another thread.
    pub fn of(page: &Page) -> Result<Self> {
        let payload = encode_rows(&page.records)?;
        Ok(Self {
            as_of: page.as_of,
            served: page.served as i64,
            records: record_copies(&page.records),
            rejects: page.rejects.clone(),
            next: page.next.clone(),
            total: page.total.map(|total| total as i64),
            digest: content_digest(page, &payload),
            payload,
        })
    }
}

/// Rows as they are staged: zstd-compressed JSON lines.
pub fn encode_rows(rows: &[CanonicalRecord]) -> Result<Vec<u8>> {
    let mut lines = Vec::with_capacity(rows.len() * 256);
    for row in rows {
        serde_json::to_writer(&mut lines, row).map_err(|_| StoreError::Corrupt { what: "record" })?;
        lines.push(b'\n');
    }
    zstd::bulk::compress(&lines, 1).map_err(|source| StoreError::File {
        operation: "compressing a page",
        path: Default::default(),
        source,
    })
}

fn decode_rows(payload: &[u8]) -> Result<Vec<CanonicalRecord>> {
    let corrupt = StoreError::Corrupt { what: "staged page" };
    let Ok(lines) = zstd::stream::decode_all(payload) else { return Err(corrupt) };
    lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).map_err(|_| StoreError::Corrupt { what: "staged page" }))
        .collect()
}

pub(super) fn staged(row: (String, Vec<u8>)) -> Result<StagedPage> {
    Ok(StagedPage { as_of: parse_instant(&row.0)?, rows: decode_rows(&row.1)? })
}

/// What the page says, whatever its compression: equal for the same page served twice.
fn content_digest(page: &Page, payload: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(page.served.to_be_bytes());
    hash.update(payload);
    hash.update(page.next.as_ref().map_or("", |c| c.0.as_str()));
    hex::encode(hash.finalize())
}

/// Every copy of a record has exactly one row with part 0.
fn record_copies(rows: &[CanonicalRecord]) -> i64 {
    rows.iter().filter(|row| row.envelope.part == 0).count() as i64
}
