//! What a row says of a person, in the same words whichever kind of record it is.

use super::{CivilEventView, DossierView, LandRightView, PersonView};

/// What one row says of one person, whatever the dataset: the part that is compared.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Mention<'a> {
    pub personal_id: Option<&'a str>,
    pub paper_number: Option<&'a str>,
    pub name: Option<&'a str>,
    pub sex: Option<&'a str>,
    pub birth_date: Option<&'a str>,
    pub ethnicity: Option<&'a str>,
    pub marital_status: Option<&'a str>,
    pub residence: Residence<'a>,
    pub father_name: Option<&'a str>,
    pub mother_name: Option<&'a str>,
    pub spouse_name: Option<&'a str>,
}

impl std::fmt::Debug for Mention<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mention(<hidden>)")
    }
}

/// An address as far as the source splits it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Residence<'a> {
    pub province: Option<&'a str>,
    pub district: Option<&'a str>,
    pub commune: Option<&'a str>,
    pub commune_name: Option<&'a str>,
    pub detail: Option<&'a str>,
    pub text: Option<&'a str>,
}

impl std::fmt::Debug for Residence<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Residence(<hidden>)")
    }
}

impl Residence<'_> {
    pub fn is_empty(&self) -> bool {
        *self == Residence::default()
    }
}

macro_rules! residence {
    ($view:expr) => {
        Residence {
            province: $view.residence_province,
            district: $view.residence_district,
            commune: $view.residence_commune,
            commune_name: $view.residence_commune_name,
            detail: $view.residence_detail,
            text: $view.residence_text,
        }
    };
}

impl<'a> PersonView<'a> {
    pub fn mention(&self) -> Mention<'a> {
        Mention {
            personal_id: self.personal_id,
            paper_number: self.old_id,
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            ethnicity: self.ethnicity,
            marital_status: self.marital_status,
            residence: residence!(self),
            father_name: self.father_name,
            mother_name: self.mother_name,
            spouse_name: self.spouse_name,
        }
    }
}

impl<'a> CivilEventView<'a> {
    pub fn mention(&self) -> Mention<'a> {
        Mention {
            personal_id: self.personal_id,
            paper_number: self.paper_number,
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            ethnicity: self.ethnicity,
            marital_status: None,
            residence: residence!(self),
            father_name: self.father_name,
            mother_name: self.mother_name,
            spouse_name: self.spouse_name,
        }
    }
}

impl<'a> LandRightView<'a> {
    pub fn mention(&self) -> Mention<'a> {
        Mention {
            personal_id: self.personal_id,
            paper_number: self.paper_number,
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            residence: residence!(self),
            ..Mention::default()
        }
    }
}

impl<'a> DossierView<'a> {
    pub fn mention(&self) -> Mention<'a> {
        Mention {
            personal_id: self.personal_id,
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            residence: residence!(self),
            ..Mention::default()
        }
    }
}
