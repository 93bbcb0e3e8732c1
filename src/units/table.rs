//! Converting a file, by the ending of its name.

use super::convert::{Columns, ConvertError, Converted, Judge};
use super::{convert_csv, convert_parquet, convert_xlsx};
use crate::problem::{Problem, chain};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// `input` and `output` have one format: CSV, XLSX or Parquet. The output appears whole or not at
/// all. `progress` hears bytes read (where known) and rows done.
pub fn convert_file(
    input: &Path,
    output: &Path,
    columns: &Columns,
    judge: &Judge<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Converted, Problem> {
    let format = |path: &Path| path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
    let known = ["csv", "tsv", "txt", "xlsx", "parquet"];
    let kind =
        |ending: &str| if ["csv", "tsv", "txt"].contains(&ending) { "csv".to_owned() } else { ending.to_owned() };
    let (from, to) = (format(input), format(output));
    if !known.contains(&from.as_str()) || kind(&from) != kind(&to) {
        let cause = format!("IN and OUT must both end in .csv, .xlsx or .parquet; they end in .{from} and .{to}");
        return Err(Problem::usage("USAGE", cause));
    }
    let partial = PathBuf::from(format!("{}.partial", output.display()));
    let result = match kind(&from).as_str() {
        "xlsx" => convert_xlsx::convert(input, &partial, columns, judge, progress),
        "parquet" => convert_parquet::convert(input, &partial, columns, judge, progress),
        _ => csv(input, &partial, columns, judge, progress),
    };
    match result {
        Ok(converted) => {
            std::fs::rename(&partial, output)?;
            Ok(converted)
        }
        Err(error) => {
            // The half-written file is of no use to anybody; that it may be missing is no matter.
            let _ = std::fs::remove_file(&partial);
            let code = match &error {
                ConvertError::NoColumn { .. } => "NO_COLUMN",
                ConvertError::Encoding => "NOT_UTF8",
                ConvertError::File(e) if e.kind() == std::io::ErrorKind::StorageFull => "DISK_FULL",
                _ => "CONVERT",
            };
            Err(Problem::failed(code, format!("{}: {}", input.display(), chain(&error))))
        }
    }
}

fn csv(
    input: &Path,
    output: &Path,
    columns: &Columns,
    judge: &Judge<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Converted, ConvertError> {
    let reader = BufReader::with_capacity(1 << 20, File::open(input)?);
    let writer = BufWriter::with_capacity(1 << 20, File::create(output)?);
    convert_csv::convert(reader, writer, columns, judge, progress)
}
