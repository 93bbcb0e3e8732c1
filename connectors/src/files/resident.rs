//! One row of a resident list.

use super::header::{Column, Header};
use crate::codes::{ethnicity, marital, sex};
use crate::read::text::padded;
use crate::read::{Problem, date, key};
use schemas::{CanonicalRecord, Envelope, PersonRecord, Record};

/// `None`: nothing that speaks of a person (an empty row, a remark, a sum below the list).
pub fn row(header: &Header, row: &[String], commune: &str) -> Option<Result<CanonicalRecord, Problem>> {
    let cell = |column| header.cell(row, column);
    let number = cell(Column::Number);
    let speaks_of_a_person =
        [Column::Name, Column::PersonalId, Column::OldId].into_iter().any(|column| cell(column).is_some());
    if !speaks_of_a_person {
        return None;
    }
    let Some(number) = number else {
        return Some(Err(Problem::new("no_key", "the row has no STT")));
    };
    let record_key = format!("{commune}/{}", key::safe(&number));
    Some(read(header, row, commune, &record_key).map_err(|problem| problem.of(&record_key)))
}

fn read(header: &Header, row: &[String], commune: &str, record_key: &str) -> Result<CanonicalRecord, Problem> {
    let cell = |column| header.cell(row, column);
    let code = |column, width| cell(column).map(|code| padded(&code, width));
    let person = PersonRecord {
        personal_id: cell(Column::PersonalId),
        old_id: cell(Column::OldId),
        name: cell(Column::Name),
        sex: cell(Column::Sex).as_deref().and_then(sex::from_word),
        birth_date: birth_date(cell(Column::BirthDate))?,
        ethnicity: cell(Column::Ethnicity).as_deref().and_then(ethnicity::code),
        marital_status: cell(Column::MaritalStatus).as_deref().and_then(marital::from_word),
        residence_province: cell(Column::Province),
        residence_district: cell(Column::District),
        residence_commune: code(Column::CommuneCode, 5),
        residence_commune_name: cell(Column::CommuneName),
        residence_detail: cell(Column::Hamlet),
        father_name: cell(Column::Father),
        mother_name: cell(Column::Mother),
        spouse_name: cell(Column::Spouse),
        relation_to_head: cell(Column::RelationToHead),
        household_number: cell(Column::Household),
        ..PersonRecord::default()
    };
    let envelope = Envelope {
        record_key: record_key.to_owned(),
        part: 0,
        commune: Some(commune.to_owned()),
        version: 0,
        updated_at: None,
        deleted: false,
    };
    Ok(CanonicalRecord { envelope, record: Record::Person(person) })
}

/// A date in words, or five digits: the serial number that a spreadsheet shows when the cell has
/// lost its format.
fn birth_date(text: Option<String>) -> Result<Option<String>, Problem> {
    const FIELD: &str = "Ngày sinh";
    let Some(text) = text else { return Ok(None) };
    if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        let day = text.parse().ok().and_then(date::serial);
        let day = day.ok_or_else(|| Problem::new("bad_date", format!("{FIELD} must be a date that exists")))?;
        return Ok(Some(day.to_string()));
    }
    date::iso(Some(&text), FIELD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::table::{Format, read as read_table};

    const TITLES: &str = "STT,Số định danh,Số CMND,Họ và tên,Ngày sinh,Giới tính,Dân tộc,Thôn/xóm,Xã/phường,Mã xã,Huyện,Tình trạng hôn nhân";

    fn rows(lines: &str) -> Vec<Option<Result<CanonicalRecord, Problem>>> {
        let text = format!("{TITLES}\n{lines}");
        let table = read_table(text.into_bytes(), Format::Csv, 1 << 20).expect("a list");
        table.rows.iter().map(|line| row(&table.header, line, "00691")).collect()
    }

    #[test]
    fn a_resident_is_read_with_codes_for_words() {
        let rows = rows("1,099085000123,,Nguyễn Văn Mẫu,20519,Nam,Tày,Thôn 1,Xã Mẫu,691,Huyện Cũ,Đã kết hôn\n");
        let record = rows.into_iter().next().flatten().expect("a person").expect("readable");
        assert_eq!((record.envelope.record_key.as_str(), record.envelope.version), ("00691/1", 0));
        let Record::Person(person) = record.record else { panic!("a person") };
        assert_eq!((person.sex.as_deref(), person.ethnicity.as_deref()), (Some("m"), Some("02")));
        assert_eq!(
            (person.birth_date.as_deref(), person.marital_status.as_deref()),
            (Some("1956-03-05"), Some("married"))
        );
        assert_eq!(
            (person.residence_commune.as_deref(), person.residence_district.as_deref()),
            (Some("00691"), Some("Huyện Cũ"))
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_is_a_problem_and_a_remark_is_none() {
        let rows = rows("1,,,Mẫu,31/02/1956\n,,,Mẫu,1956\n\"Tổng cộng: 2\"\n,,,,\n2,,,Mẫu,1956\n");
        let reasons: Vec<Option<&str>> =
            rows.iter().flatten().map(|row| row.as_ref().err().map(|p| p.reason)).collect();
        assert_eq!(reasons, [Some("bad_date"), Some("no_key"), None]);
    }
}
