//! Why a pair has its weight: one contribution for each comparison.

use super::compare::{Comparer, level_of};
use super::field::Fields;
use super::model::Model;
use super::score::rarity;
use config::linkage::LinkageSpec;

/// A step of the waterfall; weights are natural logarithms, and their sum is that of the pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// `prior`, the field, or the exchange.
    pub name: String,
    /// `None`: no evidence.
    pub level: Option<String>,
    pub weight: f64,
    /// Of the weight, what the rarity of the common value added.
    pub rarity: f64,
}

pub fn explain(spec: &LinkageSpec, fields: &Fields, model: &Model, left: u32, right: u32) -> Vec<Contribution> {
    let pattern = Comparer::new(spec, fields).pattern(left, right);
    let rarity = rarity(spec, fields, model);
    let prior = Contribution { name: "prior".into(), level: None, weight: model.prior_weight(), rarity: 0.0 };
    let steps = model.comparisons.iter().enumerate().map(|(at, comparison)| {
        let level = level_of(pattern, at);
        let found = comparison.levels.get(level as usize);
        let rarity = match (level, rarity.get(at)) {
            (0, Some(rarity)) => rarity.get(fields.left(at, left) as usize).copied().unwrap_or(0.0),
            _ => 0.0,
        };
        Contribution {
            name: comparison.name.clone(),
            level: found.map(|level| level.name.clone()),
            weight: found.map_or(0.0, |level| level.weight()) + rarity,
            rarity,
        }
    });
    std::iter::once(prior).chain(steps).collect()
}
