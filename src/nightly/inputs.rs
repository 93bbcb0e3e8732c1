//! What the findings of a run are a function of, kept so that the run can be replayed.

use crate::problem::Problem;
use jiff::civil;
use reconcile::engine::{Decided, Decisions, OfficerDecision, RecordRef};
use serde::{Deserialize, Serialize};
use store::ledger::SnapshotRow;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    pub date: civil::Date,
    pub snapshots: Vec<SnapshotRow>,
    /// The rules file, whole: a province changes it.
    pub rules: String,
    /// Fingerprint of the catalogue of units, which is too large to be kept each night.
    pub units: String,
    /// Version of the program.
    pub program: String,
    pub decisions: Vec<Decision>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    record: RecordRef,
    /// The 12-digit number.
    person: String,
    said: Decided,
    values_digest: String,
}

impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decision(<hidden>)")
    }
}

impl Inputs {
    pub fn new(date: civil::Date, current: &[SnapshotRow], rules: &str, units: String, decided: &Decisions) -> Self {
        let decision = |((record, person), decision): (&(RecordRef, String), &OfficerDecision)| Decision {
            record: record.clone(),
            person: person.clone(),
            said: decision.said,
            values_digest: decision.values_digest.clone(),
        };
        Self {
            date,
            snapshots: current.to_vec(),
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
            let Decision { record, person, said, values_digest } = decision.clone();
            ((record, person), OfficerDecision { said, values_digest })
        };
        self.decisions.iter().map(entry).collect()
    }
}
