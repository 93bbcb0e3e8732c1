//! By what a row can be found besides its own number, and which findings may be about it. The
//! night writes these keys down, a clerk's question asks for them: both by the same functions.

use crate::engine::{Row, View};
use crate::normal::fold::loose;
use crate::normal::id::{IdForm, classify};
use crate::normal::serial::serial_key;
use config::SourceKind;
use schemas::{PartialDate, PersonalId, SourceId, Subject};

/// A cancelled number, by which the person of now is found.
pub fn former(number: &PersonalId) -> String {
    format!("former:{number}", number = number.as_str())
}

/// A CMND as nine digits.
pub fn old_number(number: u32) -> String {
    format!("cmnd:{number:09}")
}

/// A case, by either of its codes.
pub fn case(code: &str) -> String {
    format!("case:{}", code.trim().to_uppercase())
}

/// A land certificate, in whatever way its serial is written.
pub fn serial(text: &str) -> String {
    format!("serial:{}", serial_key(text))
}

/// A person by name and birth date, or birth year; accents, case and spelling make no difference.
pub fn name(name: &str, birth: PartialDate) -> String {
    format!("name:{}|{birth}", loose(name).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Rows that stand under another number than that of their person, or under none.
pub fn moved(person: &str) -> String {
    format!("of:{person}")
}

/// The columns that [`keys`] looks at.
pub const COLUMNS: &[&str] = &[
    "part",
    "commune",
    "updated_at",
    "link_key",
    "personal_id",
    "former_ids",
    "old_id",
    "name",
    "birth_date",
    "code",
    "national_code",
    "serial",
];

/// All keys of a row, with the person's number where the key tells a person.
pub fn keys(kind: SourceKind, row: &Row<'_>) -> Vec<(String, Option<String>)> {
    let mut keys = Vec::new();
    match &row.view {
        View::Person(view) if kind == SourceKind::Population => {
            let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = view.personal_id.map(classify) else {
                return keys;
            };
            let mut add = |key: String| keys.push((key, Some(id.as_str().to_owned())));
            for number in view.former_ids.unwrap_or_default().split(';') {
                if let Ok(number) = PersonalId::parse(number.trim())
                    && number != id
                {
                    add(former(&number));
                }
            }
            for number in view.old_id.unwrap_or_default().split(';') {
                if let IdForm::OldNumber(number) | IdForm::RepairedOld(number) = classify(number.trim()) {
                    add(old_number(number));
                }
            }
            if let (Some(text), Some(birth)) = (view.name, view.birth_date)
                && let Ok(birth) = PartialDate::parse_iso(birth)
            {
                add(name(text, birth));
                // Whoever knows only the year finds him, too.
                if birth.is_full()
                    && let Ok(year) = PartialDate::new(birth.year(), None, None)
                {
                    add(name(text, year));
                }
            }
        }
        View::Dossier(view) => {
            keys.extend([view.code, view.national_code].into_iter().flatten().map(|code| (case(code), None)));
        }
        View::LandRight(view) => keys.extend(view.serial.map(|text| (serial(text), None))),
        View::Person(_) | View::CivilEvent(_) => {}
    }
    keys
}

/// What findings may be about this row besides its person: the record itself, its register entry,
/// certificate, parcel or case.
pub fn subjects(source: &SourceId, row: &Row<'_>) -> Vec<Subject> {
    let mut subjects = vec![Subject::record(source, row.record_key)];
    match &row.view {
        View::Person(_) => {}
        View::CivilEvent(_) => subjects.push(Subject::event(row.record_key)),
        View::Dossier(view) => {
            subjects.push(Subject::case(view.code.unwrap_or(row.record_key)));
            subjects.extend(view.national_code.map(Subject::case));
        }
        View::LandRight(view) => {
            subjects.push(match view.serial {
                Some(serial) => Subject::certificate(&serial_key(serial)),
                None => Subject::certificate(view.certificate_id.unwrap_or(row.record_key)),
            });
            if let (Some(sheet), Some(parcel)) = (view.sheet, view.parcel) {
                let communes = [view.parcel_old_commune, view.parcel_commune];
                subjects.extend(communes.into_iter().flatten().map(|commune| Subject::parcel(commune, sheet, parcel)));
            }
        }
    }
    subjects.sort();
    subjects.dedup();
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let birth = PartialDate::parse_iso("1985-03-05").expect("a date");
        assert_eq!(name("HOÀNG  Thị Hoà", birth), name("hoang thi hòa", birth));
        assert_ne!(name("Hoàng Thị Hoà", birth), name("Hoàng Thị Hoa Lý", birth));
    }

    #[test]
    fn a_serial_is_found_however_it_is_written() {
        assert_eq!(serial("ba-123456"), serial("BA 123456"));
    }
}
