//! How much each criterion weighs in the quality of data, and where the colours begin.

use schemas::{Band, Criterion};
use serde::{Deserialize, Serialize};

/// `[quality]` of the settings. No regulation gives the weights: they are equal unless a province
/// says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quality {
    /// Green from this percentage on.
    pub green: u32,
    /// Yellow from this percentage on, red below.
    pub yellow: u32,
    pub weights: Weights,
}

/// Percent of the whole; together 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub accuracy: u32,
    pub completeness: u32,
    pub cleanness: u32,
    pub timeliness: u32,
    pub consistency: u32,
}

impl Default for Quality {
    fn default() -> Self {
        let weights = Weights { accuracy: 20, completeness: 20, cleanness: 20, timeliness: 20, consistency: 20 };
        Self { green: 90, yellow: 75, weights }
    }
}

impl Quality {
    pub fn weight(&self, criterion: Criterion) -> u32 {
        match criterion {
            Criterion::Accuracy => self.weights.accuracy,
            Criterion::Completeness => self.weights.completeness,
            Criterion::Cleanness => self.weights.cleanness,
            Criterion::Timeliness => self.weights.timeliness,
            Criterion::Consistency => self.weights.consistency,
        }
    }

    /// The band of a figure in hundredths of a percent.
    pub fn band(&self, basis_points: u32) -> Band {
        match basis_points {
            points if points >= self.green * 100 => Band::Green,
            points if points >= self.yellow * 100 => Band::Yellow,
            _ => Band::Red,
        }
    }

    /// Key within the section, and what is wrong with it.
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        let weights = Criterion::ALL.iter().map(|criterion| u64::from(self.weight(*criterion)));
        let sum: u64 = weights.sum();
        if sum != 100 {
            return Some(("weights", format!("must be 100 together, they are {sum}")));
        }
        if self.green > 100 {
            return Some(("green", "must be 100 at most".into()));
        }
        (self.yellow >= self.green).then(|| ("yellow", "must be less than green".into()))
    }
}
