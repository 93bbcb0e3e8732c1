//! ODS, the workbooks of LibreOffice: read as a stream, so that a cell repeated a million times
//! costs what the budget allows and no more.

use super::archive;
use super::grid::{Budget, MOST_COLUMNS, Rows, refused};
use super::numbers::number_text;
use super::table::Sheet;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use schemas::SourceError;

/// The first part of the archive is stored, uncompressed, and says what it is.
pub fn is_ods(bytes: &[u8]) -> bool {
    const KIND: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    bytes.get(..256).unwrap_or(bytes).windows(KIND.len()).any(|window| window == KIND)
}

fn bad() -> SourceError {
    refused("bad_workbook", "the workbook cannot be read")
}

pub fn read(bytes: &[u8], max_bytes: u64) -> Result<Vec<Sheet>, SourceError> {
    archive::check_size(bytes, max_bytes)?;
    let content = archive::part(bytes, "content.xml").ok_or_else(bad)?;
    let text = std::str::from_utf8(&content).map_err(|_| bad())?;
    let mut reader = Reader::from_str(text);
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(|_| bad())? {
            Event::Start(start) => state.open(&start)?,
            Event::Empty(start) => {
                state.open(&start)?;
                state.close(start.name().as_ref())?;
            }
            Event::End(end) => state.close(end.name().as_ref())?,
            Event::Text(part) if state.in_text => state.text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(part) if state.in_text => {
                let character = part.resolve_char_ref().ok().flatten();
                match character {
                    Some(c) => state.text.push(c),
                    None => {
                        state.text.push_str(quick_xml::escape::resolve_xml_entity(&part).unwrap_or_default());
                    }
                }
            }
            Event::DocType(_) => return Err(bad()),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(state.sheets)
}

#[derive(Default)]
struct State {
    sheets: Vec<Sheet>,
    budget: Budget,
    row: usize,
    column: usize,
    row_repeats: usize,
    /// Of the row in hand.
    cells: Vec<(usize, String)>,
    repeats: usize,
    /// A value that is said beside the text: numbers and days keep their digits there.
    value: Option<String>,
    text: String,
    in_text: bool,
}

impl State {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), SourceError> {
        match start.name().as_ref() {
            "table:table" => {
                let name = attribute(start, "table:name").unwrap_or_default();
                self.sheets.push(Sheet { name, rows: Rows::new(), from_1904: false });
                self.row = 0;
            }
            "table:table-row" => {
                self.row_repeats = count(start, "table:number-rows-repeated");
                self.column = 0;
                self.cells.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.repeats = count(start, "table:number-columns-repeated");
                self.text.clear();
                self.value = match attribute(start, "office:value-type").as_deref() {
                    Some("float" | "currency" | "percentage") => {
                        attribute(start, "office:value").and_then(|text| text.parse().ok()).map(number_text)
                    }
                    Some("date") => attribute(start, "office:date-value"),
                    _ => None,
                };
            }
            "text:p" => {
                if !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.in_text = true;
            }
            "text:s" if self.in_text => self.text.push(' '),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), SourceError> {
        match name {
            "text:p" => self.in_text = false,
            "table:table-cell" | "table:covered-table-cell" => {
                let text = self.value.take().unwrap_or_else(|| std::mem::take(&mut self.text));
                if !text.is_empty() {
                    for column in self.column..self.column.saturating_add(self.repeats).min(MOST_COLUMNS) {
                        self.cells.push((column, text.clone()));
                    }
                }
                self.column = self.column.saturating_add(self.repeats);
            }
            "table:table-row" => {
                let Some(sheet) = self.sheets.last_mut() else { return Err(bad()) };
                if !self.cells.is_empty() {
                    for row in self.row..self.row.saturating_add(self.row_repeats) {
                        for (column, text) in &self.cells {
                            self.budget.place(&mut sheet.rows, row, *column, text.clone())?;
                        }
                        self.budget.spend(1)?;
                    }
                }
                self.row = self.row.saturating_add(self.row_repeats);
            }
            _ => {}
        }
        Ok(())
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn count(start: &BytesStart<'_>, name: &str) -> usize {
    attribute(start, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}
