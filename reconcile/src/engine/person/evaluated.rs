//! What was looked for in the rows of a person: the other half of every share. A comparison is one
//! only where both sides have a value; a death or a marriage can be missed only where a register
//! of them was read.

use super::super::facts::Facts;
use super::super::link::Via;
use super::super::row::Context;
use super::super::tally::Kinds;
use super::Seen;
use config::SourceKind;
use schemas::FindingKind as K;

/// What is known of one row of the person; see [`Seen`].
#[derive(Clone, Copy)]
pub(in crate::engine) struct Looked {
    pub facts: Facts,
    pub via: Via,
    pub excluded: bool,
    pub only_confirms: bool,
    /// Its residence is in a commune of today that can be told.
    pub resolved: bool,
}

impl Looked {
    pub fn of(seen: &Seen<'_, '_>) -> Self {
        let Seen { facts, via, excluded, only_confirms, .. } = *seen;
        Self { facts, via, excluded, only_confirms, resolved: !seen.resolution.communes().is_empty() }
    }
}

/// What was read at all.
pub(in crate::engine) struct Registers {
    civil_status: bool,
    population_is_complete: bool,
}

impl Registers {
    pub fn of(context: &Context) -> Self {
        let civil_status = context.sources.iter().any(|source| source.kind == SourceKind::CivilStatus);
        Self { civil_status, population_is_complete: context.population_is_complete() }
    }
}

/// `has_number`: whether the person has a number that is one. The best source first; kinds are
/// added to `asked`, row by row.
pub(in crate::engine) fn evaluated(registers: &Registers, has_number: bool, rows: &[Looked], asked: &mut [Kinds]) {
    let civil_status = registers.civil_status || rows.iter().any(|row| row.facts.has(Facts::ENTRY));
    let reference = rows.iter().position(|row| !row.excluded && !row.only_confirms);
    let confirmed = rows.iter().find(|row| !row.excluded && row.only_confirms);
    let confirmed = confirmed.is_some_and(|row| row.facts.has(Facts::NAME));
    let mut dated = false;
    for (at, (row, kinds)) in rows.iter().zip(&mut *asked).enumerate() {
        numbers(registers, row, kinds);
        events(row, civil_status, kinds);
        if row.excluded {
            continue;
        }
        kinds.add_if(has_number && row.facts.has(Facts::POPULATION.and(Facts::SEX)), &[K::SexDiff]);
        kinds.add_if(confirmed && row.facts.has(Facts::NAME) && !row.only_confirms, &[K::NameDiff]);
        let Some(first) = reference.filter(|first| *first < at) else { continue };
        dated |= rows[first].facts.has(Facts::BIRTH_DATE) && row.facts.has(Facts::BIRTH_DATE);
        compared(&rows[first], row, kinds);
    }
    if let Some(first) = reference.filter(|_| dated) {
        // The reference may be the one that knows less.
        asked[first].add(&[K::DobPartial]);
    }
}

fn compared(reference: &Looked, row: &Looked, kinds: &mut Kinds) {
    let both = |fact| reference.facts.has(fact) && row.facts.has(fact);
    kinds.add_if(both(Facts::NAME), &[K::NameDiacritic, K::NameDiff]);
    kinds.add_if(both(Facts::BIRTH_DATE), &[K::DobPartial, K::DobDiff, K::DobSwap]);
    kinds.add_if(both(Facts::SEX), &[K::SexDiff]);
    kinds.add_if(both(Facts::ETHNICITY), &[K::EthnicCode]);
    kinds.add_if(reference.resolved && row.resolved, &[K::AddrMoved]);
    let parents = both(Facts::FATHER) || both(Facts::MOTHER);
    let registered = reference.facts.has(Facts::POPULATION) && row.facts.has(Facts::BIRTH);
    kinds.add_if(parents && registered, &[K::ParentDiff]);
}

/// What the number tells, in rows that have one.
fn numbers(registers: &Registers, row: &Looked, kinds: &mut Kinds) {
    if row.facts.has(Facts::POPULATION) || row.via == Via::Linked || !row.facts.has(Facts::NUMBER) {
        return;
    }
    kinds.add(&[K::Id9Vs12, K::IdReissued]);
    let own = matches!(row.via, Via::Own | Via::Former);
    kinds.add_if(registers.population_is_complete && own, &[K::IdAliasMissing]);
}

fn events(row: &Looked, civil_status: bool, kinds: &mut Kinds) {
    if !civil_status {
        return;
    }
    kinds.add_if(row.facts.has(Facts::LAND_RIGHT), &[K::DeadOwner]);
    kinds.add_if(row.facts.has(Facts::OPEN), &[K::DeadActiveDossier]);
    let person = row.facts.has(Facts::POPULATION.and(Facts::MARITAL_STATUS)) && !row.excluded;
    kinds.add_if(person, &[K::MaritalStale]);
}
