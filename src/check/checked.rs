//! What came of a question. Everything here may carry personal values.

use super::live::{LiveAnswer, LiveShown};
use config::SourceKind;
use jiff::Timestamp;
use reconcile::engine::FieldBeside;
use reconcile::verdict::{Said, SourceAnswer, Verdict};
use schemas::{Dataset, Finding, FindingKind, Sensitive, Severity, SourceId, Subject};
use serde::Serialize;
use store::ledger::CorrectionState;

pub enum Looked {
    One(Box<Checked>),
    /// More than one person fits: one must be chosen by number.
    Several(Vec<Candidate>),
}

/// A person who may be meant. Lists mask the number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Candidate {
    pub person: String,
    pub name: Option<String>,
    pub birth_date: Option<String>,
    pub residence: Option<String>,
}

/// One subject with everything that is known.
#[derive(Serialize)]
pub struct Checked {
    /// The number of now; `None`: a case or certificate of nobody who is known.
    pub person: Option<String>,
    /// The number that was asked for, where it was cancelled since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former_number: Option<String>,
    /// The code of the case, where a case was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Today's commune of the case, else that of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub procedure: Option<ProcedureShown>,
    pub verdict: Verdict,
    /// [`Verdict`] names them by their place.
    pub findings: Vec<CheckedFinding>,
    pub answers: Vec<SourceAnswer>,
    /// [`FieldBeside`] names them by their place.
    pub records: Vec<Record>,
    pub fields: Vec<FieldBeside>,
    /// What the sources said just now, where they were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub live: Vec<LiveShown>,
    /// The same with what they said.
    #[serde(skip)]
    pub live_answers: Vec<LiveAnswer>,
    /// Something about the scan that the clerk should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<ScanNote>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanNote {
    /// Only the number could be read.
    OnlyTheNumber,
    /// An input method had changed the name; it was mended.
    NameMended,
}

#[derive(Serialize)]
pub struct ProcedureShown {
    pub code: String,
    /// Vietnamese; empty where the catalogue does not know it.
    pub name: String,
    /// The catalogue tells which fields it uses.
    pub fields_known: bool,
}

/// A finding as it counts for this case.
#[derive(Serialize)]
pub struct CheckedFinding {
    pub finding_id: String,
    pub kind: FindingKind,
    /// For this procedure.
    pub severity: Severity,
    pub subject: Subject,
    pub field: String,
    pub source: SourceId,
    pub owner: String,
    pub since: String,
    /// Seen when the sources were asked just now, and not in the night.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub new: bool,
    pub explanation_vi: Sensitive,
    pub explanation_en: Sensitive,
    pub next_step_vi: String,
    pub next_step_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<CorrectionShown>,
    /// As the engine made it.
    #[serde(skip)]
    pub finding: Finding,
}

/// What was said of a finding. It may be of other values by now: then it no longer holds.
#[derive(Clone, Serialize)]
pub struct DecisionShown {
    pub decision_id: String,
    pub said: Said,
    pub reason: String,
    pub officer: String,
    pub decided_at: Timestamp,
    /// The compared values are those that the officer saw.
    pub holds: bool,
}

#[derive(Clone, Serialize)]
pub struct CorrectionShown {
    pub correction_id: String,
    pub number: u32,
    pub year: i16,
    #[serde(serialize_with = "state_word")]
    pub state: CorrectionState,
    pub due_on: Option<jiff::civil::Date>,
}

fn state_word<S: serde::Serializer>(state: &CorrectionState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}

/// A row that speaks of the subject.
#[derive(Serialize)]
pub struct Record {
    pub source: SourceId,
    #[serde(skip)]
    pub kind: SourceKind,
    pub dataset: Dataset,
    pub record_key: String,
    pub part: u16,
    pub as_of: Timestamp,
    pub updated_at: Option<String>,
    /// It has a usable number of its own.
    #[serde(skip)]
    pub by_number: bool,
    /// What it is, where it is more than a record of the person: a certificate with its parcel, a
    /// register entry, a case.
    pub thing: Option<Thing>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Thing {
    LandRight {
        serial: Option<String>,
        sheet: Option<String>,
        parcel: Option<String>,
        status: Option<String>,
        /// Of the parcel, today's code.
        commune: Option<String>,
        /// The code of before the reform, where the source tells it.
        old_commune: Option<String>,
    },
    CivilEvent {
        event: Option<String>,
        role: Option<String>,
        date: Option<String>,
    },
    Case {
        code: Option<String>,
        procedure: Option<String>,
        status: Option<String>,
        due_at: Option<String>,
    },
}

/// A finding and where it comes from.
pub(super) struct Known {
    pub finding_id: String,
    pub since: String,
    pub new: bool,
    pub finding: Finding,
}
