//! A sheet as rows of text, whatever file it came from.

use super::csv_table;
use super::header::Header;
use super::workbook;
use schemas::{ErrorClass, SourceError};

/// Lists of people, not data dumps: more is refused.
pub const MOST_CELLS: usize = 5_000_000;
/// The widest list that is known has 38 columns.
pub const MOST_COLUMNS: usize = 256;

/// Rows of cells; an empty cell is an empty text.
pub type Rows = Vec<Vec<String>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Workbook,
}

/// A table whose header row was found.
pub struct Table {
    pub header: Header,
    /// The rows below the header.
    pub rows: Rows,
}

pub fn read(bytes: Vec<u8>, format: Format, max_bytes: u64) -> Result<Table, SourceError> {
    let candidates = match format {
        Format::Csv => csv_table::read(&bytes)?,
        Format::Workbook => workbook::read(bytes, max_bytes)?,
    };
    // Several sheets, or one file cut by several separators: the one whose header says most.
    let found = candidates.into_iter().filter_map(|mut rows| {
        let (at, header) = Header::find(&rows)?;
        rows.drain(..=at);
        Some(Table { header, rows })
    });
    let best = found.reduce(|best, table| if table.header.known() > best.header.known() { table } else { best });
    best.ok_or_else(|| refused("no_header", "no row holds three headers of a resident list"))
}

pub fn refused(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}
