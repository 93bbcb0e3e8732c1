//! One partition out of one file: the page, and the rows that go back.

use super::folder::{Delivery, Folder, Stamp};
use super::rows::{Owner, entries};
use super::table;
use crate::page::PageBuilder;
use schemas::{ErrorClass, Page, Partition, SourceError};
use sha2::{Digest, Sha256};

/// A row that goes back to its commune, as it was.
pub struct ReturnedRow {
    pub line: usize,
    pub cells: Vec<String>,
    pub reason: String,
}

/// Rows of one sheet that go back, under the sheet's own header.
pub struct ReturnedSheet {
    pub header: Vec<Vec<String>>,
    pub rows: Vec<ReturnedRow>,
}

pub struct Read {
    pub page: Page,
    pub returned: Vec<ReturnedSheet>,
}

pub fn read_partition(
    folder: &Folder,
    delivery: &Delivery,
    communes: &[String],
    partition: &Partition,
) -> Result<Read, SourceError> {
    let bytes = read_unchanged(delivery)?;
    let tables = table::read(bytes, &delivery.name, folder.max_bytes, &folder.shapes(&delivery.name))?;
    let (mut page, mut returned) = (PageBuilder::default(), Vec::new());
    for table in tables {
        let commune = delivery.commune.as_deref().filter(|_| !table.shape.has_commune_column());
        if table.shape.dataset != partition.dataset || table.shape.partition(commune) != partition.key {
            continue;
        }
        let owner = Owner { partition: &partition.key, commune, communes };
        let mut rows = Vec::new();
        for entry in entries(&table, owner) {
            let before = page.rejected().len();
            page.add(entry.result, || entry.cells.join("\t"));
            if let Some(reject) = page.rejected().get(before) {
                let line = entry.lines.first().copied().unwrap_or_default();
                rows.push(ReturnedRow { line, cells: entry.cells, reason: reject.reason.clone() });
            }
        }
        if !rows.is_empty() {
            returned.push(ReturnedSheet { header: table.header_rows, rows });
        }
    }
    let as_of = delivery.stamp.modified_at();
    let as_of = as_of.ok_or_else(|| SourceError::new(ErrorClass::Contract, "bad_time", "the file has no time"))?;
    Ok(Read { page: page.finish(None, as_of, None), returned })
}

/// The bytes of a file that stood still since it was looked into.
fn read_unchanged(delivery: &Delivery) -> Result<Vec<u8>, SourceError> {
    let transient = |code: &str, detail: &str| SourceError::new(ErrorClass::Transient, code, detail);
    let bytes = std::fs::read(&delivery.path).map_err(|_| transient("file_unreadable", "the file cannot be read"))?;
    let after = std::fs::metadata(&delivery.path).and_then(|metadata| Stamp::of(&metadata));
    let same = after.is_ok_and(|after| after == delivery.stamp && bytes.len() as u64 == after.bytes);
    if !same || hex::encode(Sha256::digest(&bytes)) != delivery.sha256 {
        return Err(transient("file_changed", "the file changed while it was read"));
    }
    Ok(bytes)
}
