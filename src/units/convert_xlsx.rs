//! XLSX to XLSX: the first worksheet gets four cells at the end of each row; every other part of
//! the workbook is copied as it is, and of the worksheet every other byte.

use super::convert::{ADDED, Columns, ConvertError, Converted, Judge, RowInput, Verdict};
use crate::tables::cells::cell;
use calamine::{Reader, Xlsx};
use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::path::Path;

/// The header is looked for in so many rows: tables have titles above them.
const HEADER_WITHIN: usize = 20;

fn workbook(error: impl std::fmt::Display) -> ConvertError {
    ConvertError::Workbook(error.to_string())
}

pub fn convert(
    input: &Path,
    output: &Path,
    columns: &Columns,
    judge: &Judge<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Converted, ConvertError> {
    let mut book: Xlsx<_> = calamine::open_workbook(input).map_err(|e: calamine::XlsxError| workbook(e))?;
    let range = book.worksheet_range_at(0).ok_or(ConvertError::Empty)?.map_err(workbook)?;
    let (first_row, first_column) = range.start().ok_or(ConvertError::Empty)?;
    let texts: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    let (header, places) = texts
        .iter()
        .take(HEADER_WITHIN)
        .enumerate()
        .find_map(|(at, row)| columns.find(row).ok().map(|places| (at, places)))
        .map_or_else(|| columns.find(texts.first().map_or(&[], Vec::as_slice)).map(|p| (0, p)), Ok)?;
    let rows: Vec<RowInput> = texts[header + 1..].iter().map(|row| places.input(row)).collect();
    let verdicts = judge.all(&rows);
    let mut converted = Converted::default();
    let header_number = first_row as usize + header + 1;
    let last_column = first_column as usize + range.width();
    let added = |number: usize| -> Option<[&str; 4]> {
        if number == header_number {
            return Some(ADDED);
        }
        let at = number.checked_sub(header_number + 1)?;
        let row = &texts[header + 1..].get(at)?;
        if row.iter().all(String::is_empty) {
            return None;
        }
        verdicts.get(at).map(Verdict::fields)
    };
    for (row, verdict) in texts[header + 1..].iter().zip(&verdicts) {
        if !row.iter().all(String::is_empty) {
            converted.count(verdict);
        }
    }
    let sheet = first_sheet_path(input)?;
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(input)?)).map_err(workbook)?;
    let mut out = zip::ZipWriter::new(File::create(output)?);
    for at in 0..archive.len() {
        let name = archive.by_index_raw(at).map_err(workbook)?.name().map_err(workbook)?.into_owned();
        if name != sheet {
            out.raw_copy_file(archive.by_index_raw(at).map_err(workbook)?).map_err(workbook)?;
            continue;
        }
        let mut xml = String::new();
        archive.by_index(at).map_err(workbook)?.read_to_string(&mut xml)?;
        out.start_file(name, zip::write::SimpleFileOptions::default()).map_err(workbook)?;
        out.write_all(with_cells(&xml, last_column, &added).as_bytes())?;
    }
    out.finish().map_err(workbook)?;
    progress(0, converted.rows);
    Ok(converted)
}

/// Where the first worksheet of the workbook is in the archive.
fn first_sheet_path(input: &Path) -> Result<String, ConvertError> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(input)?)).map_err(workbook)?;
    let book = part(&mut archive, "xl/workbook.xml")?;
    let relations = part(&mut archive, "xl/_rels/workbook.xml.rels")?;
    let sheet = tags(&book, "sheet").next().ok_or(ConvertError::Empty)?;
    let id = attribute(sheet, "r:id").ok_or_else(|| workbook("the first sheet has no part"))?;
    let target = tags(&relations, "Relationship")
        .find(|tag| attribute(tag, "Id") == Some(id))
        .and_then(|tag| attribute(tag, "Target"))
        .ok_or_else(|| workbook("the first sheet has no part"))?;
    Ok(match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    })
}

fn part<R: Read + Seek>(archive: &mut zip::ZipArchive<R>, name: &str) -> Result<String, ConvertError> {
    let mut text = String::new();
    archive.by_name(name).map_err(workbook)?.read_to_string(&mut text)?;
    Ok(text)
}

/// The tags of a name, attributes and all; enough for the two small parts read here.
fn tags<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    xml.split('<').filter_map(move |piece| {
        let rest = piece.strip_prefix(name)?;
        let tag = rest.split('>').next()?;
        tag.starts_with([' ', '/', '\n', '\t', '\r']).then_some(tag)
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    tag[start..].split('"').next()
}

/// Puts cells at the end of every row that gets some.
fn with_cells<'a>(xml: &str, last_column: usize, added: &dyn Fn(usize) -> Option<[&'a str; 4]>) -> String {
    let mut out = String::with_capacity(xml.len() + xml.len() / 4);
    let mut rest = xml;
    let mut number = 0;
    while let Some(at) = rest.find("<row") {
        let (before, row) = rest.split_at(at);
        out.push_str(before);
        let Some(open_end) = row.find('>') else { break };
        let tag = &row[..open_end];
        number = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(number + 1);
        let empty = tag.ends_with('/');
        let end = if empty { open_end + 1 } else { row.find("</row>").unwrap_or(row.len()) };
        let cells = added(number).map(|fields| cells(number, last_column, fields)).unwrap_or_default();
        if empty && !cells.is_empty() {
            out.push_str(&tag[..tag.len() - 1]);
            out.push('>');
            out.push_str(&cells);
            out.push_str("</row>");
        } else {
            out.push_str(&row[..end]);
            out.push_str(&cells);
        }
        rest = &row[end..];
    }
    out.push_str(rest);
    out
}

fn cells(row: usize, last_column: usize, fields: [&str; 4]) -> String {
    let mut text = String::new();
    for (at, field) in fields.iter().enumerate() {
        let column = column_name(last_column + at);
        text.push_str(&format!(
            "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            escape(field)
        ));
    }
    text
}

/// 0 is A, 26 is AA.
fn column_name(mut at: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + (at % 26) as u8);
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    name.reverse();
    String::from_utf8(name).unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        assert_eq!([0, 25, 26, 701, 702].map(column_name), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_row_gets_its_cells_at_its_end_and_nothing_else_changes() {
        let xml = r#"<sheetData><row r="2"><c r="A2"/></row><row r="3" spans="1:1"/></sheetData><x/>"#;
        let out = with_cells(xml, 1, &|number| (number == 3).then_some(["a", "b", "<c>", "d"]));
        assert!(out.starts_with(r#"<sheetData><row r="2"><c r="A2"/></row><row r="3" spans="1:1"><c r="B3""#), "{out}");
        assert!(out.contains("&lt;c&gt;") && out.ends_with("</row></sheetData><x/>"), "{out}");
    }
}
