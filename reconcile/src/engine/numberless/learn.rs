//! What each level is worth: u from pairs by chance and from the frequencies of the whole
//! population, m by expectation maximisation over the candidates.
//!
//! A night has few rows without a number, so what is learned is added to what is believed
//! beforehand ([`super::compare::FIELDS`]) as if that had been seen in [`BELIEVED`] true pairs and
//! [`BELIEVED_BY_CHANCE`] pairs by chance.

use super::candidates::{Candidate, Candidates};
use super::compare::{Compared, ETHNICITY, FIELDS, Levels, NAME, NO_EVIDENCE, levels};
use super::frequencies::Frequencies;
use super::keys::RULES;
use super::patterns::{Patterns, Weighed};
use super::values::{Pending, Values};
use super::{DOUBT, LARGEST_BLOCK, LINK};
use crate::linkage::parallel::in_pieces;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The format of the model file and the way of comparing.
const VERSION: u32 = 1;
const BELIEVED: f64 = 50.0;
const BELIEVED_BY_CHANCE: f64 = 1000.0;
const ROUNDS: usize = 100;
const SETTLED: f64 = 1e-7;
/// Rows that are compared with the sample; of more, evenly chosen ones.
const CHANCE_ROWS: usize = 200;
/// Of two people of one name by chance, how many write it differently.
const BELIEVED_WRITING: f64 = 0.1;

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Level {
    name: &'static str,
    m: f64,
    u: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Comparison {
    name: &'static str,
    levels: Vec<Level>,
}

/// What was learned. Holds no value of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Model {
    version: u32,
    spec_digest: String,
    frequencies_digest: String,
    link: f64,
    doubt: f64,
    rows: u64,
    people: u64,
    candidates: u64,
    /// The share of rows whose person is in the population.
    found: f64,
    comparisons: Vec<Comparison>,
    /// How often two names are one by chance.
    #[serde(skip)]
    one_name: f64,
    /// Natural logarithms of m over u, by comparison and level.
    #[serde(skip)]
    table: Vec<Vec<f64>>,
}

impl Model {
    pub fn learn<E: Send>(
        pending: &[Pending],
        candidates: &Candidates<'_, E>,
        sample: &[&Values],
        workers: usize,
    ) -> Result<Self, E> {
        let frequencies = candidates.frequencies();
        let patterns = Patterns::of(candidates, workers)?;
        let comparisons = FIELDS
            .iter()
            .map(|(name, levels, m, u)| {
                let level = |(name, (m, u)): (&&'static str, (&f64, &f64))| Level { name, m: *m, u: *u };
                Comparison { name, levels: levels.iter().zip(m.iter().zip(*u)).map(level).collect() }
            })
            .collect();
        let mut model = Self {
            version: VERSION,
            spec_digest: spec_digest(),
            frequencies_digest: frequencies.digest(),
            link: LINK,
            doubt: DOUBT,
            rows: pending.len() as u64,
            people: frequencies.people(),
            candidates: patterns.people,
            found: 0.5,
            comparisons,
            one_name: 0.0,
            table: Vec::new(),
        };
        model.by_chance(pending, sample, frequencies, workers);
        model.tabulate();
        for _ in 0..ROUNDS {
            if model.round(&patterns, workers) < SETTLED {
                break;
            }
        }
        model.cut_digits();
        model.tabulate();
        Ok(model)
    }

    fn tabulate(&mut self) {
        let weights = |c: &Comparison| c.levels.iter().map(|level| (level.m / level.u).ln()).collect();
        self.table = self.comparisons.iter().map(weights).collect();
    }

    fn by_chance(&mut self, pending: &[Pending], sample: &[&Values], frequencies: &Frequencies, workers: usize) {
        let named: Vec<&Pending> = pending.iter().filter(|row| row.says_enough()).collect();
        let every = named.len().div_ceil(CHANCE_ROWS).max(1);
        let none: Vec<Vec<f64>> = self.comparisons.iter().map(|c| vec![0.0; c.levels.len()]).collect();
        let some: Vec<&Pending> = named.iter().copied().step_by(every).collect();
        let parts = in_pieces(&some, CHANCE_ROWS / 8, workers, |rows| {
            let mut seen = none.clone();
            let mut compared = Compared::default();
            for (row, person) in rows.iter().flat_map(|row| sample.iter().map(move |person| (row, person))) {
                for (counts, level) in seen.iter_mut().zip(levels(&row.values, person, &mut compared)) {
                    if let Some(count) = counts.get_mut(usize::from(level)) {
                        *count += 1.0;
                    }
                }
            }
            seen
        });
        // Whole numbers: the sum is the same in any order.
        let seen = parts.into_iter().fold(none, |mut sum, part| {
            sum.iter_mut().flatten().zip(part.into_iter().flatten()).for_each(|(sum, count)| *sum += count);
            sum
        });
        for (comparison, counts) in self.comparisons.iter_mut().zip(&seen) {
            let sum: f64 = counts.iter().sum::<f64>() + BELIEVED_BY_CHANCE;
            let learned = |level: &Level, n: f64| (n + level.u * BELIEVED_BY_CHANCE) / sum;
            comparison.levels.iter_mut().zip(counts).for_each(|(level, n)| level.u = learned(level, *n));
        }
        let shares: Vec<f64> =
            named.iter().flat_map(|row| &row.values.names).map(|name| frequencies.name(name.keys.0)).collect();
        let one_name = (shares.iter().sum::<f64>() / shares.len().max(1) as f64).clamp(1e-9, 0.5);
        self.one_name = one_name;
        let of_one = seen[NAME][0] + seen[NAME][1] + 1.0;
        let writing = (seen[NAME][1] + BELIEVED_WRITING) / of_one;
        let name = &mut self.comparisons[NAME].levels;
        let others: f64 = name[2..].iter().map(|level| level.u).sum();
        name[2..].iter_mut().for_each(|level| level.u *= (1.0 - one_name) / others);
        name[0].u = one_name * (1.0 - writing);
        name[1].u = one_name * writing;
    }

    /// Natural logarithms: what each comparison says, without the prior and without the rarity of
    /// what agrees.
    fn common_weights(&self, levels: &Levels) -> [f64; FIELDS.len()] {
        let mut weights = [0.0; FIELDS.len()];
        for (at, level) in levels.iter().enumerate() {
            weights[at] = self.table[at].get(usize::from(*level)).copied().unwrap_or(0.0);
        }
        // Agreement on a rare value says more than on a common one.
        if levels[NAME] <= 1 {
            weights[NAME] += self.one_name.ln();
        }
        if levels[ETHNICITY] == 0 {
            weights[ETHNICITY] += self.comparisons[ETHNICITY].levels[0].u.ln();
        }
        weights
    }

    /// Natural logarithms: what each comparison says, without the prior.
    pub fn weights(&self, candidate: &Candidate) -> [f64; FIELDS.len()] {
        let mut weights = self.common_weights(&candidate.levels);
        weights[NAME] += candidate.rarity_of(NAME);
        weights[ETHNICITY] += candidate.rarity_of(ETHNICITY);
        weights
    }

    /// The prior of one pair.
    pub fn prior(&self) -> f64 {
        (self.found / self.people.max(1) as f64).ln()
    }

    /// The odds that the person of a row is not among the people.
    fn nobody(&self) -> f64 {
        (1.0 - self.found).max(1e-9)
    }

    /// The probability of each candidate to be the row's person, or that one of so many is; together at
    /// most 1.
    pub fn probabilities(&self, row: &[Candidate]) -> Vec<f64> {
        let prior = self.prior();
        let nobody = self.nobody();
        let odds: Vec<f64> = row
            .iter()
            .map(|c| f64::from(c.many) * (prior + self.weights(c).iter().sum::<f64>()).min(600.0).exp())
            .collect();
        let all = nobody + odds.iter().sum::<f64>();
        odds.into_iter().map(|odds| odds / all).collect()
    }

    /// One round; answers the largest change.
    fn round(&mut self, patterns: &Patterns, workers: usize) -> f64 {
        let mut seen: Vec<Vec<f64>> =
            FIELDS.iter().map(|(_, _, m, _)| m.iter().map(|m| m * BELIEVED).collect()).collect();
        let prior = self.prior();
        let weight = |levels: &Levels| prior + self.common_weights(levels).iter().sum::<f64>();
        let weights: Vec<f64> = patterns.levels.iter().map(weight).collect();
        let Weighed { found, persons } = patterns.weigh(&weights, self.nobody(), workers);
        for (levels, persons) in patterns.levels.iter().zip(persons) {
            for (counts, level) in seen.iter_mut().zip(levels) {
                if *level != NO_EVIDENCE {
                    counts[usize::from(*level)] += persons;
                }
            }
        }
        let mut change = 0.0f64;
        for (comparison, counts) in self.comparisons.iter_mut().zip(seen) {
            let sum: f64 = counts.iter().sum();
            for (level, count) in comparison.levels.iter_mut().zip(counts) {
                change = change.max((level.m - count / sum).abs());
                level.m = count / sum;
            }
        }
        let rows = self.rows as f64;
        let found = ((found + 5.0) / (rows + 10.0)).clamp(0.01, 0.99);
        change = change.max((self.found - found).abs());
        self.found = found;
        self.tabulate();
        change
    }

    /// More digits are not known, and the last ones differ between machines.
    fn cut_digits(&mut self) {
        let cut = |p: f64| format!("{p:.7e}").parse().unwrap_or(p);
        self.found = cut(self.found);
        self.one_name = cut(self.one_name);
        for level in self.comparisons.iter_mut().flat_map(|c| &mut c.levels) {
            (level.m, level.u) = (cut(level.m), cut(level.u));
        }
    }

    pub fn to_json(&self) -> String {
        // Only numbers and fixed words: nothing here can fail to serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// Of all that is fixed: what is compared, what is believed, the rules, the limits.
fn spec_digest() -> String {
    let text = format!(
        "{VERSION} {FIELDS:?} {RULES:?} {LINK} {DOUBT} {LARGEST_BLOCK} {BELIEVED} {BELIEVED_BY_CHANCE} {BELIEVED_WRITING}"
    );
    hex::encode(Sha256::digest(text.as_bytes()))
}
