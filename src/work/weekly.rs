//! A commune's week as a workbook: what stands, grouped by who must correct it, at which source.
//!
//! It holds numbers of citizens: it is written to a folder of the machine and fetched with a session,
//! never sent by mail.

use crate::Lang;
use crate::check::wording::{label, owner_words};
use crate::problem::Problem;
use crate::workspace::Workspace;
use reconcile::engine::shown_value;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use schemas::Severity;
use schemas::clock::vietnam_date;
use std::collections::BTreeMap;
use std::path::Path;
use store::ledger::{FindingFilter, FindingState, StoredFinding};

/// Writes one for each commune that has something to correct, or for the one named. Answers how many.
pub async fn write_all(workspace: &Workspace, folder: &Path, only: Option<&str>, lang: Lang) -> Result<usize, Problem> {
    let catalogue = workspace.catalogue();
    let communes = catalogue.communes_of(workspace.settings.province.code);
    if let Some(code) = only
        && !communes.iter().any(|commune| commune.to_string() == code)
    {
        return Err(Problem::usage("NOT_FOUND", format!("the province has no commune {code} today")));
    }
    std::fs::create_dir_all(folder)?;
    let day = vietnam_date(workspace.clock.now());
    let week = day.iso_week_date();
    let mut written = 0;
    for commune in communes.iter().filter(|commune| only.is_none_or(|code| commune.to_string() == code)) {
        let code = commune.to_string();
        let found = standing(workspace, &code).await?;
        if found.is_empty() {
            continue;
        }
        let name = catalogue.full_name(*commune);
        let bytes = workbook(&name, &found, lang)?;
        let file = folder.join(format!("{code}-{}-W{:02}.xlsx", week.year(), week.week()));
        // Whole or not there: somebody may be fetching it.
        let unfinished = file.with_extension("part");
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(&unfinished, &file)?;
        written += 1;
    }
    Ok(written)
}

/// What stands in a commune.
pub async fn standing(workspace: &Workspace, commune: &str) -> Result<Vec<StoredFinding>, Problem> {
    let filter = FindingFilter { unit: Some(commune.to_owned()), ..FindingFilter::default() };
    let mut found = workspace.ledger.findings(&filter).await?;
    found.retain(|stored| stored.state != FindingState::Gone);
    Ok(found)
}

/// A sheet for each owner, the gravest first.
pub fn workbook(commune: &str, found: &[StoredFinding], lang: Lang) -> Result<Vec<u8>, Problem> {
    let failed = |error: XlsxError| Problem::failed("EXPORT", error.to_string());
    let mut by_owner: BTreeMap<&str, Vec<&StoredFinding>> = BTreeMap::new();
    found.iter().for_each(|stored| by_owner.entry(&stored.finding.owner).or_default().push(stored));
    let headings = match lang {
        Lang::Vi => {
            ["STT", "Mức", "Đối tượng", "Nguồn phải sửa", "Trường", "Đang ghi", "Giải thích", "Việc cần làm", "Từ ngày"]
        }
        Lang::En => {
            ["No.", "Severity", "Subject", "Source to correct", "Field", "It says", "Explanation", "Next step", "Since"]
        }
    };
    let mut workbook = Workbook::new();
    let (bold, wrapped) = (Format::new().set_bold().set_text_wrap(), Format::new().set_text_wrap());
    for (owner, mut rows) in by_owner {
        rows.sort_by_key(|stored| (rank(stored.finding.severity), stored.finding.subject.as_str().to_owned()));
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(owner_words(owner, lang))).map_err(failed)?;
        sheet.set_header(format!("&L{commune}&R{}", owner_words(owner, lang)));
        for (column, heading) in (0u16..).zip(headings) {
            sheet.write_string_with_format(0, column, heading, &bold).map_err(failed)?;
            sheet.set_column_width(column, if column == 0 { 5 } else { 22 }).map_err(failed)?;
        }
        for (at, stored) in (1u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells(at, stored, lang)) {
                // As text always: a number keeps its zeros, and a formula stays a text.
                sheet.write_string_with_format(at, column, cell, &wrapped).map_err(failed)?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
    }
    workbook.save_to_buffer().map_err(failed)
}

fn cells(at: u32, stored: &StoredFinding, lang: Lang) -> [String; 9] {
    let finding = &stored.finding;
    let said: Vec<String> = finding
        .values
        .iter()
        .filter(|value| value.source == finding.source)
        .filter_map(|value| Some(shown_value(&finding.field, value.value.as_ref()?.expose(), lang == Lang::Vi)))
        .collect();
    let (explanation, next) = match lang {
        Lang::Vi => (&finding.explanation_vi, &finding.next_step_vi),
        Lang::En => (&finding.explanation_en, &finding.next_step_en),
    };
    [
        at.to_string(),
        severity(finding.severity, lang).to_owned(),
        finding.subject.as_str().to_owned(),
        finding.source.to_string(),
        label(&finding.field, lang).to_owned(),
        said.join("; "),
        explanation.expose().to_owned(),
        next.clone(),
        lang.date(&stored.first_date),
    ]
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Stop => 0,
        Severity::Check => 1,
        Severity::Note => 2,
    }
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Stop => lang.pick("dừng", "stop"),
        Severity::Check => lang.pick("kiểm tra", "check"),
        Severity::Note => lang.pick("lưu ý", "note"),
    }
}

/// What a spreadsheet allows: 31 letters, none of these.
fn sheet_name(words: &str) -> String {
    let allowed = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    words.chars().filter(allowed).take(31).collect()
}
