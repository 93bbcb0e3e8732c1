//! PL3-01: a row is one owner of one parcel under one certificate.

use super::rows::{Entry, Owner, days, envelope, in_sheet, is_sum, record_of};
use super::table::Table;
use super::values;
use crate::read::{Problem, key};
use schemas::{CanonicalRecord, CommuneCode, Dataset, Envelope, LandRightRecord, Record};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// One entry for each parcel under a certificate, with a row for each owner; one for each row that
/// cannot be read.
pub fn entries(table: &Table, owner: Owner<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, row) in table.lines() {
        if is_sum(row) || !speaks(table, row) {
            continue;
        }
        let commune = owner.commune.unwrap_or_default();
        match read(table, row) {
            Err(problem) => entries.push(Entry { lines: vec![line], cells: row.clone(), result: Err(problem) }),
            Ok((own, right)) => {
                let record_key = format!("{}/{own}", owner.partition);
                let at = *places.entry(record_key.clone()).or_insert_with(|| {
                    entries.push(Entry { lines: Vec::new(), cells: row.clone(), result: Ok(Vec::new()) });
                    entries.len() - 1
                });
                let Some(Entry { lines, result: Ok(rows), .. }) = entries.get_mut(at) else { continue };
                lines.push(line);
                let part = u16::try_from(rows.len()).unwrap_or(u16::MAX);
                let envelope = Envelope { part, ..envelope(record_key, commune) };
                rows.push(CanonicalRecord { envelope, record: Record::LandRight(right) });
            }
        }
    }
    entries
}

fn speaks(table: &Table, row: &[String]) -> bool {
    ["serial", "name", "#organisation", "personal_id", "parcel_id", "parcel"]
        .iter()
        .any(|target| table.header.cell(row, target).is_some())
}

/// The key within the file, and the right.
fn read(table: &Table, row: &[String]) -> Result<(String, LandRightRecord), Problem> {
    let header = &table.header;
    let mut map = Map::new();
    for target in header.targets().filter(|target| !target.starts_with('#')) {
        if let Some(text) = header.cell(row, target)
            && let Some(value) = values::canonical(target, text, days(table))?
        {
            map.insert(target.to_owned(), Value::String(value));
        }
    }
    let Record::LandRight(mut right) = record_of(Dataset::LandRight, map)? else {
        return Err(Problem::new("not_an_object", "the row does not make a right"));
    };
    // Nine digits are an old paper's, whatever the column is called.
    if right.personal_id.as_ref().is_some_and(|id| id.len() == 9 && id.bytes().all(|b| b.is_ascii_digit())) {
        right.paper_number = right.personal_id.take();
        right.paper_kind = Some("cmnd".to_owned());
    }
    if right.name.is_none()
        && let Some(organisation) = header.cell(row, "#organisation")
    {
        right.name = Some(organisation);
        right.paper_number = header.cell(row, "#organisation_id");
        right.owner_kind.get_or_insert_with(|| "organisation".to_owned());
    }
    // As from the land system: kept only where paper and map differ.
    if right.old_sheet == right.sheet && right.old_parcel == right.parcel {
        (right.old_sheet, right.old_parcel) = (None, None);
    }
    right.parcel_old_commune = right
        .parcel_id
        .as_deref()
        .and_then(|id| id.split_once('_'))
        .and_then(|(code, _)| CommuneCode::parse_lenient(code).ok().map(|code| code.to_string()));
    let own = own_key(table, row, &right)?;
    right.certificate_id = right.serial.clone();
    Ok((own, right))
}

/// Serial and parcel; a certificate without a serial has only its number in the list.
fn own_key(table: &Table, row: &[String], right: &LandRightRecord) -> Result<String, Problem> {
    let parcel = match (&right.parcel_id, &right.sheet, &right.parcel) {
        (Some(id), ..) => key::safe(id),
        (None, Some(sheet), Some(parcel)) => format!("{sheet}-{parcel}"),
        _ => "-".to_owned(),
    };
    if let Some(serial) = &right.serial {
        return Ok(format!("{}|{parcel}", serial.split_whitespace().collect::<String>()));
    }
    let number = table.header.cell(row, "#number");
    let number = number.ok_or_else(|| Problem::new("no_key", "the row has neither a serial nor a number"))?;
    Ok(in_sheet(table, &format!("stt{}|{parcel}", key::safe(&number))))
}
