//! Whether sources are there, asked between the nights: one cheap question each.

use crate::nightly::check_sources;
use crate::problem::Problem;
use crate::workspace::Workspace;
use health::{Trouble, trouble};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The last answers: when, and the code of what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probes(pub BTreeMap<String, (Timestamp, Option<String>)>);

/// A probe that is not answered says so soon: there is another in some minutes.
const ATTEMPTS: u32 = 2;
const LONGEST_MS: u64 = 10_000;

impl Probes {
    /// Asks every source now. What our own limits forbid to ask (hours, quota) is no answer.
    pub async fn ask(workspace: &Workspace) -> Result<Self, Problem> {
        let mut patient = workspace.clone();
        for source in patient.settings.sources.values_mut() {
            source.retry.attempts = source.retry.attempts.min(ATTEMPTS);
            source.timeout_ms = source.timeout_ms.min(LONGEST_MS);
        }
        let checks = check_sources(&patient).await?;
        let now = workspace.clock.now();
        let mut answers = BTreeMap::new();
        for (source, result) in checks {
            let code = result.err().map(|error| error.code);
            if code.as_deref().is_none_or(|code| trouble(code) != Trouble::Own) {
                answers.insert(source.to_string(), (now, code));
            }
        }
        Ok(Self(answers))
    }
}
