//! XLSX: the sheets as text, with numbers that keep their digits.

use super::table::{MOST_CELLS, MOST_COLUMNS, Rows, refused};
use super::zip_size::unpacked_bytes;
use calamine::{DataRef, Reader, Xlsx, open_workbook_from_rs};
use schemas::SourceError;
use std::io::Cursor;

/// Rows of a sheet that a spreadsheet program can hold.
const MOST_ROWS: u32 = 1_048_576;
/// How much more than the limit of a body a workbook may unpack to.
const UNPACKED_FACTOR: u64 = 8;

/// Each sheet as rows. Cells are read one by one, so that a single cell far away costs nothing.
pub fn read(bytes: Vec<u8>, max_bytes: u64) -> Result<Vec<Rows>, SourceError> {
    let unpacked = unpacked_bytes(&bytes).ok_or_else(|| refused("bad_workbook", "the file is not a workbook"))?;
    if unpacked > max_bytes.saturating_mul(UNPACKED_FACTOR) {
        return Err(refused("body_too_large", "the workbook unpacks to more than is allowed"));
    }
    let bad = || refused("bad_workbook", "the workbook cannot be read");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| bad())?;
    let mut sheets = Vec::new();
    let mut count = 0usize;
    for name in workbook.sheet_names() {
        // A sheet of charts has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        let mut rows = Rows::new();
        while let Some(cell) = cells.next_cell().map_err(|_| bad())? {
            let (row, column) = cell.get_position();
            let text = text_of(cell.get_value());
            if text.is_empty() || column as usize >= MOST_COLUMNS || row >= MOST_ROWS {
                continue;
            }
            count += 1;
            if count > MOST_CELLS {
                return Err(refused("too_many_cells", "the workbook has too many cells"));
            }
            place(&mut rows, row as usize, column as usize, text);
        }
        sheets.push(rows);
    }
    Ok(sheets)
}

fn place(rows: &mut Rows, row: usize, column: usize, text: String) {
    if rows.len() <= row {
        rows.resize_with(row + 1, Vec::new);
    }
    if let Some(cells) = rows.get_mut(row) {
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
    }
}

/// A number without a fraction is written with all its digits; a date as its day.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        DataRef::DateTime(date) => number_text(date.as_f64()),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Whole numbers up to here are exact in a spreadsheet.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT { format!("{number:.0}") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Format, read as read_table};
    use super::*;
    use crate::files::header::Column;
    use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

    fn list() -> Vec<u8> {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "Hướng dẫn").expect("written");
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 3, "DANH SÁCH NHÂN KHẨU", &CellFormat::new()).expect("merged");
        for (at, title) in ["STT", "Họ và tên", "Số định danh", "Ngày sinh"].into_iter().enumerate() {
            sheet.write_string(2, at as u16, title).expect("written");
        }
        sheet.write_number(4, 0, 1).expect("written");
        sheet.write_string(4, 1, "Nguyễn Văn Mẫu").expect("written");
        sheet.write_number(4, 2, 99_085_000_123f64).expect("written");
        let day = ExcelDateTime::from_ymd(1956, 3, 5).expect("a day");
        let format = CellFormat::new().set_num_format("dd/mm/yyyy");
        sheet.write_datetime_with_format(4, 3, &day, &format).expect("written");
        workbook.save_to_buffer().expect("saved")
    }

    #[test]
    fn the_sheet_with_a_header_is_read_and_numbers_keep_their_digits() {
        let table = read_table(list(), Format::Workbook, 1 << 20).expect("a list");
        let row = table.rows.iter().find(|row| !row.is_empty()).expect("a person");
        assert_eq!(table.header.cell(row, Column::Number).as_deref(), Some("1"));
        assert_eq!(table.header.cell(row, Column::PersonalId).as_deref(), Some("99085000123"));
        assert_eq!(table.header.cell(row, Column::BirthDate).as_deref(), Some("05/03/1956"));
    }

    #[test]
    fn a_cell_far_away_costs_no_memory_and_a_bomb_is_refused_before_it_is_unpacked() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(1_048_575, 16_383, "xa").expect("written");
        let sheets = read(workbook.save_to_buffer().expect("saved"), 1 << 20).expect("read");
        assert!(sheets.iter().all(Vec::is_empty));

        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "x".repeat(30_000)).expect("written");
        let error = read(workbook.save_to_buffer().expect("saved"), 1_024).map(|_| ()).expect_err("too large");
        assert_eq!(error.code, "body_too_large");
    }

    #[test]
    fn a_cut_workbook_is_refused() {
        let whole = list();
        for cut in [0, 100, whole.len() / 2, whole.len() - 30] {
            let error = read(whole[..cut].to_vec(), 1 << 20).map(|_| ()).expect_err("cut");
            assert_eq!(error.code, "bad_workbook", "{cut}");
        }
    }
}
