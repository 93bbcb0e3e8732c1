//! Findings against the planted truth, kind by kind.

use sandbox::Truth;
use schemas::Finding;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use store::ledger::{LinkPair, LinkState};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TruthCount {
    pub planted: u64,
    pub found: u64,
    pub missed: u64,
    /// Found, but not planted.
    #[serde(rename = "false")]
    pub false_findings: u64,
}

/// Links of records without a usable number, against those whose number was taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LinkTruth {
    /// Records whose number was taken away.
    pub planted: u64,
    /// Of these, given to their person.
    pub right: u64,
    /// Records given to somebody else, or to anybody where nobody is right.
    pub wrong: u64,
    /// Planted, and left for people to look at.
    pub in_doubt: u64,
    /// `right` of all that were linked.
    pub precision: f64,
    /// `right` of all that were planted.
    pub recall: f64,
}

/// Compares the pairs of a run with the truth.
pub fn compare_links(truth: &Truth, pairs: &[LinkPair]) -> LinkTruth {
    let key = |source: &str, record: &str, part: u16| (source.to_owned(), record.to_owned(), part);
    let person: BTreeMap<_, _> =
        truth.links.iter().map(|p| (key(&p.source, &p.record_key, p.part), p.person.as_str())).collect();
    let of = |pair: &LinkPair| key(pair.key.source.as_str(), &pair.key.record_key, pair.key.part);
    let mut count = LinkTruth { planted: person.len() as u64, ..LinkTruth::default() };
    for pair in pairs.iter().filter(|pair| pair.state == LinkState::Linked) {
        let right = person.get(&of(pair)).is_some_and(|person| *person == pair.key.person);
        if right { count.right += 1 } else { count.wrong += 1 }
    }
    let doubts = pairs.iter().filter(|pair| pair.state == LinkState::Doubt).map(of);
    count.in_doubt = doubts.collect::<BTreeSet<_>>().iter().filter(|record| person.contains_key(record)).count() as u64;
    let share = |of: u64| if of == 0 { 1.0 } else { count.right as f64 / of as f64 };
    (count.precision, count.recall) = (share(count.right + count.wrong), share(count.planted));
    count
}

type Identity = (String, String, String, String);

/// Every kind that was planted or found. Also the identities missed and false, for a look.
pub fn compare(truth: &Truth, findings: &[Finding]) -> (BTreeMap<String, TruthCount>, Vec<Identity>, Vec<Identity>) {
    let planted: BTreeSet<Identity> = truth
        .planted
        .iter()
        .map(|p| (p.kind.to_string(), p.subject.clone(), p.field.clone(), p.source.clone()))
        .collect();
    let found: BTreeSet<Identity> = findings
        .iter()
        .map(|f| (f.kind.to_string(), f.subject.as_str().to_owned(), f.field.clone(), f.source.to_string()))
        .collect();
    let mut counts: BTreeMap<String, TruthCount> = BTreeMap::new();
    for identity in &planted {
        let count = counts.entry(identity.0.clone()).or_default();
        count.planted += 1;
        if found.contains(identity) { count.found += 1 } else { count.missed += 1 }
    }
    for identity in found.difference(&planted) {
        counts.entry(identity.0.clone()).or_default().false_findings += 1;
    }
    let missed = planted.difference(&found).cloned().collect();
    let invented = found.difference(&planted).cloned().collect();
    (counts, missed, invented)
}
