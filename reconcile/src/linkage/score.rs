//! Candidate pairs to weighed pairs.

use super::blocking::Candidates;
use super::bound::{Bound, Left};
use super::compare::{Comparer, Memory, Pattern, level_of};
use super::field::{Field, Fields};
use super::glance::NearGlances;
use super::model::Model;
use super::near::Near;
use super::parallel::in_ranges_with;
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

/// The logarithms of a model, and of the values that agree.
pub(super) struct Weights {
    pub prior: f64,
    /// For each comparison the weight of each level.
    pub levels: Vec<Vec<f64>>,
    /// For each field what agreement on each value adds; empty where values do not count.
    rarity: Vec<Vec<f64>>,
}

impl Weights {
    fn new(spec: &LinkageSpec, fields: &Fields, model: &Model) -> Self {
        let levels = model.comparisons.iter().map(|c| c.levels.iter().map(|level| level.weight()).collect()).collect();
        let rarity = (0..fields.fields.len()).map(|at| match Rarity::new(spec, fields, model, at) {
            Some(rarity) => (0..fields.dictionary(at).len() as u32).map(|value| rarity.of(value)).collect(),
            None => Vec::new(),
        });
        Self { prior: model.prior_weight(), levels, rarity: rarity.collect() }
    }

    fn rarity(&self, at: usize, value: u32) -> f64 {
        self.rarity[at].get(value as usize).copied().unwrap_or(0.0)
    }

    /// What agreement on a value weighs.
    pub fn same(&self, at: usize, value: u32) -> f64 {
        self.levels[at][0] + self.rarity(at, value)
    }

    /// The weight of a pair with the values `left`.
    fn of(&self, pattern: Pattern, left: &[u32]) -> f64 {
        let mut weight = self.prior;
        for (at, levels) in self.levels.iter().enumerate() {
            let level = level_of(pattern, at);
            weight += levels.get(level as usize).copied().unwrap_or(0.0);
            if level == 0
                && let Some(value) = left.get(at)
            {
                weight += self.rarity(at, *value);
            }
        }
        weight
    }
}

/// What agreement on a value of a field adds to the weight of agreement on any. Of fields that may
/// be exchanged a value counts as frequent as it is in either: a surname is rare among given names,
/// and its agreement there says no more for that.
pub(super) struct Rarity<'a> {
    u: f64,
    fields: Vec<&'a Field>,
}

impl<'a> Rarity<'a> {
    /// `None`: the frequency of values does not count in the field `at`.
    pub fn new(spec: &LinkageSpec, fields: &'a Fields, model: &Model, at: usize) -> Option<Self> {
        let partners = fields.exchanges.iter().find(|pair| pair.contains(&at));
        let others = partners.iter().flat_map(|pair| pair.iter()).map(|at| &fields.fields[*at]);
        let fields = std::iter::once(&fields.fields[at]).chain(others).collect();
        spec.fields[at].frequency.then(|| Self { u: model.comparisons[at].levels[0].u, fields })
    }

    pub fn of(&self, value: u32) -> f64 {
        let frequency = self.fields.iter().fold(0.0f64, |most, field| most.max(field.frequency(value)));
        (self.u / frequency.max(1e-12)).ln()
    }
}

/// Left rows in a piece of work.
const ROWS_A_PIECE: usize = 1_024;
/// Left rows whose pairs are brought near together.
const ROWS_AT_ONCE: usize = 64;

/// All candidate pairs at least as probable as `least`, in order.
pub fn score(
    spec: &LinkageSpec,
    fields: &Fields,
    model: &Model,
    candidates: &Candidates,
    least: f64,
    workers: usize,
) -> Vec<Scored> {
    let comparer = Comparer::new(spec, fields);
    let weights = Weights::new(spec, fields, model);
    let least = (least / (1.0 - least)).ln();
    let bound = Bound::new(spec, fields, &weights, least);
    let start = || State {
        memory: comparer.memory(),
        rows: (0..ROWS_AT_ONCE).map(|_| Left::default()).collect(),
        glances: NearGlances::default(),
        bounds: Vec::new(),
        stay: Vec::new(),
        near: Near::default(),
    };
    let pieces = in_ranges_with(candidates.left_rows(), ROWS_A_PIECE, workers, start, |state, range| {
        let State { memory, rows, glances, bounds, stay, near } = state;
        let mut scored = Vec::new();
        for begin in range.clone().step_by(ROWS_AT_ONCE) {
            stay.clear();
            let lefts = begin..(begin + ROWS_AT_ONCE).min(range.end);
            glances.bring(fields.glances(), lefts.clone().map(|left| candidates.of(left)));
            for (at, (left, row)) in lefts.zip(&mut *rows).enumerate() {
                bound.turn(row, left as u32);
                let rights = candidates.of(left);
                bounds.resize(rights.len(), 0);
                bound.at_a_glance(row, |column| glances.of(at, column), bounds);
                let enough = bounds.iter().map(|sum| bound.is_enough(*sum));
                add(stay, left as u32, rights, enough);
            }
            near.bring_rights(fields, stay);
            for ((left, right), eights) in stay.iter().zip(near.rights()) {
                let row = &rows[*left as usize - begin];
                if !bound.may_reach(&comparer, memory, row, *right, eights) {
                    continue;
                }
                let pattern = comparer.pattern(memory, *left, *right);
                let weight = weights.of(pattern, fields.left_row(*left));
                if weight >= least {
                    scored.push(Scored { left: *left, right: *right, weight });
                }
            }
        }
        scored
    });
    pieces.concat()
}

/// What one thread works with.
struct State<'a> {
    memory: Memory,
    rows: Vec<Left<'a>>,
    glances: NearGlances,
    bounds: Vec<i32>,
    stay: Vec<(u32, u32)>,
    near: Near,
}

/// Adds the pairs of a left row to `stay` that are `enough`.
fn add(stay: &mut Vec<(u32, u32)>, left: u32, rights: &[u32], enough: impl Iterator<Item = bool>) {
    let mut end = stay.len();
    stay.resize(end + rights.len(), (0, 0));
    for (right, enough) in rights.iter().zip(enough) {
        // Whether it stays cannot be foreseen: it is written, and counts if it does.
        stay[end] = (left, *right);
        end += usize::from(enough);
    }
    stay.truncate(end);
}
