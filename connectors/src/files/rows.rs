//! The rows of a table as records, or as problems.

use super::shape::{Event, Reading};
use super::table::Table;
use super::values::{self, Days};
use crate::civil_status::events;
use crate::read::text::{fold, padded};
use crate::read::{Drift, Fields, Json, Problem, key};
use schemas::{CanonicalRecord, Dataset, Envelope, Record};
use serde_json::{Map, Value};

/// Whose rows they are.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    /// The name of the partition: the beginning of every key.
    pub partition: &'a str,
    /// The commune of the file, or `None` where each row says its own.
    pub commune: Option<&'a str>,
    /// Today's communes of the province.
    pub communes: &'a [String],
}

/// One record of the file with the rows it came from, by their numbers in the sheet.
pub struct Entry {
    pub lines: Vec<usize>,
    pub cells: Vec<String>,
    pub result: Result<Vec<CanonicalRecord>, Problem>,
}

pub fn entries(table: &Table, owner: Owner<'_>) -> Vec<Entry> {
    let one = |(line, row): (usize, &Vec<String>)| {
        let result = match &table.shape.reading {
            Reading::List { key, fixed, commune, about } => {
                let list = List { table, owner, key, fixed, commune: commune.as_deref(), about };
                list.row(row)?
            }
            Reading::Register(event) => register(table, owner, *event, row)?,
            Reading::Land => return None,
        };
        Some(Entry { lines: vec![line], cells: row.clone(), result })
    };
    if matches!(table.shape.reading, Reading::Land) {
        return super::land::entries(table, owner);
    }
    table.lines().filter_map(one).collect()
}

pub fn days(table: &Table) -> Days {
    Days { month_first: table.shape.month_first, from_1904: table.from_1904 }
}

/// A sum, a remark or a signature below the list.
pub fn is_sum(row: &[String]) -> bool {
    let first = row.iter().find(|cell| !cell.trim().is_empty()).map(|cell| fold(cell));
    first.is_some_and(|text| {
        ["tongcong", "tongso", "congtong"].iter().any(|word| text.starts_with(word)) || text == "cong"
    })
}

/// Keys of a further sheet must not meet those of the first: both count from 1.
pub fn in_sheet(table: &Table, key: &str) -> String {
    if table.number == 1 { key.to_owned() } else { format!("{}~{key}", table.number) }
}

pub fn envelope(record_key: String, commune: &str) -> Envelope {
    Envelope { record_key, part: 0, commune: Some(commune.to_owned()), version: 0, updated_at: None, deleted: false }
}

struct List<'a> {
    table: &'a Table,
    owner: Owner<'a>,
    key: &'a [String],
    fixed: &'a std::collections::BTreeMap<String, String>,
    commune: Option<&'a str>,
    about: &'a [String],
}

impl List<'_> {
    /// `None`: nothing that speaks of a person or thing.
    fn row(&self, row: &[String]) -> Option<Result<Vec<CanonicalRecord>, Problem>> {
        let header = &self.table.header;
        if is_sum(row) || !self.about.iter().any(|target| header.cell(row, target).is_some()) {
            return None;
        }
        let parts: Vec<String> = self.key.iter().filter_map(|target| header.cell(row, target)).collect();
        if parts.len() < self.key.len() {
            return Some(Err(Problem::new("no_key", "the row has no number or key of its own")));
        }
        let own = parts.iter().map(|part| key::safe(part)).collect::<Vec<_>>().join("|");
        let record_key = format!("{}/{}", self.owner.partition, in_sheet(self.table, &own));
        Some(self.record(row, &record_key).map(|record| vec![record]).map_err(|problem| problem.of(&record_key)))
    }

    fn record(&self, row: &[String], record_key: &str) -> Result<CanonicalRecord, Problem> {
        let commune = self.commune_of(row)?;
        let mut map = Map::new();
        for (field, value) in self.fixed {
            map.insert(field.clone(), Value::String(value.clone()));
        }
        let days = days(self.table);
        for target in self.table.header.targets().filter(|target| !target.starts_with('#')) {
            if let Some(text) = self.table.header.cell(row, target)
                && let Some(value) = values::canonical(target, text, days)?
            {
                map.insert(target.to_owned(), Value::String(value));
            }
        }
        let record = record_of(self.table.shape.dataset, map)?;
        Ok(CanonicalRecord { envelope: envelope(record_key.to_owned(), &commune), record })
    }

    fn commune_of(&self, row: &[String]) -> Result<String, Problem> {
        let Some(target) = self.commune else { return Ok(self.owner.commune.unwrap_or_default().to_owned()) };
        let code = self.table.header.cell(row, target).map(|code| padded(&super::numbers::digits(&code), 5));
        let wrong = || Problem::new("wrong_commune", "the commune column must hold a code of today");
        code.filter(|code| self.owner.communes.contains(code)).ok_or_else(wrong)
    }
}

/// The record of a dataset from its fields by name.
pub fn record_of(dataset: Dataset, map: Map<String, Value>) -> Result<Record, Problem> {
    let value = Value::Object(map);
    let record = match dataset {
        Dataset::Person => serde_json::from_value(value).map(Record::Person),
        Dataset::CivilEvent => serde_json::from_value(value).map(Record::CivilEvent),
        Dataset::LandRight => serde_json::from_value(value).map(Record::LandRight),
        Dataset::Dossier => serde_json::from_value(value).map(Record::Dossier),
    };
    record.map_err(|_| Problem::new("not_an_object", "the row does not make a record"))
}

/// An entry of a register, read by the reader of the wire that has the same names.
fn register(
    table: &Table,
    owner: Owner<'_>,
    event: Event,
    row: &[String],
) -> Option<Result<Vec<CanonicalRecord>, Problem>> {
    let header = &table.header;
    let people = ["nksHoTen", "nktHoTen", "chongHoTen", "voHoTen"];
    if is_sum(row) || !people.iter().any(|target| header.cell(row, target).is_some()) {
        return None;
    }
    let Some(number) = header.cell(row, "soDangKy") else {
        return Some(Err(Problem::new("no_key", "the entry has no number of the register")));
    };
    let book = header.cell(row, "quyenSo").unwrap_or_default();
    let record_key = format!("{}/{}|{}", owner.partition, key::safe(&book), key::safe(&number));
    let mut map = Map::new();
    for target in header.targets() {
        let Some(text) = header.cell(row, target) else { continue };
        let text = if target.to_lowercase().contains("ngay") {
            match values::day(&text, target, days(table)) {
                Ok(day) => day.unwrap_or_default(),
                Err(problem) => return Some(Err(problem.of(&record_key))),
            }
        } else if target.ends_with("SoDDCN") || target.ends_with("SoGiayToTuyThan") {
            super::numbers::digits(&text)
        } else {
            text
        };
        map.insert(target.to_owned(), Value::String(text));
    }
    let value = Value::Object(map);
    let json = Json::from(&value);
    let fields = Fields::of(&json)?;
    let drift = Drift::default();
    let events = match event {
        Event::Birth => events::birth(fields, fields, &drift),
        Event::Death => events::death(fields, fields, &drift),
        Event::Marriage => events::marriage(fields, fields, &drift),
    };
    let commune = owner.commune.unwrap_or_default();
    let rows = events.map(|events| {
        let row = |(part, event)| CanonicalRecord {
            envelope: Envelope { part, ..envelope(record_key.clone(), commune) },
            record: Record::CivilEvent(event),
        };
        (0u16..).zip(events).map(row).collect()
    });
    Some(rows.map_err(|problem| problem.of(&record_key)))
}
