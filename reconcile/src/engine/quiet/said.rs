//! What a row says by its columns, and whether it says the same as the population.

use crate::compare::{compare_dates, compare_ethnicity, compare_names, compare_names_of, compare_sex};
use crate::engine::facts::Facts;
use crate::engine::person::contradicts;
use crate::engine::residences::{Residences, shared};
use crate::engine::row::is_from_before_the_reform;
use crate::engine::table::{Columns, Table, places};
use crate::normal::id::unpacked;
use crate::units::Resolution;
use config::SourceKind;
use schemas::Level;
use schemas::record::Residence;
use std::rc::Rc;

/// What a row says, as far as it is compared.
pub(super) struct Said<'a> {
    pub facts: Facts,
    name: Option<&'a str>,
    pub sex: Option<&'a str>,
    birth_date: Option<&'a str>,
    ethnicity: Option<&'a str>,
    parents: [Option<&'a str>; 2],
    residence: Residence<'a>,
    updated_at: Option<&'a str>,
}

impl<'a> Said<'a> {
    pub fn of<T: Columns>(kind: SourceKind, table: &Table<'a, T>, row: usize) -> Self {
        let text = |at: usize| table.columns.text(at, row);
        let places = places(table.dataset);
        Self {
            facts: facts(kind, table, row),
            name: text(places.name),
            sex: text(places.sex),
            birth_date: text(places.birth_date),
            ethnicity: places.ethnicity.and_then(text),
            parents: places.parents.map_or([None; 2], |parents| parents.map(text)),
            residence: table.residence(row),
            updated_at: table.columns.updated_at(row),
        }
    }

    /// Is it, word for word, where the other one is, the house apart?
    pub fn is_where(&self, other: &Self) -> bool {
        let old = |said: &Self| is_from_before_the_reform(said.updated_at);
        let place = shared(&self.residence);
        place.is_some() && place == shared(&other.residence) && old(self) == old(other)
    }

    /// As [`super::person`] compares them field by field.
    pub fn agrees_with(&self, reference: &Said<'_>, kind: SourceKind) -> bool {
        let both = |a: Option<&str>, b: Option<&str>, agree: &dyn Fn(&str, &str) -> bool| match (a, b) {
            (Some(a), Some(b)) => a == b || agree(a, b),
            _ => true,
        };
        let same_name =
            |a: &str, b: &str| compare_names_of((SourceKind::Population, a), (kind, b)).level == Level::Same;
        let same_parent = |a: &str, b: &str| compare_names(a, b).level == Level::Same;
        let same_date = |a: &str, b: &str| !matches!(compare_dates(a, b).level, Level::Compatible | Level::Different);
        let parents = !self.facts.has(Facts::BIRTH)
            || reference.parents.into_iter().zip(self.parents).all(|(a, b)| both(a, b, &same_parent));
        parents
            && both(reference.name, self.name, &same_name)
            && both(reference.birth_date, self.birth_date, &same_date)
            && both(reference.sex, self.sex, &|a, b| compare_sex(a, b) != Level::Different)
            && both(reference.ethnicity, self.ethnicity, &|a, b| compare_ethnicity(a, b) != Level::Different)
    }
}

pub(super) fn facts<T: Columns>(kind: SourceKind, table: &Table<'_, T>, row: usize) -> Facts {
    Facts::of(kind, table.dataset, |at| table.columns.text(at, row))
}

/// Where somebody lives; `None` where the unit is none of today's any more, which is to be told.
pub(super) fn resolved<'a>(said: &Said<'a>, residences: &mut Residences<'_, 'a>) -> Option<Rc<Resolution>> {
    if !said.facts.has(Facts::ADDRESS) {
        return Some(residences.unknown.clone());
    }
    let found = residences.resolve(&said.residence, said.updated_at);
    (!matches!(*found, Resolution::Stale { .. } | Resolution::Split { .. })).then_some(found)
}

/// Does the sex fit the fourth digit of the person's number?
pub(super) fn number_fits(person: u64, sex: Option<&str>) -> bool {
    sex.zip(unpacked(person)).is_none_or(|(sex, number)| !contradicts(sex, number.sex()))
}
