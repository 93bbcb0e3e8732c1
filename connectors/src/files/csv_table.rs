//! CSV: any encoding that Vietnamese offices use, any of four separators, quotes, rows of unequal
//! length.

use super::grid::{Budget, MOST_COLUMNS, refused};
use super::table::Sheet;
use crate::viet_text::{Encoding, decode, recognise};
use schemas::SourceError;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The file cut by each separator; whoever finds a header in one of them knows which was meant.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SourceError> {
    if let Some(text) = bytes.strip_prefix(b"\xef\xbb\xbf".as_slice()).or(Some(bytes)).filter(|b| b.is_ascii()) {
        return cut_all(text);
    }
    let unknown = || refused("bad_encoding", "the file's encoding cannot be recognised");
    let encoding = recognise(bytes).encoding.ok_or_else(unknown)?;
    if encoding == Encoding::Utf8 {
        // Already text: a copy in normal form would change what goes back to the commune.
        return cut_all(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    }
    let text = decode(bytes, encoding).ok_or_else(unknown)?;
    cut_all(text.as_bytes())
}

fn cut_all(text: &[u8]) -> Result<Vec<Sheet>, SourceError> {
    let used = SEPARATORS.into_iter().filter(|separator| text.contains(separator));
    used.map(|separator| cut(text, separator)).collect()
}

fn cut(text: &[u8], separator: u8) -> Result<Sheet, SourceError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text);
    let (mut rows, mut budget) = (Vec::new(), Budget::default());
    for record in reader.records() {
        let record = record.map_err(|_| refused("bad_csv", "the file is not CSV"))?;
        budget.spend(record.len() + 1)?;
        rows.push(record.iter().take(MOST_COLUMNS).map(str::to_owned).collect());
    }
    Ok(Sheet { name: String::new(), rows, from_1904: false })
}
