//! Findings about a record that belongs to no person: its number, its residence, a birth without
//! a number.

use super::draft::{Draft, Said, wanted};
use super::link::number_of;
use super::row::{Context, Row, View};
use super::shown::residence_text;
use crate::normal::id::{IdForm, classify};
use crate::units::Resolution;
use config::rules::{Check, When};
use jiff::ToSpan;
use schemas::{FindingKind, Level, PartialDate, Subject};

/// A bad number and an old unit, about the record itself.
pub(super) fn without_person(context: &Context, row: &Row<'_>, out: &mut Vec<Draft>) {
    let subject = Subject::record(&context.sources[row.source].id, row.record_key);
    bad_number(context, row, &subject, out);
    let resolution = resolve(context, row);
    stale_unit(context, row, &resolution, &subject, out);
}

pub(super) fn resolve(context: &Context, row: &Row<'_>) -> Resolution {
    let residence = row.residence();
    if residence.is_empty() { Resolution::Unknown } else { context.catalogue.resolve(&residence, row.updated_on()) }
}

/// As [`bad_number`], where what else the record says has told whose it is.
pub(super) fn bad_number_of(context: &Context, row: &Row<'_>, subject: &Subject, number: &str, out: &mut Vec<Draft>) {
    let from = out.len();
    bad_number(context, row, subject, out);
    out[from..].iter_mut().for_each(|draft| draft.suggestion = Some(number.to_owned()));
}

pub(super) fn bad_number(context: &Context, row: &Row<'_>, subject: &Subject, out: &mut Vec<Draft>) {
    let Some((text, true)) = number_of(row) else { return };
    let form = classify(text);
    if !form.is_malformed() || !wanted(context, FindingKind::IdBadFormat) {
        return;
    }
    let suggestion = match form {
        IdForm::Repaired(id) => Some(id.as_str().to_owned()),
        IdForm::RepairedOld(old) => Some(format!("{old:09}")),
        _ => None,
    };
    let draft = Draft::new(FindingKind::IdBadFormat, subject.clone(), "personal_id", row, Level::Different);
    out.push(draft.saying(Said::new(row, text.to_owned())).suggesting(suggestion));
}

pub(super) fn stale_unit(
    context: &Context,
    row: &Row<'_>,
    found: &Resolution,
    subject: &Subject,
    out: &mut Vec<Draft>,
) {
    let (kind, suggestion) = match found {
        Resolution::Stale { to, .. } => (FindingKind::AddrStaleUnit, context.catalogue.full_name(*to)),
        Resolution::Split { candidates, .. } => {
            let names: Vec<String> = candidates.iter().map(|code| context.catalogue.full_name(*code)).collect();
            (FindingKind::AddrSplitUnit, names.join("; "))
        }
        _ => return,
    };
    if !wanted(context, kind) {
        return;
    }
    let value = residence_text(&context.catalogue, &row.residence(), found);
    let draft = Draft::new(kind, subject.clone(), "residence", row, Level::Compatible).or_unit(found.single());
    out.push(draft.saying(Said::new(row, value)).suggesting(suggestion));
}

/// A birth entry that has waited for its number for too long.
pub(super) fn missing_number(context: &Context, row: &Row<'_>, out: &mut Vec<Draft>) {
    let View::CivilEvent(view) = &row.view else { return };
    if view.event != Some("birth") || view.personal_id.is_some() || view.paper_number.is_some() {
        return;
    }
    let Some(rule) = context.rules.enabled(FindingKind::IdMissing) else { return };
    let When::Check(Check::MissingNumber { wait_days }) = rule.when else { return };
    let registered =
        view.registered_on.and_then(|text| PartialDate::parse_iso(text).ok()).and_then(PartialDate::to_date);
    let Some(registered) = registered else { return };
    if registered.saturating_add(wait_days.days()) < context.date {
        let subject = Subject::event(row.record_key);
        let draft = Draft::new(FindingKind::IdMissing, subject, "personal_id", row, Level::OnlyHere);
        out.push(draft.saying(Said::new(row, registered.to_string())));
    }
}
