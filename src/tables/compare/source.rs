//! A file whose rows can be visited: its header, its size, and the cells of the wanted columns.

use crate::tables::TableError;
use crate::tables::cells::{cell, separator};
use calamine::{Reader, Xlsx};
use connectors::viet_text::{Encoding, decode, recognise};
use polars::prelude::*;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The header of a worksheet is looked for in so many rows.
const HEADER_WITHIN: usize = 20;
/// Rows of a Parquet file in memory at a time.
const ROWS_AT_A_TIME: usize = 200_000;
/// So much of a text tells whether it is UTF-8.
const LOOKED_AT: u64 = 1 << 20;
/// A text in an old encoding is decoded in memory.
const MOST_DECODED: u64 = 1 << 30;

pub struct Source {
    pub path: PathBuf,
    pub header: Vec<String>,
    kind: Kind,
}

enum Kind {
    Csv { separator: u8, bytes: u64, decoded: Option<(Vec<u8>, &'static str)> },
    Cells(Vec<Vec<String>>),
    Parquet { rows: usize },
}

/// A row whose cells are asked for by their place among the wanted columns.
pub trait Row {
    fn cell(&self, at: usize) -> &str;
}

impl Source {
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
        let (header, kind) = match ending.as_str() {
            "csv" | "tsv" | "txt" => csv_head(path)?,
            "xlsx" => cells(path)?,
            "parquet" => {
                let mut reader = ParquetReader::new(File::open(path)?);
                let header = reader.schema()?.iter_names().map(|name| name.to_string()).collect();
                (header, Kind::Parquet { rows: reader.num_rows()? })
            }
            _ => return Err(TableError::Ending),
        };
        Ok(Self { path: path.to_owned(), header, kind })
    }

    pub fn is_parquet(&self) -> bool {
        matches!(self.kind, Kind::Parquet { .. })
    }

    /// The old encoding that a text was in.
    pub fn encoding(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Csv { decoded: Some((_, name)), .. } => Some(name),
            _ => None,
        }
    }

    /// Bytes that comparing the columns in memory takes, roughly.
    pub fn estimate(&self, columns: &[usize]) -> u64 {
        match &self.kind {
            Kind::Csv { bytes, .. } => *bytes,
            Kind::Cells(rows) => rows.len() as u64 * columns.len() as u64 * 16,
            Kind::Parquet { rows } => *rows as u64 * 150,
        }
    }

    /// Calls `each` with every row, in order. Answers how many rows have more or fewer cells than
    /// the header.
    pub fn visit<E: From<TableError>>(
        &self,
        columns: &[usize],
        mut each: impl FnMut(&dyn Row) -> Result<(), E>,
    ) -> Result<u64, E> {
        match &self.kind {
            Kind::Csv { separator, decoded: Some((text, _)), .. } => {
                visit_csv(text.as_slice(), *separator, self.header.len(), columns, each)
            }
            Kind::Csv { separator, .. } => {
                let file = File::open(&self.path).map_err(TableError::from)?;
                visit_csv(BufReader::with_capacity(1 << 18, file), *separator, self.header.len(), columns, each)
            }
            Kind::Cells(rows) => {
                rows.iter().try_for_each(|row| each(&Cells { row, columns }))?;
                Ok(0)
            }
            Kind::Parquet { rows } => {
                let mut from = 0;
                while from < *rows {
                    let slice = Some((from, ROWS_AT_A_TIME.min(rows - from)));
                    let read = |column: &usize| self.parquet_column(*column, slice);
                    let columns: Vec<StringChunked> = columns.iter().map(read).collect::<Result<_, _>>()?;
                    let height = columns.first().map_or(0, StringChunked::len);
                    (0..height).try_for_each(|row| each(&ParquetRow { columns: &columns, row }))?;
                    from += height.max(1);
                }
                Ok(0)
            }
        }
    }

    /// A column of a Parquet file as text in one piece.
    pub fn parquet_column(&self, column: usize, slice: Option<(usize, usize)>) -> Result<StringChunked, TableError> {
        let name = self.header[column].clone();
        let frame = ParquetReader::new(File::open(&self.path)?)
            .with_columns(Some(vec![name.clone()]))
            .with_slice(slice)
            .read_parallel(ParallelStrategy::None)
            .finish()?;
        let column = frame.column(&name)?.cast(&DataType::String)?;
        Ok(column.str()?.rechunk().into_owned())
    }
}

struct CsvRow<'a> {
    record: &'a csv::StringRecord,
    columns: &'a [usize],
}

impl Row for CsvRow<'_> {
    fn cell(&self, at: usize) -> &str {
        self.record.get(self.columns[at]).unwrap_or_default()
    }
}

struct Cells<'a> {
    row: &'a [String],
    columns: &'a [usize],
}

impl Row for Cells<'_> {
    fn cell(&self, at: usize) -> &str {
        self.row.get(self.columns[at]).map_or("", String::as_str)
    }
}

struct ParquetRow<'a> {
    columns: &'a [StringChunked],
    row: usize,
}

impl Row for ParquetRow<'_> {
    fn cell(&self, at: usize) -> &str {
        self.columns[at].get(self.row).unwrap_or_default()
    }
}

fn visit_csv<E: From<TableError>>(
    text: impl Read,
    separator: u8,
    width: usize,
    columns: &[usize],
    mut each: impl FnMut(&dyn Row) -> Result<(), E>,
) -> Result<u64, E> {
    let failed = |error: csv::Error| E::from(TableError::Csv(error.to_string()));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).buffer_capacity(1 << 18).from_reader(text);
    reader.headers().map_err(failed)?;
    let mut record = csv::StringRecord::new();
    let mut ragged = 0;
    while reader.read_record(&mut record).map_err(failed)? {
        ragged += u64::from(record.len() != width);
        each(&CsvRow { record: &record, columns })?;
    }
    Ok(ragged)
}

fn csv_head(path: &Path) -> Result<(Vec<String>, Kind), TableError> {
    let bytes = std::fs::metadata(path)?.len();
    let mut head = Vec::new();
    File::open(path)?.take(LOOKED_AT).read_to_end(&mut head)?;
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    let cut = head.len() as u64 == LOOKED_AT;
    let decoded = match std::str::from_utf8(&head) {
        Ok(_) => None,
        // A letter may be cut in two.
        Err(error) if cut && error.error_len().is_none() => None,
        Err(_) => Some(old_text(path, bytes)?),
    };
    let text = decoded.as_ref().map_or(head.as_slice(), |(text, _)| text.as_slice());
    let mut line = Vec::new();
    BufReader::new(text).read_until(b'\n', &mut line)?;
    let separator = separator(&line);
    let failed = |error: csv::Error| TableError::Csv(error.to_string());
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text);
    let bare = |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned();
    let header = reader.headers().map_err(failed)?.iter().map(bare).collect();
    Ok((header, Kind::Csv { separator, bytes, decoded }))
}

/// A text from before Unicode, as UTF-8.
fn old_text(path: &Path, bytes: u64) -> Result<(Vec<u8>, &'static str), TableError> {
    let unknown = || TableError::Csv("its encoding is not recognised".into());
    if bytes > MOST_DECODED {
        return Err(unknown());
    }
    let text = std::fs::read(path)?;
    let encoding = recognise(&text).encoding.filter(|encoding| *encoding != Encoding::Utf8).ok_or_else(unknown)?;
    let decoded = decode(&text, encoding).ok_or_else(unknown)?;
    Ok((decoded.into_bytes(), encoding.name()))
}

fn cells(path: &Path) -> Result<(Vec<String>, Kind), TableError> {
    let failed = |error: calamine::XlsxError| TableError::Workbook(error.to_string());
    let mut book: Xlsx<_> = calamine::open_workbook(path).map_err(failed)?;
    let range = book.worksheet_range_at(0).ok_or(TableError::Empty)?.map_err(failed)?;
    let mut rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    // Tables have titles above them: the header is the first row with as many cells as any.
    let most = rows.iter().take(HEADER_WITHIN).map(|row| filled(row)).max().unwrap_or(0);
    let at =
        rows.iter().take(HEADER_WITHIN).position(|row| most > 0 && filled(row) == most).ok_or(TableError::Empty)?;
    let header = rows[at].iter().map(|cell| cell.trim().to_owned()).collect();
    rows.drain(..=at);
    rows.retain(|row| filled(row) > 0);
    Ok((header, Kind::Cells(rows)))
}
