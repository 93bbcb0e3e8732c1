//! How long what a night leaves behind is kept.

use serde::{Deserialize, Serialize};

/// `[retention]`, in days; 0: for ever. Snapshots have `run.keep_snapshots`, answers of look-ups
/// `answer_life_days`; the audit log is kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Pages that a run pulled and nobody can resume any more.
    pub unfinished_days: u32,
    /// Reports, partitions, inputs and figures of runs; requests counted against quotas. The newest
    /// run, the last that ended, and those whose snapshots are there stay.
    pub run_days: u32,
    /// Records that could not be read, since they were last met. They are personal data as served.
    pub quarantine_days: u32,
    /// Findings that are gone, with their history and the decisions about them.
    pub finding_days: u32,
    /// Correction requests that are closed or withdrawn. Not shorter than a year: their numbers are
    /// counted within one.
    pub correction_days: u32,
    /// Answered questions to the province.
    pub escalation_days: u32,
    /// Sessions, one-time links and answers to repeated requests, since they were of use.
    pub access_days: u32,
    /// Files in `da-nhan` and `tra-lai` of an inbox.
    pub file_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            unfinished_days: 7,
            run_days: 400,
            quarantine_days: 90,
            finding_days: 730,
            correction_days: 1_825,
            escalation_days: 1_825,
            access_days: 7,
            file_days: 180,
        }
    }
}

/// A century: more is a typing error, and would leave the calendar.
const MOST_DAYS: u32 = 36_500;

impl Retention {
    /// Key within the section, and what is wrong with it.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if (1..366).contains(&self.correction_days) {
            return Some((
                "correction_days",
                "must be 366 or more, or 0 for ever: numbers of a year must not come twice",
            ));
        }
        let all = [
            ("unfinished_days", self.unfinished_days),
            ("run_days", self.run_days),
            ("quarantine_days", self.quarantine_days),
            ("finding_days", self.finding_days),
            ("correction_days", self.correction_days),
            ("escalation_days", self.escalation_days),
            ("access_days", self.access_days),
            ("file_days", self.file_days),
        ];
        let wrong = all.iter().find(|(_, days)| *days > MOST_DAYS);
        wrong.map(|(key, _)| (*key, "must be 36500 at most, or 0 for ever"))
    }
}
