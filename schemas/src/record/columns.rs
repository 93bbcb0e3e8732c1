//! The four kinds of records, each a struct that owns its values and a view that borrows them.

use serde::{Deserialize, Serialize};

macro_rules! record {
    ($(#[$doc:meta])* $name:ident / $view:ident / $column:ident { $( $(#[$fdoc:meta])* $field:ident ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $( $(#[$fdoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String> ),+
        }

        /// The same columns, borrowed from a snapshot.
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $view<'a> { $( pub $field: Option<&'a str> ),+ }

        /// Its columns by name, each at its place in `COLUMNS`.
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $column { $( $field ),+ }

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

            /// The value at a position of `COLUMNS`.
            pub fn value(&self, column: usize) -> Option<&'a str> {
                $( if column == $column::$field as usize { return self.$field; } )+
                None
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
    PersonRecord / PersonView / PersonColumn {
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
    CivilEventRecord / CivilEventView / CivilEventColumn {
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
    LandRightRecord / LandRightView / LandRightColumn {
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
    DossierRecord / DossierView / DossierColumn {
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
