//! What the sources say of one person, field by field, for eyes: each value as it is written and
//! as people read it, and how it compares with the first source that has one.

use super::row::{Context, Row};
use super::shown::{Language, push_value, residence_text};
use crate::compare::{compare_dates, compare_ethnicity, compare_names, compare_names_of, compare_sex};
use crate::units::Resolution;
use config::SourceKind;
use schemas::{CommuneCode, Level, Mention};
use serde::Serialize;

/// One field of one person across the rows that speak of them.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FieldBeside {
    /// `name`, `birth_date`, … as in findings.
    pub field: &'static str,
    /// In the order of the rows; rows without a value are left out.
    pub values: Vec<ValueBeside>,
    /// The farthest level of all. [`Level::OnlyHere`]: one value alone, or nothing differs and at
    /// least one value could not be compared.
    pub level: Level,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ValueBeside {
    /// Place in the rows that were given.
    pub row: usize,
    pub value: String,
    pub shown_vi: String,
    pub shown_en: String,
    /// Against the first value.
    pub level: Level,
    /// For a residence: the unit of today, in full, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
}

const FIELDS: [&str; 8] = ["name", "birth_date", "sex", "ethnicity", "residence", "marital_status", "father", "mother"];

/// Fields that at least one row has, in the order of the table. The first row that has a value is
/// what the others are compared with: give the rows in the order of references.
pub fn beside(context: &Context, rows: &[Row<'_>]) -> Vec<FieldBeside> {
    let mentions: Vec<Option<Mention<'_>>> = rows.iter().map(|row| row.mention(context.kind(row))).collect();
    let places: Vec<Resolution> = rows.iter().map(|row| super::records::resolve(context, row)).collect();
    let of = |field: &'static str| {
        let mut values: Vec<ValueBeside> = Vec::new();
        let mut first: Option<usize> = None;
        for (at, mention) in mentions.iter().enumerate().filter_map(|(at, mention)| Some((at, (*mention)?))) {
            let Some(value) = value(context, field, &mention, &places[at]) else { continue };
            let level = match first.and_then(|at| Some((at, mentions[at]?))) {
                None => Level::Same,
                Some((reference, other)) if field == "residence" => residence(&places[reference], &places[at])
                    .unwrap_or_else(|| exact(&self::value(context, field, &other, &places[reference]), &value)),
                Some((reference, other)) => {
                    level(field, (context.kind(&rows[reference]), &other), (context.kind(&rows[at]), &mention))
                }
            };
            first = first.or(Some(at));
            let (mut shown_vi, mut shown_en) = (String::new(), String::new());
            push_value(field, Some(&value), Language::Vietnamese, &mut shown_vi);
            push_value(field, Some(&value), Language::English, &mut shown_en);
            let today =
                places[at].single().filter(|_| field == "residence").map(|code| context.catalogue.full_name(code));
            values.push(ValueBeside { row: at, value, shown_vi, shown_en, level, today });
        }
        let level = match values.as_slice() {
            [] => return None,
            [_] => Level::OnlyHere,
            several => farthest(several),
        };
        Some(FieldBeside { field, values, level })
    };
    FIELDS.into_iter().filter_map(of).collect()
}

/// Today's communes in which the row's person may live: one, several where the commune was split, or
/// none where it names no residence that can be placed.
pub fn residence_communes(context: &Context, row: &Row<'_>) -> Vec<CommuneCode> {
    super::records::resolve(context, row).communes().to_vec()
}

fn farthest(values: &[ValueBeside]) -> Level {
    let compared = values.iter().map(|v| v.level).filter(|level| *level <= Level::Different).max();
    let uncompared = values.iter().any(|v| v.level > Level::Different);
    match compared.unwrap_or(Level::OnlyHere) {
        // What could not be compared is never told as the same.
        Level::Same if uncompared => Level::OnlyHere,
        level => level,
    }
}

fn value(context: &Context, field: &str, mention: &Mention<'_>, place: &Resolution) -> Option<String> {
    let text = match field {
        "name" => mention.name,
        "birth_date" => mention.birth_date,
        "sex" => mention.sex,
        "ethnicity" => mention.ethnicity,
        "marital_status" => mention.marital_status,
        "father" => mention.father_name,
        "mother" => mention.mother_name,
        _ => None,
    };
    if field == "residence" && !mention.residence.is_empty() {
        return Some(residence_text(&context.catalogue, &mention.residence, place));
    }
    text.map(str::to_owned)
}

fn level(field: &str, (of_a, a): (SourceKind, &Mention<'_>), (of_b, b): (SourceKind, &Mention<'_>)) -> Level {
    let both = |a: Option<&str>, b: Option<&str>, compare: &dyn Fn(&str, &str) -> Level| match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Level::OnlyHere,
    };
    let names = |a: &str, b: &str| compare_names(a, b).level;
    match field {
        "name" => both(a.name, b.name, &|a, b| compare_names_of((of_a, a), (of_b, b)).level),
        "birth_date" => both(a.birth_date, b.birth_date, &|a, b| compare_dates(a, b).level),
        "sex" => both(a.sex, b.sex, &compare_sex),
        "ethnicity" => both(a.ethnicity, b.ethnicity, &compare_ethnicity),
        "father" => both(a.father_name, b.father_name, &names),
        "mother" => both(a.mother_name, b.mother_name, &names),
        _ => both(a.marital_status, b.marital_status, &|a, b| if a == b { Level::Same } else { Level::Different }),
    }
}

fn exact(a: &Option<String>, b: &str) -> Level {
    if a.as_deref() == Some(b) { Level::Same } else { Level::OnlyHere }
}

/// By the communes of today; `None` where one side cannot be placed.
fn residence(a: &Resolution, b: &Resolution) -> Option<Level> {
    let shared = a.shares_a_commune(b)?;
    let plain = matches!(a, Resolution::Current { .. }) && matches!(b, Resolution::Current { .. });
    Some(match (shared, plain) {
        (true, true) => Level::Same,
        (true, false) => Level::Compatible,
        (false, _) => Level::Different,
    })
}
