//! How much of what a source says still uses abolished names and codes, commune by commune: a
//! system that has not taken over a commune's new name shows here as a share near one.

use schemas::{Finding, FindingKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One source in one commune of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleRate {
    pub source: String,
    /// Code of the commune that the records belong to.
    pub commune: String,
    /// Records that carry an address.
    pub addresses: u64,
    /// Of these, with an abolished unit.
    pub stale: u64,
    /// Of these, with an abolished unit that was divided.
    pub split: u64,
}

/// From this many addresses on, a share says something about the system and not about a person.
const ENOUGH_ADDRESSES: u64 = 20;

impl StaleRate {
    pub fn share(&self) -> f64 {
        (self.stale + self.split) as f64 / self.addresses.max(1) as f64
    }

    /// Most of what the source has there is stale: the system has not taken the change over.
    pub fn not_taken_over(&self) -> bool {
        self.addresses >= ENOUGH_ADDRESSES && self.share() >= 0.5
    }
}

/// Records with an abolished unit by source and commune: stale, and split.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StaleRecords(BTreeMap<(String, String), (u64, u64)>);

impl StaleRecords {
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            let records = finding.values.iter().filter(|v| v.source == finding.source).count() as u64;
            counts.add(finding.source.as_str(), finding.unit.as_deref(), finding.kind, records);
        }
        counts
    }

    /// Counts one finding. `records`: of its own source.
    pub fn add(&mut self, source: &str, unit: Option<&str>, kind: FindingKind, records: u64) {
        let (stale, split) = match kind {
            FindingKind::AddrStaleUnit => (records, 0),
            FindingKind::AddrSplitUnit => (0, records),
            _ => return,
        };
        let Some(unit) = unit else { return };
        let count = self.0.entry((source.to_owned(), unit.to_owned())).or_default();
        *count = (count.0 + stale, count.1 + split);
    }
}

/// `addresses` counts records with an address by source and commune. Worst share first.
pub fn stale_rates(addresses: &BTreeMap<(String, String), u64>, found: &StaleRecords) -> Vec<StaleRate> {
    let mut rates: Vec<StaleRate> = addresses
        .iter()
        .map(|(place, addresses)| {
            let (stale, split) = found.0.get(place).copied().unwrap_or_default();
            let (source, commune) = place.clone();
            StaleRate { source, commune, addresses: *addresses, stale, split }
        })
        .collect();
    rates.sort_by(|a, b| {
        b.share().total_cmp(&a.share()).then_with(|| (&a.source, &a.commune).cmp(&(&b.source, &b.commune)))
    });
    rates
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::{Dataset, Level, Sensitive, Severity, SourceId, SourceValue, Subject};

    fn stale(person: u32) -> Finding {
        let source = SourceId::parse("land").expect("a name");
        Finding {
            kind: FindingKind::AddrStaleUnit,
            severity: Severity::Note,
            subject: Subject::person(&format!("099085{person:06}")),
            field: "residence".into(),
            source: source.clone(),
            unit: Some("00691".into()),
            level: Level::Compatible,
            values: vec![SourceValue {
                source,
                dataset: Dataset::LandRight,
                record_key: "1".into(),
                value: None,
                updated_on: None,
                forgotten: false,
            }],
            suggestion: None,
            owner: "land".into(),
            explanation_vi: Sensitive::default(),
            explanation_en: Sensitive::default(),
            next_step_vi: String::new(),
            next_step_en: String::new(),
        }
    }

    #[test]
    fn a_system_that_has_not_taken_over_a_new_name_is_seen() {
        let key = |commune: &str| ("land".to_owned(), commune.to_owned());
        let addresses = BTreeMap::from([(key("00691"), 30), (key("00700"), 40)]);
        let findings: Vec<Finding> = (0..28).map(stale).collect();
        let rates = stale_rates(&addresses, &StaleRecords::of(&findings));
        assert_eq!((rates[0].commune.as_str(), rates[0].stale), ("00691", 28));
        assert!(rates[0].not_taken_over() && !rates[1].not_taken_over());
    }

    #[test]
    fn one_stale_address_of_one_person_is_no_statement_about_a_system() {
        let addresses = BTreeMap::from([(("land".to_owned(), "00691".to_owned()), 1)]);
        assert!(!stale_rates(&addresses, &StaleRecords::of(&[stale(1)]))[0].not_taken_over());
    }
}
