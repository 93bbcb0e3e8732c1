//! Canonical records: what a source says, in our own columns.
//!
//! A record is flat, so that it is a row of Parquet that any engine can read. A row speaks of one
//! person in one record: a marriage makes two rows (husband, wife), a certificate one row for each
//! owner. Rows of one record share [`Envelope::record_key`] and differ in [`Envelope::part`].
//!
//! Values are text in canonical form, empty values are `None`:
//!
//! * identifiers as the source gave them, trimmed (a malformed one is a finding, not a reject);
//! * names as the source gave them, trimmed;
//! * dates ISO and possibly partial ([`crate::PartialDate`]), instants RFC 3339;
//! * sex `m`, `f`, `o`; ethnicity the 2-digit code of the population system;
//! * unit codes with their leading zeros; areas in square metres as decimal text;
//! * lists joined by `;`.

use serde::{Deserialize, Serialize};

macro_rules! record {
    ($(#[$doc:meta])* $name:ident / $view:ident { $( $(#[$fdoc:meta])* $field:ident ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $( $(#[$fdoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String> ),+
        }

        /// The same columns, borrowed from a snapshot.
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $view<'a> { $( pub $field: Option<&'a str> ),+ }

        impl $name {
            /// Column names, in the order of [`Self::values`].
            pub const COLUMNS: &'static [&'static str] = &[$( stringify!($field) ),+];

            pub fn values(&self) -> Vec<Option<&str>> {
                vec![$( self.$field.as_deref() ),+]
            }

            pub fn view(&self) -> $view<'_> {
                $view { $( $field: self.$field.as_deref() ),+ }
            }
        }

        impl<'a> $view<'a> {
            /// Builds a view by asking for the column at each position of `COLUMNS`.
            pub fn from_columns(mut column: impl FnMut(usize) -> Option<&'a str>) -> Self {
                let mut at = 0;
                $( let $field = column(at); at += 1; )+
                let _ = at;
                Self { $( $field ),+ }
            }

            pub fn to_owned(&self) -> $name {
                $name { $( $field: self.$field.map(str::to_owned) ),+ }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(<hidden>)"))
            }
        }

        impl std::fmt::Debug for $view<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($view), "(<hidden>)"))
            }
        }
    };
}

record!(
    /// A person as a register of people keeps them: population, resident lists.
    PersonRecord / PersonView {
        personal_id,
        /// 9-digit CMND
        old_id,
        /// cancelled 12-digit numbers, joined by `;`
        former_ids,
        name,
        sex,
        birth_date,
        ethnicity,
        nationality,
        /// `single`, `married`, `divorced`, `widowed`
        marital_status,
        died_on,
        residence_province,
        /// filled only by sources that still keep three levels
        residence_district,
        residence_commune,
        residence_commune_name,
        residence_detail,
        /// the whole address as one text, where the source has only that
        residence_text,
        father_name,
        father_id,
        mother_name,
        mother_id,
        spouse_name,
        spouse_id,
        head_name,
        head_id,
        relation_to_head,
        household_number,
    }
);

impl PersonView<'_> {
    /// Says this row of a mosaic only that an answer was once there? Its values were removed when
    /// their time was up. No source serves a person without any number and name.
    pub fn is_forgotten(&self) -> bool {
        self.personal_id.is_none() && self.old_id.is_none() && self.name.is_none()
    }
}

record!(
    /// An entry of a civil-status register, seen from one of its principals.
    CivilEventRecord / CivilEventView {
        /// `birth`, `death`, `marriage`
        event,
        /// `child`, `deceased`, `husband`, `wife`
        role,
        personal_id,
        /// number of an identity paper where there is no personal ID field (deaths)
        paper_number,
        /// `cmnd`, `cccd`, `passport`, `other`
        paper_kind,
        name,
        sex,
        birth_date,
        ethnicity,
        nationality,
        residence_province,
        residence_district,
        residence_commune,
        residence_commune_name,
        residence_detail,
        residence_text,
        father_name,
        father_id,
        mother_name,
        mother_id,
        spouse_name,
        spouse_id,
        /// date of death or of marriage; of birth it is `birth_date`
        event_date,
        register_number,
        register_book,
        register_page,
        registered_on,
        /// commune code as the register says it
        register_commune,
        registration_kind,
        /// number, book and day of the entry that this one replaces (a registration done again)
        previous_register_number,
        previous_register_book,
        previously_registered_on,
    }
);

record!(
    /// A right to land: one owner of one parcel under one certificate.
    LandRightRecord / LandRightView {
        /// `individual`, `couple`, `household`, `organisation`, `community`
        owner_kind,
        personal_id,
        paper_number,
        paper_kind,
        name,
        sex,
        birth_date,
        /// year of death, where the land system knows of it
        death_year,
        residence_province,
        residence_district,
        residence_commune,
        residence_commune_name,
        residence_detail,
        residence_text,
        /// `true` where the land system says that it matched the owner with the population database
        id_verified,
        certificate_id,
        /// as the source writes it
        serial,
        register_number,
        issued_on,
        certificate_status,
        parcel_id,
        /// commune of the parcel in today's codes
        parcel_commune,
        /// commune before 1 July 2025, kept in the parcel's natural key
        parcel_old_commune,
        sheet,
        parcel,
        /// sheet and parcel as the certificate has them, where they differ from the map
        old_sheet,
        old_parcel,
        /// measured area in square metres
        area_m2,
        /// area on the certificate in square metres
        legal_area_m2,
        parcel_address,
        purpose,
        /// remarks of the land system on the data themselves
        note,
    }
);

record!(
    /// A case at a one-stop centre, or its echo in the system that processes it.
    DossierRecord / DossierView {
        code,
        national_code,
        agency_code,
        procedure_code,
        procedure_name,
        /// `LTKS`, `LTKT`, `LTKH` for linked civil-status cases
        module,
        /// the applicant's number, as typed
        personal_id,
        name,
        sex,
        birth_date,
        residence_province,
        residence_district,
        residence_commune,
        residence_commune_name,
        residence_detail,
        residence_text,
        /// `received`, `processing`, `supplement`, `done`, `refused`, `cancelled`, `unknown`
        status,
        accepted_at,
        due_at,
        completed_at,
    }
);

/// What a source calls the record, and which version of it this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The source's own stable key. Never a personal number.
    #[serde(rename = "k")]
    pub record_key: String,
    /// Which row of the record this is, from 0.
    #[serde(rename = "p", default)]
    pub part: u16,
    /// The commune the record belongs to, in today's codes, where the source says so.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// Rises with every change of the record (`PhienBan`, `version`, update time in ms).
    #[serde(rename = "v", default)]
    pub version: i64,
    /// RFC 3339, when the source says when it last changed the record.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The source says that it deleted the record. Such a row carries no values.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Record {
    Person(PersonRecord),
    CivilEvent(CivilEventRecord),
    LandRight(LandRightRecord),
    Dossier(DossierRecord),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanonicalRecord {
    #[serde(rename = "e")]
    pub envelope: Envelope,
    #[serde(rename = "r")]
    pub record: Record,
}

impl Record {
    /// The number under which the row is looked for: decides its bucket.
    pub fn link_key(&self) -> Option<&str> {
        match self {
            Self::Person(r) => r.personal_id.as_deref(),
            Self::CivilEvent(r) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            Self::LandRight(r) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            Self::Dossier(r) => r.personal_id.as_deref(),
        }
    }
}

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

/// Sex as registers keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
    Other,
}

impl Sex {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
            Self::Other => "o",
        }
    }

    /// Reads the canonical letter.
    pub fn from_canonical(text: &str) -> Option<Self> {
        match text {
            "m" => Some(Self::Male),
            "f" => Some(Self::Female),
            "o" => Some(Self::Other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_json_and_its_view() {
        let record = PersonRecord {
            personal_id: Some("099085000123".into()),
            name: Some("Nguyễn Văn Mẫu".into()),
            ..Default::default()
        };
        let json = serde_json::to_string(&Record::Person(record.clone())).expect("serializes");
        let back: Record = serde_json::from_str(&json).expect("parses");
        assert_eq!(back, Record::Person(record.clone()));
        let values = record.values();
        assert_eq!(PersonView::from_columns(|at| values[at]).to_owned(), record);
    }

    #[test]
    fn no_record_shows_its_values_through_debug() {
        let record = PersonRecord { name: Some("CANARY".into()), ..Default::default() };
        assert!(!format!("{record:?} {:?} {:?}", record.view(), record.view().mention()).contains("CANARY"));
    }
}
