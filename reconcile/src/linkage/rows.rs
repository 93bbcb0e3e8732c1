//! The values of a table column by column, row by row, and at a glance: all written in one pass, piece
//! by piece, so that a piece is read while it is near.

use super::date::NO_DATE;
use super::dictionary::{Dictionary, MISSING};
use super::field::Eight;
use super::glance::{Glance, Glances, tags};
use super::parallel::each;

/// Rows in a piece of work.
const ROWS_A_PIECE: usize = 4_096;

/// One column of a table: the text of each row, and the value of each text.
pub type Cells<'a> = (&'a [u32], &'a [u32]);

#[derive(Default)]
pub struct Rows {
    pub columns: Vec<Vec<u32>>,
    /// The values of each row beside each other.
    pub rows: Vec<Eight>,
    pub glances: Glances,
}

/// A part of each that one thread writes.
struct Piece<'a> {
    from: usize,
    columns: Vec<&'a mut [u32]>,
    rows: &'a mut [Eight],
    glances: Vec<&'a mut [Glance]>,
}

impl Rows {
    /// `dates`: with glances, and the fields of dates that are looked at, with their dictionaries.
    pub fn new(cells: &[Cells<'_>], dates: Option<&[(usize, &Dictionary)]>, workers: usize) -> Self {
        let count = cells.first().map_or(0, |(texts, _)| texts.len());
        let eights = cells.len().div_ceil(8);
        let glance_columns = dates.map_or(0, |dates| eights.max(dates.len()));
        let mut all = Self {
            columns: vec![vec![MISSING; count]; cells.len()],
            rows: vec![[MISSING; 8]; count * eights],
            glances: vec![vec![Glance::default(); count]; glance_columns],
        };
        let mut columns: Vec<_> = all.columns.iter_mut().map(|column| column.chunks_mut(ROWS_A_PIECE)).collect();
        let mut rows = all.rows.chunks_mut(ROWS_A_PIECE * eights.max(1));
        let mut glances: Vec<_> = all.glances.iter_mut().map(|column| column.chunks_mut(ROWS_A_PIECE)).collect();
        let pieces = (0..count).step_by(ROWS_A_PIECE).map(|from| Piece {
            from,
            columns: columns.iter_mut().filter_map(Iterator::next).collect(),
            rows: rows.next().unwrap_or_default(),
            glances: glances.iter_mut().filter_map(Iterator::next).collect(),
        });
        each(pieces.collect(), workers, |piece| piece.write(cells, eights, dates.unwrap_or_default()));
        all
    }
}

impl Piece<'_> {
    fn write(self, cells: &[Cells<'_>], eights: usize, dates: &[(usize, &Dictionary)]) {
        let Self { from, columns, rows, glances } = self;
        for (at, (column, (texts, values))) in columns.into_iter().zip(cells).enumerate() {
            let of_rows = column.iter_mut().zip(&texts[from..]).zip(rows[at / 8..].iter_mut().step_by(eights));
            for ((value, text), eight) in of_rows {
                *value = values[*text as usize];
                eight[at % 8] = *value;
            }
        }
        for (at, column) in glances.into_iter().enumerate() {
            if at < eights {
                let eights = rows[at..].iter().step_by(eights);
                column.iter_mut().zip(eights).for_each(|(glance, values)| glance.tags = tags(values));
            }
            let Some((field, dictionary)) = dates.get(at) else {
                column.iter_mut().for_each(|glance| glance.date = NO_DATE);
                continue;
            };
            let eights = rows[field / 8..].iter().step_by(eights);
            column.iter_mut().zip(eights).for_each(|(glance, values)| glance.date = dictionary.date(values[field % 8]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_same_by_column_by_row_and_at_a_glance_on_any_number_of_threads() {
        let count = 2 * ROWS_A_PIECE + 7;
        let texts: Vec<Vec<u32>> =
            (0..11).map(|at| (0..count).map(|row| ((row * (at + 3)) % 5) as u32).collect()).collect();
        let values: Vec<u32> = vec![7, MISSING, 9, 300, 40_000];
        let cells: Vec<Cells<'_>> = texts.iter().map(|texts| (texts.as_slice(), values.as_slice())).collect();
        for workers in [1, 3] {
            let all = Rows::new(&cells, Some(&[]), workers);
            for row in [0, 1, ROWS_A_PIECE - 1, ROWS_A_PIECE, count - 1] {
                for (at, texts) in texts.iter().enumerate() {
                    let value = values[texts[row] as usize];
                    assert_eq!(all.columns[at][row], value);
                    assert_eq!(all.rows[row * 2 + at / 8][at % 8], value);
                }
                for at in 0..2 {
                    assert_eq!(all.glances[at][row].tags, tags(&all.rows[row * 2 + at]));
                }
            }
            assert_eq!((all.rows.len(), all.glances.len()), (count * 2, 2));
        }
    }
}
