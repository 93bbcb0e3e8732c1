//! By what the rows of the scenarios are found, which findings may be about them, and what values
//! come to for eyes.

use super::record::is_on_record;
use super::world::{context, scenarios};
use reconcile::explain::normal_form;
use reconcile::lookup::{case, former, keys, moved, name, old_number, serial, subjects};
use schemas::{PartialDate, PersonalId};

#[test]
fn rows_are_found_by_the_keys_and_named_by_the_subjects_on_record() {
    let context = context(false);
    let mut lines = Vec::new();
    for scenario in scenarios() {
        lines.push(scenario.name.clone());
        for row in &scenario.row {
            let view = row.view();
            let source = &context.sources[view.source];
            let mut of_row: Vec<String> = keys(source.kind, &view)
                .into_iter()
                .map(|(key, person)| person.map_or_else(|| key.clone(), |person| format!("{key} > {person}")))
                .collect();
            of_row.extend(subjects(&source.id, &view).iter().map(|subject| subject.as_str().to_owned()));
            lines.push(format!("  {} {}: {}", row.source, row.key, of_row.join(", ")));
        }
    }
    is_on_record("answers/lookup.txt", &lines);
}

#[test]
fn keys_are_written_in_one_form() {
    let birth = PartialDate::parse_iso("1985-03-05").expect("a date");
    let person = PersonalId::parse("099085000123").expect("a number");
    assert_eq!(former(&person), "former:099085000123");
    assert_eq!(old_number(990_001), "cmnd:000990001");
    assert_eq!(case(" h01.22-a "), "case:H01.22-A");
    assert_eq!(serial("ba-123456"), "serial:BA 123456");
    assert_eq!(name("Lý  Thị Hoà", birth), "name:lithihoa|1985-03-05");
    assert_eq!(moved("099085000123"), "of:099085000123");
}

#[test]
fn a_value_is_shown_in_the_form_in_which_it_is_compared() {
    for (field, value, expected) in [
        ("name", "Lý  Thị HOÀ", Some("ly thi hoa")),
        ("father", "Đỗ-Văn Mẫu", Some("dovan mau")),
        ("mother", "do van mau", None),
        ("personal_id", "99085000123", Some("099085000123")),
        ("personal_id", "097 085 000 123", None),
        ("personal_id", "990 000 001", Some("990000001")),
        ("personal_id", "90000001", Some("090000001")),
        ("personal_id", "990000001", None),
        ("personal_id", "không", None),
        ("residence", "TÂN  Quang", Some("tân quang")),
        ("owner", "ÔNG MÂU", Some("ông mâu")),
        ("serial", "BA 123456", Some("ba 123456")),
        ("birth_date", "05/03/1985", None),
        ("sex", "Nam", None),
    ] {
        assert_eq!(normal_form(field, value).as_deref(), expected, "{field}: {value}");
    }
}
