//! What the sources say of one person, beside each other.

use super::world::{self, ScenarioRow, context};
use reconcile::engine::{FieldBeside, beside};
use schemas::Level;
use schemas::record::PersonRecord;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    row: Vec<ScenarioRow>,
    /// Of each field its level, and a line for each value.
    #[serde(default)]
    field: BTreeMap<String, Vec<String>>,
}

fn cases() -> Vec<Case> {
    world::cases(include_str!("../data/beside.toml"))
}

fn word(level: Level) -> String {
    serde_json::to_value(level).expect("a level").as_str().expect("a word").to_owned()
}

fn lines(field: &FieldBeside) -> Vec<String> {
    let line = |value: &reconcile::engine::ValueBeside| {
        let today = value.today.iter().map(|name| format!(" | {name}")).collect::<String>();
        let level = word(value.level);
        format!("{}: {} | {} | {} | {level}{today}", value.row, value.value, value.shown_vi, value.shown_en)
    };
    std::iter::once(word(field.level)).chain(field.values.iter().map(line)).collect()
}

#[test]
fn each_field_shows_what_each_source_says_and_how_it_compares_with_the_first() {
    let context = context(false);
    for case in cases() {
        let views: Vec<_> = case.row.iter().map(ScenarioRow::view).collect();
        let found: BTreeMap<String, Vec<String>> =
            beside(context, &views).iter().map(|field| (field.field.to_owned(), lines(field))).collect();
        assert_eq!(found, case.field, "{}", case.name);
    }
}

fn row(key: &str, name: &str, residence: &str) -> ScenarioRow {
    let person = PersonRecord {
        personal_id: Some("099085000123".into()),
        name: Some(name.into()),
        residence_text: Some(residence.into()),
        ..PersonRecord::default()
    };
    ScenarioRow::population(key.into(), person)
}

#[test]
fn what_cannot_be_compared_is_never_told_as_the_same() {
    let context = context(false);
    let rows = [row("a", "HOÀNG THỊ HÀ", "Xã không có ở đâu"), row("b", "Hoang Thi Ha", "Một nơi khác hẳn")];
    let views: Vec<_> = rows.iter().map(ScenarioRow::view).collect();
    let fields = beside(context, &views);
    let level = |field: &str| fields.iter().find(|f| f.field == field).map(|f| f.level);
    assert_eq!((level("name"), level("residence")), (Some(Level::Spelling), Some(Level::OnlyHere)));
    let again = beside(context, &[views[0], views[0]]);
    assert_eq!(again.iter().map(|f| f.level).collect::<Vec<_>>(), [Level::Same, Level::Same]);
}

#[test]
fn a_title_before_a_holders_name_is_no_difference_also_where_the_register_of_land_comes_first() {
    let owner = r#"{ source = "land", key = "l1", land = { owner_kind = "individual", name = "Ông Nguyễn Văn Mẫu" } }"#;
    let applicant = r#"{ source = "one_stop", key = "d1", dossier = { code = "1", name = "Nguyễn Văn Mẫu" } }"#;
    let text = format!("[[case]]\nname = \"\"\nrow = [{owner}, {applicant}]");
    let rows = &world::cases::<Case>(&text)[0].row;
    let views: Vec<_> = rows.iter().map(ScenarioRow::view).collect();
    assert_eq!(beside(context(false), &views)[0].level, Level::Same);
}
