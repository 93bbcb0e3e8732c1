//! Parquet to Parquet: the columns stay as they are, four are added.

use super::convert::{ADDED, Columns, ConvertError, Converted, Judge, RowInput, Verdict};
use polars::prelude::*;
use std::fs::File;
use std::path::Path;

/// Rows in memory at a time.
const ROWS_AT_A_TIME: usize = 100_000;

pub fn convert(
    input: &Path,
    output: &Path,
    columns: &Columns,
    judge: &Judge<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Converted, ConvertError> {
    let mut converted = Converted::default();
    let mut reader = ParquetReader::new(File::open(input)?);
    let rows = reader.num_rows()?;
    let mut writer = None;
    let mut from = 0;
    loop {
        let mut frame = ParquetReader::new(File::open(input)?)
            .with_slice(Some((from, ROWS_AT_A_TIME)))
            .read_parallel(ParallelStrategy::None)
            .finish()?;
        let names: Vec<String> = frame.get_column_names().iter().map(|n| n.to_string()).collect();
        let places = columns.find(&names)?;
        let text = |at: Option<usize>| -> PolarsResult<Option<Column>> {
            at.map(|at| frame.columns()[at].cast(&DataType::String)).transpose()
        };
        let (texts, codes, days) = (text(Some(places.text))?, text(places.code)?, text(places.as_of)?);
        let value = |column: &Option<Column>, row: usize| -> PolarsResult<String> {
            Ok(match column {
                Some(column) => column.str()?.get(row).unwrap_or_default().to_owned(),
                None => String::new(),
            })
        };
        let mut inputs = Vec::with_capacity(frame.height());
        for row in 0..frame.height() {
            inputs.push(RowInput { text: value(&texts, row)?, code: value(&codes, row)?, as_of: value(&days, row)? });
        }
        let verdicts = judge.all(&inputs);
        verdicts.iter().for_each(|v| converted.count(v));
        for (at, name) in ADDED.iter().enumerate() {
            let values: Vec<&str> = verdicts.iter().map(|v| Verdict::fields(v)[at]).collect();
            frame.with_column(Column::new((*name).into(), values))?;
        }
        if writer.is_none() {
            writer = Some(ParquetWriter::new(File::create(output)?).set_parallel(false).batched(frame.schema())?);
        }
        if let Some(writer) = &mut writer {
            writer.write_batch(&frame)?;
        }
        from += frame.height();
        progress(0, converted.rows);
        if from >= rows || frame.height() == 0 {
            break;
        }
    }
    if let Some(writer) = writer {
        writer.finish()?;
    }
    Ok(converted)
}
