//! The quality of data by source and commune: five criteria, one index (DQI), eight error groups.
//!
//! A rule's share is the rows that satisfy it of the rows in which it was looked for; a row that
//! cannot break a rule is not counted for it, and breaks a rule once at most. A criterion is the
//! rows of all its rules together, the index the criteria by their weights. What was looked for in
//! no row has no figure: never 100 %. Shares are rounded down, so that 100 % means every row.

use crate::engine::{Counts, Place};
use schemas::{Band, Criterion, Dataset, ErrorGroup, Finding, FindingKind, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Hundredths of a percent.
pub const WHOLE: u32 = 10_000;

/// Rows in which something was looked for, and those that satisfied it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub evaluated: u64,
    pub satisfied: u64,
}

impl Share {
    /// In hundredths of a percent, rounded down; `None`: nothing was evaluated.
    pub fn basis_points(self) -> Option<u32> {
        let whole = u128::from(self.evaluated);
        (whole > 0).then(|| (u128::from(self.satisfied) * u128::from(WHOLE) / whole) as u32)
    }

    pub fn add(&mut self, other: Self) {
        self.evaluated += other.evaluated;
        self.satisfied += other.satisfied;
    }

    fn count(&mut self, evaluated: u64, broken: u64) {
        self.add(Self { evaluated, satisfied: evaluated.saturating_sub(broken) });
    }
}

/// A configured source and the age of what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAge {
    pub source: SourceId,
    /// Hours from what the serving snapshot is true of until the night; a dataset that was never
    /// read is absent.
    pub age_hours: BTreeMap<Dataset, u64>,
    /// Older than this, and nothing that it says counts as timely.
    pub period_hours: u64,
}

/// One source in one commune of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    pub source: String,
    /// Empty: the records name no commune. A source of which nothing was read has only such a row.
    pub commune: String,
    #[serde(flatten)]
    pub measured: Measured,
}

/// What was counted, and what comes of it. Can be added up over sources and communes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Rows of the snapshots; a record of two people is two.
    pub rows: u64,
    pub criteria: BTreeMap<Criterion, Share>,
    /// The numbers by which people are found, on accuracy, completeness and cleanness.
    pub identifiers: Share,
    /// Findings by the group of their kind; groups without any are absent.
    pub groups: BTreeMap<ErrorGroup, u64>,
}

impl Measured {
    pub fn share(&self, criterion: Criterion) -> Share {
        self.criteria.get(&criterion).copied().unwrap_or_default()
    }

    /// The index in hundredths of a percent: the criteria that have a figure, by their weights.
    pub fn dqi(&self, scale: &config::Quality) -> Option<u32> {
        let (mut sum, mut weights) = (0u64, 0u64);
        for criterion in Criterion::ALL {
            let weight = u64::from(scale.weight(*criterion));
            if let Some(points) = self.share(*criterion).basis_points() {
                sum += weight * u64::from(points);
                weights += weight;
            }
        }
        (weights > 0).then(|| (sum / weights) as u32)
    }

    pub fn band(&self, scale: &config::Quality) -> Option<Band> {
        self.dqi(scale).map(|points| scale.band(points))
    }

    /// Identifiers must be right, there and unique without exception.
    pub fn identifiers_are_whole(&self) -> Option<bool> {
        self.identifiers.basis_points().map(|points| points == WHOLE)
    }

    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.identifiers.add(other.identifiers);
        for (criterion, share) in &other.criteria {
            self.criteria.entry(*criterion).or_default().add(*share);
        }
        for (group, count) in &other.groups {
            *self.groups.entry(*group).or_default() += count;
        }
    }

    fn rule(&mut self, kind: FindingKind, evaluated: u64, broken: u64) {
        if evaluated == 0 {
            return;
        }
        self.criteria.entry(kind.criterion()).or_default().count(evaluated, broken);
        if kind.is_about_identifier() {
            self.identifiers.count(evaluated, broken);
        }
    }
}

/// By source and commune. `names`: the sources in the order by which places name them. `enabled`:
/// the kinds that have a rule in force; what nobody looks for is not satisfied either.
pub fn quality(
    names: &[SourceId],
    ages: &[SourceAge],
    enabled: impl Fn(FindingKind) -> bool,
    counts: &BTreeMap<Place, Counts>,
    found: &ErrorGroups,
) -> Vec<Quality> {
    let mut measured: BTreeMap<(String, String), Measured> = BTreeMap::new();
    for (place, counts) in counts {
        let Some(name) = names.get(place.source) else { continue };
        let one = measured.entry((name.to_string(), place.commune.clone())).or_default();
        one.rows += counts.rows;
        let timely = is_timely(ages, name, place.dataset);
        for kind in FindingKind::ALL.iter().copied().filter(|kind| enabled(*kind)) {
            let evaluated = counts.asked[kind as usize];
            let stale = timely == Some(false) && kind.criterion() == Criterion::Timeliness;
            let found = counts.broken[kind as usize];
            one.rule(kind, evaluated, if stale { evaluated } else { found });
        }
        if let Some(timely) = timely.filter(|_| counts.rows > 0) {
            let share = one.criteria.entry(Criterion::Timeliness).or_default();
            share.count(counts.rows, if timely { 0 } else { counts.rows });
        }
    }
    for ((source, commune), groups) in &found.0 {
        let one = measured.entry((source.clone(), commune.clone())).or_default();
        for (group, count) in ErrorGroup::ALL.iter().zip(groups).filter(|(_, count)| **count > 0) {
            *one.groups.entry(*group).or_default() += count;
        }
    }
    for age in ages {
        let name = age.source.to_string();
        if !measured.keys().any(|(source, _)| *source == name) {
            measured.insert((name, String::new()), Measured::default());
        }
    }
    measured.into_iter().map(|((source, commune), measured)| Quality { source, commune, measured }).collect()
}

/// Findings by source and commune, in the order of [`ErrorGroup::ALL`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ErrorGroups(HashMap<(String, String), [u64; ErrorGroup::ALL.len()]>);

impl ErrorGroups {
    pub fn of(findings: &[Finding]) -> Self {
        let mut groups = Self::default();
        findings.iter().for_each(|one| groups.add(one.source.as_str(), one.unit.as_deref(), one.kind));
        groups
    }

    /// Counts one finding.
    pub fn add(&mut self, source: &str, unit: Option<&str>, kind: FindingKind) {
        let place = (source.to_owned(), unit.unwrap_or_default().to_owned());
        self.0.entry(place).or_default()[kind.error_group() as usize] += 1;
    }
}

/// `None`: its age is not known.
fn is_timely(ages: &[SourceAge], source: &SourceId, dataset: Dataset) -> Option<bool> {
    let age = ages.iter().find(|age| age.source == *source)?;
    age.age_hours.get(&dataset).map(|hours| *hours <= age.period_hours)
}

/// The worst figure first; what has none comes last.
pub fn worst_first(rows: &mut [Quality], scale: &config::Quality) {
    let key = |row: &Quality| row.measured.dqi(scale).unwrap_or(u32::MAX);
    rows.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| (&a.source, &a.commune).cmp(&(&b.source, &b.commune))));
}
