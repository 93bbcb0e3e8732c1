//! Learns a model: u from pairs drawn by chance, m and the prior by expectation maximisation over
//! the candidate pairs.
//!
//! All pairs that are no candidates count as no true pairs: the prior is of all pairs.

use super::blocking::Candidates;
use super::compare::{Comparer, NO_EVIDENCE, Pattern, level_of};
use super::field::Fields;
use super::model::Model;
use super::near::Near;
use super::parallel::{in_pieces, in_ranges};
use config::linkage::LinkageSpec;
use std::collections::BTreeMap;

/// Pairs drawn by chance.
const CHANCE_PAIRS: u64 = 250_000;
/// Candidate pairs that are learned from; of more, evenly chosen ones.
const LEARNED_PAIRS: usize = 1_000_000;
const ROUNDS: usize = 100;
/// The largest change of a probability that no longer matters.
const SETTLED: f64 = 1e-6;
/// No level is impossible.
const LEAST: f64 = 1e-5;
/// So many levels three bits can tell.
const LEVELS: usize = 8;
const PAIRS_A_PIECE: usize = 50_000;
/// Their rows lie near at hand.
const PAIRS_AT_ONCE: usize = 256;

type Counts = BTreeMap<Pattern, u64>;

pub fn learn(spec: &LinkageSpec, fields: &Fields, candidates: &Candidates, workers: usize) -> Model {
    let comparer = Comparer::new(spec, fields);
    let every = candidates.len().div_ceil(LEARNED_PAIRS).max(1);
    let sample = candidates.len().div_ceil(every);
    let scale = candidates.len() as f64 / sample.max(1) as f64;
    let counts = merged(in_ranges(sample, PAIRS_A_PIECE, workers, |range| {
        count(&comparer, candidates.stepping(range.start * every, every).take(range.len()))
    }));
    let patterns: Vec<(Pattern, f64)> = counts.into_iter().map(|(p, n)| (p, n as f64 * scale)).collect();
    let total = fields.pairs().max(1.0);
    let rows = fields.left_rows.min(fields.right_rows.unwrap_or(fields.left_rows)) as f64;
    let mut model = Model::blank(spec, (0.5 * rows / total).clamp(1e-12, 0.5));
    by_chance(spec, fields, &comparer, workers, &mut model);
    first_guess(&mut model);
    for _ in 0..ROUNDS {
        if round(&mut model, &patterns, total) < SETTLED {
            break;
        }
    }
    model.round();
    model
}

fn count(comparer: &Comparer<'_>, pairs: impl Iterator<Item = (u32, u32)>) -> Counts {
    let pairs: Vec<(u32, u32)> = pairs.collect();
    let (mut memory, mut near) = (comparer.memory(), Near::default());
    let some = |pairs| comparer.patterns(&mut memory, &mut near, pairs);
    let mut patterns: Vec<Pattern> = pairs.chunks(PAIRS_AT_ONCE).flat_map(some).collect();
    patterns.sort_unstable();
    patterns.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect()
}

fn merged(parts: Vec<Counts>) -> Counts {
    let mut counts = Counts::new();
    for (pattern, n) in parts.into_iter().flatten() {
        *counts.entry(pattern).or_default() += n;
    }
    counts
}

/// u of every level, from pairs that hardly any of are true.
fn by_chance(spec: &LinkageSpec, fields: &Fields, comparer: &Comparer<'_>, workers: usize, model: &mut Model) {
    let (left, right) = (fields.left_rows as u64, fields.right_rows.unwrap_or(fields.left_rows) as u64);
    // An empty table has no pairs, and its model is what nobody knows.
    let pieces = if left * right == 0 { 0 } else { CHANCE_PAIRS / PAIRS_A_PIECE as u64 };
    let seeds: Vec<u64> = (0..pieces).collect();
    let counts = merged(in_pieces(&seeds, 1, workers, |seed| {
        let mut dice = Dice(spec.seed ^ seed[0].wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let pairs = (0..PAIRS_A_PIECE).map(|_| (dice.below(left) as u32, dice.below(right) as u32));
        count(comparer, pairs.filter(|(a, b)| fields.right_rows.is_some() || a != b))
    }));
    for (at, comparison) in model.comparisons.iter_mut().enumerate() {
        let mut seen = vec![0.5; comparison.levels.len()];
        for (pattern, n) in &counts {
            let level = level_of(*pattern, at);
            if level != NO_EVIDENCE {
                seen[level as usize] += *n as f64;
            }
        }
        // How often values are the very same is known exactly, unless two fields trade places.
        if let Some(field) = fields.fields.get(at).filter(|_| !fields.exchanges.iter().flatten().any(|f| *f == at)) {
            let (same, others) = (field.agreement_by_chance(), seen[1..].iter().sum::<f64>());
            let all = others / (1.0 - same).max(1e-9);
            seen[0] = (same * all).max(1e-6);
        }
        let sum: f64 = seen.iter().sum();
        comparison.levels.iter_mut().zip(seen).for_each(|(level, n)| level.u = (n / sum).clamp(1e-9, 1.0 - 1e-9));
    }
}

/// True pairs mostly agree.
fn first_guess(model: &mut Model) {
    for comparison in &mut model.comparisons {
        let others = comparison.levels.len() - 1;
        for (at, level) in comparison.levels.iter_mut().enumerate() {
            level.m = if at == 0 { 0.9 } else { 0.1 / others as f64 };
        }
    }
}

/// One round; answers the largest change.
fn round(model: &mut Model, patterns: &[(Pattern, f64)], total: f64) -> f64 {
    // Of no evidence, as of levels that there are not, the weight is 0, and nobody asks for the share.
    let mut weights = vec![[0.0; LEVELS]; model.comparisons.len()];
    for (weights, comparison) in weights.iter_mut().zip(&model.comparisons) {
        weights.iter_mut().zip(&comparison.levels).for_each(|(weight, level)| *weight = level.weight());
    }
    let mut shares = vec![[1e-3; LEVELS]; model.comparisons.len()];
    let mut matches = 0.0;
    let prior = model.prior_weight();
    for (pattern, count) in patterns {
        let levels = |at: usize| usize::from(level_of(*pattern, at));
        let weight = weights.iter().enumerate().fold(prior, |sum, (at, weights)| sum + weights[levels(at)]);
        let share = count / (1.0 + (-weight).exp());
        matches += share;
        shares.iter_mut().enumerate().for_each(|(at, shares)| shares[levels(at)] += share);
    }
    let mut change = 0.0f64;
    for (comparison, shares) in model.comparisons.iter_mut().zip(shares) {
        let sum: f64 = shares[..comparison.levels.len()].iter().sum();
        for (level, share) in comparison.levels.iter_mut().zip(shares) {
            let m = (share / sum).clamp(LEAST, 1.0 - LEAST);
            change = change.max((m - level.m).abs());
            level.m = m;
        }
    }
    model.prior = (matches / total).clamp(1e-12, 0.5);
    change
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * u128::from(end)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Comparison, Level};
    use super::*;

    /// Two fields that are the same or not: a hundred pairs that agree in both, ten in one, and many
    /// in none.
    #[test]
    fn a_round_tells_how_far_the_model_moved_and_rounds_come_to_rest() {
        let level = |name: &str, m, u| Level { name: name.to_owned(), m, u };
        let field = |name: &str| Comparison {
            name: name.to_owned(),
            levels: vec![level("same", 0.9, 0.01), level("different", 0.1, 0.99)],
        };
        let mut model = Model { format: 1, prior: 0.01, comparisons: vec![field("a"), field("b")] };
        let patterns = [(0, 100.0), (1, 10.0), (0o10, 10.0), (0o11, 10_000.0)];
        let first = round(&mut model, &patterns, 1e6);
        assert!(first > 0.01, "{first}");
        let moves: Vec<f64> = (0..ROUNDS).map(|_| round(&mut model, &patterns, 1e6)).collect();
        assert!(moves.last().is_some_and(|last| *last < first / 1000.0), "{moves:?}");
        assert!(model.comparisons.iter().all(|c| c.levels[0].m > 0.9), "true pairs agree: {model:?}");
    }

    /// The first numbers that the author of SplitMix64 gives for the seeds 0 and 1234567.
    #[test]
    fn dice_fall_as_published() {
        for (seed, published) in [
            (0, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]),
            (1_234_567, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]),
        ] {
            let (mut whole, mut tenths) = (Dice(seed), Dice(seed));
            for number in published {
                assert_eq!(whole.below(1 << 63), number >> 1);
                assert_eq!(tenths.below(10), ((u128::from(number) * 10) >> 64) as u64);
            }
        }
    }
}
