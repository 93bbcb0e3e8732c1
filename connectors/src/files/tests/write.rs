//! Workbooks made by hand: the smallest that a reader takes for whole.

use std::io::{Cursor, Write};

/// A cell of a made workbook.
#[derive(Clone)]
pub enum Cell {
    Text(String),
    Number(f64),
}

pub fn cells(lines: &[&str]) -> Vec<Vec<Cell>> {
    let cell = |text: &str| match text.strip_prefix('#').and_then(|number| number.parse().ok()) {
        Some(number) => Cell::Number(number),
        None => Cell::Text(text.to_owned()),
    };
    lines.iter().map(|line| line.split('|').map(cell).collect()).collect()
}

fn record(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend((body.len() as u16).to_le_bytes());
    out.extend(body);
}

/// BIFF8 in a compound file, one sheet.
pub fn xls(rows: &[Vec<Cell>], from_1904: bool) -> Vec<u8> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0) as u16;
    let mut dimensions = Vec::new();
    dimensions.extend(0u32.to_le_bytes());
    dimensions.extend((rows.len() as u32).to_le_bytes());
    dimensions.extend([0u16, width, 0].into_iter().flat_map(u16::to_le_bytes));
    let mut body = Vec::new();
    record(&mut body, 0x0200, &dimensions);
    for (at, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let mut place: Vec<u8> = [at as u16, column as u16, 0].into_iter().flat_map(u16::to_le_bytes).collect();
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    let units: Vec<u16> = text.encode_utf16().collect();
                    place.extend((units.len() as u16).to_le_bytes());
                    place.push(1);
                    place.extend(units.into_iter().flat_map(u16::to_le_bytes));
                    record(&mut body, 0x0204, &place);
                }
                Cell::Number(number) => {
                    place.extend(number.to_le_bytes());
                    record(&mut body, 0x0203, &place);
                }
            }
        }
    }
    xls_of(&body, from_1904)
}

/// A workbook of one sheet that holds these records.
pub fn xls_of(sheet: &[u8], from_1904: bool) -> Vec<u8> {
    let begin = |kind: u16| -> Vec<u8> {
        let mut body: Vec<u8> = [0x0600u16, kind, 0x0dbb, 0x07cc].into_iter().flat_map(u16::to_le_bytes).collect();
        body.extend([0u8; 8]);
        body
    };
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &begin(0x0005));
    record(&mut stream, 0x0042, &0x04b0u16.to_le_bytes());
    record(&mut stream, 0x0022, &u16::from(from_1904).to_le_bytes());
    let bound = stream.len() + 4 + 8 + 5 + 4;
    let mut sheet_entry = (bound as u32).to_le_bytes().to_vec();
    sheet_entry.extend([0, 0, 5, 0]);
    sheet_entry.extend(b"Sheet");
    record(&mut stream, 0x0085, &sheet_entry);
    record(&mut stream, 0x000a, &[]);
    assert_eq!(stream.len(), bound);
    record(&mut stream, 0x0809, &begin(0x0010));
    stream.extend(sheet);
    record(&mut stream, 0x000a, &[]);
    compound(stream)
}

fn compound(mut stream: Vec<u8>) -> Vec<u8> {
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = (stream.len() / 512) as u32;
    assert!(sectors <= 126, "one sector of the table is all that is written");
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0u8; 16]);
    file.extend([0x3eu16, 3, 0xfffe, 9, 6, 0, 0, 0].into_iter().flat_map(u16::to_le_bytes));
    const END: u32 = 0xffff_fffe;
    const FREE: u32 = 0xffff_ffff;
    let numbers = [0u32, 1, 1, 0, 0x1000, END, 0, END, 0, 0];
    file.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    file.extend(std::iter::repeat_n(FREE, 108).flat_map(u32::to_le_bytes));
    assert_eq!(file.len(), 512);
    let chain = (0..sectors).map(|at| if at + 1 == sectors { END } else { at + 3 });
    let mut table: Vec<u32> = [0xffff_fffd, END].into_iter().chain(chain).collect();
    table.resize(128, FREE);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    let entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| -> Vec<u8> {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = entry.len() as u16 + 2;
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([FREE, FREE, child].into_iter().flat_map(u32::to_le_bytes));
        entry.extend([0u8; 36]);
        entry.extend([start, size, 0].into_iter().flat_map(u32::to_le_bytes));
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, FREE, 2, stream.len() as u32));
    file.extend([0u8; 256]);
    file.extend(stream);
    file
}

/// An ODS whose content is this XML inside the spreadsheet element.
pub fn ods_of(tables: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("mimetype", stored).expect("begun");
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").expect("written");
    zip.start_file("content.xml", stored.compression_method(zip::CompressionMethod::Deflated)).expect("begun");
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zip.write_all(content.as_bytes()).expect("written");
    zip.finish().expect("finished").into_inner()
}

pub fn ods(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut xml = String::from("<table:table table:name=\"Trang\">");
    for row in rows {
        xml += "<table:table-row>";
        for cell in row {
            xml += &match cell {
                Cell::Text(text) if text.is_empty() => "<table:table-cell/>".to_owned(),
                Cell::Text(text) => {
                    let text = text.replace('&', "&amp;").replace('<', "&lt;");
                    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
                }
                Cell::Number(number) => format!(
                    "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>…</text:p></table:table-cell>"
                ),
            };
        }
        xml += "</table:table-row>";
    }
    ods_of(&(xml + "</table:table>"))
}

pub fn xlsx(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => drop(sheet.write_string(at as u32, column as u16, text).expect("written")),
                Cell::Number(number) => drop(sheet.write_number(at as u32, column as u16, *number).expect("written")),
            }
        }
    }
    workbook.save_to_buffer().expect("saved")
}

pub fn csv(rows: &[Vec<Cell>], separator: char) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        Cell::Number(number) => number.to_string(),
    };
    let line = |row: &Vec<Cell>| row.iter().map(cell).collect::<Vec<_>>().join(&separator.to_string());
    rows.iter().map(line).collect::<Vec<_>>().join("\r\n") + "\r\n"
}
