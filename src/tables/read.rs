//! Reads the columns that are wanted, by their names in the header.

use calamine::{Data, Reader, Xlsx};
use polars::prelude::*;
use std::fs::File;
use std::path::Path;

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
    pub columns: Vec<Vec<String>>,
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

/// Letter case and spaces around a name do not count.
fn places(header: &[String], wanted: &[&str]) -> Result<Vec<usize>, TableError> {
    let place = |name: &&str| {
        let same = |known: &String| known.trim().to_lowercase() == name.trim().to_lowercase();
        let missing = || TableError::NoColumn { name: (*name).to_owned(), there: header.join(", ") };
        header.iter().position(same).ok_or_else(missing)
    };
    wanted.iter().map(place).collect()
}

fn csv_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let separator = separator(path)?;
    let failed = |error: csv::Error| TableError::Csv(error.to_string());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(path)
        .map_err(failed)?;
    let bare = |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned();
    let header: Vec<String> = reader.headers().map_err(failed)?.iter().map(bare).collect();
    let places = places(&header, wanted)?;
    let mut columns = vec![Vec::new(); wanted.len()];
    let mut row = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut row).map_err(failed)? {
        rows += 1;
        for (column, place) in columns.iter_mut().zip(&places) {
            column.push(row.get(*place).unwrap_or_default().to_owned());
        }
    }
    Ok(Table { rows, columns })
}

/// Of comma, semicolon, tab and bar the one that the header has most of.
fn separator(path: &Path) -> Result<u8, TableError> {
    use std::io::{BufRead, BufReader};
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(TableError::Empty);
    }
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    Ok([b',', b';', b'\t', b'|'].into_iter().max_by_key(|s| (count(*s), *s == b',')).unwrap_or(b','))
}

fn xlsx_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let failed = |error: calamine::XlsxError| TableError::Workbook(error.to_string());
    let mut book: Xlsx<_> = calamine::open_workbook(path).map_err(failed)?;
    let range = book.worksheet_range_at(0).ok_or(TableError::Empty)?.map_err(failed)?;
    let mut rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<String>>());
    let header = rows.next().ok_or(TableError::Empty)?;
    let places = places(&header, wanted)?;
    let mut columns = vec![Vec::new(); wanted.len()];
    let mut count = 0;
    for row in rows.filter(|row| row.iter().any(|cell| !cell.is_empty())) {
        count += 1;
        for (column, place) in columns.iter_mut().zip(&places) {
            column.push(row.get(*place).cloned().unwrap_or_default());
        }
    }
    Ok(Table { rows: count, columns })
}

fn cell(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        // Whole numbers have no point: they are codes.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

fn parquet_file(path: &Path, wanted: &[&str]) -> Result<Table, TableError> {
    let header: Vec<String> =
        ParquetReader::new(File::open(path)?).schema()?.iter_names().map(|name| name.to_string()).collect();
    let places = places(&header, wanted)?;
    let total = ParquetReader::new(File::open(path)?).num_rows()?;
    let mut columns = vec![Vec::with_capacity(total); wanted.len()];
    let mut from = 0;
    while from < total {
        let frame = ParquetReader::new(File::open(path)?)
            .with_projection(None)
            .with_slice(Some((from, ROWS_AT_A_TIME)))
            .read_parallel(ParallelStrategy::None)
            .finish()?;
        for (column, place) in columns.iter_mut().zip(&places) {
            let values = frame.columns()[*place].cast(&DataType::String)?;
            column.extend(values.str()?.iter().map(|value| value.unwrap_or_default().trim().to_owned()));
        }
        from += frame.height().max(1);
    }
    Ok(Table { rows: total, columns })
}
