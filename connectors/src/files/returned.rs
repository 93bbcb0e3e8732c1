//! What comes back to a commune: the rejected rows as a spreadsheet, and an explanation of a file
//! that could not be taken.

use super::explain;
use super::read::ReturnedSheet;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

const ADDED: [&str; 3] = ["Dòng số", "Lý do trả lại", "Cần làm"];

/// The rows as they were, under their own header, with three columns more. Every cell is a text,
/// so that a number keeps its zero; none is calculated.
pub fn spreadsheet(sheets: &[ReturnedSheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold().set_text_wrap();
    for returned in sheets {
        let sheet = workbook.add_worksheet();
        let all = returned.header.iter().chain(returned.rows.iter().map(|row| &row.cells));
        let width = all.map(Vec::len).max().unwrap_or(0) as u16;
        let mut line = 0u32;
        for header in &returned.header {
            for (column, cell) in (0u16..).zip(header).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(line, column, harmless(cell), &bold)?;
            }
            line += 1;
        }
        let header_line = line.saturating_sub(1);
        for (column, title) in (width..).zip(ADDED) {
            sheet.write_string_with_format(header_line, column, title, &bold)?;
        }
        line = header_line + 1;
        for row in &returned.rows {
            for (column, cell) in (0u16..).zip(&row.cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(line, column, harmless(cell))?;
            }
            let (why, what) = explain::row(&row.reason);
            sheet.write_number(line, width, row.line as f64)?;
            sheet.write_string(line, width + 1, why)?;
            sheet.write_string(line, width + 2, what)?;
            line += 1;
        }
        sheet.set_column_width(width + 1, 44)?;
        sheet.set_column_width(width + 2, 60)?;
    }
    workbook.save_to_buffer()
}

/// The letter beside a returned file.
pub fn letter(name: &str, code: &str) -> String {
    let (why, what) = explain::file(code);
    format!("\u{feff}Tệp: {name}\r\nMã: {code}\r\nLý do: {why}\r\nCần làm: {what}\r\n")
}

/// The longest text that a cell may hold.
const LONGEST: usize = 32_000;

/// A text that begins like a formula is shown, not calculated, also by whoever saves it as CSV.
fn harmless(text: &str) -> String {
    let text: String = text.chars().take(LONGEST).collect();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
