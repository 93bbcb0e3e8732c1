//! XLS, the workbooks of before 2007.
//!
//! The library holds a sheet as one rectangle around its cells and reserves memory as the file
//! asks. So the file's records are walked first ([`super::biff`]), and a sheet that asks for more
//! than a list may have is refused.

use super::biff;
use super::grid::{Budget, Rows, refused};
use super::numbers::{day_text, number_text};
use super::table::Sheet;
use calamine::{Data, Reader, Xls, open_workbook_from_rs};
use schemas::SourceError;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub fn read(bytes: Vec<u8>) -> Result<Vec<Sheet>, SourceError> {
    let facts = biff::look(&bytes)?;
    // The library indexes into what the file says and may panic on a file that was tampered with;
    // nothing of it is kept then.
    let sheets = catch_unwind(AssertUnwindSafe(|| open(bytes, facts.from_1904)));
    sheets.map_err(|_| refused("bad_workbook", "the workbook contradicts itself"))?
}

fn open(bytes: Vec<u8>, from_1904: bool) -> Result<Vec<Sheet>, SourceError> {
    let bad = |_| refused("bad_workbook", "the workbook cannot be read");
    let mut workbook: Xls<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(bad)?;
    let (mut sheets, mut budget) = (Vec::new(), Budget::default());
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(bad)?;
        let (first_row, first_column) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
        let mut rows = Rows::new();
        for (row, column, value) in range.used_cells() {
            budget.place(&mut rows, first_row + row, first_column + column, text_of(value))?;
        }
        sheets.push(Sheet { name, rows, from_1904 });
    }
    Ok(sheets)
}

fn text_of(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::String(text) | Data::DateTimeIso(text) => text.clone(),
        Data::DateTime(date) => day_text(date),
        Data::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}
