//! One row of a view as a canonical record, or why it cannot be one.

use super::cell::{Cell, Row};
use super::convert;
use super::layout::Layout;
use super::mark::{Key, Mark};
use super::position::Stage;
use crate::read::{Problem, instant, key, text};
use config::settings::SqlField;
use schemas::record::{CivilEventView, DossierView, LandRightView, PersonView};
use schemas::{
    CanonicalRecord, CivilEventRecord, CommuneCode, Dataset, DossierRecord, Envelope, LandRightRecord, PersonRecord,
    Record,
};
use serde_json::{Map, Value};

/// `communes` are today's.
pub fn read(layout: &Layout, stage: Stage, communes: &[String], row: &Row) -> Result<Vec<CanonicalRecord>, Problem> {
    let record_key = record_key(layout, row)?;
    let read = || {
        if stage == Stage::Odd {
            return Err(odd(layout, row));
        }
        let mark = match layout.mark(row) {
            Cell::Null if !layout.has_watermark() => None,
            cell => Some(Mark::of(cell).ok_or_else(|| Problem::new("bad_watermark", "the watermark cannot be read"))?),
        };
        let deleted = deleted(layout, row)?;
        let envelope = Envelope {
            record_key: record_key.clone(),
            part: 0,
            commune: commune(layout, communes, row)?,
            version: mark.map_or(0, Mark::version),
            updated_at: mark.and_then(Mark::instant).map(instant::rfc3339),
            deleted,
        };
        let record = if deleted { empty(layout.view.dataset) } else { filled(layout, row)? };
        Ok(vec![CanonicalRecord { envelope, record }])
    };
    read().map_err(|problem: Problem| problem.of(&record_key))
}

/// The row as JSON, for the quarantine.
pub fn payload(layout: &Layout, row: &Row) -> String {
    let object: Map<String, Value> = layout
        .columns
        .iter()
        .map(|column| {
            let value = match layout.cell(row, column).text(column) {
                Ok(Some(text)) => Value::String(text),
                Ok(None) => Value::Null,
                Err(problem) => Value::String(format!("<{}>", problem.reason)),
            };
            (column.clone(), value)
        })
        .collect();
    Value::Object(object).to_string()
}

fn record_key(layout: &Layout, row: &Row) -> Result<String, Problem> {
    let no_key = || Problem::new("no_key", "the key is empty or cannot be read");
    let name = Key::of(layout.key(row)).and_then(|key| key.name()).ok_or_else(no_key)?;
    let name = if layout.view.hash_key {
        // The database hashed the whole; the name is as long as everywhere else.
        name.get(..16).unwrap_or_default().to_ascii_lowercase()
    } else {
        key::safe(&name)
    };
    Ok(format!("{}{name}", layout.view.key_prefix))
}

fn odd(layout: &Layout, row: &Row) -> Problem {
    match layout.mark(row) {
        Cell::Null => Problem::new("no_watermark", "the row has no watermark: nobody can tell when it changed"),
        _ => Problem::new("future_watermark", "the watermark lies more than a day in the future"),
    }
}

fn deleted(layout: &Layout, row: &Row) -> Result<bool, Problem> {
    let Some(column) = &layout.view.deleted else { return Ok(false) };
    match layout.cell(row, column) {
        Cell::Null => Ok(false),
        // The time at which it was deleted.
        Cell::Date(_) | Cell::Local(_) | Cell::Legacy(_) | Cell::Instant(_) => Ok(true),
        cell => cell.flag().ok_or_else(|| Problem::new("bad_flag", format!("{column} must be true or false"))),
    }
}

/// Today's code, or nothing where the source still has another one: that is a finding's matter.
fn commune(layout: &Layout, communes: &[String], row: &Row) -> Result<Option<String>, Problem> {
    let Some(column) = &layout.view.commune_column else { return Ok(layout.view.commune.clone()) };
    let Some(code) = layout.cell(row, column).text(column)? else { return Ok(None) };
    let code = CommuneCode::parse_lenient(&code)
        .map_err(|_| Problem::new("bad_commune", format!("{column} must be a commune code of 5 digits")))?;
    Ok(Some(code.to_string()).filter(|code| communes.contains(code)))
}

fn filled(layout: &Layout, row: &Row) -> Result<Record, Problem> {
    let names = match layout.view.dataset {
        Dataset::Person => PersonRecord::COLUMNS,
        Dataset::CivilEvent => CivilEventRecord::COLUMNS,
        Dataset::LandRight => LandRightRecord::COLUMNS,
        Dataset::Dossier => DossierRecord::COLUMNS,
    };
    let values = names.iter().map(|name| value(layout, row, name)).collect::<Result<Vec<_>, _>>()?;
    let at = |at: usize| values.get(at).and_then(|value| value.as_deref());
    Ok(match layout.view.dataset {
        Dataset::Person => Record::Person(PersonView::from_columns(at).to_owned()),
        Dataset::CivilEvent => Record::CivilEvent(CivilEventView::from_columns(at).to_owned()),
        Dataset::LandRight => Record::LandRight(LandRightView::from_columns(at).to_owned()),
        Dataset::Dossier => Record::Dossier(DossierView::from_columns(at).to_owned()),
    })
}

fn value(layout: &Layout, row: &Row, field: &str) -> Result<Option<String>, Problem> {
    match layout.view.fields.get(field) {
        None => Ok(None),
        Some(SqlField::Constant(constant)) => Ok(text::clean(&constant.constant)),
        Some(SqlField::Column(column)) => {
            convert::canonical(field, column, layout.cell(row, column).text(column)?, None)
        }
        Some(SqlField::Mapped(mapped)) => {
            let column = &mapped.column;
            let Some(text) = layout.cell(row, column).text(column)? else { return Ok(None) };
            if mapped.values.is_empty() {
                return convert::canonical(field, column, Some(text), mapped.date_format);
            }
            // A boolean may be listed as the number that other databases have for it.
            let other = match text.as_str() {
                "true" => "1",
                "false" => "0",
                other => other,
            };
            match mapped.values.get(&text).or_else(|| mapped.values.get(other)) {
                Some(word) => Ok(text::clean(word)),
                None => convert::unlisted(field, column),
            }
        }
    }
}

fn empty(dataset: Dataset) -> Record {
    match dataset {
        Dataset::Person => Record::Person(PersonRecord::default()),
        Dataset::CivilEvent => Record::CivilEvent(CivilEventRecord::default()),
        Dataset::LandRight => Record::LandRight(LandRightRecord::default()),
        Dataset::Dossier => Record::Dossier(DossierRecord::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::Unreadable;
    use super::*;
    use crate::sql::testing::{view, view_without_watermark};
    use config::settings::SqlMapped;

    fn good() -> Row {
        let at = "2026-11-24T08:30:00".parse().expect("a time");
        vec![
            Cell::Text("H99.14-261124-0001".into()),
            Cell::Local(at),
            Cell::Narrow("00691     ".into()),
            Cell::Flag(false),
            Cell::Text("Nguyễn Văn Mẫu  ".into()),
        ]
    }

    fn read_with(change: impl FnOnce(&mut Row)) -> Result<Vec<CanonicalRecord>, Problem> {
        let mut row = good();
        change(&mut row);
        read(&Layout::new(&view()), Stage::Window, &["00691".into()], &row)
    }

    #[test]
    fn a_row_is_a_record_with_its_place_in_time() {
        let records = read_with(|_| {}).expect("a record");
        let envelope = &records[0].envelope;
        assert_eq!((envelope.record_key.as_str(), envelope.commune.as_deref()), ("H99.14-261124-0001", Some("00691")));
        assert_eq!(envelope.updated_at.as_deref(), Some("2026-11-24T08:30:00+07:00"));
        assert_eq!(envelope.version, 1_795_483_800_000_000);
        let Record::Dossier(dossier) = &records[0].record else { panic!("a dossier") };
        assert_eq!(dossier.name.as_deref(), Some("Nguyễn Văn Mẫu"));
    }

    #[test]
    fn a_deleted_row_carries_no_values() {
        for cell in [Cell::Flag(true), Cell::Integer(1), Cell::Date(jiff::civil::date(2026, 11, 24))] {
            let records = read_with(|row| row[3] = cell).expect("a deletion");
            assert!(records[0].envelope.deleted && records[0].record == empty(Dataset::Dossier));
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_with_its_key() {
        for (at, cell, reason) in [
            (0, Cell::Null, "no_key"),
            (0, Cell::Text("  ".into()), "no_key"),
            (1, Cell::Text("hôm qua".into()), "bad_watermark"),
            (2, Cell::Text("xã Mẫu".into()), "bad_commune"),
            (3, Cell::Text("có lẽ".into()), "bad_flag"),
            (4, Cell::Unreadable(Unreadable::UnknownType), "unknown_type"),
            (4, Cell::Unreadable(Unreadable::BadText), "bad_text"),
        ] {
            let problem = read_with(|row| row[at] = cell).map(|_| ()).expect_err(reason);
            assert_eq!(problem.reason, reason);
            assert_eq!(problem.record_key.is_some(), reason != "no_key");
        }
        let layout = Layout::new(&view());
        let odd = |row: &Row| read(&layout, Stage::Odd, &[], row).map(|_| ()).expect_err("odd").reason;
        let mut row = good();
        assert_eq!(odd(&row), "future_watermark");
        row[1] = Cell::Null;
        assert_eq!(odd(&row), "no_watermark");
    }

    #[test]
    fn a_commune_that_is_not_of_today_is_left_to_the_findings() {
        let records = read_with(|row| row[2] = Cell::Integer(694)).expect("a record");
        assert_eq!(records[0].envelope.commune, None);
        let records = read_with(|row| row[2] = Cell::Integer(691)).expect("a record");
        assert_eq!(records[0].envelope.commune.as_deref(), Some("00691"), "a number has lost its zeros");
    }

    #[test]
    fn codes_are_mapped_and_keys_of_several_views_told_apart() {
        let mut view = view_without_watermark();
        view.key_prefix = "cu/".into();
        let values = [("1".to_owned(), "m".to_owned()), ("0".to_owned(), "f".to_owned())].into();
        let sex = SqlMapped { column: "gioi_tinh".into(), date_format: None, values };
        view.fields.insert("sex".into(), SqlField::Mapped(sex));
        let layout = Layout::new(&view);
        let sex = |cell: Cell| {
            let row = vec![Cell::Integer(5), Cell::Null, Cell::Null, Cell::Null, cell];
            let records = read(&layout, Stage::Window, &[], &row).expect("a record");
            assert_eq!(records[0].envelope.record_key, "cu/5");
            let Record::Dossier(dossier) = records[0].record.clone() else { panic!("a dossier") };
            dossier.sex
        };
        assert_eq!(layout.columns, ["ma_xa", "da_xoa", "ho_ten", "gioi_tinh"]);
        assert_eq!(sex(Cell::Integer(0)).as_deref(), Some("f"));
        assert_eq!(sex(Cell::Flag(true)).as_deref(), Some("m"));
        assert_eq!(sex(Cell::Integer(9)), None);
    }

    #[test]
    fn a_hashed_key_is_the_hash_that_the_other_connectors_make() {
        let mut view = view();
        view.hash_key = true;
        let mut row = good();
        row[0] = Cell::Text(format!("{}{}", key::hashed("099085000123").to_ascii_uppercase(), "0".repeat(48)));
        let records = read(&Layout::new(&view), Stage::Window, &[], &row).expect("a record");
        assert_eq!(records[0].envelope.record_key, key::hashed("099085000123"));
    }

    #[test]
    fn the_payload_holds_the_row_for_the_quarantine() {
        let mut row = good();
        row[4] = Cell::Unreadable(Unreadable::UnknownType);
        let payload = payload(&Layout::new(&view()), &row);
        assert!(payload.contains("\"ma_xa\":\"00691\"") && payload.contains("<unknown_type>"), "{payload}");
    }
}
