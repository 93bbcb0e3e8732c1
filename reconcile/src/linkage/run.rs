//! The whole way from two tables to pairs.

use super::blocking::candidates;
use super::decide::{Decided, Decision, decide, groups};
use super::explain::Explainer;
use super::field::Fields;
use super::learn::learn;
use super::model::Model;
use super::score::{Scored, score};
use config::linkage::LinkageSpec;
use std::collections::{BTreeMap, BTreeSet};

/// What came of linking.
pub struct Linked {
    pub model: Model,
    /// Pairs that were compared.
    pub candidates: usize,
    /// Links and doubts, in the order of the rows. In one table every pair of a group is a link.
    pub pairs: Vec<Decided>,
    /// For one table: the group of each row, named by its smallest member.
    pub groups: Option<Vec<u32>>,
}

/// Links two tables, or one with itself. `model`: one that was learned before, or else it is
/// learned from these tables.
pub fn link(spec: &LinkageSpec, fields: &Fields, model: Option<Model>, workers: usize) -> Linked {
    let pairs = candidates(spec, fields, workers);
    let model = model.unwrap_or_else(|| learn(spec, fields, &pairs, workers));
    let scored = score(spec, fields, &model, &pairs, spec.decide.doubt, workers);
    let one_table = fields.right_rows.is_none();
    let decided = decide(&spec.decide, &scored, one_table);
    let candidates = pairs.len();
    if !one_table {
        return Linked { model, candidates, pairs: decided, groups: None };
    }
    let group = groups(fields.left_rows, &decided);
    let explainer = Explainer::new(spec, fields, &model);
    let pairs = within(&group, &decided, |left, right| explainer.weight(left, right));
    Linked { model, candidates, pairs, groups: Some(group) }
}

/// All pairs of each group as links, and what else is probable as doubt.
fn within(group: &[u32], decided: &[Decided], weigh: impl Fn(u32, u32) -> f64) -> Vec<Decided> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    group.iter().enumerate().for_each(|(row, group)| members.entry(*group).or_default().push(row as u32));
    let known: BTreeMap<(u32, u32), f64> =
        decided.iter().map(|d| ((d.pair.left, d.pair.right), d.pair.weight)).collect();
    let mut linked = BTreeSet::new();
    let mut pairs = Vec::new();
    for rows in members.values() {
        for (at, left) in rows.iter().enumerate() {
            for right in &rows[at + 1..] {
                let weight = known.get(&(*left, *right)).copied().unwrap_or_else(|| weigh(*left, *right));
                linked.insert((*left, *right));
                let pair = Scored { left: *left, right: *right, weight };
                pairs.push(Decided { pair, decision: Decision::Link });
            }
        }
    }
    let others = decided.iter().filter(|d| !linked.contains(&(d.pair.left, d.pair.right)));
    pairs.extend(others.map(|d| Decided { pair: d.pair, decision: Decision::Doubt }));
    pairs.sort_by_key(|d| (d.pair.left, d.pair.right));
    pairs
}
