//! Candidate pairs to links.

use super::compare::{Comparer, NO_EVIDENCE, level_of};
use super::field::Fields;
use super::model::Model;
use super::spec::Spec;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub left: u32,
    pub right: u32,
    /// Logarithm of the odds.
    pub weight: f64,
}

impl Link {
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.weight).exp())
    }
}

/// All candidate pairs at least as probable as `least`.
pub fn link(spec: &Spec, fields: &Fields, model: &Model, candidates: &[(u32, u32)], least: f64) -> Vec<Link> {
    let comparer = Comparer::new(spec, fields);
    let least = (least / (1.0 - least)).ln();
    let mut links = Vec::new();
    for (left, right) in candidates {
        let pattern = comparer.pattern(*left, *right);
        let mut weight = model.prior_weight();
        for at in 0..model.comparisons.len() {
            let level = level_of(pattern, at);
            if level == NO_EVIDENCE {
                continue;
            }
            weight += model.weight(at, level);
            if level == 0 && spec.fields.get(at).is_some_and(|f| f.frequency) {
                // A rare value agrees by chance less often than the field does on the whole.
                let value = fields.left(at, *left);
                let field = &fields.fields[at];
                let u = model.comparisons[at].u[0];
                weight += (u / field.frequency(value).max(1e-9)).ln();
            }
        }
        if weight >= least {
            links.push(Link { left: *left, right: *right, weight });
        }
    }
    links
}
