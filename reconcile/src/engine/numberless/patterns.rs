//! Candidates by the pattern of their levels: there are millions of the ones and hundreds of the
//! others, so a round of learning weighs and counts patterns.

use super::compare::{ETHNICITY, Levels, NAME};
use super::learn::Candidate;
use crate::hashed::Texts;
use crate::linkage::parallel::{in_pieces, in_ranges};

/// Rows that are weighed at a time, whatever the number of threads: sums of probabilities are the
/// same to the last digit.
const ROWS_A_PIECE: usize = 1024;

pub(super) struct Patterns {
    /// In the order of their levels.
    pub levels: Vec<Levels>,
    /// Of all rows, one after the other: the pattern, and what the rarity of values adds.
    candidates: Vec<(u32, f64)>,
    /// Where each row's candidates end.
    ends: Vec<usize>,
}

/// What a round brought.
pub(super) struct Weighed {
    /// How many rows have found their person, as far as one can say.
    pub found: f64,
    /// How many of each pattern are the person.
    pub persons: Vec<f64>,
}

impl Patterns {
    pub fn of(rows: &[Vec<Candidate>], workers: usize) -> Self {
        let seen = in_pieces(rows, ROWS_A_PIECE, workers, |rows| {
            let mut levels: Vec<Levels> = rows.iter().flatten().map(|candidate| candidate.levels).collect();
            levels.sort_unstable();
            levels.dedup();
            levels
        });
        let mut levels = seen.concat();
        levels.sort_unstable();
        levels.dedup();
        let places: Texts<Levels, u32> = levels.iter().copied().zip(0..).collect();
        let one = |candidate: &Candidate| {
            let place = places.get(&candidate.levels).copied().unwrap_or_default();
            (place, candidate.rarity_of(NAME) + candidate.rarity_of(ETHNICITY))
        };
        let candidates =
            in_pieces(rows, ROWS_A_PIECE, workers, |rows| rows.iter().flatten().map(one).collect::<Vec<_>>()).concat();
        let ends = rows.iter().scan(0, |end, row| {
            *end += row.len();
            Some(*end)
        });
        Self { ends: ends.collect(), levels, candidates }
    }

    /// `weights`: of each pattern, with the prior, as natural logarithms; `nobody`: the odds that
    /// the person of a row is not among the people.
    pub fn weigh(&self, weights: &[f64], nobody: f64, workers: usize) -> Weighed {
        let parts = in_ranges(self.ends.len(), ROWS_A_PIECE, workers, |rows| {
            let mut part = Weighed { found: 0.0, persons: vec![0.0; self.levels.len()] };
            let mut odds = Vec::new();
            let mut start = rows.start.checked_sub(1).map_or(0, |before| self.ends[before]);
            for end in &self.ends[rows] {
                let row = &self.candidates[start..*end];
                start = *end;
                odds.clear();
                odds.extend(row.iter().map(|(pattern, rarity)| (weights[*pattern as usize] + rarity).min(600.0).exp()));
                let all = nobody + odds.iter().sum::<f64>();
                for ((pattern, _), odds) in row.iter().zip(&odds) {
                    part.found += odds / all;
                    part.persons[*pattern as usize] += odds / all;
                }
            }
            part
        });
        let none = Weighed { found: 0.0, persons: vec![0.0; self.levels.len()] };
        parts.into_iter().fold(none, |mut sum, part| {
            sum.found += part.found;
            sum.persons.iter_mut().zip(part.persons).for_each(|(sum, persons)| *sum += persons);
            sum
        })
    }
}
