//! Candidates by the pattern of their levels: there are millions of the ones and hundreds of the
//! others, so a round of learning weighs and counts patterns.

use super::candidates::{Candidate, Candidates};
use super::compare::{ETHNICITY, Levels, NAME};
use super::pairs::ROWS;
use crate::hashed::Texts;
use crate::linkage::parallel::{in_pieces, in_ranges};

/// Rows that are weighed at a time, whatever the number of threads: sums of probabilities are the
/// same to the last digit.
const ROWS_A_PIECE: usize = ROWS;

pub(super) struct Patterns {
    /// In the order of their levels.
    pub levels: Vec<Levels>,
    /// Of all rows, [`ROWS_A_PIECE`] at a time.
    pieces: Vec<Piece>,
    /// How many people they are.
    pub people: u64,
}

/// The candidates of some rows, one row after the other.
struct Piece {
    candidates: Vec<Patterned>,
    /// Where each row's candidates end.
    ends: Vec<usize>,
}

/// People who are alike a row.
struct Patterned {
    pattern: u32,
    many: u32,
    /// What the rarity of values adds.
    rarity: f64,
}

/// What a round brought.
pub(super) struct Weighed {
    /// How many rows have found their person, as far as one can say.
    pub found: f64,
    /// How many of each pattern are the person.
    pub persons: Vec<f64>,
}

impl Piece {
    fn rows(&self) -> impl Iterator<Item = &[Patterned]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.candidates[start..*end])
    }
}

impl Patterns {
    pub fn of<E: Send>(candidates: &Candidates<'_, E>, workers: usize) -> Result<Self, E> {
        let seen = in_ranges(candidates.rows(), ROWS_A_PIECE, workers, |rows| {
            let some = candidates.some(rows.clone())?;
            let mut levels: Vec<Levels> =
                rows.flat_map(|row| some.of(row).1).map(|candidate| candidate.levels).collect();
            levels.sort_unstable();
            levels.dedup();
            levels.shrink_to_fit();
            Ok(levels)
        });
        let mut levels = seen.into_iter().collect::<Result<Vec<_>, E>>()?.concat();
        levels.sort_unstable();
        levels.dedup();
        let places: Texts<Levels, u32> = levels.iter().copied().zip(0..).collect();
        let one = |candidate: Candidate| Patterned {
            pattern: places.get(&candidate.levels).copied().unwrap_or_default(),
            many: candidate.many,
            rarity: candidate.rarity_of(NAME) + candidate.rarity_of(ETHNICITY),
        };
        let pieces = in_ranges(candidates.rows(), ROWS_A_PIECE, workers, |rows| {
            let some = candidates.some(rows.clone())?;
            let mut piece = Piece { candidates: Vec::new(), ends: Vec::with_capacity(rows.len()) };
            for row in rows {
                piece.candidates.extend(some.of(row).1.into_iter().map(one));
                piece.ends.push(piece.candidates.len());
            }
            piece.candidates.shrink_to_fit();
            Ok(piece)
        });
        let pieces = pieces.into_iter().collect::<Result<Vec<_>, E>>()?;
        let people = pieces.iter().flat_map(|piece| &piece.candidates).map(|one| u64::from(one.many)).sum();
        Ok(Self { levels, pieces, people })
    }

    /// `weights`: of each pattern, with the prior, as natural logarithms; `nobody`: the odds that
    /// the person of a row is not among the people.
    pub fn weigh(&self, weights: &[f64], nobody: f64, workers: usize) -> Weighed {
        let parts = in_pieces(&self.pieces, 1, workers, |pieces| {
            let mut part = Weighed { found: 0.0, persons: vec![0.0; self.levels.len()] };
            let mut odds = Vec::new();
            for row in pieces.iter().flat_map(Piece::rows) {
                odds.clear();
                odds.extend(
                    row.iter()
                        .map(|one| f64::from(one.many) * (weights[one.pattern as usize] + one.rarity).min(600.0).exp()),
                );
                let all = nobody + odds.iter().sum::<f64>();
                for (one, odds) in row.iter().zip(&odds) {
                    part.found += odds / all;
                    part.persons[one.pattern as usize] += odds / all;
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
