//! One incident where one thing failed, however many communes feel it.
//!
//! Sources that share an interconnect and could not be reached in one night are one incident of
//! that interconnect; else each source that could not be reached is one of its own. What the source
//! answered wrongly is told by source and code.

use super::plan::SourceTask;
use schemas::{PartitionStatus, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::ledger::PartitionState;

/// Codes that mean: it could not be reached, or would not serve us.
const UNREACHABLE: &[&str] =
    &["attempts_exhausted", "budget_exhausted", "breaker_open", "retry_after_too_long", "tls_refused"];
/// Codes that are our own doing, and no incident.
const OWN: &[&str] = &["quota_exhausted", "window_closed", "stopped"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub scope: Scope,
    /// The interconnect or the source.
    pub name: String,
    /// The sources that it hit, of those that it could have hit.
    pub sources: Vec<SourceId>,
    pub sources_in_scope: u64,
    /// Partitions that stand still because of it.
    pub partitions: u64,
    /// The code seen most.
    pub code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Interconnect,
    Source,
}

#[derive(Default)]
struct Failing {
    unreachable: BTreeMap<String, u64>,
    wrong: BTreeMap<String, u64>,
}

/// `states` are all partitions of the run.
pub(super) fn incidents(tasks: &[SourceTask], states: &[PartitionState]) -> Vec<Incident> {
    let mut failing: BTreeMap<&SourceId, Failing> = BTreeMap::new();
    for state in states.iter().filter(|s| s.status != PartitionStatus::Complete) {
        let Some(code) = state.error_code.as_deref().filter(|code| !OWN.contains(code)) else { continue };
        let source = failing.entry(&state.partition.source).or_default();
        let codes = if UNREACHABLE.contains(&code) { &mut source.unreachable } else { &mut source.wrong };
        *codes.entry(code.to_owned()).or_default() += 1;
    }
    let mut found = Vec::new();
    let mut shared: BTreeMap<&str, BTreeSet<&SourceId>> = BTreeMap::new();
    for task in tasks {
        if let Some(interconnect) = task.settings.interconnect.as_deref() {
            shared.entry(interconnect).or_default().insert(&task.source);
        }
    }
    for (name, members) in shared {
        let hit: Vec<&SourceId> =
            members.iter().copied().filter(|s| failing.get(s).is_some_and(|f| !f.unreachable.is_empty())).collect();
        // One of several fails alone: that is the source's own trouble.
        if hit.is_empty() || (hit.len() == 1 && members.len() > 1) {
            continue;
        }
        let mut codes: BTreeMap<String, u64> = BTreeMap::new();
        for source in &hit {
            let unreachable = failing.get_mut(*source).map(|f| std::mem::take(&mut f.unreachable)).unwrap_or_default();
            for (code, count) in unreachable {
                *codes.entry(code).or_default() += count;
            }
        }
        found.push(incident(Scope::Interconnect, name, hit.into_iter().cloned().collect(), members.len(), &codes));
    }
    for (source, failing) in failing {
        if !failing.unreachable.is_empty() {
            found.push(incident(Scope::Source, source.as_str(), vec![source.clone()], 1, &failing.unreachable));
        }
        for (code, count) in failing.wrong {
            let codes = BTreeMap::from([(code, count)]);
            found.push(incident(Scope::Source, source.as_str(), vec![source.clone()], 1, &codes));
        }
    }
    found
}

fn incident(scope: Scope, name: &str, sources: Vec<SourceId>, of: usize, codes: &BTreeMap<String, u64>) -> Incident {
    let most = codes.iter().max_by_key(|(code, count)| (**count, std::cmp::Reverse((*code).clone())));
    Incident {
        scope,
        name: name.to_owned(),
        sources,
        sources_in_scope: of as u64,
        partitions: codes.values().sum(),
        code: most.map_or_else(String::new, |(code, _)| code.clone()),
    }
}
