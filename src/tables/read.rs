//! Reads the columns that are wanted, by their names in the header.

use super::cells::{cell, column, separator};
use calamine::{Reader, Xlsx};
use polars::prelude::{DataType, ParallelStrategy, ParquetReader, PolarsError, SerReader};
use reconcile::linkage::Column;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The header of a worksheet is looked for in so many rows.
const HEADER_WITHIN: usize = 20;
/// Rows of a Parquet file in memory at a time.
const ROWS_AT_A_TIME: usize = 200_000;

#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("the file must end in .csv, .tsv, .txt, .xlsx or .parquet")]
    Ending,
    #[error("the file is empty")]
    Empty,
    #[error("there is no column {name}; there are: {there}")]
    NoColumn { name: String, there: String },
    #[error("the text cannot be read as UTF-8 with separators: {0}")]
    Csv(String),
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    #[error("the Parquet file cannot be read")]
    Parquet(#[from] PolarsError),
    #[error("reading failed")]
    File(#[from] std::io::Error),
}

/// The wanted columns in the wanted order; an empty text is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub rows: usize,
    pub columns: Vec<Column>,
}

pub fn read(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" | "txt" => csv_file(path, wanted),
        "xlsx" => xlsx_file(path, wanted),
        "parquet" => parquet_file(path, wanted),
        _ => Err(TableError::Ending),
    }
}

fn places(header: &[String], wanted: &[&str]) -> Result<Vec<usize>, TableError> {
    let place = |name: &&str| {
        let missing = || TableError::NoColumn { name: (*name).to_owned(), there: header.join(", ") };
        column(header, name).ok_or_else(missing)
    };
    wanted.iter().map(place).collect()
}

fn csv_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let separator = separator(&first_line(path)?);
    let failed = |error: csv::Error| TableError::Csv(error.to_string());
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_path(path).map_err(failed)?;
    let bare = |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned();
    let header: Vec<String> = reader.headers().map_err(failed)?.iter().map(bare).collect();
    let places = places(&header, wanted)?;
    let mut columns = vec![Column::default(); wanted.len()];
    let mut row = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut row).map_err(failed)? {
        rows += 1;
        for (column, place) in columns.iter_mut().zip(&places) {
            column.push(row.get(*place).unwrap_or_default().trim());
        }
    }
    Ok(Table { rows, columns })
}

fn first_line(path: &Path) -> Result<Vec<u8>, TableError> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    if line.is_empty() { Err(TableError::Empty) } else { Ok(line) }
}

fn xlsx_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let failed = |error: calamine::XlsxError| TableError::Workbook(error.to_string());
    let mut book: Xlsx<_> = calamine::open_workbook(path).map_err(failed)?;
    let range = book.worksheet_range_at(0).ok_or(TableError::Empty)?.map_err(failed)?;
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    // Tables have titles above them.
    let first = rows.first().ok_or(TableError::Empty)?;
    let found = rows.iter().take(HEADER_WITHIN).enumerate().find_map(|(at, row)| Some((at, places(row, wanted).ok()?)));
    let (header, places) = match found {
        Some(found) => found,
        None => (0, places(first, wanted)?),
    };
    let mut columns = vec![Column::default(); wanted.len()];
    let mut count = 0;
    for row in rows[header + 1..].iter().filter(|row| row.iter().any(|cell| !cell.is_empty())) {
        count += 1;
        for (column, place) in columns.iter_mut().zip(&places) {
            column.push(row.get(*place).map(|text| text.trim()).unwrap_or_default());
        }
    }
    Ok(Table { rows: count, columns })
}

fn parquet_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let header: Vec<String> =
        ParquetReader::new(File::open(path)?).schema()?.iter_names().map(|name| name.to_string()).collect();
    let names: Vec<String> = places(&header, wanted)?.into_iter().map(|place| header[place].clone()).collect();
    let total = ParquetReader::new(File::open(path)?).num_rows()?;
    let mut columns = vec![Column::default(); wanted.len()];
    let mut from = 0;
    while from < total {
        let frame = ParquetReader::new(File::open(path)?)
            .with_columns(Some(names.clone()))
            .with_slice(Some((from, ROWS_AT_A_TIME)))
            .read_parallel(ParallelStrategy::None)
            .finish()?;
        for (column, name) in columns.iter_mut().zip(&names) {
            let values = frame.column(name)?.cast(&DataType::String)?;
            values.str()?.iter().for_each(|value| column.push(value.unwrap_or_default().trim()));
        }
        from += frame.height().max(1);
    }
    Ok(Table { rows: total, columns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{ParquetWriter, df};
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use std::path::PathBuf;

    const WANTED: [&str; 3] = ["ngày sinh", "Họ tên", "mã"];

    fn file(folder: &tempfile::TempDir, name: &str) -> PathBuf {
        folder.path().join(name)
    }

    fn expected() -> Table {
        let column = |values: [&str; 2]| values.into_iter().collect();
        let columns = vec![column(["1985-03-05", ""]), column(["Nguyễn Văn Mẫu", "Lý Thị Thử"]), column(["12", "13"])];
        Table { rows: 2, columns }
    }

    #[test]
    fn a_table_is_the_same_in_every_format() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, separator) in [("a.csv", ","), ("b.txt", ";"), ("c.tsv", "\t"), ("d.csv", "|")] {
            let lines = [["\u{feff}Mã", " Họ tên ", "Ngày sinh"], ["12", "Nguyễn Văn Mẫu", "1985-03-05"]];
            let text = lines.map(|line| line.join(separator)).join("\r\n") + "\r\n";
            let text = text + &["13", "\"Lý Thị Thử\"", ""].join(separator);
            std::fs::write(file(&folder, name), text).expect("a file");
            assert_eq!(read(&file(&folder, name), &WANTED).expect(name), expected(), "{name}");
        }

        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let day = ExcelDateTime::from_ymd(1985, 3, 5).expect("a day");
        sheet.write(0, 0, "DANH SÁCH").expect("a title");
        for (at, name) in ["Mã", "Họ tên", "Ngày sinh"].iter().enumerate() {
            sheet.write(2, at as u16, *name).expect("a header");
        }
        sheet.write(3, 0, 12.0).expect("a number").write(3, 1, "Nguyễn Văn Mẫu ").expect("a name");
        sheet.write_with_format(3, 2, &day, &Format::new().set_num_format("dd/mm/yyyy")).expect("a day");
        sheet.write(5, 0, "13").expect("a text").write(5, 1, "Lý Thị Thử").expect("a name");
        book.save(file(&folder, "e.xlsx")).expect("a workbook");
        assert_eq!(read(&file(&folder, "e.xlsx"), &WANTED).expect("reads"), expected());

        let mut frame = df!("Mã" => [12i64, 13], "Khác" => [1i64, 2], "Họ tên" => ["Nguyễn Văn Mẫu", "Lý Thị Thử"],
            "Ngày sinh" => [Some("1985-03-05"), None])
        .expect("a frame");
        let out = File::create(file(&folder, "f.parquet")).expect("a file");
        ParquetWriter::new(out).finish(&mut frame).expect("written");
        assert_eq!(read(&file(&folder, "f.parquet"), &WANTED).expect("reads"), expected());
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(file(&folder, "a.csv"), "a,b\n1,2\n").expect("a file");
        std::fs::write(file(&folder, "empty.csv"), "").expect("a file");
        std::fs::write(file(&folder, "latin.csv"), b"a\n\xe9\n").expect("a file");
        std::fs::write(file(&folder, "no.xlsx"), "a,b").expect("a file");
        for (name, wanted, said) in [
            ("a.csv", "c", "there is no column c; there are: a, b"),
            ("empty.csv", "a", "the file is empty"),
            ("latin.csv", "a", "cannot be read as UTF-8"),
            ("no.xlsx", "a", "the workbook cannot be read"),
            ("a.doc", "a", "must end in"),
            ("gone.parquet", "a", "reading failed"),
        ] {
            let error = read(&file(&folder, name), &[wanted]).expect_err(name).to_string();
            assert!(error.contains(said), "{name}: {error}");
        }
    }
}
