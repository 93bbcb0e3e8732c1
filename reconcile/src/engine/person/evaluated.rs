//! What was looked for in the rows of a person: the other half of every share. A comparison is one
//! only where both sides have a value; a death or a marriage can be missed only where a register
//! of them was read.

use super::super::link::{Via, number_of};
use super::super::objects::cases::is_open;
use super::super::row::{Context, View};
use super::super::tally::Kinds;
use super::{Group, Seen};
use config::SourceKind;
use schemas::FindingKind as K;

pub(super) fn evaluated(group: &Group<'_, '_>, asked: &mut [Kinds]) {
    let entry = |seen: &Seen<'_, '_>| matches!(seen.row.view, View::CivilEvent(_));
    let registers = has_registers(group.context) || group.seen.iter().any(entry);
    let reference = group.reference();
    let number = group.personal_id().is_some();
    let confirmed = group.confirmation().filter(|seen| seen.mention.name.is_some());
    let mut dated = false;
    for (at, seen) in group.seen.iter().enumerate() {
        let kinds = &mut asked[seen.at];
        numbers(group.context, seen, kinds);
        events(seen, registers, kinds);
        if seen.excluded {
            continue;
        }
        let named = seen.mention.name.is_some();
        kinds.add_if(seen.is_population() && number && seen.mention.sex.is_some(), &[K::SexDiff]);
        kinds.add_if(confirmed.is_some() && named && !seen.only_confirms, &[K::NameDiff]);
        let Some(first) = reference.filter(|first| *first < at) else { continue };
        let reference = &group.seen[first];
        dated |= reference.mention.birth_date.is_some() && seen.mention.birth_date.is_some();
        compared(reference, seen, kinds);
    }
    if let Some(first) = reference.filter(|_| dated) {
        // The reference may be the one that knows less.
        asked[group.seen[first].at].add(&[K::DobPartial]);
    }
}

fn compared(reference: &Seen<'_, '_>, seen: &Seen<'_, '_>, kinds: &mut Kinds) {
    let (a, b) = (&reference.mention, &seen.mention);
    kinds.add_if(a.name.is_some() && b.name.is_some(), &[K::NameDiacritic, K::NameDiff]);
    kinds.add_if(a.birth_date.is_some() && b.birth_date.is_some(), &[K::DobPartial, K::DobDiff, K::DobSwap]);
    kinds.add_if(a.sex.is_some() && b.sex.is_some(), &[K::SexDiff]);
    kinds.add_if(a.ethnicity.is_some() && b.ethnicity.is_some(), &[K::EthnicCode]);
    let resolved = !reference.resolution.communes().is_empty() && !seen.resolution.communes().is_empty();
    kinds.add_if(resolved, &[K::AddrMoved]);
    if let View::CivilEvent(event) = &seen.row.view {
        let parents =
            a.father_name.is_some() && b.father_name.is_some() || a.mother_name.is_some() && b.mother_name.is_some();
        kinds.add_if(parents && reference.is_population() && event.event == Some("birth"), &[K::ParentDiff]);
    }
}

/// What the number tells, in rows that have one.
fn numbers(context: &Context, seen: &Seen<'_, '_>, kinds: &mut Kinds) {
    if seen.is_population() || seen.via == Via::Linked || number_of(seen.row).is_none() {
        return;
    }
    kinds.add(&[K::Id9Vs12, K::IdReissued]);
    kinds.add_if(context.population_is_complete() && matches!(seen.via, Via::Own | Via::Former), &[K::IdAliasMissing]);
}

fn events(seen: &Seen<'_, '_>, registers: bool, kinds: &mut Kinds) {
    match &seen.row.view {
        View::LandRight(_) => kinds.add_if(registers, &[K::DeadOwner]),
        View::Dossier(view) if seen.kind == SourceKind::OneStop => {
            kinds.add_if(registers && view.status.is_some_and(is_open), &[K::DeadActiveDossier]);
        }
        View::Person(_) if seen.is_population() && !seen.excluded => {
            kinds.add_if(registers && seen.mention.marital_status.is_some(), &[K::MaritalStale]);
        }
        _ => {}
    }
}

fn has_registers(context: &Context) -> bool {
    context.sources.iter().any(|source| source.kind == SourceKind::CivilStatus)
}
