//! Findings against the planted truth, kind by kind.

use sandbox::Truth;
use schemas::Finding;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TruthCount {
    pub planted: u64,
    pub found: u64,
    pub missed: u64,
    /// Found, but not planted.
    #[serde(rename = "false")]
    pub false_findings: u64,
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
