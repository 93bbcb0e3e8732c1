//! CSV to CSV: every byte of the input stays, four fields are added to the end of each record.
//!
//! The input is never parsed and written back: the bytes of a record, quotes and spaces and all,
//! are copied, and the new fields go in front of its line end.

use super::convert::{ADDED, Columns, ConvertError, Converted, Judge, RowInput};
use crate::tables::cells::separator;
use std::io::{BufRead, Write};

const BOM: &[u8] = &[0xef, 0xbb, 0xbf];

/// Rows judged at a time: enough to keep the threads busy, small enough to bound memory.
const ROWS_AT_A_TIME: usize = 8192;

/// Converts `input` into `output`; `progress` hears how many bytes were read and rows done.
pub fn convert(
    mut input: impl BufRead,
    mut output: impl Write,
    columns: &Columns,
    judge: &Judge<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Converted, ConvertError> {
    let mut raw = Raw::default();
    let Some(header) = raw.next(&mut input)? else { return Err(ConvertError::Empty) };
    let bom = header.bytes.starts_with(BOM);
    let body = if bom { &header.bytes[BOM.len()..] } else { &header.bytes[..] };
    let separator = separator(body);
    let mut parser = Parser::new(separator);
    let names = parser.fields(body)?;
    let places = columns.find(&names)?;
    output.write_all(&header.bytes)?;
    for name in ADDED {
        output.write_all(&[separator])?;
        output.write_all(name.as_bytes())?;
    }
    output.write_all(&header.ending)?;
    let mut converted = Converted::default();
    let mut read = (header.bytes.len() + header.ending.len()) as u64;
    let mut batch: Vec<RawRecord> = Vec::with_capacity(ROWS_AT_A_TIME);
    loop {
        let record = raw.next(&mut input)?;
        let ended = record.is_none();
        if let Some(record) = record {
            read += (record.bytes.len() + record.ending.len()) as u64;
            batch.push(record);
        }
        if batch.len() == ROWS_AT_A_TIME || ended {
            let mut rows = Vec::with_capacity(batch.len());
            for record in &batch {
                rows.push(if record.bytes.is_empty() {
                    RowInput::default()
                } else {
                    places.input(&parser.fields(&record.bytes)?)
                });
            }
            let verdicts = judge.all(&rows);
            for (record, verdict) in batch.drain(..).zip(verdicts) {
                output.write_all(&record.bytes)?;
                // An empty line is no record: it stays one.
                if !record.bytes.is_empty() {
                    converted.count(&verdict);
                    for field in verdict.fields() {
                        output.write_all(&[separator])?;
                        write_field(&mut output, field, separator)?;
                    }
                }
                output.write_all(&record.ending)?;
            }
            progress(read, converted.rows);
        }
        if ended {
            break;
        }
    }
    output.flush()?;
    Ok(converted)
}

/// Quoted where it must be.
fn write_field(output: &mut impl Write, field: &str, separator: u8) -> Result<(), ConvertError> {
    if field.bytes().any(|b| b == separator || b == b'"' || b == b'\n' || b == b'\r') {
        output.write_all(b"\"")?;
        output.write_all(field.replace('"', "\"\"").as_bytes())?;
        output.write_all(b"\"")?;
    } else {
        output.write_all(field.as_bytes())?;
    }
    Ok(())
}

struct RawRecord {
    bytes: Vec<u8>,
    ending: Vec<u8>,
}

/// Cuts the input into records: a line, or several where a quoted field goes over the line end.
#[derive(Default)]
struct Raw {
    line: Vec<u8>,
}

impl Raw {
    fn next(&mut self, input: &mut impl BufRead) -> Result<Option<RawRecord>, ConvertError> {
        let mut bytes = Vec::new();
        loop {
            self.line.clear();
            if input.read_until(b'\n', &mut self.line)? == 0 {
                return Ok((!bytes.is_empty()).then_some(RawRecord { bytes, ending: Vec::new() }));
            }
            bytes.extend_from_slice(&self.line);
            // Inside quotes exactly when the number of quotation marks is odd: doubled ones count twice.
            if bytes.iter().filter(|b| **b == b'"').count().is_multiple_of(2) {
                let end = bytes.len();
                let ending = match bytes.as_slice() {
                    [.., b'\r', b'\n'] => 2,
                    [.., b'\n'] => 1,
                    _ => 0,
                };
                let ending = bytes.split_off(end - ending);
                return Ok(Some(RawRecord { bytes, ending }));
            }
            if bytes.len() > MOST_RECORD_BYTES {
                return Err(ConvertError::Quotes);
            }
        }
    }
}

/// A record longer than this is a quotation mark that was never closed.
const MOST_RECORD_BYTES: usize = 16 << 20;

struct Parser {
    core: csv_core::Reader,
    field_bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Parser {
    fn new(separator: u8) -> Self {
        let core = csv_core::ReaderBuilder::new().delimiter(separator).build();
        Self { core, field_bytes: vec![0; 4096], ends: vec![0; 256] }
    }

    /// The fields of one record, as text.
    fn fields(&mut self, bytes: &[u8]) -> Result<Vec<String>, ConvertError> {
        self.core.reset();
        loop {
            let (result, _, written, fields) = self.core.read_record(bytes, &mut self.field_bytes, &mut self.ends);
            let (written, fields) = match result {
                csv_core::ReadRecordResult::OutputFull => {
                    self.field_bytes.resize(self.field_bytes.len() * 2, 0);
                    self.core.reset();
                    continue;
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len() * 2, 0);
                    self.core.reset();
                    continue;
                }
                csv_core::ReadRecordResult::InputEmpty => {
                    let (_, _, more, more_fields) =
                        self.core.read_record(&[], &mut self.field_bytes[written..], &mut self.ends[fields..]);
                    (written + more, fields + more_fields)
                }
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => (written, fields),
            };
            let _ = written;
            let mut start = 0;
            let mut texts = Vec::with_capacity(fields);
            for end in &self.ends[..fields] {
                let text = std::str::from_utf8(&self.field_bytes[start..*end]).map_err(|_| ConvertError::Encoding)?;
                texts.push(text.to_owned());
                start = *end;
            }
            return Ok(texts);
        }
    }
}
