//! Each mention against the reference, field by field.

use super::super::draft::{Draft, Said, wanted};
use super::super::records;
use super::super::row::View;
use super::super::shown::residence_text;
use super::{Group, Seen};
use crate::compare::{compare_dates, compare_ethnicity, compare_names, compare_names_of, compare_sex};
use crate::units::Resolution;
use config::rules::{Field, Spelling, When};
use schemas::record::Sex;
use schemas::{FindingKind, Level};

/// One comparison that is not "same".
struct Outcome<'v> {
    field: Field,
    level: Level,
    swap: bool,
    spelling: Vec<Spelling>,
    reference: &'v str,
    value: &'v str,
}

pub(super) fn compare(group: &Group<'_, '_>, out: &mut Vec<Draft>) {
    for seen in &group.seen {
        if matches!(*seen.resolution, Resolution::Stale { .. } | Resolution::Split { .. }) {
            records::stale_unit(group.context, seen.row, &seen.resolution, group.subject(), out);
        }
        if seen.is_population() && !seen.excluded {
            digit(group, seen, out);
        }
    }
    let confirmed = group.confirmation();
    if let Some(confirmed) = confirmed {
        confirmed_name(group, confirmed, out);
    }
    let Some(at) = group.reference() else { return };
    let reference = &group.seen[at];
    for seen in group.seen.iter().skip(at + 1).filter(|seen| !seen.excluded) {
        // Whose letters are right has been said; only spelling is left to compare.
        let counts = |level| level != Level::Same && (confirmed.is_none() || level != Level::Different);
        name(group, reference, seen, counts, out);
        birth_dates(group, reference, seen, out);
        letters(group, reference, seen, out);
        residences(group, reference, seen, out);
        parents(group, reference, seen, out);
    }
}

fn both<'v>(a: Option<&'v str>, b: Option<&'v str>) -> Option<(&'v str, &'v str)> {
    a.zip(b).filter(|(a, b)| a != b)
}

/// The letters of a name against those that the population database confirmed. Its accents are
/// nobody's word, so a difference of spelling is none.
fn confirmed_name(group: &Group<'_, '_>, confirmed: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    for seen in group.seen.iter().filter(|seen| !seen.excluded && !seen.only_confirms) {
        name(group, confirmed, seen, |level| level == Level::Different, out);
    }
}

fn name(
    group: &Group<'_, '_>,
    reference: &Seen<'_, '_>,
    seen: &Seen<'_, '_>,
    counts: impl Fn(Level) -> bool,
    out: &mut Vec<Draft>,
) {
    let Some((a, b)) = both(reference.mention.name, seen.mention.name) else { return };
    let found = compare_names_of((reference.kind, a), (seen.kind, b));
    if counts(found.level) {
        let spelling = found.spelling;
        let outcome = Outcome { field: Field::Name, level: found.level, swap: false, spelling, reference: a, value: b };
        push(group, reference, seen, outcome, out);
    }
}

fn birth_dates(group: &Group<'_, '_>, reference: &Seen<'_, '_>, seen: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    let Some((a, b)) = both(reference.mention.birth_date, seen.mention.birth_date) else { return };
    let found = compare_dates(a, b);
    let outcome = Outcome {
        field: Field::BirthDate,
        level: found.level,
        swap: found.swap,
        spelling: Vec::new(),
        reference: a,
        value: b,
    };
    match found.level {
        Level::Compatible if !found.second_knows_less => knows_less(group, reference, seen, outcome, out),
        Level::Compatible => {
            let before = out.len();
            push(group, reference, seen, outcome, out);
            if let Some(draft) = out.get_mut(before) {
                draft.suggestion = Some(a.to_owned());
            }
        }
        Level::Different => push(group, reference, seen, outcome, out),
        _ => {}
    }
}

/// The reference itself is the record to complete.
fn knows_less(
    group: &Group<'_, '_>,
    reference: &Seen<'_, '_>,
    seen: &Seen<'_, '_>,
    outcome: Outcome<'_>,
    out: &mut Vec<Draft>,
) {
    let Some(kind) = group.context.rules.for_comparison(outcome.field, outcome.level, false, &[]) else { return };
    let mut draft = Draft::new(kind, group.subject().clone(), outcome.field.as_str(), reference.row, outcome.level);
    draft.of_reference = true;
    out.push(
        draft
            .or_unit(reference.resolution.single())
            .against(Said::new(reference.row, outcome.reference.to_owned()))
            .saying(Said::new(seen.row, outcome.value.to_owned()))
            .suggesting(outcome.value.to_owned()),
    );
}

fn letters(group: &Group<'_, '_>, reference: &Seen<'_, '_>, seen: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    let fields = [
        (Field::Sex, reference.mention.sex, seen.mention.sex, compare_sex as fn(&str, &str) -> Level),
        (Field::Ethnicity, reference.mention.ethnicity, seen.mention.ethnicity, compare_ethnicity),
    ];
    for (field, a, b, compare) in fields {
        let Some((a, b)) = both(a, b) else { continue };
        let level = compare(a, b);
        if level == Level::Different {
            let outcome = Outcome { field, level, swap: false, spelling: Vec::new(), reference: a, value: b };
            push(group, reference, seen, outcome, out);
        }
    }
}

fn residences(group: &Group<'_, '_>, reference: &Seen<'_, '_>, seen: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    if reference.resolution.shares_a_commune(&seen.resolution) != Some(false) {
        return;
    }
    let text =
        |seen: &Seen<'_, '_>| residence_text(&group.context.catalogue, &seen.mention.residence, &seen.resolution);
    let (a, b) = (text(reference), text(seen));
    let outcome = Outcome {
        field: Field::Residence,
        level: Level::Different,
        swap: false,
        spelling: Vec::new(),
        reference: &a,
        value: &b,
    };
    push(group, reference, seen, outcome, out);
}

/// The birth register against the population's own parents.
fn parents(group: &Group<'_, '_>, reference: &Seen<'_, '_>, seen: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    let View::CivilEvent(event) = &seen.row.view else { return };
    if !reference.is_population() || event.event != Some("birth") {
        return;
    }
    let fields = [
        (Field::Father, reference.mention.father_name, seen.mention.father_name),
        (Field::Mother, reference.mention.mother_name, seen.mention.mother_name),
    ];
    for (field, a, b) in fields {
        let Some((a, b)) = both(a, b) else { continue };
        let found = compare_names(a, b);
        if found.level != Level::Same {
            let spelling = found.spelling;
            let outcome = Outcome { field, level: found.level, swap: false, spelling, reference: a, value: b };
            push(group, reference, seen, outcome, out);
        }
    }
}

fn push(
    group: &Group<'_, '_>,
    reference: &Seen<'_, '_>,
    seen: &Seen<'_, '_>,
    outcome: Outcome<'_>,
    out: &mut Vec<Draft>,
) {
    let rules = &group.context.rules;
    let Some(kind) = rules.for_comparison(outcome.field, outcome.level, outcome.swap, &outcome.spelling) else {
        return;
    };
    // What the population says is a suggestion only where it is the origin of the value.
    let origin = matches!(outcome.field, Field::Name | Field::BirthDate | Field::Ethnicity)
        && reference.is_population()
        && !reference.only_confirms;
    let mut draft = Draft::new(kind, group.subject().clone(), outcome.field.as_str(), seen.row, outcome.level)
        .or_unit(reference.resolution.single())
        .against(Said::new(reference.row, outcome.reference.to_owned()))
        .saying(Said::new(seen.row, outcome.value.to_owned()))
        .suggesting(origin.then(|| outcome.reference.to_owned()));
    draft.spelling = outcome.spelling;
    out.push(draft);
}

/// Is a sex, as it is written, another one than that of a number?
pub(in crate::engine) fn contradicts(sex: &str, by_number: Sex) -> bool {
    matches!(Sex::from_canonical(sex), Some(sex) if sex != Sex::Other && sex != by_number)
}

/// Population's sex against the fourth digit of its own number.
fn digit(group: &Group<'_, '_>, seen: &Seen<'_, '_>, out: &mut Vec<Draft>) {
    let kind = FindingKind::SexDiff;
    let When::Field(condition) = &group.context.rules.rule(kind).when else { return };
    if !condition.number_digit || !wanted(group.context, kind) {
        return;
    }
    let (Some(text), Some(number)) = (seen.mention.sex, group.personal_id()) else { return };
    let by_number = number.sex();
    if contradicts(text, by_number) {
        let draft = Draft::new(kind, group.subject().clone(), "sex", seen.row, Level::Different);
        let draft = draft.against(Said::new(seen.row, text.to_owned()));
        out.push(draft.saying(Said::new(seen.row, by_number.as_str().to_owned())).or_unit(seen.resolution.single()));
    }
}
