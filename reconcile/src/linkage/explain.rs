//! Why a pair has its weight: one contribution for each comparison.

use super::compare::{Comparer, Memory, level_of};
use super::field::Fields;
use super::model::Model;
use super::score::Rarity;
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

/// Explains pairs of the same tables and model.
pub struct Explainer<'a> {
    comparer: Comparer<'a>,
    fields: &'a Fields,
    model: &'a Model,
    rarity: Vec<Option<Rarity<'a>>>,
}

impl<'a> Explainer<'a> {
    pub fn new(spec: &'a LinkageSpec, fields: &'a Fields, model: &'a Model) -> Self {
        let rarity = (0..spec.fields.len()).map(|at| Rarity::new(spec, fields, model, at)).collect();
        Self { comparer: Comparer::new(spec, fields), fields, model, rarity }
    }

    /// The name of the level of each comparison; `None`: no evidence.
    pub fn levels(&self, left: u32, right: u32) -> impl Iterator<Item = Option<&str>> {
        let pattern = self.comparer.pattern(&mut Memory::none(), left, right);
        self.model.comparisons.iter().enumerate().map(move |(at, comparison)| {
            comparison.levels.get(level_of(pattern, at) as usize).map(|level| level.name.as_str())
        })
    }

    pub fn explain(&self, left: u32, right: u32) -> Vec<Contribution> {
        let pattern = self.comparer.pattern(&mut Memory::none(), left, right);
        let weight = self.model.prior_weight();
        let prior = Contribution { name: "prior".into(), level: None, weight, rarity: 0.0 };
        let steps = self.model.comparisons.iter().enumerate().map(|(at, comparison)| {
            let level = level_of(pattern, at);
            let found = comparison.levels.get(level as usize);
            let rarity = match (level, self.rarity.get(at)) {
                (0, Some(Some(rarity))) => rarity.of(self.fields.left_row(left)[at]),
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

    /// The sum of all contributions.
    pub fn weight(&self, left: u32, right: u32) -> f64 {
        self.explain(left, right).iter().map(|step| step.weight).sum()
    }
}
