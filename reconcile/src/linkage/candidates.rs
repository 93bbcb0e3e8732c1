//! Pairs worth comparing, gathered from all rules.

use super::blocks::Partners;
use super::field::Fields;
use super::parallel::in_ranges_with;
use super::seen::Seen;

/// Left rows in a piece.
const ROWS_A_PIECE: usize = 2_048;

/// Pairs worth comparing, each once: for each left row its right rows, in order. In pieces, as they
/// were found: so many pairs are not copied without need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    pieces: Vec<Piece>,
    left_rows: usize,
    len: usize,
}

/// The pairs of [`ROWS_A_PIECE`] left rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Piece {
    /// Where the right rows of each left row begin, and at last where they end.
    starts: Vec<usize>,
    rights: Vec<u32>,
}

impl Candidates {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn left_rows(&self) -> usize {
        self.left_rows
    }

    /// The right rows of a left row.
    pub fn of(&self, left: usize) -> &[u32] {
        let piece = &self.pieces[left / ROWS_A_PIECE];
        let at = left % ROWS_A_PIECE;
        &piece.rights[piece.starts[at]..piece.starts[at + 1]]
    }

    /// Every `step`-th pair from the pair at `from` on.
    pub fn stepping(&self, from: usize, step: usize) -> impl Iterator<Item = (u32, u32)> {
        // The piece, how many pairs are before it, and the left row in it.
        let (mut number, mut before, mut left) = (0, 0, 0);
        (from..self.len).step_by(step).map(move |at| {
            while at >= before + self.pieces[number].rights.len() {
                before += self.pieces[number].rights.len();
                (number, left) = (number + 1, 0);
            }
            let piece = &self.pieces[number];
            while piece.starts[left + 1] <= at - before {
                left += 1;
            }
            ((number * ROWS_A_PIECE + left) as u32, piece.rights[at - before])
        })
    }

    /// The pairs of all rules, each once.
    pub(super) fn gather(fields: &Fields, rules: &[Partners<'_>], workers: usize) -> Self {
        let rights = fields.right_rows.unwrap_or(fields.left_rows);
        let start = || (Seen::new(rights), Vec::new());
        let pieces = in_ranges_with(fields.left_rows, ROWS_A_PIECE, workers, start, |(seen, found), range| {
            found.clear();
            let mut starts = Vec::with_capacity(range.len() + 1);
            starts.push(0);
            let mut partners: Vec<&[u32]> = Vec::with_capacity(rules.len());
            for left in range {
                partners.clear();
                partners.extend(rules.iter().map(|rule| rule.of(left)).filter(|rights| !rights.is_empty()));
                match partners.as_slice() {
                    // In order already.
                    [] => {}
                    [alone] => found.extend_from_slice(alone),
                    several => seen.add_each_once(several, found),
                }
                starts.push(found.len());
            }
            Piece { starts, rights: found.clone() }
        });
        let len = pieces.iter().map(|piece| piece.rights.len()).sum();
        Self { pieces, left_rows: fields.left_rows, len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_stepped_through_as_they_lie_in_pieces() {
        let rows: Vec<Vec<u32>> = (0..3 * ROWS_A_PIECE + 5)
            .map(|row| if row / ROWS_A_PIECE == 1 { Vec::new() } else { (0..row as u32 % 4).collect() })
            .collect();
        let pieces = rows.chunks(ROWS_A_PIECE).map(|rows| {
            let ends = rows.iter().scan(0, |end, row| {
                *end += row.len();
                Some(*end)
            });
            Piece { starts: std::iter::once(0).chain(ends).collect(), rights: rows.concat() }
        });
        let all: Vec<(u32, u32)> = rows
            .iter()
            .enumerate()
            .flat_map(|(left, row)| row.iter().map(move |right| (left as u32, *right)))
            .collect();
        let candidates = Candidates { pieces: pieces.collect(), left_rows: rows.len(), len: all.len() };
        assert!((0..rows.len()).all(|left| candidates.of(left) == rows[left]));
        for (from, step) in [(0, 1), (3, 7), (all.len() - 1, 2), (all.len(), 1), (2_000, 4_000)] {
            let expected: Vec<(u32, u32)> = all.iter().skip(from).step_by(step).copied().collect();
            assert_eq!(candidates.stepping(from, step).collect::<Vec<_>>(), expected, "{from} {step}");
        }
    }
}
