//! A resident list as a workbook: titles over merged cells, then the header, then the rows.

use super::{BIRTH, COLUMNS, NUMBER, Row};
use crate::SandboxError;
use crate::shown::Birth;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use std::path::Path;

pub fn write(file: &Path, title: &str, rows: impl Iterator<Item = Row>, habit: u64) -> Result<(), SandboxError> {
    fill(file, title, rows, habit).map_err(SandboxError::Workbook)
}

fn fill(file: &Path, title: &str, rows: impl Iterator<Item = Row>, habit: u64) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let (bold, centred) = (Format::new().set_bold(), Format::new().set_bold().set_align(FormatAlign::Center));
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let last = (COLUMNS.len() - 1) as u16;
    sheet.merge_range(0, 0, 0, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", &centred)?;
    sheet.merge_range(1, 0, 1, last, title, &centred)?;
    for (column, header) in COLUMNS.iter().enumerate() {
        sheet.write_with_format(3, column as u16, *header, &bold)?;
    }
    // Half of the offices let the program keep dates as serial numbers.
    let serial_dates = (habit >> 32).is_multiple_of(2);
    for (at, row) in rows.enumerate() {
        let line = at as u32 + 4;
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = column as u16;
            match (column, row.birth) {
                (0, _) => sheet.write(line, place, f64::from(at as u32 + 1))?,
                (BIRTH, Birth::Full(d)) if serial_dates => sheet.write_with_format(line, place, serial(d), &day)?,
                // Typed without a mark of text, a number loses its zero.
                (NUMBER, _) if cell.len() == 11 => match cell.parse::<f64>() {
                    Ok(number) => sheet.write(line, place, number)?,
                    Err(_) => sheet.write(line, place, cell.as_str())?,
                },
                _ => sheet.write(line, place, cell.as_str())?,
            };
        }
    }
    workbook.save(file)
}

/// Days since 1899-12-30, as spreadsheets count them.
fn serial(day: jiff::civil::Date) -> f64 {
    f64::from(crate::days::days_between(jiff::civil::date(1899, 12, 30), day))
}
