//! Findings to a file: CSV and XLSX for people, JSON lines for programs.
//!
//! A cell that a spreadsheet could take for a formula gets an apostrophe in front.

use super::findings_command::{severity, shown, state};
use crate::Lang;
use crate::check::wording::owner_words;
use crate::problem::Problem;
use rust_xlsxwriter::{Format, Workbook};
use std::io::Write;
use std::path::Path;
use store::ledger::StoredFinding;

pub fn export(found: &[StoredFinding], out: &Path, lang: Lang) -> Result<(), Problem> {
    match out.extension().and_then(|e| e.to_str()) {
        Some("csv") => csv_file(found, out, lang),
        Some("xlsx") => xlsx_file(found, out, lang),
        Some("json" | "jsonl" | "ndjson") => json_file(found, out),
        _ => Err(Problem::usage("USAGE", "--out must end in .csv, .xlsx or .json")),
    }
}

fn header(lang: Lang) -> [&'static str; 14] {
    match lang {
        Lang::Vi => [
            "Mã",
            "Mức",
            "Loại",
            "Đối tượng",
            "Trường",
            "Nguồn lệch",
            "Xã",
            "Tình trạng",
            "Từ ngày",
            "Giá trị các nguồn",
            "Gợi ý",
            "Giải thích",
            "Việc cần làm",
            "Ai sửa",
        ],
        Lang::En => [
            "Id",
            "Severity",
            "Kind",
            "Subject",
            "Field",
            "Source",
            "Commune",
            "State",
            "Since",
            "Values",
            "Suggestion",
            "Explanation",
            "Next step",
            "Owner",
        ],
    }
}

fn row(stored: &StoredFinding, lang: Lang) -> [String; 14] {
    let finding = &stored.finding;
    let values: Vec<String> = finding
        .values
        .iter()
        .map(|v| {
            let value = shown(v, lang);
            match &v.updated_on {
                Some(date) => format!("{} ({}): {value}", v.source, lang.date(date)),
                None => format!("{}: {value}", v.source),
            }
        })
        .collect();
    let (explanation, next) = match lang {
        Lang::Vi => (&finding.explanation_vi, &finding.next_step_vi),
        Lang::En => (&finding.explanation_en, &finding.next_step_en),
    };
    [
        stored.finding_id.clone(),
        severity(finding.severity, lang).to_owned(),
        finding.kind.to_string(),
        finding.subject.as_str().to_owned(),
        finding.field.clone(),
        finding.source.to_string(),
        finding.unit.clone().unwrap_or_default(),
        state(stored.state, lang).to_owned(),
        lang.date(&stored.first_date),
        values.join(" | "),
        finding.suggestion.as_ref().map_or_else(String::new, |s| s.expose().to_owned()),
        explanation.expose().to_owned(),
        next.clone(),
        owner_words(&finding.owner, lang).to_owned(),
    ]
    .map(harmless)
}

/// A text that begins like a formula is shown, not calculated.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn csv_file(found: &[StoredFinding], out: &Path, lang: Lang) -> Result<(), Problem> {
    let mut file = std::fs::File::create(out)?;
    // Spreadsheets take a CSV without it for the machine's old code page.
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(file);
    let failed = |error: csv::Error| Problem::failed("FILE", error.to_string());
    writer.write_record(header(lang)).map_err(failed)?;
    for stored in found {
        writer.write_record(row(stored, lang)).map_err(failed)?;
    }
    Ok(writer.flush()?)
}

/// A worksheet holds 1,048,576 rows; more go on a further sheet.
const ROWS_A_SHEET: usize = 1_000_000;

fn xlsx_file(found: &[StoredFinding], out: &Path, lang: Lang) -> Result<(), Problem> {
    let failed = |error: rust_xlsxwriter::XlsxError| Problem::failed("FILE", error.to_string());
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let chunks: Vec<&[StoredFinding]> =
        if found.is_empty() { vec![found] } else { found.chunks(ROWS_A_SHEET).collect() };
    for chunk in chunks {
        let sheet = workbook.add_worksheet();
        for (column, title) in header(lang).iter().enumerate() {
            sheet.write_string_with_format(0, column as u16, *title, &bold).map_err(failed)?;
        }
        for (at, stored) in chunk.iter().enumerate() {
            for (column, text) in row(stored, lang).iter().enumerate() {
                sheet.write_string(at as u32 + 1, column as u16, text).map_err(failed)?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        sheet.autofilter(0, 0, chunk.len() as u32, 13).map_err(failed)?;
        for (column, width) in [26, 10, 20, 28, 14, 14, 8, 11, 12, 60, 30, 70, 60, 14].iter().enumerate() {
            sheet.set_column_width(column as u16, f64::from(*width)).map_err(failed)?;
        }
    }
    workbook.save(out).map_err(failed)
}

fn json_file(found: &[StoredFinding], out: &Path) -> Result<(), Problem> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let mut ordered: Vec<_> = found.iter().collect();
    ordered.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    for stored in ordered {
        serde_json::to_writer(&mut file, &stored.finding).map_err(|e| Problem::failed("FILE", e.to_string()))?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_made_harmless() {
        assert_eq!(harmless("=HYPERLINK(1)".into()), "'=HYPERLINK(1)");
        assert_eq!(harmless("Nguyễn".into()), "Nguyễn");
    }
}
