//! XLSX: the sheets as text, with numbers that keep their digits.

use super::archive;
use super::grid::{Budget, Rows, refused};
use super::numbers::{day_text, number_text};
use super::table::Sheet;
use calamine::{DataRef, Reader, Xlsx, open_workbook_from_rs};
use schemas::SourceError;
use std::io::Cursor;

/// Each sheet as rows. Cells are read one by one, so that a single cell far away costs nothing.
pub fn read(bytes: Vec<u8>, max_bytes: u64) -> Result<Vec<Sheet>, SourceError> {
    archive::check_size(&bytes, max_bytes)?;
    let from_1904 = archive::part(&bytes, "xl/workbook.xml").is_some_and(|part| counts_from_1904(&part));
    let bad = || refused("bad_workbook", "the workbook cannot be read");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| bad())?;
    let (mut sheets, mut budget) = (Vec::new(), Budget::default());
    for name in workbook.sheet_names() {
        // A sheet of charts has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        let mut rows = Rows::new();
        while let Some(cell) = cells.next_cell().map_err(|_| bad())? {
            let (row, column) = cell.get_position();
            budget.place(&mut rows, row as usize, column as usize, text_of(cell.get_value()))?;
        }
        sheets.push(Sheet { name, rows, from_1904 });
    }
    Ok(sheets)
}

/// `<workbookPr date1904="1"/>`
fn counts_from_1904(part: &[u8]) -> bool {
    [&b"date1904=\"1\""[..], b"date1904=\"true\""].iter().any(|mark| part.windows(mark.len()).any(|w| w == *mark))
}

/// A number without a fraction is written with all its digits; a date as its day.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(date) => day_text(date),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
