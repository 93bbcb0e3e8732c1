//! What a run says at its end. The same object is printed by `--json`, kept in the ledger and
//! shown by `runs show`.

use super::incidents::Incident;
use crate::keep::retention::Removed;
use crate::problem::{EXIT_COMPLETE, EXIT_FAILED, EXIT_INCOMPLETE};
use schemas::{Band, Criterion, Dataset, ErrorGroup, RunStatus, SourceId, SourceStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub run_id: String,
    pub status: RunStatus,
    /// Wall-clock seconds of this attempt.
    pub seconds: f64,
    /// Seconds of this attempt by stage: `pull`, `promote`, `reconcile`, `publish`.
    pub stages: BTreeMap<String, f64>,
    /// The most memory the process has held, in MiB, where the system tells.
    pub peak_memory_mib: Option<u64>,
    /// The Vietnamese calendar day the run is for, ISO.
    pub business_date: String,
    pub province: String,
    /// `sqlite` or `postgres`
    pub ledger: String,
    /// What failed, once each, however many communes feel it.
    #[serde(default)]
    pub incidents: Vec<Incident>,
    pub sources: Vec<SourceReport>,
    /// How much of each source still uses abolished names and codes.
    #[serde(default)]
    pub stale_units: Vec<StaleSource>,
    /// How good the data of each source are.
    #[serde(default)]
    pub quality: Vec<SourceQuality>,
    /// What became of the records without a usable number.
    #[serde(default)]
    pub links: Vec<LinkCounts>,
    /// SHA-256 of the model by which they were linked; empty where there were none.
    #[serde(default)]
    pub link_model_digest: String,
    /// What became of answers whose time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<ForgottenCounts>,
    /// What was older than the settings keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    /// Findings that stand after this run, by kind.
    pub findings: BTreeMap<String, u64>,
    /// All findings that the ledger knows, by state: `new`, `open`, `reopened`, `gone`.
    pub finding_states: BTreeMap<String, u64>,
    /// SHA-256 over the canonical export of the findings; empty where nothing was reconciled.
    pub findings_digest: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceReport {
    pub name: SourceId,
    pub dataset: Dataset,
    pub status: SourceStatus,
    /// HTTP requests of this attempt, retries included.
    pub requests: u64,
    pub retries: u64,
    pub partitions: u64,
    pub partitions_complete: u64,
    pub pages: u64,
    /// Records pulled in this run.
    pub records: u64,
    pub quarantined: u64,
    /// Records in the snapshot that serves now.
    pub snapshot_records: u64,
    /// RFC 3339, by the source's clock: what the serving snapshot is true of.
    pub as_of: Option<String>,
    /// Hours since `as_of`.
    pub age_hours: Option<f64>,
    /// For look-ups: answers of this attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<AnswerCounts>,
    /// For folders: what became of the files of this attempt; once for each source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FileCounts>,
    /// Why it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Abolished names and codes in one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleSource {
    pub name: String,
    /// Records that carry an address.
    pub addresses: u64,
    /// Of these, with an abolished unit, divided ones included.
    pub stale: u64,
    /// Communes where most of what the source has is stale: it has not taken the change over.
    pub communes_not_taken_over: Vec<String>,
}

/// The quality of one source; `doisoat quality` has it by commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceQuality {
    pub name: String,
    /// Rows of its snapshots.
    pub rows: u64,
    /// Index in hundredths of a percent; absent: nothing could be evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dqi: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
    /// In hundredths of a percent; without those of which nothing was evaluated.
    pub criteria: BTreeMap<Criterion, u32>,
    /// Every identifier is right, there and unique; absent: none was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifiers_whole: Option<bool>,
    /// Findings by error group.
    pub groups: BTreeMap<ErrorGroup, u64>,
}

/// Records of one (source, dataset) that speak of a person and have no usable number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCounts {
    pub name: SourceId,
    pub dataset: Dataset,
    pub without_number: u64,
    /// Given to a person of the population.
    pub linked: u64,
    /// Of these, because an officer said so.
    pub by_decision: u64,
    /// Not linked, and likely enough for people to look at.
    pub in_doubt: u64,
    pub unlinked: u64,
    /// Of the unlinked, grouped with others: of one person that the population does not have.
    #[serde(default)]
    pub grouped: u64,
}

/// Answers of look-ups whose life is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgottenCounts {
    /// Answers whose values were removed in this run.
    pub answers: u64,
    /// Findings that rest on such answers and stand as they were: nobody can look again before
    /// the source answers again.
    pub findings: u64,
}

/// The answers, counted: found, not found, not confirmed (of verifications), could not ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AnswerCounts {
    pub found: u64,
    pub not_found: u64,
    /// Absent in reports of before.
    #[serde(default)]
    pub not_confirmed: u64,
    pub could_not_ask: u64,
}

/// Files of a watched folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileCounts {
    pub taken: u64,
    /// Gone back whole, with an explanation beside them.
    pub returned: u64,
    /// Gone back because the same content was taken before.
    pub already_taken: u64,
    /// Still in the folder.
    pub waiting: u64,
    /// Rows that went back in a spreadsheet.
    pub returned_rows: u64,
}

impl From<connectors::files::Settled> for FileCounts {
    fn from(settled: connectors::files::Settled) -> Self {
        Self {
            taken: settled.taken,
            returned: settled.returned,
            already_taken: settled.already_taken,
            waiting: settled.waiting,
            returned_rows: settled.returned_rows,
        }
    }
}

impl FileCounts {
    /// Two settlings of one night; what waits is what waits at the end.
    pub fn and_then(self, later: Self) -> Self {
        Self {
            taken: self.taken + later.taken,
            returned: self.returned + later.returned,
            already_taken: self.already_taken + later.already_taken,
            waiting: later.waiting,
            returned_rows: self.returned_rows + later.returned_rows,
        }
    }
}

impl Report {
    pub fn exit_code(&self) -> u8 {
        match self.status {
            RunStatus::Complete => EXIT_COMPLETE,
            RunStatus::Incomplete => EXIT_INCOMPLETE,
            RunStatus::Running | RunStatus::Stopped | RunStatus::Failed => EXIT_FAILED,
        }
    }

    pub fn finding_count(&self) -> u64 {
        self.findings.values().sum()
    }
}
