//! `doisoat rules`: check them, and try them on the records of one person.

use super::args::{RulesAction, RulesArgs};
use super::findings_command::severity;
use super::table::table;
use crate::Lang;
use crate::check::wording::owner_words;
use crate::problem::Problem;
use crate::rules_trial::Trial;
use crate::workspace::{load_procedures, load_rules, load_settings, load_units};
use config::procedures::Procedures;
use config::rules::{Rules, When};
use config::{ConfigError, Settings};
use reconcile::units::Catalogue;
use serde_json::json;
use std::path::Path;

pub fn run(config: Option<&Path>, args: RulesArgs, lang: Lang) -> Result<u8, Problem> {
    let settings = load_settings(config)?.settings;
    match args.action {
        RulesAction::Check { file, json } => check(&settings, file.as_deref(), json, lang)?,
        RulesAction::Try { record, procedure, rules, json } => {
            let rules = chosen(&settings, rules.as_deref())?;
            attempt(&settings, rules, &record, procedure.as_deref(), json, lang)?;
        }
    }
    Ok(0)
}

/// The rules of a file that is not in force yet, or those of the settings.
fn chosen(settings: &Settings, file: Option<&Path>) -> Result<Rules, Problem> {
    let Some(file) = file else { return load_rules(settings) };
    let rules = Rules::load(file)?;
    rules.check_procedures(&load_procedures(settings)?, file)?;
    Ok(rules)
}

fn check(settings: &Settings, file: Option<&Path>, as_json: bool, lang: Lang) -> Result<(), Problem> {
    let rules = chosen(settings, file)?;
    if as_json {
        let list = rules.iter().map(|rule| {
            let own = rule
                .procedures
                .iter()
                .map(|own| json!({"codes": own.codes, "severity": own.severity.as_str(), "reason": own.reason}));
            json!({
                "kind": rule.kind, "severity": rule.severity.as_str(), "owner": rule.owner.word_of_rule(),
                "enabled": rule.enabled, "basis": rule.basis, "procedures": own.collect::<Vec<_>>(),
            })
        });
        println!("{}", json!({"digest": rules.digest(), "rules": list.collect::<Vec<_>>()}));
        return Ok(());
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Loại", "Khi", "Mức", "Thủ tục có mức riêng", "Bật"],
        Lang::En => ["Kind", "When", "Severity", "Procedures of their own", "On"],
    });
    for rule in rules.iter() {
        let own: Vec<String> = rule
            .procedures
            .iter()
            .map(|own| format!("{}: {}", severity(own.severity, lang), own.codes.join(", ")))
            .collect();
        let when = match &rule.when {
            When::Field(condition) => condition.fields.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", "),
            When::Check(_) => lang.pick("kiểm tra riêng", "a check of its own").to_owned(),
        };
        rows.add_row([
            rule.kind.to_string(),
            when,
            severity(rule.severity, lang).to_owned(),
            own.join("\n"),
            if rule.enabled { lang.pick("có", "yes") } else { lang.pick("không", "no") }.to_owned(),
        ]);
    }
    println!("{rows}");
    println!(
        "{} ({}: {})",
        lang.pick(
            "Quy tắc hợp lệ: mỗi loại có một quy tắc, quy tắc nào cũng có thể áp dụng",
            "The rules are valid: one for each kind, and each can fire"
        ),
        lang.pick("dấu vân tay", "fingerprint"),
        rules.digest()
    );
    Ok(())
}

fn attempt(
    settings: &Settings,
    rules: Rules,
    record: &Path,
    procedure: Option<&str>,
    as_json: bool,
    lang: Lang,
) -> Result<(), Problem> {
    let procedures = load_procedures(settings)?;
    let named = procedure.map(|code| known(&procedures, code)).transpose()?;
    let text = std::fs::read_to_string(record)
        .map_err(|source| ConfigError::Read { file: record.to_owned(), source })
        .map_err(|e| Problem::usage("TRIAL_FILE", e.to_string()))?;
    let trial = Trial::parse(&text)?;
    let catalogue = Catalogue::new(&load_units(settings)?);
    let findings = trial.findings(rules.clone(), catalogue, settings.province.code)?;
    if as_json {
        let list = findings.iter().map(|finding| {
            let rule = rules.rule(finding.kind);
            let mut object = serde_json::to_value(finding).unwrap_or_default();
            object["severity"] = json!(rule.severity_for(procedure).as_str());
            object["basis"] = json!(rule.basis);
            object
        });
        println!("{}", json!({"procedure": procedure, "findings": list.collect::<Vec<_>>()}));
        return Ok(());
    }
    if let Some((code, name)) = named {
        println!("{}: {code} {name}\n", lang.pick("Thủ tục", "Procedure"));
    }
    for finding in &findings {
        let rule = rules.rule(finding.kind);
        let explanation = lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose());
        println!("{} · {}", finding.kind, severity(rule.severity_for(procedure), lang));
        println!("  {explanation}");
        println!("  {}: {}", lang.pick("Ai sửa", "Who corrects"), owner_words(&finding.owner, lang));
        println!(
            "  {}: {}",
            lang.pick("Việc cần làm", "Next step"),
            lang.pick(&finding.next_step_vi, &finding.next_step_en)
        );
        println!("  {}: {}\n", lang.pick("Căn cứ", "Basis"), rule.basis);
    }
    if findings.is_empty() {
        println!(
            "{}",
            lang.pick("Không quy tắc nào áp dụng: các bản ghi khớp nhau.", "No rule fires: the records agree.")
        );
    }
    Ok(())
}

fn known<'a>(procedures: &'a Procedures, code: &'a str) -> Result<(&'a str, &'a str), Problem> {
    match procedures.get(code) {
        Some(procedure) => Ok((code, procedure.name.as_str())),
        None => Err(Problem::usage("USAGE", format!("--procedure: {code} is not in the catalogue of procedures"))),
    }
}
