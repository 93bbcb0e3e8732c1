//! The board as a table for other tools: one row for each commune and source, no personal data.

use super::board::Board;
use crate::problem::Problem;
use polars::prelude::{Column, DataFrame, ParquetWriter};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use schemas::clock::vietnam_date;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenData {
    /// ISO day on which it was judged.
    pub day: String,
    pub commune: String,
    pub commune_name: String,
    /// Of the commune as a whole.
    pub commune_state: &'static str,
    pub source: String,
    pub state: &'static str,
    /// RFC 3339; empty: never.
    pub as_of: String,
    pub age_hours: Option<f64>,
    /// ISO day; empty: never.
    pub verified_through: String,
    pub findings_stop: i64,
    pub findings_check: i64,
    pub findings_note: i64,
    pub stale_records: u64,
    pub records_with_address: u64,
    pub readiness_have: u64,
    pub readiness_of: u64,
}

pub fn open_data(board: &Board) -> Vec<OpenData> {
    let day = vietnam_date(board.at).to_string();
    let mut rows = Vec::with_capacity(board.communes.len() * board.sources.len());
    for commune in &board.communes {
        for (source, cell) in board.sources.iter().zip(&commune.sources) {
            let findings = commune.findings;
            let hours = |age: jiff::SignedDuration| (age.as_secs_f64() / 360.0).round() / 10.0;
            rows.push(OpenData {
                day: day.clone(),
                commune: commune.code.clone(),
                commune_name: commune.name.clone(),
                commune_state: commune.state.as_str(),
                source: source.id.to_string(),
                state: cell.judged.state.as_str(),
                as_of: cell.good.map(|at| at.to_string()).unwrap_or_default(),
                age_hours: cell.judged.age.map(hours),
                verified_through: commune.verified_through.map(|day| day.to_string()).unwrap_or_default(),
                findings_stop: findings.map_or(0, |f| f.stops),
                findings_check: findings.map_or(0, |f| f.checks),
                findings_note: findings.map_or(0, |f| f.notes),
                stale_records: commune.stale.map_or(0, |share| share.stale),
                records_with_address: commune.stale.map_or(0, |share| share.addresses),
                readiness_have: commune.readiness.have as u64,
                readiness_of: commune.readiness.of as u64,
            });
        }
    }
    rows
}

/// Comma-separated, with a line of headings, UTF-8.
pub fn csv(rows: &[OpenData]) -> Result<Vec<u8>, Problem> {
    let failed = |error: csv::Error| Problem::failed("EXPORT", error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Problem::failed("EXPORT", error.to_string()))
}

pub fn parquet(rows: &[OpenData]) -> Result<Vec<u8>, Problem> {
    let text = |of: &dyn Fn(&OpenData) -> String| rows.iter().map(of).collect::<Vec<String>>();
    let whole = |of: &dyn Fn(&OpenData) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let count = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let columns = vec![
        Column::new("day".into(), text(&|row| row.day.clone())),
        Column::new("commune".into(), text(&|row| row.commune.clone())),
        Column::new("commune_name".into(), text(&|row| row.commune_name.clone())),
        Column::new("commune_state".into(), text(&|row| row.commune_state.to_owned())),
        Column::new("source".into(), text(&|row| row.source.clone())),
        Column::new("state".into(), text(&|row| row.state.to_owned())),
        Column::new("as_of".into(), text(&|row| row.as_of.clone())),
        Column::new("age_hours".into(), rows.iter().map(|row| row.age_hours).collect::<Vec<Option<f64>>>()),
        Column::new("verified_through".into(), text(&|row| row.verified_through.clone())),
        Column::new("findings_stop".into(), whole(&|row| row.findings_stop)),
        Column::new("findings_check".into(), whole(&|row| row.findings_check)),
        Column::new("findings_note".into(), whole(&|row| row.findings_note)),
        Column::new("stale_records".into(), whole(&|row| count(row.stale_records))),
        Column::new("records_with_address".into(), whole(&|row| count(row.records_with_address))),
        Column::new("readiness_have".into(), whole(&|row| count(row.readiness_have))),
        Column::new("readiness_of".into(), whole(&|row| count(row.readiness_of))),
    ];
    let failed = |error: polars::prelude::PolarsError| Problem::failed("EXPORT", error.to_string());
    let mut frame = DataFrame::new(rows.len(), columns).map_err(failed)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(failed)?;
    Ok(bytes)
}

pub fn xlsx(rows: &[OpenData]) -> Result<Vec<u8>, Problem> {
    let failed = |error: XlsxError| Problem::failed("EXPORT", error.to_string());
    let json = |row: &OpenData| match serde_json::to_value(row) {
        Ok(serde_json::Value::Object(map)) => Ok(map),
        _ => Err(Problem::failed("EXPORT", "a row cannot be written")),
    };
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    let names = [
        "day",
        "commune",
        "commune_name",
        "commune_state",
        "source",
        "state",
        "as_of",
        "age_hours",
        "verified_through",
        "findings_stop",
        "findings_check",
        "findings_note",
        "stale_records",
        "records_with_address",
        "readiness_have",
        "readiness_of",
    ];
    for (column, name) in (0u16..).zip(names) {
        sheet.write_string_with_format(0, column, name, &bold).map_err(failed)?;
        sheet.set_column_width(column, 18).map_err(failed)?;
    }
    for (at, row) in (1u32..).zip(rows) {
        let row = json(row)?;
        for (column, name) in (0u16..).zip(names) {
            match &row[name] {
                serde_json::Value::String(text) => sheet.write_string(at, column, text).map_err(failed)?,
                serde_json::Value::Number(number) => {
                    sheet.write_number(at, column, number.as_f64().unwrap_or_default()).map_err(failed)?
                }
                _ => sheet,
            };
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    workbook.save_to_buffer().map_err(failed)
}
