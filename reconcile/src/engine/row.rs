//! What goes in: the context of a run, and rows borrowed from snapshots.

use crate::units::Catalogue;
use config::SourceKind;
use config::rules::Rules;
use config::units::REFORM;
use jiff::civil::Date;
use schemas::record::{CivilEventView, DossierView, LandRightColumn, LandRightView, PersonView, Residence};
use schemas::{Dataset, Mention, ProvinceCode, SourceId};
use std::sync::Arc;

/// [`REFORM`] as records write it.
const FIRST_DAY: &str = "2025-07-01";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    pub id: SourceId,
    pub kind: SourceKind,
    /// A complete snapshot can say that somebody is absent; a mosaic of single answers cannot.
    pub complete: bool,
}

/// Everything that findings are a function of, apart from the rows.
pub struct Context {
    pub catalogue: Arc<Catalogue>,
    pub rules: Rules,
    /// The Vietnamese day of the run.
    pub date: Date,
    pub province: ProvinceCode,
    pub sources: Vec<SourceInfo>,
}

impl Context {
    pub(super) fn kind(&self, row: &Row<'_>) -> SourceKind {
        self.sources[row.source].kind
    }

    pub(super) fn population_is_complete(&self) -> bool {
        self.sources.iter().any(|s| s.kind == SourceKind::Population && s.complete)
    }
}

#[derive(Clone, Copy)]
pub enum View<'a> {
    Person(PersonView<'a>),
    CivilEvent(CivilEventView<'a>),
    LandRight(LandRightView<'a>),
    Dossier(DossierView<'a>),
}

/// One row of a snapshot.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Index into [`Context::sources`].
    pub source: usize,
    pub record_key: &'a str,
    pub part: u16,
    pub commune: Option<&'a str>,
    /// RFC 3339.
    pub updated_at: Option<&'a str>,
    pub view: View<'a>,
}

impl<'a> Row<'a> {
    pub fn dataset(&self) -> Dataset {
        match self.view {
            View::Person(_) => Dataset::Person,
            View::CivilEvent(_) => Dataset::CivilEvent,
            View::LandRight(_) => Dataset::LandRight,
            View::Dossier(_) => Dataset::Dossier,
        }
    }

    /// The value in a column of the dataset's record, by its place.
    pub(super) fn value(&self, column: usize) -> Option<&'a str> {
        match &self.view {
            View::Person(view) => view.value(column),
            View::CivilEvent(view) => view.value(column),
            View::LandRight(view) => view.value(column),
            View::Dossier(view) => view.value(column),
        }
    }

    /// Whether it speaks of a person at all: not of an organisation, and not the bare status of
    /// a case.
    pub(super) fn speaks_of_person(&self, kind: SourceKind) -> bool {
        speaks_of_person(kind, self.dataset(), || self.value(LandRightColumn::owner_kind as usize))
    }

    /// What the row says of a person, where it speaks of one.
    pub fn mention(&self, kind: SourceKind) -> Option<Mention<'a>> {
        self.speaks_of_person(kind).then(|| match &self.view {
            View::Person(view) => view.mention(),
            View::CivilEvent(view) => view.mention(),
            View::LandRight(view) => view.mention(),
            View::Dossier(view) => view.mention(),
        })
    }

    pub(super) fn residence(&self) -> Residence<'a> {
        match &self.view {
            View::Person(view) => view.mention().residence,
            View::CivilEvent(view) => view.mention().residence,
            View::LandRight(view) => view.mention().residence,
            View::Dossier(view) => view.mention().residence,
        }
    }

    /// The commune of today that the record belongs to: a land right belongs where its parcel is.
    pub(super) fn place(&self) -> Option<&'a str> {
        self.commune.or(match &self.view {
            View::LandRight(view) => view.parcel_commune,
            _ => None,
        })
    }

    /// Of an entry of a register: the day on which it was made.
    pub(super) fn registered_on(&self) -> Option<&'a str> {
        match &self.view {
            View::CivilEvent(view) => view.registered_on,
            _ => None,
        }
    }

    /// The Vietnamese day on which the source last changed the record.
    pub(super) fn updated_on(&self) -> Option<Date> {
        self.updated_at.and_then(day_of)
    }

    /// The key that decided in which bucket the row is stored.
    pub fn link_key(&self) -> Option<&'a str> {
        match &self.view {
            View::Person(view) => view.link_key(),
            View::CivilEvent(view) => view.link_key(),
            View::LandRight(view) => view.link_key(),
            View::Dossier(view) => view.link_key(),
        }
    }
}

/// Was a record last changed before the reform? As far as its day is told. `updated_at`: see
/// [`Row::updated_at`].
pub(super) fn is_from_before_the_reform(updated_at: Option<&str>) -> bool {
    let Some(text) = updated_at else { return false };
    // Most records are newer, and an instant in UTC can only be of a later day here.
    if text.as_bytes() >= FIRST_DAY.as_bytes() {
        return false;
    }
    day_of(text).is_some_and(|day| day < REFORM)
}

/// See [`Row::speaks_of_person`]. `owner_kind`: of a land right; where nothing is told the owner is a
/// person.
pub(super) fn speaks_of_person<'a>(
    kind: SourceKind,
    dataset: Dataset,
    owner_kind: impl FnOnce() -> Option<&'a str>,
) -> bool {
    match dataset {
        Dataset::Person | Dataset::CivilEvent => true,
        Dataset::LandRight => matches!(owner_kind(), None | Some("individual" | "couple" | "household")),
        Dataset::Dossier => kind != SourceKind::CivilStatus,
    }
}

/// The Vietnamese day of an RFC 3339 instant.
pub(super) fn day_of(text: &str) -> Option<Date> {
    if text.ends_with('Z') {
        return text.parse().ok().map(schemas::clock::vietnam_date);
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let (month, day) = (part(5, 7)?, part(8, 10)?);
    Date::new(part(0, 4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_from_before_the_reform_by_its_vietnamese_day() {
        assert_eq!(FIRST_DAY, REFORM.to_string());
        let is_old = |updated_at| is_from_before_the_reform(Some(updated_at));
        assert!(!is_from_before_the_reform(None));
        for old in ["2025-06-30T23:59:59+07:00", "2019-01-02T00:00:00+07:00", "2025-06-30T16:59:59Z"] {
            assert!(is_old(old), "{old}");
        }
        for new in ["2025-07-01T00:00:00+07:00", "2026-11-24T00:00:00+07:00", "2025-06-30T17:00:00Z", "", "tomorrow"] {
            assert!(!is_old(new), "{new}");
        }
    }
}
