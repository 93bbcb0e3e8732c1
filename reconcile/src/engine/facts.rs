//! What a row says, without its values: what is there at all decides which kinds of finding can be
//! looked for in it.

use super::objects::cases::is_open;
use super::row::{Row, speaks_of_person};
use super::table::places;
use config::SourceKind;
use schemas::Dataset;
use schemas::record::{CivilEventColumn as C, DossierColumn as D, LandRightColumn as L, PersonColumn as P};

/// A set of facts about one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts(u32);

macro_rules! facts {
    ($( $(#[$doc:meta])* $name:ident = $bit:literal ),+ $(,)?) => {
        impl Facts { $( $(#[$doc])* pub const $name: Self = Self(1 << $bit); )+ }
    };
}

facts!(
    NAME = 0,
    BIRTH_DATE = 1,
    SEX = 2,
    ETHNICITY = 3,
    MARITAL_STATUS = 4,
    FATHER = 5,
    MOTHER = 6,
    ADDRESS = 7,
    /// It speaks of a person: see [`Row::speaks_of_person`].
    SPEAKS = 8,
    /// An identity number, whatever its form; as [`super::link::number_of`].
    NUMBER = 9,
    /// The number stands in a field that holds nothing else.
    CERTAIN_NUMBER = 10,
    /// A person's row, with a 12-digit field.
    PERSONAL_ID = 11,
    /// A row of the population's register of people.
    POPULATION = 12,
    /// An entry of a civil-status register.
    ENTRY = 13,
    BIRTH = 14,
    DEATH = 15,
    /// A marriage, seen from husband or wife.
    SPOUSE = 16,
    /// Any number of any paper.
    PAPER = 17,
    LAND_RIGHT = 18,
    SERIAL = 19,
    /// The right of one person, as far as is told.
    ONE_OWNER = 20,
    /// Sheet and parcel, in some commune.
    PARCEL = 21,
    /// Both areas.
    AREAS = 22,
    /// The parcel's communes of today and of before.
    BOTH_COMMUNES = 23,
    /// A case as it is kept where it was handed in.
    CASE = 24,
    /// A case as the civil-status system tells of it.
    ECHO = 25,
    CODE = 26,
    STATUS = 27,
    /// Of a case at a one-stop centre's own system that is not finished.
    OPEN = 28,
);

impl Facts {
    pub fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn add_if(&mut self, holds: bool, fact: Self) {
        if holds {
            self.0 |= fact.0;
        }
    }

    pub fn of_row(kind: SourceKind, row: &Row<'_>) -> Self {
        Self::of(kind, row.dataset(), |at| row.value(at))
    }

    /// `text`: the value in a column of the dataset's record.
    pub fn of<'a>(kind: SourceKind, dataset: Dataset, text: impl Fn(usize) -> Option<&'a str>) -> Self {
        let has = |at: usize| text(at).is_some();
        let places = places(dataset);
        let mut facts = Self::default();
        facts.add_if(has(places.name), Self::NAME);
        facts.add_if(has(places.birth_date), Self::BIRTH_DATE);
        facts.add_if(has(places.sex), Self::SEX);
        facts.add_if(places.ethnicity.is_some_and(has), Self::ETHNICITY);
        if let Some([father, mother]) = places.parents {
            facts.add_if(has(father), Self::FATHER);
            facts.add_if(has(mother), Self::MOTHER);
        }
        facts.add_if(places.residence.into_iter().any(has), Self::ADDRESS);
        facts.add_if(speaks_of_person(kind, dataset, || text(L::owner_kind as usize)), Self::SPEAKS);
        let number = has(places.personal_id);
        match dataset {
            Dataset::Person => {
                facts.add_if(number, Self::PERSONAL_ID);
                facts.numbered(number || has(P::old_id as usize));
                facts.add_if(has(P::marital_status as usize), Self::MARITAL_STATUS);
                facts.add_if(kind == SourceKind::Population, Self::POPULATION);
            }
            Dataset::CivilEvent => {
                facts.add_if(true, Self::ENTRY);
                facts.papers(number, text(C::paper_number as usize), text(C::paper_kind as usize));
                match text(C::event as usize) {
                    Some("birth") => facts.add_if(true, Self::BIRTH),
                    Some("death") => facts.add_if(true, Self::DEATH),
                    Some("marriage") => {
                        facts.add_if(matches!(text(C::role as usize), Some("husband" | "wife")), Self::SPOUSE);
                    }
                    _ => {}
                }
            }
            Dataset::LandRight => {
                facts.add_if(true, Self::LAND_RIGHT);
                let owner = text(L::owner_kind as usize);
                facts.add_if(matches!(owner, None | Some("individual")), Self::ONE_OWNER);
                facts.papers(number, text(L::paper_number as usize), text(L::paper_kind as usize));
                facts.add_if(has(L::serial as usize), Self::SERIAL);
                let (now, before) = (has(L::parcel_commune as usize), has(L::parcel_old_commune as usize));
                facts.add_if((now || before) && has(L::sheet as usize) && has(L::parcel as usize), Self::PARCEL);
                facts.add_if(now && before, Self::BOTH_COMMUNES);
                facts.add_if(has(L::area_m2 as usize) && has(L::legal_area_m2 as usize), Self::AREAS);
            }
            Dataset::Dossier => {
                let echo = kind == SourceKind::CivilStatus;
                facts.add_if(true, if echo { Self::ECHO } else { Self::CASE });
                facts.numbered(number);
                facts.add_if(has(D::code as usize), Self::CODE);
                let status = text(D::status as usize);
                facts.add_if(status.is_some(), Self::STATUS);
                facts.add_if(kind == SourceKind::OneStop && status.is_some_and(is_open), Self::OPEN);
            }
        }
        facts
    }

    fn numbered(&mut self, number: bool) {
        self.add_if(number, Self::NUMBER.and(Self::CERTAIN_NUMBER));
    }

    /// As [`super::link::number_of`] reads the number of a paper.
    fn papers(&mut self, number: bool, paper: Option<&str>, kind: Option<&str>) {
        let identity = matches!(kind, Some("cmnd" | "cccd"));
        self.numbered(number || (paper.is_some() && identity));
        self.add_if(paper.is_some() && kind.is_none(), Self::NUMBER);
        self.add_if(number || paper.is_some(), Self::PAPER);
    }
}
