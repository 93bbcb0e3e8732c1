//! One incident where one thing failed, however many communes feel it.
//!
//! Sources that share an interconnect and could not be reached in one night are one incident of
//! that interconnect; else each source that could not be reached is one of its own. What the source
//! answered wrongly is told by source and code.

use super::plan::SourceTask;
use health::{Trouble, trouble};
use schemas::{PartitionStatus, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::ledger::PartitionState;

/// A certificate that is refused on the way to several sources is the way's trouble, although a
/// person must mend it.
fn is_unreachable(code: &str) -> bool {
    trouble(code) == Trouble::Unreachable || code == "tls_refused"
}

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

/// The sources behind each interconnect.
pub(super) fn interconnects(tasks: &[SourceTask]) -> BTreeMap<String, BTreeSet<SourceId>> {
    let mut shared: BTreeMap<String, BTreeSet<SourceId>> = BTreeMap::new();
    for task in tasks {
        if let Some(interconnect) = &task.settings.interconnect {
            shared.entry(interconnect.clone()).or_default().insert(task.source.clone());
        }
    }
    shared
}

/// `states` are all partitions of the run.
pub(super) fn incidents(shared: &BTreeMap<String, BTreeSet<SourceId>>, states: &[PartitionState]) -> Vec<Incident> {
    let mut failing: BTreeMap<&SourceId, Failing> = BTreeMap::new();
    for state in states.iter().filter(|s| s.status != PartitionStatus::Complete) {
        let Some(code) = state.error_code.as_deref().filter(|code| trouble(code) != Trouble::Own) else { continue };
        let source = failing.entry(&state.partition.source).or_default();
        let codes = if is_unreachable(code) { &mut source.unreachable } else { &mut source.wrong };
        *codes.entry(code.to_owned()).or_default() += 1;
    }
    let mut found = Vec::new();
    for (name, members) in shared {
        let hit: Vec<&SourceId> =
            members.iter().filter(|s| failing.get(s).is_some_and(|f| !f.unreachable.is_empty())).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::{Dataset, Partition};

    fn source(name: &str) -> SourceId {
        SourceId::parse(name).expect("a name")
    }

    /// So many partitions of a source that stand still for this reason.
    fn standing(name: &str, code: &str, count: usize) -> Vec<PartitionState> {
        let state = |key: usize| PartitionState {
            partition: Partition::new(&source(name), Dataset::Dossier, key.to_string()),
            status: PartitionStatus::Parked,
            cursor: None,
            pages: 0,
            served: 0,
            records: 0,
            rejects: 0,
            total: None,
            as_of: None,
            error_code: Some(code.to_owned()),
            error_detail: None,
        };
        (0..count).map(state).collect()
    }

    fn shared() -> BTreeMap<String, BTreeSet<SourceId>> {
        BTreeMap::from([("ldop".to_owned(), ["land", "population", "civil_status"].map(source).into())])
    }

    fn told(states: &[PartitionState]) -> Vec<(Scope, String, usize, u64, String)> {
        let found = incidents(&shared(), states);
        found.into_iter().map(|i| (i.scope, i.name, i.sources.len(), i.partitions, i.code)).collect()
    }

    #[test]
    fn an_interconnect_that_fails_is_one_incident_and_not_one_for_each_commune() {
        let states = [standing("land", "breaker_open", 124), standing("population", "attempts_exhausted", 1)].concat();
        assert_eq!(told(&states), [(Scope::Interconnect, "ldop".into(), 2, 125, "breaker_open".into())]);
    }

    #[test]
    fn one_source_of_several_that_fails_alone_is_its_own_incident() {
        let states = standing("land", "breaker_open", 124);
        assert_eq!(told(&states), [(Scope::Source, "land".into(), 1, 124, "breaker_open".into())]);
    }

    #[test]
    fn a_wrong_answer_is_told_beside_the_outage_and_our_own_limits_are_no_incident() {
        let states = [
            standing("land", "breaker_open", 3),
            standing("population", "breaker_open", 1),
            standing("population", "bad_page", 2),
            standing("one_stop", "window_closed", 124),
            standing("one_stop", "quota_exhausted", 1),
        ]
        .concat();
        let outage = (Scope::Interconnect, "ldop".to_owned(), 2, 4, "breaker_open".to_owned());
        assert_eq!(told(&states), [outage, (Scope::Source, "population".into(), 1, 2, "bad_page".into())]);
    }
}
