//! `doisoat findings`: list, show, export.

use super::args::{FindingFilterArgs, FindingsAction, FindingsArgs};
use super::findings_export::export;
use super::table::table;
use crate::Lang;
use crate::problem::Problem;
use crate::workspace::{connect, load_rules, load_settings};
use schemas::{FindingKind, Severity, SourceValue};
use serde_json::json;
use std::path::Path;
use store::ledger::{FindingFilter, FindingState, StoredFinding};

pub async fn run(config: Option<&Path>, args: FindingsArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    match args.action {
        FindingsAction::List { filter, limit, json } => {
            let found = ledger.findings(&to_filter(&filter, limit)?).await?;
            if json { print_json(&found)? } else { print_list(&found, lang) }
        }
        FindingsAction::Show { finding, json } => {
            let rules = load_rules(&loaded.settings)?;
            super::finding_page::show(&*ledger, &rules, &finding, json, lang).await?;
        }
        FindingsAction::Export { filter, out } => {
            let found = ledger.findings(&to_filter(&filter, 0)?).await?;
            export(&found, &out, lang)?;
            println!(
                "{} {} {} {}",
                lang.pick("Đã xuất", "Exported"),
                lang.number(found.len() as u64),
                lang.pick("sai lệch ra", "findings to"),
                out.display()
            );
        }
    }
    ledger.close().await;
    Ok(0)
}

fn to_filter(args: &FindingFilterArgs, limit: i64) -> Result<FindingFilter, Problem> {
    fn wrong(flag: &str, allowed: String) -> Problem {
        Problem::usage("USAGE", format!("{flag} must be one of: {allowed}"))
    }
    let kinds = || FindingKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ");
    let states = || FindingState::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
    Ok(FindingFilter {
        kind: args
            .kind
            .as_deref()
            .map(|t| t.to_uppercase().parse::<FindingKind>().map_err(|_| wrong("--kind", kinds())))
            .transpose()?,
        severity: args
            .severity
            .as_deref()
            .map(|t| t.parse::<Severity>().map_err(|_| wrong("--severity", "stop, check, note".into())))
            .transpose()?,
        state: args
            .state
            .as_deref()
            .map(|t| FindingState::parse(t).ok_or_else(|| wrong("--state", states())))
            .transpose()?,
        unit: args.commune.clone(),
        source: args.source.clone(),
        limit,
        ..FindingFilter::default()
    })
}

fn summary(stored: &StoredFinding) -> serde_json::Value {
    let finding = &stored.finding;
    json!({
        "finding_id": stored.finding_id, "state": stored.state.as_str(), "kind": finding.kind,
        "severity": finding.severity, "subject": finding.subject.masked(), "field": finding.field,
        "source": finding.source, "unit": finding.unit, "owner": finding.owner,
        "first_date": stored.first_date, "last_date": stored.last_date,
        "next_step_vi": finding.next_step_vi, "next_step_en": finding.next_step_en,
    })
}

/// What a source says, for people.
pub fn shown(value: &SourceValue, lang: Lang) -> String {
    match &value.value {
        Some(value) => value.expose().to_owned(),
        None if value.forgotten => lang.pick("(đã xóa, hết thời hạn lưu)", "(removed, its time was up)").to_owned(),
        None => "–".to_owned(),
    }
}

fn print_json(found: &[StoredFinding]) -> Result<(), Problem> {
    println!("{}", serde_json::Value::Array(found.iter().map(summary).collect()));
    Ok(())
}

fn print_list(found: &[StoredFinding], lang: Lang) {
    if found.is_empty() {
        println!("{}", lang.pick("Không có sai lệch nào.", "There are no findings."));
        return;
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Mã", "Mức", "Loại", "Đối tượng", "Nguồn lệch", "Xã", "Tình trạng", "Từ ngày"],
        Lang::En => ["Id", "Severity", "Kind", "Subject", "Source", "Commune", "State", "Since"],
    });
    for stored in found {
        let finding = &stored.finding;
        rows.add_row([
            stored.finding_id[..12.min(stored.finding_id.len())].to_owned(),
            severity(finding.severity, lang).to_owned(),
            finding.kind.to_string(),
            finding.subject.masked(),
            finding.source.to_string(),
            finding.unit.clone().unwrap_or_default(),
            state(stored.state, lang).to_owned(),
            lang.date(&stored.first_date),
        ]);
    }
    println!("{rows}");
}

pub fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Stop => lang.pick("dừng", "stop"),
        Severity::Check => lang.pick("kiểm tra", "check"),
        Severity::Note => lang.pick("lưu ý", "note"),
    }
}

pub fn state(state: FindingState, lang: Lang) -> &'static str {
    match state {
        FindingState::New => lang.pick("mới", "new"),
        FindingState::Open => lang.pick("còn", "open"),
        FindingState::Reopened => lang.pick("lại có", "reopened"),
        FindingState::Gone => lang.pick("đã hết", "gone"),
    }
}

pub fn event_name(event: &str, lang: Lang) -> &str {
    match event {
        "appeared" => lang.pick("xuất hiện", "appeared"),
        "changed" => lang.pick("đổi giá trị", "changed"),
        "gone" => lang.pick("đã hết", "gone"),
        "reopened" => lang.pick("lại có", "reopened"),
        other => other,
    }
}
