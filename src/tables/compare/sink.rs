//! Where findings go: counted, and one line each into CSV, XLSX or Parquet.
//!
//! A cell that a spreadsheet could take for a formula gets an apostrophe in front. The file takes
//! its name only when it is whole.

use super::emit::Found;
use super::summary::{Summary, level_word};
use super::{CompareError, Plan};
use crate::Lang;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{Column, DataFrame, ParquetWriter, PolarsResult};
use rust_xlsxwriter::{Format, Workbook};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const COLUMNS: [&str; 9] = ["key", "field", "level", "code", "reason", "left", "right", "left_row", "right_row"];
/// A worksheet holds 1,048,576 rows; more go on a further sheet.
const ROWS_A_SHEET: u32 = 1_000_000;
/// Findings in memory at a time, for Parquet.
const ROWS_A_GROUP: usize = 250_000;

pub struct Sink {
    out: PathBuf,
    partial: PathBuf,
    writer: Writer,
    summary: Summary,
    lang: Lang,
    reasons: HashMap<reconcile::tables::Code, String>,
    done: bool,
}

enum Writer {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx { book: Box<Workbook>, row: u32 },
    Parquet { file: Box<BatchedWriter<File>>, lines: Box<Lines> },
}

#[derive(Default)]
struct Lines {
    texts: [Vec<String>; 7],
    rows: [Vec<Option<u64>>; 2],
}

impl Sink {
    pub fn open(out: &Path, plan: &Plan, lang: Lang) -> Result<Self, CompareError> {
        let partial = PathBuf::from(format!("{}.partial", out.display()));
        let failed = |cause: String| CompareError::Write { file: out.display().to_string(), cause };
        let create = || File::create(&partial).map_err(|error| failed(error.to_string()));
        let writer = match out.extension().and_then(|e| e.to_str()) {
            Some("csv") => {
                let mut file = BufWriter::with_capacity(1 << 18, create()?);
                // Spreadsheets take a CSV without it for the machine's old code page.
                file.write_all("\u{feff}".as_bytes()).map_err(|error| failed(error.to_string()))?;
                let mut writer = csv::Writer::from_writer(file);
                writer.write_record(COLUMNS).map_err(|error| failed(error.to_string()))?;
                Writer::Csv(Box::new(writer))
            }
            Some("xlsx") => Writer::Xlsx { book: Box::new(Workbook::new()), row: 0 },
            Some("parquet") => {
                let lines = Box::new(Lines::default());
                let schema = lines.frame().map_err(|error| failed(error.to_string()))?.schema().clone();
                let file = ParquetWriter::new(create()?).batched(&schema).map_err(|error| failed(error.to_string()))?;
                Writer::Parquet { file: Box::new(file), lines }
            }
            _ => return Err(CompareError::OutEnding),
        };
        let (out, summary) = (out.to_owned(), Summary::new(plan));
        Ok(Self { out, partial, writer, summary, lang, reasons: HashMap::new(), done: false })
    }

    pub fn summary(&mut self) -> &mut Summary {
        &mut self.summary
    }

    /// The file before it is whole.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    pub fn take(&mut self, found: &Found<'_>) -> Result<(), CompareError> {
        self.summary.count(found);
        if !found.code.is_listed() {
            return Ok(());
        }
        let lang = self.lang;
        let reason = self.reasons.entry(found.code).or_insert_with(|| {
            let (vi, en) = found.code.reason();
            lang.pick(&vi, &en).to_owned()
        });
        let with_row = found.first.map(|row| format!("{reason} ({} {row})", lang.pick("dòng", "row")));
        let field = found.field.map_or("", |field| &self.summary.fields[field]);
        let level = level_word(found.code.level());
        let texts = [
            found.key,
            field,
            level,
            found.code.as_str(),
            with_row.as_deref().unwrap_or(reason),
            found.left,
            found.right,
        ];
        let written = self.writer.write(texts.map(harmless), [found.left_row, found.right_row]);
        written.map_err(|cause| CompareError::Write { file: self.out.display().to_string(), cause })
    }

    pub fn finish(mut self) -> Result<Summary, CompareError> {
        let failed = |cause: String| CompareError::Write { file: self.out.display().to_string(), cause };
        self.writer.finish(&self.partial).map_err(failed)?;
        std::fs::rename(&self.partial, &self.out).map_err(|error| failed(error.to_string()))?;
        self.done = true;
        Ok(std::mem::take(&mut self.summary))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if !self.done {
            // The half-written file is of no use to anybody; that it may be missing is no matter.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

impl Writer {
    fn write(&mut self, texts: [Cow<'_, str>; 7], rows: [Option<u64>; 2]) -> Result<(), String> {
        match self {
            Self::Csv(writer) => {
                let rows = rows.map(|row| row.map(|row| row.to_string()).unwrap_or_default());
                let cells = texts.iter().map(|text| text.as_bytes()).chain(rows.iter().map(|row| row.as_bytes()));
                writer.write_record(cells).map_err(|error| error.to_string())
            }
            Self::Xlsx { book, row } => xlsx_line(book, row, &texts, rows).map_err(|error| error.to_string()),
            Self::Parquet { file, lines } => {
                lines.texts.iter_mut().zip(texts).for_each(|(column, text)| column.push(text.into_owned()));
                lines.rows.iter_mut().zip(rows).for_each(|(column, row)| column.push(row));
                if lines.rows[0].len() >= ROWS_A_GROUP {
                    lines.flush(file).map_err(|error| error.to_string())
                } else {
                    Ok(())
                }
            }
        }
    }

    fn finish(&mut self, partial: &Path) -> Result<(), String> {
        match self {
            Self::Csv(writer) => writer.flush().map_err(|error| error.to_string()),
            Self::Xlsx { book, row } => {
                if *row == 0 {
                    xlsx_head(book).map_err(|error| error.to_string())?;
                }
                book.save(partial).map_err(|error| error.to_string())
            }
            Self::Parquet { file, lines } => {
                lines.flush(file).map_err(|error| error.to_string())?;
                file.finish().map(|_| ()).map_err(|error| error.to_string())
            }
        }
    }
}

impl Lines {
    fn frame(&self) -> PolarsResult<DataFrame> {
        let texts = self.texts.iter().zip(COLUMNS).map(|(column, name)| Column::new(name.into(), column));
        let rows = self.rows.iter().zip(&COLUMNS[7..]).map(|(column, name)| Column::new((*name).into(), column));
        DataFrame::new(self.rows[0].len(), texts.chain(rows).collect())
    }

    fn flush(&mut self, file: &mut BatchedWriter<File>) -> PolarsResult<()> {
        file.write_batch(&self.frame()?)?;
        *self = Self::default();
        Ok(())
    }
}

fn xlsx_head(book: &mut Workbook) -> Result<(), rust_xlsxwriter::XlsxError> {
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    for (column, title) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, *title, &bold)?;
    }
    for (column, width) in [16, 16, 12, 18, 44, 36, 36, 10, 10].iter().enumerate() {
        sheet.set_column_width(column as u16, f64::from(*width))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn xlsx_line(
    book: &mut Workbook,
    row: &mut u32,
    texts: &[Cow<'_, str>; 7],
    rows: [Option<u64>; 2],
) -> Result<(), rust_xlsxwriter::XlsxError> {
    if row.is_multiple_of(ROWS_A_SHEET) {
        xlsx_head(book)?;
    }
    let last = book.worksheets().len() - 1;
    let sheet = book.worksheet_from_index(last)?;
    let line = *row % ROWS_A_SHEET + 1;
    for (column, text) in texts.iter().enumerate() {
        sheet.write_string(line, column as u16, text.as_ref())?;
    }
    for (column, number) in rows.iter().enumerate().filter_map(|(at, number)| Some((at, (*number)?))) {
        sheet.write_number(line, column as u16 + 7, number as f64)?;
    }
    *row += 1;
    Ok(())
}

/// A text that begins like a formula is shown, not calculated.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
