//! A correction request with many findings as a workbook.

use crate::Lang;
use crate::problem::Problem;
use reconcile::engine::shown_value;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use schemas::SourceValue;
use store::ledger::{Correction, CorrectionItem};

const HEADINGS: [&str; 8] =
    ["STT", "Đối tượng", "Mã bản ghi", "Trường", "Đang ghi", "Nguồn đối chiếu", "Nguồn đối chiếu ghi", "Căn cứ"];

/// One row a finding, in Vietnamese: it goes to an office.
pub fn sheet(
    correction: &Correction,
    items: &[CorrectionItem],
    field_name: impl Fn(&str) -> String,
    source_name: impl Fn(&SourceValue) -> String,
) -> Result<Vec<u8>, Problem> {
    let failed = |error: XlsxError| Problem::failed("EXPORT", error.to_string());
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold().set_text_wrap();
    let wrapped = Format::new().set_text_wrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name(format!("Phieu {}-{}", correction.number, correction.year)).map_err(failed)?;
    for (column, heading) in HEADINGS.iter().enumerate() {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        sheet.write_string_with_format(0, column, *heading, &bold).map_err(failed)?;
        sheet.set_column_width(column, if column == 0 { 5 } else { 24 }).map_err(failed)?;
    }
    for (at, item) in items.iter().enumerate() {
        let row = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let finding = &item.finding;
        let of_source: Vec<&SourceValue> = finding.values.iter().filter(|v| v.source == finding.source).collect();
        let reference = finding.values.first().filter(|v| v.source != finding.source);
        let words = |text: &str| shown_value(&finding.field, text, true);
        let shown = |value: &SourceValue| value.value.as_ref().map(|v| words(v.expose())).unwrap_or_default();
        let cells = [
            (at + 1).to_string(),
            finding.subject.key().to_owned(),
            of_source.iter().map(|v| v.record_key.clone()).collect::<Vec<_>>().join("; "),
            field_name(&finding.field),
            of_source.iter().map(|v| shown(v)).collect::<Vec<_>>().join("; "),
            reference.map(&source_name).unwrap_or_default(),
            reference.map(shown).unwrap_or_default(),
            finding.explanation_vi.expose().to_owned(),
        ];
        for (column, cell) in cells.into_iter().enumerate() {
            // As text always: a number keeps its zeros, and a formula stays a text.
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            sheet.write_string_with_format(row, column, cell, &wrapped).map_err(failed)?;
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    let day = correction.sent_at.unwrap_or(correction.created_at);
    sheet.set_header(format!("&LPhiếu {}/{}&R{}", correction.number, correction.year, Lang::Vi.instant(day)));
    workbook.save_to_buffer().map_err(failed)
}
