//! Reads a rules file and refuses, with its line, whatever is unknown, double or can never fire.

use super::when::{Check, Field, FieldCondition, Spelling, When};
use super::{ForProcedures, Owner, Placeholder, Rule, Template};
use crate::ConfigError;
use crate::locate::{self, line_at};
use schemas::{FindingKind, Level, Severity};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    rule: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    kind: Spanned<String>,
    when: Spanned<RawWhen>,
    severity: Spanned<String>,
    owner: Spanned<String>,
    explain_vi: Spanned<String>,
    explain_en: Spanned<String>,
    next_vi: Spanned<String>,
    next_en: Spanned<String>,
    basis: Spanned<String>,
    enabled: bool,
    #[serde(default)]
    procedure: Vec<Spanned<RawProcedure>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProcedure {
    code: Vec<String>,
    severity: Spanned<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhen {
    #[serde(default)]
    field: Vec<String>,
    #[serde(default)]
    level: Vec<Level>,
    #[serde(default)]
    spelling: Vec<String>,
    swap: Option<bool>,
    number_digit: Option<bool>,
    check: Option<String>,
    wait_days: Option<i32>,
    tolerance_share: Option<f64>,
    tolerance_m2: Option<f64>,
    ended_status: Option<Vec<String>>,
    remarks: Option<Vec<String>>,
}

/// What is wrong, and at which byte of the file.
struct Wrong {
    offset: usize,
    key: &'static str,
    cause: String,
}

pub(super) fn parse(text: &str, file: &Path) -> Result<Vec<Rule>, ConfigError> {
    let raw: RawFile = locate::parse(text, file)?;
    rules(raw, text).map_err(|wrong| ConfigError::Value {
        file: file.to_owned(),
        line: line_at(text, wrong.offset),
        key: format!("rule.{}", wrong.key),
        cause: wrong.cause,
    })
}

fn rules(raw: RawFile, text: &str) -> Result<Vec<Rule>, Wrong> {
    let mut found: Vec<(usize, Rule)> = Vec::with_capacity(raw.rule.len());
    for spanned in raw.rule {
        let offset = spanned.span().start;
        let raw = spanned.into_inner();
        let (kind_offset, when_offset) = (raw.kind.span().start, raw.when.span().start);
        let rule = rule(raw, text)?;
        if found.iter().any(|(_, other)| other.kind == rule.kind) {
            return Err(Wrong { offset: kind_offset, key: "kind", cause: format!("{} has a rule already", rule.kind) });
        }
        if let Some(other) = found.iter().find(|(_, other)| hides(other, &rule)) {
            let cause = format!("can never fire: {} takes all that it would", other.1.kind);
            return Err(Wrong { offset: when_offset, key: "when", cause });
        }
        found.push((offset, rule));
    }
    let last = found.last().map_or(0, |(offset, _)| *offset);
    let missing = FindingKind::ALL.iter().find(|kind| !found.iter().any(|(_, rule)| rule.kind == **kind));
    if let Some(kind) = missing {
        let cause = format!("{kind} has no rule (to switch one off, say enabled = false)");
        return Err(Wrong { offset: last, key: "kind", cause });
    }
    found.sort_by_key(|(_, rule)| rule.kind as usize);
    Ok(found.into_iter().map(|(_, rule)| rule).collect())
}

/// Whether an earlier rule takes everything that a later one could.
fn hides(earlier: &Rule, later: &Rule) -> bool {
    let (When::Field(a), When::Field(b)) = (&earlier.when, &later.when) else { return false };
    earlier.enabled
        && later.enabled
        && a.spelling.is_empty()
        && b.fields.iter().all(|field| a.fields.contains(field))
        && b.levels.iter().all(|level| a.levels.contains(level))
        && (a.swap.is_none() || a.swap == b.swap)
}

fn rule(raw: RawRule, text: &str) -> Result<Rule, Wrong> {
    let kind: FindingKind = word(&raw.kind, "kind", |text| text.parse().ok())?;
    let when_offset = raw.when.span().start;
    let wrong_when = |cause: String| Wrong { offset: when_offset, key: "when", cause };
    let when = when(raw.when.into_inner()).map_err(wrong_when)?;
    match &when {
        When::Check(check) if check.kind() != kind => {
            return Err(wrong_when(format!("can never fire: this check finds {}, not {kind}", check.kind())));
        }
        When::Field(condition) => {
            if let Some(field) = condition.fields.iter().find(|field| !field.kinds().contains(&kind)) {
                return Err(wrong_when(format!("can never fire: {kind} does not speak of {}", field.as_str())));
            }
        }
        When::Check(_) => {}
    }
    let severity = word(&raw.severity, "severity", |text| text.parse::<Severity>().ok())?;
    Ok(Rule {
        kind,
        when,
        severity,
        owner: word(&raw.owner, "owner", |text| {
            Owner::WORDS.iter().find(|(w, _)| *w == text).map(|(_, owner)| *owner)
        })?,
        explain_vi: template(&raw.explain_vi, "explain_vi", true)?,
        explain_en: template(&raw.explain_en, "explain_en", true)?,
        next_vi: template(&raw.next_vi, "next_vi", false)?,
        next_en: template(&raw.next_en, "next_en", false)?,
        basis: word(&raw.basis, "basis", |text| (!text.trim().is_empty()).then(|| text.to_owned()))?,
        enabled: raw.enabled,
        procedures: procedures(raw.procedure, severity, text)?,
    })
}

fn procedures(raw: Vec<Spanned<RawProcedure>>, usual: Severity, text: &str) -> Result<Vec<ForProcedures>, Wrong> {
    let mut found: Vec<ForProcedures> = Vec::with_capacity(raw.len());
    for spanned in raw {
        let offset = spanned.span().start;
        let raw = spanned.into_inner();
        let wrong = |cause: String| Wrong { offset, key: "procedure", cause };
        let severity = word(&raw.severity, "procedure.severity", |text| text.parse::<Severity>().ok())?;
        if severity == usual {
            return Err(wrong(format!("says nothing new: the rule is \"{}\" anyway", usual.as_str())));
        }
        if raw.code.is_empty() || raw.reason.trim().is_empty() {
            return Err(wrong("it needs the codes of procedures and a reason".into()));
        }
        let known = found.iter().flat_map(|own| &own.codes);
        if let Some(code) = raw.code.iter().find(|code| known.clone().any(|other| other == *code)) {
            return Err(wrong(format!("{code} has a severity already")));
        }
        found.push(ForProcedures { codes: raw.code, severity, reason: raw.reason, line: line_at(text, offset) });
    }
    Ok(found)
}

fn word<T>(value: &Spanned<String>, key: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
    read(value.get_ref()).ok_or_else(|| Wrong {
        offset: value.span().start,
        key,
        cause: format!("\"{}\" is not allowed here", value.get_ref()),
    })
}

fn template(value: &Spanned<String>, key: &'static str, personal: bool) -> Result<Template, Wrong> {
    let wrong = |cause| Wrong { offset: value.span().start, key, cause };
    let template = Template::parse(value.get_ref()).map_err(wrong)?;
    if !personal && template.slots().any(Placeholder::is_personal) {
        return Err(wrong("a next step must not carry a citizen's data".into()));
    }
    Ok(template)
}

fn when(raw: RawWhen) -> Result<When, String> {
    match &raw.check {
        Some(_) if !raw.field.is_empty() => Err("either a field or a check, not both".into()),
        Some(name) => check(name.clone(), raw).map(When::Check),
        None => field(raw).map(When::Field),
    }
}

fn field(raw: RawWhen) -> Result<FieldCondition, String> {
    refuse(&raw, &[])?;
    let known = |name: &String| {
        Field::ALL.into_iter().find(|field| field.as_str() == name).ok_or(format!("unknown field \"{name}\""))
    };
    let fields = raw.field.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    let known = |name: &String| {
        Spelling::ALL
            .into_iter()
            .find(|spelling| spelling.as_str() == name)
            .ok_or(format!("unknown spelling \"{name}\""))
    };
    let spelling = raw.spelling.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    if fields.is_empty() || raw.level.is_empty() {
        return Err("can never fire: it needs a field and a level".into());
    }
    for field in &fields {
        if let Some(level) = raw.level.iter().find(|level| !field.levels().contains(level)) {
            return Err(format!("can never fire: {} is never {level:?}", field.as_str()));
        }
    }
    if !spelling.is_empty() && !raw.level.contains(&Level::Spelling) {
        return Err("can never fire: spelling needs the level spelling".into());
    }
    if raw.swap.is_some() && fields != [Field::BirthDate] {
        return Err("can never fire: only a birth_date can be swapped".into());
    }
    if raw.swap == Some(true) && raw.level != [Level::Different] {
        return Err("can never fire: a swapped date is different".into());
    }
    if raw.number_digit == Some(true) && fields != [Field::Sex] {
        return Err("can never fire: the digit of a number tells only the sex".into());
    }
    Ok(FieldCondition {
        fields,
        levels: raw.level,
        spelling,
        swap: raw.swap,
        number_digit: raw.number_digit == Some(true),
    })
}

fn check(name: String, raw: RawWhen) -> Result<Check, String> {
    let parameters: &[&str] = match name.as_str() {
        "missing_number" => &["wait_days"],
        "dead_owner" => &["ended_status"],
        "area_difference" => &["tolerance_share", "tolerance_m2"],
        "not_scanned" | "originals_kept" => &["remarks"],
        _ => &[],
    };
    refuse(&raw, parameters)?;
    let need = |parameter: &str| format!("{name} needs {parameter}");
    Ok(match name.as_str() {
        "old_number" => Check::OldNumber,
        "reissued_number" => Check::ReissuedNumber,
        "unknown_number" => Check::UnknownNumber,
        "bad_number" => Check::BadNumber,
        "duplicate_number" => Check::DuplicateNumber,
        "missing_number" => Check::MissingNumber {
            wait_days: raw
                .wait_days
                .filter(|days| (0..=3650).contains(days))
                .ok_or_else(|| need("wait_days, 0 to 3650"))?,
        },
        "dead_owner" => Check::DeadOwner { ended_status: raw.ended_status.ok_or_else(|| need("ended_status"))? },
        "dead_applicant" => Check::DeadApplicant,
        "marriage_unknown" => Check::MarriageUnknown,
        "stale_unit" => Check::StaleUnit,
        "split_unit" => Check::SplitUnit,
        "old_sheet" => Check::OldSheet,
        "parcel_collision" => Check::ParcelCollision,
        "area_difference" => {
            let share = raw.tolerance_share.filter(|share| (0.0..1.0).contains(share));
            let square_metres = raw.tolerance_m2.filter(|area| (0.0..1e6).contains(area));
            Check::AreaDifference {
                tolerance_share: share.ok_or_else(|| need("tolerance_share, 0 to below 1"))?,
                tolerance_m2: square_metres.ok_or_else(|| need("tolerance_m2, 0 to 1000000"))?,
            }
        }
        "serial_format" => Check::SerialFormat,
        "duplicate_serial" => Check::DuplicateSerial,
        "owner_type" => Check::OwnerType,
        "not_scanned" | "originals_kept" => {
            let remarks = raw.remarks.filter(|list| !list.is_empty() && list.iter().all(|r| !r.trim().is_empty()));
            let remarks = remarks.ok_or_else(|| need("remarks"))?;
            if name == "not_scanned" { Check::NotScanned { remarks } } else { Check::OriginalsKept { remarks } }
        }
        "code_pair" => Check::CodePair,
        "status_lag" => Check::StatusLag,
        _ => return Err(format!("unknown check \"{name}\"")),
    })
}

/// Refuses keys that mean nothing to this condition.
fn refuse(raw: &RawWhen, allowed: &[&str]) -> Result<(), String> {
    let given = [
        ("level", raw.check.is_some() && !raw.level.is_empty()),
        ("spelling", raw.check.is_some() && !raw.spelling.is_empty()),
        ("swap", raw.check.is_some() && raw.swap.is_some()),
        ("number_digit", raw.check.is_some() && raw.number_digit.is_some()),
        ("wait_days", raw.wait_days.is_some()),
        ("tolerance_share", raw.tolerance_share.is_some()),
        ("tolerance_m2", raw.tolerance_m2.is_some()),
        ("ended_status", raw.ended_status.is_some()),
        ("remarks", raw.remarks.is_some()),
    ];
    match given.iter().find(|(key, given)| *given && !allowed.contains(key)) {
        Some((key, _)) => Err(format!("{key} means nothing here")),
        None => Ok(()),
    }
}
