//! What the sources say of one person, beside each other.

use super::world::{ScenarioRow, context};
use reconcile::engine::beside;
use schemas::Level;
use schemas::record::PersonRecord;

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
