//! A file as tables whose header rows were found, whatever its format and encoding.

use super::grid::{Rows, refused};
use super::header::Header;
use super::shape::Shape;
use super::{csv_table, fonts, ods, workbook, xls};
use schemas::SourceError;
use std::sync::Arc;

/// One sheet before anybody knows what it holds.
pub struct Sheet {
    pub name: String,
    pub rows: Rows,
    /// Serial numbers of days count from 1904.
    pub from_1904: bool,
}

/// The sheets of one file. Of one file cut by several separators only one cut is right.
pub enum Sheets {
    All(Vec<Sheet>),
    OneOf(Vec<Sheet>),
}

/// A table whose header rows were found.
pub struct Table {
    pub shape: Arc<Shape>,
    pub header: Header,
    /// From 1 for the first sheet of this shape in the file.
    pub number: usize,
    pub header_rows: Rows,
    /// Of `rows`, the place of the first one in the sheet, from 0.
    pub first_row: usize,
    /// The rows below the header.
    pub rows: Rows,
    pub from_1904: bool,
}

/// All tables of a file. The name is only looked at for hints of a form.
pub fn read(bytes: Vec<u8>, name: &str, max_bytes: u64, shapes: &[Arc<Shape>]) -> Result<Vec<Table>, SourceError> {
    let sheets = match Format::of(&bytes) {
        Format::Csv => Sheets::OneOf(csv_table::read(&bytes)?),
        Format::Ole => Sheets::All(xls::read(bytes)?),
        Format::Zip if ods::is_ods(&bytes) => Sheets::All(ods::read(&bytes, max_bytes)?),
        Format::Zip => Sheets::All(workbook::read(bytes, max_bytes)?),
    };
    let mut tables = match sheets {
        Sheets::All(sheets) => sheets.into_iter().filter_map(|sheet| recognise(sheet, name, shapes)).collect(),
        Sheets::OneOf(cuts) => {
            let found = cuts.into_iter().filter_map(|cut| recognise(cut, name, shapes));
            let more = |a: Table, b: Table| if b.header.known() > a.header.known() { b } else { a };
            found.reduce(more).into_iter().collect::<Vec<_>>()
        }
    };
    if tables.is_empty() {
        return Err(refused("no_header", "no row holds the headers of a list or form that is known"));
    }
    for at in 0..tables.len() {
        tables[at].number = 1 + tables[..at].iter().filter(|t| t.shape.key == tables[at].shape.key).count();
    }
    Ok(tables)
}

/// The shape of which the sheet shows the most headers.
fn recognise(mut sheet: Sheet, name: &str, shapes: &[Arc<Shape>]) -> Option<Table> {
    fonts::decode_columns(&mut sheet.rows);
    let mut best: Option<(&Arc<Shape>, usize, Header)> = None;
    for shape in shapes.iter().filter(|shape| shape.takes_sheet(&sheet.name)) {
        let Some((end, header)) = Header::find(&sheet.rows, shape, name, &sheet.name) else { continue };
        if best.as_ref().is_none_or(|(_, _, other)| header.known() > other.known()) {
            best = Some((shape, end, header));
        }
    }
    let (shape, end, header) = best?;
    let rows = sheet.rows.split_off(end.min(sheet.rows.len()));
    let from = end.saturating_sub(header.height);
    let header_rows = sheet.rows.split_off(from.min(sheet.rows.len()));
    Some(Table {
        shape: shape.clone(),
        header,
        number: 1,
        header_rows,
        first_row: end,
        rows,
        from_1904: sheet.from_1904,
    })
}

impl Table {
    /// The rows that are no repeated headers, each with its number in the sheet, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &Vec<String>)> {
        let data = self.rows.iter().enumerate().filter(|(_, row)| !self.header.is_repeated(row));
        data.map(|(at, row)| (self.first_row + at + 1, row))
    }
}

/// By the first bytes: names of files lie, and half of all `.xls` are something else.
enum Format {
    Csv,
    Ole,
    Zip,
}

impl Format {
    fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") {
            Self::Zip
        } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            Self::Ole
        } else {
            Self::Csv
        }
    }
}
