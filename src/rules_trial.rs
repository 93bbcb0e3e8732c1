//! What the rules say of one person, whose records stand in a file: the way to see what a rule does
//! before a province runs with it.
//!
//! The file is JSON: `{"date": "2026-11-24", "records": [{"source": "land", "dataset": "land_right",
//! "key": "l1", "commune": "00691", "updated_at": "2026-11-01T00:00:00Z", "values": {"name": "…"}}]}`.
//! `source` is a kind of source, `values` the columns of the dataset (`docs/quy-tac.md`).

use crate::check::one_person;
use crate::problem::Problem;
use config::SourceKind;
use config::rules::Rules;
use jiff::civil::Date;
use reconcile::engine::{Context, Row, SourceInfo, View};
use reconcile::units::Catalogue;
use schemas::record::{CivilEventRecord, DossierRecord, LandRightRecord, PersonRecord};
use schemas::{Dataset, Finding, ProvinceCode, Record, SourceId};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    date: Date,
    records: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    source: SourceKind,
    dataset: Dataset,
    key: String,
    #[serde(default)]
    part: u16,
    commune: Option<String>,
    updated_at: Option<String>,
    values: BTreeMap<String, Option<String>>,
}

/// Records read from a trial file, each with its place in [`Trial::sources`].
pub struct Trial {
    pub date: Date,
    pub sources: Vec<SourceKind>,
    entries: Vec<(usize, Entry, Record)>,
}

impl Trial {
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |cause: String| Problem::usage("TRIAL_FILE", cause);
        let file: File = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if file.records.is_empty() {
            return Err(wrong("there are no records to compare".into()));
        }
        let mut trial = Self { date: file.date, sources: Vec::new(), entries: Vec::new() };
        for entry in file.records {
            let record = record(&entry).map_err(|cause| wrong(format!("record {}: {cause}", entry.key)))?;
            let source = match trial.sources.iter().position(|kind| *kind == entry.source) {
                Some(at) => at,
                None => {
                    trial.sources.push(entry.source);
                    trial.sources.len() - 1
                }
            };
            trial.entries.push((source, entry, record));
        }
        Ok(trial)
    }

    /// The findings that the night would make of these records, and no others. What only the whole
    /// province can tell (a number that nobody has, a parcel that collides) is judged as if these
    /// records were the province.
    pub fn findings(
        &self,
        rules: Rules,
        catalogue: Catalogue,
        province: ProvinceCode,
    ) -> Result<Vec<Finding>, Problem> {
        let source = |kind: &SourceKind| {
            let id = SourceId::parse(kind.as_str()).map_err(|e| Problem::failed("TRIAL_FILE", e.to_string()))?;
            Ok(SourceInfo { id, kind: *kind, complete: true })
        };
        let sources = self.sources.iter().map(source).collect::<Result<Vec<_>, Problem>>()?;
        let context = Context { catalogue: catalogue.into(), rules, date: self.date, province, sources };
        let rows: Vec<Row<'_>> =
            self.entries.iter().map(|(source, entry, record)| row(*source, entry, record)).collect();
        Ok(one_person::findings_of_a_province(&context, &rows))
    }
}

fn row<'a>(source: usize, entry: &'a Entry, record: &'a Record) -> Row<'a> {
    Row {
        source,
        record_key: &entry.key,
        part: entry.part,
        commune: entry.commune.as_deref(),
        updated_at: entry.updated_at.as_deref(),
        view: match record {
            Record::Person(record) => View::Person(record.view()),
            Record::CivilEvent(record) => View::CivilEvent(record.view()),
            Record::LandRight(record) => View::LandRight(record.view()),
            Record::Dossier(record) => View::Dossier(record.view()),
        },
    }
}

fn record(entry: &Entry) -> Result<Record, String> {
    let columns = match entry.dataset {
        Dataset::Person => PersonRecord::COLUMNS,
        Dataset::CivilEvent => CivilEventRecord::COLUMNS,
        Dataset::LandRight => LandRightRecord::COLUMNS,
        Dataset::Dossier => DossierRecord::COLUMNS,
    };
    if let Some(unknown) = entry.values.keys().find(|name| !columns.contains(&name.as_str())) {
        return Err(format!("{} has no column \"{unknown}\"; it has {}", entry.dataset, columns.join(", ")));
    }
    let values = serde_json::to_value(&entry.values).map_err(|e| e.to_string())?;
    let read = |e: serde_json::Error| e.to_string();
    Ok(match entry.dataset {
        Dataset::Person => Record::Person(serde_json::from_value(values).map_err(read)?),
        Dataset::CivilEvent => Record::CivilEvent(serde_json::from_value(values).map_err(read)?),
        Dataset::LandRight => Record::LandRight(serde_json::from_value(values).map_err(read)?),
        Dataset::Dossier => Record::Dossier(serde_json::from_value(values).map_err(read)?),
    })
}
