//! What the findings of a run are a function of, kept so that the run can be replayed.

use crate::problem::Problem;
use jiff::{Timestamp, civil};
use reconcile::engine::{Decided, Decisions, OfficerDecision, RecordRef};
use schemas::{Dataset, SourceId};
use serde::{Deserialize, Serialize};
use store::ledger::SnapshotRow;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    pub date: civil::Date,
    pub snapshots: Vec<Snapshot>,
    /// The rules file, whole: a province changes it.
    pub rules: String,
    /// Fingerprint of the catalogue of units, which is too large to be kept each night.
    pub units: String,
    /// Version of the program.
    pub program: String,
    pub decisions: Vec<Decision>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub snapshot_id: String,
    pub run_id: String,
    pub source: SourceId,
    pub dataset: Dataset,
    pub complete: bool,
    pub as_of: Timestamp,
    pub fetched_at: Timestamp,
    /// Relative to the data directory.
    pub directory: String,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    source: SourceId,
    dataset: Dataset,
    record_key: String,
    part: u16,
    person: String,
    same: bool,
    values_digest: String,
}

impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decision(<hidden>)")
    }
}

impl Inputs {
    pub fn new(date: civil::Date, current: &[SnapshotRow], rules: &str, units: String, decided: &Decisions) -> Self {
        let snapshot = |row: &SnapshotRow| Snapshot {
            snapshot_id: row.snapshot_id.clone(),
            run_id: row.run_id.clone(),
            source: row.source.clone(),
            dataset: row.dataset,
            complete: row.complete,
            as_of: row.as_of,
            fetched_at: row.fetched_at,
            directory: row.directory.clone(),
        };
        let decision = |((record, person), decision): (&(RecordRef, String), &OfficerDecision)| Decision {
            source: record.source.clone(),
            dataset: record.dataset,
            record_key: record.record_key.clone(),
            part: record.part,
            person: person.clone(),
            same: decision.said == Decided::Same,
            values_digest: decision.values_digest.clone(),
        };
        Self {
            date,
            snapshots: current.iter().map(snapshot).collect(),
            rules: rules.to_owned(),
            units,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            decisions: decided.iter().map(decision).collect(),
        }
    }

    pub fn to_json(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|e| Problem::failed("LEDGER", e.to_string()))
    }

    pub fn parse(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|e| Problem::failed("LEDGER", e.to_string()))
    }

    pub fn decisions(&self) -> Decisions {
        let entry = |decision: &Decision| {
            let Decision { source, dataset, record_key, part, person, same, values_digest } = decision.clone();
            let said = if same { Decided::Same } else { Decided::NotSame };
            ((RecordRef { source, dataset, record_key, part }, person), OfficerDecision { said, values_digest })
        };
        self.decisions.iter().map(entry).collect()
    }

    /// As the ledger would list them.
    pub fn rows(&self) -> Vec<SnapshotRow> {
        let row = |snapshot: &Snapshot| SnapshotRow {
            snapshot_id: snapshot.snapshot_id.clone(),
            run_id: snapshot.run_id.clone(),
            source: snapshot.source.clone(),
            dataset: snapshot.dataset,
            complete: snapshot.complete,
            as_of: snapshot.as_of,
            fetched_at: snapshot.fetched_at,
            directory: snapshot.directory.clone(),
            manifest: String::new(),
        };
        self.snapshots.iter().map(row).collect()
    }
}
