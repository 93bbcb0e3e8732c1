//! A resident list as a workbook: titles over merged cells, then the header, then the rows.

use super::{BIRTH, COLUMNS, NUMBER, Row};
use crate::SandboxError;
use crate::shown::Birth;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use std::path::Path;

/// Columns under one title: from, to, title.
const GROUPS: [(u16, u16, &str); 3] = [(1, 2, "Giấy tờ"), (7, 11, "Nơi thường trú"), (12, 14, "Gia đình")];

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
    // A third of the offices group the columns: a header over two rows, and numbers below.
    let grouped = (habit >> 40).is_multiple_of(3);
    for (column, header) in COLUMNS.iter().enumerate() {
        let place = column as u16;
        let group = GROUPS.iter().find(|(from, to, _)| (*from..=*to).contains(&place));
        match group {
            _ if !grouped => sheet.write_with_format(3, place, *header, &bold)?,
            Some((from, to, title)) => {
                if place == *from {
                    sheet.merge_range(3, *from, 3, *to, title, &centred)?;
                }
                sheet.write_with_format(4, place, *header, &bold)?
            }
            None => sheet.merge_range(3, place, 4, place, header, &centred)?,
        };
        if grouped {
            sheet.write(5, place, format!("({})", column + 1))?;
        }
    }
    let first = if grouped { 6 } else { 4 };
    // Half of the offices let the program keep dates as serial numbers.
    let serial_dates = (habit >> 32).is_multiple_of(2);
    for (at, row) in rows.enumerate() {
        let line = at as u32 + first;
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
