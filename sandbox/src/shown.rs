//! What one record says of one person: the truth, bent by the record's defect.

use crate::defects::{Defect, Instead};
use crate::numbers::number_text;
use crate::people::Person;
use crate::world::World;
use jiff::civil::Date;

#[derive(Clone, Copy)]
pub enum Birth {
    Full(Date),
    Month(Date),
    Year(Date),
}

#[derive(Clone, Copy)]
pub enum Residence {
    /// A commune of today.
    Today(u16),
    /// A commune of before the reform.
    Old(u16),
}

pub struct Shown {
    /// As written; empty where only the CMND is known.
    pub number: String,
    /// Empty unless it stands in for the number.
    pub cmnd: String,
    pub name: String,
    pub male: bool,
    pub birth: Birth,
    pub ethnicity: u8,
    pub residence: Residence,
}

impl Shown {
    pub fn of(world: &World, person: &Person, defect: Option<&Defect>) -> Self {
        let mut shown = Self {
            number: if person.number == 0 { String::new() } else { number_text(person.number) },
            cmnd: String::new(),
            name: world.names.full(person.name),
            male: person.male,
            birth: Birth::Full(person.birth),
            ethnicity: person.ethnicity,
            residence: Residence::Today(person.commune),
        };
        match defect {
            Some(Defect::Name(name)) => shown.name = name.to_string(),
            Some(Defect::BirthMonth) => shown.birth = Birth::Month(person.birth),
            Some(Defect::BirthYear) => shown.birth = Birth::Year(person.birth),
            Some(Defect::Birth(date)) => shown.birth = Birth::Full(*date),
            Some(Defect::OtherSex) => shown.male = !person.male,
            Some(Defect::OnlyCmnd) => {
                shown.number.clear();
                shown.cmnd = format!("{:09}", person.cmnd);
            }
            Some(Defect::FormerNumber) => shown.number = number_text(person.former),
            Some(Defect::Number(number)) => shown.number = number.to_string(),
            Some(Defect::Ethnicity(code)) => shown.ethnicity = *code,
            Some(Defect::Moved(commune)) => shown.residence = Residence::Today(*commune),
            Some(Defect::Away { instead, name }) => {
                shown.number.clear();
                match instead {
                    Instead::Nothing => {}
                    Instead::Spoilt(number) => shown.number = number.to_string(),
                    Instead::Cmnd(number) => shown.cmnd = format!("{number:09}"),
                }
                if let Some(name) = name {
                    shown.name = name.to_string();
                }
            }
            Some(Defect::OldUnit(unit)) => shown.residence = Residence::Old(*unit),
            _ => {}
        }
        shown
    }
}

impl Birth {
    pub fn year(self) -> i16 {
        match self {
            Self::Full(d) | Self::Month(d) | Self::Year(d) => d.year(),
        }
    }

    /// `05/03/1985`, `03/1985`, `1985` with another separator where wanted.
    pub fn text(self, separator: char) -> String {
        match self {
            Self::Full(d) => day_text(d, separator),
            Self::Month(d) => format!("{:02}{separator}{}", d.month(), d.year()),
            Self::Year(d) => d.year().to_string(),
        }
    }

    /// `1985-03-05`, `1985-03`, `1985`
    pub fn iso(self) -> String {
        match self {
            Self::Full(d) => d.to_string(),
            Self::Month(d) => format!("{}-{:02}", d.year(), d.month()),
            Self::Year(d) => d.year().to_string(),
        }
    }
}

pub fn day_text(day: Date, separator: char) -> String {
    format!("{:02}{separator}{:02}{separator}{}", day.day(), day.month(), day.year())
}

/// A residence taken apart: codes, names, and the detail below the commune.
pub struct Address<'a> {
    pub province_code: &'a str,
    pub province_name: &'a str,
    /// Empty for a unit of today.
    pub district_code: &'a str,
    pub district_name: &'a str,
    pub commune_code: &'a str,
    pub commune_name: &'a str,
    pub detail: String,
}

impl Address<'_> {
    /// `Thôn 3, Xã Tân Trào, Tỉnh Tuyên Quang`
    pub fn text(&self) -> String {
        let parts = [self.detail.as_str(), self.commune_name, self.district_name, self.province_name];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

pub fn address(world: &World, residence: Residence, hamlet: u8) -> Address<'_> {
    match residence {
        Residence::Today(commune) => {
            let unit = &world.places.communes[usize::from(commune)];
            Address {
                province_code: world.places.province.as_str(),
                province_name: &world.places.province_name,
                district_code: "",
                district_name: "",
                commune_code: &unit.code,
                commune_name: &unit.full_name,
                detail: hamlet_name(&unit.full_name, hamlet),
            }
        }
        Residence::Old(at) => {
            let unit = &world.places.old[usize::from(at)];
            Address {
                province_code: &unit.province_code,
                province_name: &unit.province_name,
                district_code: &unit.district_code,
                district_name: &unit.district_name,
                commune_code: &unit.code,
                commune_name: &unit.full_name,
                detail: hamlet_name(&unit.full_name, hamlet),
            }
        }
    }
}

fn hamlet_name(commune: &str, hamlet: u8) -> String {
    if commune.starts_with("Xã") { format!("Thôn {hamlet}") } else { format!("Tổ dân phố {hamlet}") }
}
