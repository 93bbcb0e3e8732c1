//! Candidate pairs to weighed pairs.

use super::compare::{Comparer, level_of};
use super::field::Fields;
use super::model::Model;
use super::parallel::in_pieces;
use config::linkage::LinkageSpec;

/// A pair and the natural logarithm of its odds of being true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub left: u32,
    pub right: u32,
    pub weight: f64,
}

impl Scored {
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.weight).exp())
    }
}

/// What agreement on each value of a field adds to the weight of agreement on any. Of fields that
/// may be exchanged a value counts as frequent as it is in either: a surname is rare among given
/// names, and its agreement there says no more for that.
pub(super) fn rarity(spec: &LinkageSpec, fields: &Fields, model: &Model) -> Vec<Vec<f64>> {
    let of_field = |(at, field): (usize, &super::field::Field)| {
        if !spec.fields[at].frequency {
            return Vec::new();
        }
        let u = model.comparisons[at].levels[0].u;
        let partner = fields.exchanges.iter().find(|pair| pair.contains(&at));
        let others: Vec<_> = partner.iter().flat_map(|pair| pair.iter()).map(|at| &fields.fields[*at]).collect();
        let frequency = |value: u32| others.iter().fold(field.frequency(value), |most, f| most.max(f.frequency(value)));
        (0..field.counts.len() as u32).map(|value| (u / frequency(value).max(1e-12)).ln()).collect()
    };
    fields.fields.iter().enumerate().map(of_field).collect()
}

const PAIRS_A_PIECE: usize = 20_000;

/// All candidate pairs at least as probable as `least`, in order.
pub fn score(
    spec: &LinkageSpec,
    fields: &Fields,
    model: &Model,
    candidates: &[(u32, u32)],
    least: f64,
    workers: usize,
) -> Vec<Scored> {
    let comparer = Comparer::new(spec, fields);
    let least = (least / (1.0 - least)).ln();
    let rarity = rarity(spec, fields, model);
    let weights: Vec<Vec<f64>> =
        model.comparisons.iter().map(|c| c.levels.iter().map(|level| level.weight()).collect()).collect();
    in_pieces(candidates, PAIRS_A_PIECE, workers, |pairs| {
        let mut scored = Vec::new();
        for (left, right) in pairs {
            let pattern = comparer.pattern(*left, *right);
            let mut weight = model.prior_weight();
            for (at, levels) in weights.iter().enumerate() {
                let level = level_of(pattern, at);
                weight += levels.get(level as usize).copied().unwrap_or(0.0);
                if level == 0
                    && let Some(rarity) = rarity.get(at)
                {
                    weight += rarity.get(fields.left(at, *left) as usize).copied().unwrap_or(0.0);
                }
            }
            if weight >= least {
                scored.push(Scored { left: *left, right: *right, weight });
            }
        }
        scored
    })
    .concat()
}
